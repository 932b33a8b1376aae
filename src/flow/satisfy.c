/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Can all facts of a single path be true at once?
 *
 * Facts are kept value by value; that (x & 1) is not zero and x is 2 are two
 * of them.  Those that share an unknown with what is new are looked at
 * together: numbers are tried for the unknowns, out of the constants of
 * these facts and what is next to them.
 */

#include <string.h>

#include "flow/flow_int.h"

#define MAX_LEAVES	24
#define MAX_FACTS	80
#define MAX_VALUES	56
#define MAX_TRIES	2000
#define MAX_WIDTH	8	/* a range of which all values are tried */

struct problem {
	struct nodes *t;
	int entry;			/* the level there */
	struct fact facts[MAX_FACTS];
	uint32_t nfacts;
	struct unknown {
		node_t leaf;
		int64_t lo, hi, value;
		bool nonzero, set;
		uint64_t ones, zeros;	/* bits that are tested */
		int64_t fit[MAX_VALUES + 8];	/* what it can be alone */
		uint32_t nfit;
	} leaves[MAX_LEAVES];
	uint32_t nleaves;
	bool shared[MAX_FACTS];		/* mentions several unknowns */
	int64_t values[MAX_VALUES];
	uint32_t nvalues, tries;
	bool full;			/* too many ways to go through */
	bool sampled;			/* not all values were tried */
};

static bool
is_leaf(const struct node *n)
{
	switch (n->kind) {
	case NODE_CONST:
	case NODE_STR:
	case NODE_ADDR:
	case NODE_UNARY:
	case NODE_BINARY:
		return false;
	default:
		return true;
	}
}

/* A level that is known, for the path begins at a known one. */
static bool
is_level(const struct problem *p, node_t n, int64_t *v)
{
	switch (node_get(p->t, n)->kind) {
	case NODE_ENTRY:
	case NODE_SAVED:
	case NODE_CLAMP:
	case NODE_MAX:
	case NODE_MIN:
		return node_is_const(p->t, level_at(p->t, n, p->entry, 0), v);
	default:
		return false;
	}
}

/* Addresses differ from each other, and from small numbers. */
static int64_t
address(node_t n)
{

	return ((int64_t)1 << 44) + (int64_t)n * 4096;
}

static void
value_add(struct problem *p, int64_t v)
{
	uint32_t i;

	for (i = 0; i < p->nvalues; i++)
		if (p->values[i] == v)
			return;
	if (p->nvalues < MAX_VALUES)
		p->values[p->nvalues++] = v;
}

static void
near_add(struct problem *p, int64_t v)
{
	if (v == INT64_MIN || v == INT64_MAX)
		return;
	value_add(p, v);
	value_add(p, v - 1);
	value_add(p, v + 1);
}

/* Does it share an unknown with the problem?  If add, it does from now on. */
static bool
shares(struct problem *p, node_t n, bool add)
{
	/* A copy: making nodes moves them. */
	const struct node own = *node_get(p->t, n), *q = &own;
	uint32_t i;
	int64_t v;
	bool yes;

	if (is_level(p, n, &v))
		return false;
	if (is_leaf(q)) {
		for (i = 0; i < p->nleaves; i++)
			if (p->leaves[i].leaf == n)
				return true;
		if (!add)
			return false;
		if (p->nleaves == MAX_LEAVES)
			return false;
		p->leaves[p->nleaves++] = (struct unknown){ .leaf = n,
		    .lo = INT64_MIN, .hi = INT64_MAX };
		return true;
	}
	if (add && q->kind == NODE_CONST)
		near_add(p, q->k);
	if (add && q->kind == NODE_ADDR)
		value_add(p, address(n));
	if (q->kind != NODE_UNARY && q->kind != NODE_BINARY)
		return false;
	yes = shares(p, q->a, add);
	if (q->kind == NODE_BINARY)
		yes |= shares(p, q->b, add);
	return yes;
}

static void
fact_add(struct problem *p, const struct fact *f)
{
	uint32_t i;

	for (i = 0; i < p->nfacts; i++)
		if (p->facts[i].value == f->value)
			return;
	/* The nearest come first; what is further away does not count. */
	if (p->nfacts == MAX_FACTS)
		return;
	p->facts[p->nfacts++] = *f;
	(void)shares(p, f->value, true);
	near_add(p, f->lo);
	near_add(p, f->hi);
	for (i = 0; i < p->nleaves; i++)
		if (p->leaves[i].leaf == f->value) {
			p->leaves[i].lo = f->lo;
			p->leaves[i].hi = f->hi;
			p->leaves[i].nonzero = f->nonzero;
		}
}

