/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Expressions of the IR become nodes: places, and the values that a state has
 * in them.
 */

#include "flow/flow_int.h"

static node_t
global_place(struct solver *sv, name_t name)
{
	return node_global(sv->nodes, name,
	    program_key_global(sv->flow->program, sv->func, name));
}

/* What the machine's own member holds: the level can be read like a field. */
const struct rule_place *
machine_place(const struct solver *sv, const struct ir_expr *e)
{
	if (e->kind != IR_FIELD)
		return NULL;
	return rules_place(sv->flow->program->rules, e->record, e->name);
}

/* Does the value come from memory that others can write meanwhile? */
static bool
from_memory(const struct solver *sv, node_t v)
{
	const struct node *p = node_get(sv->nodes, v);

	return p->kind == NODE_INIT &&
	    node_get(sv->nodes, p->a)->kind != NODE_LOCAL;
}

/*
 * A single path that follows NULL ends there.  If the pointer is a member
 * that was NULL before, a call that was not gone into may have set it.
 */
static void
assume_followed(struct solver *sv, struct state *s, node_t pointer)
{
	struct fact f = { pointer, true, INT64_MIN, INT64_MAX };

	if (state_truth(sv, s, pointer) != 0 && state_narrow(sv, s, &f))
		return;
	if (from_memory(sv, pointer))
		walk_give_up(sv);
	s->dead = true;
}

node_t
eval_place(struct solver *sv, struct state *s, const struct ir_expr *e,
    uint32_t site)
{
	node_t value;

	switch (e->kind) {
	case IR_LOCAL:
		if (s->at != NULL)
			return node_frame_local(sv->nodes, e->local,
			    e->local < sv->ir->nparams, s->at->id,
			    sv->func);
		return node_local(sv->nodes, e->local,
		    e->local < sv->ir->nparams);
	case IR_GLOBAL:
		return global_place(sv, e->name);
	case IR_FIELD:
		return node_field(sv->nodes, eval_place(sv, s, e->a, site),
		    e->record, e->name);
	case IR_DEREF:
		value = eval_expr(sv, s, e->a, site);
		if (s->at != NULL)
			assume_followed(sv, s, value);
		return node_deref(sv->nodes, value);
	case IR_INDEX:
		return node_index(sv->nodes, eval_place(sv, s, e->a, site),
		    eval_expr(sv, s, e->b, site));
	default:
		bug("place of kind %d", e->kind);
	}
}

/* What was read through is not NULL. */
static void
assume_pointer(struct solver *sv, struct state *s, node_t place)
{
	struct fact f = { 0, true, INT64_MIN, INT64_MAX };
	const struct node *p = node_get(sv->nodes, place);

	while (p->kind == NODE_FIELD || p->kind == NODE_INDEX)
		p = node_get(sv->nodes, p->a);
	if (p->kind != NODE_DEREF)
		return;
	f.value = p->a;
	(void)state_narrow(sv, s, &f);
}

node_t
eval_expr(struct solver *sv, struct state *s, const struct ir_expr *e,
    uint32_t site)
{
	const struct rule_place *mp;
	node_t place;

	switch (e->kind) {
	case IR_CONST:
		return node_const(sv->nodes, e->value);
	case IR_STR:
		return node_leaf(sv->nodes, NODE_STR, 0, e->name);
	case IR_ADDR:
		return node_addr(sv->nodes, eval_place(sv, s, e->a, site));
	case IR_UNARY:
		return node_unary(sv->nodes, e->op,
		    eval_expr(sv, s, e->a, site));
	case IR_BINARY:
		return node_binary(sv->nodes, e->op,
		    eval_expr(sv, s, e->a, site),
		    eval_expr(sv, s, e->b, site));
	case IR_OPAQUE:
		if (s->at != NULL)
			return state_leaf(sv, s, NODE_FRESH, 0, site);
		return node_leaf(sv->nodes, NODE_FRESH, 0, site);
	default:
		mp = machine_place(sv, e);
		if (mp != NULL && mp->kind == RULE_PLACE_LEVEL)
			return s->level;
		place = eval_place(sv, s, e, site);
		if (sv->gives_pointer || s->nheld > 0)
			assume_pointer(sv, s, place);
		return state_read(sv, s, place);
	}
}
