/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Components of the call graph, by Tarjan's algorithm with its own stack: a
 * component gets its number when it is complete, and that is after all of
 * its callees.  A function that a rule describes calls nobody, and a call
 * that does not come back does not count: nothing follows from it.
 *
 * Functions rank by when they are left for the last time: after their callees,
 * but for one edge of each circle.
 */

#include <stdlib.h>

#include "program/link.h"

struct frame {
	func_id func;
	uint32_t site, target;		/* what to visit next */
};

struct tarjan {
	struct program *p;
	uint32_t *index, *low;		/* 0: not visited */
	uint32_t next, left;
	VEC(struct frame) frames;
	VEC(func_id) stack;
	bool *on_stack;
};

static void
enter(struct tarjan *t, func_id f)
{
	t->index[f] = t->low[f] = ++t->next;
	t->on_stack[f] = true;
	vec_push(&t->stack, f);
	vec_push(&t->frames, ((struct frame){ .func = f }));
}

static void
leave(struct tarjan *t, func_id f)
{
	func_id g;

	t->p->funcs.p[f].rank = t->left;
	t->p->order[t->left++] = f;
	if (t->low[f] == t->index[f]) {
		do {
			g = t->stack.p[--t->stack.n];
			t->on_stack[g] = false;
			t->p->funcs.p[g].scc = t->p->nsccs;
		} while (g != f);
		t->p->nsccs++;
	}
	t->frames.n--;
	if (t->frames.n > 0) {
		g = t->frames.p[t->frames.n - 1].func;
		if (t->low[f] < t->low[g])
			t->low[g] = t->low[f];
	}
}

/* The next callee of the function on top; NO_FUNC: no more. */
static func_id
next_callee(struct tarjan *t)
{
	struct frame *top = &t->frames.p[t->frames.n - 1];
	const struct prog_func *v = t->p->funcs.p, *pf = &v[top->func];
	func_id f;

	if (pf->rule != NULL)
		return NO_FUNC;
	for (; top->site < pf->nsites; top->site++, top->target = 0)
		while (top->target < pf->sites[top->site].ntargets) {
			f = pf->sites[top->site].targets[top->target++];
			if (!(v[f].flags & PROG_NORETURN))
				return f;
		}
	return NO_FUNC;
}

static void
visit(struct tarjan *t, func_id root)
{
	func_id f, g;

	enter(t, root);
	while (t->frames.n > 0) {
		f = t->frames.p[t->frames.n - 1].func;
		g = next_callee(t);
		if (g == NO_FUNC)
			leave(t, f);
		else if (t->index[g] == 0)
			enter(t, g);
		else if (t->on_stack[g] && t->index[g] < t->low[f])
			t->low[f] = t->index[g];
	}
}

void
calls_rank(struct program *p)
{
	struct tarjan t = { .p = p };
	func_id f;

	t.index = ecalloc(p->funcs.n, sizeof(*t.index));
	t.low = ecalloc(p->funcs.n, sizeof(*t.low));
	t.on_stack = ecalloc(p->funcs.n, sizeof(*t.on_stack));
	p->order = arena_alloc(p->arena,
	    (p->funcs.n + 1) * sizeof(*p->order));
	p->nsccs = 0;
	for (f = 0; f < p->funcs.n; f++)
		if (t.index[f] == 0)
			visit(&t, f);
	vec_free(&t.frames);
	vec_free(&t.stack);
	free(t.index);
	free(t.low);
	free(t.on_stack);
}
