/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The survey: what the members of structs are, judged by how they are used.
 *
 * The IR gives types to variables and none to members, so a first look goes
 * over all bodies.  Records that are locks are what functions take that
 * rules say initialise or take one.  A member that is copied to or from
 * variables of one pointer type is taken for that type, and one that is
 * copied to or from small integers for an integer; the flows then need not
 * carry functions and addresses through it.  Where the signs contradict each
 * other, or there are none, a member can hold anything.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

/* How a member was seen; a record is in the upper half. */
#define SIGN_SMALL	0x01		/* an integer smaller than a pointer */
#define SIGN_WIDE	0x02		/* an integer as wide as a pointer */
#define SIGN_POINTER	0x04		/* to something */
#define SIGN_RECORD	0x08		/* to the record */
#define SIGN_FUNC	0x10		/* a function was put there */
#define SIGN_MANY	0x20		/* different records */

struct survey {
	struct program *p;
	struct scope scope;
	const struct ir_func *ir;
};

static uint64_t
pair(name_t a, name_t b)
{
	return (uint64_t)a << 32 | b;
}

/* ---- locks ---- */

int
survey_lock(const struct program *p, name_t func, size_t n)
{
	const struct rule_lockinit *init = rules_lockinit(p->rules, func);
	const struct rule_func *f = rules_func(p->rules, func, p->version);
	const struct rule_effect *e;
	size_t i;

	if (init != NULL && init->lock >= 0 && n-- == 0)
		return init->lock;
	for (i = 0; f != NULL && i < f->neffects; i++) {
		e = &f->effects[i];
		if ((e->what == RULE_ENTER || e->what == RULE_EXIT) &&
		    e->lock.kind == RULE_LOCK_ARG && e->lock.arg >= 0 &&
		    n-- == 0)
			return e->lock.arg;
	}
	return -1;
}

static void
note_lock(struct program *p, name_t type)
{
	name_t record = type_record(p, type);

	if (record != 0)
		map_put(p->link->lock_records, record, 1);
}

/* A lock is what the functions that take locks have as parameter. */
static void
find_locks(struct program *p)
{
	const struct ir_func *ir;
	size_t n;
	func_id f;
	int arg;

	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		if (ir == NULL)
			continue;
		for (n = 0; (arg = survey_lock(p, p->funcs.p[f].name,
		    n)) >= 0; n++)
			if ((uint32_t)arg < ir->nparams)
				note_lock(p, ir->locals[arg].type);
	}
}

/* Where these have no text, it is what they are given. */
static void
find_locks_given(struct survey *s, const struct ir_insn *in)
{
	const struct ir_expr *e;
	size_t n;
	int arg;

	for (n = 0; (arg = survey_lock(s->p, in->src->name, n)) >= 0; n++) {
		if (arg >= in->nargs)
			continue;
		e = in->args[arg];
		if (e->kind == IR_ADDR)
			e = e->a;
		while (e->kind == IR_INDEX)
			e = e->a;
		if (e->kind == IR_LOCAL)
			note_lock(s->p, s->ir->locals[e->local].type);
	}
}

/* ---- signs ---- */

static const struct ir_expr *
root(const struct ir_expr *place)
{
	while (place->kind == IR_INDEX)
		place = place->a;
	return place;
}

/* What the type of a variable or of a result says; 0: nothing. */
static uint64_t
sign_of_type(const struct program *p, name_t type)
{
	const char *t = name_str(p->names, type);
	name_t record;

	switch (t[0]) {
	case 'i':
	case 'u':
		return strncmp(t + 1, "64", 2) == 0 ? SIGN_WIDE : SIGN_SMALL;
	case 'f':
		return SIGN_SMALL;
	case 'p':
		record = strchr(t, '(') != NULL ? 0 : type_record(p, type);
		return record != 0 ? (uint64_t)record << 32 | SIGN_RECORD :
		    SIGN_POINTER;
	default:
		return 0;
	}
}

static name_t
place_type(const struct survey *s, const struct ir_expr *place)
{
	struct symbol sym;

	if (place->kind == IR_LOCAL && s->ir != NULL)
		return s->ir->locals[place->local].type;
	if (place->kind == IR_GLOBAL) {
		sym = symbol_find(s->p, s->scope.unit, place->name);
		if (sym.kind == SYMBOL_VAR)
			return s->p->link->vars.p[sym.index].type;
	}
	return 0;
}

