/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Origins: where a value in a function comes from.
 *
 * Looks backwards through the locals of one function, without regard to
 * order: a local is whatever was ever assigned to it.  What leaves the
 * function (a member, a variable, the result of a call) becomes a leaf.
 * Constants are computed, so that flag words can be put together in pieces;
 * what a constant is combined with is taken as it is, because flags that are
 * added to a parameter are masked off later.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

#define BUDGET		4096		/* locals visited for one value */

bool
leaf_equal(const struct leaf *a, const struct leaf *b)
{
	return a->kind == b->kind && a->index == b->index &&
	    a->value == b->value && a->macro == b->macro &&
	    a->member == b->member && a->fresh == b->fresh;
}

void
leaf_add(struct leaves *l, struct leaf leaf)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (leaf_equal(&l->v[i], &leaf))
			return;
	if (l->n < LEAVES_MAX)
		l->v[l->n++] = leaf;
	else
		l->v[LEAVES_MAX - 1] = (struct leaf){ .kind = LEAF_UNKNOWN };
}

static void
leaf_unknown(struct leaves *l)
{
	leaf_add(l, (struct leaf){ .kind = LEAF_UNKNOWN });
}

static void
leaf_index(struct leaves *l, enum leaf_kind kind, uint32_t index)
{
	if (index == 0 && (kind == LEAF_ADDR || kind == LEAF_KEY))
		leaf_unknown(l);
	else
		leaf_add(l, (struct leaf){ .kind = kind, .index = index });
}

/* ---- the lines that set a local ---- */

static void
add_def(struct origin *o, const struct ir_insn *in)
{
	const struct ir_expr *dst = in->dst;

	if ((in->kind != IR_ASSIGN && in->kind != IR_CALL) || dst == NULL)
		return;
	while (dst->kind == IR_INDEX)
		dst = dst->a;
	if (dst->kind != IR_LOCAL)
		return;
	vec_push(&o->defs, ((struct origin_def){ in,
	    o->first[dst->local] }));
	o->first[dst->local] = (uint32_t)o->defs.n - 1;
}

void
origin_open(struct origin *o, const struct program *p, func_id f)
{
	uint32_t b, i;

	memset(o, 0, sizeof(*o));
	o->p = p;
	o->func = f;
	o->scope = scope_of(p, f);
	o->budget = BUDGET;
	o->ir = p->funcs.p[f].ir;
	o->first = ecalloc(o->ir->nlocals, sizeof(*o->first));
	o->seen = ecalloc(o->ir->nlocals, sizeof(*o->seen));
	vec_push(&o->defs, ((struct origin_def){ NULL, 0 }));
	for (b = 0; b < o->ir->nblocks; b++)
		for (i = 0; i < o->ir->blocks[b].ninsns; i++)
			add_def(o, &o->ir->blocks[b].insns[i]);
}

void
origin_close(struct origin *o)
{
	free(o->first);
	free(o->seen);
	vec_free(&o->defs);
}

/* ---- backwards ---- */

/*
 * What an assignment assigns; of "a = b = x", which reads b again, x.
 */
static const struct ir_expr *
assigned(const struct origin *o, const struct ir_insn *in)
{
	const struct ir_block *b;
	uint32_t i;

	for (i = 0; i < o->ir->nblocks; i++) {
		b = &o->ir->blocks[i];
		if (in <= b->insns || in >= b->insns + b->ninsns)
			continue;
		if (in[-1].kind == IR_ASSIGN &&
		    ir_expr_equal(in[-1].dst, in->src))
			return assigned(o, in - 1);
	}
	return in->src;
}

static void visit(struct origin *, const struct ir_expr *, struct leaves *);

static void
visit_call(struct origin *o, const struct ir_insn *in, uint32_t local,
    struct leaves *out)
{
	const struct prog_site *s = &o->p->funcs.p[o->func].sites[in->site];
	const struct rule_func *r = s->ntargets == 1 ?
	    o->p->funcs.p[s->targets[0]].rule : NULL;

	if (r != NULL && r->result == RULE_RESULT_ARG &&
	    r->result_arg >= 0 && r->result_arg < in->nargs)
		visit(o, in->args[r->result_arg], out);
	else
		leaf_index(out, LEAF_KEY, program_key_local(o->p, o->func,
		    local));
}

