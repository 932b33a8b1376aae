/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * States: what is known at a point of a function on some of its paths.
 *
 * Two states with the same property (level, saved level, locks, raises, and
 * the places that hold tokens) are joined: a place that differs becomes a PHI
 * of the block, a fact stays if it follows from both.  States with different
 * properties stay apart with their facts, so that the second "if (locked)"
 * sends each the way it came.
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

static void *
dup(struct solver *sv, const void *p, size_t n, size_t extra, size_t size)
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
	s->held = dup(sv, o->held, o->nheld, 0, sizeof(*o->held));
	s->raises = dup(sv, o->raises, o->nraises, 0, sizeof(*o->raises));
	s->released = dup(sv, o->released, o->nreleased, 0,
	    sizeof(*o->released));
	s->gone = dup(sv, o->gone, o->ngone, 0, sizeof(*o->gone));
	s->skipped = dup(sv, o->skipped, o->nskipped, 0,
	    sizeof(*o->skipped));
	s->maybe = dup(sv, o->maybe, o->nmaybe, 0, sizeof(*o->maybe));
	s->env = dup(sv, o->env, o->nenv, 0, sizeof(*o->env));
	s->facts = dup(sv, o->facts, o->nfacts, 0, sizeof(*o->facts));
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
	env = dup(sv, s->env, s->nenv, 1, sizeof(*env));
	memmove(env + i + 1, env + i, (s->nenv - i) * sizeof(*env));
	env[i].place = place;
	env[i].value = value;
	s->env = env;
	s->nenv++;
}

/* ---- facts ---- */

