/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What is restored: tokens that are none, or come too late. */

#include "toy.h"

int get_flag(void);
void fill(int *);
void event_handle(struct softc *, int);
int ok_event_cycle(struct softc *);

/* Not saved on one path. */
int
bad_unset(struct softc *sc)
{
	int s;

	if (sc->sc_dead)
		s = splvm();
	sc->sc_flags++;
	splx(s);			/* expect: IPL005 */
	return 0;
}

/* Zero keeps the compiler quiet, and lowers to IPL_NONE. */
int
bad_unsaved(struct softc *sc)
{
	int s = 0;

	if (sc->sc_dead)
		s = splvm();
	sc->sc_flags++;
	splx(s);			/* expect: IPL005 */
	return 0;
}

int
bad_unsaved_jump(struct softc *sc)
{
	int error = 0, s;

	if (sc->sc_dead) {
		error = 6;
		goto out;
	}
	s = splvm();
	sc->sc_flags++;
out:
	splx(s);			/* expect: IPL005 */
	return error;
}

/* Saved and restored under the same condition. */
int
ok_correlated_token(struct softc *sc)
{
	int s = 0;

	if (sc->sc_dead)
		s = splvm();
	sc->sc_flags++;
	if (sc->sc_dead)
		splx(s);
	return 0;
}

/* A switch whose cases all save. */
void
ok_switch_token(struct softc *sc, int how)
{
	int s;

	switch (how) {
	case 0:
		s = splvm();
		break;
	default:
		s = splhigh();
		break;
	}
	sc->sc_flags++;
	splx(s);
}

/* The outer one first. */
void
bad_swapped(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags++;
	splx(s);
	splx(t);			/* expect: IPL005 */
}

void
ok_inside_out(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags++;
	splx(t);
	splx(s);
}

/* The inner one needs no restore of its own. */
void
ok_outer_only(struct softc *sc)
{
	int s;

	s = splvm();
	(void)splhigh();
	sc->sc_flags++;
	splx(s);
}

/* Used twice, at the same level. */
void
ok_twice(struct softc *sc)
{
	int s;

	s = splvm();
	sc->sc_flags++;
	splx(s);
	(void)splvm();
	sc->sc_flags++;
	splx(s);
	splx(s);
}

/* Gives way in a loop. */
void
ok_gives_way(struct softc *sc)
{
	int s;

	s = splvm();
	while (sc->sc_flags != 0) {
		splx(s);
		sc->sc_dead++;
		s = splvm();
	}
	splx(s);
}

/* The last release ends what splhigh() protects. */
void
bad_mutex_first(struct softc *sc)
{
	int s;

	mutex_spin_enter(&sc->sc_lock);
	s = splhigh();
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	splx(s);			/* expect: IPL005 */
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

/* Lets others in for a moment. */
void
ok_lets_in(void)
{
	int s;

	s = splhigh();
	splx(IPL_NONE);
	splx(s);
}

/* The level is a constant, and saved as such. */
void
ok_saved_zero(void)
{
	int s = 0;

	spl0();
	s = splvm();
	splx(s);
	splx(s);
}

/* Somebody else gives it its value. */
void
ok_filled(struct softc *sc)
{
	int s;

	if (sc->sc_dead)
		s = splvm();
	else
		fill(&s);
	splx(s);
}

void
token_attach(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
}

/* ---- saved where others find it, and forgotten here ---- */

static int saved_spl;

int bad_member(struct softc *);
int bad_global(struct softc *);
int ok_member_told(struct softc *);
int ok_member_asked(struct softc *, int);
int ok_toggle(struct softc *);

int
bad_member(struct softc *sc)
{

	sc->sc_spl = splvm();
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(sc->sc_spl);
	return 0;
}

int
bad_global(struct softc *sc)
{

	saved_spl = splvm();
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(saved_spl);
	return 0;
}

/* The result tells the caller. */
int
ok_member_told(struct softc *sc)
{

	sc->sc_spl = splvm();
	if (sc->sc_dead) {
		splx(sc->sc_spl);
		return 5;
	}
	return 0;
}

/* So does what it has asked for. */
int
ok_member_asked(struct softc *sc, int stay)
{

	sc->sc_spl = splvm();
	sc->sc_flags++;
	if (!stay)
		splx(sc->sc_spl);
	return 0;
}

/* One call raises, the next restores. */
int
ok_toggle(struct softc *sc)
{

	if (sc->sc_flags == 0) {
		sc->sc_spl = splvm();
		sc->sc_flags = 1;
		return 0;
	}
	splx(sc->sc_spl);
	sc->sc_flags = 0;
	return 0;
}

/* Nothing is ever saved there. */
int
bad_never_saved(struct softc *sc)
{
	int s;

	sc->sc_flags++;
	splx(s);			/* expect: IPL005 */
	return 0;
}

/* From a member, where it was kept meanwhile. */
void
ok_taken_back(struct softc *sc)
{
	int s;

	s = sc->sc_spl;
	sc->sc_spl = -1;
	splx(s);
}

int
ok_copied(struct softc *sc)
{
	int s, saved;

	s = splvm();
	saved = s;
	sc->sc_flags++;
	splx(saved);
	return 0;
}

/* ---- suspended by one event, resumed by a later one ---- */

static int event_spl;

static void
event_resume(struct softc *sc)
{

	sc->sc_dead = 0;
	splx(event_spl);
}

/* It is meant to stay raised, and resumes at once only if that failed. */
static void
ok_event_suspend(struct softc *sc)
{

	sc->sc_dead = 1;
	event_spl = splhigh();
	if (sc->sc_op(sc) != 0)
		event_resume(sc);
}

void
event_handle(struct softc *sc, int event)
{

	switch (event) {
	case 1:
		ok_event_suspend(sc);
		break;
	case 2:
		event_resume(sc);
		break;
	}
}

/* No event: its own way back is missing. */
static int cycle_spl;

static void
cycle_resume(struct softc *sc)
{

	sc->sc_dead = 0;
	splx(cycle_spl);
}

static void
bad_cycle_suspend(struct softc *sc)
{

	sc->sc_dead = 1;
	cycle_spl = splhigh();
	if (sc->sc_op(sc) != 0)
		cycle_resume(sc);
}					/* expect: IPL004 */

int
ok_event_cycle(struct softc *sc)
{

	bad_cycle_suspend(sc);
	return 0;
}
