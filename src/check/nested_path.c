/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The path of a handler that nests: what flow/nest.c has found, as the way down
 * to the mutex that raises, and the proof of it.  It knows no conditions, so
 * the way may be none; then any other way to the level will do, or one to a
 * lower level.
 */

#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

#define MAX_NESTED	24	/* calls shown below the handler */

/* ---- as it was found ---- */

/* The release of what was taken there: the next one of the same class. */
static void
release_step(struct checker *ck, func_id f, uint32_t site,
    const struct prog_lock *l, int level, uint32_t depth, struct steps *st)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];
	const struct ir_insn *in;
	struct step *s;
	uint32_t b, i, n;

	for (b = n = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++, n++) {
			in = &pf->ir->blocks[b].insns[i];
			if (n <= site || in->kind != IR_CALL ||
			    nest_lock(ck->program, f, in, false) != l)
				continue;
			s = witness_insn(ck, pf, f, n, STEP_LOCK, depth, st);
			s->before = s->after = level;
			s->lock = l->text;
			s->held = 1;
			s->note = check_fmt(ck, "%s released, not the last "
			    "one: level stays %s", l->text,
			    level_name_of(ck, level));
			return;
		}
}

/*
 * The calls down to the mutex that raises the level, its release, and the
 * way back up.  Returns the mutex, or NULL where only its level is known.
 */
static const struct prog_lock *
nest_path(struct checker *ck, func_id f, int entry, int exit, uint32_t depth,
    struct steps *st)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];
	const struct ir_insn *in;
	const struct prog_lock *l;
	struct step *s;
	func_id g;
	uint32_t site;

	site = chain_source(ck->chain, f, exit);
	if (site == IR_NONE || depth > MAX_NESTED)
		return NULL;
	in = solver_insn(pf->ir, site);
	g = chain_target(ck->chain, f, in, exit);
	if (g != NO_FUNC) {
		s = witness_insn(ck, pf, f, site, STEP_CALL, depth, st);
		s->before = entry;
		s->after = exit;
		s->held = 1;
		s->note = check_fmt(ck, "level %s -> %s", level_name_of(ck,
		    entry), level_name_of(ck, exit));
		return nest_path(ck, g, entry, exit, depth + 1, st);
	}
	l = nest_lock(ck->program, f, in, true);
	s = witness_insn(ck, pf, f, site, STEP_LOCK, depth, st);
	s->before = entry;
	s->after = exit;
	s->lock = l != NULL ? l->text : "a spin mutex";
	s->held = 2;
	s->note = check_fmt(ck, "%s taken, level %s -> %s", l != NULL ?
	    l->text : "a spin mutex", level_name_of(ck, entry),
	    level_name_of(ck, exit));
	if (l != NULL)
		release_step(ck, f, site, l, exit, depth, st);
	return l;
}

/* The handler's last return, and its instruction. */
static uint32_t
return_step(struct checker *ck, func_id f, int level, struct steps *st)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];
	struct step *s;
	uint32_t b, n, site = 0;

	for (b = n = 0; b < pf->ir->nblocks; b++) {
		n += pf->ir->blocks[b].ninsns;
		if (pf->ir->blocks[b].insns[pf->ir->blocks[b].ninsns -
		    1].kind == IR_RET)
			site = n - 1;
	}
	s = witness_insn(ck, pf, f, site, STEP_RETURN, 0, st);
	s->before = s->after = level;
	return site;
}

/* The same steps with none held at entry: the release brings back. */
static void
back_to_entry(struct checker *ck, struct steps *st,
    const struct prog_lock *l, int entry)
{
	size_t i;

	for (i = 0; i < st->n; i++) {
		struct step *s = &st->p[i];

		if (s->kind == STEP_CALL) {
			s->after = entry;
			s->held--;
			s->note = check_fmt(ck, "level %s at return",
			    level_name_of(ck, entry));
		} else if (s->kind == STEP_LOCK) {
			if (s->before == s->after) {
				s->after = entry;
				s->note = check_fmt(ck, "%s released, the "
				    "last one: level %s -> %s", l->text,
				    level_name_of(ck, s->before),
				    level_name_of(ck, entry));
			}
			s->held--;
		}
	}
}

