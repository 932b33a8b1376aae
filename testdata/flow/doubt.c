/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Tests that would have one answer on all paths, if memory kept its value:
 * the function itself asks whether it does.
 */

#include "toy.h"

struct entry {
	struct entry *e_next;
};

struct work {
	kmutex_t w_lock;
	struct entry *w_first;
	int w_seq;
};

static kmutex_t color_lock;
static int colors;

int	interrupt(struct work *);
void	*kern_alloc(int);
void	take_entry(struct entry *);

void
doubt_attach(struct work *w)
{

	mutex_init(&w->w_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&color_lock, MUTEX_DEFAULT, IPL_VM);
}

/* What was read before the call is compared with what is there now. */
int
ok_recovered(struct work *w)
{
	int s, seq;

	s = splvm();
	seq = w->w_seq;
	if (interrupt(w) && w->w_seq != seq) {
		splx(s);
		return 1;
	}
	splx(s);
	return 0;
}

int
bad_recovered(struct work *w)
{
	int s, seq;

	s = splvm();
	seq = w->w_seq;
	if (interrupt(w) && w->w_seq != seq)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* Asked again once the mutex is held. */
void
ok_recolor(int new)
{

	if (new <= colors)
		return;
	(void)kern_alloc(new);
	mutex_enter(&color_lock);
	if (new <= colors) {
		mutex_exit(&color_lock);
		return;
	}
	colors = new;
	mutex_exit(&color_lock);
}

void
bad_recolor(int new)
{

	if (new <= colors)
		return;
	(void)kern_alloc(new);
	mutex_enter(&color_lock);
	if (new <= colors)
		return;			/* expect: IPL003 */
	colors = new;
	mutex_exit(&color_lock);
}

/* The second time, of a copy. */
void
ok_dequeue(struct work *w)
{
	struct entry *e;

	while (w->w_first != NULL) {
		mutex_enter(&w->w_lock);
		e = w->w_first;
		if (e == NULL) {
			mutex_exit(&w->w_lock);
			break;
		}
		w->w_first = e->e_next;
		mutex_exit(&w->w_lock);
		take_entry(e);
	}
}

void
bad_dequeue(struct work *w)
{
	struct entry *e;

	while (w->w_first != NULL) {
		mutex_enter(&w->w_lock);
		e = w->w_first;
		if (e == NULL)
			break;
		w->w_first = e->e_next;
		mutex_exit(&w->w_lock);
		take_entry(e);
	}
}					/* expect: IPL003 */

/* A copy does not change by itself: not if it alone is asked twice. */
int
ok_copy(struct work *w)
{
	struct entry *e = w->w_first;

	if (e == NULL)
		return 1;
	mutex_enter(&w->w_lock);
	if (e == NULL)
		return 0;
	mutex_exit(&w->w_lock);
	return 0;
}

/* The same test around the raise and the restore has two answers. */
void
ok_same_test(struct work *w)
{
	int s = 0;

	if (w->w_seq != 0)
		s = splvm();
	(void)interrupt(w);
	if (w->w_seq != 0)
		splx(s);
}

/* What a function never does, asking for it does not change. */
static int
ok_fill(struct work *w)
{

	w->w_seq = 0;
	return 0;
}

int
ok_start(struct work *w)
{
	int s = splvm();

	if (ok_fill(w) != 0)
		return 1;
	splx(s);
	return 0;
}
