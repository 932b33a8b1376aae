/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Which addresses are worth following.
 *
 * A kernel takes the address of everything, and whatever is freed comes
 * back from the allocator; following it all would make every pointer point
 * everywhere.  The address of a lock matters.  So does the address of a
 * place if something that flows is put there by name, or if what is read
 * there by name can end where flows matter: in a call, in a pointer that is
 * followed, in an argument of a call through a pointer.  That is decided on
 * the edges that are there before solving; calls through pointers are taken
 * to pass anything.
 *
 * A place whose address is not followed may hold other integers than those
 * that are seen.
 */

#include <stdlib.h>

#include "program/link.h"

struct worth {
	struct program *p;
	struct backwards edges;
	VEC(key_id) queue;
};

static bool
points(const struct link *l, key_id k)
{
	return (l->nodes.p[k].flags & ACCEPT_POINTER) != 0;
}

static key_id
target(const struct edge *e)
{
	return e->to & ~EDGE_ARITH;
}

static void
reach(struct worth *w, uint8_t *marks, key_id k)
{
	if (k != 0 && !marks[k]) {
		marks[k] = 1;
		vec_push(&w->queue, k);
	}
}

static void
backwards(struct worth *w, uint8_t *marks)
{
	key_id k;
	uint32_t i;

	while (w->queue.n > 0) {
		k = w->queue.p[--w->queue.n];
		for (i = w->edges.start[k]; i < w->edges.start[k + 1]; i++)
			if (points(w->p->link, w->edges.from[i]))
				reach(w, marks, w->edges.from[i]);
	}
}

static void
forwards(struct worth *w, uint8_t *marks)
{
	const struct link *l = w->p->link;
	key_id k;
	uint32_t e;

	while (w->queue.n > 0) {
		k = w->queue.p[--w->queue.n];
		for (e = l->nodes.p[k].edges; e != 0; e = l->edges.p[e].next)
			if (points(l, target(&l->edges.p[e])))
				reach(w, marks, target(&l->edges.p[e]));
	}
}

/* From where a lock can be reached. */
static void
mark_locks(struct worth *w, uint8_t *marks)
{
	const struct link *l = w->p->link;
	key_id k;

	for (k = 1; k < l->nodes.n; k++)
		if (l->nodes.p[k].flags & NODE_LOCK)
			reach(w, marks, k);
	backwards(w, marks);
}

/* From where something can be reached that is done with a value. */
static void
mark_used(struct worth *w, uint8_t *marks)
{
	const struct link *l = w->p->link;
	uint32_t u;
	key_id k;
	size_t i;

	for (k = 1; k < l->nodes.n; k++)
		for (u = l->nodes.p[k].uses; u != 0; u = l->uses.p[u].next) {
			reach(w, marks, k);
			if (l->uses.p[u].kind == USE_STORE)
				reach(w, marks, l->uses.p[u].what);
		}
	for (i = 0; i < l->argkeys.n; i++)
		reach(w, marks, l->argkeys.p[i]);
	backwards(w, marks);
}

/* What functions, or values through pointers, can reach. */
static void
mark_filled(struct worth *w, uint8_t *marks)
{
	const struct program *p = w->p;
	const struct link *l = p->link;
	uint32_t u, i;
	key_id k;
	func_id f;
	size_t c;

	for (k = 1; k < l->nodes.n; k++) {
		if (l->nodes.p[k].set != 0)
			reach(w, marks, k);
		for (u = l->nodes.p[k].uses; u != 0; u = l->uses.p[u].next)
			if (l->uses.p[u].kind == USE_LOAD)
				reach(w, marks, l->uses.p[u].what);
	}
	for (f = 0; f < p->funcs.n; f++)
		for (i = 0; p->funcs.p[f].flags & PROG_TAKEN &&
		    p->funcs.p[f].ir != NULL &&
		    i < p->funcs.p[f].ir->nparams; i++)
			if (points(l, l->local_base[f] + i))
				reach(w, marks, l->local_base[f] + i);
	for (c = 0; c < l->icalls.n; c++)
		reach(w, marks, l->icalls.p[c].dst);
	forwards(w, marks);
}

void
worth_following(struct program *p)
{
	struct worth w = { .p = p };
	struct link *l = p->link;
	const struct address *a;
	uint8_t *locks, *used, *filled;
	size_t i;

	locks = ecalloc(l->nodes.n, 1);
	used = ecalloc(l->nodes.n, 1);
	filled = ecalloc(l->nodes.n, 1);
	backwards_make(w.p->link, &w.edges);
	mark_locks(&w, locks);
	for (i = 0; i < l->addresses.n; i++)
		if (locks[l->addresses.p[i].to])
			l->nodes.p[l->addresses.p[i].place].flags |=
			    NODE_LOCK;
	mark_used(&w, used);
	mark_filled(&w, filled);
	for (i = 0; i < l->addresses.n; i++) {
		a = &l->addresses.p[i];
		if (l->nodes.p[a->place].flags & NODE_LOCK ||
		    (points(l, a->place) &&
		    (used[a->place] || filled[a->place])))
			flow_add(p, a->to, ATOM_PLACE | a->place);
		else
			l->nodes.p[a->place].flags |= NODE_OTHER;
	}
	vec_free(&l->addresses);
	vec_free(&w.queue);
	backwards_free(&w.edges);
	free(locks);
	free(used);
	free(filled);
}