static uint32_t
fact_find(const struct state *s, node_t value, bool *found)
{
	uint32_t lo = 0, hi = s->nfacts, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (s->facts[mid].value < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = lo < s->nfacts && s->facts[lo].value == value;
	return lo;
}

/* Bounds that follow from the form of a value. */
static void
fact_by_form(struct solver *sv, node_t value, struct fact *f)
{
	const struct node *p = node_get(sv->nodes, value);

	f->value = value;
	f->nonzero = false;
	f->lo = INT64_MIN;
	f->hi = INT64_MAX;
	switch (p->kind) {
	case NODE_CONST:
		f->lo = f->hi = p->k;
		f->nonzero = p->k != 0;
		break;
	case NODE_ADDR:
	case NODE_STR:
		f->nonzero = true;
		break;
	case NODE_UNARY:
		if (p->op == IR_OP_NOT) {
			f->lo = 0;
			f->hi = 1;
		}
		break;
	case NODE_LOCKSPIN:
		f->lo = 0;
		f->hi = 1;
		break;
	case NODE_ENTRY:
	case NODE_SAVED:
	case NODE_LOCKSAVED:
	case NODE_CLAMP:
	case NODE_MAX:
	case NODE_MIN:
		/* A level, or a status word: some code has -1 for none. */
		f->lo = 0;
		break;
	case NODE_BINARY:
		if (p->op == IR_OP_EQ || p->op == IR_OP_LT) {
			f->lo = 0;
			f->hi = 1;
		} else if (p->op == IR_OP_AND) {
			const struct node *q = node_get(sv->nodes, p->b);

			if (q->kind == NODE_CONST && q->k >= 0) {
				f->lo = 0;
				f->hi = q->k;
			}
		}
		break;
	default:
		break;
	}
}

/* Bounds of x + k from those of x; ends that are not known stay so. */
static void
fact_of_sum(struct solver *sv, const struct state *s, const struct node *p,
    struct fact *f)
{
	struct fact x;
	int64_t k, limit = (int64_t)1 << 40;

	if (p->kind != NODE_BINARY || p->op != IR_OP_ADD ||
	    !node_is_const(sv->nodes, p->b, &k) || k < -limit || k > limit)
		return;
	state_fact(sv, s, p->a, &x);
	if (x.lo > -limit && x.lo < limit)
		f->lo = x.lo + k;
	if (x.hi > -limit && x.hi < limit)
		f->hi = x.hi + k;
	f->nonzero = f->lo > 0 || f->hi < 0;
}

void
state_fact(struct solver *sv, const struct state *s, node_t value,
    struct fact *f)
{
	struct fact g;
	uint32_t i;
	bool found;

	fact_by_form(sv, value, f);
	fact_of_sum(sv, s, node_get(sv->nodes, value), f);
	i = fact_find(s, value, &found);
	if (found) {
		g = s->facts[i];
		f->lo = g.lo > f->lo ? g.lo : f->lo;
		f->hi = g.hi < f->hi ? g.hi : f->hi;
		f->nonzero = f->nonzero || g.nonzero;
	}
}

static void
fact_put(struct solver *sv, struct state *s, const struct fact *f)
{
	struct fact *facts;
	uint32_t i;
	bool found;

	i = fact_find(s, f->value, &found);
	if (found) {
		s->facts[i] = *f;
		return;
	}
	facts = dup(sv, s->facts, s->nfacts, 1, sizeof(*facts));
	memmove(facts + i + 1, facts + i, (s->nfacts - i) * sizeof(*facts));
	facts[i] = *f;
	s->facts = facts;
	s->nfacts++;
}

bool
state_narrow(struct solver *sv, struct state *s, const struct fact *g)
{
	struct fact f, old;

	state_fact(sv, s, g->value, &old);
	f = old;
	f.lo = g->lo > f.lo ? g->lo : f.lo;
	f.hi = g->hi < f.hi ? g->hi : f.hi;
	f.nonzero = f.nonzero || g->nonzero;
	if (f.nonzero && f.lo == 0)
		f.lo = 1;
	if (f.nonzero && f.hi == 0)
		f.hi = -1;
	if (f.lo > f.hi)
		return false;
	if (f.lo > 0 || f.hi < 0)
		f.nonzero = true;
	if (f.lo == old.lo && f.hi == old.hi && f.nonzero == old.nonzero)
		return true;
	if (node_get(sv->nodes, g->value)->kind != NODE_CONST)
		fact_put(sv, s, &f);
	return true;
}

int
state_truth(struct solver *sv, const struct state *s, node_t v)
{
	const struct node *p = node_get(sv->nodes, v);
	struct fact f, g;
	int r;

	if (p->kind == NODE_UNARY && p->op == IR_OP_NOT) {
		r = state_truth(sv, s, p->a);
		if (r >= 0)
			return !r;
	}
	state_fact(sv, s, v, &f);
	if (f.nonzero)
		return 1;
	if (f.lo == 0 && f.hi == 0)
		return 0;
	if (p->kind == NODE_BINARY && (p->op == IR_OP_EQ ||
	    p->op == IR_OP_LT)) {
		state_fact(sv, s, p->a, &f);
		state_fact(sv, s, p->b, &g);
		if (p->op == IR_OP_LT) {
			if (f.hi < g.lo)
				return 1;
			if (f.lo >= g.hi)
				return 0;
		} else {
			if (f.hi < g.lo || g.hi < f.lo)
				return 0;
			if (f.lo == f.hi && g.lo == g.hi && f.lo == g.lo)
				return 1;
			if (f.nonzero && g.lo == 0 && g.hi == 0)
				return 0;
			if (g.nonzero && f.lo == 0 && f.hi == 0)
				return 0;
		}
	}
	return -1;
}

static struct fact
fact_range(node_t v, int64_t lo, int64_t hi, bool nonzero)
{
	struct fact f = { v, nonzero, lo, hi };

	return f;
}

static bool
put_truth(struct solver *sv, struct state *s, node_t v, bool truth)
{
	struct fact f = truth ? fact_range(v, INT64_MIN, INT64_MAX, true) :
	    fact_range(v, 0, 0, false);

	return state_narrow(sv, s, &f);
}

/* Of a < b, a == b and b < a, one is true; constants have their ranges. */
static bool
assume_order(struct solver *sv, struct state *s, const struct node *p,
    bool truth)
{
	struct nodes *t = sv->nodes;
	node_t less, more;

	if (p->kind != NODE_BINARY ||
	    node_get(t, p->a)->kind == NODE_CONST ||
	    node_get(t, p->b)->kind == NODE_CONST)
		return true;
	if (p->op == IR_OP_LT) {
		more = node_binary(t, IR_OP_LT, p->b, p->a);
		if (truth)
			return put_truth(sv, s, more, false) && put_truth(sv,
			    s, node_binary(t, IR_OP_EQ, p->a, p->b), false);
		return state_truth(sv, s, more) != 0 || put_truth(sv, s,
		    node_binary(t, IR_OP_EQ, p->a, p->b), true);
	}
	if (p->op != IR_OP_EQ || truth)
		return true;
	less = node_binary(t, IR_OP_LT, p->a, p->b);
	more = node_binary(t, IR_OP_LT, p->b, p->a);
	if (state_truth(sv, s, less) == 0)
		return put_truth(sv, s, more, true);
	return state_truth(sv, s, more) != 0 || put_truth(sv, s, less, true);
}

bool
state_assume(struct solver *sv, struct state *s, node_t v, bool truth)
{
	struct node p = *node_get(sv->nodes, v);
	struct fact f, g;
	int r;

	r = state_truth(sv, s, v);
	if (r >= 0)
		return r == truth;
	if (p.kind == NODE_UNARY && p.op == IR_OP_NOT)
		return state_assume(sv, s, p.a, !truth);
	if (p.kind == NODE_BINARY && p.op == IR_OP_EQ) {
		if (truth) {
			state_fact(sv, s, p.a, &f);
			state_fact(sv, s, p.b, &g);
			f.value = p.b;
			g.value = p.a;
			if (!state_narrow(sv, s, &f) ||
			    !state_narrow(sv, s, &g))
				return false;
		} else {
			/* Shave a constant off the end of a range. */
			state_fact(sv, s, p.a, &f);
			state_fact(sv, s, p.b, &g);
			if (g.lo == g.hi && f.lo == g.lo)
				f.lo++;
			else if (g.lo == g.hi && f.hi == g.lo)
				f.hi--;
			f.value = p.a;
			if (!state_narrow(sv, s, &f))
				return false;
		}
	} else if (p.kind == NODE_BINARY && p.op == IR_OP_LT) {
		state_fact(sv, s, p.a, &f);
		state_fact(sv, s, p.b, &g);
		if (truth) {
			if (g.hi != INT64_MIN && g.hi != INT64_MAX) {
				struct fact x = fact_range(p.a, INT64_MIN,
				    g.hi - 1, false);
				if (!state_narrow(sv, s, &x))
					return false;
			}
			if (f.lo != INT64_MIN && f.lo != INT64_MAX) {
				struct fact x = fact_range(p.b, f.lo + 1,
				    INT64_MAX, false);
				if (!state_narrow(sv, s, &x))
					return false;
			}
		} else {
			struct fact x = fact_range(p.a, g.lo, INT64_MAX,
			    false);
			struct fact y = fact_range(p.b, INT64_MIN, f.hi,
			    false);

			if (!state_narrow(sv, s, &x) ||
			    !state_narrow(sv, s, &y))
				return false;
		}
	}
	return put_truth(sv, s, v, truth) && assume_order(sv, s, &p, truth);
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
		switch (p->kind) {
		case NODE_BINARY:
		case NODE_MAX:
		case NODE_MIN:
		case NODE_INDEX:
			if (node_mentions(t, p->b, leaf))
				return true;
			/* FALLTHROUGH */
		case NODE_INIT:
		case NODE_ADDR:
		case NODE_UNARY:
		case NODE_CLAMP:
		case NODE_FIELD:
		case NODE_DEREF:
		case NODE_LOCKLEVEL:
		case NODE_LOCKSPIN:
		case NODE_LOCKSAVED:
			n = p->a;
			break;
		default:
			return false;
		}
	}
}

