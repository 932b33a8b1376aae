/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Solving: every function is executed abstractly, once for each number of
 * spin mutexes with which somebody calls it.
 *
 *	for every function, callees first:
 *		run it from its entry, states at each block, until no block
 *		has a new state; export its exits as a summary
 *
 * A call asks for the callee's summary in the mode of the state at the call,
 * which solves it if nobody did.  A summary that is asked for while it is
 * being solved (recursion, also through pointers) is empty: no way back is
 * known yet.  When a summary turns out different from what its readers saw,
 * they are solved again, until nothing changes: the least fixpoint.
 *
 * Most functions do nothing to the machine and neither do their callees.
 * They are recognised by their calls alone and not executed.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define MAX_APART	(MAX_STATES / 2) /* states that a trace keeps apart */
#define MAX_RESOLVE	16	/* times one summary is solved again */
#define MAX_ROUNDS	4	/* of asking who holds what */
#define MAX_CASES	24	/* of a switch that its default excludes */

/* ---- preparation of one function ---- */

/*
 * The number of an instruction counts from 0 over the blocks in order.
 */
const struct ir_insn *
solver_insn(const struct ir_func *ir, uint32_t site)
{
	uint32_t b;

	for (b = 0; b < ir->nblocks; b++) {
		if (site < ir->blocks[b].ninsns)
			return &ir->blocks[b].insns[site];
		site -= ir->blocks[b].ninsns;
	}
	bug("instruction out of range");
}

static const struct ir_insn *
terminator(const struct ir_block *b)
{
	return &b->insns[b->ninsns - 1];
}

/* Reverse postorder; an edge to a block on the stack makes it a head. */
static void
number_blocks(struct solver *sv)
{
	const struct ir_func *ir = sv->ir;
	uint32_t *stack, *next, n, b, t, order;
	uint8_t *color;

	stack = emalloc((ir->nblocks + 1) * sizeof(*stack));
	next = ecalloc(ir->nblocks, sizeof(*next));
	color = ecalloc(ir->nblocks, 1);
	order = ir->nblocks;
	for (b = 0; b < ir->nblocks; b++)
		sv->order[b] = IR_NONE;
	n = 0;
	stack[n++] = 0;
	color[0] = 1;
	while (n > 0) {
		b = stack[n - 1];
		t = ir_successor(terminator(&ir->blocks[b]), next[b]++);
		if (t == IR_NONE) {
			color[b] = 2;
			sv->order[b] = --order;
			sv->in_order[order] = b;
			n--;
		} else if (color[t] == 0) {
			color[t] = 1;
			stack[n++] = t;
		} else if (color[t] == 1)
			sv->head[t] = 1;
	}
	free(stack);
	free(next);
	free(color);
}

/*
 * A switch has no default if its default goes where a case of its own goes
 * on to: behind the switch.
 */
static void
find_implicit(struct solver *sv)
{
	const struct ir_insn *in, *end;
	uint32_t b, i, k, t;

	for (b = 0; b < sv->ir->nblocks; b++) {
		in = terminator(&sv->ir->blocks[b]);
		if (in->kind != IR_SWITCH)
			continue;
		for (i = 0; i < in->nargs; i++) {
			end = terminator(&sv->ir->blocks[in->cases[i].target]);
			for (k = 0; (t = ir_successor(end, k)) != IR_NONE;
			    k++)
				if (t == in->target[0] &&
				    in->cases[i].target != t)
					sv->implicit[b] = 1;
		}
	}
}

struct uses {
	struct solver *sv;
	uint64_t *live;
};

static void
use_expr(struct uses *u, const struct ir_expr *e, bool addr)
{
	switch (e->kind) {
	case IR_LOCAL:
		if (addr)
			u->sv->addressed[e->local] = 1;
		u->live[e->local / 64] |= (uint64_t)1 << (e->local % 64);
		break;
	case IR_FIELD:
		use_expr(u, e->a, addr);
		break;
	case IR_INDEX:
		use_expr(u, e->a, addr);
		use_expr(u, e->b, false);
		break;
	case IR_DEREF:
	case IR_UNARY:
		use_expr(u, e->a, false);
		break;
	case IR_ADDR:
		use_expr(u, e->a, true);
		break;
	case IR_BINARY:
		use_expr(u, e->a, false);
		use_expr(u, e->b, false);
		break;
	default:
		break;
	}
}

