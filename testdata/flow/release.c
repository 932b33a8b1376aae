/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Releases of mutexes that are not held, and those that only look so. */

#include "toy.h"

struct dev {
	kmutex_t d_lock;		/* spin, IPL_VM */
	kmutex_t d_soft;		/* adaptive */
	kmutex_t d_other;		/* spin, IPL_VM */
	int d_dead, d_busy;
	struct dev *d_next;
};

void dev_init(struct dev *);
void bad_twice(struct dev *);
void ok_retaken(struct dev *);
void ok_other_object(struct dev *, struct dev *);
static void drop_twice(struct dev *);
void ok_holds(struct dev *);
static void ok_drop(struct dev *);
static void ok_drop_retake(struct dev *);
void bad_spin_exit(struct dev *);
void ok_spin_both(struct dev *);
static void bad_nobody(struct dev *);
void ok_innocent(struct dev *);
static void ok_inner_done(struct dev *);
void ok_inner(struct dev *);
void bad_inner(struct dev *);
static int bad_intr(void *);
int ok_intr(void *);
void ok_not_called(struct dev *);
static void take_at(struct dev *);
void ok_retaken_below(struct dev *);
static void done_if(struct dev *, int);
void ok_done_if_not(struct dev *);
void ok_null(struct dev *);
static struct dev *get_locked(struct dev *);
static void bad_keeps(struct dev *);
void ok_keeper_below(struct dev *);
int ok_keeper_below_too(struct dev *);
static void ok_passes_on(struct dev *);
static void ok_takes(struct dev *);
void ok_releases(struct dev *);
static void bad_tries(struct dev *);
void ok_calls_tries(struct dev *);
static kmutex_t keep_lock, pass_lock, try_lock;

void
dev_init(struct dev *d)
{
	mutex_init(&d->d_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&d->d_other, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&d->d_soft, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&keep_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&pass_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&try_lock, MUTEX_DEFAULT, IPL_VM);
	pci_intr_establish(d, 0, IPL_VM, bad_intr, d);
	pci_intr_establish(d, 0, IPL_VM, ok_intr, d);
}

void
bad_twice(struct dev *d)
{
	mutex_enter(&d->d_lock);
	if (d->d_dead)
		mutex_exit(&d->d_lock);
	else {
		mutex_exit(&d->d_lock);
		if (d->d_busy)
			mutex_exit(&d->d_lock);	/* expect: IPL011 */
	}
}

void
ok_retaken(struct dev *d)
{
	mutex_enter(&d->d_lock);
	mutex_exit(&d->d_lock);
	mutex_enter(&d->d_lock);
	mutex_exit(&d->d_lock);
}

void
ok_other_object(struct dev *a, struct dev *b)
{
	mutex_enter(&a->d_lock);
	mutex_enter(&b->d_lock);
	mutex_exit(&a->d_lock);
	mutex_exit(&b->d_lock);
}

/* Called with d_lock held; released twice, and taken once. */
static void
drop_twice(struct dev *d)
{
	mutex_exit(&d->d_lock);
	if (random_bit())
		mutex_exit(&d->d_lock);	/* expect: IPL011 */
	mutex_enter(&d->d_lock);
}

void
ok_holds(struct dev *d)
{
	mutex_enter(&d->d_lock);
	drop_twice(d);
	mutex_exit(&d->d_lock);
	mutex_enter(&d->d_lock);
	ok_drop_retake(d);
	ok_drop(d);
}

static void
ok_drop(struct dev *d)
{
	mutex_exit(&d->d_lock);
}

static void
ok_drop_retake(struct dev *d)
{
	mutex_exit(&d->d_lock);
	d->d_busy = 0;
	mutex_enter(&d->d_lock);
}

/* Adaptive, released as if it spun. */
void
bad_spin_exit(struct dev *d)
{
	mutex_enter(&d->d_soft);
	if (d->d_dead) {
		mutex_spin_exit(&d->d_soft);	/* expect: IPL011 */
		return;
	}
	mutex_exit(&d->d_soft);
}

void
ok_spin_both(struct dev *d)
{
	mutex_spin_enter(&d->d_lock);
	mutex_exit(&d->d_lock);
	mutex_enter(&d->d_lock);
	mutex_spin_exit(&d->d_lock);
}

