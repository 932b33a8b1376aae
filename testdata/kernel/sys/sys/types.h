/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * types: the integer types of the kernel.
 */

#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <sys/cdefs.h>

typedef __SIZE_TYPE__	size_t;
typedef __INT8_TYPE__	int8_t;
typedef __UINT8_TYPE__	uint8_t;
typedef __INT16_TYPE__	int16_t;
typedef __UINT16_TYPE__	uint16_t;
typedef __INT32_TYPE__	int32_t;
typedef __UINT32_TYPE__	uint32_t;
typedef __INT64_TYPE__	int64_t;
typedef __UINT64_TYPE__	uint64_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef unsigned char	u_char;
typedef unsigned int	u_int;
typedef unsigned long	u_long;
typedef int		pid_t;
typedef int		lwpid_t;
typedef int		pri_t;
typedef int		dev_t;
typedef const volatile void *wchan_t;

typedef _Bool bool;
#define true	1
#define false	0

#define NULL	((void *)0)

#endif /* _SYS_TYPES_H_ */
