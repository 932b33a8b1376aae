/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * intrdefs: the levels of this machine.
 */

#ifndef _TOY_INTRDEFS_H_
#define _TOY_INTRDEFS_H_

#define IPL_NONE	0
#define IPL_PREEMPT	1
#define IPL_SOFTCLOCK	2
#define IPL_SOFTBIO	3
#define IPL_SOFTNET	4
#define IPL_SOFTSERIAL	5
#define IPL_VM		6
#define IPL_SCHED	7
#define IPL_HIGH	8
#define NIPL		9

#define IST_EDGE	2
#define IST_LEVEL	3

#endif /* _TOY_INTRDEFS_H_ */
