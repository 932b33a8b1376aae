/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_runq: run queues, and two of their locks at a time.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/sched.h>

void
sched_cpuattach(struct cpu_info *ci)
{

	ci->ci_schedstate.spc_mutex = mutex_obj_alloc(MUTEX_DEFAULT,
	    IPL_SCHED);
}

/* Takes both, in the order of addresses. */
static void
ok_spc_dlock(struct cpu_info *ci1, struct cpu_info *ci2)
{

	KASSERT(ci1 != ci2);
	if (ci1 < ci2) {
		mutex_spin_enter(ci1->ci_schedstate.spc_mutex);
		mutex_spin_enter(ci2->ci_schedstate.spc_mutex);
	} else {
		mutex_spin_enter(ci2->ci_schedstate.spc_mutex);
		mutex_spin_enter(ci1->ci_schedstate.spc_mutex);
	}
}

void
ok_sched_balance(struct cpu_info *ci, struct cpu_info *tci)
{

	ok_spc_dlock(ci, tci);
	tci->ci_schedstate.spc_count--;
	ci->ci_schedstate.spc_count++;
	mutex_spin_exit(tci->ci_schedstate.spc_mutex);
	mutex_spin_exit(ci->ci_schedstate.spc_mutex);
}

void
bad_sched_balance(struct cpu_info *ci, struct cpu_info *tci)
{

	ok_spc_dlock(ci, tci);
	if (tci->ci_schedstate.spc_count == 0) {
		mutex_spin_exit(tci->ci_schedstate.spc_mutex);
		return;			/* expect: IPL003 in bad_sched_balance */
	}
	tci->ci_schedstate.spc_count--;
	ci->ci_schedstate.spc_count++;
	mutex_spin_exit(tci->ci_schedstate.spc_mutex);
	mutex_spin_exit(ci->ci_schedstate.spc_mutex);
}

/* Has its own lock; tries another CPU's, or takes both in order. */
struct lwp *
ok_sched_steal(struct cpu_info *ci, struct cpu_info *tci)
{
	kmutex_t *mine = ci->ci_schedstate.spc_mutex;
	kmutex_t *theirs = tci->ci_schedstate.spc_mutex;
	struct lwp *l;

	mutex_spin_enter(mine);
	if (!mutex_tryenter(theirs)) {
		mutex_spin_exit(mine);
		return NULL;
	}
	l = tci->ci_schedstate.spc_queue;
	if (l != NULL)
		tci->ci_schedstate.spc_queue = NULL;
	mutex_spin_exit(theirs);
	mutex_spin_exit(mine);
	return l;
}

struct lwp *
bad_sched_steal(struct cpu_info *ci, struct cpu_info *tci)
{
	kmutex_t *mine = ci->ci_schedstate.spc_mutex;
	kmutex_t *theirs = tci->ci_schedstate.spc_mutex;
	struct lwp *l;

	if (tci == ci)
		return NULL;
	mutex_spin_enter(mine);
	if (!mutex_tryenter(theirs))
		return NULL;		/* expect: IPL003 in bad_sched_steal */
	l = tci->ci_schedstate.spc_queue;
	mutex_spin_exit(theirs);
	mutex_spin_exit(mine);
	return l;
}
