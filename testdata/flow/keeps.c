/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Mutexes that a function takes and returns with. */

#include "toy.h"

static kmutex_t lost, paired, tried, shared;
static struct filter {
	int (*f_event)(struct softc *);
} filter;

void
keeps_init(void)
{

	mutex_init(&lost, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&paired, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&tried, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&shared, MUTEX_DEFAULT, IPL_VM);
}

/* Nobody releases it. */
static void
bad_keeps(struct softc *sc)
{

	mutex_enter(&lost);
	sc->sc_flags++;
}					/* expect: IPL003 */

void
ok_calls_keeps(struct softc *sc)
{

	bad_keeps(sc);
}

/* Whether they call it or not, callers are not to blame. */
int
ok_perhaps_calls_keeps(struct softc *sc)
{

	if (sc->sc_dead)
		bad_keeps(sc);
	return 0;
}

/* Called through a pointer: but nobody releases that mutex. */
static int
bad_event(struct softc *sc)
{

	mutex_enter(&lost);
	return sc->sc_flags;		/* expect: IPL003 */
}

void
keeps_attach(void)
{

	filter.f_event = bad_event;
}

int
ok_calls_event(struct softc *sc)
{

	return filter.f_event(sc);
}

/* A wrapper is one because of its callers... */
static void
ok_lock(void)
{

	mutex_enter(&paired);
}

void
ok_user(struct softc *sc)
{

	ok_lock();
	sc->sc_flags++;
	mutex_exit(&paired);
}

/* ...or because of its fellow, though no caller is here. */
void
ok_lock_all(void)
{

	mutex_enter(&shared);
}

void
ok_unlock_all(void)
{

	mutex_exit(&shared);
}

/* Callers cannot tell whether it was taken. */
static void
bad_tries(struct softc *sc)
{

	if (mutex_tryenter(&tried))
		sc->sc_flags++;
}					/* expect: IPL003 */

void
ok_calls_tries(struct softc *sc)
{

	bad_tries(sc);
}

/*
 * Called through pointers, where the others of the same member keep nothing,
 * and nobody releases for them.
 */
static kmutex_t queue, bus, either, both, passed, handed;
static struct ops {
	int (*o_attach)(struct softc *, int);
	int (*o_acquire)(struct softc *);
	int (*o_release)(struct softc *);
	int (*o_open)(struct softc *);
} ops, other_ops;

void
keeps_init_more(void)
{

	mutex_init(&queue, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&bus, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&either, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&both, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&passed, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&handed, MUTEX_DEFAULT, IPL_VM);
}

static int
ok_attach(struct softc *sc, int hint)
{

	mutex_enter(&queue);
	sc->sc_flags++;
	mutex_exit(&queue);
	return 0;
}

static int
bad_attach(struct softc *sc, int hint)
{

	mutex_enter(&queue);
	sc->sc_flags++;
	return 0;			/* expect: IPL003 */
}

/* By an argument, and the release is missing. */
static int
bad_attach_by_argument(struct softc *sc, int hint)
{

	if (hint != 1)
		mutex_enter(&queue);
	sc->sc_flags++;
	return 0;			/* expect: IPL003 */
}

/* On one way, where the other returns something else. */
static int
bad_attach_by_result(struct softc *sc, int hint)
{

	mutex_enter(&queue);
	if (sc->sc_dead)
		return 1;		/* expect: IPL003 */
	mutex_exit(&queue);
	return 0;
}

/* Functions that lock and unlock for those who call them by pointer. */
static int
ok_acquire(struct softc *sc)
{

	mutex_enter(&bus);
	return 0;
}

static int
ok_release(struct softc *sc)
{

	mutex_exit(&bus);
	return 0;
}

static int
ok_acquire_nothing(struct softc *sc)
{

	return 0;
}

/* Both take it. */
static int
ok_open(struct softc *sc)
{

	mutex_enter(&both);
	return 0;
}

static int
ok_open_too(struct softc *sc)
{

	mutex_enter(&both);
	return 0;
}

void
keeps_attach_more(int i)
{

	ops.o_attach = i == 0 ? ok_attach : i == 1 ? bad_attach : i == 2 ?
	    bad_attach_by_argument : bad_attach_by_result;
	ops.o_acquire = ok_acquire;
	ops.o_release = ok_release;
	ops.o_open = ok_open;
	other_ops.o_acquire = ok_acquire_nothing;
	other_ops.o_release = ok_acquire_nothing;
	other_ops.o_open = ok_open_too;
}

int
ok_calls_attach(struct ops *o, struct softc *sc)
{

	return o->o_attach(sc, 2);
}

int
ok_calls_acquire(struct ops *o, struct softc *sc)
{

	o->o_acquire(sc);
	sc->sc_flags++;
	return o->o_release(sc);
}

int
ok_calls_open(struct ops *o, struct softc *sc)
{

	o->o_open(sc);
	sc->sc_flags++;
	mutex_exit(&both);
	return 0;
}

/* One of two functions has taken it. */
static void
ok_take_one_way(struct softc *sc)
{

	mutex_enter(&either);
}

static void
ok_take_another_way(struct softc *sc)
{

	mutex_enter(&either);
	sc->sc_flags++;
}

void
ok_takes_either(struct softc *sc)
{

	if (sc->sc_dead)
		ok_take_one_way(sc);
	else
		ok_take_another_way(sc);
	mutex_exit(&either);
}

/* For callers that are not here, through a function of their own. */
static void
ok_lock_inside(void)
{

	mutex_enter(&passed);
}

void
ok_lock_outside(void)
{

	ok_lock_inside();
}

void
ok_unlock_outside(void)
{

	mutex_exit(&passed);
}

/* A caller's caller releases it, and another has taken it himself. */
static void
ok_lock_deep(void)
{

	mutex_enter(&handed);
}

static void
ok_lock_halfway(void)
{

	ok_lock_deep();
}

void
ok_lock_above(struct softc *sc)
{

	ok_lock_halfway();
	sc->sc_flags++;
	mutex_exit(&handed);
}
