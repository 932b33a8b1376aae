/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Export: one exit of a function in terms of what its callers know.
 *
 * These are the level and the saved level at entry, arguments, and memory
 * reached from arguments and globals.  What cannot be said in such terms is
 * unknown to the caller: a level counts as unchanged then, with an entry in
 * the ledger.
 */

#include <string.h>

#include "flow/flow_int.h"

#define EXPORT_DEPTH	14

bool
exportable(const struct nodes *t, node_t n)
{
	const struct node *p = node_get(t, n);

	return !(p->flags & NODE_INNER) && p->depth <= EXPORT_DEPTH;
}

static bool
token_of(const struct nodes *t, node_t v)
{
	return v != 0 && (node_get(t, v)->flags & NODE_TOKEN) != 0;
}

/* x + k: a counter that goes with a saved level. */
static bool
is_count(const struct nodes *t, node_t v)
{
	const struct node *p = node_get(t, v);

	return p->kind == NODE_CONST || (p->kind == NODE_BINARY &&
	    p->op == IR_OP_ADD && node_get(t, p->b)->kind == NODE_CONST);
}

/* Remember the struct that a member, which keeps a saved level, is in. */
static void
add_keeper(struct solver *sv, node_t place)
{
	const struct node *p = node_get(sv->nodes, place);
	uint32_t i;

	sv->keeps = true;
	if (p->kind != NODE_FIELD)
		return;
	for (i = 0; i < sv->nkeepers; i++)
		if (sv->keepers[i] == p->a)
			return;
	if (sv->nkeepers < MAX_KEEPERS)
		sv->keepers[sv->nkeepers++] = p->a;
}

/* The members that a level was restored from. */
static void
restored_from(struct solver *sv, node_t level)
{
	const struct node *p = node_get(sv->nodes, level);

	switch (p->kind) {
	case NODE_MAX:
	case NODE_MIN:
		restored_from(sv, p->b);
		/* FALLTHROUGH */
	case NODE_CLAMP:
		restored_from(sv, p->a);
		break;
	case NODE_INIT:
		if (node_root_local(sv->nodes, p->a) == IR_NONE)
			add_keeper(sv, p->a);
		break;
	default:
		break;
	}
}

void
export_prepare(struct solver *sv)
{
	const struct state *s;
	uint32_t i, k;

	for (i = 0; i < sv->exits.n; i++) {
		s = sv->exits.p[i];
		for (k = 0; k < s->nenv; k++)
			if (token_of(sv->nodes, s->env[k].value) &&
			    node_root_local(sv->nodes, s->env[k].place) ==
			    IR_NONE)
				add_keeper(sv, s->env[k].place);
		restored_from(sv, s->level);
	}
}

/* Is it a member beside one that keeps a saved level? */
static bool
is_beside(const struct solver *sv, node_t place)
{
	const struct node *p = node_get(sv->nodes, place);
	uint32_t i;

	if (p->kind != NODE_FIELD)
		return false;
	for (i = 0; i < sv->nkeepers; i++)
		if (sv->keepers[i] == p->a)
			return true;
	return false;
}

/*
 * Can the level come back to what it was before the first raise that waits,
 * if somebody restores this token?  Not if it was saved after that raise, nor
 * if it is no lower than the level now.
 */
static bool
brings_back(const struct nodes *t, const struct state *s, node_t token)
{
	node_t old, level = s->nheld > 0 ? s->saved : s->level;

	if (s->nraises == 0 || level_leq(t, level, token))
		return false;
	old = s->raises[0].old;
	return level_leq(t, token, old) || !level_leq(t, old, token);
}

/*
 * Saved levels, addresses, and what stands beside saved levels: a counter
 * or a flag that tells whether there is one.
 */
static void
export_writes(struct solver *sv, struct outcome *o, const struct state *s)
{
	const struct nodes *t = sv->nodes;
	uint32_t i;
	bool token;

	o->far = s->stored;
	o->writes = arena_alloc(sv->arena,
	    MAX_WRITES * sizeof(*o->writes));
	for (i = 0; i < s->nenv && o->nwrites < MAX_WRITES; i++) {
		const struct bind *b = &s->env[i];

		/* Locals, and members of parameters, die with the function. */
		if (node_root_local(t, b->place) != IR_NONE)
			continue;
		token = token_of(t, b->value) || state_saves(sv, b);
		if (!exportable(t, b->place) || !exportable(t, b->value)) {
			o->far |= token && brings_back(t, s, b->value);
			continue;
		}
		if (!token && node_get(t, b->value)->kind != NODE_ADDR &&
		    !(sv->keeps && is_count(t, b->value)) &&
		    !is_beside(sv, b->place))
			continue;
		if (token && brings_back(t, s, b->value))
			o->escapes = true;
		if (token && node_get(t, b->value)->kind == NODE_CONST)
			o->saves |= UINT32_C(1) << o->nwrites;
		o->writes[o->nwrites++] = *b;
	}
	o->escapes |= o->far;
}

uint32_t
export_facts(struct solver *sv, const struct state *s, struct fact **out)
{
	uint32_t i, n = 0;

	*out = arena_alloc(sv->arena, (s->nfacts + 1) * sizeof(**out));
	for (i = 0; i < s->nfacts; i++)
		if (exportable(sv->nodes, s->facts[i].value))
			(*out)[n++] = s->facts[i];
	return n;
}

