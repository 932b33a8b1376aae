/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Absent: what a function may do that was not given, in a part of a kernel.
 *
 * It may release a mutex that it is passed, one that a struct points to that
 * it is passed, and an adaptive one in a variable that it can name, to sleep.
 * It is taken as not doing so with one inside of such a struct: drivers pass
 * their softc to everything.
 */

#include <string.h>

#include "flow/flow_int.h"

/* An adaptive mutex in a variable that other units can name. */
static bool
is_public(const struct solver *sv, node_t lock)
{
	const struct node *p = node_get(sv->nodes, lock);

	if (!sv->flow->adaptive ||
	    (p->kind != NODE_ADDR && p->kind != NODE_INIT))
		return false;
	for (p = node_get(sv->nodes, p->a); p->kind == NODE_FIELD ||
	    p->kind == NODE_INDEX; )
		p = node_get(sv->nodes, p->a);
	return p->kind == NODE_GLOBAL &&
	    !program_key_static(sv->flow->program, p->b);
}

static bool
is_passed(const struct solver *sv, node_t lock, const node_t *args,
    uint32_t nargs)
{
	bool inside = node_get(sv->nodes, lock)->kind == NODE_ADDR;
	uint32_t i;

	for (i = 0; i < nargs; i++)
		if (args[i] == lock || (!inside &&
		    node_get(sv->nodes, args[i])->kind != NODE_CONST &&
		    node_mentions(sv->nodes, lock, args[i])))
			return true;
	return false;
}

/* Mutexes that were free may have been taken again. */
static void
forget_gone(const struct solver *sv, struct state *s)
{
	node_t *gone = state_dup((struct solver *)(uintptr_t)sv, s->gone,
	    s->ngone, 0, sizeof(*gone));
	uint32_t i, n;

	for (i = n = 0; i < s->ngone; i++)
		if (!is_public(sv, s->gone[i]))
			gone[n++] = s->gone[i];
	s->gone = gone;
	s->ngone = n;
}

void
call_absent(struct solver *sv, struct state *s, const node_t *args,
    uint32_t nargs)
{
	struct held *held, h;
	uint32_t i, n;

	if (!sv->flow->program->partial)
		return;
	if (s->ngone > 0)
		forget_gone(sv, s);
	if (s->nheld == 0)
		return;
	held = state_dup(sv, s->held, s->nheld, 0, sizeof(*held));
	for (i = n = 0; i < s->nheld; i++) {
		h = held[i];
		if (!is_public(sv, h.lock) && !is_passed(sv, h.lock, args,
		    nargs)) {
			held[n++] = h;
			continue;
		}
		/* With it goes no level, so it need not stay. */
		if (sv->flow->adaptive) {
			(void)maybe_held(sv, s, h.lock, h.from);
			continue;
		}
		h.unsure = true;
		held[n++] = h;
	}
	s->held = held;
	s->nheld = n;
}
