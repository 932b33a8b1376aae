/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Facts: ranges of values, as tests and the form of a value tell them.
 */

#include <string.h>

#include "flow/flow_int.h"

uint32_t
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

void
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

/* x & k of an x that is known. */
static void
fact_of_bits(struct solver *sv, const struct state *s, const struct node *p,
    struct fact *f)
{
	struct fact x;
	int64_t k;

	if (p->kind != NODE_BINARY || p->op != IR_OP_AND ||
	    !node_is_const(sv->nodes, p->b, &k))
		return;
	state_fact(sv, s, p->a, &x);
	if (x.lo != x.hi)
		return;
	f->lo = f->hi = x.lo & k;
	f->nonzero = f->lo != 0;
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
	fact_of_bits(sv, s, node_get(sv->nodes, value), f);
	i = fact_find(s, value, &found);
	if (found) {
		g = s->facts[i];
		f->lo = g.lo > f->lo ? g.lo : f->lo;
		f->hi = g.hi < f->hi ? g.hi : f->hi;
		f->nonzero = f->nonzero || g.nonzero;
	}
}

void
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
	facts = state_dup(sv, s->facts, s->nfacts, 1, sizeof(*facts));
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
