/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* A port whose restore sets the level, and can raise. */

#include "toy.h"

void restore_to(int);
int _spllower(int);

/* H2: the release brings back the caller's level, the restore goes up. */
void
bad_mutex_first(struct softc *sc)
{
	int s;

	mutex_spin_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	splx(s);			/* expect: IPL007 */
}

void
ok_mutex_last(struct softc *sc)
{
	int s;

	mutex_spin_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_flags++;
	splx(s);
	mutex_spin_exit(&sc->sc_lock);
}

/* H1: the restore lowers under the mutex, the release goes back up. */
void
bad_restored_first(struct softc *sc)
{
	int s;

	s = splvm();
	mutex_spin_enter(&sc->sc_lock);
	sc->sc_flags++;
	splx(s);			/* expect: IPL006 */
	mutex_spin_exit(&sc->sc_lock);	/* expect: IPL007 */
}

void
bad_swapped(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags++;
	splx(s);
	splx(t);			/* expect: IPL007 */
}

/* Only on one way out. */
int
bad_swapped_once(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	if (sc->sc_dead) {
		splx(s);
		splx(t);		/* expect: IPL007 */
		return 1;
	}
	splx(t);
	splx(s);
	return 0;
}

/* The restore is in a callee. */
void
restore_to(int s)
{

	splx(s);
}

void
bad_swapped_below(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags++;
	splx(s);
	restore_to(t);			/* expect: IPL007 */
}

/* Too high for a moment, and right in the end. */
void
ok_down_again(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags++;
	splx(s);
	splx(t);
	splx(s);
}

/* Sets and saves in one, as some ports do. */
void
ok_set_and_save(struct softc *sc)
{
	int s;

	s = _spllower(IPL_VM);
	sc->sc_flags++;
	splx(s);
}

/* Sets and never goes back: can only be meant. */
void
ok_set(void)
{

	splx(IPL_HIGH);
}

void
ok_lets_in(void)
{
	int s;

	s = splhigh();
	splx(IPL_NONE);
	splx(s);
}

/* A leak is a leak here, too. */
int
bad_leak(struct softc *sc)
{
	int s;

	s = splvm();
	if (sc->sc_dead)
		return 1;		/* expect: IPL004 */
	splx(s);
	return 0;
}

static int
bad_leak_intr(void *arg)
{
	struct softc *sc = arg;
	int s;

	s = splhigh();
	if (sc->sc_dead)
		return 1;		/* expect: IPL001 */
	splx(s);
	return 0;
}

/* In a handler the same is a handler that returns too high. */
static int
bad_swapped_intr(void *arg)
{
	struct softc *sc = arg;
	int s, t;

	s = splraise(7);
	t = splhigh();
	sc->sc_flags++;
	splx(s);
	splx(t);
	return 0;			/* expect: IPL001 */
}

void
sets_attach(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	pci_intr_establish(sc, 1, IPL_VM, bad_leak_intr, sc);
	pci_intr_establish(sc, 1, IPL_VM, bad_swapped_intr, sc);
}

/* A wrapper that takes the mutex raises; no restore has gone up. */
struct queue { kmutex_t q_lock; int q_n; };
struct queue *queue_lock(struct queue *, int);
void ok_lock_wrapper(struct queue *);
void ok_handed_over(struct queue *, kmutex_t *);
void queue_init(struct queue *);
void queue_done(struct queue *);

struct queue *
queue_lock(struct queue *q, int i)
{

	mutex_spin_enter(&q[i].q_lock);
	return &q[i];
}

void
ok_lock_wrapper(struct queue *q)
{

	q = queue_lock(q, 1);
	q->q_n++;
	mutex_spin_exit(&q->q_lock);
}

/* Returns with the queue locked instead of what its caller holds, if it is. */
void
ok_handed_over(struct queue *q, kmutex_t *held)
{

	q = queue_lock(q, 2);
	q->q_n++;
	mutex_exit(held);
}

void
queue_done(struct queue *q)
{

	q->q_n--;
	mutex_spin_exit(&q->q_lock);
}

void
queue_init(struct queue *q)
{

	mutex_init(&q->q_lock, MUTEX_DEFAULT, IPL_VM);
}