static void
visit_local(struct origin *o, uint32_t local, struct leaves *out)
{
	uint32_t d;

	if (o->seen[local])
		return;
	if (o->budget == 0) {
		leaf_unknown(out);
		return;
	}
	o->budget--;
	o->seen[local] = 1;
	if (local < o->ir->nparams)
		leaf_index(out, LEAF_PARAM, local);
	for (d = o->first[local]; d != 0; d = o->defs.p[d].next) {
		if (o->defs.p[d].insn->kind == IR_CALL)
			visit_call(o, o->defs.p[d].insn, local, out);
		else
			visit(o, assigned(o, o->defs.p[d].insn), out);
	}
	if (local >= o->ir->nparams && o->first[local] == 0)
		leaf_index(out, LEAF_KEY, program_key_local(o->p, o->func,
		    local));
	o->seen[local] = 0;
}

static bool
fold(enum ir_op op, int64_t a, int64_t b, int64_t *out)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (op) {
	case IR_OP_ADD:
		*out = (int64_t)(x + y);
		return true;
	case IR_OP_SUB:
		*out = (int64_t)(x - y);
		return true;
	case IR_OP_MUL:
		*out = (int64_t)(x * y);
		return true;
	case IR_OP_AND:
		*out = (int64_t)(x & y);
		return true;
	case IR_OP_OR:
		*out = (int64_t)(x | y);
		return true;
	case IR_OP_XOR:
		*out = (int64_t)(x ^ y);
		return true;
	case IR_OP_SHL:
		*out = y < 64 ? (int64_t)(x << y) : 0;
		return true;
	case IR_OP_SHR:
		*out = y < 64 ? (int64_t)(x >> y) : 0;
		return true;
	default:
		return false;
	}
}

/* A level with flags is called by the level. */
static name_t
spelling(const struct program *p, const struct leaf *a, const struct leaf *b)
{
	if (b->value == 0 || program_level(p, a->macro) >= 0)
		return a->macro;
	return a->value == 0 || program_level(p, b->macro) >= 0 ? b->macro :
	    0;
}

static void
combine(const struct program *p, struct leaves *out, enum ir_op op,
    const struct leaf *a, const struct leaf *b)
{
	struct leaf leaf = { .kind = LEAF_CONST };

	if (a->kind == LEAF_CONST && b->kind == LEAF_CONST) {
		leaf.macro = spelling(p, a, b);
		if (fold(op, a->value, b->value, &leaf.value))
			leaf_add(out, leaf);
		else
			leaf_unknown(out);
	} else if (b->kind == LEAF_CONST)
		leaf_add(out, *a);
	else if (a->kind == LEAF_CONST)
		leaf_add(out, *b);
	else {
		/* An address and an index: the address. */
		leaf_add(out, b->kind == LEAF_ADDR ? *b : *a);
	}
}

static void
visit_binary(struct origin *o, const struct ir_expr *e, struct leaves *out)
{
	struct leaves a = { .n = 0 }, b = { .n = 0 };
	unsigned i, k;

	if (e->op >= IR_OP_EQ) {
		leaf_unknown(out);
		return;
	}
	visit(o, e->a, &a);
	visit(o, e->b, &b);
	/* x = x | y: what x was before is there already. */
	if (a.n == 0 || b.n == 0) {
		for (i = 0; i < a.n; i++)
			leaf_add(out, a.v[i]);
		return;
	}
	for (i = 0; i < a.n; i++)
		for (k = 0; k < b.n; k++)
			combine(o->p, out, e->op, &a.v[i], &b.v[k]);
}

static void
visit_unary(struct origin *o, const struct ir_expr *e, struct leaves *out)
{
	struct leaves a = { .n = 0 };
	struct leaf leaf;
	unsigned i;

	visit(o, e->a, &a);
	for (i = 0; i < a.n; i++) {
		leaf = (struct leaf){ .kind = LEAF_CONST };
		switch (a.v[i].kind == LEAF_CONST ? e->op : IR_NOPS) {
		case IR_OP_NEG:
			leaf.value = (int64_t)(0 - (uint64_t)a.v[i].value);
			break;
		case IR_OP_COMPL:
			leaf.value = ~a.v[i].value;
			break;
		default:
			leaf.kind = LEAF_UNKNOWN;
			break;
		}
		leaf_add(out, leaf);
	}
}

/* What a pointer can point to, by the flows. */
static void
visit_deref(struct origin *o, const struct ir_expr *pointer,
    struct leaves *out)
{
	struct leaves to = { .n = 0 };
	const atom_t *v;
	size_t i, n;
	unsigned k;

