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

/* Two conditions, tested twice. */
int
ok_either(struct softc *sc, int a, int b)
{
	int s = 0;

	if (a || b)
		s = splvm();
	sc->sc_flags++;
	if (a || b)
		splx(s);
	return 0;
}

int
bad_either(struct softc *sc, int a, int b, int c)
{
	int s = 0;

	if (a || b)
		s = splvm();
	sc->sc_flags++;
	if (a || c)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_either_in_loop(struct softc *sc, int a, int b, int c)
{
	int s;

	if ((a && b) || c)
		s = splvm();
	while (sc->sc_flags--)
		(void)random_bit();
	if ((a && b) || c)
		splx(s);
	return 0;
}

/* Gives way unless it has to poll. */
int
ok_either_gives_way(struct softc *sc)
{
	int s;

	s = splvm();
	if (!(sc->sc_dead || sc->sc_spl))
		splx(s);
	(void)random_bit();
	if (!(sc->sc_dead || sc->sc_spl))
		s = splvm();
	splx(s);
	return 0;
}

/* A switch, twice. */
int
ok_switch_twice(struct softc *sc, int how)
{
	int s = 0;

	switch (how) {
	case 1:
	case 5:
		s = splvm();
		break;
	case 3:
		s = splhigh();
		break;
	}
	sc->sc_flags++;
	switch (how) {
	case 1:
	case 3:
	case 5:
		splx(s);
		break;
	}
	return 0;
}

/* Locked as often as it says, with a counter, and given up to wait. */
static void
ok_nest_lock(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_flags++ == 0)
		sc->sc_spl = s;
	else
		splx(s);
}

static void
ok_nest_unlock(struct softc *sc)
{

	if (sc->sc_flags-- <= 1) {
		sc->sc_flags = 0;
		splx(sc->sc_spl);
	}
}

int
ok_nest_wait(struct softc *sc, struct softc *poll, int n)
{

	while (n > 0) {
		if (!(poll->sc_dead || poll->sc_next))
			ok_nest_unlock(sc);
		(void)random_bit();
		if (!(poll->sc_dead || poll->sc_next))
			ok_nest_lock(sc);
		n--;
	}
	if (sc->sc_dead)
		return -1;
	return 0;
}

/* The saved level goes back to the caller beside a result that tells. */
static int
ok_read_enter(void)
{

	return splraise(IPL_SOFTSERIAL);
}

static struct softc *
ok_get(struct softc *sc, int *s)
{
	struct softc *next;

	*s = ok_read_enter();
	next = sc->sc_next;
	if (next == NULL)
		splx(*s);
	return next;
}

int
ok_get_caller(struct softc *sc)
{
	struct softc *next;
	int s;

	next = ok_get(sc, &s);
	if (next == NULL)
		return 0;
	next->sc_flags++;
	splx(s);
	return 1;
}

int
bad_get_caller(struct softc *sc)
{
	struct softc *next;
	int s;

	next = ok_get(sc, &s);
	if (next == NULL)
		return 0;
	if (next->sc_dead)
		return 2;		/* expect: IPL004 */
	next->sc_flags++;
	splx(s);
	return 1;
}

/* Stored in what only another call can name again. */
struct softc *ok_self(void);

void
ok_store_far(struct softc *sc)
{
	struct softc *self;
	int s;

	s = splvm();
	self = ok_self();
	self->sc_spl = s;
	while (sc->sc_flags && sc->sc_next)
		sc = sc->sc_next;
	sc->sc_dead = 1;
}

void
bad_store_near(struct softc *sc)
{
	struct softc self;
	int s;

	s = splvm();
	self.sc_spl = s;
	while (sc->sc_flags && sc->sc_next)
		sc = sc->sc_next;
	sc->sc_dead = self.sc_spl != 0;
}					/* expect: IPL004 */

/* Saves and restores through functions, of which one forgets to. */
static int
ok_enter_critical(void)
{

	return splvm();
}

static void
ok_leave_critical_forgets(int s)
{

	(void)random_bit();
}

void
bad_critical(struct softc *sc)
{
	int s;

	s = ok_enter_critical();
	sc->sc_flags++;
	ok_leave_critical_forgets(s);
}			/* expect: IPL004 says: ok_leave_critical_forgets */

/* A thread that ends takes its level along, but not its mutexes. */
void	kthread_exit(int) __attribute__((__noreturn__));

void
ok_thread(void *arg)
{
	struct softc *sc = arg;
	int s;

	s = splvm();
	while (sc->sc_flags)
		sc = sc->sc_next;
	if (sc->sc_dead)
		splx(s);
	kthread_exit(0);
}

void
bad_thread_holds(void *arg)
{
	struct softc *sc = arg;

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_enter(&sc->sc_lock);
	if (sc->sc_dead)
		kthread_exit(1);	/* expect: IPL003 */
	mutex_exit(&sc->sc_lock);
	kthread_exit(0);
}

/* A result that a callee writes is not what the variable began with. */
int	bus_read(struct softc *, int, unsigned char *);

static unsigned char
read_1(struct softc *sc, int reg)
{
	unsigned char data = 0;

	(void)bus_read(sc, reg, &data);
	return data;
}

int
bad_read_intr(struct softc *sc)
{
	int s;

	s = splvm();
	if ((read_1(sc, 3) & 4) == 0)
		return 0;		/* expect: IPL004 */
	sc->sc_flags++;
	splx(s);
	return 1;
}

int
ok_read_intr(struct softc *sc)
{
	int s;

	s = splvm();
	if ((read_1(sc, 3) & 4) != 0)
		sc->sc_flags++;
	splx(s);
	return 1;
}

/* Nor is what comes after a test of it out of reach. */
int
bad_read_once(struct softc *sc)
{
	int s;

	if (read_1(sc, 5) == 0)
		return 0;
	s = splvm();
	if (sc->sc_dead)
		return 5;		/* expect: IPL004 */
	splx(s);
	return 1;
}
