/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * One event suspends and leaves the level raised, a later one resumes and
 * restores it from the variable where it was saved.  That the function which
 * suspends restores it itself when that has failed makes no leak of it.  What
 * tells is its caller: it restores from the variable on a path on which nobody
 * has saved.
 */

#include "check/check_int.h"

/* Does the level come back to what the variable held at the entry? */
static bool
restores_from(const struct nodes *t, node_t level, node_t place)
{
	const struct node *p = node_get(t, level);

	if (p->kind == NODE_INIT)
		return p->a == place;
	return (p->kind == NODE_MIN || p->kind == NODE_MAX) &&
	    (restores_from(t, p->a, place) || restores_from(t, p->b, place));
}

bool
level_resumed(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];
	const struct nodes *t = ck->flow->nodes;
	const struct summary *sum;
	uint32_t i, k, w;

	for (w = 0; w < o->nwrites; w++) {
		if (!(node_get(t, o->writes[w].value)->flags & NODE_TOKEN) ||
		    node_get(t, o->writes[w].place)->kind != NODE_GLOBAL)
			continue;
		for (i = 0; i < pf->ncallers; i++) {
			sum = ck->flow->sums[(size_t)pf->callers[i] * NMODES];
			for (k = 0; sum != NULL && k < sum->nseen; k++)
				if (restores_from(t, sum->outcomes[k].level,
				    o->writes[w].place))
					return true;
		}
	}
	return false;
}