/* Uses and definitions of an instruction, going backwards. */
static void
live_insn(struct uses *u, const struct ir_insn *in)
{
	uint32_t i, k;

	if (in->dst != NULL) {
		if (in->dst->kind == IR_LOCAL) {
			k = in->dst->local;
			u->live[k / 64] &= ~((uint64_t)1 << (k % 64));
		} else
			use_expr(u, in->dst, false);
	}
	if (in->src != NULL)
		use_expr(u, in->src, false);
	if (in->kind == IR_CALL || in->kind == IR_ASM)
		for (i = 0; i < in->nargs; i++)
			use_expr(u, in->args[i], false);
}

static void
compute_live(struct solver *sv)
{
	const struct ir_func *ir = sv->ir;
	struct uses u = { sv, NULL };
	uint32_t b, i, w, t;
	uint64_t x;
	bool changed;

	u.live = arena_alloc(sv->arena, sv->nwords * sizeof(*u.live));
	for (b = 0; b < ir->nblocks; b++)
		sv->live[b] = arena_alloc(sv->arena,
		    sv->nwords * sizeof(**sv->live));
	do {
		changed = false;
		for (b = ir->nblocks; b-- > 0; ) {
			memset(u.live, 0, sv->nwords * sizeof(*u.live));
			for (i = 0; (t = ir_successor(terminator(
			    &ir->blocks[b]), i)) != IR_NONE; i++)
				for (w = 0; w < sv->nwords; w++)
					u.live[w] |= sv->live[t][w];
			for (i = ir->blocks[b].ninsns; i-- > 0; )
				live_insn(&u, &ir->blocks[b].insns[i]);
			for (w = 0; w < sv->nwords; w++) {
				x = sv->live[b][w] | u.live[w];
				changed |= x != sv->live[b][w];
				sv->live[b][w] = x;
			}
		}
	} while (changed);
}

static struct solver *
solver_new(struct flow *fl, func_id f, int mode)
{
	struct solver *sv;
	struct arena *a = arena_new();
	uint32_t b, n;

	sv = arena_alloc(a, sizeof(*sv));
	sv->arena = a;
	sv->flow = fl;
	sv->nodes = fl->nodes;
	sv->func = f;
	sv->pf = &fl->program->funcs.p[f];
	sv->ir = sv->pf->ir;
	sv->mode = mode;
	sv->max_states = fl->adaptive ? MAX_STATES_ADAPTIVE : MAX_STATES;
	sv->max_steps = fl->adaptive ? MAX_STEPS_ADAPTIVE : MAX_STEPS;
	sv->base = arena_alloc(a, sv->ir->nblocks * sizeof(*sv->base));
	for (b = n = 0; b < sv->ir->nblocks; b++) {
		sv->base[b] = n;
		n += sv->ir->blocks[b].ninsns;
	}
	sv->released_site = arena_alloc(a, n);
	sv->ended_site = arena_alloc(a, n);
	sv->head = arena_alloc(a, sv->ir->nblocks);
	sv->order = arena_alloc(a, sv->ir->nblocks * sizeof(*sv->order));
	sv->in_order = arena_alloc(a, sv->ir->nblocks *
	    sizeof(*sv->in_order));
	sv->todo = arena_alloc(a, (sv->ir->nblocks / 64 + 1) *
	    sizeof(*sv->todo));
	sv->live = arena_alloc(a, sv->ir->nblocks * sizeof(*sv->live));
	sv->nwords = sv->ir->nlocals / 64 + 1;
	sv->addressed = arena_alloc(a, sv->ir->nlocals + 1);
	sv->at = arena_alloc(a, sv->ir->nblocks * sizeof(*sv->at));
	sv->implicit = arena_alloc(a, sv->ir->nblocks);
	sv->gives_pointer = *name_str(fl->program->names, sv->ir->sig) ==
	    'p';
	number_blocks(sv);
	find_implicit(sv);
	compute_live(sv);
	correlate_prepare(sv);
	return sv;
}

