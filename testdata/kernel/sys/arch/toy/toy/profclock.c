/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * profclock: hardware handlers above IPL_VM that take a mutex.
 *
 * A thread may hold a spin mutex at IPL_VM when they come (wdc.c does).
 * Then no release in the handler is the last one, and a mutex above the
 * handler's level leaves that level behind.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct prof_softc {
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	kmutex_t sc_sched;		/* spin, IPL_SCHED */
	u_int sc_samples;
	u_int sc_lost;
};

/* A mutex of the handler's own level: nothing moves. */
static int
ok_profclock_intr(void *arg)
{
	struct prof_softc *sc = arg;

	mutex_spin_enter(&sc->sc_sched);
	sc->sc_samples++;
	mutex_spin_exit(&sc->sc_sched);
	return 1;
}

/*
 * A mutex above it.  The dispatcher of hardware interrupts stores the level
 * from before, so this one is only a note.
 */
static int
bad_profclock_intr(void *arg)
{
	struct prof_softc *sc = arg;

	mutex_spin_enter(&sc->sc_high);
	sc->sc_lost++;
	mutex_spin_exit(&sc->sc_high);
	return 1;			/* expect: IPL002 in bad_profclock_intr */
}

/*
 * The same as a repair: the level is taken from before the mutex and given
 * back.  It holds for both kinds of entry.
 */
static int
ok_profclock_bracketed(void *arg)
{
	struct prof_softc *sc = arg;
	int s;

	s = splhigh();
	mutex_spin_enter(&sc->sc_high);
	sc->sc_lost++;
	mutex_spin_exit(&sc->sc_high);
	splx(s);
	return 1;
}

/* Two mutexes, released out of order: the count does not mind. */
static int
ok_profclock_crossed(void *arg)
{
	struct prof_softc *sc = arg;
	int s;

	s = splhigh();
	mutex_spin_enter(&sc->sc_sched);
	mutex_spin_enter(&sc->sc_high);
	sc->sc_lost = sc->sc_samples;
	mutex_spin_exit(&sc->sc_sched);
	mutex_spin_exit(&sc->sc_high);
	splx(s);
	return 1;
}

void
profclock_attach(struct prof_softc *sc)
{

	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_sched, MUTEX_DEFAULT, IPL_SCHED);
	intr_establish(8, NULL, 8, IST_EDGE, IPL_SCHED, ok_profclock_intr, sc,
	    true);
	intr_establish(9, NULL, 9, IST_EDGE, IPL_CLOCK, bad_profclock_intr, sc,
	    true);
	intr_establish(10, NULL, 10, IST_EDGE, IPL_CLOCK,
	    ok_profclock_bracketed, sc, true);
	intr_establish(11, NULL, 11, IST_EDGE, IPL_CLOCK,
	    ok_profclock_crossed, sc, true);
}
