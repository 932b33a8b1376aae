/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * xcall: calls to other CPUs, in a thread or in a software interrupt.
 */

#ifndef _SYS_XCALL_H_
#define _SYS_XCALL_H_

#include <sys/types.h>

#define XC_HIGHPRI	0x01

typedef void (*xcfunc_t)(void *, void *);

uint64_t xc_broadcast(u_int, xcfunc_t, void *, void *);
void	xc_wait(uint64_t);

#endif /* _SYS_XCALL_H_ */
