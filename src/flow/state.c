/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * States: what is known at a point of a function on some of its paths.
 *
 * A leaf (PHI, RET, FRESH) names a value by the place where it arises.  In a
 * loop the same place gives another value each time; before a leaf is made
 * anew, whatever still holds the old one is renamed.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

struct state *
state_new(struct solver *sv)
{
	struct state *s;
	struct nodes *t = sv->nodes;

	s = arena_alloc(sv->arena, sizeof(*s));
	s->level = s->peak = node_leaf(t, NODE_ENTRY, 0, 0);
	s->left = sv->mode;
	if (sv->mode > 0)
		s->saved = node_leaf(t, NODE_SAVED, 0, 0);
	return s;
}

void *
state_dup(struct solver *sv, const void *p, size_t n, size_t extra, size_t size)
{
	void *q;

	if (n + extra == 0)
		return NULL;
	q = arena_alloc(sv->arena, (n + extra) * size);
	if (n > 0)
		memcpy(q, p, n * size);
	return q;
}

struct state *
state_copy(struct solver *sv, const struct state *o)
{
	struct state *s;

	s = arena_alloc(sv->arena, sizeof(*s));
	*s = *o;
	s->held = state_dup(sv, o->held, o->nheld, 0, sizeof(*o->held));
	s->raises = state_dup(sv, o->raises, o->nraises, 0, sizeof(*o->raises));
	s->released = state_dup(sv, o->released, o->nreleased, 0,
	    sizeof(*o->released));
	s->gone = state_dup(sv, o->gone, o->ngone, 0, sizeof(*o->gone));
	s->passed = state_dup(sv, o->passed, o->npassed, 0,
	    sizeof(*o->passed));
	s->skipped = state_dup(sv, o->skipped, o->nskipped, 0,
	    sizeof(*o->skipped));
	s->maybe = state_dup(sv, o->maybe, o->nmaybe, 0, sizeof(*o->maybe));
	s->env = state_dup(sv, o->env, o->nenv, 0, sizeof(*o->env));
	s->facts = state_dup(sv, o->facts, o->nfacts, 0, sizeof(*o->facts));
	return s;
}

int
state_count(const struct state *s)
{
	return s->left + (int)s->nheld;
}

/* ---- places ---- */

static uint32_t
env_find(const struct state *s, node_t place, bool *found)
{
	uint32_t lo = 0, hi = s->nenv, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (s->env[mid].place < place)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = lo < s->nenv && s->env[lo].place == place;
	return lo;
}

node_t
state_read(struct solver *sv, const struct state *s, node_t place)
{
	uint32_t i;
	bool found;

	i = env_find(s, place, &found);
	return found ? s->env[i].value : node_init(sv->nodes, place);
}

/* Is the place a part of the whole? */
static bool
part_of(const struct nodes *t, node_t place, node_t whole)
{
	const struct node *p;

	while (place > whole) {
		p = node_get(t, place);
		if (p->kind != NODE_FIELD && p->kind != NODE_INDEX)
			return false;
		place = p->a;
		if (place == whole)
			return true;
	}
	return false;
}

void
state_write(struct solver *sv, struct state *s, node_t place, node_t value)
{
	const struct node *p = node_get(sv->nodes, place), *q;
	struct bind *env;
	uint32_t i, j;
	bool found, elem;

	elem = p->kind == NODE_INDEX;
	i = env_find(s, place, &found);
	if (found && s->env[i].value == value && !elem)
		return;
	/* Parts of the place, and other elements of its array, are gone. */
	for (i = j = 0; i < s->nenv; i++) {
		node_t e = s->env[i].place;

		if (part_of(sv->nodes, e, place))
			continue;
		q = node_get(sv->nodes, e);
		if (elem && e != place && q->kind == NODE_INDEX &&
		    q->a == p->a)
			continue;
		s->env[j++] = s->env[i];
	}
	s->nenv = j;
	i = env_find(s, place, &found);
	if (found) {
		s->env[i].value = value;
		return;
	}
	env = state_dup(sv, s->env, s->nenv, 1, sizeof(*env));
	memmove(env + i + 1, env + i, (s->nenv - i) * sizeof(*env));
	env[i].place = place;
	env[i].value = value;
	s->env = env;
	s->nenv++;
}

/* ---- leaves ---- */

