/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Spin mutexes, and what crosses functions. */

#include "toy.h"

static void init(struct softc *);
int ok_pair(struct softc *);
int bad_forgotten(struct softc *);
int ok_adaptive_forgotten_moves_no_level(struct softc *);
int ok_out_of_order(struct softc *);
int ok_try(struct softc *);
int bad_try(struct softc *);
int ok_alias(struct softc *);
void ok_take(struct softc *);
void ok_give(struct softc *);
int ok_through_wrappers(struct softc *);
int bad_through_wrappers(struct softc *);
struct softc *ok_lookup(struct softc *, int);
int ok_uses_lookup(struct softc *);
int bad_uses_lookup(struct softc *);
int ok_keeps_on_success(struct softc *);
int ok_user_of_keeper(struct softc *);
int bad_keeps_on_error(struct softc *);
int ok_innocent_caller(struct softc *);
int bad_drop(struct softc *);
int ok_raise_inside(struct softc *);
int ok_drop_retake(struct softc *);
int ok_drop_tells(struct softc *);
int ok_drop_told(struct softc *);
int bad_drop_retake(struct softc *);
int ok_drop_lost(struct softc *);
int ok_caller_of_drop(struct softc *);
int ok_conditional_lock(struct softc *, int);
static void any_lock(kmutex_t *);
static void any_unlock(kmutex_t *);
int ok_generic(struct softc *);
int bad_generic(struct softc *);
int ok_recursive(struct softc *, int);
int bad_recursive(struct softc *, int);
static int save(void);
static void restore(int);
int ok_token_wrappers(struct softc *);
int bad_token_wrappers(struct softc *);
static void leave_maybe(struct softc *, int *);
int ok_out(struct softc *);
static int op_pair(struct softc *);
int ok_pointer(struct softc *);

static void
init(struct softc *sc)
{
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_NONE);
	sc->sc_ptr = &sc->sc_lock;
	sc->sc_op = op_pair;
}

