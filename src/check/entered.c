/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "check/entered.h"

#define NLOWER	32			/* levels that are remembered */

/* The first spin mutex found below a level, and where it is taken. */
struct lower {
	bool looked;
	const struct prog_lock *lock;	/* NULL: none */
	func_id who;
	uint32_t where;
};

struct entries {
	struct checker *ck;
	struct dispatches *dispatches;
	struct lower lower[NLOWER];
};

struct entries *
entries_find(struct checker *ck)
{
	struct entries *es = ecalloc(1, sizeof(*es));

	es->ck = ck;
	es->dispatches = dispatches_find(ck);
	return es;
}

void
entries_free(struct entries *es)
{
	if (es == NULL)
		return;
	dispatches_free(es->dispatches);
	free(es);
}

/* ---- proof (a) ---- */

/* Is there a way of direct calls from one function to another? */
static bool
reaches(const struct program *p, func_id from, func_id to)
{
	uint8_t *seen = ecalloc(p->funcs.n + 1, 1);
	VEC(func_id) todo = { 0 };
	bool found = false;
	func_id f, g;
	uint32_t i;

	vec_push(&todo, from);
	seen[from] = 1;
	while (todo.n > 0 && !found) {
		f = todo.p[--todo.n];
		found = f == to;
		for (i = 0; i < p->funcs.p[f].nsites; i++) {
			const struct prog_site *cs = &p->funcs.p[f].sites[i];

			if (cs->indirect || cs->ntargets != 1)
				continue;
			g = cs->targets[0];
			if (!seen[g]) {
				seen[g] = 1;
				vec_push(&todo, g);
			}
		}
	}
	free(seen);
	vec_free(&todo);
	return found;
}

/* Proof (a). */
static bool
is_dispatched(const struct entries *es, const struct prog_handler *h,
    struct entry *e)
{
	const struct program *p = es->ck->program;
	const struct dispatch *at = es->dispatches->at.p;
	size_t n = es->dispatches->at.n;
	size_t i, j, k;

	for (i = 0; i < n; i++)
		if (at[i].held && dispatch_calls(&at[i],
		    h->func)) {
			e->by = &at[i];
			return true;
		}
	/* Through a handler that is called that way itself. */
	for (i = 0; i < n; i++) {
		if (at[i].held || !dispatch_calls(&at[i],
		    h->func))
			continue;
		for (j = 0; j < n; j++) {
			if (!at[j].held)
				continue;
			for (k = 0; k < p->handlers.n; k++)
				if (dispatch_calls(&at[j],
				    p->handlers.p[k].func) &&
				    reaches(p, p->handlers.p[k].func,
				    at[i].func)) {
					e->by = &at[j];
					e->via = &p->handlers.p[k];
					return true;
				}
		}
	}
	return false;
}

/* ---- proof (b) ---- */

/* A spin mutex of a level below among those that the call can take. */
static const struct prog_lock *
taken_below(const struct program *p, func_id f, const struct ir_insn *in,
    int level, bool exact)
{
	const struct prog_lock *locks[16];
	size_t n = nest_locks(p, f, in, locks, 16), i;

	if (exact && n != 1)
		return NULL;
	for (i = 0; i < n; i++)
		if (locks[i]->spin == PROG_SPIN && locks[i]->hi >= 0 &&
		    locks[i]->hi < level)
			return locks[i];
	return NULL;
}

/* Somebody who takes one; rather where it is clear which. */
static const struct prog_lock *
lower_mutex(const struct program *p, int level, bool exact, func_id *who,
    uint32_t *where)
{
	const struct prog_lock *l;
	const struct ir_func *ir;
	uint32_t b, k, site;
	size_t f;

	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		if (ir == NULL || p->funcs.p[f].rule != NULL)
			continue;
		for (b = site = 0; b < ir->nblocks; b++)
			for (k = 0; k < ir->blocks[b].ninsns; k++, site++) {
				if (ir->blocks[b].insns[k].kind != IR_CALL)
					continue;
				l = taken_below(p, (func_id)f,
				    &ir->blocks[b].insns[k], level, exact);
				if (l != NULL) {
					*who = (func_id)f;
					*where = site;
					return l;
				}
			}
	}
	return exact ? lower_mutex(p, level, false, who, where) : NULL;
}

/* The same, looked for once for each level. */
static struct lower
lower_than(struct entries *es, int level)
{
	struct lower tmp = { 0 };
	struct lower *l = level < NLOWER ? &es->lower[level] : &tmp;

	if (!l->looked) {
		l->lock = lower_mutex(es->ck->program, level, true, &l->who,
		    &l->where);
		l->looked = true;
	}
	return *l;
}

