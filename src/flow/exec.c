/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Abstract execution of one instruction: assignments write values to places,
 * calls apply rules, or the summaries of what they can reach.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

void
trace_add(struct solver *sv, struct state *s, enum trace_kind kind,
    uint32_t site, node_t before, node_t lock)
{
	struct trace *t;

	if (!sv->tracing)
		return;
	t = arena_alloc(sv->arena, sizeof(*t));
	t->prev = s->trace;
	t->kind = kind;
	t->site = site;
	t->before = before;
	t->after = s->level;
	t->lock = lock;
	t->held = state_count(s);
	t->callee = NO_FUNC;
	t->target = IR_NONE;
	t->at = s->at;
	s->trace = t;
}

void
call_result(struct solver *sv, struct state *s, const struct ir_insn *in,
    node_t value, uint32_t site)
{
	if (in->dst != NULL)
		state_write(sv, s, eval_place(sv, s, in->dst, site), value);
}

/* A call of something that does nothing to the machine. */
void
call_neutral(struct solver *sv, struct state *s, const struct ir_insn *in,
    const node_t *args, node_t ret, uint32_t site, struct state_list *out)
{
	const struct node *p;
	node_t old, place;
	uint32_t i;

	for (i = 0; i < in->nargs; i++) {
		p = node_get(sv->nodes, args[i]);
		if (p->kind != NODE_ADDR || !(p->flags & NODE_INNER))
			continue;
		place = p->a;
		old = state_read(sv, s, place);
		if (!state_saved(sv, s, old) &&
		    node_get(sv->nodes, place)->kind == NODE_LOCAL)
			state_write(sv, s, place, s->at != NULL ?
			    state_leaf(sv, s, NODE_FRESH, place, site) :
			    node_leaf(sv->nodes, NODE_FRESH, place, site));
	}
	call_result(sv, s, in, ret, site);
	vec_push(out, s);
}

/* The same of a function that gives a known range of values. */
static void
call_ranged(struct solver *sv, struct state *s, const struct ir_insn *in,
    const struct summary *sum, const node_t *args, node_t ret, uint32_t site,
    struct state_list *out)
{
	struct fact f;

	call_neutral(sv, s, in, args, ret, site, out);
	if (in->dst == NULL || sum->nseen == 0)
		return;
	f = sum->outcomes[0].result;
	f.value = ret;
	(void)state_narrow(sv, s, &f);
}

void
call_one(struct solver *sv, struct state *s, const struct ir_insn *in,
    func_id callee, const node_t *args, node_t ret, uint32_t site,
    struct state_list *out)
{
	const struct program *p = sv->flow->program;
	const struct prog_func *pf = &p->funcs.p[callee];
	const struct state *before = NULL;
	const struct summary *sum;
	size_t first = 0;
	bool passes;
	int mode;

	if (pf->rule != NULL) {
		call_rule(sv, s, pf->rule, in, args, ret, site, out);
		return;
	}
	if (pf->flags & PROG_NORETURN)
		return;
	if (pf->ir == NULL) {
		ledger_extern(sv->flow, sv->func, callee);
		if (!(pf->flags & PROG_BUILTIN))
			call_absent(sv, s, args, in->nargs);
		call_neutral(sv, s, in, args, ret, site, out);
		return;
	}
	passes = sv->walk != NULL && walk_pass(sv, s, in, callee, args, site);
	if (passes) {
		before = state_copy(sv, s);
		first = out->n;
	} else if (sv->walk != NULL) {
		if (sv->inlines && walk_enter(sv, s, in, callee, args, site,
		    false))
			return;
	} else if (s->nheld > 0 || s->nmaybe > 0)
		entered_add(sv, s, callee);
	sum = summary_for(sv, s, site, callee, args, in->nargs, &mode);
	if (sum->neutral) {
		if (summary_blocks(sv, s, in, site, sum, args))
			return;
		level_peak(sv, s, s->level);
		level_peak(sv, s, sum->peak);
		if (sum->nseen == 1 && sum->outcomes[0].ret != 0)
			summary_apply(sv, s, in, site, callee, mode, sum,
			    args, in->nargs, out);
		else {
			s->slept = s->slept || sum->sleeps;
			blame_call(sv, s, sum, callee, mode);
			call_ranged(sv, s, in, sum, args, ret, site, out);
		}
		return;
	}
	summary_needs(sv, s, site, callee, sum, args, in->nargs);
	summary_apply(sv, s, in, site, callee, mode, sum, args, in->nargs,
	    out);
	if (passes)
		walk_passed(before, out, first);
}

