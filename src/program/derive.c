/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Derived calls: a function that hands its own parameter on to a call that
 * registers a handler, or initialises a lock, is itself such a call.
 *
 * The functions that the rules name come first.  Their callers are looked
 * at: where a slot that counts is a parameter of the caller, the caller gets
 * a pattern and its callers are looked at in turn, until there are no new
 * patterns.  Calls through pointers count like direct ones.  Then each call
 * of a function that has a pattern gives facts, one for each combination of
 * what its slots can be.
 *
 * Inside of a function that a rule names, what is made of a handler or lock
 * that is its parameter is the rule's business; what it registers or
 * initialises of its own counts.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

#define PATTERNS_MAX	48		/* for one function */

struct run {
	struct program *p;
	const struct derive_kind *kind;
	struct derive *out;
	VEC(func_id) queue;		/* patterns are new */
	bool *queued;
	bool *interesting;		/* calls something with a pattern */
	bool facts;			/* the last pass */
};

/* ---- one call ---- */

struct site {
	struct origin *o;
	const struct ir_insn *insn;
	func_id target;
	bool indirect;
};

static void
slot_leaves(const struct site *s, const struct leaf *slot,
    struct leaves *out)
{
	struct origin *o = s->o;

	switch (slot->kind) {
	case LEAF_PARAM:
		if (slot->index >= s->insn->nargs)
			leaf_add(out, (struct leaf){ .kind = LEAF_UNKNOWN });
		else if (slot->member != 0)
			origin_member(o, s->insn->args[slot->index],
			    slot->member, out);
		else
			origin_value(o, s->insn->args[slot->index], out);
		break;
	case LEAF_RESULT:
		origin_fate(o, s->insn, out);
		break;
	default:
		leaf_add(out, *slot);
		break;
	}
}

static bool
pattern_equal(const struct pattern *a, const struct pattern *b)
{
	unsigned i;

	for (i = 0; i < DERIVE_SLOTS; i++)
		if (!leaf_equal(&a->slot[i], &b->slot[i]))
			return false;
	return a->rule == b->rule;
}

static void
add_pattern(struct run *r, func_id f, const struct pattern *pat)
{
	patterns_t *list = &r->out->of[f];
	size_t i;

	for (i = 0; i < list->n; i++)
		if (pattern_equal(&list->p[i], pat))
			return;
	if (list->n >= PATTERNS_MAX)
		return;
	vec_push(list, *pat);
	if (!r->queued[f]) {
		r->queued[f] = true;
		vec_push(&r->queue, f);
	}
}

/*
 * Is it the callers who say what the call does?  Where a rule names the
 * function, or nobody calls it, only the first slot asks for that.
 */
static bool
derives(const struct run *r, const struct pattern *pat, bool all)
{
	unsigned i;

	for (i = 0; i < (all ? DERIVE_SLOTS : 1); i++)
		if (r->kind->triggers & 1u << i &&
		    (pat->slot[i].kind == LEAF_PARAM ||
		    pat->slot[i].kind == LEAF_RESULT))
			return true;
	return false;
}

static void
use(struct run *r, const struct site *s, const struct pattern *pat)
{
	const struct prog_func *pf = &r->p->funcs.p[s->o->func];
	struct pattern rule;
	struct fact f;
	bool named;

	named = r->kind->rule(r->p, s->o->func, pf->ir->nparams, &rule);
	if (derives(r, pat, !named && pf->ncallers > 0)) {
		if (!r->facts && !named)
			add_pattern(r, s->o->func, pat);
		return;
	}
	if (!r->facts)
		return;
	f = (struct fact){ .rule = pat->rule, .in = s->o->func,
	    .api = s->target, .insn = s->insn, .indirect = s->indirect };
	memcpy(f.slot, pat->slot, sizeof(f.slot));
	vec_push(&r->out->facts, f);
}

