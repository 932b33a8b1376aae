/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Where paths meet.
 *
 * Two states with the same property (level, saved level, locks, raises, and
 * the places that hold tokens) are joined: a place that differs becomes a PHI
 * of the block, a fact stays if it follows from both.  States with different
 * properties stay apart with their facts, so that the second "if (locked)"
 * sends each the way it came.
 */

#include <string.h>

#include "flow/flow_int.h"

static bool
is_phi_of(const struct nodes *t, node_t n, uint32_t block)
{
	const struct node *p = node_get(t, n);

	return p->kind == NODE_PHI && p->k == block;
}

static bool
mentions_phi(const struct nodes *t, node_t n, uint32_t block)
{
	const struct node *p = node_get(t, n);
	unsigned count = node_operands(p);

	if (!(p->flags & NODE_INNER))
		return false;
	if (p->kind == NODE_PHI)
		return p->k == block;
	return (count > 0 && mentions_phi(t, p->a, block)) ||
	    (count > 1 && mentions_phi(t, p->b, block));
}

/* The PHI of a place that has the value v now. */
static node_t
phi(struct solver *sv, uint32_t block, node_t place, node_t v)
{
	if (is_phi_of(sv->nodes, v, block) &&
	    node_get(sv->nodes, v)->a == place)
		return v;
	return node_leaf(sv->nodes, NODE_PHI, place, block);
}

static bool
is_token(const struct nodes *t, node_t v)
{
	return (node_get(t, v)->flags & NODE_TOKEN) != 0;
}

bool
state_saved(const struct solver *sv, const struct state *s, node_t v)
{
	uint32_t i;

	for (i = 0; i < s->nraises; i++)
		if (s->raises[i].old == v)
			return true;
	return (node_get(sv->nodes, v)->flags & NODE_TOKEN) != 0;
}

/* The local at the root of a place, or IR_NONE. */
uint32_t
node_root_local(const struct nodes *t, node_t place)
{
	const struct node *p;

	for (;;) {
		p = node_get(t, place);
		if (p->kind == NODE_LOCAL)
			return (uint32_t)p->k;
		if (p->kind != NODE_FIELD && p->kind != NODE_INDEX)
			return IR_NONE;
		place = p->a;
	}
}

/* Some leaf of an inner value, or 0 if there is none. */
static node_t
inner_leaf(const struct nodes *t, node_t n)
{
	const struct node *p = node_get(t, n);
	node_t l;

	if (!(p->flags & NODE_INNER))
		return 0;
	if (p->kind == NODE_PHI || p->kind == NODE_RET ||
	    p->kind == NODE_FRESH)
		return n;
	if (node_operands(p) == 0)
		return 0;
	l = inner_leaf(t, p->a);
	return l != 0 || node_operands(p) < 2 ? l : inner_leaf(t, p->b);
}

static bool
fact_trivial(struct solver *sv, const struct fact *g)
{
	struct fact form;

	fact_by_form(sv, g->value, &form);
	return g->lo == form.lo && g->hi == form.hi &&
	    g->nonzero == form.nonzero;
}

static void
drop_dead(const struct solver *sv, struct state *s, uint32_t block)
{
	const struct bind *b;
	uint32_t i, j, local;

	for (i = j = 0; i < s->nenv; i++) {
		b = &s->env[i];
		local = node_root_local(sv->nodes, b->place);
		if (local == IR_NONE || (s->at != NULL && node_root_frame(
		    sv->nodes, b->place) != s->at->id) ||
		    sv->addressed[local] ||
		    (sv->live[block][local / 64] >> (local % 64) & 1))
			s->env[j++] = *b;
	}
	s->nenv = j;
}

/* Drop what nobody can ask for any more, and old PHIs of a loop's head. */
void
state_enter_block(struct solver *sv, struct state *s, uint32_t block)
{
	struct nodes *t = sv->nodes;
	struct fact f, *moved = NULL;
	uint32_t i, j, k, nmoved = 0;
	node_t leaf;

	drop_dead(sv, s, block);
	if (sv->head[block]) {
		if (s->at == NULL)
			carry_round(sv, s, block);
		moved = arena_alloc(sv->arena, (s->nenv + 1) *
		    sizeof(*moved));
	}
	for (i = j = 0; i < s->nenv; i++) {
		struct bind b = s->env[i];

		if (sv->head[block]) {
			if (mentions_phi(t, b.place, block)) {
				s->stored |= bind_is_stored(t, &b);
				continue;
			}
			if (mentions_phi(t, b.value, block)) {
				state_fact(sv, s, b.value, &f);
				b.value = phi(sv, block, b.place, b.value);
				f.value = b.value;
				if (!fact_trivial(sv, &f))
					moved[nmoved++] = f;
			}
		}
		s->env[j++] = b;
	}
	s->nenv = j;
	for (i = j = 0; i < s->nfacts && !walk_keeps(sv->walk); i++) {
		f = s->facts[i];
		leaf = inner_leaf(t, f.value);
		if (leaf != 0) {
			if (sv->head[block] && mentions_phi(t, f.value,
			    block))
				continue;
			for (k = 0; k < s->nenv; k++)
				if (node_mentions(t, s->env[k].value, leaf))
					break;
			if (k == s->nenv)
				continue;
		}
		s->facts[j++] = f;
	}
	if (!walk_keeps(sv->walk))
		s->nfacts = j;
	/* What was known of a value holds for its new name. */
	for (k = 0; k < nmoved; k++)
		fact_put(sv, s, &moved[k]);
}

