/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Saved levels, for nest.c: in which places they are kept, by whom, and who
 * restores from them.
 *
 * In a function a place is its text.  Across calls a member or a global
 * variable is known by its name, whatever the object, and what is saved there
 * is added to what was: the restore of a level that only a callee has saved
 * may bring back that one or any other.
 */

#include <stdlib.h>

#include "flow/nest_int.h"

static struct token *
token_of(const struct tokens *tokens, const struct ir_expr *place)
{
	size_t i;

	for (i = 0; place != NULL && i < tokens->n; i++)
		if (ir_expr_equal(tokens->p[i].place, place))
			return &tokens->p[i];
	return NULL;
}

static uint64_t
key_of(const struct ir_expr *e)
{
	switch (e->kind) {
	case IR_INDEX:
		return key_of(e->a);
	case IR_FIELD:
		return (uint64_t)e->record << 32 | e->name;
	case IR_GLOBAL:
		return (uint64_t)1 << 63 | e->name;
	default:
		return 0;
	}
}

static bool
is_key(const struct nest *n, const struct ir_expr *place)
{
	uint64_t key = place != NULL ? key_of(place) : 0, any;

	return key != 0 && map_get(n->keys, key, &any);
}

const struct ir_expr *
nest_restored(const struct rule_func *r, const struct ir_insn *in)
{
	size_t i;

	for (i = 0; r != NULL && i < r->neffects && in->nargs > 0; i++)
		if ((r->effects[i].what == RULE_SET ||
		    r->effects[i].what == RULE_RESTORE) &&
		    r->effects[i].level.kind == RULE_VALUE_ARG &&
		    r->effects[i].level.arg == 0)
			return in->args[0];
	return NULL;
}

/* ---- places ---- */

static void
add_token(struct tokens *tokens, const struct ir_expr *place, bool restored)
{
	struct token t = { .place = place, .restored = restored }, *old;

	if (place == NULL || !ir_is_place(place))
		return;
	old = token_of(tokens, place);
	if (old != NULL) {
		tokens->grown |= restored && !old->restored;
		old->restored |= restored;
		return;
	}
	t.key = key_of(place);
	tokens->grown = true;
	vec_push(tokens, t);
}

/* What is passed to a function that restores from it. */
static void
add_arguments(const struct nest *n, func_id f, const struct ir_insn *in,
    struct tokens *tokens)
{
	const struct prog_site *cs = &n->program->funcs.p[f].sites[in->site];
	uint32_t i, k, params = 0;

	for (i = 0; i < cs->ntargets && cs->ntargets <= FEW; i++)
		params |= n->restores[cs->targets[i]];
	for (k = 0; params != 0 && k < in->nargs && k < 32; k++)
		if (params >> k & 1)
			add_token(tokens, in->args[k], true);
}

static bool
stores_through(const struct nest *n, func_id f, const struct ir_expr *place)
{

	return place->kind == IR_DEREF && nest_parameter(n->program, f,
	    place->a) != 0;
}

/* Has it a primitive that saves, or a callee that does for it? */
static bool
may_save(const struct nest *n, func_id f)
{
	const struct prog_func *pf = &n->program->funcs.p[f];
	const struct rule_func *r;
	uint32_t i, k;
	func_id g;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets &&
		    pf->sites[i].ntargets <= FEW; k++) {
			g = pf->sites[i].targets[k];
			r = n->program->funcs.p[g].rule;
			if (r != NULL ? r->result == RULE_RESULT_OLD :
			    n->saves[g] != 0 || n->returns[g] != 0)
				return true;
		}
	return false;
}

/* Has it a primitive that restores, or a callee that does for it? */
static bool
may_restore(const struct nest *n, func_id f)
{
	const struct prog_func *pf = &n->program->funcs.p[f];
	const struct rule_func *r;
	uint32_t i, k;
	size_t e;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets &&
		    pf->sites[i].ntargets <= FEW; k++) {
			r = n->program->funcs.p[pf->sites[i].targets[k]].rule;
			if (n->restores[pf->sites[i].targets[k]] != 0)
				return true;
			for (e = 0; r != NULL && e < r->neffects; e++)
				if (r->effects[e].what == RULE_SET ||
				    r->effects[e].what == RULE_RESTORE)
					return true;
		}
	return false;
}

