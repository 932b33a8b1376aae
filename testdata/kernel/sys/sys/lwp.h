/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * lwp: threads.
 *
 * l_mutex points to the lock of whatever the thread sits on, a run queue or
 * a sleep queue, and moves with it.
 */

#ifndef _SYS_LWP_H_
#define _SYS_LWP_H_

#include <sys/proc.h>

struct cpu_info;
struct syncobj;

struct lwp {
	kmutex_t *l_mutex;
	struct cpu_info *l_cpu;
	struct proc *l_proc;
	const struct syncobj *l_syncobj;
	struct lwp *l_sleepchain;
	struct lwp *l_sibling;
	wchan_t l_wchan;
	lwpid_t l_lid;
	int l_stat;
	int l_flag;
	pri_t l_priority;
};

#define LSIDL	1
#define LSRUN	2
#define LSSLEEP	3
#define LSZOMB	5

#define LW_BOUND	0x01
#define LW_INTR		0x02

struct syncobj {
	void	(*sobj_unsleep)(struct lwp *, bool);
	void	(*sobj_changepri)(struct lwp *, pri_t);
};

/* Returns with l locked.  The lock may be another one after the wait. */
static __inline void
lwp_lock(struct lwp *l)
{
	kmutex_t *mtx = l->l_mutex;

	mutex_spin_enter(mtx);
	while (__predict_false(mtx != l->l_mutex)) {
		mutex_spin_exit(mtx);
		mtx = l->l_mutex;
		mutex_spin_enter(mtx);
	}
}

static __inline void
lwp_unlock(struct lwp *l)
{

	mutex_spin_exit(l->l_mutex);
}

int	lwp_trylock(struct lwp *);
void	lwp_setlock(struct lwp *, kmutex_t *);
void	lwp_unlock_to(struct lwp *, kmutex_t *);
void	lwp_exit_switchaway(struct lwp *) __dead;

/* Called with l locked; whoever runs next releases it. */
int	mi_switch(struct lwp *);

#endif /* _SYS_LWP_H_ */