void
solver_free(struct solver *sv)
{
	uint32_t b;

	if (sv == NULL)
		return;
	for (b = 0; b < sv->ir->nblocks; b++) {
		free(sv->at[b].p);
		free(sv->at[b].todo);
	}
	vec_free(&sv->blamed);
	vec_free(&sv->exits);
	vec_free(&sv->exit_sites);
	vec_free(&sv->exit_values);
	vec_free(&sv->breaches);
	vec_free(&sv->needs);
	vec_free(&sv->unheld);
	arena_free(sv->arena);
}

/* ---- running ---- */

static void
block_todo(struct solver *sv, uint32_t block, uint32_t i)
{
	uint32_t k = sv->order[block];

	sv->at[block].todo[i] = true;
	sv->todo[k / 64] |= (uint64_t)1 << (k % 64);
}

/* The first block in order that has a new state, or IR_NONE. */
static uint32_t
next_block(struct solver *sv)
{
	uint32_t w, k;

	for (w = 0; w <= sv->ir->nblocks / 64; w++)
		if (sv->todo[w] != 0) {
			k = w * 64 + (uint32_t)__builtin_ctzll(sv->todo[w]);
			sv->todo[w] &= sv->todo[w] - 1;
			return sv->in_order[k];
		}
	return IR_NONE;
}

/*
 * A witness must not go one way by what another path knew, so a trace keeps
 * states apart that are joined otherwise; except where a loop begins, and not
 * without a limit.  Returns a state that is just the same, or NULL.
 */
static struct state *
find_equal(const struct solver *sv, const struct state *s, uint32_t block,
    uint32_t *i)
{
	const struct block_states *at = &sv->at[block];

	for (*i = 0; *i < at->n; ++*i)
		if (state_equal(sv, at->p[*i], s))
			return at->p[*i];
	return NULL;
}

/* Hand a state to a block; it is the solver's afterwards. */
static void
arrive(struct solver *sv, struct state *s, uint32_t block)
{
	struct block_states *at = &sv->at[block];
	struct state *old;
	uint32_t i;

	state_enter_block(sv, s, block);
	old = correlate_choose(sv, s, block, &i);
	if (old != NULL && sv->tracing && !sv->head[block] &&
	    at->n < MAX_APART)
		old = find_equal(sv, s, block, &i);
	if (old != NULL) {
		if (state_join(sv, old, s, block))
			block_todo(sv, block, i);
		return;
	}
	if (at->n == sv->max_states) {
		sv->budget = true;
		return;
	}
	if (at->n == at->cap) {
		at->cap = at->cap == 0 ? 4 : at->cap * 2;
		at->p = erealloc(at->p, at->cap * sizeof(*at->p));
		at->todo = erealloc(at->todo, at->cap * sizeof(*at->todo));
	}
	at->p[at->n++] = s;
	block_todo(sv, block, at->n - 1);
}

static void
trace_branch(struct solver *sv, struct state *s, enum trace_kind kind,
    uint32_t site, uint32_t target, bool taken)
{
	struct trace *t;

	if (!sv->tracing)
		return;
	trace_add(sv, s, kind, site, s->level, 0);
	t = (struct trace *)(uintptr_t)s->trace;
	t->target = target;
	t->taken = taken;
}

static void
run_branch(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, uint32_t block)
{
	struct state *no;
	node_t v;
	int truth;

	v = exec_eval(sv, s, in->src, site);
	correlate_note(sv, block, v);
	truth = state_truth(sv, s, v);
	if (truth >= 0) {
		trace_branch(sv, s, TRACE_FOLLOW, site,
		    in->target[truth ? 0 : 1], truth);
		arrive(sv, s, in->target[truth ? 0 : 1]);
		return;
	}
	no = state_copy(sv, s);
	if (state_assume(sv, s, v, true)) {
		trace_branch(sv, s, TRACE_BRANCH, site, in->target[0], true);
		arrive(sv, s, in->target[0]);
	}
	if (state_assume(sv, no, v, false)) {
		trace_branch(sv, no, TRACE_BRANCH, site, in->target[1],
		    false);
		arrive(sv, no, in->target[1]);
	}
}

