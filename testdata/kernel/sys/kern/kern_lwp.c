/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_lwp: the lock of a thread, which moves with the thread.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

void
lwp_init(struct lwp *l, struct cpu_info *ci)
{

	if (ci->ci_schedstate.spc_lwplock == NULL)
		ci->ci_schedstate.spc_lwplock =
		    mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
	l->l_mutex = ci->ci_schedstate.spc_lwplock;
	l->l_cpu = ci;
}

/* Returns true with l locked, or false. */
int
lwp_trylock(struct lwp *l)
{
	kmutex_t *mtx;

	for (;;) {
		mtx = l->l_mutex;
		if (!mutex_tryenter(mtx))
			return 0;
		if (__predict_true(l->l_mutex == mtx))
			return 1;
		mutex_spin_exit(mtx);
	}
}

/* The caller holds the lock that l gets from now on. */
void
lwp_setlock(struct lwp *l, kmutex_t *mtx)
{

	l->l_mutex = mtx;
}

/* Hands l over to mtx, which the caller holds, and releases its old lock. */
void
lwp_unlock_to(struct lwp *l, kmutex_t *mtx)
{
	kmutex_t *old = l->l_mutex;

	lwp_setlock(l, mtx);
	mutex_spin_exit(old);
}

int
ok_lwp_flag(struct lwp *l, int flag)
{

	lwp_lock(l);
	if (l->l_stat == LSZOMB) {
		lwp_unlock(l);
		return ESRCH;
	}
	l->l_flag |= flag;
	lwp_unlock(l);
	return 0;
}

int
bad_lwp_flag(struct lwp *l, int flag)
{

	if (flag == 0)
		return EINVAL;
	lwp_lock(l);
	if (l->l_stat == LSZOMB)
		return EINVAL;		/* expect: IPL003 in bad_lwp_flag */
	l->l_flag |= flag;
	lwp_unlock(l);
	return 0;
}

/* Called with l locked, returns with it unlocked. */
static void
ok_setrunnable(struct lwp *l)
{

	if (l->l_stat != LSSLEEP) {
		lwp_unlock(l);
		return;
	}
	l->l_stat = LSRUN;
	lwp_unlock(l);
}

/* The same contract, broken on one path. */
static void
bad_setrunnable(struct lwp *l)
{

	if (l->l_stat == LSIDL)
		return;			/* expect: IPL003 in bad_setrunnable */
	l->l_stat = LSRUN;
	lwp_unlock(l);
}

void
ok_lwp_wake(struct lwp *l)
{

	lwp_lock(l);
	ok_setrunnable(l);
}

/* Not to blame for bad_setrunnable(). */
void
ok_lwp_start(struct lwp *l)
{

	lwp_lock(l);
	bad_setrunnable(l);
}

/* Locks if it can, tells by its result. */
int
ok_lwp_trystop(struct lwp *l)
{

	if (!lwp_trylock(l))
		return EAGAIN;
	l->l_stat = LSIDL;
	lwp_unlock(l);
	return 0;
}

int
bad_lwp_trystop(struct lwp *l)
{

	if (!lwp_trylock(l))
		return EAGAIN;
	if (l->l_stat == LSZOMB)
		return EAGAIN;		/* expect: IPL003 in bad_lwp_trystop */
	l->l_stat = LSIDL;
	lwp_unlock(l);
	return 0;
}

/* Non-NULL: its process' lock is held.  Adaptive. */
struct lwp *
ok_lwp_find2(struct proc *p, lwpid_t lid)
{
	struct lwp *l;

	mutex_enter(p->p_lock);
	for (l = p->p_lwps; l != NULL; l = l->l_sibling)
		if (l->l_lid == lid)
			return l;
	mutex_exit(p->p_lock);
	return NULL;
}

/* The same with a spinning lock: non-NULL, and the thread is locked. */
struct lwp *
ok_lwp_find_locked(struct proc *p, lwpid_t lid)
{
	struct lwp *l;

	for (l = p->p_lwps; l != NULL; l = l->l_sibling) {
		lwp_lock(l);
		if (l->l_lid == lid)
			return l;
		lwp_unlock(l);
	}
	return NULL;
}

int
ok_lwp_priority(struct proc *p, lwpid_t lid, pri_t *prip)
{
	struct lwp *l;

	l = ok_lwp_find_locked(p, lid);
	if (l == NULL)
		return ESRCH;
	*prip = l->l_priority;
	lwp_unlock(l);
	return 0;
}

/* NULL tells the caller that there is nothing to unlock. */
struct lwp *
bad_lwp_find_locked(struct proc *p, lwpid_t lid)
{
	struct lwp *l;

	for (l = p->p_lwps; l != NULL; l = l->l_sibling) {
		lwp_lock(l);
		if (l->l_lid == lid) {
			if (l->l_stat == LSZOMB)
				return NULL;	/* expect: IPL003 in bad_lwp_find_locked */
			return l;
		}
		lwp_unlock(l);
	}
	return NULL;
}
