/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Expressions and places, as C has them. */

#include "interp_int.h"

/* Where it is rests on a choice. */
static struct value
rests(struct run *r, struct value x)
{
	x = run_now(r, x);
	if (x.dep > r->placedep)
		r->placedep = x.dep;
	return x;
}

cell_t
run_place(struct run *r, const struct ir_expr *e)
{
	cell_t up;

	switch (e->kind) {
	case IR_LOCAL:
		return cell_at(r, r->frame->locals, LOCAL, e->local, 0);
	case IR_GLOBAL:
		return cell_at(r, 0, GLOBAL, e->name,
		    program_key_global(r->program, r->frame->func, e->name));
	case IR_FIELD:
		up = run_place(r, e->a);
		return cell_at(r, up, FIELD, e->record, e->name);
	case IR_INDEX:
		up = run_place(r, e->a);
		return cell_at(r, up, INDEX, rests(r,
		    value_concrete(r, run_eval(r, e->b), 0)).v, 0);
	case IR_DEREF:
		return cell_follow(r, rests(r, run_eval(r, e->a)));
	default:
		bug("place of kind %d", e->kind);
	}
}

bool
value_truth(struct run *r, struct value x, uint32_t *dep)
{
	return !value_is(r, x, 0, dep);
}

static struct value
value_equal(struct run *r, struct value x, struct value y)
{
	struct value t = { .dep = 0 };

	x = run_now(r, x);
	y = run_now(r, y);
	t.dep = x.dep > y.dep ? x.dep : y.dep;
	if (x.open != 0 && x.open == y.open)
		t.v = 1;
	else if (x.open == 0)
		t.v = value_is(r, y, x.v, &t.dep);
	else {
		if (y.open != 0)
			y = value_concrete(r, y, 0);
		t.v = value_is(r, x, y.v, &t.dep);
	}
	return t;
}

static int64_t
arithmetic(struct run *r, enum ir_op op, int64_t x, int64_t y)
{
	uint64_t a = (uint64_t)x, b = (uint64_t)y;

	switch (op) {
	case IR_OP_ADD:
		return (int64_t)(a + b);
	case IR_OP_SUB:
		return (int64_t)(a - b);
	case IR_OP_MUL:
		return (int64_t)(a * b);
	case IR_OP_DIV:
	case IR_OP_REM:
		if (y == 0)
			run_stop(r, RUN_STUCK, "division by zero");
		if (y == -1)
			return op == IR_OP_DIV ? (int64_t)(0 - a) : 0;
		return op == IR_OP_DIV ? x / y : x % y;
	case IR_OP_AND:
		return x & y;
	case IR_OP_OR:
		return x | y;
	case IR_OP_XOR:
		return x ^ y;
	case IR_OP_SHL:
		return b < 64 ? (int64_t)(a << b) : 0;
	case IR_OP_SHR:
		return b < 64 ? (int64_t)(a >> b) : 0;
	case IR_OP_LT:
		return x < y;
	case IR_OP_LE:
		return x <= y;
	case IR_OP_GT:
		return x > y;
	case IR_OP_GE:
		return x >= y;
	default:
		bug("operator %d", op);
	}
}

static struct value
binary(struct run *r, const struct ir_expr *e)
{
	struct value x = run_eval(r, e->a), y = run_eval(r, e->b), z;

	if (e->op == IR_OP_EQ || e->op == IR_OP_NE) {
		z = value_equal(r, x, y);
		z.v ^= e->op == IR_OP_NE;
		return z;
	}
	x = run_now(r, x);
	y = value_concrete(r, y, x.open == 0 ? x.v : 0);
	x = value_concrete(r, x, y.v);
	/* A number that was chosen can be another one. */
	if ((e->op == IR_OP_DIV || e->op == IR_OP_REM) && y.v == 0 &&
	    y.dep > 0 && r->driver->refuses)
		run_refuse(r, y.dep);
	z = value_known(arithmetic(r, e->op, x.v, y.v));
	/* Addresses are aligned. */
	if (e->op == IR_OP_AND && x.v >= ADDRESS && y.v >= 0 && y.v < 16)
		z.v = 0;
	/* &a[k] + n is &a[k + n]. */
	if ((e->op == IR_OP_ADD || e->op == IR_OP_SUB) && x.v >= ADDRESS &&
	    x.v < ADDRESS + (int64_t)r->cells.n && y.v < ADDRESS) {
		const struct cell c = r->cells.p[x.v - ADDRESS];
		int64_t n = e->op == IR_OP_SUB ? -y.v : y.v;

		if (c.kind == INDEX)
			z.v = ADDRESS + cell_at(r, c.up, INDEX, c.a + n, 0);
	}
	z.dep = x.dep > y.dep ? x.dep : y.dep;
	return z;
}

static struct value
load(struct run *r, const struct ir_expr *e)
{
	uint32_t outer = r->placedep;
	struct value x;
	cell_t c;

	r->placedep = 0;
	c = run_place(r, e);
	x = cell_load(r, c);
	x.dep = r->placedep > x.dep ? r->placedep : x.dep;
	r->placedep = outer > x.dep ? outer : x.dep;
	return x;
}

struct value
run_eval(struct run *r, const struct ir_expr *e)
{
	const struct rule_place *mp;
	struct value x;
	func_id f;

	switch (e->kind) {
	case IR_CONST:
		return value_known(e->value);
	case IR_STR:
		return value_known(STRING + e->name);
	case IR_OPAQUE:
		return value_unknown(r, 0);
	case IR_ADDR:
		if (e->a->kind == IR_GLOBAL) {
			f = program_callee(r->program, r->frame->func,
			    e->a->name);
			if (f != NO_FUNC)
				return value_known(FUNCTION + f);
		}
		return value_known(ADDRESS + run_place(r, e->a));
	case IR_UNARY:
		x = run_eval(r, e->a);
		if (e->op == IR_OP_NOT) {
			x.v = !value_truth(r, x, &x.dep);
			x.open = 0;
			x.saved = false;
			return x;
		}
		x = value_concrete(r, x, 0);
		x.v = e->op == IR_OP_NEG ? (int64_t)(0 - (uint64_t)x.v) :
		    ~x.v;
		return x;
	case IR_BINARY:
		return binary(r, e);
	case IR_FIELD:
		mp = rules_place(r->program->rules, e->record, e->name);
		if (mp != NULL && mp->kind == RULE_PLACE_LEVEL) {
			x = value_known(r->level);
			x.saved = true;
			return x;
		}
		return load(r, e);
	default:
		return load(r, e);
	}
}
