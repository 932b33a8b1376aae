/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Mutexes that a call makes, pointers to mutexes in variables, and those
 * that are given up with a switch of threads.
 */

#include "toy.h"

kmutex_t *mutex_obj_alloc(int, int);

struct lwp {
	kmutex_t *l_mutex;
};
void lwp_lock(struct lwp *);
void mi_switch(struct lwp *);

struct port {
	kmutex_t *p_spin;		/* IPL_VM */
	kmutex_t *p_soft;		/* adaptive */
	struct port *p_next;
	int p_dead;
};

int bad_just_made(struct port *);
int ok_just_made(struct port *);
int ok_just_made_adaptive(struct port *);
int bad_in_a_variable(struct port *);
int ok_in_a_variable(struct port *);
int bad_switch_with_both(struct lwp *, struct port *);
int ok_switch_with_one(struct lwp *);
int bad_kept_after_switch(struct lwp *, struct port *);

int
bad_just_made(struct port *p)
{
	p->p_spin = mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	mutex_enter(p->p_spin);
	if (p->p_dead)
		return 0;		/* expect: IPL003 */
	mutex_exit(p->p_spin);
	return 0;
}

int
ok_just_made(struct port *p)
{
	p->p_spin = mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	mutex_enter(p->p_spin);
	p->p_dead = 0;
	mutex_exit(p->p_spin);
	return 0;
}

int
ok_just_made_adaptive(struct port *p)
{
	p->p_soft = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(p->p_soft);
	if (p->p_dead)
		return 0;
	mutex_exit(p->p_soft);
	return 0;
}

int
bad_in_a_variable(struct port *p)
{
	kmutex_t *lock = NULL;

	for (; p != NULL && p->p_dead == 0; p = p->p_next)
		lock = p->p_spin;
	if (lock == NULL)
		return 0;
	mutex_enter(lock);
	if (random_bit())
		return 1;		/* expect: IPL003 */
	mutex_exit(lock);
	return 1;
}

int
ok_in_a_variable(struct port *p)
{
	kmutex_t *lock = NULL;

	for (; p != NULL && p->p_dead == 0; p = p->p_next)
		lock = p->p_spin;
	if (lock == NULL)
		return 0;
	mutex_enter(lock);
	mutex_exit(lock);
	return 1;
}

/* Since 9.99, the caller has the lock of the run queue as well: newer.c. */
int
bad_switch_with_both(struct lwp *l, struct port *p)
{
	lwp_lock(l);
	mutex_enter(p->p_spin);
	mi_switch(l);
	return 0;			/* expect: IPL003 */
}

int
ok_switch_with_one(struct lwp *l)
{
	lwp_lock(l);
	mi_switch(l);
	return 0;
}

int
bad_kept_after_switch(struct lwp *l, struct port *p)
{
	lwp_lock(l);
	mi_switch(l);
	mutex_enter(p->p_spin);
	if (p->p_dead)
		return 1;		/* expect: IPL003 */
	mutex_exit(p->p_spin);
	return 1;
}
