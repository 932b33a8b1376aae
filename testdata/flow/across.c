/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Leaks that cross functions: the token goes through wrappers, the callee
 * keeps the mutex for one result, the error is three calls down, a callback
 * leaks for its caller.  Whoever lets the paths part is to blame, nobody else.
 */

#include "toy.h"

struct section {
	int se_spl;
	int se_depth;		/* of ok_counted_enter() */
	struct softc *se_sc;
};

int enter_inner(void);
int enter_outer(void);
void leave_inner(int);
void leave_outer(int);
int ok_two_wrappers(struct softc *);
int bad_two_wrappers(struct softc *);
int bad_wrong_token(struct softc *);
void ok_counted_enter(struct section *);
void counted_leave(struct section *);
int ok_counted(struct section *);
int bad_counted(struct section *);
void bad_counted_enter(struct section *);
void section_enter(struct section *);
void section_leave(struct section *);
void section_both(struct section *, struct softc *);
int ok_section(struct softc *);
int bad_section(struct softc *);
int ok_section_by_pointer(struct section *);
int bad_section_by_pointer(struct section *);
void save_to(int *, int);
int ok_save_to(struct softc *);
int bad_save_to(struct softc *);
void leave_if(int, int);
int ok_leave_if(struct softc *, int);
int bad_leave_if(struct softc *, int);
int leave_and_tell(struct softc *, int);
int ok_told(struct softc *);
int bad_told(struct softc *);
int keeps_on_busy(struct softc *);
int ok_busy(struct softc *);
int bad_busy(struct softc *);
int bad_busy_ignored(struct softc *);
struct softc *find_locked(struct softc *, int);
int ok_find_locked(struct softc *);
int bad_find_locked(struct softc *);
int ok_find_passed_on(struct softc *, struct softc **);
int ok_find_user(struct softc *);
int bad_find_user(struct softc *);
int step_three(struct softc *);
int step_two(struct softc *);
int step_one(struct softc *);
int ok_three_down(struct softc *);
int bad_three_down(struct softc *);
int bad_step_three(struct softc *);
int ok_step_two(struct softc *);
int ok_step_one(struct softc *);
int ok_over_steps(struct softc *);
int each(struct softc *, int (*)(struct softc *));
int ok_each_count(struct softc *);
int bad_each_count(struct softc *);
int ok_each(struct softc *);
int ok_each_with_bad(struct softc *);
int keep_for_caller(struct softc *);
int ok_call_back(struct softc *);
int bad_call_back(struct softc *);
int with_lock(struct softc *, int (*)(struct softc *));
int ok_locked_body(struct softc *);
int bad_locked_body(struct softc *);
int ok_with_lock(struct softc *);
int restore_for(struct softc *, int);
int ok_callee_restores(struct softc *);
int bad_callee_restores(struct softc *);
void get_locks(struct softc *, kmutex_t **, kmutex_t **);
int ok_got_locks(struct softc *);
int bad_got_locks(struct softc *);

/* ---- the token through two wrappers ---- */

int
enter_inner(void)
{

	return splhigh();
}

int
enter_outer(void)
{

	return enter_inner();
}

void
leave_inner(int s)
{

	splx(s);
}

void
leave_outer(int s)
{

	leave_inner(s);
}

int
ok_two_wrappers(struct softc *sc)
{
	int s = enter_outer();

	sc->sc_flags++;
	leave_outer(s);
	return 0;
}

int
bad_two_wrappers(struct softc *sc)
{
	int s = enter_outer();

	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	leave_outer(s);
	return 0;
}

int
bad_wrong_token(struct softc *sc)
{
	int s = enter_outer(), t;

	t = enter_outer();
	sc->sc_flags++;
	leave_outer(t);
	(void)s;
	return 0;			/* expect: IPL004 */
}

/* ---- the wrapper stores it ---- */

void
section_enter(struct section *se)
{

	se->se_spl = splvm();
}

void
section_leave(struct section *se)
{

	splx(se->se_spl);
}

/* The inner raise changes nothing, for the outer one went as high. */
void
ok_counted_enter(struct section *se)
{
	int s = splvm();

	if (se->se_depth++ == 0)
		se->se_spl = s;
}

void
counted_leave(struct section *se)
{

	if (--se->se_depth == 0)
		splx(se->se_spl);
}

int
ok_counted(struct section *se)
{

	ok_counted_enter(se);
	se->se_sc->sc_flags++;
	counted_leave(se);
	return 0;
}

int
bad_counted(struct section *se)
{

	ok_counted_enter(se);
	if (se->se_sc->sc_dead)
		return 0;		/* expect: IPL004 */
	counted_leave(se);
	return 0;
}

