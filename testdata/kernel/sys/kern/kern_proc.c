/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_proc: processes, and the locks in them.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/proc.h>

kmutex_t proc_lock;			/* adaptive */
struct proc *allproc;

void
proc_init(struct proc *p, pid_t pid)
{

	p->p_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&p->p_stmutex, MUTEX_DEFAULT, IPL_HIGH);
	p->p_pid = pid;
	mutex_enter(&proc_lock);
	p->p_next = allproc;
	allproc = p;
	mutex_exit(&proc_lock);
}

void
procinit(void)
{

	mutex_init(&proc_lock, MUTEX_DEFAULT, IPL_NONE);
}

/* Returns with p_lock held if there is such a process.  Adaptive. */
struct proc *
ok_proc_find(pid_t pid)
{
	struct proc *p;

	mutex_enter(&proc_lock);
	for (p = allproc; p != NULL; p = p->p_next)
		if (p->p_pid == pid) {
			mutex_enter(p->p_lock);
			break;
		}
	mutex_exit(&proc_lock);
	return p;
}

/* A lock is lost, but it is adaptive: the level does not move. */
int
fn_proc_hold(struct proc *p)
{

	mutex_enter(p->p_lock);
	if (p->p_refs < 0)
		return EBUSY;		/* ideal: IPL013 in fn_proc_hold */
	if (++p->p_refs > 100) {
		mutex_exit(p->p_lock);
		return EBUSY;
	}
	mutex_exit(p->p_lock);
	return 0;
}

void
ok_proc_times(struct proc *p, uint64_t *utp, uint64_t *stp)
{

	mutex_spin_enter(&p->p_stmutex);
	*utp = p->p_uticks;
	if (stp == NULL) {
		mutex_spin_exit(&p->p_stmutex);
		return;
	}
	*stp = p->p_sticks;
	mutex_spin_exit(&p->p_stmutex);
}

void
bad_proc_times(struct proc *p, uint64_t *utp, uint64_t *stp)
{

	mutex_spin_enter(&p->p_stmutex);
	*utp = p->p_uticks;
	if (stp == NULL)
		return;			/* expect: IPL003 in bad_proc_times */
	*stp = p->p_sticks;
	mutex_spin_exit(&p->p_stmutex);
}