void
tokens_find(const struct nest *n, func_id f, struct tokens *tokens)
{
	const struct ir_func *ir = n->program->funcs.p[f].ir;
	const struct token *t;
	const struct ir_insn *in;
	bool saves = may_save(n, f);
	uint32_t b, i;

	tokens->found = true;
	if (!saves && !may_restore(n, f))
		return;
	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			in = &ir->blocks[b].insns[i];
			if (in->kind == IR_CALL) {
				add_token(tokens, nest_restored(nest_rule(
				    n->program, f, in), in), true);
				add_arguments(n, f, in, tokens);
			}
			if (!saves)
				continue;
			if (in->dst != NULL && is_key(n, in->dst))
				add_token(tokens, in->dst, false);
			if (in->kind == IR_ASSIGN && stores_through(n, f,
			    in->dst))
				add_token(tokens, in->src, false);
			if (in->kind == IR_RET && in->src != NULL &&
			    in->src->kind == IR_LOCAL)
				add_token(tokens, in->src, false);
		}
	do {
		tokens->grown = false;
		for (b = 0; b < ir->nblocks && tokens->n > 0; b++)
			for (i = 0; i < ir->blocks[b].ninsns; i++) {
				in = &ir->blocks[b].insns[i];
				if (in->kind == IR_ASSIGN &&
				    (t = token_of(tokens, in->dst)) != NULL)
					add_token(tokens, in->src,
					    t->restored);
			}
	} while (tokens->grown);
}

/* Note keys and parameters from which it restores; true: one is new. */
static bool
note_restored(struct nest *n, func_id f)
{
	struct tokens tokens = { 0 };
	uint32_t before = n->restores[f];
	size_t i;

	tokens_find(n, f, &tokens);
	for (i = 0; i < tokens.n; i++) {
		if (!tokens.p[i].restored)
			continue;
		n->restores[f] |= nest_parameter(n->program, f,
		    tokens.p[i].place);
		if (tokens.p[i].key != 0)
			map_put(n->keys, tokens.p[i].key, 1);
	}
	vec_free(&tokens);
	return n->restores[f] != before;
}

void
nest_find_keys(struct nest *n)
{
	const struct program *p = n->program;
	func_id f;
	bool more;
	size_t i;

	/* Callees first; once more where they call each other. */
	do
		for (i = 0, more = false; i < p->funcs.n; i++) {
			f = p->order[i];
			if (p->funcs.p[f].ir != NULL &&
			    p->funcs.p[f].rule == NULL && may_restore(n, f))
				more |= note_restored(n, f);
		}
	while (more);
}

/* ---- what becomes of them ---- */

static struct shared *
share(struct nest *n, func_id f, uint64_t key)
{
	struct shareds *all = &n->shareds[f];
	struct shared s = { .key = key };
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->p[i].key == key)
			return &all->p[i];
	vec_push(all, s);
	return &all->p[all->n - 1];
}

static void
share_saved(struct nest *n, func_id f, uint64_t key, uint32_t set)
{
	struct shared *s;

	if (key == 0 || set == 0)
		return;
	s = share(n, f, key);
	n->grown |= (set & ~s->saves) != 0;
	s->saves |= set;
}

static void
share_restored(struct nest *n, func_id f, uint64_t key)
{
	struct shared *s;

	if (key == 0)
		return;
	s = share(n, f, key);
	n->grown |= !s->restores;
	s->restores = true;
}

static void
more(struct tokens *tokens, struct token *t, const struct reach *at)
{
	if (at->set & ~t->at.set) {
		reach_either(&t->at, at);
		tokens->grown = true;
	}
}

