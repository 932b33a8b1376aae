/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * adv: wrappers under the names of another system.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

struct adv_softc {
	u_int sc_queue;
	bool sc_abort;
	int sc_old[2];
};

static int
DvcEnterCritical(void)
{

	return splbio();
}

static void
DvcLeaveCritical(int saved)
{

	splx(saved);
}

int
ok_adv_execute(struct adv_softc *sc)
{
	int last, sta;

	last = DvcEnterCritical();
	if (sc->sc_abort) {
		DvcLeaveCritical(last);
		return EBUSY;
	}
	sta = (int)sc->sc_queue++;
	DvcLeaveCritical(last);
	return sta > 100 ? EBUSY : 0;
}

int
bad_adv_execute(struct adv_softc *sc)
{
	int last;

	last = DvcEnterCritical();
	if (sc->sc_abort)
		return EBUSY;		/* expect: IPL004 in bad_adv_execute */
	sc->sc_queue++;
	DvcLeaveCritical(last);
	return EBUSY;
}

/* The second save takes the variable of the first. */
void
bad_adv_resave(struct adv_softc *sc)
{
	int s;

	s = splbio();
	sc->sc_queue++;
	s = splhigh();
	sc->sc_queue++;
	splx(s);
}					/* expect: IPL004 in bad_adv_resave */

/* Two saves, two variables, restored inside out. */
void
ok_adv_resave(struct adv_softc *sc)
{
	int s, t;

	s = splbio();
	sc->sc_queue++;
	t = splhigh();
	sc->sc_queue++;
	splx(t);
	splx(s);
}

/* Two saves in one variable, restored in between. */
void
ok_adv_twice(struct adv_softc *sc)
{
	int s;

	s = splbio();
	sc->sc_queue++;
	splx(s);
	s = splhigh();
	sc->sc_queue++;
	splx(s);
}

/* A raise where the restore was meant. */
void
bad_adv_typo(struct adv_softc *sc)
{
	int s;

	s = splbio();
	KASSERT(s >= IPL_NONE);
	sc->sc_queue++;
	splbio();
}					/* expect: IPL004 in bad_adv_typo */

/*
 * The outer level first, then the inner: the level is right at the end,
 * where restores only lower, and wrong where they set.
 */
void
bad_adv_swapped(struct adv_softc *sc)
{
	int s, t;

	s = splbio();
	t = splhigh();
	sc->sc_queue++;
	splx(s);
	splx(t);			/* expect: IPL005 in bad_adv_swapped */
}

/* Restores what was never saved. */
void
bad_adv_unsaved(struct adv_softc *sc)
{
	int s = IPL_HIGH;

	if (sc->sc_abort)
		s = splbio();
	sc->sc_queue++;
	splx(s);			/* expect: IPL005 in bad_adv_unsaved */
}

/* Saved levels in an array. */
void
ok_adv_array(struct adv_softc *sc)
{

	sc->sc_old[0] = splbio();
	sc->sc_old[1] = splhigh();
	sc->sc_queue++;
	splx(sc->sc_old[1]);
	splx(sc->sc_old[0]);
}

void
bad_adv_array(struct adv_softc *sc)
{

	sc->sc_old[0] = splbio();
	sc->sc_old[1] = splhigh();
	sc->sc_queue++;
	splx(sc->sc_old[1]);
	if (sc->sc_abort)
		return;			/* expect: IPL004 in bad_adv_array */
	splx(sc->sc_old[0]);
}

/* A copy of the token is as good. */
void
ok_adv_copy(struct adv_softc *sc)
{
	int s, saved;

	s = splbio();
	saved = s;
	sc->sc_queue++;
	s = 0;
	splx(saved);
	__USE(s);
}

void
bad_adv_copy(struct adv_softc *sc)
{
	int s, saved;

	s = splbio();
	saved = s;
	s = splhigh();
	sc->sc_queue++;
	splx(s);
	__USE(saved);
}					/* expect: IPL004 in bad_adv_copy */

/* Reads the level and sets another, as a restore that saves would. */
static int
ok_adv_exchange(int new)
{
	int old = splhigh();

	splx(new);
	return old;
}

void
ok_adv_let_in(struct adv_softc *sc)
{
	int outer, s;

	outer = splhigh();
	sc->sc_queue++;
	s = ok_adv_exchange(IPL_VM);
	sc->sc_queue++;
	splx(s);
	splx(outer);
}

void
bad_adv_let_in(struct adv_softc *sc)
{
	int outer, s;

	outer = splhigh();
	s = ok_adv_exchange(IPL_VM);
	if (sc->sc_abort)
		return;			/* expect: IPL004 in bad_adv_let_in */
	splx(s);
	splx(outer);
}
