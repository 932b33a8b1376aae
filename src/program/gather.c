/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Gathering: what each instruction says about the flows.
 *
 * Addresses are put aside at first: which of them are worth following is
 * seen when everything else is there (worth.c).
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

struct gather {
	struct program *p;
	struct scope scope;
	const struct ir_func *ir;	/* NULL at file scope */
	uint8_t *called;		/* per function: by its name */
};

/* ---- values ---- */

static void value_into(struct gather *, const struct ir_expr *, key_id);
static key_id value_key(struct gather *, const struct ir_expr *);

static key_id
temp(struct gather *g)
{
	return key_new(g->p, KEY_TEMP, 0, 0);
}

static void
fill(struct gather *g, key_id k)
{
	if (k != 0)
		g->p->link->nodes.p[k].flags |= NODE_FILLED;
}

static void
mark_other(struct gather *g, key_id k)
{
	if (k != 0)
		g->p->link->nodes.p[k].flags |= NODE_OTHER | NODE_FILLED;
}

/* The pointer through which a place is reached, if only flow can tell. */
static const struct ir_expr *
pointer_of(const struct ir_expr *place)
{
	while (place->kind == IR_INDEX)
		place = place->a;
	return place->kind == IR_DEREF ? place->a : NULL;
}

/* The function that a global names, or NO_FUNC. */
static func_id
global_func(struct gather *g, const struct ir_expr *e)
{
	struct symbol s;

	if (e->kind != IR_GLOBAL)
		return NO_FUNC;
	s = symbol_find(g->p, g->scope.unit, e->name);
	return s.kind == SYMBOL_FUNC ? s.index : NO_FUNC;
}

static void
address_into(struct gather *g, const struct ir_expr *place, key_id dst)
{
	const struct ir_expr *pointer = pointer_of(place);
	func_id f = global_func(g, place);
	key_id k;

	fill(g, dst);
	if (f != NO_FUNC) {
		g->p->funcs.p[f].flags |= PROG_TAKEN;
		if (dst != 0)
			flow_add(g->p, dst, ATOM_FUNC | f);
		return;
	}
	if (pointer != NULL) {
		value_into(g, pointer, dst);
		return;
	}
	k = key_make(g->p, g->scope, place);
	fill(g, k);
	if (k != 0 && dst != 0 && !survey_plain(g->p, g->scope, place))
		vec_push(&g->p->link->addresses,
		    ((struct address){ dst, k }));
}

static void
binary_into(struct gather *g, const struct ir_expr *e, key_id dst)
{
	key_id a = 0, b = 0;

	mark_other(g, dst);
	if (e->op != IR_OP_ADD && e->op != IR_OP_SUB)
		return;
	a = value_key(g, e->a);
	if (e->op == IR_OP_ADD)
		b = value_key(g, e->b);
	if (a != 0 && dst != 0)
		flow_edge(g->p, a, dst, true);
	if (b != 0 && dst != 0)
		flow_edge(g->p, b, dst, true);
}

/* Whatever the expression can be is in dst.  dst 0: it is only mentioned. */
static void
value_into(struct gather *g, const struct ir_expr *e, key_id dst)
{
	const struct ir_expr *pointer;
	key_id k;

	switch (e->kind) {
	case IR_CONST:
		if (dst != 0 && is_level_name(g->p, e->macro))
			flow_add(g->p, dst, flow_level(g->p, e->value,
			    e->macro));
		else if (dst != 0)
			g->p->link->nodes.p[dst].flags |= NODE_OTHER;
		if (e->value != 0)
			fill(g, dst);
		break;
	case IR_LOCAL:
	case IR_GLOBAL:
	case IR_FIELD:
	case IR_INDEX:
	case IR_DEREF:
		if (global_func(g, e) != NO_FUNC) {
			address_into(g, e, dst);
			break;
		}
		pointer = pointer_of(e);
		k = pointer != NULL ? value_key(g, pointer) :
		    key_make(g->p, g->scope, e);
		if (k == 0 || dst == 0)
			mark_other(g, dst);
		else if (pointer != NULL) {
			flow_use(g->p, k, USE_LOAD, dst);
			fill(g, dst);
		}
		else
			flow_edge(g->p, k, dst, false);
		break;
	case IR_ADDR:
		address_into(g, e->a, dst);
		break;
	case IR_BINARY:
		binary_into(g, e, dst);
		break;
	default:
		mark_other(g, dst);
		break;
	}
}