void
state_note_save(struct solver *sv, node_t place, node_t level)
{
	uint32_t i;

	if (node_get(sv->nodes, level)->kind != NODE_CONST ||
	    node_root_local(sv->nodes, place) != IR_NONE)
		return;
	for (i = 0; i < sv->nsaves; i++)
		if (sv->saves[i] == place)
			return;
	if (sv->nsaves < MAX_KEEPERS)
		sv->saves[sv->nsaves++] = place;
}

bool
state_saves(const struct solver *sv, const struct bind *b)
{
	uint32_t i;

	if (is_token(sv->nodes, b->value))
		return true;
	for (i = 0; i < sv->nsaves; i++)
		if (sv->saves[i] == b->place)
			return node_get(sv->nodes, b->value)->kind ==
			    NODE_CONST;
	return false;
}

bool
state_same(const struct solver *sv, const struct state *a,
    const struct state *b)
{
	uint32_t i, j;

	if (a->level != b->level || a->saved != b->saved ||
	    a->left != b->left || a->nheld != b->nheld ||
	    a->nraises != b->nraises || a->nreleased != b->nreleased ||
	    a->nskipped != b->nskipped)
		return false;
	for (i = 0; i < a->nheld; i++)
		if (a->held[i].lock != b->held[i].lock ||
		    a->held[i].level != b->held[i].level ||
		    a->held[i].old != b->held[i].old)
			return false;
	for (i = 0; i < a->nraises; i++)
		if (a->raises[i].old != b->raises[i].old)
			return false;
	for (i = 0; i < a->nreleased; i++)
		if (a->released[i] != b->released[i])
			return false;
	for (i = 0; i < a->nskipped; i++)
		if (a->skipped[i] != b->skipped[i])
			return false;
	/* Tokens. */
	if (sv->flow->adaptive)
		return true;
	if (a->env == b->env && a->nenv == b->nenv)
		return true;
	for (i = j = 0;;) {
		while (i < a->nenv && j < b->nenv &&
		    a->env[i].place == b->env[j].place &&
		    a->env[i].value == b->env[j].value)
			i++, j++;
		while (i < a->nenv && !state_saves(sv, &a->env[i]))
			i++;
		while (j < b->nenv && !state_saves(sv, &b->env[j]))
			j++;
		if (i == a->nenv || j == b->nenv)
			break;
		if (a->env[i].place != b->env[j].place ||
		    a->env[i].value != b->env[j].value)
			return false;
		i++;
		j++;
	}
	return i == a->nenv && j == b->nenv;
}

/* Make *g what holds in both; at a loop's head ranges widen, so it ends. */
static bool
fact_widen(struct solver *sv, struct fact *g, const struct fact *f,
    uint32_t block)
{
	struct fact form = *g;

	if (sv->head[block])
		fact_by_form(sv, g->value, &form);
	g->lo = g->lo < f->lo ? form.lo : f->lo;
	g->hi = g->hi > f->hi ? form.hi : f->hi;
	g->nonzero = g->nonzero && f->nonzero;
	return g->lo != f->lo || g->hi != f->hi || g->nonzero != f->nonzero;
}

/* What may be held, or released, on one way may be so. */
static bool
join_maybe(struct solver *sv, struct state *a, const struct state *b)
{
	uint32_t i;
	bool changed = false;

	for (i = 0; i < a->nheld; i++) {
		if (b->held[i].unsure && !a->held[i].unsure)
			changed = a->held[i].unsure = true;
		if (a->held[i].path != 0 &&
		    a->held[i].path != b->held[i].path) {
			a->held[i].path = 0;
			changed = true;
		}
	}
	spare(sv, a->held, b->held, a->nheld);
	for (i = 0; i < b->nmaybe; i++)
		changed |= maybe_held(sv, a, b->maybe[i].lock,
		    b->maybe[i].from);
	if (a->nocase != 0 && a->nocase != b->nocase) {
		a->nocase = 0;
		changed = true;
	}
	return changed;
}

uint32_t
nodes_common(node_t *a, uint32_t na, const node_t *b, uint32_t nb)
{
	uint32_t i, k, n;

	for (i = n = 0; i < na; i++)
		for (k = 0; k < nb; k++)
			if (a[i] == b[k]) {
				a[n++] = a[i];
				break;
			}
	return n;
}