/* Is the wait given a lock to give up meanwhile? */
static bool
gives_up(const struct solver *sv, const struct rule_func *r,
    const struct ir_insn *in, const node_t *args)
{
	int64_t k;

	return r->drops >= 0 && r->drops < in->nargs &&
	    !(node_is_const(sv->nodes, args[r->drops], &k) && k == 0);
}

/* With a spin mutex held nobody may sleep, but where he gives it up. */
static void
check_sleep(struct solver *sv, const struct state *s,
    const struct ir_insn *in, func_id callee, const node_t *args,
    uint32_t site)
{
	const struct prog_func *pf = &sv->flow->program->funcs.p[callee];
	const struct rule_func *r = pf->rule;
	const struct held *h = &s->held[s->nheld - 1];
	struct way_args known = { 0 };
	int64_t k;
	const struct gets_to *to;
	uint32_t i;
	size_t e;

	/* What a callee has taken, another may release. */
	if (sv->flow->adaptive || h->unsure || h->from != NO_FUNC)
		return;
	if (r != NULL) {
		for (e = 0; e < r->neffects; e++)
			if (r->effects[e].what == RULE_EXIT)
				return;
		if (!(r->flags & RULE_SLEEPS) || (gives_up(sv, r, in, args) &&
		    s->nheld == 1))
			return;
		breach(sv, s, (struct breach){ .kind = BREACH_SLEEP,
		    .site = site, .lock = h->lock });
		return;
	}
	if (pf->ir == NULL || flow_summary(sv->flow, callee, 0)->nneeds > 0)
		return;
	for (i = 0; i < in->nargs && i < WAY_ARGS; i++)
		if (node_is_const(sv->nodes, args[i], &k))
			known.v[i] = known_const(k);
	/* What the wait gives up may be what is held here. */
	to = ways_from(sv->flow->ways, callee, &known);
	if (to->firm != NULL)
		breach(sv, s, (struct breach){ .kind = BREACH_SLEEP,
		    .site = site, .lock = h->lock, .way = to->firm });
}

/* Does a rule say that what this call gives back is not NULL? */
static bool
is_never_null(struct solver *sv, const struct state *s, func_id callee,
    const node_t *args, uint32_t nargs)
{
	const struct program *p = sv->flow->program;
	const struct rule_never_null *n = NULL;
	name_t name = p->funcs.p[callee].name;
	node_t cond;

	if (!(p->funcs.p[callee].flags & PROG_NEVER_NULL))
		return false;
	while ((n = rules_never_null(p->rules, name, p->version, n)) != NULL)
		if (rule_test(sv, s, &n->when, args, nargs, 0, &cond) == 1 &&
		    (n->unless.test == RULE_ALWAYS || rule_test(sv, s,
		    &n->unless, args, nargs, 0, &cond) == 0))
			return true;
	return false;
}

/* Of the states from number i on, those whose result can be other than 0. */
static void
without_null(struct solver *sv, const struct ir_insn *in, uint32_t site,
    struct state_list *out, size_t i)
{
	struct fact f = { 0, true, INT64_MIN, INT64_MAX };
	struct state *s;
	size_t n = i;

	for (; i < out->n; i++) {
		s = out->p[i];
		f.value = state_read(sv, s, eval_place(sv, s, in->dst, site));
		if (state_narrow(sv, s, &f))
			out->p[n++] = s;
	}
	out->n = n;
}

