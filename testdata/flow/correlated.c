/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Raise and restore, or enter and exit, under conditions that agree; and each
 * time a twin in which they do not.
 */

#include "toy.h"

#define FLAG_ATOMIC	0x1
#define FLAG_DUMMY	0x2

struct opts {
	struct {
		int o_lock;
		int o_more;
	} o_in;
};

int ok_bits(struct softc *, int);
int bad_bits(struct softc *, int);
int ok_bits_two(struct softc *, int);
int ok_pointer_null(kmutex_t *, struct softc *);
int bad_pointer_null(kmutex_t *, struct softc *);
int ok_object_null(struct softc *);
int bad_object_null(struct softc *);
int ok_sentinel(struct softc *);
int bad_sentinel(struct softc *);
int ok_flag_word(struct softc *);
int bad_flag_word(struct softc *);
int ok_first_turn(struct softc *);
int bad_first_turn(struct softc *);
void kthread_exit(int) __attribute__((__noreturn__));
int ok_each_turn(struct softc *, int);
int bad_each_turn(struct softc *, int);
int ok_found(struct softc *);
int bad_found(struct softc *);
int ok_goto_chain(struct softc *, int);
int bad_goto_chain(struct softc *, int);
int ok_error_number(struct softc *);
int bad_error_number(struct softc *);
int ok_in_switch(struct softc *, int);
int bad_in_switch(struct softc *, int);
int ok_switch_error(struct softc *, int);
int bad_switch_error(struct softc *, int);
int ok_nested_member(struct softc *, struct opts *);
int bad_nested_member(struct softc *, struct opts *);
int ok_negated(struct softc *, int);
int bad_negated(struct softc *, int);
int ok_implied(struct softc *, int);
int bad_implied(struct softc *, int);
int ok_both(struct softc *, int, int);
int bad_both(struct softc *, int, int);
int ok_kept_test(struct softc *);
int bad_kept_test(struct softc *);
int ok_again(struct softc *);
int bad_again(struct softc *);
int ok_try_twice(struct softc *);
int bad_try_twice(struct softc *);
int ok_dead_end(struct softc *, int);
int bad_dead_end(struct softc *, int);

int
ok_bits(struct softc *sc, int flags)
{
	int s = 0;

	if (flags & FLAG_ATOMIC)
		s = splvm();
	if (!(flags & FLAG_DUMMY))
		sc->sc_flags++;
	if (flags & FLAG_ATOMIC)
		splx(s);
	return 0;
}

