/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A defect below a handler: where it shows at the handler's exit, and where
 * somebody on the way restores the level.  tests/cli/cases/verdict-below has
 * the verdicts.
 */

#include "toy.h"

struct kcondvar;
void	cv_wait(struct kcondvar *, kmutex_t *);

struct dev {
	int (*dv_start)(struct softc *);
};

void	attach(struct softc *, struct dev *, struct dev *, struct kcondvar *);

static struct kcondvar *cv;

/* The defect: lost on one path. */
static int
bad_start(struct softc *sc)
{
	int s;

	s = splhigh();
	if (sc->sc_dead)
		return 5;		/* expect: IPL004 */
	splx(s);
	return 0;
}

static int
ok_start(struct softc *sc)
{

	return sc->sc_dead;
}

/* Nobody restores it: defect-below. */
static int
through(struct softc *sc)
{

	return bad_start(sc);
}

static int
below_intr(void *arg)
{

	return through(arg);
}

/* Saved before, restored after: clean. */
static int
repaired_intr(void *arg)
{
	int error, s;

	s = splvm();
	error = through(arg);
	splx(s);
	return error;
}

/* The last exit of a spin mutex restores, too: clean. */
static int
mutex_intr(void *arg)
{
	struct softc *sc = arg;
	int error;

	mutex_spin_enter(&sc->sc_lock);
	error = bad_start(sc);
	mutex_spin_exit(&sc->sc_lock);
	return error;
}

/* Saved when it was lost already: defect-below. */
static int
late_intr(void *arg)
{
	int error, s;

	error = bad_start(arg);
	s = splvm();
	splx(s);
	return error;
}

/* Repaired on one path only: defect-below. */
static int
half_intr(void *arg)
{
	struct softc *sc = arg;
	int error, s;

	s = splvm();
	if (sc->sc_flags) {
		splx(s);
		return bad_start(sc);
	}
	error = bad_start(sc);
	splx(s);
	return error;
}

/* It is at IPL_HIGH already, so nothing is lost: clean. */
static int
high_intr(void *arg)
{

	return bad_start(arg);
}

/* One of two: clean, and the call is in the ledger. */
static int
pointer_intr(void *arg)
{
	struct dev *dv = arg;

	return dv->dv_start(NULL);
}

/* What sleeps does not return to an interrupt: clean there. */
static int
waits(struct softc *sc)
{

	mutex_enter(&sc->sc_soft);
	cv_wait(cv, &sc->sc_soft);	/* expect: IPL009 */
	mutex_exit(&sc->sc_soft);
	return bad_start(sc);
}

static int
waits_intr(void *arg)
{

	return waits(arg);
}

/* A thread may: defect-below. */
static void
waits_thread(void *arg)
{

	(void)waits(arg);
}

void
attach(struct softc *sc, struct dev *a, struct dev *b, struct kcondvar *c)
{

	cv = c;
	a->dv_start = bad_start;
	b->dv_start = ok_start;
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_NONE);
	pci_intr_establish(sc, 0, IPL_VM, below_intr, sc);
	pci_intr_establish(sc, 0, IPL_VM, repaired_intr, sc);
	pci_intr_establish(sc, 0, IPL_VM, mutex_intr, sc);
	pci_intr_establish(sc, 0, IPL_VM, late_intr, sc);
	pci_intr_establish(sc, 0, IPL_VM, half_intr, sc);
	pci_intr_establish(sc, 0, IPL_HIGH, high_intr, sc);
	pci_intr_establish(sc, 0, IPL_VM, pointer_intr, a);
	pci_intr_establish(sc, 0, IPL_VM, waits_intr, sc);
	kthread_create(0, 0, NULL, waits_thread, sc, NULL, "waits");
}