/* Take a case: a single value is compared, so that != is remembered, too. */
static bool
assume_case(struct solver *sv, struct state *s, node_t v,
    const struct ir_case *c, bool taken)
{
	struct fact f = { v, false, c->lo, c->hi };

	if (c->lo == c->hi)
		return state_assume(sv, s, node_binary(sv->nodes, IR_OP_EQ,
		    v, node_const(sv->nodes, c->lo)), taken);
	return !taken || state_narrow(sv, s, &f);
}

static void
run_switch(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, uint32_t block)
{
	struct state *c;
	struct fact g;
	node_t v;
	uint32_t i;

	v = exec_eval(sv, s, in->src, site);
	correlate_note(sv, block, v);
	for (i = 0; i < in->nargs; i++) {
		c = state_copy(sv, s);
		if (!assume_case(sv, c, v, &in->cases[i], true))
			continue;
		trace_branch(sv, c, TRACE_BRANCH, site, in->cases[i].target,
		    false);
		arrive(sv, c, in->cases[i].target);
	}
	/* The default: none of the cases, which cut off ends of the range. */
	state_fact(sv, s, v, &g);
	for (i = 0; i < in->nargs; i++)
		if (in->cases[i].lo <= g.lo && g.lo <= in->cases[i].hi) {
			if (in->cases[i].hi >= g.hi)
				return;
			g.lo = in->cases[i].hi + 1;
		}
	if (!state_narrow(sv, s, &g))
		return;
	for (i = 0; i < in->nargs && in->nargs <= MAX_CASES; i++)
		if (!assume_case(sv, s, v, &in->cases[i], false))
			return;
	trace_branch(sv, s, TRACE_BRANCH, site, in->target[0], false);
	if (s->nocase == 0 && sv->implicit[block])
		s->nocase = site + 1;
	arrive(sv, s, in->target[0]);
}

static void
run_return(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	node_t v = 0;

	if (in->src != NULL)
		v = exec_eval(sv, s, in->src, site);
	trace_add(sv, s, TRACE_RETURN, site, s->level, 0);
	vec_push(&sv->exits, s);
	vec_push(&sv->exit_sites, site);
	vec_push(&sv->exit_values, v);
}

/* Run one state through the rest of a block. */
static void
run_from(struct solver *sv, struct state *s, uint32_t block, uint32_t i)
{
	const struct ir_block *b = &sv->ir->blocks[block];
	const struct ir_insn *in;
	struct state_list out = { 0 };
	uint32_t site;
	size_t k;

	for (;; i++) {
		in = &b->insns[i];
		site = sv->base[block] + i;
		if (++sv->steps > sv->max_steps) {
			sv->budget = true;
			break;
		}
		switch (in->kind) {
		case IR_GOTO:
			arrive(sv, s, in->target[0]);
			break;
		case IR_BRANCH:
			run_branch(sv, s, in, site, block);
			break;
		case IR_SWITCH:
			run_switch(sv, s, in, site, block);
			break;
		case IR_RET:
			run_return(sv, s, in, site);
			break;
		case IR_UNREACHABLE:
			break;
		default:
			out.n = 0;
			exec_insn(sv, s, in, site, &out);
			for (k = 1; k < out.n; k++)
				run_from(sv, out.p[k], block, i + 1);
			if (out.n == 0)
				break;
			s = out.p[0];
			continue;
		}
		break;
	}
	free(out.p);
}

static void
run(struct solver *sv)
{
	uint32_t b, i;

	arrive(sv, state_new(sv), 0);
	while ((b = next_block(sv)) != IR_NONE && sv->steps <= sv->max_steps)
		for (i = 0; i < sv->at[b].n; i++)
			if (sv->at[b].todo[i]) {
				sv->at[b].todo[i] = false;
				run_from(sv, state_copy(sv, sv->at[b].p[i]),
				    b, 0);
			}
	sv->flow->counts.steps += sv->steps;
}