int
bad_bits(struct softc *sc, int flags)
{
	int s = 0;

	if (flags & FLAG_ATOMIC)
		s = splvm();
	sc->sc_flags++;
	if (flags & FLAG_DUMMY)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_bits_two(struct softc *sc, int flags)
{
	int s = 0;

	if ((flags & (FLAG_ATOMIC | FLAG_DUMMY)) == FLAG_ATOMIC)
		s = splvm();
	sc->sc_flags++;
	if ((flags & (FLAG_ATOMIC | FLAG_DUMMY)) == FLAG_ATOMIC)
		splx(s);
	return 0;
}

/* An interlock that may be missing. */
int
ok_pointer_null(kmutex_t *lock, struct softc *sc)
{

	if (lock != NULL)
		mutex_spin_enter(lock);
	sc->sc_flags++;
	if (lock != NULL)
		mutex_spin_exit(lock);
	return 0;
}

int
bad_pointer_null(kmutex_t *lock, struct softc *sc)
{

	if (lock != NULL)
		mutex_spin_enter(lock);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	if (lock != NULL)
		mutex_spin_exit(lock);
	return 0;
}

int
ok_object_null(struct softc *list)
{
	struct softc *sc;

	for (sc = list; sc != NULL; sc = sc->sc_next)
		if (sc->sc_flags) {
			mutex_spin_enter(&sc->sc_lock);
			break;
		}
	if (sc == NULL)
		return 2;
	sc->sc_flags = 0;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_object_null(struct softc *list)
{
	struct softc *sc;

	for (sc = list; sc != NULL; sc = sc->sc_next)
		if (sc->sc_flags) {
			mutex_spin_enter(&sc->sc_lock);
			break;
		}
	if (sc == NULL)
		return 0;
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

/* A value that no level has. */
int
ok_sentinel(struct softc *sc)
{
	int s = -1;

	if (sc->sc_dead)
		s = splvm();
	sc->sc_flags++;
	if (s != -1)
		splx(s);
	return 0;
}

int
bad_sentinel(struct softc *sc)
{
	int s = -1;

	if (sc->sc_dead)
		s = splvm();
	sc->sc_flags++;
	if (s > IPL_VM)
		splx(s);
	return 0;			/* expect: IPL004 */
}

/* One bit of a word that has others, which come and go. */
int
ok_flag_word(struct softc *sc)
{
	int held = 0;

	if (sc->sc_flags & 1) {
		mutex_spin_enter(&sc->sc_lock);
		held |= 2;
	}
	if (sc->sc_dead)
		held |= 1;
	if (held & 2)
		mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_flag_word(struct softc *sc)
{
	int held = 0;

	if (sc->sc_flags & 1) {
		mutex_spin_enter(&sc->sc_lock);
		held |= 2;
	}
	if (sc->sc_dead)
		held |= 1;
	if (held & 1)
		mutex_spin_exit(&sc->sc_lock);
	return 0;			/* expect: IPL003 */
}

/* Raised by the first turn, restored after the last. */
int
ok_first_turn(struct softc *sc)
{
	int s = 0, raised = 0;

	while (sc != NULL) {
		if (!raised) {
			s = splvm();
			raised = 1;
		}
		sc = sc->sc_next;
	}
	if (raised)
		splx(s);
	return 0;
}

int
bad_first_turn(struct softc *sc)
{
	int s = 0, raised = 0;

	while (sc != NULL) {
		if (!raised) {
			s = splvm();
			raised = 1;
		}
		if (sc->sc_dead)
			raised = 0;
		sc = sc->sc_next;
	}
	if (raised)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_each_turn(struct softc *sc, int locked)
{

	for (; sc != NULL; sc = sc->sc_next) {
		if (!locked)
			mutex_spin_enter(&sc->sc_lock);
		sc->sc_flags++;
		if (!locked)
			mutex_spin_exit(&sc->sc_lock);
	}
	return 0;
}

int
bad_each_turn(struct softc *sc, int locked)
{

	for (; sc != NULL; sc = sc->sc_next) {
		if (!locked)
			mutex_spin_enter(&sc->sc_lock);
		if (sc->sc_dead)
			break;
		if (!locked)
			mutex_spin_exit(&sc->sc_lock);
	}
	return 0;			/* expect: IPL003 */
}

/* Left from within, with what was found locked. */
int
ok_found(struct softc *sc)
{
	int found = 0;

	while (sc != NULL) {
		mutex_spin_enter(&sc->sc_lock);
		if (sc->sc_flags) {
			found = 1;
			break;
		}
		mutex_spin_exit(&sc->sc_lock);
		sc = sc->sc_next;
	}
	if (found) {
		sc->sc_flags = 0;
		mutex_spin_exit(&sc->sc_lock);
	}
	return 0;
}

int
bad_found(struct softc *sc)
{
	int found = 0;

	while (sc != NULL) {
		mutex_spin_enter(&sc->sc_lock);
		if (sc->sc_flags) {
			found = 1;
			break;
		}
		if (sc->sc_dead)
			break;
		mutex_spin_exit(&sc->sc_lock);
		sc = sc->sc_next;
	}
	if (found)
		mutex_spin_exit(&sc->sc_lock);
	return 0;			/* expect: IPL003 */
}

int
ok_goto_chain(struct softc *sc, int how)
{
	int s, error = 0;

	if (how == 0) {
		error = 22;
		goto out;
	}
	s = splvm();
	if (sc->sc_dead) {
		error = 5;
		goto restore;
	}
	mutex_spin_enter(&sc->sc_high);
	if (sc->sc_flags) {
		error = 16;
		goto unlock;
	}
	sc->sc_flags = how;
unlock:
	mutex_spin_exit(&sc->sc_high);
restore:
	splx(s);
out:
	return error;
}

int
bad_goto_chain(struct softc *sc, int how)
{
	int s, error = 0;

	if (how == 0) {
		error = 22;
		goto out;
	}
	s = splvm();
	if (sc->sc_dead) {
		error = 22;
		goto out;
	}
	sc->sc_flags = how;
	splx(s);
out:
	return error;			/* expect: IPL004 */
}

/* Whether there is something to undo is told by the error. */
int
ok_error_number(struct softc *sc)
{
	int s = 0, error = 0;

	if (sc->sc_dead)
		error = 5;
	else
		s = splvm();
	if (error == 0) {
		sc->sc_flags++;
		splx(s);
	}
	return 0;
}

int
bad_error_number(struct softc *sc)
{
	int s = 0, error = 0;

	if (sc->sc_dead)
		error = 5;
	else {
		s = splvm();
		if (sc->sc_flags)
			error = 16;
	}
	if (error == 0)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_in_switch(struct softc *sc, int cmd)
{
	int s;

	switch (cmd) {
	case 1:
		s = splvm();
		sc->sc_flags = 1;
		splx(s);
		break;
	case 2:
		s = splhigh();
		sc->sc_flags = 2;
		splx(s);
		/* FALLTHROUGH */
	case 3:
		sc->sc_flags++;
		break;
	default:
		return 25;
	}
	return 0;
}

int
bad_in_switch(struct softc *sc, int cmd)
{
	int s;

	switch (cmd) {
	case 1:
		s = splvm();
		sc->sc_flags = 1;
		if (sc->sc_dead)
			break;
		splx(s);
		break;
	case 3:
		sc->sc_flags++;
		break;
	default:
		return 25;
	}
	return 0;			/* expect: IPL004 */
}

/* The cases that fail have nothing to undo. */
int
ok_switch_error(struct softc *sc, int cmd)
{
	int s = splvm(), error = 0;

	switch (cmd) {
	case 1:
		sc->sc_flags = 1;
		break;
	case 2:
		error = sc->sc_dead;
		break;
	default:
		error = 25;
		splx(s);
		return error;
	}
	splx(s);
	return error;
}

int
bad_switch_error(struct softc *sc, int cmd)
{
	int s = splvm(), error = 0;

	switch (cmd) {
	case 1:
		sc->sc_flags = 1;
		break;
	case 2:
		error = sc->sc_dead;
		break;
	default:
		error = 25;
		return error;		/* expect: IPL004 */
	}
	splx(s);
	return error;
}

int
ok_nested_member(struct softc *sc, struct opts *o)
{

	if (o->o_in.o_lock)
		mutex_spin_enter(&sc->sc_lock);
	o->o_in.o_more = 1;
	if (o->o_in.o_lock)
		mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_nested_member(struct softc *sc, struct opts *o)
{

	if (o->o_in.o_lock)
		mutex_spin_enter(&sc->sc_lock);
	o->o_in.o_lock = 0;
	if (o->o_in.o_lock)
		mutex_spin_exit(&sc->sc_lock);
	return 0;			/* expect: IPL003 */
}

int
ok_negated(struct softc *sc, int cold)
{
	int s;

	if (cold)
		goto in;
	s = splvm();
in:
	sc->sc_flags++;
	if (!cold)
		splx(s);
	return 0;
}

int
bad_negated(struct softc *sc, int cold)
{
	int s = 0;

	if (!cold)
		s = splvm();
	sc->sc_flags++;
	if (cold)
		splx(s);
	return 0;			/* expect: IPL004 */
}

/* How large implies that it is not zero. */
int
ok_implied(struct softc *sc, int n)
{
	int s = 0;

	if (n > 4)
		s = splvm();
	sc->sc_flags++;
	if (n > 0 && n >= 5)
		splx(s);
	return 0;
}

int
bad_implied(struct softc *sc, int n)
{
	int s = 0;

	if (n > 4)
		s = splvm();
	sc->sc_flags++;
	if (n > 5)
		splx(s);
	return 0;			/* expect: IPL004 */
}

int
ok_both(struct softc *sc, int a, int b)
{
	int s = 0;

	if (a && b)
		s = splvm();
	sc->sc_flags++;
	if (a && b)
		splx(s);
	return 0;
}

int
bad_both(struct softc *sc, int a, int b)
{
	int s = 0;

	if (a || b)
		s = splvm();
	sc->sc_flags++;
	if (a && b)
		splx(s);
	return 0;			/* expect: IPL004 */
}

/* The outcome of the test is kept, because what it tests changes. */
int
ok_kept_test(struct softc *sc)
{
	int locked = sc->sc_flags != 0;

	if (locked)
		mutex_spin_enter(&sc->sc_lock);
	sc->sc_flags = random_bit();
	if (locked)
		mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_kept_test(struct softc *sc)
{

	if (sc->sc_flags)
		mutex_spin_enter(&sc->sc_lock);
	sc->sc_flags = random_bit();
	if (sc->sc_flags)
		mutex_spin_exit(&sc->sc_lock);
	return 0;			/* expect: IPL003 */
}

/* Three ways on from one label. */
int
ok_again(struct softc *sc)
{
	int s;

again:
	s = splvm();
	switch (sc->sc_flags) {
	case 0:
		splx(s);
		return 2;
	case 1:
		splx(s);
		(void)random_bit();
		goto again;
	default:
		break;
	}
	sc->sc_flags = 0;
	splx(s);
	return 0;
}

int
bad_again(struct softc *sc)
{
	int s, first = 1;

again:
	s = splvm();
	if (sc->sc_flags == 1 && first) {
		first = 0;
		goto again;
	}
	sc->sc_flags = 0;
	splx(s);
	return 0;			/* expect: IPL004 */
}

/* Tried, and waited for where that fails. */
int
ok_try_twice(struct softc *sc)
{

	if (!mutex_tryenter(&sc->sc_lock)) {
		sc->sc_flags++;
		mutex_enter(&sc->sc_lock);
	}
	sc->sc_dead = 0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_try_twice(struct softc *sc)
{

	if (!mutex_tryenter(&sc->sc_lock)) {
		sc->sc_flags++;
		if (!mutex_tryenter(&sc->sc_high))
			return 0;
		sc->sc_dead = 0;
		return 0;		/* expect: IPL003 */
	}
	sc->sc_dead = 0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* The branch that does not restore does not come back. */
int
ok_dead_end(struct softc *sc, int how)
{
	int s = splhigh();

	switch (how) {
	case 0:
		sc->sc_flags = 0;
		break;
	case 1:
		for (;;)
			(void)random_bit();
	default:
		panic("how");
	}
	splx(s);
	return 0;
}

int
bad_dead_end(struct softc *sc, int how)
{
	int s = splhigh();

	switch (how) {
	case 0:
		sc->sc_flags = 0;
		break;
	case 1:
		for (;;)
			if (random_bit())
				return 0;	/* expect: IPL004 */
	default:
		panic("how");
	}
	splx(s);
	return 0;
}

void attach_correlated(struct softc *);

void
attach_correlated(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
}

/* A thread has no return that tells; but its next turn does. */
void
ok_thread_turns(struct softc *sc)
{
	int s;

	for (;;) {
		(void)tsleep(sc, 0, "turn", 0);
		if (sc->sc_dead)
			break;
		s = splvm();
		sc->sc_flags++;
		splx(s);
	}
	kthread_exit(0);
}

void
bad_thread_turns(struct softc *sc)
{
	int s;

	for (;;) {
		(void)tsleep(sc, 0, "turn", 0);
		if (sc->sc_dead)
			break;
		s = splvm();		/* expect: IPL004 */
		sc->sc_flags++;
	}
	kthread_exit(0);
}

/* The level of the first turn is kept elsewhere. */
void
ok_thread_first(struct softc *sc)
{
	int s, first = -1;

	while (!sc->sc_dead) {
		s = splvm();
		if (first == -1)
			first = s;
		(void)tsleep(sc, 0, "turn", 0);
	}
	if (first != -1)
		splx(first);
	kthread_exit(0);
}