/* The value, if all unknowns in it have one and it has one. */
static bool
eval(const struct problem *p, node_t n, int64_t *v)
{
	/* A copy: making nodes moves them. */
	const struct node own = *node_get(p->t, n), *q = &own;
	int64_t a, b;
	uint32_t i;

	if (is_level(p, n, v))
		return true;
	switch (q->kind) {
	case NODE_CONST:
		*v = q->k;
		return true;
	case NODE_STR:
	case NODE_ADDR:
		*v = address(n);
		return true;
	case NODE_UNARY:
		if (!eval(p, q->a, &a))
			return false;
		*v = q->op == IR_OP_NOT ? a == 0 : q->op == IR_OP_NEG ?
		    (int64_t)(0 - (uint64_t)a) : ~a;
		return true;
	case NODE_BINARY:
		return eval(p, q->a, &a) && eval(p, q->b, &b) &&
		    node_fold((enum ir_op)q->op, a, b, v);
	default:
		for (i = 0; i < p->nleaves; i++)
			if (p->leaves[i].leaf == n && p->leaves[i].set) {
				*v = p->leaves[i].value;
				return true;
			}
		return false;
	}
}

static bool
is_true(const struct problem *p, const struct fact *f)
{
	int64_t v;

	return !eval(p, f->value, &v) || (v >= f->lo && v <= f->hi &&
	    !(f->nonzero && v == 0));
}

/* How many unknowns there are in it. */
static uint32_t
count_leaves(const struct problem *p, node_t n, node_t *one)
{
	/* A copy: making nodes moves them. */
	const struct node own = *node_get(p->t, n), *q = &own;
	node_t other = 0;
	uint32_t k;
	int64_t v;

	if (is_level(p, n, &v))
		return 0;
	if (is_leaf(q)) {
		*one = n;
		return 1;
	}
	if (q->kind != NODE_UNARY && q->kind != NODE_BINARY)
		return 0;
	k = count_leaves(p, q->a, one);
	if (q->kind == NODE_BINARY && count_leaves(p, q->b, &other) > 0) {
		if (k == 0)
			*one = other;
		k += k == 0 || other != *one;
	}
	return k;
}

/* x & k, (x >> n) & k: which bits of x are set, or not. */
static void
note_bits(struct problem *p, const struct fact *f)
{
	const struct node *n = node_get(p->t, f->value), *m;
	int64_t k, shift = 0;
	node_t x = n->a;
	uint32_t i;

	if (n->kind != NODE_BINARY || n->op != IR_OP_AND ||
	    !node_is_const(p->t, n->b, &k))
		return;
	m = node_get(p->t, x);
	if (m->kind == NODE_BINARY && m->op == IR_OP_SHR &&
	    node_is_const(p->t, m->b, &shift))
		x = m->a;
	if (shift < 0 || shift > 62)
		return;
	for (i = 0; i < p->nleaves; i++)
		if (p->leaves[i].leaf == x) {
			if (f->nonzero)
				p->leaves[i].ones |= (uint64_t)k << shift;
			else if (f->lo == 0 && f->hi == 0)
				p->leaves[i].zeros |= (uint64_t)k << shift;
		}
}

static void
fit_add(struct problem *p, struct unknown *u, int64_t v)
{
	node_t one = 0;
	uint32_t i;

	if (v < u->lo || v > u->hi || (u->nonzero && v == 0) ||
	    u->nfit == sizeof(u->fit) / sizeof(u->fit[0]))
		return;
	for (i = 0; i < u->nfit; i++)
		if (u->fit[i] == v)
			return;
	u->set = true;
	u->value = v;
	for (i = 0; i < p->nfacts; i++)
		if (!p->shared[i] && count_leaves(p, p->facts[i].value,
		    &one) == 1 && one == u->leaf && !is_true(p, &p->facts[i]))
			break;
	u->set = false;
	if (i == p->nfacts)
		u->fit[u->nfit++] = v;
}

