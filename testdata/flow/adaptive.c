/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Adaptive mutexes that stay held; only looked for on request. */

#include "toy.h"

struct dev {
	kmutex_t d_lock;		/* adaptive */
	kmutex_t d_spin;		/* spin, IPL_VM */
	kmutex_t *d_obj;		/* behind a pointer */
	int d_dead, d_busy;
};

kmutex_t *mutex_obj_alloc(int, int);

void dev_init(struct dev *);
int bad_early(struct dev *);
int ok_pair(struct dev *);
int ok_try(struct dev *);
int ok_told_by_result(struct dev *);
int ok_user(struct dev *);
int ok_conditional(struct dev *, int);
int ok_with_levels(struct dev *);
int ok_object(struct dev *);
int bad_spin(struct dev *);
static int fail(struct dev *);
static int bad_three_down(struct dev *);
int ok_three_up(struct dev *);
void bad_twice(struct dev *);
static void drop(struct dev *);
void ok_dropped(struct dev *);

void
dev_init(struct dev *d)
{
	mutex_init(&d->d_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&d->d_spin, MUTEX_DEFAULT, IPL_VM);
	d->d_obj = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
}

int
bad_early(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (d->d_dead)
		return 1;		/* expect: IPL013 */
	mutex_exit(&d->d_lock);
	return d->d_busy;
}

int
ok_pair(struct dev *d)
{
	int error = 0;

	mutex_enter(&d->d_lock);
	if (d->d_dead) {
		error = 1;
		goto out;
	}
	d->d_busy++;
out:
	mutex_exit(&d->d_lock);
	return error;
}

int
ok_try(struct dev *d)
{
	if (!mutex_tryenter(&d->d_lock))
		return 1;
	mutex_exit(&d->d_lock);
	return 0;
}

int
ok_told_by_result(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (!d->d_dead)
		return 0;
	mutex_exit(&d->d_lock);
	return 1;
}

int
ok_user(struct dev *d)
{
	int error = ok_told_by_result(d);

	if (error)
		return error;
	mutex_exit(&d->d_lock);
	return 0;
}

int
ok_conditional(struct dev *d, int locked)
{
	if (!locked)
		mutex_enter(&d->d_lock);
	d->d_busy++;
	if (!locked)
		mutex_exit(&d->d_lock);
	return 0;
}

int
ok_with_levels(struct dev *d)
{
	int s;

	mutex_enter(&d->d_lock);
	s = splvm();
	mutex_enter(&d->d_spin);
	d->d_busy++;
	mutex_exit(&d->d_spin);
	splx(s);
	mutex_exit(&d->d_lock);
	return 0;
}

/* Not followed. */
int
ok_object(struct dev *d)
{
	mutex_enter(d->d_obj);
	if (d->d_dead)
		return 1;
	mutex_exit(d->d_obj);
	return d->d_busy;
}

/* Spin mutexes stay what they are. */
int
bad_spin(struct dev *d)
{
	mutex_enter(&d->d_spin);
	if (d->d_dead)
		return 1;		/* expect: IPL003 */
	mutex_exit(&d->d_spin);
	return d->d_busy;
}

static int
fail(struct dev *d)
{
	return d->d_dead ? 5 : 0;
}

static int
bad_three_down(struct dev *d)
{
	int error;

	mutex_enter(&d->d_lock);
	error = fail(d);
	if (error)
		return error;		/* expect: IPL013 */
	error = d->d_busy;
	mutex_exit(&d->d_lock);
	return error;
}

int
ok_three_up(struct dev *d)
{
	return bad_three_down(d) + 1;
}

void
bad_twice(struct dev *d)
{
	mutex_enter(&d->d_lock);
	mutex_exit(&d->d_lock);
	if (d->d_dead)
		mutex_exit(&d->d_lock);	/* expect: IPL011 */
}

/* Dropped and taken again by a callee. */
static void
drop(struct dev *d)
{
	mutex_exit(&d->d_lock);
	d->d_busy = 0;
	mutex_enter(&d->d_lock);
}

void
ok_dropped(struct dev *d)
{
	mutex_enter(&d->d_lock);
	drop(d);
	mutex_exit(&d->d_lock);
}