/* Higher than the outer one. */
void
bad_counted_enter(struct section *se)
{
	int s;

	if (se->se_depth++ == 0)
		se->se_spl = splvm();
	else {
		s = splhigh();
		se->se_sc->sc_flags++;
	}
}				/* expect: IPL004 */

void
section_both(struct section *se, struct softc *sc)
{

	section_enter(se);
	sc->sc_flags++;
	section_leave(se);
}

int
ok_section(struct softc *sc)
{
	struct section se;

	section_enter(&se);
	sc->sc_flags++;
	section_leave(&se);
	return 0;
}

int
bad_section(struct softc *sc)
{
	struct section se;

	section_enter(&se);
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	section_leave(&se);
	return 0;
}

int
ok_section_by_pointer(struct section *se)
{

	section_enter(se);
	se->se_sc->sc_flags++;
	section_leave(se);
	return 0;
}

int
bad_section_by_pointer(struct section *se)
{

	section_enter(se);
	if (se->se_sc->sc_dead)
		return 0;		/* expect: IPL004 */
	section_leave(se);
	return 0;
}

/* ---- through a pointer, on a condition of the caller's ---- */

void
save_to(int *sp, int mpsafe)
{

	if (!mpsafe)
		*sp = splvm();
}

void
leave_if(int s, int mpsafe)
{

	if (!mpsafe)
		splx(s);
}

int
ok_save_to(struct softc *sc)
{
	int s;

	save_to(&s, sc->sc_flags);
	sc->sc_dead = 0;
	leave_if(s, sc->sc_flags);
	return 0;
}

int
bad_save_to(struct softc *sc)
{
	int s;

	save_to(&s, sc->sc_flags);
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	leave_if(s, sc->sc_flags);
	return 0;
}

int
ok_leave_if(struct softc *sc, int safe)
{
	int s = 0;

	save_to(&s, safe);
	sc->sc_dead = 0;
	if (!safe)
		splx(s);
	return 0;
}

int
bad_leave_if(struct softc *sc, int safe)
{
	int s = 0;

	save_to(&s, safe);
	sc->sc_dead = 0;
	leave_if(s, !safe);
	return 0;			/* expect: IPL004 */
}

/* ---- the callee restores, and tells ---- */

int
leave_and_tell(struct softc *sc, int s)
{

	if (sc->sc_flags) {
		splx(s);
		return 1;
	}
	return 0;
}

int
ok_told(struct softc *sc)
{
	int s = splvm();

	if (leave_and_tell(sc, s))
		return 16;
	splx(s);
	return 0;
}

int
bad_told(struct softc *sc)
{
	int s = splvm();

	if (!leave_and_tell(sc, s))
		return 0;		/* expect: IPL004 */
	return 0;
}

int
restore_for(struct softc *sc, int s)
{

	if (sc->sc_dead) {
		splx(s);
		return 5;
	}
	sc->sc_flags = 0;
	splx(s);
	return 0;
}

int
ok_callee_restores(struct softc *sc)
{

	return restore_for(sc, splvm());
}

int
bad_callee_restores(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_flags)
		return restore_for(sc, s);
	return 0;			/* expect: IPL004 */
}

/* ---- held for one result ---- */

