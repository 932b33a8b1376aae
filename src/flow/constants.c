/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A function's blocks are run over constants only, of each local variable
 * those bits being known on which all paths agree (Wegman and Zadeck, 1991,
 * without the sparseness); a branch that they decide goes one way.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/constants.h"

#define SHORT_BLOCKS	8	/* of a function whose result is looked at */

/* ---- values ---- */

struct known_bits
known_mask(uint64_t mask, uint64_t k)
{
	return (struct known_bits){ mask, (int64_t)(k & mask) };
}

struct known_bits
known_none(void)
{
	return known_mask(0, 0);
}

struct known_bits
known_const(int64_t k)
{
	return known_mask(UINT64_MAX, (uint64_t)k);
}

static bool
is_known(struct known_bits v)
{
	return v.bits == UINT64_MAX;
}

int
known_truth(struct known_bits v)
{
	return v.k != 0 ? 1 : is_known(v) ? 0 : -1;
}

struct known_bits
known_fold(enum ir_op op, struct known_bits a, struct known_bits b)
{
	uint64_t x = (uint64_t)a.k, y = (uint64_t)b.k, zero, one;

	switch (op) {
	case IR_OP_AND:
		zero = (a.bits & ~x) | (b.bits & ~y);
		one = x & y;
		return known_mask(zero | one, one);
	case IR_OP_OR:
		zero = a.bits & ~x & b.bits & ~y;
		one = x | y;
		return known_mask(zero | one, one);
	case IR_OP_XOR:
		return known_mask(a.bits & b.bits, x ^ y);
	case IR_OP_EQ:
	case IR_OP_NE:
		if ((a.bits & b.bits & (x ^ y)) != 0)
			return known_const(op == IR_OP_NE);
		break;
	default:
		break;
	}
	if (!is_known(a) || !is_known(b))
		return known_none();
	switch (op) {
	case IR_OP_ADD: return known_const((int64_t)(x + y));
	case IR_OP_SUB: return known_const((int64_t)(x - y));
	case IR_OP_EQ: return known_const(a.k == b.k);
	case IR_OP_NE: return known_const(a.k != b.k);
	case IR_OP_LT: return known_const(a.k < b.k);
	case IR_OP_LE: return known_const(a.k <= b.k);
	case IR_OP_GT: return known_const(a.k > b.k);
	case IR_OP_GE: return known_const(a.k >= b.k);
	default: return known_none();
	}
}

struct known_bits
known_eval(const struct ir_expr *e, const struct known_bits *env)
{
	struct known_bits a;

	switch (e->kind) {
	case IR_CONST:
		return known_const(e->value);
	case IR_LOCAL:
		return env[e->local];
	case IR_UNARY:
		a = known_eval(e->a, env);
		if (e->op == IR_OP_NOT)
			return known_truth(a) < 0 ? known_none() :
			    known_const(!known_truth(a));
		if (e->op == IR_OP_COMPL)
			return known_mask(a.bits, ~(uint64_t)a.k);
		return is_known(a) ? known_const((int64_t)(0 - (uint64_t)a.k)) :
		    known_none();
	case IR_BINARY:
		return known_fold((enum ir_op)e->op, known_eval(e->a, env),
		    known_eval(e->b, env));
	default:
		return known_none();
	}
}

/* ---- blocks ---- */

uint32_t
constants_next(const struct constants *c, uint32_t b, uint32_t i)
{
	if (c->only[b] != IR_NONE)
		return i == 0 ? c->only[b] : IR_NONE;
	return ir_successor(&c->ir->blocks[b], i);
}

static void
flow_to(struct constants *c, uint8_t *todo, uint32_t b,
    const struct known_bits *env)
{
	struct known_bits *in = &c->in[(size_t)b * c->ir->nlocals];
	uint64_t same;
	uint32_t i;

	if (!c->seen[b]) {
		memcpy(in, env, c->ir->nlocals * sizeof(*in));
		c->seen[b] = todo[b] = 1;
		return;
	}
	for (i = 0; i < c->ir->nlocals; i++) {
		same = in[i].bits & env[i].bits &
		    ~(uint64_t)(in[i].k ^ env[i].k);
		if (same != in[i].bits) {
			in[i] = known_mask(same, (uint64_t)in[i].k);
			todo[b] = 1;
		}
	}
}

