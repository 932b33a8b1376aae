/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Running one function: states from block to block, until none is new.
 */

#include <stdlib.h>

#include "flow/flow_int.h"

#define MAX_APART	(MAX_STATES / 2) /* states that a trace keeps apart */
#define MAX_CASES	24	/* of a switch that its default excludes */

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

void
state_check_case(struct solver *sv, struct state *s)
{
	struct fact f;

	if (s->nocase == 0)
		return;
	state_fact(sv, s, s->uncased, &f);
	if (f.lo == f.hi)
		s->nocase = 0;
}

/*
 * What a test computes from a value may tell it; but not whether it is some
 * constant, or less.
 */
static bool
computes(const struct nodes *t, node_t test, node_t value)
{
	const struct node *p = node_get(t, test);

	while (p->kind == NODE_UNARY && p->op == IR_OP_NOT) {
		test = p->a;
		p = node_get(t, test);
	}
	if (p->kind == NODE_BINARY && (p->op == IR_OP_EQ ||
	    p->op == IR_OP_LT) && (p->a == value || p->b == value))
		return false;
	return test != value && node_mentions(t, test, value);
}

static void
compute_case(struct solver *sv, struct state *s, node_t test)
{
	size_t i;

	if (node_operands(node_get(sv->nodes, test)) == 0 ||
	    state_truth(sv, s, test) >= 0)
		return;
	if (s->nocase != 0 && computes(sv->nodes, test, s->uncased))
		s->nocase = 0;
	for (i = 0; i < sv->computed.n; i++)
		if (sv->computed.p[i] == test)
			return;
	if (i < MAX_ASKED)
		vec_push(&sv->computed, test);
}

/* Has a test before asked for the value of a switch, on any path? */
static bool
was_tested(const struct solver *sv, const struct state *s, node_t value)
{
	size_t i;

	for (i = 0; i < s->nfacts; i++)
		if (computes(sv->nodes, s->facts[i].value, value))
			return true;
	for (i = 0; i < sv->computed.n; i++)
		if (computes(sv->nodes, sv->computed.p[i], value))
			return true;
	return false;
}

/* Hand a state to a block; it is the solver's afterwards. */
static void
arrive(struct solver *sv, struct state *s, uint32_t block)
{
	struct block_states *at = &sv->at[block];
	struct state *old;
	uint32_t i;

	if (sv->walk != NULL) {
		walk_arrive(sv, s, block);
		return;
	}
	state_check_case(sv, s);
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

/* The way that memory has closed: it has changed meanwhile. */
static void
run_doubted(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, bool taken)
{
	uint32_t target = in->target[taken ? 0 : 1];

	trace_branch(sv, s, TRACE_BRANCH, site, target, taken);
	if (sv->tracing)
		((struct trace *)(uintptr_t)s->trace)->changed = true;
	arrive(sv, s, target);
}

static void
run_branch(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, uint32_t block)
{
	struct state *no;
	node_t v;
	int truth;

	v = eval_expr(sv, s, in->src, site);
	if (sv->walk != NULL)
		walk_test(sv, v);
	compute_case(sv, s, v);
	correlate_note(sv, block, v);
	truth = state_truth(sv, s, v);
	if (sv->walk == NULL)
		doubt_note(sv, s, in, site, block, truth);
	if (truth >= 0 && doubt_here(sv, block))
		run_doubted(sv, state_copy(sv, s), in, site, !truth);
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

/* Is it an assumption that one of the cases fits, or known that none does? */
static bool
can_be_case(struct solver *sv, const struct state *s, const struct state *c)
{
	bool sure;

	return s->nheld == 0 || state_satisfiable(sv, c, s, &sure) || !sure;
}

static void
run_switch(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, uint32_t block)
{
	struct state *c;
	struct fact g;
	node_t v;
	uint32_t i;
	bool tested, possible = false;

	v = eval_expr(sv, s, in->src, site);
	if (sv->walk != NULL)
		walk_test(sv, v);
	compute_case(sv, s, v);
	correlate_note(sv, block, v);
	state_fact(sv, s, v, &g);
	/* Before, and is none of the cases; or not meant as a case at all. */
	tested = g.lo == g.hi || (node_get(sv->nodes, v)->flags &
	    NODE_TOKEN) || (sv->implicit[block] && was_tested(sv, s, v));
	for (i = 0; i < in->nargs; i++) {
		c = state_copy(sv, s);
		if (!assume_case(sv, c, v, &in->cases[i], true))
			continue;
		possible = possible || (sv->implicit[block] &&
		    can_be_case(sv, s, c));
		trace_branch(sv, c, TRACE_BRANCH, site, in->cases[i].target,
		    false);
		arrive(sv, c, in->cases[i].target);
	}
	/* The default: none of the cases, which cut off ends of the range. */
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
	if (s->nocase == 0 && possible && !tested) {
		s->nocase = site + 1;
		s->uncased = v;
	}
	arrive(sv, s, in->target[0]);
}

static void
run_return(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	node_t v = 0;

	if (in->src != NULL)
		v = eval_expr(sv, s, in->src, site);
	carry_end(sv, s, site);
	trace_add(sv, s, TRACE_RETURN, site, s->level, 0);
	if (sv->walk != NULL) {
		walk_return(sv, s, v, site);
		return;
	}
	vec_push(&sv->exits, s);
	vec_push(&sv->exit_sites, site);
	vec_push(&sv->exit_values, v);
}

/* Run one state through the rest of a block. */
void
solver_run_from(struct solver *sv, struct state *s, uint32_t block, uint32_t i)
{
	const struct ir_block *b = &sv->ir->blocks[block];
	const struct ir_insn *in;
	struct state_list out = { 0 };
	uint32_t site;
	size_t k;

	for (;; i++) {
		in = &b->insns[i];
		site = sv->base[block] + i;
		if (s->dead)
			break;
		if (++sv->steps > sv->max_steps ||
		    arena_bytes(sv->arena) > MAX_MEMORY) {
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
			/* A call can have many ways back. */
			sv->steps += out.n;
			for (k = 1; k < out.n; k++)
				solver_run_from(sv, out.p[k], block, i + 1);
			if (out.n == 0)
				break;
			s = out.p[0];
			continue;
		}
		break;
	}
	free(out.p);
}

void
solver_run(struct solver *sv)
{
	uint32_t b, i;

	correlate_prepare(sv);
	arrive(sv, state_new(sv), 0);
	while ((b = next_block(sv)) != IR_NONE && sv->steps <= sv->max_steps)
		for (i = 0; i < sv->at[b].n; i++)
			if (sv->at[b].todo[i]) {
				sv->at[b].todo[i] = false;
				solver_run_from(sv, state_copy(sv,
				    sv->at[b].p[i]), b, 0);
			}
	sv->flow->counts.steps += sv->steps;
}
