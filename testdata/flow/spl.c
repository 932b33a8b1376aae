/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Levels and tokens in one function. */

#include "toy.h"

int ok_paired(struct softc *);
int bad_early_return(struct softc *);
int bad_default(int);
int bad_dead(struct softc *);
int bad_overwritten(struct softc *);
int ok_nested(struct softc *);
int ok_outer_restore(struct softc *);
int ok_wrapper(void);
void ok_field_save(struct softc *);
void ok_field_restore(struct softc *);
void ok_out_param(int *);
void ok_discarded(void);
int ok_correlated(struct softc *, int);
int ok_correlated_flag(struct softc *);
int bad_half_correlated(struct softc *, int);
int ok_loop(struct softc *);
int bad_loop_break(struct softc *);
int ok_goto_out(struct softc *);
int bad_goto(struct softc *);
int ok_noreturn(struct softc *);
int ok_copy(struct softc *);
int ok_shortcut(struct softc *);
int ok_ternary(struct softc *);
int bad_switch(struct softc *, int);
int ok_switch_pair(struct softc *, int);
void ok_lower(void);
int ok_swap_flag(struct softc *);

int
ok_paired(struct softc *sc)
{
	int s, r;

	s = splvm();
	r = sc->sc_flags;
	splx(s);
	return r;
}

int
bad_early_return(struct softc *sc)
{
	int s;

	s = splvm();
	if (sc->sc_dead)
		return 5;		/* expect: IPL004 */
	splx(s);
	return 0;
}

int
bad_default(int cmd)
{
	int s, r = 0;

	s = splhigh();
	switch (cmd) {
	case 1:
		r = 1;
		break;
	case 2:
	case 3:
		r = 2;
		break;
	default:
		return 22;		/* expect: IPL004 */
	}
	splx(s);
	return r;
}

int
bad_dead(struct softc *sc)
{
	int s;

	s = splvm();
	sc->sc_flags = 0;
	s = splvm();
	return 0;			/* expect: IPL004 */
}

int
bad_overwritten(struct softc *sc)
{
	int s;

	s = splvm();
	if (sc->sc_flags)
		s = splhigh();
	splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_nested(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags = 1;
	splx(t);
	splx(s);
	return 0;
}

int
ok_outer_restore(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = splhigh();
	sc->sc_flags = t;
	splx(s);
	return 0;
}

int
ok_wrapper(void)
{
	return splvm();
}

void
ok_field_save(struct softc *sc)
{
	sc->sc_spl = splvm();
}

void
ok_field_restore(struct softc *sc)
{
	splx(sc->sc_spl);
}

void
ok_out_param(int *sp)
{
	*sp = splhigh();
}

void
ok_discarded(void)
{
	(void)splhigh();
}

int
ok_correlated(struct softc *sc, int locked)
{
	int s = 0;

	if (!locked)
		s = splvm();
	sc->sc_flags++;
	if (!locked)
		splx(s);
	return 0;
}

int
ok_correlated_flag(struct softc *sc)
{
	int s = 0;

	if (sc->sc_flags & 4)
		s = splvm();
	sc->sc_dead = 1;
	if (sc->sc_flags & 4)
		splx(s);
	return 0;
}

int
bad_half_correlated(struct softc *sc, int how)
{
	int s = 0;

	if (how)
		s = splvm();
	sc->sc_flags++;
	if (how > 1)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_loop(struct softc *sc)
{
	int i, s;

	for (i = 0; i < 10; i++) {
		s = splvm();
		sc->sc_flags += i;
		splx(s);
	}
	return 0;
}

int
bad_loop_break(struct softc *sc)
{
	int i, s;

	for (i = 0; i < 10; i++) {
		s = splvm();
		if (sc->sc_dead)
			break;
		splx(s);
	}
	return 0;			/* expect: IPL004 */
}

int
ok_goto_out(struct softc *sc)
{
	int s, error = 0;

	s = splvm();
	if (sc->sc_dead) {
		error = 5;
		goto out;
	}
	sc->sc_flags = 1;
out:
	splx(s);
	return error;
}

int
bad_goto(struct softc *sc)
{
	int s, error = 0;

	s = splvm();
	if (sc->sc_dead) {
		error = 5;
		goto out;
	}
	splx(s);
out:
	return error;			/* expect: IPL004 */
}

int
ok_noreturn(struct softc *sc)
{
	int s;

	s = splvm();
	if (sc->sc_dead)
		panic("dead");
	splx(s);
	return 0;
}

int
ok_copy(struct softc *sc)
{
	int s, t;

	s = splvm();
	t = s;
	s = 0;
	sc->sc_flags = s;
	splx(t);
	return 0;
}

int
ok_shortcut(struct softc *sc)
{
	int s = 0, raised;

	raised = sc->sc_flags && sc->sc_dead;
	if (raised)
		s = splvm();
	if (raised)
		splx(s);
	return 0;
}

int
ok_ternary(struct softc *sc)
{
	int s;

	s = sc->sc_flags ? splvm() : splhigh();
	splx(s);
	return 0;
}

int
bad_switch(struct softc *sc, int n)
{
	int s = splvm();

	switch (n) {
	case 0:
		splx(s);
		break;
	case 1:
		sc->sc_flags = 1;
		break;
	default:
		splx(s);
	}
	return 0;			/* expect: IPL004 */
}

int
ok_switch_pair(struct softc *sc, int n)
{
	int s = 0;

	switch (n) {
	case 1:
	case 2:
		s = splvm();
		break;
	default:
		break;
	}
	sc->sc_flags = n;
	switch (n) {
	case 1:
	case 2:
		splx(s);
		break;
	default:
		break;
	}
	return 0;
}

void
ok_lower(void)
{
	spl0();
}

int
ok_swap_flag(struct softc *sc)
{
	int s = 0, held = 0;

	if (random_bit()) {
		s = splvm();
		held = 1;
	}
	sc->sc_flags = held;
	if (held)
		splx(s);
	return 0;
}
