/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A function that many call forgets to release a mutex: it alone is to blame,
 * whatever its callers hold and however they restore the level.
 */

#include "toy.h"

struct wheel {
	kmutex_t w_lock;
	int w_ticks;
	void (*w_func)(void *);
};

static kmutex_t *
wheel_lock(struct wheel *w)
{

	mutex_spin_enter(&w->w_lock);
	return &w->w_lock;
}

static void
ok_schedule_locked(struct wheel *w, kmutex_t *lock, int ticks)
{

	w->w_ticks = ticks;
	mutex_spin_exit(lock);
}

void
ok_schedule(struct wheel *w, int ticks)
{
	kmutex_t *lock;

	lock = wheel_lock(w);
	ok_schedule_locked(w, lock, ticks);
}

/* The call of ok_schedule_locked() is missing. */
void
bad_reset(struct wheel *w, int ticks, void (*func)(void *))
{

	(void)wheel_lock(w);
	w->w_func = func;
	w->w_ticks = ticks;
}					/* expect: IPL003 */

int
ok_popular_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		bad_reset((struct wheel *)sc->sc_op, 1, NULL);
	mutex_exit(&sc->sc_lock);
	bad_reset((struct wheel *)sc->sc_op, 2, NULL);
	return 1;
}

int
ok_popular_ioctl(struct softc *sc, struct wheel *w)
{
	int s;

	s = splvm();
	if (sc->sc_flags)
		bad_reset(w, 1, NULL);
	else
		bad_reset(w, 2, NULL);
	splx(s);
	ok_schedule(w, 3);
	return 0;
}

void
ok_popular_timeout(void *arg)
{
	struct wheel *w = arg;

	bad_reset(w, w->w_ticks, ok_popular_timeout);
}

/* One exit keeps it, which the result tells; but no caller releases it. */
static int
bad_fill(struct wheel *w, int ticks)
{

	mutex_enter(&w->w_lock);
	if (ticks < 0)
		return 22;		/* expect: IPL003 */
	w->w_ticks = ticks;
	mutex_exit(&w->w_lock);
	return 0;
}

int
ok_calls_fill(struct wheel *w)
{
	int error;

	error = bad_fill(w, 1);
	if (error)
		return error;
	return bad_fill(w, 2);
}

/* The same for callers that do. */
struct slot {
	kmutex_t sl_mutex;
	int sl_busy;
};

static int
ok_reserve(struct slot *sl)
{

	mutex_enter(&sl->sl_mutex);
	if (sl->sl_busy) {
		mutex_exit(&sl->sl_mutex);
		return 16;
	}
	return 0;
}

static int
ok_reserve_soon(struct slot *sl, struct softc *sc)
{

	if (sc->sc_dead)
		return 5;
	return ok_reserve(sl);
}

static void
ok_give_back(struct slot *sl)
{

	sl->sl_busy = 0;
	mutex_exit(&sl->sl_mutex);
}

int
ok_uses_slot(struct slot *sl, struct softc *sc)
{
	int error;

	error = ok_reserve_soon(sl, sc);
	if (error == 0)
		ok_give_back(sl);
	return error;
}

void
popular_attach(struct softc *sc, struct wheel *w, struct slot *sl)
{

	mutex_init(&w->w_lock, MUTEX_DEFAULT, IPL_SCHED);
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sl->sl_mutex, MUTEX_DEFAULT, IPL_VM);
	pci_intr_establish(sc, 0, IPL_VM, ok_popular_intr, sc);
}
