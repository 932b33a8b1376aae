/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* A lock that is taken by a call and pointed to by one of its arguments. */

#include "toy.h"

void lookup_lock(int, kmutex_t **);
int try_lookup_lock(int, kmutex_t **);

int ok_looked_up(struct softc *, int);
int bad_looked_up(struct softc *, int);
int ok_member(struct softc *, int);
int bad_member(struct softc *, int);
int ok_tried(struct softc *, int);
int bad_tried(struct softc *, int);
int ok_two(struct softc *, int, int);
int bad_two(struct softc *, int, int);

int
ok_looked_up(struct softc *sc, int n)
{
	kmutex_t *lock;

	lookup_lock(n, &lock);
	sc->sc_flags = n;
	mutex_spin_exit(lock);
	return 0;
}

int
bad_looked_up(struct softc *sc, int n)
{
	kmutex_t *lock;

	lookup_lock(n, &lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(lock);
	return 0;
}

int
ok_member(struct softc *sc, int n)
{

	lookup_lock(n, &sc->sc_ptr);
	sc->sc_flags = n;
	mutex_spin_exit(sc->sc_ptr);
	return 0;
}

int
bad_member(struct softc *sc, int n)
{

	lookup_lock(n, &sc->sc_ptr);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(sc->sc_ptr);
	return 0;
}

int
ok_tried(struct softc *sc, int n)
{
	kmutex_t *lock;

	if (try_lookup_lock(n, &lock) != 0)
		return 0;
	sc->sc_flags = n;
	mutex_spin_exit(lock);
	return 0;
}

int
bad_tried(struct softc *sc, int n)
{
	kmutex_t *lock;

	if (try_lookup_lock(n, &lock) != 0)
		return 0;
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(lock);
	return 0;
}

int
ok_two(struct softc *sc, int n, int m)
{
	kmutex_t *a, *b;

	lookup_lock(n, &a);
	lookup_lock(m, &b);
	sc->sc_flags = n + m;
	mutex_spin_exit(b);
	mutex_spin_exit(a);
	return 0;
}

int
bad_two(struct softc *sc, int n, int m)
{
	kmutex_t *a, *b;

	lookup_lock(n, &a);
	lookup_lock(m, &b);
	sc->sc_flags = n + m;
	mutex_spin_exit(b);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(a);
	return 0;
}