int
keeps_on_busy(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
	if (sc->sc_flags)
		return 16;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
ok_busy(struct softc *sc)
{
	int error = keeps_on_busy(sc);

	if (error == 16)
		mutex_spin_exit(&sc->sc_lock);
	return error;
}

int
bad_busy(struct softc *sc)
{
	int error = keeps_on_busy(sc);

	if (error == 16) {
		if (sc->sc_dead)
			return error;	/* expect: IPL003 */
		mutex_spin_exit(&sc->sc_lock);
	}
	return error;
}

int
bad_busy_ignored(struct softc *sc)
{

	(void)keeps_on_busy(sc);
	return 0;			/* expect: IPL003 */
}

struct softc *
find_locked(struct softc *sc, int flag)
{

	for (; sc != NULL; sc = sc->sc_next) {
		mutex_spin_enter(&sc->sc_lock);
		if (sc->sc_flags == flag)
			return sc;
		mutex_spin_exit(&sc->sc_lock);
	}
	return NULL;
}

int
ok_find_locked(struct softc *list)
{
	struct softc *sc = find_locked(list, 1);

	if (sc == NULL)
		return 3;
	sc->sc_flags = 2;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_find_locked(struct softc *list)
{
	struct softc *sc = find_locked(list, 1);

	if (sc == NULL)
		return 3;
	if (sc->sc_dead)
		return 3;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

/* Handed on by a function in between. */
int
ok_find_passed_on(struct softc *list, struct softc **out)
{

	*out = find_locked(list, 4);
	if (*out == NULL)
		return 3;
	return 0;
}

int
ok_find_user(struct softc *list)
{
	struct softc *sc;
	int error = ok_find_passed_on(list, &sc);

	if (error != 0)
		return error;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_find_user(struct softc *list)
{
	struct softc *sc;
	int error = ok_find_passed_on(list, &sc);

	if (error != 0)
		return error;
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

/* ---- an error three calls down ---- */

int
step_three(struct softc *sc)
{

	if (sc->sc_dead)
		return 5;
	return 0;
}

int
step_two(struct softc *sc)
{
	int error = step_three(sc);

	if (error)
		return error;
	sc->sc_flags++;
	return 0;
}

int
step_one(struct softc *sc)
{

	return step_two(sc);
}

int
ok_three_down(struct softc *sc)
{
	int error;

	mutex_spin_enter(&sc->sc_lock);
	error = step_one(sc);
	if (error)
		goto out;
	sc->sc_flags = 0;
out:
	mutex_spin_exit(&sc->sc_lock);
	return error;
}

int
bad_three_down(struct softc *sc)
{
	int error;

	mutex_spin_enter(&sc->sc_lock);
	error = step_one(sc);
	if (error)
		return error;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return error;
}

/* The leak itself is down there: nobody above is to blame. */
int
bad_step_three(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
ok_step_two(struct softc *sc)
{

	return bad_step_three(sc);
}

int
ok_step_one(struct softc *sc)
{
	int error = ok_step_two(sc);

	if (error == 0)
		sc->sc_flags++;
	return error;
}

int
ok_over_steps(struct softc *sc)
{
	int s = splvm(), error;

	error = ok_step_one(sc);
	splx(s);
	return error;
}

/* ---- callbacks ---- */

int
each(struct softc *sc, int (*fn)(struct softc *))
{
	int error;

	for (; sc != NULL; sc = sc->sc_next) {
		error = (*fn)(sc);
		if (error)
			return error;
	}
	return 0;
}

int
ok_each_count(struct softc *sc)
{
	int s = splvm();

	sc->sc_flags++;
	splx(s);
	return 0;
}

int
bad_each_count(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_flags)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
ok_each(struct softc *sc)
{

	return each(sc, ok_each_count);
}

int
ok_each_with_bad(struct softc *sc)
{

	return each(sc, bad_each_count);
}

/* A callback that locks for whoever has it called. */
int
keep_for_caller(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
	return 0;
}

static int
call_back(struct softc *sc, int (*fn)(struct softc *))
{

	return (*fn)(sc);
}

int
ok_call_back(struct softc *sc)
{

	(void)call_back(sc, keep_for_caller);
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_call_back(struct softc *sc)
{

	(void)call_back(sc, keep_for_caller);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

/* The caller locks around the callback. */
int
with_lock(struct softc *sc, int (*body)(struct softc *))
{
	int error;

	mutex_spin_enter(&sc->sc_high);
	error = (*body)(sc);
	mutex_spin_exit(&sc->sc_high);
	return error;
}

int
ok_locked_body(struct softc *sc)
{

	sc->sc_flags = 0;
	return 0;
}

int
bad_locked_body(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
ok_with_lock(struct softc *sc)
{
	int error = with_lock(sc, ok_locked_body);

	return error ? error : with_lock(sc, bad_locked_body);
}

/* ---- locks that a callee points out ---- */

void
get_locks(struct softc *sc, kmutex_t **intr, kmutex_t **thread)
{

	*intr = &sc->sc_lock;
	*thread = &sc->sc_soft;
}

int
ok_got_locks(struct softc *sc)
{
	kmutex_t *intr, *thread;

	get_locks(sc, &intr, &thread);
	mutex_enter(thread);
	mutex_enter(intr);
	sc->sc_flags = 0;
	mutex_exit(&sc->sc_lock);
	mutex_exit(thread);
	return 0;
}

int
bad_got_locks(struct softc *sc)
{
	kmutex_t *intr, *thread;

	get_locks(sc, &intr, &thread);
	mutex_enter(thread);
	mutex_enter(intr);
	if (sc->sc_dead) {
		mutex_exit(thread);
		return 0;		/* expect: IPL003 */
	}
	mutex_exit(intr);
	mutex_exit(thread);
	return 0;
}

void attach_across(struct softc *);

void
attach_across(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_NONE);
}