/* What the address of a place says. */
static uint64_t
sign_of_address(const struct survey *s, const struct ir_expr *place)
{
	uint64_t record;
	name_t r;

	place = root(place);
	if (place->kind == IR_GLOBAL && symbol_find(s->p, s->scope.unit,
	    place->name).kind == SYMBOL_FUNC)
		return SIGN_FUNC;
	if (place->kind == IR_FIELD)
		return map_get(s->p->link->records, pair(place->record,
		    place->name), &record) ? record << 32 | SIGN_RECORD :
		    SIGN_POINTER;
	r = type_record(s->p, place_type(s, place));
	return r != 0 ? (uint64_t)r << 32 | SIGN_RECORD : SIGN_POINTER;
}

static uint64_t
sign_of(const struct survey *s, const struct ir_expr *e)
{
	switch (e->kind) {
	case IR_STR:
		return SIGN_POINTER;
	case IR_LOCAL:
	case IR_GLOBAL:
		return sign_of_type(s->p, place_type(s, e));
	case IR_ADDR:
		return e->a->kind == IR_DEREF ? sign_of(s, e->a->a) :
		    sign_of_address(s, e->a);
	default:
		return 0;
	}
}

static void
add_sign(struct survey *s, const struct ir_expr *place, uint64_t sign)
{
	uint64_t id, old = 0;

	place = root(place);
	if (place->kind != IR_FIELD || sign == 0)
		return;
	id = pair(place->record, place->name);
	(void)map_get(s->p->link->signs, id, &old);
	if (old & sign & SIGN_RECORD && old >> 32 != sign >> 32)
		sign = (sign & UINT32_MAX) | SIGN_MANY;
	map_put(s->p->link->signs, id, old | sign);
}

static void
copied(struct survey *s, const struct ir_expr *dst, const struct ir_expr *src)
{
	add_sign(s, dst, sign_of(s, src));
	add_sign(s, src, sign_of(s, dst));
}

/* What the caller takes the result of a function for. */
static void
given(struct survey *s, func_id f, const struct ir_expr *dst)
{
	name_t record = type_record(s->p, place_type(s, dst));
	uint64_t old;

	if (record == 0)
		return;
	if (!map_get(s->p->link->givers, f, &old))
		map_put(s->p->link->givers, f, record);
	else if (old != record)
		map_put(s->p->link->givers, f, 0);
}

static void
called(struct survey *s, const struct ir_insn *in)
{
	struct symbol sym = symbol_find(s->p, s->scope.unit, in->src->name);
	const struct rule_lockinit *init;
	const struct ir_func *ir;
	uint32_t i;

	if (sym.kind != SYMBOL_FUNC)
		return;
	ir = s->p->funcs.p[sym.index].ir;
	for (i = 0; ir != NULL && i < in->nargs && i < ir->nparams; i++)
		add_sign(s, in->args[i], sign_of_type(s->p,
		    ir->locals[i].type));
	if (in->dst == NULL)
		return;
	given(s, sym.index, in->dst);
	init = rules_lockinit(s->p->rules, in->src->name);
	if (init != NULL && init->lock == RULE_RET)
		add_sign(s, in->dst, SIGN_POINTER);
	else if (ir != NULL)
		add_sign(s, in->dst, sign_of_type(s->p, ir->sig));
}

/* Members of members: the outer one is a record. */
static void
nested(void *ctx, const struct ir_insn *in, const struct ir_expr *e)
{
	struct survey *s = ctx;
	const struct ir_expr *a;

	(void)in;
	if (e->kind != IR_FIELD)
		return;
	a = root(e->a);
	if (a->kind != IR_FIELD)
		return;
	map_put(s->p->link->records, pair(a->record, a->name), e->record);
	map_put(s->p->link->within, pair(a->record, e->record), 1);
}

static void
look(struct survey *s, const struct ir_insn *in)
{
	switch (in->kind) {
	case IR_ASSIGN:
		copied(s, in->dst, in->src);
		break;
	case IR_CALL:
		if (is_direct(in))
			called(s, in);
		break;
	case IR_RET:
		if (in->src != NULL)
			add_sign(s, in->src, sign_of_type(s->p,
			    s->ir->sig));
		break;
	}
}

