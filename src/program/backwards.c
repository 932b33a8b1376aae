/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * backwards: the edges along which values flow, by their targets.
 */

#include <stdlib.h>

#include "program/link.h"

static key_id
target(const struct edge *e)
{
	return e->to & ~EDGE_ARITH;
}

/* A counting sort: start[k + 1] is where the next edge to k goes. */
void
backwards_make(const struct link *l, struct backwards *b)
{
	uint32_t e;
	size_t k, n = l->nodes.n;

	b->start = ecalloc(n + 2, sizeof(*b->start));
	b->from = ecalloc(l->edges.n, sizeof(*b->from));
	for (e = 1; e < l->edges.n; e++)
		b->start[target(&l->edges.p[e]) + 2]++;
	for (k = 2; k < n + 2; k++)
		b->start[k] += b->start[k - 1];
	for (k = 1; k < n; k++)
		for (e = l->nodes.p[k].edges; e != 0; e = l->edges.p[e].next)
			b->from[b->start[target(&l->edges.p[e]) + 1]++] =
			    (key_id)k;
}

void
backwards_free(struct backwards *b)
{
	free(b->start);
	free(b->from);
}