static void
leave(struct constants *c, uint8_t *todo, uint32_t b,
    const struct known_bits *env)
{
	const struct ir_insn *in = ir_terminator(&c->ir->blocks[b]);
	struct known_bits v;
	uint32_t i, t;

	c->only[b] = IR_NONE;
	if (in->kind == IR_BRANCH || in->kind == IR_SWITCH) {
		v = known_eval(in->src, env);
		if (in->kind == IR_BRANCH && known_truth(v) >= 0) {
			c->only[b] = in->target[known_truth(v) ? 0 : 1];
			flow_to(c, todo, c->only[b], env);
			return;
		}
		if (in->kind == IR_SWITCH && is_known(v)) {
			for (i = 0; i < in->nargs; i++)
				if (in->cases[i].lo <= v.k &&
				    v.k <= in->cases[i].hi)
					break;
			c->only[b] = i < in->nargs ? in->cases[i].target :
			    in->target[0];
			flow_to(c, todo, c->only[b], env);
			return;
		}
	}
	for (i = 0; (t = ir_successor(&c->ir->blocks[b], i)) != IR_NONE;
	    i++)
		flow_to(c, todo, t, env);
}

/* Locals whose address a call is given are not known after it. */
static void
forget(const struct ir_insn *in, struct known_bits *env)
{
	const struct ir_expr *e;
	uint32_t i;

	for (i = 0; i < in->nargs; i++) {
		e = in->args[i];
		if (e->kind != IR_ADDR)
			continue;
		for (e = e->a; e->kind == IR_FIELD || e->kind == IR_INDEX; )
			e = e->a;
		if (e->kind == IR_LOCAL)
			env[e->local] = known_none();
	}
}

/* What a short function gives on every return, where that is a constant. */
static struct known_bits
result_of(const struct constants *c, const struct ir_insn *in)
{
	const struct program *p = c->program;
	const struct prog_site *cs = &p->funcs.p[c->func].sites[in->site];
	const struct prog_func *pf;
	const struct ir_insn *end;
	struct known_bits v = known_none();
	uint32_t b;

	if (cs->ntargets != 1)
		return known_none();
	pf = &p->funcs.p[cs->targets[0]];
	if (pf->ir == NULL || pf->rule != NULL ||
	    pf->ir->nblocks > SHORT_BLOCKS)
		return known_none();
	for (b = 0; b < pf->ir->nblocks; b++) {
		end = &pf->ir->blocks[b].insns[pf->ir->blocks[b].ninsns - 1];
		if (end->kind != IR_RET)
			continue;
		if (end->src == NULL || end->src->kind != IR_CONST ||
		    (is_known(v) && v.k != end->src->value))
			return known_none();
		v = known_const(end->src->value);
	}
	return v;
}

void
constants_step(const struct constants *c, const struct ir_insn *in,
    struct known_bits *env)
{

	if (in->kind == IR_CALL)
		forget(in, env);
	if (in->dst != NULL && in->dst->kind == IR_LOCAL)
		env[in->dst->local] = in->kind == IR_ASSIGN ?
		    known_eval(in->src, env) : in->kind == IR_CALL ?
		    result_of(c, in) : known_none();
}

void
constants_init(struct constants *c, const struct program *p, func_id func,
    const struct known_bits *args, uint32_t nargs)
{
	const struct ir_func *ir = p->funcs.p[func].ir;
	struct known_bits *env = ecalloc(ir->nlocals + 1, sizeof(*env));
	uint8_t *todo = ecalloc(ir->nblocks, 1);
	uint32_t b, i;
	bool any;

	*c = (struct constants){ .program = p, .func = func, .ir = ir };
	c->in = ecalloc((size_t)ir->nblocks * ir->nlocals + 1,
	    sizeof(*c->in));
	c->seen = ecalloc(ir->nblocks, 1);
	c->only = ecalloc(ir->nblocks, sizeof(*c->only));
	for (b = 0; b < ir->nblocks; b++)
		c->only[b] = IR_NONE;
	for (i = 0; i < ir->nparams && i < nargs; i++)
		env[i] = args[i];
	flow_to(c, todo, 0, env);
	do {
		any = false;
		for (b = 0; b < ir->nblocks; b++) {
			if (!todo[b])
				continue;
			todo[b] = 0;
			memcpy(env, &c->in[(size_t)b * ir->nlocals],
			    ir->nlocals * sizeof(*env));
			for (i = 0; i < ir->blocks[b].ninsns; i++)
				constants_step(c, &ir->blocks[b].insns[i],
				    env);
			leave(c, todo, b, env);
			any = true;
		}
	} while (any);
	free(env);
	free(todo);
}

void
constants_free(struct constants *c)
{

	free(c->in);
	free(c->seen);
	free(c->only);
}