/* A saved level outside of the function's own variables. */
static bool
is_stored(const struct nodes *t, const struct bind *b)
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
			s->stored |= is_stored(sv->nodes, &b);
			continue;
		}
		if (node_mentions(sv->nodes, b.value, leaf))
			b.value = stale(sv, b.place, site);
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

/* The frame of the local at the root of a place, or 0. */
static uint32_t
root_frame(const struct nodes *t, node_t place)
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
		if (root_frame(sv->nodes, s->env[i].place) != frame)
			s->env[j++] = s->env[i];
	s->nenv = j;
}

/* ---- joins ---- */

static bool
is_phi_of(const struct nodes *t, node_t n, uint32_t block)
{
	const struct node *p = node_get(t, n);

	return p->kind == NODE_PHI && p->k == block;
}

static bool
mentions_phi(const struct nodes *t, node_t n, uint32_t block)
{
	const struct node *p = node_get(t, n);

	if (!(p->flags & NODE_INNER))
		return false;
	switch (p->kind) {
	case NODE_PHI:
		return p->k == block;
	case NODE_BINARY:
	case NODE_MAX:
	case NODE_MIN:
	case NODE_INDEX:
		return mentions_phi(t, p->a, block) ||
		    mentions_phi(t, p->b, block);
	case NODE_INIT:
	case NODE_ADDR:
	case NODE_UNARY:
	case NODE_CLAMP:
	case NODE_FIELD:
	case NODE_DEREF:
	case NODE_LOCKLEVEL:
	case NODE_LOCKSPIN:
	case NODE_LOCKSAVED:
		return mentions_phi(t, p->a, block);
	default:
		return false;
	}
}

