/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Allocations that wait, and are tested for NULL all the same. */

#include "toy.h"

#define M_WAITOK	0x0000
#define M_NOWAIT	0x0001
#define M_ZERO		0x0002
#define M_CANFAIL	0x0004
#define KM_SLEEP	0x1
#define KM_NOSLEEP	0x2
#define PR_WAITOK	0x1
#define PR_NOWAIT	0x2
#define PR_LIMITFAIL	0x100

void	*kern_malloc(unsigned long, int);
void	*kmem_alloc(unsigned long, int);
void	*pool_get(void *, int);

int ok_waits(struct softc *);
int bad_does_not_wait(struct softc *);
int bad_can_fail(struct softc *);
int ok_kmem(struct softc *);
int bad_kmem(struct softc *);
int ok_pool(struct softc *, void *);
int bad_pool_limit(struct softc *, void *);
int bad_flags_of_caller(struct softc *, int);
int bad_other_error(struct softc *);

int
ok_waits(struct softc *sc)
{
	int s = splvm();

	sc->sc_next = kern_malloc(sizeof(*sc), M_WAITOK | M_ZERO);
	if (sc->sc_next == NULL)
		return 0;
	splx(s);
	return 0;
}

int
bad_does_not_wait(struct softc *sc)
{
	int s = splvm();

	sc->sc_next = kern_malloc(sizeof(*sc), M_NOWAIT | M_ZERO);
	if (sc->sc_next == NULL)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
bad_can_fail(struct softc *sc)
{
	int s = splvm();

	sc->sc_next = kern_malloc(sizeof(*sc), M_WAITOK | M_CANFAIL);
	if (sc->sc_next == NULL)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
ok_kmem(struct softc *sc)
{
	struct softc *new;
	int s = splvm();

	new = kmem_alloc(sizeof(*new), KM_SLEEP);
	if (!new)
		return 0;
	sc->sc_next = new;
	splx(s);
	return 0;
}

int
bad_kmem(struct softc *sc)
{
	struct softc *new;
	int s = splvm();

	new = kmem_alloc(sizeof(*new), KM_NOSLEEP);
	if (!new)
		return 0;		/* expect: IPL004 */
	sc->sc_next = new;
	splx(s);
	return 0;
}

int
ok_pool(struct softc *sc, void *pool)
{
	int s = splvm();

	if ((sc->sc_next = pool_get(pool, PR_WAITOK)) == NULL)
		return 0;
	splx(s);
	return 0;
}

int
bad_pool_limit(struct softc *sc, void *pool)
{
	int s = splvm();

	sc->sc_next = pool_get(pool, PR_WAITOK | PR_LIMITFAIL);
	if (sc->sc_next == NULL)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
bad_flags_of_caller(struct softc *sc, int flags)
{
	int s = splvm();

	sc->sc_next = kern_malloc(sizeof(*sc), flags);
	if (sc->sc_next == NULL)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* Another error on the same way out. */
int
bad_other_error(struct softc *sc)
{
	struct softc *new;
	int s = splvm();

	new = kmem_alloc(sizeof(*new), KM_SLEEP);
	if (new == NULL || sc->sc_dead)
		return 0;		/* expect: IPL004 */
	sc->sc_next = new;
	splx(s);
	return 0;
}
