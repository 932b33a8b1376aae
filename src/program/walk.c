/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Visiting the expressions of a body.
 */

#include "program/link.h"

void
walk_expr(const struct ir_insn *in, const struct ir_expr *e,
    expr_visit *visit, void *ctx)
{
	for (; e != NULL; e = e->a) {
		visit(ctx, in, e);
		switch (e->kind) {
		case IR_FIELD:
		case IR_DEREF:
		case IR_ADDR:
		case IR_UNARY:
			break;
		case IR_INDEX:
		case IR_BINARY:
			walk_expr(in, e->b, visit, ctx);
			break;
		default:
			return;
		}
	}
}

void
walk_insn(const struct ir_insn *in, expr_visit *visit, void *ctx)
{
	uint32_t i;

	walk_expr(in, in->dst, visit, ctx);
	walk_expr(in, in->src, visit, ctx);
	if (in->kind == IR_CALL || in->kind == IR_ASM)
		for (i = 0; i < in->nargs; i++)
			walk_expr(in, in->args[i], visit, ctx);
}

void
walk_func(const struct ir_func *f, expr_visit *visit, void *ctx)
{
	uint32_t b, i;

	for (b = 0; b < f->nblocks; b++)
		for (i = 0; i < f->blocks[b].ninsns; i++)
			walk_insn(&f->blocks[b].insns[i], visit, ctx);
}

bool
is_direct(const struct ir_insn *in)
{
	return in->kind == IR_CALL && in->name == 0 &&
	    in->src->kind == IR_GLOBAL;
}