void
nest_save(struct nest *n, func_id f, struct tokens *tokens,
    const struct ir_expr *place, const struct reach *at)
{
	struct token *t = token_of(tokens, place);

	if (place != NULL && stores_through(n, f, place)) {
		n->grown |= (at->set & ~n->saves[f]) != 0;
		n->saves[f] |= at->set;
	}
	if (t == NULL)
		return;
	more(tokens, t, at);
	tokens->grown |= !t->own;
	t->own = true;
	share_saved(n, f, t->key, at->set);
}

void
nest_copy(struct nest *n, func_id f, struct tokens *tokens,
    const struct ir_insn *in)
{
	const struct token *from = token_of(tokens, in->src);
	struct reach at;

	if (from == NULL || from->at.set == 0)
		return;
	at = from->at;
	nest_save(n, f, tokens, in->dst, &at);
}

/* The level that was saved in b, or what it is, if that is lower. */
static struct reach
lower(const struct reach *a, const struct reach *b)
{
	uint32_t set = a->set | b->set;
	struct reach r = { 0 };
	int k;

	/* Those for which the other has one that is not lower. */
	for (; set != 0; set &= set - 1) {
		k = __builtin_ctz(set);
		if ((a->set >> k & 1) ? b->set >> k == 0 : a->set >> k == 0)
			continue;
		r.set |= (uint32_t)1 << k;
		r.source[k] = (b->set >> k & 1) ? b->source[k] : a->source[k];
	}
	return r;
}

/* What may be restored there, by this function or not. */
static void
restore_perhaps(const struct nest *n, const struct token *t,
    struct reach *at)
{

	if (n->program->port->restore_sets)
		reach_either(at, &t->at);
}

void
nest_restore(const struct nest *n, const struct tokens *tokens,
    const struct ir_expr *e, struct reach *at)
{
	const struct token *t = token_of(tokens, e);

	if (t != NULL && t->own)
		*at = n->program->port->restore_sets ? t->at :
		    lower(at, &t->at);
	else if (e != NULL && ir_is_place(e)) {
		if (t != NULL)
			restore_perhaps(n, t, at);
		at->set |= 1;
	} else
		at->set = 1;
}

/* A callee restores from what is kept there; or does not. */
static void
callee_restores(struct nest *n, func_id f, struct tokens *tokens,
    const struct ir_expr *place, struct reach *at)
{
	const struct token *t = token_of(tokens, place);

	if (t == NULL)
		return;
	restore_perhaps(n, t, at);
	share_restored(n, f, t->key);
}

void
nest_callee(struct nest *n, func_id f, const struct ir_insn *in,
    func_id callee, const struct reach *before, struct tokens *tokens,
    struct reach *at, uint32_t site)
{
	const struct shareds *all = &n->shareds[callee];
	struct shared s;
	struct token *t;
	struct reach saved;
	size_t i, k;

	/* Its own, in a recursion, move while they are handed on. */
	for (i = 0; i < all->n; i++) {
		s = all->p[i];
		if (before->set == 1)
			saved.set = s.saves;
		else
			saved = reach_on_top(before, s.saves, site);
		share_saved(n, f, s.key, saved.set);
		if (s.restores)
			share_restored(n, f, s.key);
		for (k = 0; k < tokens->n; k++) {
			t = &tokens->p[k];
			if (t->key != s.key)
				continue;
			saved = reach_on_top(before, s.saves, site);
			more(tokens, t, &saved);
			if (s.restores)
				restore_perhaps(n, t, at);
		}
	}
	for (i = 0; i < in->nargs && i < 32; i++)
		if (n->restores[callee] >> i & 1)
			callee_restores(n, f, tokens, in->args[i], at);
}

void
nest_returns(struct nest *n, func_id f, const struct tokens *tokens,
    const struct ir_insn *in)
{
	const struct token *t = token_of(tokens, in->src);

	if (t == NULL)
		return;
	n->grown |= (t->at.set & ~n->returns[f]) != 0;
	n->returns[f] |= t->at.set;
}