	visit(o, pointer, &to);
	for (k = 0; k < to.n; k++)
		switch (to.v[k].kind) {
		case LEAF_ADDR:
			leaf_index(out, LEAF_KEY, to.v[k].index);
			break;
		case LEAF_KEY:
			n = flow_atoms(o->p, to.v[k].index, ATOM_PLACE, &v);
			for (i = 0; i < n; i++)
				leaf_index(out, LEAF_KEY, atom_index(v[i]));
			if (n == 0)
				leaf_unknown(out);
			break;
		case LEAF_PARAM:
			n = flow_atoms(o->p, program_key_local(o->p,
			    o->func, to.v[k].index), ATOM_PLACE, &v);
			for (i = 0; i < n; i++)
				leaf_index(out, LEAF_KEY, atom_index(v[i]));
			if (n == 0)
				leaf_unknown(out);
			break;
		default:
			leaf_unknown(out);
			break;
		}
}

static const struct ir_expr *
pointer_of(const struct ir_expr *place)
{
	while (place->kind == IR_INDEX)
		place = place->a;
	return place->kind == IR_DEREF ? place->a : NULL;
}

static void
visit_place(struct origin *o, const struct ir_expr *e, bool address,
    struct leaves *out)
{
	const struct ir_expr *pointer = pointer_of(e);
	struct symbol s;

	if (pointer != NULL) {
		if (address)
			visit(o, pointer, out);
		else
			visit_deref(o, pointer, out);
		return;
	}
	if (e->kind == IR_GLOBAL) {
		s = symbol_find(o->p, o->scope.unit, e->name);
		if (s.kind == SYMBOL_FUNC) {
			leaf_index(out, LEAF_FUNC, s.index);
			return;
		}
	}
	leaf_index(out, address ? LEAF_ADDR : LEAF_KEY,
	    key_lookup(o->p, o->scope, e));
}

static void
visit(struct origin *o, const struct ir_expr *e, struct leaves *out)
{
	switch (e->kind) {
	case IR_CONST:
		leaf_add(out, (struct leaf){ .kind = LEAF_CONST,
		    .value = e->value, .macro = e->macro });
		break;
	case IR_LOCAL:
		visit_local(o, e->local, out);
		break;
	case IR_ADDR:
		visit_place(o, e->a, true, out);
		break;
	case IR_GLOBAL:
	case IR_FIELD:
	case IR_INDEX:
	case IR_DEREF:
		visit_place(o, e, false, out);
		break;
	case IR_BINARY:
		visit_binary(o, e, out);
		break;
	case IR_UNARY:
		visit_unary(o, e, out);
		break;
	default:
		leaf_unknown(out);
		break;
	}
}

void
origin_value(struct origin *o, const struct ir_expr *e, struct leaves *out)
{
	o->budget = BUDGET;
	visit(o, e, out);
	if (out->n == 0)
		leaf_unknown(out);
}

/* ---- members of what is pointed to ---- */

/* The last member of a place, through its indices. */
static const struct ir_expr *
member_of(const struct ir_expr *place)
{
	while (place->kind == IR_INDEX)
		place = place->a;
	return place->kind == IR_FIELD ? place : NULL;
}

static bool
is_member(const struct program *p, const struct ir_expr *place, key_id k)
{
	const struct ir_expr *f = member_of(place);

	return f != NULL && program_key_field(p, f->record, f->name) == k;
}

/* The initialisers of the variable that is pointed to. */
static void
member_inits(struct origin *o, key_id var, key_id member, struct leaves *out)
{
	const struct link *l = o->p->link;
	const struct ir_init *init;
	const struct ir_expr *root;
	struct scope here = o->scope;
	size_t i;

	o->scope = (struct scope){ NO_FUNC, 0 };
	for (; o->scope.unit < l->nmodules; o->scope.unit++)
		for (i = 0; i < l->modules[o->scope.unit]->inits.n; i++) {
			init = &l->modules[o->scope.unit]->inits.p[i];
			if (!is_member(o->p, init->place, member))
				continue;
			for (root = init->place; root->kind == IR_FIELD ||
			    root->kind == IR_INDEX; root = root->a)
				;
			if (key_lookup(o->p, o->scope, root) == var)
				visit(o, init->value, out);
		}
	o->scope = here;
}

