/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mix: spl and spin mutexes that overlap.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct mix_softc {
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	u_int sc_value;
	int sc_level;
};

void
mix_attach(struct mix_softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	sc->sc_level = IPL_SOFTNET;
}

/* spl outside, mutex inside. */
void
ok_mix_outside(struct mix_softc *sc)
{
	int s;

	s = splvm();
	mutex_enter(&sc->sc_lock);
	sc->sc_value++;
	mutex_exit(&sc->sc_lock);
	splx(s);
}

void
bad_mix_outside(struct mix_softc *sc)
{
	int s;

	s = splvm();
	mutex_enter(&sc->sc_lock);
	if (sc->sc_value == 0) {
		mutex_exit(&sc->sc_lock);
		return;			/* expect: IPL004 in bad_mix_outside */
	}
	mutex_exit(&sc->sc_lock);
	splx(s);
}

/* Mutex outside, spl inside: the restore goes down to the mutex' level. */
void
ok_mix_inside(struct mix_softc *sc)
{
	int s;

	mutex_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_value++;
	splx(s);
	mutex_exit(&sc->sc_lock);
}

/* H1: restores while the mutex, taken later, is still held. */
void
bad_mix_h1(struct mix_softc *sc)
{
	int s;

	s = splvm();
	mutex_enter(&sc->sc_lock);
	sc->sc_value++;
	splx(s);			/* expect: IPL006 in bad_mix_h1 */
	mutex_exit(&sc->sc_lock);
}

/*
 * H2: the last exit gives up the protection of splhigh().  Where restores
 * only lower the level is right at the end, but the section was not; where
 * they set it would stay at IPL_VM (IPL007).
 */
void
bad_mix_h2(struct mix_softc *sc)
{
	int s;

	mutex_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_value++;
	mutex_exit(&sc->sc_lock);
	splx(s);			/* expect: IPL005 in bad_mix_h2 */
}

/* H3: lowers to a level that is given, below the mutex. */
void
bad_mix_h3(struct mix_softc *sc)
{

	mutex_enter(&sc->sc_high);
	sc->sc_value++;
	splx(sc->sc_level);		/* expect: IPL006 in bad_mix_h3 */
	mutex_exit(&sc->sc_high);
}

/* All the way down. */
void
bad_mix_spl0(struct mix_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_value++;
	spl0();				/* expect: IPL006 in bad_mix_spl0 */
	mutex_exit(&sc->sc_lock);
}

/* Released out of order: the level stays up until the last one goes. */
void
ok_mix_crossed(struct mix_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	mutex_enter(&sc->sc_high);
	sc->sc_value++;
	mutex_exit(&sc->sc_lock);
	sc->sc_value++;
	mutex_exit(&sc->sc_high);
}

void
bad_mix_crossed(struct mix_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	mutex_enter(&sc->sc_high);
	sc->sc_value++;
	mutex_exit(&sc->sc_lock);
	if (sc->sc_value > 5)
		return;			/* expect: IPL003 in bad_mix_crossed */
	mutex_exit(&sc->sc_high);
}

/* The inner one is lost; the outer exit then restores nothing. */
int
bad_mix_nested(struct mix_softc *sc)
{
	int error = 0;

	mutex_enter(&sc->sc_lock);
	mutex_enter(&sc->sc_high);
	if (sc->sc_value == 0)
		goto out;
	sc->sc_value--;
	mutex_exit(&sc->sc_high);
out:
	mutex_exit(&sc->sc_lock);
	return error;			/* expect: IPL003 in bad_mix_nested */
}

/* Released twice. */
void
bad_mix_twice(struct mix_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_value++;
	mutex_exit(&sc->sc_lock);
	if (sc->sc_value > 10)
		mutex_exit(&sc->sc_lock);	/* expect: IPL011 in bad_mix_twice */
}
