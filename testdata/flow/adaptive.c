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
	struct wrap {
		kmutex_t w_lock;	/* adaptive */
	} d_hook, d_inner;
	int d_dead, d_busy;
	struct dev *d_next, **d_prev;
};

kmutex_t *mutex_obj_alloc(int, int);

void dev_init(struct dev *);
void list_init(void);
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
int ok_with(struct dev *);
int bad_with(struct dev *);
int ok_picked(struct dev *, int);
int bad_picked(struct dev *, int);
int ok_left_to_callee(struct dev *);
struct dev *ok_get(struct dev *);
int ok_got(struct dev *);
int bad_got(struct dev *);
void ok_ordered(struct dev *, struct dev *);
static void bad_ordered(struct dev *, struct dev *);
void ok_orders(struct dev *);
void ok_owner(struct dev *);
int bad_variable(struct dev *);
int bad_elsewhere(struct dev *);
void ok_shared(struct dev *);
void ok_last(struct dev *, struct dev *);
int bad_many(struct dev *);
struct dev *ok_lock_next(struct dev *);
int ok_error(struct dev *);
int bad_error(struct dev *);
static void drop(struct dev *);
struct dev *dev_alloc(struct dev *);
struct dev *ok_create(struct dev *);
void ok_submit(struct dev *);
struct dev *ok_passes_on(struct dev *);
int ok_stores(struct dev *);
int bad_forgets(struct dev *);

struct hooks {
	int (*h_pre)(struct dev *);
	void (*h_post)(struct dev *);
};
void hooks_init(struct hooks *, int);
void ok_hooked(struct hooks *, struct dev *);
int bad_emptied(struct dev *);
void ok_dropped(struct dev *);

