/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Handlers against their contract. */

#include "toy.h"

void attach(struct softc *);
void establish(unsigned, void (*)(void *), void *);
void ok_configure(void);

/* Below its level at the end. */
static int
bad_spl0_intr(void *arg)
{
	struct softc *sc = arg;

	sc->sc_flags++;
	spl0();
	return 1;			/* expect: IPL012 */
}

static int
bad_lowered_intr(void *arg)
{
	struct softc *sc = arg;

	if (sc->sc_dead)
		return 0;
	splx(IPL_SOFTNET);
	return 1;			/* expect: IPL012 */
}

/* The lowering is in a function that is right elsewhere. */
void
ok_configure(void)
{

	spl0();
}

static int
bad_lowered_below_intr(void *arg)
{

	(void)arg;
	ok_configure();
	return 1;			/* expect: IPL012 */
}

/* Lowers for others to run, and goes back up. */
static int
ok_lets_in_intr(void *arg)
{
	struct softc *sc = arg;
	int s;

	s = splvm();
	spl0();
	sc->sc_flags++;
	splraise(s);
	return 1;
}

/* To the level that it has, or a higher one: nothing on this port. */
static int
ok_same_level_intr(void *arg)
{

	(void)arg;
	splx(IPL_VM);
	splx(IPL_HIGH);
	return 1;
}

static void
ok_soft(void *arg)
{
	struct softc *sc = arg;
	int s;

	s = splhigh();
	sc->sc_flags++;
	splx(s);
}

static void
bad_soft(void *arg)
{
	struct softc *sc = arg;

	sc->sc_flags++;
	splx(IPL_NONE);
}					/* expect: IPL012 */

/* Nobody calls a thread's function: there is nobody who could release. */
static void
bad_thread(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);
	while (sc->sc_dead == 0) {
		mutex_spin_exit(&sc->sc_lock);
		sc->sc_flags++;
		mutex_spin_enter(&sc->sc_lock);
	}
}					/* expect: IPL003 */

static void
ok_thread(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);
	while (sc->sc_dead == 0) {
		mutex_spin_exit(&sc->sc_lock);
		sc->sc_flags++;
		mutex_spin_enter(&sc->sc_lock);
	}
	mutex_spin_exit(&sc->sc_lock);
}

/* Hands its flag on. */
void
establish(unsigned flag, void (*fn)(void *), void *arg)
{

	softint_establish(flag, fn, arg);
}

static void
ok_other_soft(void *arg)
{

	(void)arg;
}

void
attach(struct softc *sc)
{

	pci_intr_establish(sc, 1, IPL_VM, bad_spl0_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_lowered_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_lowered_below_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_lets_in_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_same_level_intr, sc);
	softint_establish(SOFTINT_NET, ok_soft, sc);
	softint_establish(SOFTINT_NET, bad_soft, sc);
	kthread_create(0, 0, NULL, bad_thread, sc, NULL, "bad");
	kthread_create(0, 0, NULL, ok_thread, sc, NULL, "ok");

	/* Levels and flags by their names. */
	softint_establish(IPL_SOFTNET, ok_other_soft, sc);	/* expect: IPL010 */
	softint_establish(IPL_SOFTCLOCK, ok_other_soft, sc);	/* expect: IPL010 */
	softint_establish(3, ok_other_soft, sc);
	establish(SOFTINT_CLOCK, ok_other_soft, sc);
	establish(IPL_SOFTBIO, ok_other_soft, sc);	/* expect: IPL010 */
	pci_intr_establish(sc, 1, SOFTINT_NET, ok_lets_in_intr, sc);	/* expect: IPL010 */
	mutex_init(&sc->sc_lock, IPL_VM, MUTEX_DEFAULT);	/* expect: IPL010 */
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, SOFTINT_NET);	/* expect: IPL010 */
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	splx(splraise(SOFTINT_SERIAL));	/* expect: IPL010 */
	splx(splraise(IPL_SOFTSERIAL));
}
