/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Mutexes that a loop takes and does not release in the same turn: the best
 * one so far, or one after the other, to be released in a loop behind it.
 */

#include "toy.h"

struct list {
	struct sink *l_first, **l_last;
};

struct sink {
	kmutex_t s_lock;		/* spin, IPL_VM */
	struct sink *s_next;
	int s_rank, s_len, s_state;
	void (*s_cb)(struct sink *);
};

struct pool {
	kmutex_t p_lock;		/* spin, IPL_VM */
	struct list p_sinks;
	struct sink *p_sink;
	int p_n, p_bits;
};

void pool_init(struct pool *);
struct sink *ok_select(struct pool *, int);
struct sink *bad_select(struct pool *, int);
struct sink *ok_select_list(struct pool *, int);
struct sink *bad_select_list(struct pool *, int);
int ok_use_selected(struct pool *);
int ok_use_bad_selected(struct pool *);
int bad_use_selected(struct pool *);
void ok_collect(struct pool *);
int bad_collect_some(struct pool *);
void ok_collect_tail(struct pool *);
int bad_collect(struct pool *);
int ok_all(struct pool *);
int bad_all(struct pool *);
void ok_all_backwards(struct pool *);
int bad_one_of_all(struct pool *);
void ok_calls_forgetful(struct pool *);
struct sink *sink_get(struct pool *, int);
int ok_loop_end(struct pool *);
int bad_loop_end(struct pool *);

void
pool_init(struct pool *p)
{
	int i;

	mutex_init(&p->p_lock, MUTEX_DEFAULT, IPL_VM);
	for (i = 0; i < p->p_n; i++)
		mutex_init(&p->p_sink[i].s_lock, MUTEX_DEFAULT, IPL_VM);
}

/* ---- the best one stays locked ---- */

struct sink *
ok_select(struct pool *p, int want)
{
	struct sink *s, *best = NULL;
	int i;

	for (i = 0; i < p->p_n; i++) {
		s = &p->p_sink[i];
		mutex_enter(&s->s_lock);
		if (s->s_state == want) {
			if (best == NULL) {
				best = s;
				continue;
			} else if (s->s_rank < best->s_rank) {
				mutex_exit(&best->s_lock);
				best = s;
				continue;
			}
		}
		mutex_exit(&s->s_lock);
	}
	return best;
}

struct sink *
bad_select(struct pool *p, int want)
{
	struct sink *s, *best = NULL;
	int i;

	for (i = 0; i < p->p_n; i++) {
		s = &p->p_sink[i];
		mutex_enter(&s->s_lock);
		if (s->s_state < want)
			continue;
		if (s->s_state == want) {
			if (best != NULL)
				mutex_exit(&best->s_lock);
			best = s;
			continue;
		}
		mutex_exit(&s->s_lock);
	}
	return best;			/* expect: IPL003 */
}

struct sink *
ok_select_list(struct pool *p, int want)
{
	struct sink *s, *best = NULL;

	for (s = p->p_sinks.l_first; s != NULL; s = s->s_next) {
		mutex_enter(&s->s_lock);
		if (best != NULL && s->s_rank >= best->s_rank) {
			mutex_exit(&s->s_lock);
			continue;
		}
		if (best != NULL)
			mutex_exit(&best->s_lock);
		best = s;
	}
	if (best != NULL && best->s_state != want) {
		mutex_exit(&best->s_lock);
		return NULL;
	}
	return best;
}

struct sink *
bad_select_list(struct pool *p, int want)
{
	struct sink *s, *best = NULL;

	for (s = p->p_sinks.l_first; s != NULL; s = s->s_next) {
		mutex_enter(&s->s_lock);
		if (best != NULL && s->s_rank >= best->s_rank) {
			mutex_exit(&s->s_lock);
			continue;
		}
		if (best != NULL)
			mutex_exit(&best->s_lock);
		best = s;
	}
	if (best != NULL && best->s_state != want)
		return NULL;		/* expect: IPL003 */
	return best;
}

int
ok_use_selected(struct pool *p)
{
	struct sink *s = ok_select_list(p, 1);

	if (s == NULL)
		return 1;
	s->s_state = 2;
	mutex_exit(&s->s_lock);
	return 0;
}

int
ok_use_bad_selected(struct pool *p)
{
	struct sink *s = bad_select_list(p, 1);

	if (s == NULL)
		return 1;
	mutex_exit(&s->s_lock);
	return 0;
}

int
bad_use_selected(struct pool *p)
{
	struct sink *s = ok_select(p, 1);

	if (s == NULL)
		return 1;
	if (s->s_len == 3)
		return 1;		/* expect: IPL003 */
	s->s_state = 2;
	mutex_exit(&s->s_lock);
	return 0;
}

/* ---- one after the other, collected in a list ---- */

void
ok_collect(struct pool *p)
{
	struct list some = { NULL, &some.l_first };
	struct sink *s, *next;

	mutex_spin_enter(&p->p_lock);
	for (s = p->p_sinks.l_first; s != NULL; s = next) {
		next = s->s_next;
		if (!mutex_tryenter(&s->s_lock))
			continue;
		if (s->s_len < p->p_bits) {
			p->p_bits -= s->s_len;
			s->s_next = some.l_first;
			some.l_first = s;
		} else
			mutex_exit(&s->s_lock);
	}
	mutex_spin_exit(&p->p_lock);
	while ((s = some.l_first) != NULL) {
		s->s_state = 1;
		s->s_cb(s);
		some.l_first = s->s_next;
		mutex_spin_exit(&s->s_lock);
	}
}