/* ---- functions without effect ---- */

static bool
rule_is_plain(const struct flow *fl, const struct rule_func *r)
{
	size_t i;

	/* Of adaptive mutexes, only what may enter or exit one. */
	if (fl->adaptive) {
		for (i = 0; i < r->neffects; i++)
			if ((r->effects[i].what == RULE_ENTER ||
			    r->effects[i].what == RULE_EXIT) &&
			    r->effects[i].spin != RULE_SPIN)
				return false;
		return true;
	}
	return r->neffects == 0 && r->result == RULE_RESULT_UNKNOWN &&
	    r->saves_to < 0;
}

/* Stores to the machine's own members. */
static bool
stores_machine(const struct flow *fl, const struct ir_insn *in)
{
	return in->kind == IR_ASSIGN && in->dst->kind == IR_FIELD &&
	    rules_place(fl->program->rules, in->dst->record,
	    in->dst->name) != NULL;
}

enum touches { TOUCHES_UNKNOWN, TOUCHES_NOT, TOUCHES };

/* Does the function do something to the machine by itself? */
static bool
touches_machine(struct flow *fl, func_id f)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f], *g;
	const struct ir_func *ir = pf->ir;
	uint32_t b, i, k;

	if (fl->machine[f] != TOUCHES_UNKNOWN)
		return fl->machine[f] == TOUCHES;
	fl->machine[f] = TOUCHES;
	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++) {
			g = &p->funcs.p[pf->sites[i].targets[k]];
			if (g->rule != NULL && !rule_is_plain(fl, g->rule))
				return true;
		}
	for (b = 0; b < ir->nblocks && !fl->adaptive; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++)
			if (stores_machine(fl, &ir->blocks[b].insns[i]))
				return true;
	fl->machine[f] = TOUCHES_NOT;
	return false;
}

/* A short function that returns a pointer may say which lock it is. */
static bool
is_getter(const struct flow *fl, const struct ir_func *ir)
{
	const char *sig = name_str(fl->program->names, ir->sig);

	return sig[0] == 'p' && ir->nblocks <= 4;
}

/* Callees of a function that is not executed; arrays grow by doubling. */
static uint32_t *
below_add(struct flow *fl, uint32_t *below, uint32_t *n, func_id callee,
    int mode)
{
	uint32_t slot = callee * NMODES + (uint32_t)mode, *new, i;

	for (i = 0; i < *n; i++)
		if (below[i] == slot)
			return below;
	if ((*n & (*n - 1)) == 0) {
		new = arena_alloc(fl->arena, (*n == 0 ? 1 : *n * 2) *
		    sizeof(*new));
		if (*n > 0)
			memcpy(new, below, *n * sizeof(*new));
		below = new;
	}
	below[(*n)++] = slot;
	return below;
}

/* The constant that every return gives, or 0. */
static node_t
constant_result(struct flow *fl, const struct ir_func *ir)
{
	const struct ir_insn *in;
	const struct ir_expr *value = NULL;
	uint32_t b;

	for (b = 0; b < ir->nblocks; b++) {
		in = terminator(&ir->blocks[b]);
		if (in->kind != IR_RET)
			continue;
		if (in->src == NULL || in->src->kind != IR_CONST ||
		    (value != NULL && value->value != in->src->value))
			return 0;
		value = in->src;
	}
	return value != NULL ? node_const(fl->nodes, value->value) : 0;
}

/*
 * Is the function without effect because all it calls are?  Fills in the
 * summary if so.
 */
