/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Correlated tests: "if (a || b)" around the raise and again around the
 * restore.
 *
 * Where paths meet, states with the same property are joined, and what they
 * knew of a and b is lost, because a is true on one path and b on another.
 * So tests that a function makes twice, and which decide both times whether
 * something is done to the machine, are looked for beforehand; states that
 * know different answers to one that is still ahead are not joined, as long
 * as there are few of them.
 */

#include <string.h>

#include "flow/flow_int.h"

#define MAX_TESTS	64	/* repeated ones of a function, bits */
#define MAX_APART	8	/* states with one property at one block */
#define MAX_REGION	6	/* blocks from a test to what it decides */

static bool
is_test(const struct ir_insn *in)
{
	return (in->kind == IR_BRANCH || in->kind == IR_SWITCH) &&
	    in->src->kind != IR_OPAQUE;
}

/* ---- which tests ---- */

/* Does a call in the block do something to the machine? */
static bool
acts(const struct solver *sv, uint32_t b)
{
	const struct program *p = sv->flow->program;
	const struct ir_block *blk = &sv->ir->blocks[b];
	const struct prog_site *cs;
	const struct summary *sum;
	uint32_t i, k;

	for (i = 0; i < blk->ninsns; i++) {
		if (blk->insns[i].kind != IR_CALL)
			continue;
		cs = &sv->pf->sites[blk->insns[i].site];
		for (k = 0; k < cs->ntargets; k++) {
			const struct prog_func *g =
			    &p->funcs.p[cs->targets[k]];

			if (g->rule != NULL && g->rule->neffects > 0)
				return true;
			sum = sv->flow->sums[(size_t)cs->targets[k] *
			    NMODES];
			if (g->rule == NULL && sum != NULL &&
			    (!sum->neutral || sum->nneeds > 0))
				return true;
		}
	}
	return false;
}

/*
 * Is something done in what an edge to the block decides?  That is the
 * block, those behind it that have no other way in, and those behind further
 * tests of the same condition.
 */
static bool
decides(const struct solver *sv, const uint8_t *npreds, uint32_t b,
    uint32_t depth)
{
	const struct ir_insn *in = ir_terminator(&sv->ir->blocks[b]);
	uint32_t i, t;

	if (acts(sv, b))
		return true;
	if (depth == MAX_REGION)
		return false;
	for (i = 0; (t = ir_successor(&sv->ir->blocks[b], i)) != IR_NONE; i++)
		if ((npreds[t] == 1 || (is_test(in) &&
		    sv->ir->blocks[b].ninsns == 1)) &&
		    decides(sv, npreds, t, depth + 1))
			return true;
	return false;
}

static bool
matters(const struct solver *sv, const uint8_t *npreds, uint32_t b)
{
	uint32_t i, t;

	for (i = 0; (t = ir_successor(&sv->ir->blocks[b], i)) != IR_NONE; i++)
		if (decides(sv, npreds, t, 0))
			return true;
	return false;
}

/* Number the tests that matter at the end of more than one block, from 1. */
static uint32_t
number_tests(struct solver *sv)
{
	const struct ir_func *ir = sv->ir;
	const struct ir_insn *in, *other;
	uint8_t *npreds = arena_alloc(sv->arena, ir->nblocks);
	uint32_t b, i, k, t, n = 0;

	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; (t = ir_successor(&ir->blocks[b], i)) != IR_NONE;
		    i++)
			if (npreds[t] < 2)
				npreds[t]++;
	for (b = 0; b < ir->nblocks; b++) {
		in = ir_terminator(&ir->blocks[b]);
		if (sv->test[b] != 0 || !is_test(in) || n == MAX_TESTS)
			continue;
		for (k = b + 1; k < ir->nblocks; k++) {
			other = ir_terminator(&ir->blocks[k]);
			if (sv->test[k] != 0 || !is_test(other) ||
			    !ir_expr_equal(in->src, other->src) ||
			    !matters(sv, npreds, k))
				continue;
			if (sv->test[b] == 0 && !matters(sv, npreds, b))
				break;
			if (sv->test[b] == 0)
				sv->test[b] = (uint8_t)++n;
			sv->test[k] = sv->test[b];
		}
	}
	return n;
}

/* ---- states ---- */

void
correlate_prepare(struct solver *sv)
{
	const struct ir_func *ir = sv->ir;
	uint32_t b, i, t;
	uint64_t ahead;
	bool changed;

	sv->test = arena_alloc(sv->arena, ir->nblocks);
	sv->ahead = arena_alloc(sv->arena, ir->nblocks *
	    sizeof(*sv->ahead));
	if (number_tests(sv) == 0)
		return;
	do {
		changed = false;
		for (b = ir->nblocks; b-- > 0; ) {
			ahead = sv->test[b] != 0 ?
			    (uint64_t)1 << (sv->test[b] - 1) : 0;
			for (i = 0; (t = ir_successor(&ir->blocks[b], i)) !=
			    IR_NONE; i++)
				ahead |= sv->ahead[t];
			changed |= ahead != sv->ahead[b];
			sv->ahead[b] = ahead;
		}
	} while (changed);
}

void
correlate_note(struct solver *sv, uint32_t block, node_t v)
{
	uint64_t bit;
	uint32_t i;

	if (sv->walk != NULL || sv->test[block] == 0 ||
	    node_get(sv->nodes, v)->kind == NODE_CONST)
		return;
	bit = (uint64_t)1 << (sv->test[block] - 1);
	for (i = 0; i < sv->nasked; i++)
		if (sv->asked[i].value == v) {
			sv->asked[i].tests |= bit;
			return;
		}
	if (sv->nasked == MAX_ASKED)
		return;
	sv->asked[sv->nasked].value = v;
	sv->asked[sv->nasked++].tests = bit;
}

/* Do they know that the value differs? */
static bool
disagree(struct solver *sv, const struct state *a, const struct state *b,
    node_t v)
{
	struct fact f, g;
	int x = state_truth(sv, a, v), y = state_truth(sv, b, v);

	if (x >= 0 && y >= 0 && x != y)
		return true;
	state_fact(sv, a, v, &f);
	state_fact(sv, b, v, &g);
	return f.hi < g.lo || g.hi < f.lo;
}

struct state *
correlate_choose(struct solver *sv, const struct state *s, uint32_t block,
    uint32_t *index)
{
	const struct block_states *at = &sv->at[block];
	uint32_t i, k, n = 0, first = 0;

	for (i = 0; i < at->n; i++) {
		if (!state_same(sv, at->p[i], s))
			continue;
		for (k = 0; k < sv->nasked; k++)
			if ((sv->asked[k].tests & sv->ahead[block]) != 0 &&
			    disagree(sv, at->p[i], s, sv->asked[k].value))
				break;
		if (k == sv->nasked) {
			*index = i;
			return at->p[i];
		}
		if (n++ == 0)
			first = i;
	}
	if (n < MAX_APART)
		return NULL;
	*index = first;
	return at->p[first];
}