void
ok_collect_tail(struct pool *p)
{
	struct list some = { NULL, &some.l_first };
	struct sink *s;

	mutex_spin_enter(&p->p_lock);
	while ((s = p->p_sinks.l_first) != NULL) {
		mutex_spin_enter(&s->s_lock);
		p->p_sinks.l_first = s->s_next;
		s->s_next = NULL;
		*some.l_last = s;
		some.l_last = &s->s_next;
	}
	mutex_spin_exit(&p->p_lock);
	for (s = some.l_first; s != NULL; s = some.l_first) {
		some.l_first = s->s_next;
		mutex_spin_exit(&s->s_lock);
	}
}

int
bad_collect(struct pool *p)
{
	struct list some = { NULL, &some.l_first };
	struct sink *s, *next;

	mutex_spin_enter(&p->p_lock);
	for (s = p->p_sinks.l_first; s != NULL; s = next) {
		next = s->s_next;
		if (!mutex_tryenter(&s->s_lock))
			continue;
		s->s_next = some.l_first;
		some.l_first = s;
	}
	mutex_spin_exit(&p->p_lock);
	if (p->p_bits == 0)
		return 1;		/* expect: IPL003 */
	while ((s = some.l_first) != NULL) {
		some.l_first = s->s_next;
		mutex_spin_exit(&s->s_lock);
	}
	return 0;
}

int
bad_collect_some(struct pool *p)
{
	struct list some = { NULL, &some.l_first };
	struct sink *s, *next;

	for (s = p->p_sinks.l_first; s != NULL; s = next) {
		next = s->s_next;
		if (!mutex_tryenter(&s->s_lock))
			continue;
		if (s->s_len < p->p_bits) {
			s->s_next = some.l_first;
			some.l_first = s;
		} else
			mutex_exit(&s->s_lock);
	}
	if (p->p_bits == 0)
		return 1;		/* expect: IPL003 */
	while ((s = some.l_first) != NULL) {
		some.l_first = s->s_next;
		mutex_spin_exit(&s->s_lock);
	}
	return 0;
}

/* ---- all of them ---- */

int
ok_all(struct pool *p)
{
	int i;

	for (i = 0; i < p->p_n; i++)
		mutex_spin_enter(&p->p_sink[i].s_lock);
	p->p_bits = 0;
	for (i = 0; i < p->p_n; i++)
		mutex_spin_exit(&p->p_sink[i].s_lock);
	return 0;
}

int
bad_all(struct pool *p)
{
	int i;

	for (i = 0; i < p->p_n; i++)
		mutex_spin_enter(&p->p_sink[i].s_lock);
	if (p->p_bits == 0)
		return 1;		/* expect: IPL003 */
	p->p_bits = 0;
	for (i = 0; i < p->p_n; i++)
		mutex_spin_exit(&p->p_sink[i].s_lock);
	return 0;
}

void
ok_all_backwards(struct pool *p)
{
	int i;

	for (i = 0; i < p->p_n; i++)
		mutex_spin_enter(&p->p_sink[i].s_lock);
	p->p_bits = 0;
	for (i = p->p_n - 1; i >= 0; i--)
		mutex_spin_exit(&p->p_sink[i].s_lock);
}

/* Not one that is collected: it is found and given up again, but once. */
int
bad_one_of_all(struct pool *p)
{
	struct sink *s;
	int i;

	for (i = 0; i < p->p_n; i++) {
		s = &p->p_sink[i];
		mutex_spin_enter(&s->s_lock);
		if (s->s_rank < 0)
			return 1;	/* expect: IPL003 */
		mutex_spin_exit(&s->s_lock);
	}
	return 0;
}

/* ---- what the loop ends with ---- */

static void
sink_unlock(struct sink *s)
{

	mutex_exit(&s->s_lock);
}

int
ok_loop_end(struct pool *p)
{
	struct sink *s = NULL;
	int i;

	for (i = 0; i < p->p_n; i++) {
		s = sink_get(p, i);
		if (s == NULL)
			continue;
		mutex_enter(&s->s_lock);
		if (s->s_state == 0)
			break;
		sink_unlock(s);
		s = NULL;
	}
	if (s == NULL)
		return 1;
	s->s_state = 1;
	sink_unlock(s);
	return 0;
}

/* The last one of the loop is not NULL, and not locked any more. */
int
bad_loop_end(struct pool *p)
{
	struct sink *s = NULL;
	int i;

	for (i = 0; i < p->p_n; i++) {
		s = sink_get(p, i);
		if (s == NULL)
			continue;
		mutex_enter(&s->s_lock);
		if (s->s_state == 0)
			break;
		sink_unlock(s);
	}
	if (s == NULL)
		return 1;
	s->s_state = 1;
	sink_unlock(s);			/* expect: IPL011 says: already */
	return 0;
}

/* ---- what a callee has forgotten is not collected ---- */

static int
bad_forgets(struct sink *s)
{

	mutex_enter(&s->s_lock);
	if (s->s_rank < 0) {
		mutex_exit(&s->s_lock);
		return 1;
	}
	s->s_state = 1;
	return 0;			/* expect: IPL003 */
}

void
ok_calls_forgetful(struct pool *p)
{
	struct sink *s;
	int i;

	for (i = 0; i < p->p_n; i++)
		if (bad_forgets(sink_get(p, i)))
			break;
	for (s = p->p_sinks.l_first; s != NULL; s = s->s_next) {
		mutex_enter(&s->s_lock);
		s->s_state = 2;
		mutex_exit(&s->s_lock);
	}
}