/* The PHI of a place that has the value v now. */
static node_t
phi(struct solver *sv, uint32_t block, node_t place, node_t v)
{
	if (is_phi_of(sv->nodes, v, block) &&
	    node_get(sv->nodes, v)->a == place)
		return v;
	return node_leaf(sv->nodes, NODE_PHI, place, block);
}

static bool
is_token(const struct nodes *t, node_t v)
{
	return (node_get(t, v)->flags & NODE_TOKEN) != 0;
}

bool
state_saved(const struct solver *sv, const struct state *s, node_t v)
{
	uint32_t i;

	for (i = 0; i < s->nraises; i++)
		if (s->raises[i].old == v)
			return true;
	return (node_get(sv->nodes, v)->flags & NODE_TOKEN) != 0;
}

/* The local at the root of a place, or IR_NONE. */
uint32_t
node_root_local(const struct nodes *t, node_t place)
{
	const struct node *p;

	for (;;) {
		p = node_get(t, place);
		if (p->kind == NODE_LOCAL)
			return (uint32_t)p->k;
		if (p->kind != NODE_FIELD && p->kind != NODE_INDEX)
			return IR_NONE;
		place = p->a;
	}
}

/* Some leaf of an inner value, or 0 if there is none. */
static node_t
inner_leaf(const struct nodes *t, node_t n)
{
	const struct node *p = node_get(t, n);
	node_t l;

	if (!(p->flags & NODE_INNER))
		return 0;
	switch (p->kind) {
	case NODE_PHI:
	case NODE_RET:
	case NODE_FRESH:
		return n;
	case NODE_BINARY:
	case NODE_MAX:
	case NODE_MIN:
	case NODE_INDEX:
		l = inner_leaf(t, p->a);
		return l != 0 ? l : inner_leaf(t, p->b);
	case NODE_INIT:
	case NODE_ADDR:
	case NODE_UNARY:
	case NODE_CLAMP:
	case NODE_FIELD:
	case NODE_DEREF:
	case NODE_LOCKLEVEL:
	case NODE_LOCKSPIN:
	case NODE_LOCKSAVED:
		return inner_leaf(t, p->a);
	default:
		return 0;
	}
}

static bool
fact_trivial(struct solver *sv, const struct fact *g)
{
	struct fact form;

	fact_by_form(sv, g->value, &form);
	return g->lo == form.lo && g->hi == form.hi &&
	    g->nonzero == form.nonzero;
}

/* Drop what nobody can ask for any more, and old PHIs of a loop's head. */
void
state_enter_block(struct solver *sv, struct state *s, uint32_t block)
{
	struct nodes *t = sv->nodes;
	struct fact f, *moved = NULL;
	uint32_t i, j, k, local, nmoved = 0;
	node_t leaf;

	if (sv->head[block])
		moved = arena_alloc(sv->arena, (s->nenv + 1) *
		    sizeof(*moved));

	for (i = j = 0; i < s->nenv; i++) {
		struct bind b = s->env[i];

		local = node_root_local(t, b.place);
		if (local != IR_NONE && (s->at == NULL || root_frame(t,
		    b.place) == s->at->id) && !sv->addressed[local] &&
		    !(sv->live[block][local / 64] >> (local % 64) & 1))
			continue;
		if (sv->head[block]) {
			if (mentions_phi(t, b.place, block)) {
				s->stored |= is_stored(t, &b);
				continue;
			}
			if (mentions_phi(t, b.value, block)) {
				state_fact(sv, s, b.value, &f);
				b.value = phi(sv, block, b.place, b.value);
				f.value = b.value;
				if (!fact_trivial(sv, &f))
					moved[nmoved++] = f;
			}
		}
		s->env[j++] = b;
	}
	s->nenv = j;
	for (i = j = 0; i < s->nfacts && !walk_keeps(sv->walk); i++) {
		f = s->facts[i];
		leaf = inner_leaf(t, f.value);
		if (leaf != 0) {
			if (sv->head[block] && mentions_phi(t, f.value,
			    block))
				continue;
			for (k = 0; k < s->nenv; k++)
				if (node_mentions(t, s->env[k].value, leaf))
					break;
			if (k == s->nenv)
				continue;
		}
		s->facts[j++] = f;
	}
	if (!walk_keeps(sv->walk))
		s->nfacts = j;
	/* What was known of a value holds for its new name. */
	for (k = 0; k < nmoved; k++)
		fact_put(sv, s, &moved[k]);
}