/* What each unknown can be by the facts about it alone. */
static void
find_fits(struct problem *p)
{
	struct unknown *u;
	node_t one = 0;
	uint32_t i, k;
	int64_t v;

	for (i = 0; i < p->nfacts; i++) {
		p->shared[i] = count_leaves(p, p->facts[i].value, &one) > 1;
		note_bits(p, &p->facts[i]);
	}
	for (i = 0; i < p->nleaves; i++) {
		u = &p->leaves[i];
		if (u->lo > INT64_MIN / 2 && u->hi < INT64_MAX / 2 &&
		    u->hi - u->lo < MAX_WIDTH) {
			for (v = u->lo; v <= u->hi; v++)
				fit_add(p, u, v);
			continue;
		}
		p->sampled = true;
		fit_add(p, u, (int64_t)(u->ones & ~u->zeros));
		for (k = 0; k < p->nvalues; k++)
			fit_add(p, u, p->values[k]);
	}
}

static bool
try_from(struct problem *p, uint32_t leaf)
{
	struct unknown *u = &p->leaves[leaf];
	uint32_t i, k;

	if (leaf == p->nleaves)
		return true;
	u->set = true;
	for (i = 0; i < u->nfit; i++) {
		if (++p->tries > MAX_TRIES) {
			p->full = true;
			return true;
		}
		u->value = u->fit[i];
		for (k = 0; k < p->nfacts; k++)
			if (p->shared[k] && !is_true(p, &p->facts[k]))
				break;
		if (k == p->nfacts && try_from(p, leaf + 1))
			return true;
	}
	u->set = false;
	return false;
}

static const struct fact *
fact_in(const struct state *s, node_t value)
{
	bool found;
	uint32_t i = fact_find(s, value, &found);

	return found ? &s->facts[i] : NULL;
}

static bool
is_new(const struct state *before, const struct fact *f)
{
	const struct fact *g = before != NULL ? fact_in(before, f->value) :
	    NULL;

	return g == NULL || g->lo != f->lo || g->hi != f->hi ||
	    g->nonzero != f->nonzero;
}

/* Whatever has to do with the facts of the problem, and so on; then solve. */
static bool
solve(struct problem *p, const struct state *s)
{
	uint32_t i, n;
	int64_t v;

	do {
		n = p->nfacts;
		for (i = 0; i < s->nfacts; i++)
			if (shares(p, s->facts[i].value, false))
				fact_add(p, &s->facts[i]);
	} while (p->nfacts > n);
	for (v = -1; v <= 9; v++)
		value_add(p, v);
	/* Those about nothing unknown. */
	for (i = 0; i < p->nfacts; i++)
		if (!is_true(p, &p->facts[i]))
			return false;
	find_fits(p);
	return try_from(p, 0);
}

bool
state_satisfiable(const struct solver *sv, const struct state *s,
    const struct state *before, bool *sure)
{
	struct problem p;
	uint32_t i = 0;

	*sure = true;
	while (i < s->nfacts && !is_new(before, &s->facts[i]))
		i++;
	if (i == s->nfacts)
		return true;
	memset(&p, 0, sizeof(p));
	p.t = sv->nodes;
	p.entry = sv->walk != NULL ? walk_entry(sv->walk) : 0;
	for (; i < s->nfacts; i++)
		if (is_new(before, &s->facts[i]))
			fact_add(&p, &s->facts[i]);
	if (solve(&p, s))
		return true;
	*sure = !p.sampled;
	return p.full;
}

static size_t
keep_value(int64_t v, int64_t *out, size_t n, size_t max)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (out[i] == v)
			return n;
	if (n < max && v < address(0))
		out[n++] = v;
	return n;
}

size_t
state_values(const struct solver *sv, const struct state *s, int64_t *out,
    size_t max)
{
	struct problem p;
	uint32_t i, k;
	size_t n = 0;

	for (i = 0; i < s->nfacts; i++) {
		memset(&p, 0, sizeof(p));
		p.t = sv->nodes;
		p.entry = walk_entry(sv->walk);
		fact_add(&p, &s->facts[i]);
		if (!solve(&p, s))
			continue;
		for (k = 0; k < p.nleaves; k++)
			n = keep_value(p.leaves[k].value, out, n, max);
	}
	return n;
}