/* A key that holds the value; 0 if it is no atom for sure. */
static key_id
value_key(struct gather *g, const struct ir_expr *e)
{
	key_id k;

	switch (e->kind) {
	case IR_CONST:
		if (!is_level_name(g->p, e->macro))
			return 0;
		break;
	case IR_LOCAL:
	case IR_GLOBAL:
	case IR_FIELD:
	case IR_INDEX:
		if (pointer_of(e) == NULL &&
		    global_func(g, e) == NO_FUNC)
			return key_make(g->p, g->scope, e);
		break;
	case IR_DEREF:
	case IR_ADDR:
		break;
	case IR_BINARY:
		if (e->op == IR_OP_ADD || e->op == IR_OP_SUB)
			break;
		return 0;
	default:
		return 0;
	}
	k = temp(g);
	value_into(g, e, k);
	return k;
}

/* ---- instructions ---- */

/* Where a value goes that is stored in a place: a key, or 0 and a pointer. */
static key_id
store_key(struct gather *g, const struct ir_expr *place, key_id *pointer)
{
	const struct ir_expr *e = pointer_of(place);

	*pointer = 0;
	if (e == NULL)
		return key_make(g->p, g->scope, place);
	*pointer = value_key(g, e);
	return 0;
}

static void
assign(struct gather *g, const struct ir_expr *place,
    const struct ir_expr *value)
{
	key_id pointer, k = store_key(g, place, &pointer);

	if (k != 0 || pointer == 0) {
		value_into(g, value, k);
		return;
	}
	k = value_key(g, value);
	if (k != 0)
		flow_use(g->p, pointer, USE_STORE, k);
}

/* The key to which the result of a call goes, or 0. */
static key_id
result_key(struct gather *g, const struct ir_insn *in)
{
	key_id pointer, k;

	if (in->dst == NULL)
		return 0;
	k = store_key(g, in->dst, &pointer);
	if (k == 0 && pointer != 0) {
		k = temp(g);
		flow_use(g->p, pointer, USE_STORE, k);
	}
	return k;
}

/* What a rule says is a lock, also if the function has no text. */
static void
lock_value(struct gather *g, const struct ir_expr *e)
{
	key_id k;

	if (e->kind == IR_ADDR && pointer_of(e->a) == NULL)
		k = key_make(g->p, g->scope, e->a);
	else
		k = value_key(g, e);
	if (k != 0)
		g->p->link->nodes.p[k].flags |= NODE_LOCK;
}

static void
call_direct(struct gather *g, const struct ir_insn *in, func_id f)
{
	const struct prog_func *pf = &g->p->funcs.p[f];
	const struct ir_func *ir = pf->ir;
	key_id dst = result_key(g, in);
	uint32_t i;
	size_t n;
	int arg;

	g->called[f] = 1;
	for (i = 0; i < in->nargs; i++)
		value_into(g, in->args[i], ir != NULL && i < ir->nparams ?
		    g->p->link->local_base[f] + i : 0);
	for (n = 0; (arg = survey_lock(g->p, pf->name, n)) >= 0; n++)
		if (arg < in->nargs)
			lock_value(g, in->args[arg]);
	if (dst == 0)
		return;
	if (pf->rule != NULL && pf->rule->result == RULE_RESULT_ARG &&
	    pf->rule->result_arg >= 0 && pf->rule->result_arg < in->nargs)
		value_into(g, in->args[pf->rule->result_arg], dst);
	else if (ir != NULL && !survey_allocates(g->p, f))
		flow_edge(g->p, g->p->link->first_result + f, dst, false);
	else {
		mark_other(g, dst);
		vec_push(&g->p->link->fresh, dst);
	}
}

static void
call_indirect(struct gather *g, const struct ir_insn *in)
{
	struct link *l = g->p->link;
	struct icall c = { .func = g->scope.func, .insn = in };
	const struct ir_expr *pointer = pointer_of(in->src);
	key_id k, plain;
	uint32_t i;

	c.dst = result_key(g, in);
	fill(g, c.dst);
	c.callee = value_key(g, in->src);
	if (pointer != NULL && c.callee != 0) {
		/* In C, *f of a function pointer is f. */
		plain = value_key(g, pointer);
		if (plain != 0)
			flow_edge(g->p, plain, c.callee, false);
	}
	if (c.callee == 0)
		c.callee = temp(g);
	c.args = (uint32_t)l->argkeys.n;
	for (i = 0; i < in->nargs; i++) {
		k = value_key(g, in->args[i]);
		vec_push(&l->argkeys, k);
	}
	vec_push(&l->icalls, c);
	map_put(l->icall_of, (uint64_t)c.func << 32 | in->site,
	    l->icalls.n - 1);
	flow_use(g->p, c.callee, USE_CALL, (uint32_t)l->icalls.n - 1);
}

