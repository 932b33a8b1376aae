/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* One defect of each kind whose fingerprint the other folders keep or not. */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/mutex.h>


struct toy_softc {
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	u_int sc_count;
	bool sc_dead, sc_gone;
};

static int
bad_toy_intr(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splhigh();
	if (sc->sc_dead)
		return 0;
	sc->sc_count++;
	splx(s);
	return 1;
}

/* Entered with toy_poll()'s mutex held, it leaves IPL_HIGH behind. */
static int
bad_toy_clock(void *arg)
{
	struct toy_softc *sc = arg;

	mutex_spin_enter(&sc->sc_high);
	sc->sc_count++;
	mutex_spin_exit(&sc->sc_high);
	return 1;
}

static int
bad_toy_stats(struct toy_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	if (sc->sc_gone)
		return EBUSY;
	sc->sc_count = 0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* The same splx() is forgotten twice. */
static int
bad_toy_twins(struct toy_softc *sc)
{
	int s;

	s = splvm();
	if (sc->sc_dead)
		return EIO;
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
	if (unit == 0) {
		sc->sc_count = 1;
		if (sc->sc_dead)
			return EIO;
	} else {
		sc->sc_count = 2;
		if (sc->sc_dead)
			return 0;
	}
	splx(s);
	return 0;
}

static int
bad_toy_switch(struct toy_softc *sc, int cmd)
{
	int s;

	s = splvm();
	switch (cmd) {
	case 1:
		return 0;
	case 2:
		sc->sc_count = 0;
		break;
	default:
		return EINVAL;
	}
	splx(s);
	return 0;
}

static void
bad_toy_drop(struct toy_softc *sc)
{
	int s;

	s = splvm();
	mutex_enter(&sc->sc_lock);
	sc->sc_count++;
	splx(s);
	mutex_exit(&sc->sc_lock);
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