static bool
plain(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f];
	const struct prog_site *cs;
	const struct summary *callee;
	node_t peak = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	uint8_t faults = 0;
	uint32_t *below = NULL, nbelow = 0, i, k;

	if (is_getter(fl, pf->ir) || touches_machine(fl, f))
		return false;
	for (i = 0; i < pf->nsites; i++) {
		cs = &pf->sites[i];
		for (k = 0; k < cs->ntargets; k++) {
			const struct prog_func *g =
			    &p->funcs.p[cs->targets[k]];

			if (g->rule != NULL || g->ir == NULL)
				continue;
			callee = flow_summary(fl, cs->targets[k], mode);
			if (callee->nneeds > 0 || (callee->nseen > 0 &&
			    !callee->neutral))
				return false;
			peak = level_max(fl->nodes, peak, callee->peak);
			if (callee->faults == 0 || cs->ntargets != 1)
				continue;
			faults |= callee->faults;
			below = below_add(fl, below, &nbelow,
			    cs->targets[k], mode);
		}
	}
	memset(sum, 0, sizeof(*sum));
	sum->outcomes = arena_alloc(fl->arena, sizeof(*sum->outcomes));
	sum->outcomes[0].level = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	sum->outcomes[0].peak = peak;
	sum->outcomes[0].left = mode;
	sum->outcomes[0].saved = mode > 0 ? node_leaf(fl->nodes, NODE_SAVED,
	    0, 0) : 0;
	sum->outcomes[0].result.lo = INT64_MIN;
	sum->outcomes[0].result.hi = INT64_MAX;
	sum->outcomes[0].ret = constant_result(fl, pf->ir);
	if (sum->outcomes[0].ret != 0) {
		(void)node_is_const(fl->nodes, sum->outcomes[0].ret,
		    &sum->outcomes[0].result.lo);
		sum->outcomes[0].result.hi = sum->outcomes[0].result.lo;
		sum->outcomes[0].result.nonzero =
		    sum->outcomes[0].result.lo != 0;
	}
	sum->noutcomes = sum->nseen = 1;
	sum->neutral = true;
	sum->plain = true;
	sum->peak = peak;
	sum->faults = faults;
	sum->below = below;
	sum->nbelow = nbelow;
	return true;
}

void
ledger_extern(struct flow *fl, func_id f, func_id callee)
{
	const struct prog_func *pf = &fl->program->funcs.p[callee];

	if (!(pf->flags & PROG_BUILTIN))
		flow_ledger(fl, f, LEDGER_EXTERN, 0, 0,
		    "%s has no body and no rule",
		    name_str(fl->program->names, pf->name));
}

/* Externals and assembly of functions that are not executed. */
static void
plain_ledger(struct flow *fl, func_id f)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f], *g;
	const struct ir_insn *in;
	uint32_t b, i, k;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++) {
			g = &p->funcs.p[pf->sites[i].targets[k]];
			if (g->rule == NULL && g->ir == NULL)
				ledger_extern(fl, f, pf->sites[i].targets[k]);
		}
	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			in = &pf->ir->blocks[b].insns[i];
			if (in->kind == IR_ASM)
				flow_ledger(fl, f, LEDGER_ASM,
				    pf->ir->files[in->loc.file],
				    in->loc.line, "asm \"%.40s\"",
				    name_str(p->names, in->name));
		}
}

/* ---- summaries ---- */

/* Whoever read f in this mode has to look again. */
static void
mark_callers(struct flow *fl, func_id f, int mode)
{
	struct summary *sum;
	const struct prog_func *pf = &fl->program->funcs.p[f];
	uint32_t i;
	int m;

	for (i = 0; i < pf->ncallers; i++)
		for (m = 0; m < NMODES; m++) {
			size_t k = (size_t)pf->callers[i] * NMODES +
			    (size_t)m;

			sum = fl->sums[k];
			if (sum != NULL && !sum->dirty && !sum->busy &&
			    (sum->modes >> mode & 1)) {
				sum->dirty = true;
				vec_push(&fl->queue, (uint32_t)k);
			}
		}
}

static void
compute(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	struct solver *sv;

	if (plain(fl, f, mode, sum)) {
		plain_ledger(fl, f);
		return;
	}
	sv = solver_new(fl, f, mode);
	run(sv);
	summary_make(sv, sum);
	if (sv->budget) {
		flow_ledger(fl, f, LEDGER_BUDGET, fl->program->funcs.p[f].file,
		    fl->program->funcs.p[f].line,
		    "too many states: not every path was followed");
	}
	solver_free(sv);
}