/* Free, or taken on the way, for sure is what is so on both ways. */
static bool
join_sure(struct state *a, const struct state *b)
{
	uint32_t gone = a->ngone, passed = a->npassed;

	a->ngone = nodes_common(a->gone, gone, b->gone, b->ngone);
	a->npassed = nodes_common(a->passed, passed, b->passed, b->npassed);
	return a->ngone != gone || a->npassed != passed;
}

/* The same in all that values and facts say, too. */
bool
state_equal(const struct solver *sv, const struct state *a,
    const struct state *b)
{
	uint32_t i;

	if (a->nenv != b->nenv || a->nfacts != b->nfacts ||
	    !state_same(sv, a, b))
		return false;
	for (i = 0; i < a->nenv; i++)
		if (a->env[i].place != b->env[i].place ||
		    a->env[i].value != b->env[i].value)
			return false;
	for (i = 0; i < a->nfacts; i++)
		if (a->facts[i].value != b->facts[i].value ||
		    a->facts[i].nonzero != b->facts[i].nonzero ||
		    a->facts[i].lo != b->facts[i].lo ||
		    a->facts[i].hi != b->facts[i].hi)
			return false;
	return true;
}

/*
 * Does the value that no case of a switch fitted get a new name here?  Then a
 * test may tell which it is by that name.
 */
static bool
asks_case(const struct solver *sv, const struct state *a, node_t va, node_t vb)
{

	return a->nocase != 0 && (node_mentions(sv->nodes, va, a->uncased) ||
	    node_mentions(sv->nodes, vb, a->uncased));
}

/* The values: what differs gets a name of its own. */
static bool
join_values(struct solver *sv, struct state *a, const struct state *b,
    uint32_t block)
{
	struct bind *env;
	uint32_t i, j, n;
	bool changed = false;
	node_t v, place, va, vb;

	if (a->nenv == b->nenv && (a->nenv == 0 ||
	    memcmp(a->env, b->env, a->nenv * sizeof(*a->env)) == 0))
		return false;
	env = arena_alloc(sv->arena, (a->nenv + b->nenv + 1) * sizeof(*env));
	for (i = j = n = 0; i < a->nenv || j < b->nenv; ) {
		if (j == b->nenv || (i < a->nenv &&
		    a->env[i].place < b->env[j].place)) {
			place = a->env[i].place;
			va = a->env[i++].value;
			vb = node_init(sv->nodes, place);
		} else if (i == a->nenv || b->env[j].place <
		    a->env[i].place) {
			place = b->env[j].place;
			vb = b->env[j++].value;
			va = node_init(sv->nodes, place);
		} else {
			place = a->env[i].place;
			va = a->env[i++].value;
			vb = b->env[j++].value;
		}
		v = va == vb ? va : phi(sv, block, place, va);
		if (v != va)
			changed = true;
		if (va != vb && asks_case(sv, a, va, vb)) {
			a->nocase = 0;
			changed = true;
		}
		env[n].place = place;
		env[n++].value = v;
	}
	a->env = env;
	a->nenv = n;
	return changed;
}

bool
state_join(struct solver *sv, struct state *a, const struct state *b,
    uint32_t block)
{
	const struct state old = *a;
	struct fact *facts;
	uint32_t i, n;
	bool changed;
	node_t v, va, vb;

	changed = join_values(sv, a, b, block);
	facts = arena_alloc(sv->arena, (a->nfacts + 1) * sizeof(*facts));
	for (i = n = 0; i < old.nfacts; i++) {
		struct fact f = old.facts[i], g;

		if (is_phi_of(sv->nodes, f.value, block))
			continue;	/* by their places, below */
		state_fact(sv, b, f.value, &g);
		if (fact_widen(sv, &g, &f, block))
			changed = true;
		if (!fact_trivial(sv, &g))
			facts[n++] = g;
	}
	a->facts = facts;
	a->nfacts = n;
	for (i = 0; i < a->nenv; i++) {
		struct fact f, g;

		if (!is_phi_of(sv->nodes, a->env[i].value, block))
			continue;
		va = state_read(sv, &old, a->env[i].place);
		vb = state_read(sv, b, a->env[i].place);
		state_fact(sv, &old, va, &f);
		state_fact(sv, b, vb, &g);
		f.value = g.value = a->env[i].value;
		if (va == a->env[i].value) {
			if (fact_widen(sv, &g, &f, block))
				changed = true;
		} else {
			g.lo = g.lo < f.lo ? g.lo : f.lo;
			g.hi = g.hi > f.hi ? g.hi : f.hi;
			g.nonzero = g.nonzero && f.nonzero;
		}
		if (!fact_trivial(sv, &g))
			fact_put(sv, a, &g);
	}
	if (join_sure(a, b))
		changed = true;
	if (join_maybe(sv, a, b))
		changed = true;
	if (b->stored && !a->stored)
		a->stored = changed = true;
	v = level_max(sv->nodes, a->peak, b->peak);
	if (v != a->peak) {
		a->peak = v;
		changed = true;
	}
	if (blame_join(sv, a, b))
		changed = true;
	return changed;
}