uint32_t
facts_common(struct fact *a, uint32_t na, const struct fact *b, uint32_t nb)
{
	uint32_t i, j, n;

	for (i = n = 0; i < na; i++)
		for (j = 0; j < nb; j++) {
			struct fact f = a[i], g = b[j];

			if (f.value != g.value)
				continue;
			f.lo = f.lo < g.lo ? f.lo : g.lo;
			f.hi = f.hi > g.hi ? f.hi : g.hi;
			f.nonzero = f.nonzero && g.nonzero;
			if (f.nonzero || f.lo != INT64_MIN ||
			    f.hi != INT64_MAX)
				a[n++] = f;
			break;
		}
	return n;
}

/* A level that says nothing outside of the function counts as unchanged. */
static node_t
export_level(struct solver *sv, node_t level, uint32_t site)
{
	const struct ir_insn *in;

	if (level == 0 || exportable(sv->nodes, level))
		return level;
	in = solver_insn(sv->ir, site);
	flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
	    sv->ir->files[in->loc.file], in->loc.line,
	    "the level here is not known; taken as the level at entry");
	return node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
}

/*
 * A mutex came with a pointer that a callee returned, and who is called next
 * finds that pointer: it stands for the mutex, to be released through it.
 */
static bool
hands_over(const struct solver *sv, const struct state *s, node_t ret,
    const struct held *h)
{
	const struct program *p = sv->flow->program;
	node_t object;
	uint32_t i;

	if (!sv->flow->adaptive || h->from == NO_FUNC ||
	    *name_str(p->names, p->funcs.p[h->from].ir->sig) != 'p')
		return false;
	object = node_leaf(sv->nodes, NODE_RET, 0, h->site);
	if (ret == object)
		return true;
	for (i = 0; i < s->nenv; i++)
		if (s->env[i].value == object &&
		    node_root_local(sv->nodes, s->env[i].place) == IR_NONE)
			return true;
	return false;
}

void
export_exit(struct solver *sv, const struct state *s, node_t ret,
    uint32_t site, struct outcome *o)
{
	struct arena *a = sv->arena;
	const struct node *p;
	uint32_t i;

	memset(o, 0, sizeof(*o));
	o->site = site;
	o->trace = s->trace;
	o->level = export_level(sv, s->level, site);
	o->saved = state_count(s) > 0 ? export_level(sv, s->saved, site) : 0;
	o->left = s->left;
	o->nocase = s->nocase != 0;
	o->peak = exportable(sv->nodes, s->peak) ? s->peak : o->level;
	o->slept = s->slept;
	if (ret != 0) {
		state_fact(sv, s, ret, &o->result);
		/* Arithmetic on a pointer gives none that is NULL. */
		p = node_get(sv->nodes, ret);
		if (sv->gives_pointer && p->kind == NODE_BINARY &&
		    (p->op == IR_OP_ADD || p->op == IR_OP_SUB))
			o->result.nonzero = true;
		if (exportable(sv->nodes, ret)) {
			o->ret = ret;
			if (token_of(sv->nodes, ret) &&
			    brings_back(sv->nodes, s, ret))
				o->escapes = true;
		}
	} else {
		o->result.lo = INT64_MIN;
		o->result.hi = INT64_MAX;
	}
	o->result.value = 0;
	o->held = arena_alloc(a, (s->nheld + 1) * sizeof(*o->held));
	for (i = 0; i < s->nheld; i++) {
		o->held[i] = s->held[i];
		o->held[i].given = hands_over(sv, s, ret, &s->held[i]);
		if (o->held[i].class == NULL)
			o->held[i].class = lock_identity(sv, s->held[i].lock);
		if (node_get(sv->nodes, s->held[i].lock)->kind == NODE_ADDR)
			o->held[i].path = lock_path(sv->nodes,
			    s->held[i].lock);
		o->held[i].level = exportable(sv->nodes, s->held[i].level) ?
		    s->held[i].level : node_const(sv->nodes, 0);
		o->held[i].old = export_level(sv, s->held[i].old, site);
		if (!exportable(sv->nodes, o->held[i].lock))
			o->held[i].lock = 0;
	}
	o->nheld = s->nheld;
	o->raises = arena_alloc(a, (s->nraises + 1) * sizeof(*o->raises));
	for (i = 0; i < s->nraises; i++) {
		o->raises[i] = s->raises[i];
		o->raises[i].old = export_level(sv, s->raises[i].old, site);
	}
	o->nraises = s->nraises;
	o->released = arena_alloc(a, (s->nreleased + 1) *
	    sizeof(*o->released));
	for (i = 0; i < s->nreleased; i++)
		o->released[i] = exportable(sv->nodes, s->released[i]) ?
		    s->released[i] : 0;
	o->released_class = arena_alloc(a, (s->nreleased + 1) *
	    sizeof(*o->released_class));
	for (i = 0; i < s->nreleased; i++)
		o->released_class[i] = s->released[i] == 0 ? NULL :
		    lock_identity(sv, s->released[i]);
	o->nreleased = s->nreleased;
	o->passed = state_dup(sv, s->passed, s->npassed, 0,
	    sizeof(*o->passed));
	o->npassed = sv->budget ? 0 : s->npassed;
	export_writes(sv, o, s);
	o->nconds = export_facts(sv, s, &o->conds);
}