static void
gather_insn(struct gather *g, const struct ir_insn *in)
{
	key_id pointer;
	func_id f;
	uint32_t i;

	switch (in->kind) {
	case IR_ASSIGN:
		assign(g, in->dst, in->src);
		break;
	case IR_CALL:
		f = is_direct(in) ? global_func(g, in->src) : NO_FUNC;
		if (f != NO_FUNC)
			call_direct(g, in, f);
		else
			call_indirect(g, in);
		break;
	case IR_ASM:
		for (i = 0; i < in->nargs; i++)
			mark_other(g, store_key(g, in->args[i], &pointer));
		break;
	case IR_RET:
		if (in->src != NULL)
			value_into(g, in->src, g->p->link->first_result +
			    g->scope.func);
		break;
	default:
		if (in->src != NULL)
			value_into(g, in->src, 0);
		break;
	}
}

static void
gather_inits(struct gather *g)
{
	const struct ir_module *m;
	uint32_t u;
	size_t i;

	g->ir = NULL;
	g->scope.func = NO_FUNC;
	for (u = 0; u < g->p->link->nmodules; u++) {
		m = g->p->link->modules[u];
		g->scope.unit = u;
		for (i = 0; i < m->inits.n; i++)
			assign(g, m->inits.p[i].place, m->inits.p[i].value);
	}
}

/*
 * The linker puts the variables of a set into one array: __NAME_sym_X is an
 * element of __start_NAME.
 */
static void
gather_sets(struct program *p)
{
	struct link *l = p->link;
	const char *name, *sym;
	struct buf b = { 0 };
	struct symbol s;
	size_t i;

	for (i = 0; i < l->vars.n; i++) {
		name = name_str(p->names, l->vars.p[i].name);
		sym = strncmp(name, "__", 2) == 0 ?
		    strstr(name, "_sym_") : NULL;
		if (sym == NULL || l->vars.p[i].key == 0)
			continue;
		buf_clear(&b);
		buf_fmt(&b, "__start_%.*s", (int)(sym - name - 2), name + 2);
		s = symbol_find(p, NO_UNIT, name_find(p->names, b.p));
		if (s.kind == SYMBOL_VAR)
			flow_edge(p, l->vars.p[i].key,
			    key_variable(p, s.index), false);
	}
	buf_free(&b);
}

/* Every place that is mentioned has a key, also where nothing flows. */
static void
mention(void *ctx, const struct ir_insn *in, const struct ir_expr *e)
{
	struct gather *g = ctx;

	(void)in;
	if (e->kind == IR_FIELD || (e->kind == IR_GLOBAL &&
	    !(is_direct(in) && e == in->src)))
		(void)key_make(g->p, g->scope, e);
}

/* The members that rules speak of. */
static void
mention_rule(struct program *p, const struct rule_func *r)
{
	const struct rule_lock *lock;
	size_t i;

	for (i = 0; r != NULL && i < r->neffects; i++) {
		lock = &r->effects[i].lock;
		if (lock->kind == RULE_LOCK_FIELD)
			(void)key_field(p, lock->record, lock->field);
	}
}

void
gather(struct program *p)
{
	struct gather g = { .p = p,
	    .called = ecalloc(p->funcs.n + 1, 1) };
	const struct ir_func *ir;
	uint32_t b, i;
	func_id f;

	p->link->const_of = map_new();
	p->link->joined = map_new();
	p->link->sig_of = map_new();
	p->link->icall_of = map_new();
	vec_push(&p->link->sets, ((struct set){ 0 }));
	vec_push(&p->link->edges, ((struct edge){ 0 }));
	vec_push(&p->link->uses, ((struct use){ 0 }));
	survey(p);
	keys_number(p);
	for (f = 0; f < p->funcs.n; f++) {
		mention_rule(p, p->funcs.p[f].rule);
		ir = g.ir = p->funcs.p[f].ir;
		if (ir == NULL)
			continue;
		g.scope = scope_of(p, f);
		walk_func(ir, mention, &g);
		for (b = 0; b < ir->nblocks; b++)
			for (i = 0; i < ir->blocks[b].ninsns; i++)
				gather_insn(&g, &ir->blocks[b].insns[i]);
	}
	gather_inits(&g);
	gather_sets(p);
	/* Who calls these, and with what, is not seen. */
	for (f = 0; f < p->funcs.n; f++)
		for (i = 0; (!g.called[f] || p->funcs.p[f].flags &
		    PROG_TAKEN) && p->funcs.p[f].ir != NULL && i <
		    p->funcs.p[f].ir->nparams; i++)
			fill(&g, p->link->local_base[f] + i);
	free(g.called);
	flow_spread_other(p);
	worth_following(p);
}
