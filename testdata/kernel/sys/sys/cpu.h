/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cpu: the CPU, machine independent.
 */

#ifndef _SYS_CPU_H_
#define _SYS_CPU_H_

#include <arch/toy/include/cpu.h>

#define RB_HALT		0x01
#define RB_NOSYNC	0x02

void	cpu_reboot(int, char *) __dead;
void	cpu_halt(void);
void	cpu_switchto(struct lwp *, struct lwp *);

#endif /* _SYS_CPU_H_ */
