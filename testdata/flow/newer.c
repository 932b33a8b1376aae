/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What is so in a newer kernel only: rules for versions. */

#include "toy.h"

#undef __NetBSD_Version__
#define __NetBSD_Version__	1099001200

struct lwp {
	kmutex_t *l_mutex;
};

struct port {
	kmutex_t *p_spin;		/* spin, IPL_SCHED */
	int p_dead;
};

kmutex_t *mutex_obj_alloc(int, int);
void lwp_lock(struct lwp *);
void mi_switch(struct lwp *);
void port_init(struct port *);
int ok_switch_with_both(struct lwp *, struct port *);
int bad_kept_after_switch(struct lwp *, struct port *);

void
port_init(struct port *p)
{

	p->p_spin = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
}

/* The lock of the run queue goes with that of the thread. */
int
ok_switch_with_both(struct lwp *l, struct port *p)
{

	lwp_lock(l);
	mutex_enter(p->p_spin);
	mi_switch(l);
	return 0;
}

int
bad_kept_after_switch(struct lwp *l, struct port *p)
{

	lwp_lock(l);
	mutex_enter(p->p_spin);
	mi_switch(l);
	mutex_enter(p->p_spin);
	if (p->p_dead)
		return 1;		/* expect: IPL003 */
	mutex_exit(p->p_spin);
	return 0;
}
