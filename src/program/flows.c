/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Flows: an inclusion analysis over keys.
 *
 * Each key has a set of atoms.  An edge says that whatever is in one key is
 * in another; a load, a store and an indirect call add edges for the places
 * and functions that turn up in a pointer.  A node on the queue has atoms
 * that were not passed on yet; a set keeps them in the order of arrival, so
 * the new ones are its tail.  The sets are the least ones that satisfy
 * everything, whatever the order of work, and are sorted at the end.
 *
 * An indirect call takes the functions that fit its type.  Where a pointer
 * has targets and none of them fits, it takes them all; that is decided
 * between rounds, when all sets are stable.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

#define HASH_FROM	24		/* larger sets have a hash */

/* ---- sets ---- */

static uint32_t
slot_of(const struct set *s, atom_t a)
{
	return (uint32_t)((a * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
	    (s->nslots - 1);
}

/* Slots hold index + 1. */
static void
set_rehash(struct set *s)
{
	uint32_t i, k;

	free(s->slots);
	s->nslots = s->nslots == 0 ? HASH_FROM * 4 : s->nslots;
	while (s->nslots < s->cap * 2 || s->nslots & (s->nslots - 1))
		s->nslots = (s->nslots | (s->nslots - 1)) + 1;
	s->slots = ecalloc(s->nslots, sizeof(*s->slots));
	for (i = 0; i < s->n; i++) {
		for (k = slot_of(s, s->v[i]); s->slots[k] != 0;
		    k = (k + 1) & (s->nslots - 1))
			;
		s->slots[k] = i + 1;
	}
}

static bool
set_has(const struct set *s, atom_t a)
{
	uint32_t i, k;

	if (s->slots == NULL) {
		for (i = 0; i < s->n; i++)
			if (s->v[i] == a)
				return true;
		return false;
	}
	for (k = slot_of(s, a); s->slots[k] != 0;
	    k = (k + 1) & (s->nslots - 1))
		if (s->v[s->slots[k] - 1] == a)
			return true;
	return false;
}

static bool
set_add(struct set *s, atom_t a)
{
	uint32_t k;

	if (set_has(s, a))
		return false;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 2 : s->cap * 2;
		s->v = erealloc(s->v, s->cap * sizeof(*s->v));
		if (s->cap > HASH_FROM)
			set_rehash(s);
	}
	s->v[s->n++] = a;
	if (s->slots != NULL) {
		for (k = slot_of(s, a); s->slots[k] != 0;
		    k = (k + 1) & (s->nslots - 1))
			;
		s->slots[k] = s->n;
	}
	return true;
}

/* ---- building ---- */

static uint8_t
accept_bit(atom_t a)
{
	switch (atom_kind(a)) {
	case ATOM_FUNC:
		return ACCEPT_FUNC;
	case ATOM_PLACE:
		return ACCEPT_PLACE;
	default:
		return ACCEPT_LEVEL;
	}
}

void
flow_add(struct program *p, key_id k, atom_t a)
{
	struct link *l = p->link;
	struct node *n = &l->nodes.p[k];

	if (!(n->flags & accept_bit(a)) ||
	    (n->flags & NODE_OTHER && atom_kind(a) == ATOM_LEVEL))
		return;
	if (n->set == 0) {
		n->set = (uint32_t)l->sets.n;
		vec_push(&l->sets, ((struct set){ 0 }));
	}
	if (set_add(&l->sets.p[n->set], a) && !(n->flags & NODE_QUEUED)) {
		n->flags |= NODE_QUEUED;
		vec_push(&l->queue, k);
	}
}

/* What a node has passed on so far, to one more receiver. */
static void
pass(struct program *p, key_id from, uint32_t begin, uint32_t end,
    uint32_t to)
{
	struct link *l = p->link;
	key_id k = to & ~EDGE_ARITH;
	uint32_t i, set = l->nodes.p[from].set;
	atom_t a;

	for (i = begin; i < end; i++) {
		a = l->sets.p[set].v[i];
		if (!(to & EDGE_ARITH) || atom_kind(a) != ATOM_LEVEL)
			flow_add(p, k, a);
	}
}

void
flow_edge(struct program *p, key_id from, key_id to, bool arith)
{
	struct link *l = p->link;
	struct node *n = &l->nodes.p[from];
	unsigned takes = l->nodes.p[to].flags & ACCEPT_ALL;

	if (from == to)
		return;
	if (takes & ACCEPT_LEVEL &&
	    (arith || !(n->flags & ACCEPT_LEVEL)))
		l->nodes.p[to].flags |= NODE_OTHER;
	if ((takes & n->flags) == 0)
		return;
	vec_push(&l->edges, ((struct edge){ to | (arith ? EDGE_ARITH : 0),
	    n->edges }));
	n->edges = (uint32_t)l->edges.n - 1;
	if (n->set != 0)
		pass(p, from, 0, l->sets.p[n->set].done,
		    l->edges.p[n->edges].to);
}

/* An edge that was found while solving; it may be found again. */
static void
join(struct program *p, key_id from, key_id to)
{
	uint64_t id = (uint64_t)from << 32 | to, seen;

	if (from == to || map_get(p->link->joined, id, &seen))
		return;
	map_put(p->link->joined, id, 1);
	flow_edge(p, from, to, false);
}

void
flow_use(struct program *p, key_id k, enum use_kind kind, uint32_t what)
{
	struct link *l = p->link;

	vec_push(&l->uses, ((struct use){ (uint8_t)kind, what,
	    l->nodes.p[k].uses }));
	l->nodes.p[k].uses = (uint32_t)l->uses.n - 1;
}

atom_t
flow_level(struct program *p, int64_t value, name_t macro)
{
	struct link *l = p->link;
	uint64_t id[2] = { (uint64_t)value, macro }, hash, i;

	hash = hash64(id, sizeof(id), 0);
	if (!map_get(l->const_of, hash, &i)) {
		i = l->consts.n;
		vec_push(&l->consts, ((struct level_const){ value, macro }));
		map_put(l->const_of, hash, i);
	}
	return ATOM_LEVEL | (atom_t)i;
}

/* ---- solving ---- */

bool
flow_fits(struct program *p, const struct icall *c, func_id f)
{
	const struct ir_func *ir = p->funcs.p[f].ir;
	struct sig func, pointer;

	if (ir == NULL)
		return true;
	func = sig_get(p, ir->sig);
	pointer = sig_get(p, c->insn->name);
	return sig_fits(&func, &pointer, c->insn->nargs);
}

static void
bind(struct program *p, const struct icall *c, func_id f)
{
	const struct prog_func *pf = &p->funcs.p[f];
	struct link *l = p->link;
	key_id arg, param;
	uint32_t i;

	if (pf->ir == NULL || !(c->open || flow_fits(p, c, f)))
		return;
	for (i = 0; i < c->insn->nargs && i < pf->ir->nparams; i++) {
		arg = l->argkeys.p[c->args + i];
		param = l->local_base[f] + i;
		if (arg != 0)
			join(p, arg, param);
		else
			l->nodes.p[param].flags |= NODE_OTHER;
	}
	if (c->dst != 0)
		join(p, l->first_result + f, c->dst);
}

static void
apply(struct program *p, uint32_t use, atom_t a)
{
	struct use u = p->link->uses.p[use];
	struct icall c;

	switch (u.kind) {
	case USE_LOAD:
		if (atom_kind(a) == ATOM_PLACE)
			join(p, atom_index(a), u.what);
		break;
	case USE_STORE:
		if (atom_kind(a) == ATOM_PLACE)
			join(p, u.what, atom_index(a));
		break;
	case USE_CALL:
		c = p->link->icalls.p[u.what];
		if (atom_kind(a) == ATOM_FUNC)
			bind(p, &c, atom_index(a));
		break;
	}
}

static void
step(struct program *p, key_id k)
{
	struct link *l = p->link;
	uint32_t begin, end, e, u, i;
	struct set *s;

	l->nodes.p[k].flags &= (uint16_t)~NODE_QUEUED;
	s = &l->sets.p[l->nodes.p[k].set];
	begin = s->done;
	end = s->done = s->n;
	for (e = l->nodes.p[k].edges; e != 0; e = l->edges.p[e].next)
		pass(p, k, begin, end, l->edges.p[e].to);
	for (u = l->nodes.p[k].uses; u != 0; u = l->uses.p[u].next)
		for (i = begin; i < end; i++)
			apply(p, u,
			    l->sets.p[l->nodes.p[k].set].v[i]);
}

static void
drain(struct program *p)
{
	struct link *l = p->link;
	size_t head;

	for (head = 0; head < l->queue.n; head++) {
		step(p, l->queue.p[head]);
		if (head > 4096 && head > l->queue.n / 2) {
			l->queue.n -= head + 1;
			memmove(l->queue.p, l->queue.p + head + 1,
			    l->queue.n * sizeof(*l->queue.p));
			head = (size_t)-1;
		}
	}
	l->queue.n = 0;
}

/* Is there a function in the pointer, and none that fits? */
static bool
fits_none(struct program *p, const struct icall *c)
{
	const struct set *s = &p->link->sets.p[
	    p->link->nodes.p[c->callee].set];
	bool any = false;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		if (atom_kind(s->v[i]) != ATOM_FUNC)
			continue;
		if (flow_fits(p, c, atom_index(s->v[i])))
			return false;
		any = true;
	}
	return any;
}