/* What the function puts into that member, of whatever object. */
static void
member_set(struct origin *o, key_id member, struct leaves *out)
{
	const struct ir_insn *in;
	uint32_t b, i;

	for (b = 0; b < o->ir->nblocks; b++)
		for (i = 0; i < o->ir->blocks[b].ninsns; i++) {
			in = &o->ir->blocks[b].insns[i];
			if (in->kind == IR_ASSIGN &&
			    is_member(o->p, in->dst, member))
				visit(o, assigned(o, in), out);
		}
}

/* The call makes the object: what its function puts into the member. */
static void
member_made(struct origin *o, const struct ir_insn *call, key_id member,
    struct leaves *out)
{
	const struct prog_site *s =
	    &o->p->funcs.p[o->func].sites[call->site];
	struct origin made;
	struct leaves of = { .n = 0 };
	unsigned k;

	if (s->ntargets != 1 || o->p->funcs.p[s->targets[0]].ir == NULL)
		return;
	origin_open(&made, o->p, s->targets[0]);
	member_set(&made, member, &of);
	origin_close(&made);
	for (k = 0; k < of.n; k++)
		if (of.v[k].kind != LEAF_PARAM)
			leaf_add(out, of.v[k]);
		else if (of.v[k].index < call->nargs)
			visit(o, call->args[of.v[k].index], out);
}

void
origin_member(struct origin *o, const struct ir_expr *pointer,
    key_id member, struct leaves *out)
{
	struct leaves to = { .n = 0 };
	uint32_t d;
	unsigned k;

	member_set(o, member, out);
	if (out->n == 0 && pointer->kind == IR_LOCAL)
		for (d = o->first[pointer->local]; d != 0;
		    d = o->defs.p[d].next)
			if (o->defs.p[d].insn->kind == IR_CALL)
				member_made(o, o->defs.p[d].insn, member,
				    out);
	if (out->n > 0)
		return;
	origin_value(o, pointer, &to);
	for (k = 0; k < to.n; k++) {
		if (to.v[k].kind == LEAF_ADDR)
			member_inits(o, to.v[k].index, member, out);
		if (to.v[k].kind == LEAF_PARAM) {
			to.v[k].member = member;
			leaf_add(out, to.v[k]);
		}
	}
	if (out->n == 0)
		leaf_index(out, LEAF_KEY, member);
}

/* ---- forwards: where a result goes ---- */

static void fate_of_local(struct origin *, uint32_t, struct leaves *);

static void
fate_place(struct origin *o, const struct ir_expr *dst, struct leaves *out)
{
	struct leaves to = { .n = 0 };
	const struct ir_expr *pointer = pointer_of(dst);
	unsigned i;

	if (dst->kind == IR_LOCAL) {
		fate_of_local(o, dst->local, out);
		return;
	}
	if (pointer == NULL) {
		leaf_add(out, (struct leaf){ .kind = LEAF_ADDR, .fresh = true,
		    .index = key_lookup(o->p, o->scope, dst) });
		return;
	}
	visit_deref(o, pointer, &to);
	for (i = 0; i < to.n; i++)
		if (to.v[i].kind == LEAF_KEY)
			leaf_add(out, (struct leaf){ .kind = LEAF_ADDR,
			    .fresh = true, .index = to.v[i].index });
}

static bool
is_local(const struct ir_expr *e, uint32_t local)
{
	return e != NULL && e->kind == IR_LOCAL && e->local == local;
}

static void
fate_of_local(struct origin *o, uint32_t local, struct leaves *out)
{
	const struct ir_insn *in;
	uint32_t b, i;

	if (o->seen[local])
		return;
	o->seen[local] = 1;
	for (b = 0; b < o->ir->nblocks; b++)
		for (i = 0; i < o->ir->blocks[b].ninsns; i++) {
			in = &o->ir->blocks[b].insns[i];
			if (!is_local(in->src, local))
				continue;
			if (in->kind == IR_ASSIGN)
				fate_place(o, in->dst, out);
			else if (in->kind == IR_RET)
				leaf_add(out, (struct leaf){
				    .kind = LEAF_RESULT });
		}
	o->seen[local] = 0;
}

void
origin_fate(struct origin *o, const struct ir_insn *in, struct leaves *out)
{
	if (in->dst == NULL)
		return;
	fate_place(o, in->dst, out);
	if (out->n == 0 && in->dst->kind == IR_LOCAL)
		leaf_add(out, (struct leaf){ .kind = LEAF_ADDR, .fresh = true,
		    .index = program_key_local(o->p, o->func,
		    in->dst->local) });
}