void
state_note_save(struct solver *sv, node_t place, node_t level)
{
	uint32_t i;

	if (node_get(sv->nodes, level)->kind != NODE_CONST ||
	    node_root_local(sv->nodes, place) != IR_NONE)
		return;
	for (i = 0; i < sv->nsaves; i++)
		if (sv->saves[i] == place)
			return;
	if (sv->nsaves < MAX_KEEPERS)
		sv->saves[sv->nsaves++] = place;
}

bool
state_saves(const struct solver *sv, const struct bind *b)
{
	uint32_t i;

	if (is_token(sv->nodes, b->value))
		return true;
	for (i = 0; i < sv->nsaves; i++)
		if (sv->saves[i] == b->place)
			return node_get(sv->nodes, b->value)->kind ==
			    NODE_CONST;
	return false;
}

bool
state_same(const struct solver *sv, const struct state *a,
    const struct state *b)
{
	uint32_t i, j;

	if (a->level != b->level || a->saved != b->saved ||
	    a->left != b->left || a->nheld != b->nheld ||
	    a->nraises != b->nraises || a->nreleased != b->nreleased ||
	    a->nskipped != b->nskipped)
		return false;
	for (i = 0; i < a->nheld; i++)
		if (a->held[i].lock != b->held[i].lock ||
		    a->held[i].level != b->held[i].level ||
		    a->held[i].old != b->held[i].old)
			return false;
	for (i = 0; i < a->nraises; i++)
		if (a->raises[i].old != b->raises[i].old)
			return false;
	for (i = 0; i < a->nreleased; i++)
		if (a->released[i] != b->released[i])
			return false;
	for (i = 0; i < a->nskipped; i++)
		if (a->skipped[i] != b->skipped[i])
			return false;
	/* Tokens. */
	if (a->env == b->env && a->nenv == b->nenv)
		return true;
	for (i = j = 0;;) {
		while (i < a->nenv && !state_saves(sv, &a->env[i]))
			i++;
		while (j < b->nenv && !state_saves(sv, &b->env[j]))
			j++;
		if (i == a->nenv || j == b->nenv)
			break;
		if (a->env[i].place != b->env[j].place ||
		    a->env[i].value != b->env[j].value)
			return false;
		i++;
		j++;
	}
	return i == a->nenv && j == b->nenv;
}

/* Make *g what holds in both; at a loop's head ranges widen, so it ends. */
static bool
fact_widen(struct solver *sv, struct fact *g, const struct fact *f,
    uint32_t block)
{
	struct fact form = *g;

	if (sv->head[block])
		fact_by_form(sv, g->value, &form);
	g->lo = g->lo < f->lo ? form.lo : f->lo;
	g->hi = g->hi > f->hi ? form.hi : f->hi;
	g->nonzero = g->nonzero && f->nonzero;
	return g->lo != f->lo || g->hi != f->hi || g->nonzero != f->nonzero;
}

/* What may be held, or released, on one way may be so. */
static bool
join_maybe(struct solver *sv, struct state *a, const struct state *b)
{
	uint32_t i;
	bool changed = false;

	for (i = 0; i < a->nheld; i++)
		if (b->held[i].unsure && !a->held[i].unsure)
			changed = a->held[i].unsure = true;
	spare(sv, a->held, b->held, a->nheld);
	for (i = 0; i < b->nmaybe; i++)
		changed |= maybe_held(sv, a, b->maybe[i].lock,
		    b->maybe[i].from);
	if (a->nocase != 0 && a->nocase != b->nocase) {
		a->nocase = 0;
		changed = true;
	}
	return changed;
}

