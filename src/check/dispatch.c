/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Dispatchers: a probe of their states says what they hold when they call,
 * and the blocks after the call whether they look at the level, or set it.
 */

#include <stdlib.h>
#include <string.h>

#include "check/dispatch.h"

static bool
targets_handler(const struct program *p, const struct prog_site *cs,
    const uint8_t *is_handler)
{
	uint32_t i;

	(void)p;
	if (!cs->indirect)
		return false;
	for (i = 0; i < cs->ntargets; i++)
		if (is_handler[cs->targets[i]])
			return true;
	return false;
}

static struct dispatch *
dispatch_at(struct dispatches *ns, func_id f, uint32_t site)
{
	size_t i;

	for (i = 0; i < ns->at.n; i++)
		if (ns->at.p[i].func == f && ns->at.p[i].site == site)
			return &ns->at.p[i];
	return NULL;
}

/* See in which states the dispatcher calls. */
static void
probe(void *ctx, struct solver *sv, const struct state *s,
    const struct ir_insn *in, uint32_t site)
{
	struct dispatches *ns = ctx;
	struct dispatch *d = dispatch_at(ns, sv->func, site);
	const struct trace *t;
	const struct prog_lock *l;
	const struct held *h;
	int lo, hi, ll, lh;

	(void)in;
	if (d == NULL || s->nheld == 0)
		return;
	if (state_count(s) > d->count)
		d->count = state_count(s);
	if (d->held)
		return;
	h = &s->held[s->nheld - 1];
	d->held = true;
	d->enter = h->site;
	l = h->lock != 0 ? lock_class(sv, h->lock) : NULL;
	level_bounds(sv->nodes, h->level, &ll, &lh);
	d->lock_level = ll;
	d->lock = l != NULL ? l->text : "a spin mutex";
	level_bounds(sv->nodes, s->level, &lo, &hi);
	d->level_lo = lo;
	for (t = s->trace; t != NULL && t->site != h->site; t = t->prev)
		if (t->kind == TRACE_LEVEL && !d->has_set) {
			d->has_set = true;
			d->set = t->site;
		}
}

static bool
reads_level(const struct rules *r, const struct ir_expr *e)
{
	const struct rule_place *mp;

	switch (e->kind) {
	case IR_FIELD:
		mp = rules_place(r, e->record, e->name);
		return (mp != NULL && mp->kind == RULE_PLACE_LEVEL) ||
		    reads_level(r, e->a);
	case IR_BINARY:
	case IR_INDEX:
		return reads_level(r, e->a) || reads_level(r, e->b);
	case IR_UNARY:
	case IR_DEREF:
	case IR_ADDR:
		return reads_level(r, e->a);
	default:
		return false;
	}
}

/* Does the instruction give the level a value of its own? */
static bool
sets_level(const struct program *p, func_id f, const struct ir_insn *in)
{
	const struct rule_place *mp;
	const struct rule_func *r;
	func_id g;
	size_t i;

	if (in->kind == IR_ASSIGN && in->dst->kind == IR_FIELD) {
		mp = rules_place(p->rules, in->dst->record, in->dst->name);
		return mp != NULL && mp->kind == RULE_PLACE_LEVEL;
	}
	if (in->kind != IR_CALL || in->src->kind != IR_GLOBAL ||
	    in->name != 0)
		return false;
	g = program_callee(p, f, in->src->name);
	r = g != NO_FUNC ? p->funcs.p[g].rule : NULL;
	for (i = 0; r != NULL && i < r->neffects; i++)
		if (r->effects[i].what == RULE_SET ||
		    r->effects[i].what == RULE_RESTORE)
			return true;
	return false;
}

/* Does it release a spin mutex? */
static bool
releases(const struct program *p, func_id f, const struct ir_insn *in)
{
	const struct prog_lock *l = in->kind == IR_CALL ?
	    nest_lock(p, f, in, false) : NULL;

	return l != NULL && l->spin == PROG_SPIN;
}

struct scan {
	const struct program *p;
	bool (*repairs)(const struct program *, func_id,
	    const struct ir_insn *);
	struct dispatch *d;
	const struct ir_func *ir;
	uint8_t *seen;
	uint32_t *base;
	bool escapes;			/* a return without repair */
};