static void
resolve(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	struct summary new;
	uint32_t times;
	uint8_t modes = fl->modes;
	bool asked;

	sum->busy = true;
	sum->asked = false;
	fl->modes = 0;
	compute(fl, f, mode, &new);
	new.modes = fl->modes;
	fl->modes = modes;
	asked = sum->asked;
	times = sum->times;
	new.times = times + 1;
	if (summary_equal(sum, &new) && (times > 0 || !asked)) {
		sum->busy = false;
		sum->times = times + 1;
		/* Keep marks and sites, which readers do not look at. */
		new.busy = false;
		new.dirty = sum->dirty;
		*sum = new;
		return;
	}
	new.dirty = sum->dirty;
	*sum = new;
	if (times > 0 || asked)
		mark_callers(fl, f, mode);
}

const struct summary *
flow_summary(struct flow *fl, func_id f, int mode)
{
	struct summary **slot = &fl->sums[(size_t)f * NMODES + (size_t)mode];

	if (fl->program->funcs.p[f].ir == NULL)
		bug("summary of a function without body");
	fl->modes |= (uint8_t)(1 << mode);
	if (*slot != NULL) {
		if ((*slot)->busy)
			(*slot)->asked = true;
		return *slot;
	}
	*slot = arena_alloc(fl->arena, sizeof(**slot));
	(*slot)->peak = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	fl->counts.summaries++;
	resolve(fl, f, mode, *slot);
	return *slot;
}

/* Solve again whatever read something that has changed since. */
static void
settle(struct flow *fl)
{
	struct summary *sum;
	size_t i;
	uint32_t k;

	for (i = 0; i < fl->queue.n; i++) {
		k = fl->queue.p[i];
		sum = fl->sums[k];
		sum->dirty = false;
		if (sum->times >= MAX_RESOLVE) {
			flow_ledger(fl, k / NMODES, LEDGER_BUDGET,
			    fl->program->funcs.p[k / NMODES].file,
			    fl->program->funcs.p[k / NMODES].line,
			    "recursion does not settle");
			continue;
		}
		resolve(fl, k / NMODES, (int)(k % NMODES), sum);
	}
	fl->queue.n = 0;
}

/* Does a summary need what some caller may hold? */
static bool
needs_caller(const struct flow *fl, func_id f, const struct summary *sum)
{
	uint32_t i;

	for (i = 0; i < sum->nneeds; i++)
		if (entered_with(fl, f, &sum->needs[i]))
			return true;
	return false;
}

int
flow_natural(struct flow *fl, func_id f)
{
	int m;

	for (m = 0; m < (fl->adaptive ? 1 : NMODES); m++)
		if (!needs_caller(fl, f, flow_summary(fl, f, m)))
			break;
	settle(fl);
	return m;
}

struct solver *
flow_replay(struct flow *fl, func_id f, int mode, struct summary *out,
    probe_fn *probe, void *ctx)
{
	struct solver *sv;

	(void)flow_summary(fl, f, mode);
	settle(fl);
	sv = solver_new(fl, f, mode);
	sv->tracing = true;
	sv->probe = probe;
	sv->probe_ctx = ctx;
	run(sv);
	summary_make(sv, out);
	return sv;
}

struct span
flow_before(const struct flow *fl, func_id f, uint32_t site)
{
	static const struct span none = { -1, -1 };

	return fl->before[f] != NULL ? fl->before[f][site] : none;
}

uint32_t
flow_ledger(struct flow *fl, func_id f, enum ledger_kind kind, name_t file,
    uint32_t line, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	uint32_t id;
	size_t i, n;

	if (fl->adaptive && kind != LEDGER_BUDGET)
		return UINT32_MAX;
	n = fl->adaptive ? (size_t)snprintf(text, sizeof(text),
	    "adaptive mutexes: ") : 0;
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	id = ledger_add(fl->program->ledger, kind,
	    fl->program->funcs.p[f].name, file, line, "%s", text);
	for (i = 0; i < fl->rests[f].n; i++)
		if (fl->rests[f].p[i] == id)
			return id;
	vec_push(&fl->rests[f], id);
	return id;
}

