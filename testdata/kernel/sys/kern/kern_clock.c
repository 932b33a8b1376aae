/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_clock: what happens at every tick.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

int stathz;
static u_int hardclock_ticks;

/* Entered at IPL_CLOCK. */
void
hardclock(struct clockframe *frame)
{
	struct schedstate_percpu *spc = &curcpu()->ci_schedstate;

	hardclock_ticks++;
	if (stathz == 0)
		statclock(frame);
	if (--spc->spc_ticks <= 0)
		spc->spc_ticks = hz / 10;
	callout_hardclock();
}

/*
 * Correct by itself: the mutex is paired.  But its level is above that of
 * the clock, and where somebody holds a spin mutex already, the exit leaves
 * IPL_HIGH behind.  The mutex is initialised in kern_proc.c.
 */
void
statclock(struct clockframe *frame)
{
	struct lwp *l = curlwp;
	struct proc *p;

	if (l == NULL)
		return;
	p = l->l_proc;
	mutex_spin_enter(&p->p_stmutex);
	if (CLKF_USERMODE(frame))
		p->p_uticks++;
	else
		p->p_sticks++;
	mutex_spin_exit(&p->p_stmutex);
}