/* Free for sure is what is so on both ways. */
static bool
join_gone(struct state *a, const struct state *b)
{
	uint32_t i, k, n, old = a->ngone;

	for (i = n = 0; i < a->ngone; i++)
		for (k = 0; k < b->ngone; k++)
			if (a->gone[i] == b->gone[k]) {
				a->gone[n++] = a->gone[i];
				break;
			}
	a->ngone = n;
	return n != old;
}

/* The same in all that values and facts say, too. */
bool
state_equal(const struct solver *sv, const struct state *a,
    const struct state *b)
{
	uint32_t i;

	if (a->nenv != b->nenv || a->nfacts != b->nfacts ||
	    !state_same(sv, a, b))
		return false;
	for (i = 0; i < a->nenv; i++)
		if (a->env[i].place != b->env[i].place ||
		    a->env[i].value != b->env[i].value)
			return false;
	for (i = 0; i < a->nfacts; i++)
		if (a->facts[i].value != b->facts[i].value ||
		    a->facts[i].nonzero != b->facts[i].nonzero ||
		    a->facts[i].lo != b->facts[i].lo ||
		    a->facts[i].hi != b->facts[i].hi)
			return false;
	return true;
}

bool
state_join(struct solver *sv, struct state *a, const struct state *b,
    uint32_t block)
{
	const struct state old = *a;
	struct bind *env;
	struct fact *facts;
	uint32_t i, j, n;
	bool changed = false;
	node_t v, place, va, vb;

	env = arena_alloc(sv->arena, (a->nenv + b->nenv + 1) * sizeof(*env));
	for (i = j = n = 0; i < a->nenv || j < b->nenv; ) {
		if (j == b->nenv || (i < a->nenv &&
		    a->env[i].place < b->env[j].place)) {
			place = a->env[i].place;
			va = a->env[i++].value;
			vb = node_init(sv->nodes, place);
		} else if (i == a->nenv || b->env[j].place <
		    a->env[i].place) {
			place = b->env[j].place;
			vb = b->env[j++].value;
			va = node_init(sv->nodes, place);
		} else {
			place = a->env[i].place;
			va = a->env[i++].value;
			vb = b->env[j++].value;
		}
		v = va == vb ? va : phi(sv, block, place, va);
		if (v != va)
			changed = true;
		env[n].place = place;
		env[n++].value = v;
	}
	a->env = env;
	a->nenv = n;

	facts = arena_alloc(sv->arena, (a->nfacts + 1) * sizeof(*facts));
	for (i = n = 0; i < old.nfacts; i++) {
		struct fact f = old.facts[i], g;

		if (is_phi_of(sv->nodes, f.value, block))
			continue;	/* by their places, below */
		state_fact(sv, b, f.value, &g);
		if (fact_widen(sv, &g, &f, block))
			changed = true;
		if (!fact_trivial(sv, &g))
			facts[n++] = g;
	}
	a->facts = facts;
	a->nfacts = n;
	for (i = 0; i < a->nenv; i++) {
		struct fact f, g;

		if (!is_phi_of(sv->nodes, a->env[i].value, block))
			continue;
		va = state_read(sv, &old, a->env[i].place);
		vb = state_read(sv, b, a->env[i].place);
		state_fact(sv, &old, va, &f);
		state_fact(sv, b, vb, &g);
		f.value = g.value = a->env[i].value;
		if (va == a->env[i].value) {
			if (fact_widen(sv, &g, &f, block))
				changed = true;
		} else {
			g.lo = g.lo < f.lo ? g.lo : f.lo;
			g.hi = g.hi > f.hi ? g.hi : f.hi;
			g.nonzero = g.nonzero && f.nonzero;
		}
		if (!fact_trivial(sv, &g))
			fact_put(sv, a, &g);
	}
	if (join_gone(a, b))
		changed = true;
	if (join_maybe(sv, a, b))
		changed = true;
	if (b->stored && !a->stored)
		a->stored = changed = true;
	v = level_max(sv->nodes, a->peak, b->peak);
	if (v != a->peak) {
		a->peak = v;
		changed = true;
	}
	if (blame_join(sv, a, b))
		changed = true;
	return changed;
}