const char *
nested_lock(struct checker *ck, const struct prog_handler *h, int exit)
{
	const struct prog_lock *l;
	struct steps st = { 0 };

	l = nest_path(ck, h->func, h->level, exit, 0, &st);
	free(st.p);
	return l != NULL ? l->text : check_fmt(ck, "a spin mutex at %s",
	    level_name_of(ck, exit));
}

/* ---- proven ---- */

/*
 * Levels that something raises to; then the others, to which the restore of a
 * wrapper can lead.
 */
static enum walk_end
prove_below(struct checker *ck, const struct prog_handler *h, int held,
    int exit, uint32_t max_blocks, bool last, struct nested_proof *p)
{
	enum walk_end end, all = WALK_NONE;
	int raised, k, given_up = -1;

	for (raised = 1; raised >= 0; raised--)
		for (k = exit; k > h->level; k--) {
			if ((nest_source(ck->nest, h->func, k) != IR_NONE) !=
			    raised)
				continue;
			nested_proof_free(p);
			*p = (struct nested_proof){ .handler = h,
			    .held = held, .exit = k };
			prove_exit(ck, h->func, held, h->level, k, NULL,
			    max_blocks, last, &p->nested);
			end = p->nested.end;
			if (end == WALK_FOUND)
				return end;
			if (end == WALK_NONE)
				continue;
			all = WALK_GAVE_UP;
			given_up = given_up < 0 ? k : given_up;
			if (!last)
				return all;
		}
	p->exit = given_up;
	return all;
}

enum walk_end
nested_prove(struct checker *ck, const struct prog_handler *h, int held,
    int exit, uint32_t max_blocks, bool last, struct nested_proof *p)
{
	enum walk_end end;

	memset(p, 0, sizeof(*p));
	end = prove_below(ck, h, 1, exit, max_blocks, last, p);
	/* Unless it releases those of others, one stands for all. */
	if (end == WALK_NONE && held > 1 &&
	    flow_summary(ck->flow, h->func, 0)->nneeds > 0)
		end = prove_below(ck, h, 2, exit, max_blocks, last, p);
	return end;
}

void
nested_proof_free(struct nested_proof *p)
{

	proof_free(&p->nested);
	proof_free(&p->alone);
	memset(p, 0, sizeof(*p));
}

/* A branch is another one where it goes the other way. */
static bool
same_place(const struct step *a, const struct step *b)
{

	return a->kind == b->kind && a->func == b->func &&
	    a->line == b->line && a->col == b->col && a->depth == b->depth &&
	    (a->kind != STEP_BRANCH || strcmp(a->note, b->note) == 0);
}

/* The steps of own to st, of clean ones those that like has, too. */
static void
append(struct steps *st, struct steps *own, const struct steps *like)
{
	size_t i, k;

	for (i = 0; i < own->n; i++) {
		for (k = 0; like != NULL && k < like->n; k++)
			if (same_place(&own->p[i], &like->p[k]))
				break;
		if (like != NULL && k == like->n &&
		    own->p[i].kind != STEP_RETURN)
			continue;
		if (st->n == st->cap)
			st->p = vec_grow(st->p, &st->cap, sizeof(*st->p));
		st->p[st->n++] = own->p[i];
	}
	free(own->p);
	own->p = st->p;
	own->n = st->n;
	own->cap = st->cap;
	*st = *own;
}

static struct frame
frame_of(const struct prog_handler *h, bool whole)
{
	struct frame fr = { h->func, h->level, -1, whole };

	return fr;
}

/* Where the level is brought to where it stays, or NULL. */
static const struct trace *
raiser(struct checker *ck, const struct nested_proof *p)
{
	struct nodes *n = ck->flow->nodes;
	const struct trace *t;
	int before, after, hi, entry = p->handler->level;

	for (t = p->nested.trace; t != NULL; t = t->prev) {
		level_bounds(n, level_at(n, t->before, entry, 0), &before,
		    &hi);
		level_bounds(n, level_at(n, t->after, entry, 0), &after, &hi);
		if (after == p->exit && before < p->exit)
			return t;
	}
	return NULL;
}

