/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The defects of base, in functions that have been worked on: other
 * conditions, other locks and pairs, variables of the same names, other
 * results, another order.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct toy_softc {
	kmutex_t sc_new;		/* spin, IPL_VM */
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	u_int sc_count, sc_errors;
	bool sc_dead, sc_gone, sc_debug;
};

static int bad_toy_stats(struct toy_softc *);

static void
bad_toy_drop(struct toy_softc *sc)
{
	u_int old;
	int s;

	if (sc->sc_debug)
		printf("drop\n");
	s = splvm();
	mutex_enter(&sc->sc_lock);
	old = sc->sc_count++;
	if (old == 0)
		sc->sc_errors++;
	splx(s);
	mutex_exit(&sc->sc_lock);
}

static int
bad_toy_switch(struct toy_softc *sc, int cmd)
{
	int s, error = EINVAL;

	if (sc->sc_debug)
		printf("switch\n");
	s = splvm();
	switch (cmd) {
	case 1:
		if (sc->sc_debug)
			sc->sc_errors = 0;
		return 0;
	case 2:
	case 3:
		sc->sc_count = 0;
		break;
	default:
		sc->sc_errors++;
		return error;
	}
	splx(s);
	return 0;
}

/* The same splx() is forgotten twice. */
static int
bad_toy_twins(struct toy_softc *sc)
{
	int s, error = EIO;

	if (sc->sc_debug) {
		int s;

		s = splhigh();
		sc->sc_errors = 0;
		splx(s);
	}
	s = splvm();
	if (sc->sc_dead) {
		if (sc->sc_debug)
			printf("dead\n");
		return error;
	}
	mutex_enter(&sc->sc_new);
	sc->sc_errors++;
	mutex_exit(&sc->sc_new);
	if (sc->sc_gone)
		return 0;
	splx(s);
	return 0;
}

/* The same once more, under conditions that read the same. */
static int
bad_toy_same(struct toy_softc *sc, int unit)
{
	int s;

	s = splvm();
	if (sc->sc_debug)
		printf("same\n");
	if (unit == 0) {
		if (sc->sc_dead)
			return EIO;
		sc->sc_count = 1;
	} else {
		if (sc->sc_dead)
			return 0;
		sc->sc_count = 2;
	}
	splx(s);
	return 0;
}

static int
bad_toy_intr(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	if (sc->sc_gone)
		return 0;
	mutex_enter(&sc->sc_new);
	sc->sc_errors++;
	mutex_exit(&sc->sc_new);
	s = splhigh();
	if (sc->sc_debug)
		printf("interrupt\n");
	if (sc->sc_dead) {
		sc->sc_errors++;
		return 1;
	}
	sc->sc_count++;
	splx(s);
	return 1;
}

/* Entered with toy_poll()'s mutex held, it leaves IPL_HIGH behind. */
static int
bad_toy_clock(void *arg)
{
	struct toy_softc *sc = arg;

	if (sc->sc_gone)
		return 0;
	mutex_spin_enter(&sc->sc_high);
	sc->sc_count++;
	if (sc->sc_debug)
		printf("clock\n");
	mutex_spin_exit(&sc->sc_high);
	return 1;
}

void
toy_poll(struct toy_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_count++;
	mutex_exit(&sc->sc_lock);
}

void
toy_attach(struct toy_softc *sc)
{

	mutex_init(&sc->sc_new, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	intr_establish(8, NULL, 8, IST_EDGE, IPL_VM, bad_toy_intr, sc, true);
	intr_establish(9, NULL, 9, IST_EDGE, IPL_SCHED, bad_toy_clock, sc,
	    true);
	bad_toy_stats(sc);
	bad_toy_twins(sc);
	bad_toy_same(sc, 0);
	bad_toy_switch(sc, 1);
	bad_toy_drop(sc);
	toy_poll(sc);
}

static int
bad_toy_stats(struct toy_softc *sc)
{
	u_int count;
	int error = 0;

	count = sc->sc_count;
	mutex_enter(&sc->sc_lock);
	if (count > 0)
		error = EAGAIN;
	if (sc->sc_gone)
		return EBUSY;
	sc->sc_count = 0;
	mutex_exit(&sc->sc_lock);
	return error;
}
