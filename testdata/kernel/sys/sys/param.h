/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * param: the version of this kernel, and what everybody includes.
 *
 * The version decides what MUTEX_SPIN means: see rules/netbsd.yaml.
 */

#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

#define __NetBSD_Version__	699001600	/* 6.99.16 */

#include <sys/types.h>
#include <sys/errno.h>

#define MAXCPUS		32

/* Added to the priority that a sleeper is given. */
#define PRIBIO		16
#define PNORELOCK	0x200		/* do not retake the interlock */

#endif /* _SYS_PARAM_H_ */