bool
node_mentions(const struct nodes *t, node_t n, node_t leaf)
{
	const struct node *p;

	for (;;) {
		if (n == leaf)
			return true;
		if (n < leaf)
			return false;
		p = node_get(t, n);
		if (node_operands(p) == 0)
			return false;
		if (node_operands(p) > 1 && node_mentions(t, p->b, leaf))
			return true;
		n = p->a;
	}
}

bool
bind_is_stored(const struct nodes *t, const struct bind *b)
{

	return (node_get(t, b->value)->flags & NODE_TOKEN) != 0 &&
	    node_root_local(t, b->place) == IR_NONE;
}

/* A name for the old value of a place, when its leaf is renewed. */
static node_t
stale(struct solver *sv, node_t place, uint32_t site)
{
	return node_leaf(sv->nodes, NODE_FRESH, place,
	    (int64_t)site + ((int64_t)1 << 32));
}

static void
renew(struct solver *sv, struct state *s, node_t leaf, uint32_t site)
{
	uint32_t i, j;

	for (i = j = 0; i < s->nenv; i++) {
		struct bind b = s->env[i];

		if (node_mentions(sv->nodes, b.place, leaf)) {
			s->stored |= bind_is_stored(sv->nodes, &b);
			continue;
		}
		if (node_mentions(sv->nodes, b.value, leaf)) {
			held_follow(sv, s, b.value, stale(sv, b.place, site));
			b.value = stale(sv, b.place, site);
		}
		s->env[j++] = b;
	}
	s->nenv = j;
	for (i = j = 0; i < s->nfacts; i++)
		if (!node_mentions(sv->nodes, s->facts[i].value, leaf))
			s->facts[j++] = s->facts[i];
	s->nfacts = j;
	for (i = 0; i < s->nheld; i++)
		if (node_mentions(sv->nodes, s->held[i].lock, leaf))
			s->held[i].lock = stale(sv, i, site);
}

static bool
mentions(const struct nodes *t, const struct state *s, node_t leaf,
    bool facts)
{
	uint32_t i;

	if (node_mentions(t, s->level, leaf) || node_mentions(t, s->saved,
	    leaf))
		return true;
	for (i = 0; i < s->nenv; i++)
		if (node_mentions(t, s->env[i].value, leaf) ||
		    node_mentions(t, s->env[i].place, leaf))
			return true;
	for (i = 0; i < s->nheld; i++)
		if (node_mentions(t, s->held[i].lock, leaf) ||
		    node_mentions(t, s->held[i].old, leaf))
			return true;
	for (i = 0; facts && i < s->nfacts; i++)
		if (node_mentions(t, s->facts[i].value, leaf))
			return true;
	return false;
}

static void
forget(const struct nodes *t, struct state *s, node_t leaf)
{
	uint32_t i, j;

	for (i = j = 0; i < s->nfacts; i++)
		if (!node_mentions(t, s->facts[i].value, leaf))
			s->facts[j++] = s->facts[i];
	s->nfacts = j;
}

node_t
state_leaf(struct solver *sv, struct state *s, enum node_kind kind,
    node_t place, uint32_t site)
{
	node_t leaf = 0;
	int64_t k;
	int round;

	if (s->at == NULL) {
		leaf = node_leaf(sv->nodes, kind, place, site);
		renew(sv, s, leaf, site);
		return leaf;
	}
	for (round = 0; round < 256; round++) {
		k = (int64_t)round << 24 | site;
		leaf = kind == NODE_RET ? node_leaf(sv->nodes, kind,
		    s->at->id, k | (int64_t)s->at->func << 32) :
		    node_leaf(sv->nodes, kind, place, k |
		    (int64_t)s->at->id << 32);
		if (!mentions(sv->nodes, s, leaf,
		    walk_keeps(sv->walk)))
			break;
	}
	forget(sv->nodes, s, leaf);
	return leaf;
}

uint32_t
node_root_frame(const struct nodes *t, node_t place)
{
	const struct node *p;

	for (;;) {
		p = node_get(t, place);
		if (p->kind == NODE_LOCAL)
			return p->a;
		if (p->kind != NODE_FIELD && p->kind != NODE_INDEX)
			return 0;
		place = p->a;
	}
}

void
state_leave_frame(struct solver *sv, struct state *s, uint32_t frame)
{
	uint32_t i, j;

	for (i = j = 0; i < s->nenv; i++)
		if (node_root_frame(sv->nodes, s->env[i].place) != frame)
			s->env[j++] = s->env[i];
	s->nenv = j;
}
