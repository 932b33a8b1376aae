/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Verdict B: a handler that is right by itself returns above its level when
 * it is entered with a spin mutex held, because no release in it is the last
 * one.  It is reported where such an entry is real:
 *
 * (a) a dispatcher, a function that calls handlers through a pointer, does so
 *     with a spin mutex held; or a handler called that way calls others;
 * (b) code that the handler can interrupt holds a spin mutex of a lower
 *     level; the rules say who dispatches then, and who repairs.
 *
 * Handlers that share the dispatcher and the mutex that raises them are one
 * finding; the witness is that of the highest entry level.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

#define MAX_LOST	8	/* handlers of a group without an answer */

/* A call of handlers through a pointer. */
struct dispatch {
	func_id func;
	uint32_t site;			/* instruction */
	const struct prog_site *call;
	bool held;			/* a spin mutex is held there */
	int count;			/* so many, at most */
	const char *lock;		/* which, and its level */
	int lock_level;
	uint32_t enter;			/* where it was taken */
	uint32_t set;			/* where the level was stored after */
	bool has_set;
	int level_lo;			/* bounds of the level there */
	uint32_t repair;		/* where the level is put right */
	bool repaired, compared;
	bool released;			/* ... by the release of that mutex */
	uint32_t compare;
};

/* A handler that nests, with what raises it and how it is entered. */
struct nested {
	const struct prog_handler *handler;
	int exit;
	const char *lock;		/* taken at the highest level */
	const struct dispatch *by;	/* NULL: proof (b) */
	const struct prog_handler *via;	/* dispatched itself with it held */
};

/* The first spin mutex found below a level, and where it is taken. */
struct lower {
	bool looked;
	const struct prog_lock *lock;	/* NULL: none */
	func_id who;
	uint32_t where;
};

#define NLOWER	32			/* levels that are remembered */

struct nesting {
	struct checker *ck;
	struct lower lower[NLOWER];
	VEC(struct dispatch) at;
	VEC(struct nested) list;
	/* What is reported: the lock that was proven can join groups. */
	VEC(struct told {
		struct nested first;	/* its lock as proven */
		size_t finding;
	}) told;
};

/* ---- dispatchers ---- */

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
dispatch_at(struct nesting *ns, func_id f, uint32_t site)
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
	struct nesting *ns = ctx;
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

static void
find_dispatchers(struct nesting *ns)
{
	const struct program *p = ns->ck->program;
	uint8_t *is_handler = ecalloc(p->funcs.n + 1, 1);
	const struct ir_func *ir;
	struct dispatch d;
	size_t f, first, i;
	uint32_t b, k, site;

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
}

static bool
calls(const struct dispatch *d, func_id f)
{
	uint32_t i;

	for (i = 0; i < d->call->ntargets; i++)
		if (d->call->targets[i] == f)
			return true;
	return false;
}

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

