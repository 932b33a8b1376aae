/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"
#include "check/reach.h"

#define MAX_LOCKS	16	/* that one acquire can mean; more: unknown */
#define MAX_OUTCOMES_SAID 4	/* in words, that differ */

const char *
act_name(enum act_kind k)
{
	static const char *const name[] = {
		"raise", "set", "restore", "take", "release", "sleep",
		"store", "unknown"
	};

	return name[k];
}

struct reacher {
	struct checker *ck;
	const struct program *p;
	struct reach *out;
	uint8_t *loud;			/* by func_id: not quiet */
	uint8_t *reached;		/* by func_id */
};

static bool
has_body(const struct program *p, func_id f)
{
	return p->funcs.p[f].ir != NULL && p->funcs.p[f].rule == NULL;
}

static const struct rule_func *
rule_called(const struct prog_func *pf, const struct ir_insn *in,
    const struct program *p)
{
	const struct prog_site *s = &pf->sites[in->site];

	return s->ntargets == 1 ? p->funcs.p[s->targets[0]].rule : NULL;
}

static bool
stores_level(const struct program *p, const struct ir_insn *in)
{
	const struct rule_place *r;

	if (in->kind != IR_ASSIGN || in->dst->kind != IR_FIELD)
		return false;
	r = rules_place(p->rules, in->dst->record, in->dst->name);
	return r != NULL && r->kind == RULE_PLACE_LEVEL;
}

/* ---- quiet and reached ---- */

/* Does the function do something by itself, or something unknown? */
static bool
is_loud(const struct program *p, func_id f)
{
	const struct prog_func *pf = &p->funcs.p[f];
	const struct rule_func *r;
	const struct ir_insn *in;
	uint32_t b, i;

	for (i = 0; i < pf->nsites; i++) {
		if (pf->sites[i].ntargets == 0)
			return true;
		r = p->funcs.p[pf->sites[i].targets[0]].rule;
		if (r != NULL && (r->neffects > 0 ||
		    (r->flags & RULE_SLEEPS)))
			return true;
	}
	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			in = &pf->ir->blocks[b].insns[i];
			if (stores_level(p, in))
				return true;
		}
	return false;
}

static void
find_loud(struct reacher *r)
{
	const struct program *p = r->p;
	VEC(func_id) todo = { 0 };
	func_id f, g;
	uint32_t i;

	for (f = 0; f < p->funcs.n; f++)
		if (has_body(p, f) && is_loud(p, f)) {
			r->loud[f] = 1;
			vec_push(&todo, f);
		}
	while (todo.n > 0) {
		f = todo.p[--todo.n];
		for (i = 0; i < p->funcs.p[f].ncallers; i++) {
			g = p->funcs.p[f].callers[i];
			if (has_body(p, g) && !r->loud[g]) {
				r->loud[g] = 1;
				vec_push(&todo, g);
			}
		}
	}
	vec_free(&todo);
}

static void
find_reached(struct reacher *r)
{
	const struct program *p = r->p;
	const struct prog_func *pf;
	VEC(func_id) todo = { 0 };
	size_t i;
	uint32_t k;
	func_id f;

	for (i = 0; i < p->handlers.n; i++) {
		f = p->handlers.p[i].func;
		if (has_body(p, f) && !r->reached[f]) {
			r->reached[f] = 1;
			vec_push(&todo, f);
		}
	}
	while (todo.n > 0) {
		pf = &p->funcs.p[todo.p[--todo.n]];
		for (k = 0; k < pf->nsites; k++) {
			if (!call_resolved(&pf->sites[k]))
				continue;
			f = pf->sites[k].targets[0];
			if (p->funcs.p[f].flags & PROG_NORETURN)
				continue;
			if (!has_body(p, f) || !r->loud[f] || r->reached[f])
				continue;
			r->reached[f] = 1;
			vec_push(&todo, f);
		}
	}
	vec_free(&todo);
}

/* ---- acts ---- */

static void
add_act(struct reacher *r, func_id f, const struct ir_insn *in,
    enum act_kind kind, const struct rule_effect *e)
{
	const struct prog_func *pf = &r->p->funcs.p[f];
	struct act a = { .func = f, .kind = kind, .lo = -1, .hi = -1 };
	const struct prog_lock *locks[MAX_LOCKS], *l;
	struct span s;
	size_t n;

