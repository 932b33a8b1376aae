/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What the solver of one function knows before it runs: the order of its
 * blocks, heads of loops, locals that are live, repeated tests.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

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

uint32_t
solver_block(const struct solver *sv, uint32_t site)
{
	uint32_t b;

	for (b = 0; b + 1 < sv->ir->nblocks && sv->base[b + 1] <= site; b++)
		continue;
	return b;
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
		t = ir_successor(&ir->blocks[b], next[b]++);
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
	const struct ir_block *end;
	const struct ir_insn *in;
	uint32_t b, i, k, t;

	for (b = 0; b < sv->ir->nblocks; b++) {
		in = ir_terminator(&sv->ir->blocks[b]);
		if (in->kind != IR_SWITCH)
			continue;
		for (i = 0; i < in->nargs; i++) {
			end = &sv->ir->blocks[in->cases[i].target];
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
			for (i = 0; (t = ir_successor(&ir->blocks[b], i)) !=
			    IR_NONE; i++)
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

struct solver *
solver_new(struct flow *fl, func_id f, int mode)
{
	struct solver *sv;
	struct arena *a = arena_new();
	uint32_t b, n;
	bool lean = false;

	sv = arena_alloc(a, sizeof(*sv));
	sv->arena = a;
	sv->flow = fl;
	sv->nodes = fl->nodes;
	sv->func = f;
	sv->pf = &fl->program->funcs.p[f];
	sv->ir = sv->pf->ir;
	sv->mode = mode;
	sv->max_states = MAX_STATES;
	sv->max_steps = fl->adaptive ? MAX_STEPS_ADVICE :
	    MAX_STEPS;
	if (fl->counts.steps > fl->max_steps) {
		sv->max_states = LEAN_STATES;
		lean = true;
	}
	sv->base = arena_alloc(a, sv->ir->nblocks * sizeof(*sv->base));
	for (b = n = 0; b < sv->ir->nblocks; b++) {
		sv->base[b] = n;
		n += sv->ir->blocks[b].ninsns;
	}
	if (lean)
		sv->max_steps = (uint64_t)n * LEAN_STEPS + LEAN_STEPS_ONCE;
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
	sv->said = arena_alloc(a, sv->ir->nblocks);
	sv->gives_pointer = *name_str(fl->program->names, sv->ir->sig) ==
	    'p';
	number_blocks(sv);
	find_implicit(sv);
	compute_live(sv);
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
	vec_free(&sv->computed);
	vec_free(&sv->exits);
	vec_free(&sv->exit_sites);
	vec_free(&sv->exit_values);
	vec_free(&sv->breaches);
	vec_free(&sv->needs);
	vec_free(&sv->crowds);
	vec_free(&sv->retaken);
	vec_free(&sv->taken);
	vec_free(&sv->unheld);
	arena_free(sv->arena);
}