static void
find_proof(struct nesting *ns, struct nested *n)
{
	const struct program *p = ns->ck->program;
	size_t i, j, k;

	for (i = 0; i < ns->at.n; i++)
		if (ns->at.p[i].held && calls(&ns->at.p[i],
		    n->handler->func)) {
			n->by = &ns->at.p[i];
			return;
		}
	/* Through a handler that is called that way itself. */
	for (i = 0; i < ns->at.n; i++) {
		if (ns->at.p[i].held || !calls(&ns->at.p[i],
		    n->handler->func))
			continue;
		for (j = 0; j < ns->at.n; j++) {
			if (!ns->at.p[j].held)
				continue;
			for (k = 0; k < p->handlers.n; k++)
				if (calls(&ns->at.p[j],
				    p->handlers.p[k].func) &&
				    reaches(p, p->handlers.p[k].func,
				    ns->at.p[i].func)) {
					n->by = &ns->at.p[j];
					n->via = &p->handlers.p[k];
					return;
				}
		}
	}
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
lower_than(struct nesting *ns, int level)
{
	struct lower tmp = { 0 };
	struct lower *l = level < NLOWER ? &ns->lower[level] : &tmp;

	if (!l->looked) {
		l->lock = lower_mutex(ns->ck->program, level, true, &l->who,
		    &l->where);
		l->looked = true;
	}
	return *l;
}

static void
collect(struct nesting *ns)
{
	struct checker *ck = ns->ck;
	size_t i;

	for (i = 0; i < ck->results->handlers.n; i++) {
		const struct handler_result *r = &ck->results->handlers.p[i];
		struct nested n = { r->handler, r->exit_max_nested, NULL,
		    NULL, NULL };

		if (r->exit_max_nested <= r->handler->level ||
		    r->exit_max > r->handler->level)
			continue;
		n.lock = nested_lock(ck, n.handler, n.exit);
		find_proof(ns, &n);
		/* Each member of a group needs a proof of its own. */
		if (n.by != NULL ||
		    lower_than(ns, n.handler->level).lock != NULL)
			vec_push(&ns->list, n);
	}
}

/* ---- findings ---- */

static bool
same_group(const struct nested *a, const struct nested *b)
{
	if (strcmp(a->lock, b->lock) != 0)
		return false;
	if (a->by != NULL || b->by != NULL)
		return a->by != NULL && b->by != NULL &&
		    a->by->func == b->by->func;
	return a->handler->context == b->handler->context;
}

static int
by_rank(const void *a, const void *b, void *ctx)
{
	const struct program *p = ctx;
	const struct nested *x = a, *y = b;
	int c;

	if ((x->via == NULL) != (y->via == NULL))
		return x->via == NULL ? -1 : 1;
	if (x->handler->level != y->handler->level)
		return y->handler->level - x->handler->level;
	if (x->exit != y->exit)
		return y->exit - x->exit;
	c = strcmp(name_str(p->names, p->funcs.p[x->handler->func].name),
	    name_str(p->names, p->funcs.p[y->handler->func].name));
	if (c != 0)
		return c;
	return strcmp(name_str(p->names, p->funcs.p[x->handler->func].file),
	    name_str(p->names, p->funcs.p[y->handler->func].file));
}

/* Every call of the dispatcher that reaches the handler, and who repairs. */
static bool
dispatch_steps(struct nesting *ns, const struct nested *n, struct steps *st)
{
	struct checker *ck = ns->ck;
	const struct prog_func *pf = &ck->program->funcs.p[n->by->func];
	const char *name = name_str(ck->program->names, pf->name);
	func_id callee = n->via != NULL ? n->via->func : n->handler->func;
	bool repaired = true;
	size_t i;

	for (i = 0; i < ns->at.n; i++) {
		const struct dispatch *d = &ns->at.p[i];
		struct step *s;

		if (d->func != n->by->func || !calls(d, callee))
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
				s->after = n->handler->level;
				s->held = 1;
				s->note = check_fmt(ck, "stores the level "
				    "below it, %s for this handler",
				    level_name_of(ck, n->handler->level));
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
static bool
interrupted_steps(struct nesting *ns, const struct nested *n,
    struct steps *st)
{
	struct checker *ck = ns->ck;
	const struct prog_lock *l;
	const struct rule_context *cx = n->handler->context;
	struct step *s;
	struct lower lower = lower_than(ns, n->handler->level);
	func_id who = lower.who;
	uint32_t where = lower.where;

	l = lower.lock;
	if (l == NULL)
		return false;
	s = witness_insn(ck, &ck->program->funcs.p[who], who, where,
	    STEP_LOCK, 0, st);
	s->after = l->lo;
	s->lock = l->text;
	s->held = 1;
	s->note = check_fmt(ck, "%s, for one, holds %s (%s), which %s can "
	    "interrupt", name_str(ck->program->names,
	    ck->program->funcs.p[who].name), l->text, level_name_of(ck,
	    l->hi), level_name_of(ck, n->handler->level));
	s = witness_place(ck, STEP_NOTE, n->handler->file, n->handler->line,
	    n->handler->in, cx->repair != NULL ? check_fmt(ck,
	    "repaired: %s", cx->repair) :
	    "nobody is known to repair the level after the call", st);
	s->note = "";
	return true;
}

/*
 * The handler of a group that is shown: the first of which a path is known,
 * brought to the front; those that have none leave the group.  false: nobody
 * is left.
 */
static bool
choose_first(struct checker *ck, struct nested *n, size_t *count,
    struct nested_proof *p)
{
	struct nested_proof tmp;
	struct nested first;
	size_t i, k, lost = 0;
	enum walk_end end = WALK_NONE;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < *count && end != WALK_FOUND && lost < MAX_LOST; i++) {
		end = nested_prove(ck, n[i].handler, n[i].by != NULL ?
		    n[i].by->count : 1, n[i].exit, &tmp);
		if (end == WALK_NONE) {
			nested_proof_free(&tmp);
			memmove(&n[i], &n[i + 1], (*count - i - 1) *
			    sizeof(*n));
			--*count;
			i--;
			continue;
		}
		n[i].exit = tmp.exit;
		lost += end == WALK_GAVE_UP;
		if (end == WALK_FOUND || i == 0) {
			nested_proof_free(p);
			*p = tmp;
			first = n[i];
			for (k = i; k > 0; k--)
				n[k] = n[k - 1];
			n[0] = first;
		} else
			nested_proof_free(&tmp);
	}
	return *count > 0;
}

/* The same dispatcher and mutex as in a finding: its members join that one. */
static bool
joins(struct nesting *ns, const struct nested *n, size_t count,
    const char *lock)
{
	struct nested first = *n;
	const struct prog_handler **others;
	struct finding *fi;
	size_t i;

	first.lock = lock;
	for (i = 0; i < ns->told.n; i++)
		if (same_group(&ns->told.p[i].first, &first))
			break;
	if (i == ns->told.n) {
		struct told t = { first, ns->ck->results->findings.n };

		vec_push(&ns->told, t);
		return false;
	}
	fi = &ns->ck->results->findings.p[ns->told.p[i].finding];
	others = arena_alloc(ns->ck->arena, (fi->nothers + count) *
	    sizeof(*others));
	if (fi->nothers > 0)
		memcpy(others, fi->others, fi->nothers * sizeof(*others));
	for (i = 0; i < count; i++)
		others[fi->nothers++] = n[i].handler;
	fi->others = others;
	return true;
}

static void
report_group(struct nesting *ns, struct nested *n, size_t count)
{
	struct checker *ck = ns->ck;
	const struct program *p = ck->program;
	const struct prog_handler *h, **others;
	const char *name, *lock, *by;
	struct steps st = { 0 }, clean = { 0 };
	struct nested_proof proof;
	struct finding *fi;
	uint32_t site;
	bool repaired;
	size_t i;

	if (!choose_first(ck, n, &count, &proof))
		return;
	h = n->handler;
	name = name_str(p->names, p->funcs.p[h->func].name);
	if (n->by != NULL)
		repaired = dispatch_steps(ns, n, &st);
	else {
		repaired = h->context->repair != NULL;
		if (!interrupted_steps(ns, n, &st)) {
			free(st.p);
			nested_proof_free(&proof);
			return;
		}
	}
	if (n->via != NULL)
		witness_registration(ck, n->via, &st);
	witness_registration(ck, h, &st);
	site = nested_steps(ck, &proof, &lock, &st);
	if (joins(ns, n, count, lock)) {
		vec_free(&st.hops);
		vec_free(&st.values);
		free(st.p);
		nested_proof_free(&proof);
		return;
	}
	fi = finding_add(ck, 2, h->func, h, site);
	if (repaired)
		fi->severity = SEVERITY_NOTE;
	fi->entry = h->level;
	fi->exit = proof.exit;
	by = n->by != NULL ? check_fmt(ck, "entered with %s held, as "
	    "%s does with %s", proof.held == 1 ? "a spin mutex" :
	    "two spin mutexes", name_str(p->names,
	    p->funcs.p[n->by->func].name), n->by->lock) :
	    "the interrupted code holds a spin mutex";
	fi->message = check_fmt(ck, "%s, registered at %s, returns at %s "
	    "after %s if %s; %s", name, handler_level_of(ck, h),
	    level_name_of(ck, proof.exit), lock, by, repaired ?
	    "the dispatcher repairs it" : "nobody repairs it");
	others = arena_alloc(ck->arena, count * sizeof(*others));
	for (i = 1; i < count; i++)
		others[i - 1] = n[i].handler;
	fi->others = others;
	fi->nothers = count - 1;
	finding_ledger(ck, fi, h->func);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock,
	    n->by != NULL ? name_str(p->names,
	    p->funcs.p[n->by->func].name) : name_str(p->names,
	    h->context->name)));
	if (nested_clean(ck, &proof, &st, &clean)) {
		witness_close(ck, fi, "entered with a spin mutex held", &st);
		witness_close(ck, fi, "entered with none held", &clean);
		fi->witnesses[fi->nwitnesses - 1].clean = WALK_CLEAN;
	} else
		witness_close(ck, fi, "entered with a spin mutex held", &st);
	nested_proof_free(&proof);
}

void
check_nested(struct checker *ck)
{
	struct nesting ns = { .ck = ck };
	struct nested tmp;
	size_t i, j, n;

	find_dispatchers(&ns);
	collect(&ns);
	if (ns.list.n > 0)
		qsort_r(ns.list.p, ns.list.n, sizeof(*ns.list.p), by_rank,
		    (void *)(uintptr_t)ck->program);
	/* Bring each group together behind its first, keeping the rank. */
	for (i = 0; i < ns.list.n; i = n) {
		for (j = n = i + 1; j < ns.list.n; j++)
			if (same_group(&ns.list.p[i], &ns.list.p[j])) {
				tmp = ns.list.p[j];
				memmove(&ns.list.p[n + 1], &ns.list.p[n],
				    (j - n) * sizeof(tmp));
				ns.list.p[n++] = tmp;
			}
		report_group(&ns, &ns.list.p[i], n - i);
	}
	vec_free(&ns.told);
	vec_free(&ns.at);
	vec_free(&ns.list);
}