static const char *
raising_lock(struct checker *ck, const struct nested_proof *p)
{
	const struct trace *t = raiser(ck, p);
	const struct prog_lock *l;

	if (t == NULL || t->kind != TRACE_ENTER)
		return nested_lock(ck, p->handler, p->exit);
	l = t->lock != 0 ? lock_class(t->at->solver, t->lock) : NULL;
	return l != NULL ? l->text : "a mutex";
}

void
nested_path(struct checker *ck, const struct nested_proof *p,
    struct nested_path *out)
{
	const struct trace *t = raiser(ck, p);
	const struct activation *at = t != NULL ? t->at : NULL;
	struct solver sv = { .mode = p->held };

	memset(out, 0, sizeof(*out));
	out->lock = raising_lock(ck, p);
	for (; at != NULL && at->up != NULL; at = at->up) {
		out->calls++;
		out->pointers += at->up->solver->pf->sites[at->insn->site].
		    ntargets > 1;
	}
	witness_hops(ck, &sv, &p->nested, frame_of(p->handler, false),
	    &out->hops);
	out->hops.exit = p->exit;
}

void
nested_ledger(struct checker *ck, const struct prog_handler *h, int exit)
{
	const struct ir_func *ir = ck->program->funcs.p[h->func].ir;
	const struct ir_insn *in = solver_insn(ir, 0);

	flow_ledger(ck->flow, h->func, LEDGER_BUDGET, ir->files[in->loc.file],
	    in->loc.line, "entered with a spin mutex held it may return at %s: "
	    "no single path was found within a limit", level_name_of(ck,
	    exit));
}

uint32_t
nested_steps(struct checker *ck, const struct nested_proof *p,
    const char **lock, struct steps *st)
{
	const struct prog_handler *h = p->handler;
	struct solver sv = { .mode = p->held };
	struct steps own = { 0 };
	uint32_t site;

	if (p->nested.end == WALK_FOUND) {
		witness_path(ck, &sv, &p->nested, frame_of(h, false), &own);
		witness_trim(&own);
		*lock = raising_lock(ck, p);
		site = p->nested.trace->site;
		append(st, &own, NULL);
	} else {
		(void)nest_path(ck, h->func, h->level, p->exit, 0, st);
			site = return_step(ck, h->func, p->exit, st);
		proof_ledger(ck, h->func, site);
		*lock = nested_lock(ck, h, p->exit);
	}
	st->func = h->func;
	st->entry = h->level;
	st->held = p->held;
	st->p[st->n - 1].held = p->held;
	st->p[st->n - 1].note = check_fmt(ck, "level %s (%d), expected %s "
	    "(%d)", level_name_of(ck, p->exit), p->exit, level_name_of(ck,
	    h->level), h->level);
	return site;
}

bool
nested_clean(struct checker *ck, struct nested_proof *p,
    const struct steps *like, struct steps *st)
{
	const struct prog_handler *h = p->handler;
	const struct prog_lock *l;
	struct solver sv = { .mode = 0 };
	struct steps own = { 0 };

	if (p->nested.end == WALK_FOUND) {
		prove_exit(ck, h->func, 0, h->level, h->level,
		    p->nested.trace, 0, false, &p->alone);
		if (p->alone.end != WALK_FOUND)
			return false;
	}
	witness_registration(ck, h, st);
	if (p->nested.end == WALK_FOUND) {
		witness_path(ck, &sv, &p->alone, frame_of(h, true), &own);
		append(st, &own, like);
	} else {
		l = nest_path(ck, h->func, h->level, p->exit, 0, st);
			back_to_entry(ck, st, l, h->level);
		(void)return_step(ck, h->func, h->level, st);
	}
	st->func = h->func;
	st->entry = h->level;
	st->p[st->n - 1].note = check_fmt(ck, "level %s, as at entry",
	    level_name_of(ck, h->level));
	return true;
}
