/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A part of a kernel: what is not static can be called by others, and a call
 * through a pointer can reach them.
 */

#include "toy.h"

struct bus {
	kmutex_t b_lock;		/* spin, IPL_VM */
	kmutex_t b_pair;		/* spin, IPL_VM */
	kmutex_t *b_shared;
	int (*b_open)(struct bus *);
	int (*b_acquire)(struct bus *);
	int (*b_get)(struct bus *, int *);
	int b_dead;
};

void bus_attach(struct bus *);
int bad_open(struct bus *);
int ok_acquire_bus(struct bus *);
void ok_release_bus(struct bus *);
int ok_take(struct bus *);
int ok_acquired(struct bus *);
int bad_acquired(struct bus *);
int bad_got(struct bus *);
int bad_sure(struct bus *);
void ok_exit(struct bus *);
int ok_enter(struct bus *);
int bad_static(struct bus *);
int ok_own(struct bus *);
int ok_passed(struct bus *);
int ok_owner(struct bus *);
int bad_inside(struct bus *);
int ok_public(struct bus *);
int bad_public(struct bus *);
int bad_private(struct bus *);
int bad_own_lock(struct bus *);
int ok_wait(struct bus *);

/* Elsewhere. */
int	others(int);
int	bus_reset(struct bus *);
int	unlock(kmutex_t *);

extern kmutex_t public_lock;
static kmutex_t private_lock, own_lock;
kmutex_t sleep_lock;

/* The only function that is seen; others can fail. */
static int
open(struct bus *b)
{
	b->b_dead = 0;
	return 0;
}

static int
get(struct bus *b, int *value)
{
	*value = b->b_dead != 0;
	return 0;
}

int
bad_open(struct bus *b)
{
	int s, error;

	s = splvm();
	error = b->b_open(b);
	if (error != 0)
		return error;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* Nor is it known what the others store. */
int
bad_got(struct bus *b)
{
	int s, value = 0;

	s = splvm();
	b->b_get(b, &value);
	if (value > 7)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* The function itself is certain. */
int
bad_sure(struct bus *b)
{
	int s;

	s = splvm();
	if (open(b) != 0)
		return 0;
	if (b->b_dead > 3)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* Nobody here releases, but callers that are not seen may. */
int
ok_take(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	if (b->b_dead) {
		mutex_spin_exit(&b->b_lock);
		return 5;
	}
	return 0;
}

/* Nobody here takes it. */
void
ok_exit(struct bus *b)
{
	mutex_spin_exit(&b->b_lock);
}

int
ok_enter(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	return b->b_dead;
}

/* A pair of a driver; others through pointers do the same. */
static int
acquire(struct bus *b)
{
	mutex_spin_enter(&b->b_pair);
	return 0;
}

int
ok_acquired(struct bus *b)
{
	int dead;

	b->b_acquire(b);
	dead = b->b_dead;
	mutex_spin_exit(&b->b_pair);
	return dead;
}

int
bad_acquired(struct bus *b)
{
	b->b_acquire(b);
	if (b->b_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&b->b_pair);
	return 0;
}

int
ok_acquire_bus(struct bus *b)
{
	if (b->b_acquire != NULL)
		return b->b_acquire(b);
	return 5;
}

void
ok_release_bus(struct bus *b)
{
	mutex_spin_exit(&b->b_pair);
}

/* Static, and its callers are seen. */
static int
forgets(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	if (b->b_dead) {
		mutex_spin_exit(&b->b_lock);
		return 5;
	}
	b->b_dead = 1;
	return 0;			/* expect: IPL003 */
}

int
bad_static(struct bus *b)
{
	return forgets(b);
}

/* The same in order. */
static int
locks(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	if (b->b_dead) {
		mutex_spin_exit(&b->b_lock);
		return 5;
	}
	return 0;
}

int
ok_own(struct bus *b)
{
	int error = locks(b);

	if (error != 0)
		return error;
	mutex_spin_exit(&b->b_lock);
	return 0;
}

/* It may be released by what is not given: passed itself, */
int
ok_passed(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	if (unlock(&b->b_lock) != 0)
		return 0;
	mutex_spin_exit(&b->b_lock);
	return 0;
}

/* what a struct points to, */
int
ok_owner(struct bus *b)
{
	mutex_spin_enter(b->b_shared);
	if (bus_reset(b) != 0)
		return 0;
	mutex_spin_exit(b->b_shared);
	return 0;
}

/* but not what is inside: everybody passes his softc. */
int
bad_inside(struct bus *b)
{
	mutex_spin_enter(&b->b_lock);
	if (bus_reset(b) != 0)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&b->b_lock);
	return 0;
}

/* Everybody knows it, but nobody releases one that spins to sleep. */
int
bad_public(struct bus *b)
{
	mutex_spin_enter(&public_lock);
	if (others(b->b_dead) != 0)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&public_lock);
	return 0;
}

int
ok_public(struct bus *b)
{
	mutex_enter(&sleep_lock);
	if (others(b->b_dead) != 0)
		return 0;
	mutex_exit(&sleep_lock);
	return 0;
}

int
bad_own_lock(struct bus *b)
{
	mutex_enter(&own_lock);
	if (others(b->b_dead) != 0)
		return 0;		/* expect: IPL013 */
	mutex_exit(&own_lock);
	return 0;
}

int
bad_private(struct bus *b)
{
	mutex_spin_enter(&private_lock);
	if (others(b->b_dead) != 0)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&private_lock);
	return 0;
}

/* Initialised elsewhere; it is held, so it spins. */
int
ok_wait(struct bus *b)
{
	mutex_spin_enter(&public_lock);
	if (b->b_dead)
		mutex_exit(&public_lock);
	else
		mutex_spin_exit(&public_lock);
	return 0;
}

void
bus_attach(struct bus *b)
{
	mutex_init(&private_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&own_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&sleep_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&b->b_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&b->b_pair, MUTEX_DEFAULT, IPL_VM);
	b->b_open = open;
	b->b_acquire = acquire;
	b->b_get = get;
}
