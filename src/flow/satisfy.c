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

#define MAX_LEAVES	10
#define MAX_FACTS	40
#define MAX_VALUES	64
#define MAX_TRIES	4000
#define MAX_WIDTH	8	/* a range of which all values are tried */

struct problem {
	const struct nodes *t;
	struct fact facts[MAX_FACTS];
	uint32_t nfacts;
	struct unknown {
		node_t leaf;
		int64_t lo, hi, value;
		bool nonzero;
	} leaves[MAX_LEAVES];
	uint32_t nleaves, nset;
	int64_t values[MAX_VALUES];
	uint32_t nvalues, tries;
	bool full;			/* too much to look at */
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
	const struct node *q = node_get(p->t, n);
	uint32_t i;
	bool yes;

	if (is_leaf(q)) {
		for (i = 0; i < p->nleaves; i++)
			if (p->leaves[i].leaf == n)
				return true;
		if (!add)
			return false;
		if (p->nleaves == MAX_LEAVES) {
			p->full = true;
			return true;
		}
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
	if (p->nfacts == MAX_FACTS) {
		p->full = true;
		return;
	}
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
	const struct node *q = node_get(p->t, n);
	int64_t a, b;
	uint32_t i;

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
		for (i = 0; i < p->nset; i++)
			if (p->leaves[i].leaf == n) {
				*v = p->leaves[i].value;
				return true;
			}
		return false;
	}
}

/* Nothing that can be told already is wrong. */
static bool
holds(const struct problem *p)
{
	const struct fact *f;
	uint32_t i;
	int64_t v;

	for (i = 0; i < p->nfacts; i++) {
		f = &p->facts[i];
		if (eval(p, f->value, &v) && (v < f->lo || v > f->hi ||
		    (f->nonzero && v == 0)))
			return false;
	}
	return true;
}

static bool try_next(struct problem *);

static bool
try(struct problem *p, struct unknown *u, int64_t v)
{
	if (v < u->lo || v > u->hi || (u->nonzero && v == 0))
		return false;
	if (++p->tries > MAX_TRIES) {
		p->full = true;
		return true;
	}
	u->value = v;
	return holds(p) && try_next(p);
}

static bool
try_next(struct problem *p)
{
	struct unknown *u = &p->leaves[p->nset];
	int64_t v;
	uint32_t i;
	bool found = false;

	if (p->nset == p->nleaves)
		return true;
	p->nset++;
	if (u->lo > INT64_MIN / 2 && u->hi < INT64_MAX / 2 &&
	    u->hi - u->lo < MAX_WIDTH)
		for (v = u->lo; v <= u->hi && !found; v++)
			found = try(p, u, v);
	else {
		p->sampled = true;
		for (i = 0; i < p->nvalues && !found; i++)
			found = try(p, u, p->values[i]);
	}
	p->nset--;
	return found;
}

static const struct fact *
fact_in(const struct state *s, node_t value)
{
	uint32_t lo = 0, hi = s->nfacts, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (s->facts[mid].value < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nfacts && s->facts[lo].value == value ?
	    &s->facts[lo] : NULL;
}

static bool
is_new(const struct state *before, const struct fact *f)
{
	const struct fact *g = before != NULL ? fact_in(before, f->value) :
	    NULL;

	return g == NULL || g->lo != f->lo || g->hi != f->hi ||
	    g->nonzero != f->nonzero;
}

bool
state_satisfiable(const struct solver *sv, const struct state *s,
    const struct state *before, bool *sure)
{
	struct problem p;
	uint32_t i, n;
	int64_t v;

	memset(&p, 0, sizeof(p));
	p.t = sv->nodes;
	*sure = true;
	for (i = 0; i < s->nfacts; i++)
		if (is_new(before, &s->facts[i]))
			fact_add(&p, &s->facts[i]);
	/* Whatever has to do with these, and so on. */
	do {
		n = p.nfacts;
		for (i = 0; i < s->nfacts && !p.full; i++)
			if (shares(&p, s->facts[i].value, false))
				fact_add(&p, &s->facts[i]);
	} while (p.nfacts > n && !p.full);
	for (v = -1; v <= 9; v++)
		value_add(&p, v);
	if (p.full || p.nfacts == 0 || try_next(&p))
		return true;
	*sure = !p.sampled;
	return p.full;
}
