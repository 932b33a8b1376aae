/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Sleeping where nobody may, and mutexes below a handler. */

#include "toy.h"

#define SLEEP	0x1
#define NOSLEEP	0x2

struct kcondvar *cv;
int cold;
void *take(unsigned);

/* An allocator that sleeps if it is told so. */
static void *
get(struct softc *sc, int flags)
{

	while (sc->sc_next == NULL) {
		if (!(flags & SLEEP))
			return NULL;
		tsleep(sc, 0, "get", 0);	/* expect: IPL009, others: 1 */
	}
	return sc->sc_next;
}

/* The flag goes through another one. */
static void *
get_indirect(struct softc *sc, int nowait)
{

	return get(sc, nowait ? NOSLEEP : SLEEP);
}

static int
bad_wait_intr(void *arg)
{
	struct softc *sc = arg;

	while (sc->sc_dead == 0)
		kpause("dead", 0, 1, NULL);	/* expect: IPL009 */
	return 1;
}

/* The claim stands where it sleeps, in get(). */
static int
bad_get_intr(void *arg)
{

	return get(arg, SLEEP) != NULL;
}

static int
bad_get_indirect_intr(void *arg)
{

	return get_indirect(arg, 0) != NULL;
}

static int
ok_get_intr(void *arg)
{

	return get(arg, NOSLEEP) != NULL;
}

static int
ok_get_indirect_intr(void *arg)
{

	return get_indirect(arg, 1) != NULL;
}

/* Also called by threads, and told by a member which it is. */
static int
run(struct softc *sc)
{

	if (sc->sc_flags)
		return 0;
	tsleep(sc, 0, "run", 0);
	return 1;
}

int
ok_run(struct softc *sc)
{

	return run(sc);
}

static int
ok_run_intr(void *arg)
{
	struct softc *sc = arg;

	sc->sc_flags = 1;
	return run(sc);
}

/* The test that tells is in a loop around the one that waits. */
static int
run_again(struct softc *sc)
{

	for (;;) {
		if (sc->sc_flags)
			return 0;
		while (sc->sc_dead == 0)
			tsleep(sc, 0, "again", 0);
		if (sc->sc_spl)
			return 1;
	}
}

int
ok_run_again(struct softc *sc)
{

	return run_again(sc);
}

static int
ok_run_again_intr(void *arg)
{

	return run_again(arg);
}

/* With a spin mutex held. */
void
bad_held(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
	if (sc->sc_next == NULL)
		sc->sc_next = get(sc, SLEEP);	/* expect: IPL009 */
	mutex_spin_exit(&sc->sc_lock);
}

void
bad_held_directly(struct softc *sc)
{

	mutex_enter(&sc->sc_lock);
	tsleep(sc, 0, "held", 0);		/* expect: IPL009 */
	mutex_exit(&sc->sc_lock);
}

void
ok_held(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
	sc->sc_next = get(sc, NOSLEEP);
	mutex_spin_exit(&sc->sc_lock);
	sc->sc_next = get(sc, SLEEP);
}

/* Given up while it waits. */
void
ok_interlock(struct softc *sc)
{

	mutex_enter(&sc->sc_lock);
	while (sc->sc_dead == 0)
		cv_wait(cv, &sc->sc_lock);
	mutex_exit(&sc->sc_lock);
}

static void
wait_for(struct softc *sc, kmutex_t *lock)
{

	while (sc->sc_dead == 0)
		kpause("for", 0, 1, lock);
}

void
ok_interlock_below(struct softc *sc)
{

	mutex_enter(&sc->sc_lock);
	wait_for(sc, &sc->sc_lock);
	mutex_exit(&sc->sc_lock);
}

/* Adaptive mutexes may be held. */
void
ok_adaptive(struct softc *sc)
{

	mutex_enter(&sc->sc_soft);
	tsleep(sc, 0, "soft", 0);
	mutex_exit(&sc->sc_soft);
}

/* Its mutex has a level below its own. */
static int
bad_low_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_lock);	/* expect: IPL008 */
	sc->sc_flags++;
	mutex_exit(&sc->sc_lock);
	return 1;
}

static void
count(struct softc *sc)
{

	mutex_enter(&sc->sc_ptr[0]);
	mutex_spin_enter(&sc->sc_lock);	/* expect: IPL008 */
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	mutex_exit(&sc->sc_ptr[0]);
}

static int
bad_low_below_intr(void *arg)
{

	count(arg);
	return 1;
}

static int
ok_high_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_high);
	mutex_enter(&sc->sc_lock);
	sc->sc_flags++;
	mutex_exit(&sc->sc_lock);
	mutex_exit(&sc->sc_high);
	return 1;
}

/* Whether it may wait is said by a function that always says the same. */
static int
never(struct softc *sc)
{

	if (sc->sc_dead)
		panic("dead");
	return 0;
}

static int
always(struct softc *sc)
{

	sc->sc_flags++;
	return 1;
}

static int
ok_free_intr(void *arg)
{
	struct softc *sc = arg;

	if (never(sc))
		(void)tsleep(sc, 0, "free", 0);
	return 1;
}

static int
bad_free_intr(void *arg)
{
	struct softc *sc = arg;

	if (always(sc))
		(void)tsleep(sc, 0, "free", 0);	/* expect: IPL009 */
	return 1;
}

void
sleep_attach(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_NONE);
	pci_intr_establish(sc, 1, IPL_VM, bad_wait_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_get_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_get_indirect_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_get_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_get_indirect_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_run_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_run_again_intr, sc);
	pci_intr_establish(sc, 1, IPL_HIGH, bad_low_intr, sc);
	pci_intr_establish(sc, 1, IPL_SCHED, bad_low_below_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_high_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, ok_free_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_free_intr, sc);
}
