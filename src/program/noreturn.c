/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Functions that do not return: declared so, said so by a rule, or found to
 * reach no return because every way to one ends in a call that does not
 * come back, or in an endless loop.  A call through a pointer comes back
 * unless none of its known targets does.
 */

#include <stdlib.h>

#include "program/link.h"

static bool
comes_back(const struct program *p, const struct prog_site *s)
{
	uint32_t i;

	for (i = 0; i < s->ntargets; i++)
		if (!(p->funcs.p[s->targets[i]].flags & PROG_NORETURN))
			return true;
	return s->ntargets == 0;
}

struct search {
	VEC(uint32_t) todo;		/* blocks */
	VEC(uint8_t) seen;
};

static void
push(struct search *s, uint32_t block)
{
	if (!s->seen.p[block]) {
		s->seen.p[block] = 1;
		vec_push(&s->todo, block);
	}
}

/* Go through one block; does it return? */
static bool
block_returns(const struct program *p, const struct prog_func *pf,
    uint32_t block, struct search *s)
{
	const struct ir_block *b = &pf->ir->blocks[block];
	const struct ir_insn *in;
	uint32_t i;

	for (i = 0; i < b->ninsns; i++)
		if (b->insns[i].kind == IR_CALL &&
		    !comes_back(p, &pf->sites[b->insns[i].site]))
			return false;
	in = ir_terminator(b);
	switch (in->kind) {
	case IR_RET:
		return true;
	case IR_BRANCH:
		push(s, in->target[1]);
		/* FALLTHROUGH */
	case IR_GOTO:
		push(s, in->target[0]);
		break;
	case IR_SWITCH:
		for (i = 0; i < in->nargs; i++)
			push(s, in->cases[i].target);
		push(s, in->target[0]);
		break;
	}
	return false;
}

static bool
returns(const struct program *p, const struct prog_func *pf,
    struct search *s)
{
	uint32_t i;

	s->todo.n = s->seen.n = 0;
	for (i = 0; i < pf->ir->nblocks; i++)
		vec_push(&s->seen, 0);
	push(s, 0);
	while (s->todo.n > 0)
		if (block_returns(p, pf, s->todo.p[--s->todo.n], s))
			return true;
	return false;
}

void
noreturn_infer(struct program *p)
{
	struct search s = { 0 };
	VEC(func_id) queue = { 0 };
	struct prog_func *pf;
	func_id f;
	uint32_t i;

	for (f = (func_id)p->funcs.n; f-- > 0; )
		vec_push(&queue, f);
	while (queue.n > 0) {
		pf = &p->funcs.p[queue.p[--queue.n]];
		if (pf->flags & PROG_NORETURN || pf->ir == NULL ||
		    pf->rule != NULL || returns(p, pf, &s))
			continue;
		pf->flags |= PROG_NORETURN;
		for (i = 0; i < pf->ncallers; i++)
			vec_push(&queue, pf->callers[i]);
	}
	vec_free(&queue);
	vec_free(&s.todo);
	vec_free(&s.seen);
}