	a.file = pf->ir->files[in->loc.file];
	a.line = in->loc.line;
	if (r->reached[f] || kind == ACT_TAKE)
		a.text = witness_text(r->ck, pf->ir, in);
	if (in->kind == IR_CALL) {
		s = flow_before(r->ck->flow, f, in->site);
		a.lo = s.lo;
		a.hi = s.hi;
	}
	if (e != NULL && e->lock.kind == RULE_LOCK_ARG && e->lock.arg >= 0 &&
	    e->lock.arg < in->nargs) {
		n = program_value_locks(r->p, f, in->args[e->lock.arg],
		    locks, MAX_LOCKS);
		if (n <= MAX_LOCKS) {
			a.locks = arena_alloc(r->ck->arena, (n + 1) *
			    sizeof(*a.locks));
			if (n > 0)
				memcpy(a.locks, locks, n * sizeof(*locks));
			a.nlocks = n;
		}
	} else if (e != NULL && e->lock.kind == RULE_LOCK_FIELD) {
		l = program_lock(r->p, program_key_field(r->p,
		    e->lock.record, e->lock.field));
		if (l != NULL) {
			a.locks = arena_alloc(r->ck->arena,
			    sizeof(*a.locks));
			a.locks[0] = l;
			a.nlocks = 1;
		}
	}
	vec_push(&r->out->acts, a);
}

static void
acts_of_call(struct reacher *r, func_id f, const struct ir_insn *in)
{
	static const int kinds[] = {
		[RULE_RAISE] = ACT_RAISE, [RULE_SET] = ACT_SET,
		[RULE_RESTORE] = ACT_RESTORE, [RULE_ENTER] = ACT_TAKE,
		[RULE_EXIT] = ACT_RELEASE, [RULE_COUNT] = -1
	};
	const struct prog_func *pf = &r->p->funcs.p[f];
	const struct rule_func *rule;
	size_t i;
	int kind;

	if (pf->sites[in->site].ntargets == 0 && r->reached[f])
		add_act(r, f, in, ACT_UNKNOWN, NULL);
	rule = rule_called(pf, in, r->p);
	if (rule == NULL)
		return;
	if ((rule->flags & RULE_SLEEPS) && r->reached[f])
		add_act(r, f, in, ACT_SLEEP, NULL);
	for (i = 0; i < rule->neffects; i++) {
		kind = kinds[rule->effects[i].what];
		if (kind == ACT_TAKE || (kind >= 0 && r->reached[f]))
			add_act(r, f, in, (enum act_kind)kind,
			    &rule->effects[i]);
	}
}

static void
find_acts(struct reacher *r)
{
	const struct ir_func *ir;
	const struct ir_insn *in;
	uint32_t b, i;
	func_id f;

	for (f = 0; f < r->p->funcs.n; f++) {
		if (!has_body(r->p, f) || !r->loud[f])
			continue;
		ir = r->p->funcs.p[f].ir;
		for (b = 0; b < ir->nblocks; b++)
			for (i = 0; i < ir->blocks[b].ninsns; i++) {
				in = &ir->blocks[b].insns[i];
				if (in->kind == IR_CALL)
					acts_of_call(r, f, in);
				else if (r->reached[f] &&
				    stores_level(r->p, in))
					add_act(r, f, in, ACT_STORE, NULL);
			}
	}
}

/* ---- calls ---- */

/* To which level a function raises at least; -1: not above its entry. */
static int
peak_of(struct reacher *r, func_id f)
{
	const struct summary *sum;
	int lo, hi;

	if (!has_body(r->p, f))
		return -1;
	sum = r->ck->flow->sums[(size_t)f * NMODES];
	if (sum == NULL)
		return -1;
	level_bounds(r->ck->flow->nodes, level_at(r->ck->flow->nodes,
	    sum->peak, 0, 0), &lo, &hi);
	return lo > 0 ? lo : -1;
}

static bool
any_loud(const struct reacher *r, const struct prog_site *s)
{
	uint32_t i;

	for (i = 0; i < s->ntargets; i++)
		if (r->loud[s->targets[i]] && !(r->p->funcs.p[s->targets[
		    i]].flags & PROG_NORETURN))
			return true;
	return false;
}