static int
by_component(const void *a, const void *b, void *ctx)
{
	const struct program *p = ctx;
	func_id x = *(const func_id *)a, y = *(const func_id *)b;

	if (p->funcs.p[x].scc != p->funcs.p[y].scc)
		return p->funcs.p[x].scc < p->funcs.p[y].scc ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Again, with what keepers hold as their defect. */
static void
solve_keepers(struct flow *fl, const func_id *order, size_t n)
{
	size_t i;

	for (i = 0; i < fl->program->funcs.n * NMODES; i++)
		if (fl->keeper[i / NMODES] && fl->sums[i] != NULL &&
		    !fl->sums[i]->dirty) {
			fl->sums[i]->dirty = true;
			vec_push(&fl->queue, (uint32_t)i);
		}
	settle(fl);
	entered_close(fl);
	for (i = 0; i < n; i++)
		(void)flow_natural(fl, order[i]);
}

static struct flow *
solve(struct program *p, bool adaptive)
{
	struct flow *fl;
	func_id *order;
	size_t i, n;
	int rounds;

	fl = ecalloc(1, sizeof(*fl));
	fl->program = p;
	fl->adaptive = adaptive;
	fl->arena = arena_new();
	fl->nodes = nodes_new(program_level_max(p));
	fl->sums = ecalloc(p->funcs.n * NMODES + 1, sizeof(*fl->sums));
	fl->consumed = ecalloc(p->funcs.n + 1, 1);
	fl->ways = ways_new(p);
	fl->breaking = ecalloc(p->funcs.n + 1, 1);
	fl->keeper = ecalloc(p->funcs.n + 1, 1);
	fl->misreleases = ecalloc(p->funcs.n + 1, 1);
	fl->entered = ecalloc(p->funcs.n + 1, sizeof(*fl->entered));
	fl->machine = ecalloc(p->funcs.n + 1, 1);
	fl->before = ecalloc(p->funcs.n + 1, sizeof(*fl->before));
	fl->rests = ecalloc(p->funcs.n + 1, sizeof(*fl->rests));
	order = emalloc((p->funcs.n + 1) * sizeof(*order));
	for (i = n = 0; i < p->funcs.n; i++)
		if (p->funcs.p[i].ir != NULL && p->funcs.p[i].rule == NULL)
			order[n++] = (func_id)i;
	qsort_r(order, n, sizeof(*order), by_component, p);
	for (i = 0; i < n; i++) {
		(void)flow_summary(fl, order[i], 0);
		settle(fl);
	}
	/* What a round finds about callers can ask for further modes. */
	for (rounds = 0; rounds < MAX_ROUNDS; rounds++) {
		entered_close(fl);
		for (i = 0; i < n; i++)
			(void)flow_natural(fl, order[i]);
		if (!fl->more_entered)
			break;
	}
	if (keepers_mark(fl))
		solve_keepers(fl, order, n);
	free(order);
	return fl;
}

struct flow *
flow_solve(struct program *p)
{
	return solve(p, false);
}

struct flow *
flow_solve_adaptive(struct program *p)
{
	return solve(p, true);
}

void
flow_free(struct flow *fl)
{
	size_t i;

	if (fl == NULL)
		return;
	for (i = 0; i < fl->program->funcs.n; i++) {
		vec_free(&fl->rests[i]);
		vec_free(&fl->entered[i]);
	}
	free(fl->entered);
	free(fl->misreleases);
	free(fl->keeper);
	free(fl->rests);
	nodes_free(fl->nodes);
	arena_free(fl->arena);
	free(fl->sums);
	free(fl->consumed);
	free(fl->breaking);
	ways_free(fl->ways);
	free(fl->machine);
	free(fl->before);
	vec_free(&fl->queue);
	free(fl);
}

struct flow_counts
flow_counts(const struct flow *fl)
{
	struct flow_counts c = fl->counts;
	size_t i;

	/* As they are at last: many were solved more than once. */
	c.neutral = c.budget = 0;
	for (i = 0; i < fl->program->funcs.n * NMODES; i++)
		if (fl->sums[i] != NULL) {
			c.neutral += fl->sums[i]->neutral;
			c.budget += fl->sums[i]->budget;
		}
	return c;
}
