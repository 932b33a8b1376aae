/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Guides of walks, out of traces.
 */

#include <stdlib.h>

#include "flow/flow_int.h"
#include "flow/guide.h"

/*
 * The turns of one function: from *last back to what precedes the call.  A
 * trace that was walked itself has those of its callees behind each call.
 */
static struct guide *
guide_back(struct arena *a, const struct trace **last,
    const struct activation *at)
{
	struct guide *g = arena_alloc(a, sizeof(*g));
	VEC(struct turn) turns = { 0 };
	const struct guide *inside = NULL;
	const struct trace *t;
	struct turn tmp;
	size_t i;

	while ((t = *last) != NULL) {
		if (at != NULL && t->at != at) {
			if (t->at == at->up)
				break;
			inside = guide_back(a, last, t->at);
			continue;
		}
		tmp = (struct turn){ t->site, t->target, t->kind ==
		    TRACE_CALL ? t->callee : NO_FUNC, t->mode, t->outcome,
		    inside };
		inside = NULL;
		vec_push(&turns, tmp);
		*last = t->prev;
	}
	g->n = (uint32_t)turns.n;
	g->turns = arena_alloc(a, (g->n + 1) * sizeof(*g->turns));
	for (i = 0; i < turns.n; i++)
		g->turns[g->n - 1 - i] = turns.p[i];
	vec_free(&turns);
	return g;
}

const struct guide *
guide_of(struct arena *a, const struct trace *last)
{
	const struct activation *at = last->at;

	while (at != NULL && at->up != NULL)
		at = at->up;
	return guide_back(a, &last, at);
}

static bool
same_effect(const struct outcome *a, const struct outcome *b)
{

	return a->level == b->level && a->left == b->left &&
	    a->nheld == b->nheld && a->nraises == b->nraises &&
	    a->nwrites == b->nwrites && a->defect == b->defect;
}

/* What the callee does to have that outcome. */
const struct guide *
guide_inside(struct flow *fl, struct arena *a, struct turn *t)
{
	struct summary sum;
	struct solver *sv;
	const struct outcome *o, *best = NULL;
	uint32_t i;

	if (t->inside != NULL || t->outcome == NULL)
		return t->inside;
	sv = flow_replay(fl, t->callee, t->mode, &sum, NULL, NULL);
	for (i = 0; i < sum.noutcomes; i++) {
		o = &sum.outcomes[i];
		if (same_effect(o, t->outcome) && (best == NULL ||
		    (o->result.lo == t->outcome->result.lo &&
		    o->result.hi == t->outcome->result.hi)))
			best = o;
	}
	if (best != NULL && best->trace != NULL)
		t->inside = guide_of(a, best->trace);
	solver_free(sv);
	return t->inside;
}

/* The next turn at that instruction; IR_NONE: there is none. */
uint32_t
guide_next(const struct guide *g, uint32_t from, uint32_t site, bool call)
{
	uint32_t i;

	for (i = from; g != NULL && i < g->n; i++)
		if (g->turns[i].site == site &&
		    (g->turns[i].target == IR_NONE) == call)
			return i;
	return IR_NONE;
}