/* Open the calls for which nothing fits; are there any? */
static bool
open_calls(struct program *p)
{
	struct link *l = p->link;
	VEC(uint32_t) found = { 0 };
	struct icall *c;
	struct set *s;
	uint32_t i, k;
	bool any;

	for (i = 0; i < l->icalls.n; i++)
		if (!l->icalls.p[i].open &&
		    fits_none(p, &l->icalls.p[i]))
			vec_push(&found, i);
	for (i = 0; i < found.n; i++) {
		c = &l->icalls.p[found.p[i]];
		c->open = true;
		for (k = 0; ; k++) {
			s = &l->sets.p[l->nodes.p[c->callee].set];
			if (k >= s->n)
				break;
			if (atom_kind(s->v[k]) == ATOM_FUNC)
				bind(p, c, atom_index(s->v[k]));
		}
	}
	any = found.n > 0;
	vec_free(&found);
	return any;
}

static int
atom_cmp(const void *va, const void *vb)
{
	atom_t a = *(const atom_t *)va, b = *(const atom_t *)vb;

	return (a > b) - (a < b);
}

static void
sort_sets(struct program *p)
{
	struct link *l = p->link;
	struct set *s;
	size_t i;

	for (i = 0; i < l->sets.n; i++) {
		s = &l->sets.p[i];
		if (s->n > 1)
			qsort(s->v, s->n, sizeof(*s->v), atom_cmp);
		free(s->slots);
		s->slots = NULL;
		s->nslots = 0;
		if (s->cap > HASH_FROM)
			set_rehash(s);
	}
}