static void
exec_call(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, struct state_list *out)
{
	const struct program *p = sv->flow->program;
	const struct prog_site *cs = &sv->pf->sites[in->site];
	node_t stack[16], *args = stack, ret;
	uint32_t i;
	func_id f;
	bool never_null;

	if (sv->probe != NULL)
		sv->probe(sv->probe_ctx, sv, s, in, site);
	if (in->nargs > 16)
		args = arena_alloc(sv->arena, in->nargs * sizeof(*args));
	for (i = 0; i < in->nargs; i++)
		args[i] = eval_expr(sv, s, in->args[i], site);
	ret = state_leaf(sv, s, NODE_RET, 0, site);
	if (cs->ntargets == 0) {
		if (!cs->indirect) {
			f = program_callee(p, sv->func, in->src->name);
			if (f != NO_FUNC)
				bug("call without its target");
		} else {
			s->ngone = 0;
			call_absent(sv, s, args, in->nargs);
		}
		call_neutral(sv, s, in, args, ret, site, out);
		return;
	}
	if (cs->ntargets == 1 && !program_open(p, cs)) {
		if (s->nheld > 0)
			check_sleep(sv, s, in, cs->targets[0], args, site);
		never_null = in->dst != NULL && is_never_null(sv, s,
		    cs->targets[0], args, in->nargs);
		i = (uint32_t)out->n;
		call_one(sv, s, in, cs->targets[0], args, ret, site, out);
		if (never_null)
			without_null(sv, in, site, out, i);
		return;
	}
	if (program_open(p, cs))
		flow_ledger(sv->flow, sv->func, LEDGER_POINTER,
		    sv->ir->files[in->loc.file], in->loc.line,
		    "this call may reach functions that were not given");
	if (sv->walk != NULL)
		walk_targets(sv, s, in, cs, args, site);
	call_targets(sv, s, in, cs, args, ret, site, out);
}

/* ---- instructions ---- */

static void
exec_assign(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	const struct rule_place *mp = machine_place(sv, in->dst);
	node_t place, value;

	if (in->src->kind == IR_OPAQUE)
		value = state_leaf(sv, s, NODE_FRESH, 0, site);
	else
		value = eval_expr(sv, s, in->src, site);
	if (mp != NULL && sv->flow->adaptive)
		return;
	if (mp != NULL && mp->kind == RULE_PLACE_LEVEL) {
		level_set(sv, s, in->src->kind == IR_CONST ? level_numbered(sv,
		    value) : value, site);
		return;
	}
	if (mp != NULL && mp->kind == RULE_PLACE_COUNT) {
		flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
		    sv->ir->files[in->loc.file], in->loc.line,
		    "the count of spin mutexes is changed by hand");
		return;
	}
	place = eval_place(sv, s, in->dst, site);
	state_write(sv, s, place, value);
}

static void
exec_asm(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	uint32_t i;
	node_t place;

	for (i = 0; i < in->nargs; i++) {
		place = eval_place(sv, s, in->args[i], site);
		state_write(sv, s, place, s->at != NULL ?
		    state_leaf(sv, s, NODE_FRESH, place, site) :
		    node_leaf(sv->nodes, NODE_FRESH, place, site));
	}
	flow_ledger(sv->flow, sv->func, LEDGER_ASM,
	    sv->ir->files[in->loc.file], in->loc.line, "asm \"%.40s\"",
	    name_str(sv->flow->program->names, in->name));
}

void
exec_insn(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, struct state_list *out)
{
	switch (in->kind) {
	case IR_ASSIGN:
		exec_assign(sv, s, in, site);
		vec_push(out, s);
		break;
	case IR_ASM:
		exec_asm(sv, s, in, site);
		vec_push(out, s);
		break;
	case IR_CALL:
		exec_call(sv, s, in, site, out);
		break;
	default:
		bug("instruction of kind %d inside a block", in->kind);
	}
}