int
ok_pair(struct softc *sc)
{
	init(sc);
	mutex_enter(&sc->sc_lock);
	sc->sc_flags = 1;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_forgotten(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_adaptive_forgotten_moves_no_level(struct softc *sc)
{
	mutex_enter(&sc->sc_soft);
	if (sc->sc_dead)
		return 0;
	mutex_exit(&sc->sc_soft);
	return 0;
}

int
ok_out_of_order(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	mutex_enter(&sc->sc_high);
	mutex_exit(&sc->sc_lock);
	mutex_exit(&sc->sc_high);
	return 0;
}

int
ok_try(struct softc *sc)
{
	if (!mutex_tryenter(&sc->sc_lock))
		return 35;
	sc->sc_flags = 0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_try(struct softc *sc)
{
	if (!mutex_tryenter(&sc->sc_lock))
		return 0;
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_alias(struct softc *sc)
{
	mutex_enter(sc->sc_ptr);
	sc->sc_flags = 0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

void
ok_take(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
}

void
ok_give(struct softc *sc)
{
	mutex_exit(&sc->sc_lock);
}

int
ok_through_wrappers(struct softc *sc)
{
	ok_take(sc);
	sc->sc_flags = 1;
	ok_give(sc);
	return 0;
}

int
bad_through_wrappers(struct softc *sc)
{
	ok_take(sc);
	if (sc->sc_dead)
		return 6;		/* expect: IPL003 */
	ok_give(sc);
	return 0;
}

struct softc *
ok_lookup(struct softc *head, int want)
{
	struct softc *sc;

	for (sc = head; sc != NULL; sc = sc->sc_next)
		if (sc->sc_flags == want) {
			mutex_enter(&sc->sc_lock);
			return sc;
		}
	return NULL;
}

int
ok_uses_lookup(struct softc *head)
{
	struct softc *sc;

	sc = ok_lookup(head, 1);
	if (sc == NULL)
		return 2;
	sc->sc_dead = 1;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_uses_lookup(struct softc *head)
{
	struct softc *sc;

	sc = ok_lookup(head, 1);
	if (sc == NULL)
		return 2;
	if (sc->sc_dead)
		return 2;		/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_keeps_on_success(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead) {
		mutex_exit(&sc->sc_lock);
		return 5;
	}
	return 0;
}

int
ok_user_of_keeper(struct softc *sc)
{
	int error;

	error = ok_keeps_on_success(sc);
	if (error)
		return error;
	sc->sc_flags = 2;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_keeps_on_error(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		return 5;		/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_innocent_caller(struct softc *sc)
{
	return bad_keeps_on_error(sc);
}

int
bad_drop(struct softc *sc)
{
	int s;

	s = splvm();
	mutex_enter(&sc->sc_high);
	splx(s);			/* expect: IPL006 */
	mutex_exit(&sc->sc_high);
	return 0;
}

int
ok_raise_inside(struct softc *sc)
{
	int s;

	mutex_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_flags = 0;
	splx(s);
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_drop_retake(struct softc *sc)
{
	mutex_exit(&sc->sc_lock);
	sc->sc_flags++;
	mutex_enter(&sc->sc_lock);
	return 0;
}

int
ok_caller_of_drop(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	ok_drop_retake(sc);
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* The result says whether it was taken again. */
int
ok_drop_tells(struct softc *sc)
{
	mutex_exit(&sc->sc_lock);
	if (sc->sc_dead)
		return 1;
	mutex_enter(&sc->sc_lock);
	return 0;
}

int
ok_drop_told(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (ok_drop_tells(sc))
		return 1;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_drop_retake(struct softc *sc)
{
	mutex_exit(&sc->sc_lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 says: without */
	mutex_enter(&sc->sc_lock);
	return 0;
}

/* Not to blame. */
int
ok_drop_lost(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	bad_drop_retake(sc);
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_conditional_lock(struct softc *sc, int locked)
{
	if (!locked)
		mutex_enter(&sc->sc_lock);
	sc->sc_flags = 1;
	if (!locked)
		mutex_exit(&sc->sc_lock);
	return 0;
}

static void
any_lock(kmutex_t *m)
{
	mutex_enter(m);
}

static void
any_unlock(kmutex_t *m)
{
	mutex_exit(m);
}

int
ok_generic(struct softc *sc)
{
	any_lock(&sc->sc_lock);
	any_lock(&sc->sc_soft);
	any_unlock(&sc->sc_soft);
	any_unlock(&sc->sc_lock);
	return 0;
}

int
bad_generic(struct softc *sc)
{
	any_lock(&sc->sc_lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	any_unlock(&sc->sc_lock);
	return 0;
}

int
ok_recursive(struct softc *sc, int n)
{
	if (n == 0)
		return 0;
	mutex_enter(&sc->sc_lock);
	mutex_exit(&sc->sc_lock);
	return ok_recursive(sc->sc_next, n - 1);
}

int
bad_recursive(struct softc *sc, int n)
{
	int s;

	if (n == 0)
		return 0;
	s = splvm();
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	bad_recursive(sc->sc_next, n - 1);
	splx(s);
	return 0;
}

static int
save(void)
{
	return splhigh();
}

static void
restore(int s)
{
	splx(s);
}

int
ok_token_wrappers(struct softc *sc)
{
	int s;

	s = save();
	sc->sc_flags = 1;
	restore(s);
	return 0;
}

int
bad_token_wrappers(struct softc *sc)
{
	int s;

	s = save();
	if (sc->sc_dead)
		return 1;		/* expect: IPL004 */
	restore(s);
	return 0;
}

static void
leave_maybe(struct softc *sc, int *sp)
{
	*sp = splvm();
	sc->sc_flags = 0;
}

int
ok_out(struct softc *sc)
{
	int s;

	leave_maybe(sc, &s);
	splx(s);
	return 0;
}

static int
op_pair(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_pointer(struct softc *sc)
{
	int s, r;

	s = splvm();
	r = (*sc->sc_op)(sc);
	splx(s);
	return r;
}

/* The release before the second entry is missing on one way. */
void
bad_again(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		mutex_exit(&sc->sc_lock);
	sc->sc_flags++;
	mutex_enter(&sc->sc_lock);		/* expect: IPL003 */
	sc->sc_flags++;
	mutex_exit(&sc->sc_lock);
}

/* In a loop, by its own entry. */
void
bad_again_in_loop(struct softc *sc)
{
	for (;;) {
		mutex_enter(&sc->sc_lock);	/* expect: IPL003 */
		if (sc->sc_flags == 1)
			continue;
		mutex_exit(&sc->sc_lock);
	}
}

/* One defect: that it is kept says it all. */
int
bad_again_and_kept(struct softc *sc)
{
	while (random_bit()) {
		mutex_enter(&sc->sc_lock);
		if (sc->sc_dead)
			continue;
		mutex_exit(&sc->sc_lock);
	}
	return 0;				/* expect: IPL003 */
}

/* Through a function that takes it for its caller. */
int
bad_again_by_callee(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		mutex_exit(&sc->sc_lock);
	ok_take(sc);				/* expect: IPL003 */
	ok_give(sc);
	return 0;
}

/* The same test guards both. */
void
ok_again_if_released(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		mutex_exit(&sc->sc_lock);
	sc->sc_flags++;
	if (sc->sc_dead)
		mutex_enter(&sc->sc_lock);
	mutex_exit(&sc->sc_lock);
}

/* The next one of a list is another object's. */
void
ok_again_another(struct softc *sc)
{
	struct softc *n;

	for (n = sc; n != NULL; n = n->sc_next)
		mutex_enter(&n->sc_lock);
	for (n = sc; n != NULL; n = n->sc_next)
		mutex_exit(&n->sc_lock);
}

/* Others set it meanwhile: the loop ends. */
int
bad_after_wait(struct softc *sc, struct kcondvar *cv)
{
	mutex_enter(&sc->sc_lock);
	sc->sc_flags = 0;
	while (sc->sc_flags == 0)
		cv_wait(cv, &sc->sc_lock);
	if (sc->sc_dead)
		return 0;			/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* What it has been given stays the same. */
void
ok_after_wait(struct softc *sc, struct kcondvar *cv, int locked)
{
	if (!locked)
		mutex_enter(&sc->sc_lock);
	cv_wait(cv, &sc->sc_lock);
	if (!locked)
		mutex_exit(&sc->sc_lock);
}

/* A mutex of its own. */
void
bad_again_own(void)
{
	kmutex_t own;

	mutex_init(&own, MUTEX_DEFAULT, IPL_VM);
	mutex_enter(&own);
	if (random_bit())
		mutex_enter(&own);	/* expect: IPL003 */
	mutex_exit(&own);
}

/* Inside of a function that gives it back. */
void
bad_again_inside(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	op_pair(sc);				/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
}

static void
pair_unless(struct softc *sc, int locked)
{
	if (!locked)
		mutex_enter(&sc->sc_lock);
	sc->sc_flags++;
	if (!locked)
		mutex_exit(&sc->sc_lock);
}

/* It is told, the mutex is another object's, or it is only tried. */
void
ok_again_inside(struct softc *sc)
{
	mutex_enter(&sc->sc_lock);
	pair_unless(sc, 1);
	op_pair(sc->sc_next);
	if (mutex_tryenter(&sc->sc_lock))
		mutex_exit(&sc->sc_lock);
	mutex_exit(&sc->sc_lock);
	pair_unless(sc, 0);
	op_pair(sc);
}
