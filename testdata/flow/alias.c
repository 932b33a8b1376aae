/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * One mutex under several names: behind a pointer that two objects share,
 * that changes while one waits for it, that is swapped while it is held, or
 * that an expression chooses.
 */

#include "toy.h"

struct sock {
	kmutex_t *so_lock;		/* shared by a pair */
	struct sock *so_head;
	int so_error;
};

struct chan {
	struct chan *ch_parent;
	kmutex_t ch_lock;
	int ch_state;
};
#define CHAN_MTX(c)	((c)->ch_parent != NULL ? \
	    &(c)->ch_parent->ch_lock : &(c)->ch_lock)

struct second {
	kmutex_t c2_lock;		/* nobody else takes it */
};

kmutex_t *mutex_obj_alloc(int, int);

void solock(struct sock *);
void sounlock(struct sock *);
int ok_solock(struct sock *);
int bad_solock(struct sock *);
int ok_solock2(struct sock *, struct sock *);
int bad_solock2(struct sock *, struct sock *);
int ok_swapped_pointer(struct softc *);
int bad_swapped_pointer(struct softc *);
void setlock(struct softc *, kmutex_t *);
int ok_setlock(struct softc *);
int bad_setlock(struct softc *);
int ok_chan(struct chan *);
int bad_chan(struct chan *);
int ok_local_copy(struct softc *);
int ok_local_caller(struct softc *, struct second *);
int ok_other_field(struct softc *, struct softc *);
int bad_other_field(struct softc *, struct softc *);
void attach_alias(struct softc *, struct sock *, struct chan *,
    struct second *);

/* ---- the pointer may have changed while we waited ---- */

void
solock(struct sock *so)
{
	kmutex_t *lock;

	lock = so->so_lock;
	mutex_enter(lock);
	while (lock != so->so_lock) {
		mutex_exit(lock);
		lock = so->so_lock;
		mutex_enter(lock);
	}
}

void
sounlock(struct sock *so)
{

	mutex_exit(so->so_lock);
}

int
ok_solock(struct sock *so)
{

	solock(so);
	so->so_error = 0;
	sounlock(so);
	return 0;
}

int
bad_solock(struct sock *so)
{

	solock(so);
	if (so->so_error)
		return 0;		/* expect: IPL003 */
	sounlock(so);
	return 0;
}

/* ---- two objects, perhaps with one mutex ---- */

int
ok_solock2(struct sock *a, struct sock *b)
{

	mutex_enter(a->so_lock);
	if (b->so_lock != a->so_lock)
		mutex_enter(b->so_lock);
	a->so_error = b->so_error = 0;
	if (b->so_lock != a->so_lock)
		mutex_exit(b->so_lock);
	mutex_exit(a->so_lock);
	return 0;
}

int
bad_solock2(struct sock *a, struct sock *b)
{

	mutex_enter(a->so_lock);
	if (b->so_lock != a->so_lock)
		mutex_enter(b->so_lock);
	a->so_error = b->so_error = 0;
	mutex_exit(b->so_lock);
	return 0;			/* expect: IPL003 */
}

/* ---- swapped while it is held ---- */

int
ok_swapped_pointer(struct softc *sc)
{
	kmutex_t *old = sc->sc_ptr;

	mutex_spin_enter(old);
	sc->sc_ptr = &sc->sc_high;
	mutex_spin_exit(old);
	return 0;
}

int
bad_swapped_pointer(struct softc *sc)
{
	kmutex_t *old = sc->sc_ptr;

	mutex_spin_enter(old);
	sc->sc_ptr = &sc->sc_high;
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(old);
	return 0;
}

/* Called with both held, the old one goes. */
void
setlock(struct softc *sc, kmutex_t *new)
{
	kmutex_t *old = sc->sc_ptr;

	sc->sc_ptr = new;
	mutex_spin_exit(old);
}

int
ok_setlock(struct softc *sc)
{

	mutex_spin_enter(sc->sc_ptr);
	mutex_spin_enter(&sc->sc_high);
	setlock(sc, &sc->sc_high);
	sc->sc_flags = 0;
	mutex_spin_exit(&sc->sc_high);
	return 0;
}

int
bad_setlock(struct softc *sc)
{

	mutex_spin_enter(sc->sc_ptr);
	mutex_spin_enter(&sc->sc_high);
	setlock(sc, &sc->sc_high);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_high);
	return 0;
}

/* ---- chosen by an expression ---- */

int
ok_chan(struct chan *c)
{

	mutex_enter(CHAN_MTX(c));
	c->ch_state = 1;
	mutex_exit(CHAN_MTX(c));
	return 0;
}

int
bad_chan(struct chan *c)
{

	mutex_enter(CHAN_MTX(c));
	if (c->ch_state)
		return 0;		/* expect: IPL003 */
	mutex_exit(CHAN_MTX(c));
	return 0;
}

/* ---- taken by one name, released by the other ---- */

int
ok_local_copy(struct softc *sc)
{
	kmutex_t *lock = sc->sc_dead ? &sc->sc_high : &sc->sc_lock, *held;

	held = lock;
	mutex_spin_enter(lock);
	sc->sc_flags = 0;
	mutex_spin_exit(held);
	return 0;
}

static int
fn_local_copy(struct softc *sc, struct second *s2)
{
	kmutex_t *lock = sc->sc_dead ? &sc->sc_high : &s2->c2_lock;

	mutex_spin_enter(lock);
	lock = &s2->c2_lock;
	mutex_spin_exit(lock);		/* ideal: IPL011 */
	return 0;
}

int
ok_local_caller(struct softc *sc, struct second *s2)
{

	return fn_local_copy(sc, s2);
}

/* One class, two objects: the object that was taken is the one released. */
int
ok_other_field(struct softc *a, struct softc *b)
{

	mutex_spin_enter(&a->sc_lock);
	b->sc_flags = a->sc_flags;
	mutex_spin_exit(&a->sc_lock);
	mutex_spin_enter(&b->sc_lock);
	b->sc_dead = 0;
	mutex_spin_exit(&b->sc_lock);
	return 0;
}

int
bad_other_field(struct softc *a, struct softc *b)
{

	mutex_spin_enter(&a->sc_lock);
	mutex_spin_enter(&b->sc_lock);
	b->sc_flags = a->sc_flags;
	mutex_spin_exit(&b->sc_lock);
	if (b->sc_flags)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&a->sc_lock);
	return 0;
}

void
attach_alias(struct softc *sc, struct sock *so, struct chan *c,
    struct second *s2)
{

	mutex_init(&s2->c2_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	sc->sc_ptr = &sc->sc_lock;
	so->so_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	so->so_head->so_lock = so->so_lock;
	mutex_init(&c->ch_lock, MUTEX_DEFAULT, IPL_VM);
}