/* Follow the blocks after the call until the level is set, or a return. */
static void
scan_block(struct scan *sc, uint32_t b, uint32_t i, bool compared)
{
	const struct ir_block *blk = &sc->ir->blocks[b];
	const struct ir_insn *in;
	uint32_t k, t;

	for (; i < blk->ninsns; i++) {
		in = &blk->insns[i];
		if (sc->repairs(sc->p, sc->d->func, in)) {
			if (!sc->d->repaired)
				sc->d->repair = sc->base[b] + i;
			sc->d->repaired = true;
			return;
		}
		if (in->kind == IR_RET) {
			sc->escapes |= !compared;
			return;
		}
	}
	in = ir_terminator(blk);
	if (in->kind == IR_BRANCH && reads_level(sc->p->rules, in->src) &&
	    !sc->d->compared) {
		/* It looks: the side that finds a difference repairs. */
		sc->d->compared = compared = true;
		sc->d->compare = sc->base[b] + blk->ninsns - 1;
	}
	for (k = 0; (t = ir_successor(blk, k)) != IR_NONE; k++)
		if (!sc->seen[t]) {
			sc->seen[t] = 1;
			scan_block(sc, t, 0, compared);
		}
}

static void
find_repair(const struct program *p, struct dispatch *d,
    bool (*repairs)(const struct program *, func_id, const struct ir_insn *))
{
	const struct ir_func *ir = p->funcs.p[d->func].ir;
	struct scan sc = { p, repairs, d, ir, NULL, NULL, false };
	uint32_t b, n;

	sc.seen = ecalloc(ir->nblocks, 1);
	sc.base = ecalloc(ir->nblocks, sizeof(*sc.base));
	for (b = n = 0; b < ir->nblocks; b++) {
		sc.base[b] = n;
		n += ir->blocks[b].ninsns;
	}
	for (b = 0; b + 1 < ir->nblocks && sc.base[b + 1] <= d->site; )
		b++;
	scan_block(&sc, b, d->site - sc.base[b] + 1, false);
	if (sc.escapes)
		d->repaired = false;
	free(sc.seen);
	free(sc.base);
}

/*
 * Where no mutex is held but the dispatcher's own, its release is the last one
 * and brings back the level from before it was taken.
 */
static void
find_release(const struct program *p, struct dispatch *d)
{

	if (d->repaired || !d->held || d->count > 1)
		return;
	find_repair(p, d, releases);
	d->released = d->repaired;
}

struct dispatches *
dispatches_find(struct checker *ck)
{
	struct dispatches *ns = ecalloc(1, sizeof(*ns));
	const struct program *p = ck->program;
	uint8_t *is_handler = ecalloc(p->funcs.n + 1, 1);
	const struct ir_func *ir;
	struct dispatch d;
	size_t f, first, i;
	uint32_t b, k, site;

	ns->ck = ck;

	for (i = 0; i < p->handlers.n; i++)
		if (p->handlers.p[i].context->count ==
		    RULE_COUNT_INTERRUPTED)
			is_handler[p->handlers.p[i].func] = 1;
	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		if (ir == NULL || p->funcs.p[f].rule != NULL)
			continue;
		first = ns->at.n;
		for (b = site = 0; b < ir->nblocks; b++)
			for (k = 0; k < ir->blocks[b].ninsns; k++, site++) {
				const struct ir_insn *in =
				    &ir->blocks[b].insns[k];

				if (in->kind != IR_CALL ||
				    !targets_handler(p,
				    &p->funcs.p[f].sites[in->site],
				    is_handler))
					continue;
				memset(&d, 0, sizeof(d));
				d.func = (func_id)f;
				d.site = site;
				d.call = &p->funcs.p[f].sites[in->site];
				find_repair(p, &d, sets_level);
				vec_push(&ns->at, d);
			}
		if (ns->at.n > first) {
			int mode = flow_natural(ns->ck->flow, (func_id)f);
			struct summary sum;

			if (mode < NMODES)
				solver_free(flow_replay(ns->ck->flow,
				    (func_id)f, mode, &sum, probe, ns));
			for (i = first; i < ns->at.n; i++)
				find_release(p, &ns->at.p[i]);
		}
	}
	free(is_handler);
	return ns;
}

void
dispatches_free(struct dispatches *ns)
{

	vec_free(&ns->at);
	free(ns);
}

bool
dispatch_calls(const struct dispatch *d, func_id f)
{
	uint32_t i;

	for (i = 0; i < d->call->ntargets; i++)
		if (d->call->targets[i] == f)
			return true;
	return false;
}