/* Every combination of what the slots can be. */
static void
expand(struct run *r, const struct site *s, const struct pattern *pat)
{
	struct leaves leaves[DERIVE_SLOTS];
	struct pattern one = { .rule = pat->rule };
	unsigned i, at[DERIVE_SLOTS] = { 0 };

	for (i = 0; i < DERIVE_SLOTS; i++) {
		leaves[i].n = 0;
		slot_leaves(s, &pat->slot[i], &leaves[i]);
		if (leaves[i].n == 0)
			return;
	}
	do {
		for (i = 0; i < DERIVE_SLOTS; i++)
			one.slot[i] = leaves[i].v[at[i]];
		use(r, s, &one);
		for (i = 0; i < DERIVE_SLOTS && ++at[i] == leaves[i].n; i++)
			at[i] = 0;
	} while (i < DERIVE_SLOTS);
}

/* ---- all calls ---- */

static void
call(struct run *r, struct site *s)
{
	const patterns_t *list = &r->out->of[s->target];
	struct pattern pat;
	size_t i;

	if (r->kind->rule(r->p, s->target, s->insn->nargs, &pat)) {
		expand(r, s, &pat);
		return;
	}
	/* Expanding can add to the list of a function that calls itself. */
	for (i = 0; i < list->n; i++) {
		pat = list->p[i];
		expand(r, s, &pat);
	}
}

static bool
has_pattern(struct run *r, func_id f, unsigned nargs)
{
	struct pattern pat;

	return r->out->of[f].n > 0 || r->kind->rule(r->p, f, nargs, &pat);
}

static void
look_into(struct run *r, func_id f)
{
	const struct prog_func *pf = &r->p->funcs.p[f];
	const struct prog_site *ps;
	struct origin o;
	struct site s = { .o = &o };
	uint32_t i, k;

	origin_open(&o, r->p, f);
	for (i = 0; i < pf->nsites; i++) {
		ps = &pf->sites[i];
		s.insn = r->p->link->insns[f][i];
		s.indirect = ps->indirect;
		for (k = 0; k < ps->ntargets; k++) {
			s.target = ps->targets[k];
			if (has_pattern(r, s.target, s.insn->nargs))
				call(r, &s);
		}
	}
	origin_close(&o);
}

/* Is the function named by a rule, for any number of arguments? */
static bool
named(struct run *r, func_id f)
{
	struct pattern pat;
	unsigned n;

	for (n = 0; n < 16; n++)
		if (r->kind->rule(r->p, f, n, &pat))
			return true;
	return false;
}

struct derive *
derive_run(struct program *p, const struct derive_kind *kind)
{
	struct run r = { .p = p, .kind = kind };
	const struct prog_func *pf;
	func_id f;
	uint32_t i;

	r.out = ecalloc(1, sizeof(*r.out));
	r.out->of = ecalloc(p->funcs.n, sizeof(*r.out->of));
	r.queued = ecalloc(p->funcs.n, sizeof(*r.queued));
	r.interesting = ecalloc(p->funcs.n, sizeof(*r.interesting));
	for (f = (func_id)p->funcs.n; f-- > 0; )
		if (named(&r, f)) {
			r.queued[f] = true;
			vec_push(&r.queue, f);
		}
	while (r.queue.n > 0) {
		f = r.queue.p[--r.queue.n];
		r.queued[f] = false;
		pf = &p->funcs.p[f];
		for (i = 0; i < pf->ncallers; i++) {
			r.interesting[pf->callers[i]] = true;
			look_into(&r, pf->callers[i]);
		}
	}
	r.facts = true;
	for (f = 0; f < p->funcs.n; f++)
		if (r.interesting[f])
			look_into(&r, f);
	vec_free(&r.queue);
	free(r.queued);
	free(r.interesting);
	return r.out;
}

void
derive_free(struct program *p, struct derive *d)
{
	func_id f;

	for (f = 0; f < p->funcs.n; f++)
		vec_free(&d->of[f]);
	free(d->of);
	vec_free(&d->facts);
	free(d);
}
