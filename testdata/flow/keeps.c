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