/* One edge for each callee, and one for each pointer as it is written. */
static bool
edge_known(const struct reacher *r, size_t first, const struct edge *e)
{
	const struct edge *o;
	size_t i;

	for (i = first; i < r->out->edges.n; i++) {
		o = &r->out->edges.p[i];
		if (o->callee == e->callee && (e->callee != NO_FUNC ||
		    strcmp(o->text, e->text) == 0))
			return true;
	}
	return false;
}

static void
edges_of(struct reacher *r, func_id f, struct reached *out)
{
	const struct prog_func *pf = &r->p->funcs.p[f];
	const struct prog_site *s;
	const struct ir_insn *in;
	size_t first = r->out->edges.n;
	uint32_t b, i, k;
	struct buf t = { 0 };
	int peak;

	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			struct edge e = { .caller = f, .callee = NO_FUNC,
			    .peak = -1 };

			in = &pf->ir->blocks[b].insns[i];
			if (in->kind != IR_CALL)
				continue;
			s = &pf->sites[in->site];
			if (s->ntargets == 0 || (s->ntargets == 1 &&
			    r->p->funcs.p[s->targets[0]].rule != NULL))
				continue;
			if (!any_loud(r, s)) {
				out->quiet++;
				continue;
			}
			e.file = pf->ir->files[in->loc.file];
			e.line = in->loc.line;
			e.indirect = s->indirect;
			if (s->indirect) {
				buf_clear(&t);
				ir_print_c(r->p->names, pf->ir, in->src, &t);
				e.text = arena_strndup(r->ck->arena, t.p,
				    t.n);
			}
			if (s->ntargets == 1)
				e.callee = s->targets[0];
			else {
				e.targets = s->targets;
				e.ntargets = s->ntargets;
			}
			if (edge_known(r, first, &e))
				continue;
			for (k = 0; k < s->ntargets; k++) {
				peak = peak_of(r, s->targets[k]);
				e.peak = peak > e.peak ? peak : e.peak;
			}
			vec_push(&r->out->edges, e);
		}
	buf_free(&t);
}

/* ---- in words ---- */

static void
say(struct buf *b, bool *any, const char *what)
{
	buf_str(b, *any ? ", " : "");
	buf_str(b, what);
	*any = true;
}

static void
say_lock(struct reacher *r, func_id f, node_t lock, struct buf *b)
{
	const struct ir_func *ir = r->p->funcs.p[f].ir;

	if (lock == 0 || (node_get(r->ck->flow->nodes, lock)->flags &
	    NODE_INNER))
		buf_str(b, "a spin mutex");
	else
		node_print(r->ck->flow, ir, lock, b);
}

static void
say_level(struct reacher *r, func_id f, node_t level, struct buf *b,
    bool *any)
{
	const struct nodes *t = r->ck->flow->nodes;
	const struct node *n = node_get(t, level);

	switch (n->kind) {
	case NODE_ENTRY:
		return;
	case NODE_SAVED:
		say(b, any, "restores the level that its caller's mutex "
		    "saved");
		return;
	case NODE_MIN:
		/* What a restore does on a port where it only lowers. */
		if (node_get(t, n->a)->kind == NODE_ENTRY ||
		    node_get(t, n->b)->kind == NODE_ENTRY) {
			say(b, any, "restores ");
			level = node_get(t, n->a)->kind == NODE_ENTRY ? n->b :
			    n->a;
			break;
		}
		/* FALLTHROUGH */
	default:
		say(b, any, "leaves the level at ");
	}
	level_print(r->ck->flow, r->p->funcs.p[f].ir, level, b);
}

static void
say_outcome(struct reacher *r, func_id f, const struct outcome *o, int mode,
    struct buf *b)
{
	bool any = false;
	uint32_t i;

	say_level(r, f, o->level, b, &any);
	for (i = 0; i < o->nheld; i++) {
		say(b, &any, "returns with ");
		say_lock(r, f, o->held[i].lock, b);
		buf_str(b, " held");
	}
	for (i = 0; i < o->nreleased; i++) {
		say(b, &any, "releases ");
		say_lock(r, f, o->released[i], b);
		buf_str(b, " of its caller");
	}
	if (o->nreleased == 0 && o->left < mode)
		say(b, &any, "releases a spin mutex of its caller");
	if (o->escapes)
		say(b, &any, "hands the level from before out");
	if (!any)
		buf_str(b, EFFECT_NONE);
}

