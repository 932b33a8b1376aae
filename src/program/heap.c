/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Tables in allocated memory.
 *
 * What an allocator gives back has no name.  For a struct that does no
 * harm, because members are keys; but a table of functions that was
 * allocated is written and read through pointers only.  So where a function
 * or a lock is stored through a pointer, the flow is followed back to the
 * calls that allocate, and each of these gets a place of its own for what
 * its memory holds.
 */

#include <stdlib.h>

#include "program/link.h"

struct heap {
	struct program *p;
	struct backwards edges;
	uint8_t *seen, *fresh;		/* by key */
	VEC(key_id) queue, found;
};

static void
reach(struct heap *h, key_id k)
{
	if (h->seen[k] || !(h->p->link->nodes.p[k].flags & ACCEPT_PLACE))
		return;
	h->seen[k] = 1;
	vec_push(&h->queue, k);
	if (h->fresh[k])
		vec_push(&h->found, k);
}

/* Is something stored that is called or taken later? */
static bool
stores_much(const struct program *p, key_id value)
{
	const atom_t *v;
	size_t i, n;

	if (flow_atoms(p, value, ATOM_FUNC, &v) > 0)
		return true;
	n = flow_atoms(p, value, ATOM_PLACE, &v);
	for (i = 0; i < n; i++)
		if (p->link->nodes.p[atom_index(v[i])].flags & NODE_LOCK)
			return true;
	return false;
}

static void
start_from_stores(struct heap *h)
{
	const struct link *l = h->p->link;
	uint32_t u;
	key_id k;

	for (k = 1; k < l->nodes.n; k++)
		for (u = l->nodes.p[k].uses; u != 0; u = l->uses.p[u].next)
			if (l->uses.p[u].kind == USE_STORE &&
			    stores_much(h->p, l->uses.p[u].what))
				reach(h, k);
}

static int
key_cmp(const void *va, const void *vb)
{
	key_id a = *(const key_id *)va, b = *(const key_id *)vb;

	return (a > b) - (a < b);
}

bool
heap_seed(struct program *p)
{
	struct heap h = { .p = p };
	struct link *l = p->link;
	uint32_t i;
	size_t n;
	key_id k, place;

	h.seen = ecalloc(l->nodes.n, 1);
	h.fresh = ecalloc(l->nodes.n, 1);
	for (n = 0; n < l->fresh.n; n++)
		h.fresh[l->fresh.p[n]] = 1;
	backwards_make(h.p->link, &h.edges);
	start_from_stores(&h);
	while (h.queue.n > 0) {
		k = h.queue.p[--h.queue.n];
		for (i = h.edges.start[k]; i < h.edges.start[k + 1]; i++)
			reach(&h, h.edges.from[i]);
	}
	free(h.seen);
	backwards_free(&h.edges);
	if (h.found.n > 0)
		qsort(h.found.p, h.found.n, sizeof(*h.found.p),
		    key_cmp);
	for (n = 0; n < h.found.n; n++) {
		place = key_new(p, KEY_TEMP, 0, 0);
		flow_add(p, h.found.p[n], ATOM_PLACE | place);
		h.fresh[h.found.p[n]] = 0;
	}
	for (i = n = 0; n < l->fresh.n; n++)
		if (h.fresh[l->fresh.p[n]])
			l->fresh.p[i++] = l->fresh.p[n];
	l->fresh.n = i;
	free(h.fresh);
	n = h.found.n;
	vec_free(&h.queue);
	vec_free(&h.found);
	return n > 0;
}
