/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Expressions are immutable trees.  Each knows how deep it is, and none is
 * deeper than IR_DEPTH, so whoever walks one may recurse, and whatever the
 * lowering builds can be printed and read back.
 */

#include "ir/ir.h"

bool
ir_is_place(const struct ir_expr *e)
{
	return e->kind == IR_LOCAL || e->kind == IR_GLOBAL ||
	    e->kind == IR_FIELD || e->kind == IR_DEREF ||
	    e->kind == IR_INDEX;
}

bool
ir_expr_equal(const struct ir_expr *x, const struct ir_expr *y)
{
	if (x == y)
		return true;
	if (x->kind != y->kind || x->depth != y->depth)
		return false;
	switch ((enum ir_expr_kind)x->kind) {
	case IR_CONST:
		return x->value == y->value;
	case IR_STR:
	case IR_GLOBAL:
		return x->name == y->name;
	case IR_LOCAL:
		return x->local == y->local;
	case IR_FIELD:
		return x->name == y->name && x->record == y->record &&
		    ir_expr_equal(x->a, y->a);
	case IR_DEREF:
	case IR_ADDR:
		return ir_expr_equal(x->a, y->a);
	case IR_UNARY:
		return x->op == y->op && ir_expr_equal(x->a, y->a);
	case IR_INDEX:
		return ir_expr_equal(x->a, y->a) && ir_expr_equal(x->b, y->b);
	case IR_BINARY:
		return x->op == y->op && ir_expr_equal(x->a, y->a) &&
		    ir_expr_equal(x->b, y->b);
	case IR_OPAQUE:
		return true;
	}
	bug("expression kind %u", x->kind);
}

/* An expression without operands. */
static struct ir_expr *
leaf(struct arena *arena, enum ir_expr_kind kind)
{
	struct ir_expr *e = arena_alloc(arena, sizeof(*e));

	e->kind = (uint8_t)kind;
	e->depth = 1;
	return e;
}

/* An expression over others, or what stands for one too deep. */
static struct ir_expr *
node(struct arena *arena, enum ir_expr_kind kind, const struct ir_expr *a,
    const struct ir_expr *b)
{
	unsigned depth = b != NULL && b->depth > a->depth ? b->depth :
	    a->depth;
	struct ir_expr *e;

	if (depth >= IR_DEPTH) {
		e = leaf(arena, IR_OPAQUE);
		if (kind == IR_FIELD || kind == IR_DEREF || kind == IR_INDEX)
			e = node(arena, IR_DEREF, e, NULL);
		return e;
	}
	e = leaf(arena, kind);
	e->depth = (uint16_t)(depth + 1);
	e->a = a;
	e->b = b;
	return e;
}

const struct ir_expr *
ir_const(struct arena *arena, int64_t value, name_t macro)
{
	struct ir_expr *e = leaf(arena, IR_CONST);

	e->value = value;
	e->macro = macro;
	return e;
}

const struct ir_expr *
ir_str(struct arena *arena, name_t text)
{
	struct ir_expr *e = leaf(arena, IR_STR);

	e->name = text;
	return e;
}

const struct ir_expr *
ir_local(struct arena *arena, uint32_t local)
{
	struct ir_expr *e = leaf(arena, IR_LOCAL);

	e->local = local;
	return e;
}

const struct ir_expr *
ir_global(struct arena *arena, name_t name)
{
	struct ir_expr *e = leaf(arena, IR_GLOBAL);

	e->name = name;
	return e;
}

const struct ir_expr *
ir_field(struct arena *arena, const struct ir_expr *place, name_t record,
    name_t field)
{
	struct ir_expr *e = node(arena, IR_FIELD, place, NULL);

	if (e->kind == IR_FIELD) {
		e->record = record;
		e->name = field;
	}
	return e;
}

const struct ir_expr *
ir_deref(struct arena *arena, const struct ir_expr *pointer)
{
	if (pointer->kind == IR_ADDR)
		return pointer->a;
	return node(arena, IR_DEREF, pointer, NULL);
}

const struct ir_expr *
ir_index(struct arena *arena, const struct ir_expr *place,
    const struct ir_expr *index)
{
	return node(arena, IR_INDEX, place, index);
}

const struct ir_expr *
ir_addr(struct arena *arena, const struct ir_expr *place)
{
	if (place->kind == IR_DEREF)
		return place->a;
	return node(arena, IR_ADDR, place, NULL);
}

const struct ir_expr *
ir_unary(struct arena *arena, enum ir_op op, const struct ir_expr *a)
{
	struct ir_expr *e = node(arena, IR_UNARY, a, NULL);

	if (e->kind == IR_UNARY)
		e->op = (uint8_t)op;
	return e;
}

const struct ir_expr *
ir_binary(struct arena *arena, enum ir_op op, const struct ir_expr *a,
    const struct ir_expr *b)
{
	struct ir_expr *e = node(arena, IR_BINARY, a, b);

	if (e->kind == IR_BINARY)
		e->op = (uint8_t)op;
	return e;
}

const struct ir_expr *
ir_opaque(struct arena *arena)
{
	return leaf(arena, IR_OPAQUE);
}

uint32_t
ir_successor(const struct ir_block *b, uint32_t i)
{
	const struct ir_insn *t = ir_terminator(b);

	switch (t->kind) {
	case IR_GOTO:
		return i == 0 ? t->target[0] : IR_NONE;
	case IR_BRANCH:
		return i < 2 ? t->target[i] : IR_NONE;
	case IR_SWITCH:
		if (i == 0)
			return t->target[0];
		return i <= t->nargs ? t->cases[i - 1].target : IR_NONE;
	default:
		return IR_NONE;
	}
}