void
dev_init(struct dev *d)
{
	mutex_init(&d->d_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&d->d_spin, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&d->d_hook.w_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&d->d_inner.w_lock, MUTEX_DEFAULT, IPL_NONE);
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

/* A pair of wrappers in the head of a loop that is always entered, once. */
static int
track(struct dev *d)
{
	d->d_busy++;
	return -1;
}

static int
hold(struct dev *d)
{
	int cookie;

	cookie = track(d);
	return cookie;
}

static int
enter(struct dev *d)
{
	int cookie = hold(d);

	mutex_enter(&d->d_lock);
	return cookie;
}

static int
leave(struct dev *d, int cookie)
{
	mutex_exit(&d->d_lock);
	d->d_busy -= cookie;
	return 0;
}

#define WITH(d, c)	for ((c) = enter(d); (c); (c) = leave((d), (c)))

int
ok_with(struct dev *d)
{
	int c;

	WITH(d, c)
		d->d_busy++;
	return 0;
}

int
bad_with(struct dev *d)
{
	int c;

	WITH(d, c) {
		if (d->d_dead)
			return 1;	/* expect: IPL013 */
	}
	return 0;
}

/* All targets of a pointer do the same: held if the result is 0. */
static int
first(struct dev *d)
{
	if (d->d_dead) {
		mutex_exit(&d->d_lock);
		return 5;
	}
	return 0;
}

static int
second(struct dev *d)
{
	if (d->d_busy == 0)
		return 0;
	mutex_exit(&d->d_lock);
	return 6;
}

static int
pick(struct dev *d, int (*f)(struct dev *))
{
	return f(d);
}

int
ok_picked(struct dev *d, int which)
{
	int error;

	mutex_enter(&d->d_lock);
	error = pick(d, which ? first : second);
	if (error)
		return error;
	mutex_exit(&d->d_lock);
	return 0;
}

int
bad_picked(struct dev *d, int which)
{
	int error;

	mutex_enter(&d->d_lock);
	error = pick(d, which ? first : second);
	if (error)
		return error;
	if (d->d_busy > 7)
		return 7;		/* expect: IPL013 */
	mutex_exit(&d->d_lock);
	return 0;
}

/* Where only a member tells, the caller is not to blame. */
static void
finish(struct dev *d)
{
	if (d->d_dead == 0) {
		mutex_enter(&d->d_spin);
		mutex_exit(&d->d_spin);
		mutex_exit(&d->d_lock);
	}
}

int
ok_left_to_callee(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (d->d_busy == 0) {
		mutex_exit(&d->d_lock);
		return 0;
	}
	finish(d);
	return 0;
}

/* Held, if it is not NULL. */
struct dev *
ok_get(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (d->d_dead)
		return d->d_next;
	mutex_exit(&d->d_lock);
	return NULL;
}

int
ok_got(struct dev *d)
{
	if (ok_get(d) == NULL)
		return 1;
	mutex_exit(&d->d_lock);
	return 0;
}

int
bad_got(struct dev *d)
{
	if (ok_get(d) == NULL)
		return 1;
	if (d->d_busy)
		return 2;		/* expect: IPL013 */
	mutex_exit(&d->d_lock);
	return 0;
}

/* Two by their addresses, which may be the same. */
void
ok_ordered(struct dev *d, struct dev *e)
{
	mutex_enter(d->d_obj);
	if (e->d_obj < d->d_obj) {
		mutex_exit(d->d_obj);
		mutex_enter(e->d_obj);
		mutex_enter(d->d_obj);
	} else if (d->d_obj < e->d_obj)
		mutex_enter(e->d_obj);
	d->d_busy = e->d_busy;
	if (d->d_obj != e->d_obj)
		mutex_exit(e->d_obj);
	mutex_exit(d->d_obj);
}

static void
bad_ordered(struct dev *d, struct dev *e)
{
	if (e->d_obj < d->d_obj)
		mutex_exit(d->d_obj);	/* expect: IPL011 */
	else if (d->d_obj < e->d_obj)
		mutex_enter(e->d_obj);
	d->d_busy = e->d_busy;
	if (d->d_obj < e->d_obj)
		mutex_exit(e->d_obj);
}

void
ok_orders(struct dev *d)
{
	bad_ordered(d, d->d_next);
}

/* A pointer that cannot mean the one that is held here. */
void
ok_owner(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (d->d_next != NULL)
		mutex_exit(d->d_next->d_obj);
	mutex_exit(&d->d_lock);
}

/* One that a variable points to. */
static kmutex_t *list_lock;
extern kmutex_t *other_lock;

void
list_init(void)
{
	list_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
}

int
bad_variable(struct dev *d)
{
	mutex_enter(list_lock);
	if (d->d_dead)
		return 1;		/* expect: IPL013 */
	mutex_exit(list_lock);
	return d->d_busy;
}

/* Initialised in a unit that is not here. */
int
bad_elsewhere(struct dev *d)
{
	mutex_enter(other_lock);
	if (d->d_dead)
		return 1;		/* expect: IPL013 */
	mutex_exit(other_lock);
	return d->d_busy;
}

/* The caller's, under another name. */
void
ok_shared(struct dev *d)
{
	mutex_exit(d->d_obj);
	d->d_busy = 0;
	mutex_enter(list_lock);
}

/* What was read through is not NULL. */
void
ok_last(struct dev *d, struct dev *end)
{
	struct dev *last = NULL;

	for (; d != end; d = d->d_next) {
		if (last == NULL)
			mutex_enter(&end->d_lock);
		last = d;
		last->d_busy = last->d_dead;
	}
	if (last != NULL)
		mutex_exit(&end->d_lock);
}

/* More ways than are followed for what is less than a mutex. */
int
bad_many(struct dev *d)
{
	int a = random_bit(), b = random_bit(), c = random_bit();
	int e = random_bit();

	if (a)
		d->d_busy++;
	if (b)
		d->d_busy++;
	if (c)
		d->d_busy++;
	if (e)
		d->d_busy++;
	mutex_enter(&d->d_lock);
	if (a && b && c && e && d->d_dead)
		return 1;		/* expect: IPL013 */
	mutex_exit(&d->d_lock);
	if (a)
		d->d_busy--;
	if (b)
		d->d_busy--;
	if (c)
		d->d_busy--;
	if (e)
		d->d_busy--;
	return 0;
}

/* Errors that are handed around as pointers. */
static inline int
is_error(const void *p)
{
	return (unsigned long)p >= (unsigned long)-4095;
}

struct dev *
ok_lock_next(struct dev *d)
{
	struct dev *next = d->d_next;

	mutex_enter(&next->d_lock);
	if (next->d_dead) {
		mutex_exit(&next->d_lock);
		return (struct dev *)-5L;
	}
	return next;
}

int
ok_error(struct dev *d)
{
	struct dev *next = ok_lock_next(d);

	if (is_error(next))
		return 1;
	mutex_exit(&next->d_lock);
	return 0;
}

int
bad_error(struct dev *d)
{
	struct dev *next = ok_lock_next(d);

	if (is_error(next))
		return 1;
	if (next->d_busy)
		return 2;		/* expect: IPL013 */
	mutex_exit(&next->d_lock);
	return 0;
}

/* It gives an object, and its mutex held with it. */
struct dev *
ok_create(struct dev *d)
{
	struct dev *new = dev_alloc(d);

	mutex_enter(&new->d_lock);
	if (new->d_dead) {
		mutex_exit(&new->d_lock);
		return (struct dev *)-5L;
	}
	return new;
}

void
ok_submit(struct dev *d)
{
	d->d_busy = 0;
	mutex_exit(&d->d_lock);
}

/* Who has the object has the mutex: returned, or stored. */
struct dev *
ok_passes_on(struct dev *d)
{
	struct dev *new = ok_create(d);
	int error;

	if (is_error(new))
		return new;
	error = random_bit();
	if (error) {
		ok_submit(new);
		return (struct dev *)(long)error;
	}
	return new;
}

int
ok_stores(struct dev *d)
{
	struct dev *new = ok_create(d);
	int error;

	if (is_error(new))
		return 5;
	error = random_bit();
	if (error)
		ok_submit(new);
	else
		d->d_next = new;
	return error;
}

int
bad_forgets(struct dev *d)
{
	struct dev *new = ok_create(d);

	if (is_error(new))
		return 5;
	if (random_bit())
		return 5;		/* expect: IPL013 */
	ok_submit(new);
	return 0;
}

/* One of a table takes it for the other, which not all tables have. */
static int
acquire(struct dev *d)
{
	mutex_enter(&d->d_hook.w_lock);
	if (d->d_dead) {
		mutex_exit(&d->d_hook.w_lock);
		return 5;
	}
	return 0;
}

static int
ok_pre(struct dev *d)
{
	return acquire(d);
}

static void
ok_post(struct dev *d)
{
	mutex_enter(&d->d_inner.w_lock);
	d->d_busy--;
	mutex_exit(&d->d_inner.w_lock);
	mutex_exit(&d->d_hook.w_lock);
}

static int
no_pre(struct dev *d)
{
	return d->d_dead ? 5 : 0;
}

static void
no_post(struct dev *d)
{
	d->d_busy = 0;
}

void
hooks_init(struct hooks *h, int which)
{
	h->h_pre = which ? ok_pre : no_pre;
	h->h_post = which ? ok_post : no_post;
}

void
ok_hooked(struct hooks *h, struct dev *d)
{
	if (h->h_pre(d) != 0)
		return;
	d->d_busy++;
	h->h_post(d);
}

/* A queue that was not empty is emptied through the links of its members. */
int
bad_emptied(struct dev *d)
{
	struct dev *e;
	int error = 0;

	if (d->d_next == NULL)
		return 1;
	if (d->d_dead) {
		error = 5;
		goto out;
	}
	mutex_enter(&d->d_lock);
	if (random_bit()) {
		error = 5;
		goto out;
	}
	d->d_busy++;
	mutex_exit(&d->d_lock);
out:
	while (d->d_next != NULL) {
		e = d->d_next;
		*e->d_prev = e->d_next;
	}
	return error;			/* expect: IPL013 */
}
