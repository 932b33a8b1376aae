/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Carry: mutexes that a loop takes in one turn and still holds in the next.
 *
 * Where the next turn begins, the variable by which the mutex was taken gets
 * another value, and what names the mutex is another variable that was set in
 * this turn: "best = c".  The value of that variable becomes a PHI of the
 * loop's head, and the mutex is named by it, so that all turns are alike.
 *
 * If no variable names one that the function took itself, the loop collects
 * mutexes, in a list or an array: whatever is held from one enter of it is one
 * entry from there on, which stands for one mutex or more.  A release of the
 * class by another name is one of them, as is that of one with a name that
 * came from an earlier turn, and says that a loop releases them one by one; how
 * many turns of that loop there are is not known, so they are taken as released
 * at the function's end.  A release of that class with nothing held is a turn
 * that there is not.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

/* A leaf that stands for the mutexes that an instruction collects. */
#define LEAF_CROWD	((int64_t)3 << 32)

/* The blocks of a loop, and the locals that it sets, as bits. */
struct loop {
	uint64_t *blocks, *sets;
};

/* ---- loops ---- */

static bool
has_bit(const uint64_t *bits, uint32_t i)
{
	return (bits[i / 64] >> (i % 64) & 1) != 0;
}

static void
set_bit(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

/* The head, and what leads back to it without going through it. */
static void
find_blocks(const struct solver *sv, uint32_t head, uint64_t *blocks)
{
	uint32_t b, i, t;
	bool changed;

	set_bit(blocks, head);
	do {
		changed = false;
		for (b = sv->ir->nblocks; b-- > 0; ) {
			if (has_bit(blocks, b) || sv->order[b] == IR_NONE ||
			    sv->order[b] < sv->order[head])
				continue;
			for (i = 0; (t = ir_successor(&sv->ir->blocks[b],
			    i)) != IR_NONE; i++)
				if (has_bit(blocks, t)) {
					set_bit(blocks, b);
					changed = true;
					break;
				}
		}
	} while (changed);
}

static const struct loop *
loop_of(struct solver *sv, uint32_t head)
{
	const struct ir_block *blk;
	const struct ir_expr *dst;
	struct loop *l;
	uint32_t b, i;

	if (sv->loops == NULL)
		sv->loops = arena_alloc(sv->arena, sv->ir->nblocks *
		    sizeof(*sv->loops));
	if (sv->loops[head] != NULL)
		return sv->loops[head];
	l = sv->loops[head] = arena_alloc(sv->arena, sizeof(*l));
	l->blocks = arena_alloc(sv->arena, (sv->ir->nblocks / 64 + 1) *
	    sizeof(*l->blocks));
	l->sets = arena_alloc(sv->arena, sv->nwords * sizeof(*l->sets));
	find_blocks(sv, head, l->blocks);
	for (b = 0; b < sv->ir->nblocks; b++) {
		if (!has_bit(l->blocks, b))
			continue;
		blk = &sv->ir->blocks[b];
		for (i = 0; i < blk->ninsns; i++) {
			dst = blk->insns[i].dst;
			while (dst != NULL && (dst->kind == IR_FIELD ||
			    dst->kind == IR_INDEX))
				dst = dst->a;
			if (dst != NULL && dst->kind == IR_LOCAL)
				set_bit(l->sets, dst->local);
		}
	}
	return l;
}

/* ---- names ---- */

static node_t rebase(struct nodes *, node_t, node_t, node_t);

static node_t
rebase_place(struct nodes *t, node_t place, node_t from, node_t to)
{
	const struct node p = *node_get(t, place);
	const struct node *q = node_get(t, from);
	node_t a;

	if (q->kind == NODE_ADDR && q->a == place)
		return node_deref(t, to);
	switch (p.kind) {
	case NODE_FIELD:
		a = rebase_place(t, p.a, from, to);
		return a == p.a ? place : node_field(t, a, p.b, (name_t)p.k);
	case NODE_INDEX:
		a = rebase_place(t, p.a, from, to);
		return a == p.a ? place : node_index(t, a, p.b);
	case NODE_DEREF:
		a = rebase(t, p.a, from, to);
		return a == p.a ? place : node_deref(t, a);
	default:
		return place;
	}
}

/* An address that goes through the pointer from, through the pointer to. */
static node_t
rebase(struct nodes *t, node_t n, node_t from, node_t to)
{
	const struct node p = *node_get(t, n);
	node_t a;

	if (n == from)
		return to;
	if (p.kind != NODE_ADDR && p.kind != NODE_INIT)
		return n;
	a = rebase_place(t, p.a, from, to);
	if (a == p.a)
		return n;
	return p.kind == NODE_ADDR ? node_addr(t, a) : node_init(t, a);
}

void
held_follow(struct solver *sv, struct state *s, node_t from, node_t to)
{
	uint32_t i;

	for (i = 0; i < s->nheld; i++)
		s->held[i].lock = rebase(sv->nodes, s->held[i].lock, from,
		    to);
}

/* ---- the next turn ---- */

/* Does the loop set the variable? */
static bool
is_set(const struct solver *sv, const struct loop *l, node_t place)
{
	uint32_t local = node_root_local(sv->nodes, place);

	return local != IR_NONE && has_bit(l->sets, local);
}

static bool
mentions_set(const struct loop *l, const struct ir_expr *e)
{
	switch (e->kind) {
	case IR_LOCAL:
		return has_bit(l->sets, e->local);
	case IR_BINARY:
	case IR_INDEX:
		return mentions_set(l, e->a) || mentions_set(l, e->b);
	case IR_FIELD:
	case IR_DEREF:
	case IR_ADDR:
	case IR_UNARY:
		return mentions_set(l, e->a);
	default:
		return false;
	}
}

/* Taken in this turn, and another one in the next? */
static bool
varies(const struct solver *sv, const struct loop *l, const struct held *h)
{
	const struct ir_insn *in;
	uint32_t i;

	if (h->many || !has_bit(l->blocks, solver_block(sv, h->site)))
		return false;
	in = solver_insn(sv->ir, h->site);
	for (i = 0; i < in->nargs; i++)
		if (mentions_set(l, in->args[i]))
			return h->from == NO_FUNC ||
			    (node_get(sv->nodes, h->lock)->flags &
			    NODE_INNER);
	return false;
}

/*
 * The variable that names the mutex in the next turn; NULL: there is none.
 * *same: one that the loop does not set does, so it is no other then.
 */
static const struct bind *
anchor(struct solver *sv, const struct state *s, const struct loop *l,
    node_t lock, bool *same)
{
	const struct bind *b, *found = NULL;

	*same = false;
	for (b = s->env; b < s->env + s->nenv; b++) {
		if (rebase(sv->nodes, lock, b->value, 0) == lock)
			continue;
		if (!is_set(sv, l, b->place))
			*same = node_root_local(sv->nodes, b->place) !=
			    IR_NONE;
		else if (found == NULL)
			found = b;
	}
	return found;
}

static void
rename_value(struct solver *sv, struct state *s, node_t from, node_t to)
{
	struct fact f;
	uint32_t i;

	state_fact(sv, s, from, &f);
	f.value = to;
	for (i = 0; i < s->nenv; i++)
		if (s->env[i].value == from)
			s->env[i].value = to;
	fact_put(sv, s, &f);
}

/* One entry for all that are held from that instruction. */
static void
collect(struct solver *sv, struct state *s, uint32_t i)
{
	struct held *h = &s->held[i];
	struct crowd c = { node_leaf(sv->nodes, NODE_FRESH, 0, LEAF_CROWD |
	    h->site), h->lock, h->class };
	uint32_t k;

	if (c.class == NULL)
		c.class = lock_identity(sv, h->lock);
	if (carry_one(sv, c.name) == c.name)
		vec_push(&sv->crowds, c);
	for (k = 0; k < s->nheld; k++)
		if (s->held[k].lock == c.name)
			break;
	if (k == s->nheld) {
		h->lock = c.name;
		h->class = c.class;
		h->carried = h->many = true;
		return;
	}
	memmove(h, h + 1, (s->nheld - i - 1) * sizeof(*h));
	s->nheld--;
}

void
carry_round(struct solver *sv, struct state *s, uint32_t head)
{
	const struct loop *l = s->nheld > 0 ? loop_of(sv, head) : NULL;
	const struct bind *b;
	node_t from[MAX_HELD], to[MAX_HELD];
	uint32_t i, k, n = 0;
	bool same;

	/* Older ones first, so that what named them is free. */
	for (i = 0; i < s->nheld; ) {
		if (!varies(sv, l, &s->held[i])) {
			i++;
			continue;
		}
		b = anchor(sv, s, l, s->held[i].lock, &same);
		for (k = 0; b != NULL && k < n; k++)
			if (from[k] == b->value)
				break;
		/* What a callee took, it may only have forgotten. */
		if (same || (b != NULL && k < n) ||
		    (b == NULL && s->held[i].from != NO_FUNC))
			i++;
		else if (b != NULL && n < MAX_HELD) {
			from[n] = b->value;
			to[n++] = node_leaf(sv->nodes, NODE_PHI, b->place,
			    head);
			s->held[i++].carried = true;
		} else {
			k = s->nheld;
			collect(sv, s, i);
			i += s->nheld == k;
		}
	}
	for (i = 0; i < n; i++)
		if (from[i] != to[i]) {
			rename_value(sv, s, from[i], to[i]);
			held_follow(sv, s, from[i], to[i]);
		}
}

bool
carry_release(struct state *s, uint32_t i)
{
	uint32_t k;

	for (k = 0; k < s->nheld && s->held[i].carried; k++)
		if (s->held[k].many && s->held[k].site == s->held[i].site)
			s->held[k].unsure = true;
	return s->held[i].many;
}

void
carry_end(struct solver *sv, struct state *s, uint32_t site)
{
	uint32_t i;

	for (i = 0; i < s->nheld; )
		if (s->held[i].many && s->held[i].unsure) {
			s->held[i].many = false;
			(void)lock_exit(sv, s, s->held[i].lock, site);
		} else
			i++;
}

node_t
carry_one(const struct solver *sv, node_t lock)
{
	size_t i;

	for (i = 0; i < sv->crowds.n; i++)
		if (sv->crowds.p[i].name == lock)
			return sv->crowds.p[i].lock;
	return lock;
}

node_t
carry_taken(const struct solver *sv, uint32_t site)
{
	return carry_one(sv, node_leaf(sv->nodes, NODE_FRESH, 0, LEAF_CROWD |
	    site));
}

bool
carry_meets(const struct solver *sv, const struct need *n)
{
	size_t i;

	for (i = 0; i < sv->crowds.n; i++)
		if (n->class != NULL && n->class == sv->crowds.p[i].class)
			return n->callee == NO_FUNC;
	return false;
}