/* Everybody calls it without the mutex. */
static void
bad_nobody(struct dev *d)
{
	if (!d->d_dead)
		mutex_enter(&d->d_other);
	d->d_busy++;
	mutex_exit(&d->d_other);	/* expect: IPL011 */
}

void
ok_innocent(struct dev *d)
{
	mutex_enter(&d->d_lock);
	bad_nobody(d);
	mutex_exit(&d->d_lock);
}

/* Releases for its caller; one of them has nothing to release. */
static void
ok_inner_done(struct dev *d)
{
	d->d_busy = 0;
	mutex_exit(&d->d_lock);
}

void
ok_inner(struct dev *d)
{
	mutex_enter(&d->d_lock);
	ok_inner_done(d);
}

static int
bad_intr(void *arg)
{
	struct dev *d = arg;

	if (d->d_dead)
		ok_inner_done(d);	/* expect: IPL011 */
	return 1;
}

int
ok_intr(void *arg)
{
	struct dev *d = arg;

	mutex_enter(&d->d_lock);
	if (d->d_dead)
		ok_inner_done(d);
	else
		mutex_exit(&d->d_lock);
	return 1;
}

/* Nobody knows who calls it. */
void
ok_not_called(struct dev *d)
{
	mutex_exit(&d->d_lock);
}

static void
take_at(struct dev *d)
{
	d->d_busy++;
	mutex_enter(&d->d_lock);
}

void
ok_retaken_below(struct dev *d)
{
	mutex_enter(&d->d_lock);
	mutex_exit(&d->d_lock);
	take_at(d);
	mutex_exit(&d->d_lock);
}

static void
done_if(struct dev *d, int locked)
{
	if (locked)
		mutex_exit(&d->d_lock);
}

void
ok_done_if_not(struct dev *d)
{
	done_if(d, 0);
	mutex_enter(&d->d_lock);
	done_if(d, 1);
}

/* NULL: not locked; a mutex inside of NULL is not released. */
static struct dev *
get_locked(struct dev *d)
{
	d = d->d_next;
	if (d == NULL)
		return NULL;
	mutex_enter(&d->d_lock);
	return d;
}

void
ok_null(struct dev *d)
{
	struct dev *n = get_locked(d);

	mutex_exit(&n->d_lock);
}

/* Its only release is gone: nobody has another. */
static void
bad_keeps(struct dev *d)
{
	mutex_enter(&keep_lock);
	d->d_busy++;
}				/* expect: IPL003 */

void
ok_keeper_below(struct dev *d)
{
	bad_keeps(d);
}

int
ok_keeper_below_too(struct dev *d)
{
	bad_keeps(d);
	return d->d_busy;
}

/* Released two calls up. */
static void
ok_takes(struct dev *d)
{
	d->d_busy = 1;
	mutex_enter(&pass_lock);
}

static void
ok_passes_on(struct dev *d)
{
	ok_takes(d);
	d->d_busy++;
}

void
ok_releases(struct dev *d)
{
	ok_passes_on(d);
	mutex_exit(&pass_lock);
}

/* Held if the try succeeds, which nobody is told. */
static void
bad_tries(struct dev *d)
{
	if (mutex_tryenter(&try_lock))
		d->d_busy++;
}				/* expect: IPL003 */

void
ok_calls_tries(struct dev *d)
{
	bad_tries(d);
	d->d_busy = 0;
}

/*
 * Taken one by one and collected in a list; released as they come off it.
 * That the list of the second loop has what the first has put there cannot be
 * seen, but neither that it has not.
 */
struct sink {
	kmutex_t s_lock;		/* spin, IPL_VM */
	struct sink *s_next;
};

static void ok_collect(struct sink *);
void ok_collected(struct sink *, struct dev *);

static void
ok_collect(struct sink *all)
{
	struct sink *s, *next, *mine = 0;

	for (s = all; s != 0; s = next) {
		next = s->s_next;
		if (!mutex_tryenter(&s->s_lock))
			continue;
		s->s_next = mine;
		mine = s;
	}
	for (;;) {
		s = mine;
		mine = s->s_next;
		mutex_spin_exit(&s->s_lock);
	}
}

void
ok_collected(struct sink *s, struct dev *d)
{
	mutex_init(&s->s_lock, MUTEX_DEFAULT, IPL_VM);
	ok_collect(s);
	mutex_enter(&s->s_lock);
	d->d_busy = s->s_next != 0;
	mutex_exit(&s->s_lock);
}
