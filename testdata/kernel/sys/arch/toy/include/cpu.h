/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cpu: the state of one CPU.
 *
 * ci_ilevel is the level.  ci_mtx_count is zero, or minus the number of spin
 * mutexes held; the first of them has left the level from before in
 * ci_mtx_oldspl, and the last one to go restores it.
 */

#ifndef _TOY_CPU_H_
#define _TOY_CPU_H_

#include <sys/intr.h>
#include <sys/sched.h>

struct iplsource;
struct lwp;

struct cpu_info {
	struct cpu_info *ci_self;
	struct cpu_info *ci_next;
	struct lwp *ci_curlwp;
	struct lwp *ci_idlelwp;
	struct schedstate_percpu ci_schedstate;
	int ci_index;
	volatile int ci_mtx_count;
	volatile int ci_mtx_oldspl;
	int ci_ilevel;
	uint32_t ci_ipending;		/* one bit for each level */
	struct iplsource *ci_isources[NIPL];
};

struct clockframe {
	uint64_t cf_pc;
	uint64_t cf_cs;
};
#define CLKF_USERMODE(f)	(((f)->cf_cs & 3) != 0)

static __inline struct cpu_info *
curcpu(void)
{
	struct cpu_info *ci;

	__asm volatile("movq %%gs:0, %0" : "=r" (ci));
	return ci;
}

#define curlwp		(curcpu()->ci_curlwp)

void	hardclock(struct clockframe *);
void	statclock(struct clockframe *);

#endif /* _TOY_CPU_H_ */