bool
entered_by(struct entries *es, const struct prog_handler *h,
    struct entry *e)
{

	memset(e, 0, sizeof(*e));
	return is_dispatched(es, h, e) ||
	    lower_than(es, h->level).lock != NULL;
}

const char *
entered_name(struct checker *ck, const struct prog_handler *h,
    const struct entry *e)
{
	const struct program *p = ck->program;

	return name_str(p->names, e->by != NULL ?
	    p->funcs.p[e->by->func].name : h->context->name);
}

/* ---- steps ---- */

/* Every call of the dispatcher that reaches the handler, and who repairs. */
static bool
dispatch_steps(const struct entries *es, const struct prog_handler *h,
    const struct entry *n, struct steps *st)
{
	struct checker *ck = es->ck;
	const struct prog_func *pf = &ck->program->funcs.p[n->by->func];
	const char *name = name_str(ck->program->names, pf->name);
	func_id callee = n->via != NULL ? n->via->func : h->func;
	bool repaired = true;
	size_t i;

	for (i = 0; i < es->dispatches->at.n; i++) {
		const struct dispatch *d = &es->dispatches->at.p[i];
		struct step *s;

		if (d->func != n->by->func || !dispatch_calls(d, callee))
			continue;
		if (d->held) {
			s = witness_insn(ck, pf, d->func, d->enter,
			    STEP_LOCK, 0, st);
			s->after = d->lock_level;
			s->lock = d->lock;
			s->held = 1;
			s->note = check_fmt(ck, "dispatcher %s holds %s "
			    "(%s)", name, d->lock, level_name_of(ck,
			    d->lock_level));
			if (d->has_set) {
				s = witness_insn(ck, pf, d->func, d->set,
				    STEP_LEVEL, 0, st);
				s->before = d->lock_level;
				s->after = h->level;
				s->held = 1;
				s->note = check_fmt(ck, "stores the level "
				    "below it, %s for this handler",
				    level_name_of(ck, h->level));
			}
			s = witness_insn(ck, pf, d->func, d->site,
			    STEP_CALL, 0, st);
			s->held = 1;
			s->note = "calls the handler with the mutex held";
		} else {
			s = witness_insn(ck, pf, d->func, d->site,
			    STEP_CALL, 0, st);
			s->note = check_fmt(ck, "calls the handler with "
			    "whatever the interrupted code holds, %s too",
			    n->by->lock);
		}
		if (d->compared) {
			s = witness_insn(ck, pf, d->func, d->compare,
			    STEP_NOTE, 0, st);
			s->note = "compares the level after the call";
		}
		if (d->repaired) {
			s = witness_insn(ck, pf, d->func, d->repair,
			    STEP_NOTE, 0, st);
			s->note = d->released ? "releases it, and with it "
			    "the level is what it was before" :
			    "repairs the level after the call";
		} else {
			s = witness_insn(ck, pf, d->func, d->site,
			    STEP_NOTE, 0, st);
			s->note = check_fmt(ck, "%s does not repair the "
			    "level after this call", name);
			repaired = false;
		}
	}
	return repaired;
}

/* Proof (b): the code that can be interrupted, and the rules' dispatcher. */
static void
interrupted_steps(struct entries *es, const struct prog_handler *h,
    struct steps *st)
{
	struct checker *ck = es->ck;
	const struct prog_lock *l;
	const struct rule_context *cx = h->context;
	struct step *s;
	struct lower lower = lower_than(es, h->level);
	func_id who = lower.who;
	uint32_t where = lower.where;

	l = lower.lock;
	s = witness_insn(ck, &ck->program->funcs.p[who], who, where,
	    STEP_LOCK, 0, st);
	s->after = l->lo;
	s->lock = l->text;
	s->held = 1;
	s->note = check_fmt(ck, "%s, for one, holds %s (%s), which %s can "
	    "interrupt", name_str(ck->program->names,
	    ck->program->funcs.p[who].name), l->text, level_name_of(ck,
	    l->hi), level_name_of(ck, h->level));
	s = witness_place(ck, STEP_NOTE, h->file, h->line,
	    h->in, cx->repair != NULL ? check_fmt(ck,
	    "repaired: %s", cx->repair) :
	    "nobody is known to repair the level after the call", st);
	s->note = "";
}

bool
entered_steps(struct entries *es, const struct prog_handler *h,
    const struct entry *e, struct steps *st)
{
	bool repaired = h->context->repair != NULL;

	if (e->by != NULL)
		repaired = dispatch_steps(es, h, e, st);
	else
		interrupted_steps(es, h, st);
	if (e->via != NULL)
		witness_registration(es->ck, e->via, st);
	witness_registration(es->ck, h, st);
	return repaired;
}