void
flows_solve(struct program *p)
{
	do
		drain(p);
	while (open_calls(p));
	sort_sets(p);
}

/* ---- unknown integers, and the end ---- */

/* Loads through pointers, and calls, of which no flow tells the result. */
static void
mark_unknown(struct program *p)
{
	struct link *l = p->link;
	const struct icall *c;
	const atom_t *v;
	size_t i, k, n;
	uint32_t u;

	for (i = 1; i < l->nodes.n; i++)
		for (u = l->nodes.p[i].uses; u != 0; u = l->uses.p[u].next)
			if (l->uses.p[u].kind == USE_LOAD &&
			    flow_atoms(p, (key_id)i, ATOM_PLACE, &v) == 0)
				l->nodes.p[l->uses.p[u].what].flags |=
				    NODE_OTHER;
	for (i = 0; i < l->icalls.n; i++) {
		c = &l->icalls.p[i];
		if (c->dst == 0)
			continue;
		n = flow_atoms(p, c->callee, ATOM_FUNC, &v);
		for (k = 0; k < n; k++)
			if (p->funcs.p[v[k]].ir == NULL)
				break;
		if (n == 0 || k < n)
			l->nodes.p[c->dst].flags |= NODE_OTHER;
	}
}

/*
 * Hand a mark on along what is assigned, to nodes that accept what is needed
 * for it; 0: to all, whatever their types accept.
 */
static void
spread(struct program *p, unsigned mark, unsigned accept)
{
	struct link *l = p->link;
	VEC(key_id) todo = { 0 };
	struct node *to;
	key_id k;
	uint32_t e;
	size_t i;

	for (i = 1; i < l->nodes.n; i++)
		if (l->nodes.p[i].flags & mark)
			vec_push(&todo, (key_id)i);
	while (todo.n > 0) {
		k = todo.p[--todo.n];
		for (e = l->nodes.p[k].edges; e != 0;
		    e = l->edges.p[e].next) {
			to = &l->nodes.p[l->edges.p[e].to & ~EDGE_ARITH];
			if (to->flags & mark ||
			    (to->flags & accept) != accept)
				continue;
			to->flags |= mark;
			vec_push(&todo, l->edges.p[e].to & ~EDGE_ARITH);
		}
	}
	vec_free(&todo);
}

void
flow_spread_other(struct program *p)
{

	spread(p, NODE_OTHER, ACCEPT_LEVEL);
}

void
flow_finish(struct program *p)
{
	struct link *l = p->link;
	size_t i;

	mark_unknown(p);
	flow_spread_other(p);
	spread(p, NODE_FILLED, 0);
	for (i = 0; i < l->sets.n; i++) {
		free(l->sets.p[i].slots);
		l->sets.p[i].slots = NULL;
	}
	vec_free(&l->edges);
	vec_free(&l->uses);
	vec_free(&l->queue);
	map_free(l->joined);
	l->joined = NULL;
}

/* Sets are sorted whenever nothing is being solved. */
size_t
flow_atoms(const struct program *p, key_id k, uint32_t kind,
    const atom_t **out)
{
	const struct set *s = &p->link->sets.p[p->link->nodes.p[k].set];
	uint32_t lo, hi;

	for (lo = 0; lo < s->n && atom_kind(s->v[lo]) < kind; lo++)
		;
	for (hi = lo; hi < s->n && atom_kind(s->v[hi]) == kind; hi++)
		;
	*out = hi > lo ? s->v + lo : NULL;
	return hi - lo;
}
