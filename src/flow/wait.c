/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Waits: while a function sleeps, others run, and what it has stored need not
 * be there any more.
 *
 *	sc->sc_done = 0;
 *	while (!sc->sc_done)
 *		cv_wait(&sc->sc_cv, &sc->sc_lock);
 *
 * The loop would never end, and nothing behind it would be looked at.  Only
 * numbers are forgotten: levels that were saved and addresses say what is to
 * be restored and which lock is held.  What was only tested is taken as
 * staying what it is, such as a flag that decides whether there is a lock.
 */

#include "flow/flow_int.h"

static bool
may_change(struct solver *sv, const struct state *s, const struct bind *b)
{

	return node_root_local(sv->nodes, b->place) == IR_NONE &&
	    node_get(sv->nodes, b->value)->kind == NODE_CONST &&
	    !state_saved(sv, s, b->value);
}

void
state_waited(struct solver *sv, struct state *s, uint32_t site)
{
	node_t *places;
	uint32_t i, n;

	places = arena_alloc(sv->arena, (s->nenv + 1) * sizeof(*places));
	for (i = n = 0; i < s->nenv; i++)
		if (may_change(sv, s, &s->env[i]))
			places[n++] = s->env[i].place;
	for (i = 0; i < n; i++)
		state_write(sv, s, places[i], state_leaf(sv, s, NODE_FRESH,
		    places[i], site));
}