/* "result 0", or "" where nothing is known of it. */
static void
say_result(const struct outcome *o, struct buf *b)
{
	if (o->result.lo == o->result.hi)
		buf_fmt(b, "result %lld", (long long)o->result.lo);
	else if (o->result.nonzero)
		buf_str(b, "result not 0");
}

/* Outcomes that read the same are said once. */
struct said {
	struct buf result, text;
};

static size_t
say_all(struct reacher *r, func_id f, const struct summary *sum, int mode,
    struct said *said, size_t max)
{
	struct buf result = { 0 }, text = { 0 };
	size_t n = 0, k;
	uint32_t i;

	for (i = 0; i < (sum->neutral ? 1 : sum->nseen); i++) {
		buf_clear(&result);
		buf_clear(&text);
		say_result(&sum->outcomes[i], &result);
		say_outcome(r, f, &sum->outcomes[i], mode, &text);
		for (k = 0; k < n; k++)
			if (strcmp(said[k].text.p, text.p) == 0)
				break;
		if (k < n) {
			if (result.n != said[k].result.n || (result.n > 0 &&
			    strcmp(result.p, said[k].result.p) != 0))
				buf_clear(&said[k].result);
			continue;
		}
		if (n == max)
			break;
		buf_add(&said[n].text, text.p, text.n);
		buf_add(&said[n++].result, result.p, result.n);
	}
	buf_free(&result);
	buf_free(&text);
	return n;
}

static const char *
effect_of(struct reacher *r, func_id f)
{
	struct flow *fl = r->ck->flow;
	const struct summary *sum;
	struct said said[MAX_OUTCOMES_SAID] = { 0 };
	struct buf b = { 0 };
	const char *s;
	size_t i, n;
	int mode;

	mode = flow_natural(fl, f);
	if (mode == NMODES)
		return "not known";
	sum = flow_summary(fl, f, mode);
	if (sum->nseen == 0)
		return "does not return";
	n = say_all(r, f, sum, mode, said, MAX_OUTCOMES_SAID);
	for (i = 0; i < n; i++) {
		buf_str(&b, i > 0 ? "; " : "");
		if (n > 1 && said[i].result.n > 0)
			buf_fmt(&b, "%s: ", said[i].result.p);
		else if (i > 0)
			buf_str(&b, "or ");
		buf_str(&b, said[i].text.p);
		buf_free(&said[i].result);
		buf_free(&said[i].text);
	}
	s = arena_strndup(r->ck->arena, b.p, b.n);
	buf_free(&b);
	return s;
}

static void
find_edges(struct reacher *r)
{
	const struct flow *fl = r->ck->flow;
	struct reached x;
	func_id f;

	for (f = 0; f < r->p->funcs.n; f++) {
		if (!r->reached[f])
			continue;
		memset(&x, 0, sizeof(x));
		x.func = f;
		x.peak = peak_of(r, f);
		x.sleeps = fl->sums[(size_t)f * NMODES] != NULL &&
		    fl->sums[(size_t)f * NMODES]->sleeps;
		x.effect = effect_of(r, f);
		x.nledger = fl->rests[f].n;
		x.ledger = arena_alloc(r->ck->arena, (x.nledger + 1) *
		    sizeof(*x.ledger));
		if (x.nledger > 0)
			memcpy(x.ledger, fl->rests[f].p, x.nledger *
			    sizeof(*x.ledger));
		edges_of(r, f, &x);
		vec_push(&r->out->funcs, x);
	}
}

void
check_reach(struct checker *ck)
{
	struct reacher r = { .ck = ck, .p = ck->program,
	    .out = &ck->results->reach };

	r.loud = ecalloc(r.p->funcs.n + 1, 1);
	r.reached = ecalloc(r.p->funcs.n + 1, 1);
	find_loud(&r);
	find_reached(&r);
	find_acts(&r);
	find_edges(&r);
	free(r.loud);
	free(r.reached);
}