static void
each_insn(struct survey *s,
    void (*visit)(struct survey *, const struct ir_insn *))
{
	uint32_t b, i;
	func_id f;

	for (f = 0; f < s->p->funcs.n; f++) {
		s->ir = s->p->funcs.p[f].ir;
		if (s->ir == NULL)
			continue;
		s->scope = scope_of(s->p, f);
		for (b = 0; b < s->ir->nblocks; b++)
			for (i = 0; i < s->ir->blocks[b].ninsns; i++)
				visit(s, &s->ir->blocks[b].insns[i]);
	}
}

static void
visit_nested(struct survey *s, const struct ir_insn *in)
{
	walk_insn(in, nested, s);
}

static void
visit_given(struct survey *s, const struct ir_insn *in)
{
	if (is_direct(in))
		find_locks_given(s, in);
}

static void
look_at_inits(struct survey *s)
{
	const struct ir_module *m;
	uint32_t u;
	size_t i;

	s->ir = NULL;
	for (u = 0; u < s->p->link->nmodules; u++) {
		m = s->p->link->modules[u];
		s->scope = (struct scope){ NO_FUNC, u };
		for (i = 0; i < m->inits.n; i++) {
			walk_expr(NULL, m->inits.p[i].place, nested, s);
			copied(s, m->inits.p[i].place, m->inits.p[i].value);
		}
	}
}

void
survey(struct program *p)
{
	struct survey s = { .p = p };

	p->link->records = map_new();
	p->link->lock_records = map_new();
	p->link->within = map_new();
	p->link->signs = map_new();
	p->link->givers = map_new();
	find_locks(p);
	if (map_count(p->link->lock_records) == 0)
		each_insn(&s, visit_given);
	each_insn(&s, visit_nested);
	each_insn(&s, look);
	look_at_inits(&s);
}

/* ---- conclusions ---- */

unsigned
survey_accepts(const struct program *p, name_t record, name_t field)
{
	uint64_t sign = 0, value;

	(void)map_get(p->link->signs, pair(record, field), &sign);
	if (sign & (SIGN_FUNC | SIGN_MANY))
		return ACCEPT_ALL;
	if (sign & SIGN_RECORD) {
		if (map_get(p->link->lock_records, sign >> 32, &value))
			return ACCEPT_ALL | NODE_LOCK;
		return sign & SIGN_SMALL ||
		    map_count(p->link->lock_records) == 0 ? ACCEPT_ALL : 0;
	}
	if (sign & SIGN_POINTER)
		return ACCEPT_POINTER;
	return sign & (SIGN_SMALL | SIGN_WIDE) ? ACCEPT_LEVEL : ACCEPT_ALL;
}

static bool
is_struct_pointer(const struct survey *s, const struct ir_expr *e)
{
	uint64_t sign, value;

	if (e->kind == IR_CONST)
		return true;
	e = e->kind == IR_ADDR ? e : root(e);
	if (e->kind == IR_FIELD)
		return survey_accepts(s->p, e->record, e->name) == 0;
	sign = sign_of(s, e);
	return sign & SIGN_RECORD &&
	    !map_get(s->p->link->lock_records, sign >> 32, &value);
}

bool
survey_structs(const struct program *p, func_id f)
{
	struct survey s = { (struct program *)(uintptr_t)p, scope_of(p, f),
	    p->funcs.p[f].ir };
	const struct ir_insn *in;
	bool any = false;
	uint32_t b;

	if (map_count(p->link->lock_records) == 0)
		return false;
	for (b = 0; b < s.ir->nblocks; b++) {
		in = ir_terminator(&s.ir->blocks[b]);
		if (in->kind != IR_RET || in->src == NULL)
			continue;
		if (!is_struct_pointer(&s, in->src))
			return false;
		any = any || in->src->kind != IR_CONST;
	}
	return any;
}

bool
survey_allocates(const struct program *p, func_id f)
{
	uint64_t record;

	return map_get(p->link->givers, f, &record) && record == 0;
}

bool
survey_plain(const struct program *p, struct scope sc,
    const struct ir_expr *place)
{
	struct survey s = { (struct program *)(uintptr_t)p, sc,
	    sc.func != NO_FUNC ? p->funcs.p[sc.func].ir : NULL };
	uint64_t record, value;
	name_t type;

	if (map_count(p->link->lock_records) == 0)
		return false;
	place = root(place);
	if (place->kind == IR_FIELD)
		return map_get(p->link->records, pair(place->record,
		    place->name), &record) &&
		    !map_get(p->link->lock_records, record, &value);
	type = place_type(&s, place);
	return strchr(name_str(p->names, type), ':') != NULL &&
	    !is_lock_type(p, type);
}
