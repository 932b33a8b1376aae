/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "flow/ahead.h"

#define COST_BLOCKS	4		/* what a cost of chain.c is worth */

/* How far the blocks of a function are from something. */
struct distance {
	func_id func;
	uint32_t to;			/* block; IR_NONE: from a return */
	int level;			/* of a raise, or -1 */
	uint32_t epoch;			/* of the raise, chain_epoch() */
	uint32_t *far;
};

struct ahead {
	VEC(struct distance) known;
};

struct ahead *
ahead_new(void)
{

	return ecalloc(1, sizeof(struct ahead));
}

void
ahead_free(struct ahead *a)
{
	size_t i;

	if (a == NULL)
		return;
	for (i = 0; i < a->known.n; i++)
		free(a->known.p[i].far);
	vec_free(&a->known);
	free(a);
}

static struct distance *
known(const struct ahead *a, func_id f, uint32_t to, int level)
{
	size_t i;

	for (i = 0; i < a->known.n; i++)
		if (a->known.p[i].func == f && a->known.p[i].to == to &&
		    a->known.p[i].level == level)
			return &a->known.p[i];
	return NULL;
}

/* From what is known of some blocks, what it is for all. */
static void
spread(const struct ir_func *ir, uint32_t *far)
{
	uint32_t b, i, t;
	bool any;

	do {
		any = false;
		for (b = ir->nblocks; b-- > 0; )
			for (i = 0; (t = ir_successor(&ir->blocks[b], i)) !=
			    IR_NONE; i++)
				if (far[t] != AHEAD_NEVER &&
				    far[t] + 1 < far[b]) {
					far[b] = far[t] + 1;
					any = true;
				}
	} while (any);
}

const uint32_t *
ahead_of(struct ahead *a, const struct solver *sv, uint32_t to)
{
	const struct ir_func *ir = sv->ir;
	const struct distance *old = known(a, sv->func, to, -1);
	struct distance d = { sv->func, to, -1, 0, NULL };
	uint32_t b;

	if (old != NULL)
		return old->far;
	d.far = emalloc(ir->nblocks * sizeof(*d.far));
	for (b = 0; b < ir->nblocks; b++)
		d.far[b] = b == to || (to == IR_NONE &&
		    ir_terminator(&ir->blocks[b])->kind == IR_RET) ? 0 :
		    AHEAD_NEVER;
	spread(ir, d.far);
	vec_push(&a->known, d);
	return d.far;
}

/* The least that a raise of the block to the level costs. */
static uint32_t
block_cost(const struct solver *sv, const struct chain *chain, uint32_t b,
    int level)
{
	const struct ir_insn *in;
	uint32_t best = CHAIN_NEVER, i, c;

	for (i = 0; i < sv->ir->blocks[b].ninsns; i++) {
		in = &sv->ir->blocks[b].insns[i];
		if (in->kind != IR_CALL)
			continue;
		c = chain_cost(chain, sv->func, in, level);
		best = c < best ? c : best;
	}
	return best;
}

const uint32_t *
ahead_of_raise(struct ahead *a, const struct solver *sv,
    const struct chain *chain, int level)
{
	const struct ir_func *ir = sv->ir;
	struct distance d = { sv->func, IR_NONE, level, chain_epoch(chain),
	    NULL }, *old;
	const uint32_t *back = ahead_of(a, sv, IR_NONE);
	uint32_t b, c;

	old = known(a, sv->func, IR_NONE, level);
	if (old != NULL && old->epoch == d.epoch)
		return old->far;
	d.far = old != NULL ? old->far : emalloc(ir->nblocks *
	    sizeof(*d.far));
	for (b = 0; b < ir->nblocks; b++) {
		c = block_cost(sv, chain, b, level);
		d.far[b] = back[b] == AHEAD_NEVER || c == CHAIN_NEVER ?
		    AHEAD_NEVER : c * COST_BLOCKS;
	}
	spread(ir, d.far);
	if (old != NULL)
		old->epoch = d.epoch;
	else
		vec_push(&a->known, d);
	return d.far;
}
