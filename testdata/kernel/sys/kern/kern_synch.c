/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_synch: switching to another thread, with the lock of this one held.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

/* mi_switch() returns with l unlocked, and the level from before. */
void
ok_preempt(void)
{
	struct lwp *l = curlwp;

	lwp_lock(l);
	l->l_stat = LSRUN;
	(void)mi_switch(l);
}

bool
bad_preempt(void)
{
	struct lwp *l = curlwp;

	if (l == NULL)
		return false;
	lwp_lock(l);
	if (l->l_flag & LW_BOUND)
		return false;		/* expect: IPL003 in bad_preempt */
	l->l_stat = LSRUN;
	(void)mi_switch(l);
	return true;
}

/* Sleeping with the level raised is allowed. */
void
ok_yield_raised(struct lwp *l)
{
	int s;

	s = splvm();
	lwp_lock(l);
	(void)mi_switch(l);
	splx(s);
}

/* Gives up the processor for good, locked and raised as it is. */
void
ok_lwp_exit(struct lwp *l)
{

	(void)splsched();
	lwp_lock(l);
	l->l_stat = LSZOMB;
	lwp_exit_switchaway(l);
}
