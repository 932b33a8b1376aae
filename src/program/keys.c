/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Keys: the places that the flows speak of.
 *
 * Locals come first, function by function, then the results, so that these
 * need no table; members, variables and temporaries follow as they are met.
 * A key's type says what it can hold: a struct foo * is no lock and no
 * address of one, which keeps what goes through void * from spreading over
 * every driver; an integer holds levels only, and a function that was cast
 * to one is lost.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

name_t
type_record(const struct program *p, name_t type)
{
	const char *colon;

	if (type == 0)
		return 0;
	colon = strchr(name_str(p->names, type), ':');
	return colon != NULL ? name_intern(p->names, colon + 1) : 0;
}

bool
is_lock_type(const struct program *p, name_t type)
{
	name_t record = type_record(p, type);
	uint64_t value;

	return record != 0 && map_get(p->link->lock_records, record, &value);
}

/* Can it be a lock, or point to anything? */
static bool
maybe_lock(const struct program *p, name_t type)
{
	return strchr(name_str(p->names, type), ':') == NULL ||
	    map_count(p->link->lock_records) == 0 || is_lock_type(p, type);
}

static unsigned
accepts(const struct program *p, name_t type)
{
	const char *t = name_str(p->names, type);

	switch (t[0]) {
	case 'p':
		if (is_lock_type(p, type))
			return ACCEPT_POINTER | NODE_LOCK;
		return maybe_lock(p, type) ? ACCEPT_POINTER : 0;
	case 'a':
		return maybe_lock(p, type) ? ACCEPT_ALL : 0;
	case 'i':
	case 'u':
		return ACCEPT_LEVEL;
	case 's':
		return is_lock_type(p, type) ? ACCEPT_LEVEL | NODE_LOCK :
		    ACCEPT_LEVEL;
	case 'f':
	case 'v':
		return 0;
	default:
		return ACCEPT_ALL;
	}
}

static unsigned
accepts_cached(struct program *p, name_t type)
{
	uint64_t value;

	if (!map_get(p->link->types, type, &value)) {
		value = accepts(p, type);
		map_put(p->link->types, type, value);
	}
	return (unsigned)value;
}

static unsigned
accepts_result(const struct program *p, func_id f)
{
	name_t sig = p->funcs.p[f].ir->sig;

	if (name_str(p->names, sig)[0] == 'p' && survey_structs(p, f))
		return 0;
	return accepts(p, sig);
}

static key_id
add_node(struct link *l, unsigned flags)
{
	vec_push(&l->nodes, ((struct node){ .flags = (uint16_t)flags }));
	return (key_id)l->nodes.n - 1;
}

void
keys_number(struct program *p)
{
	struct link *l = p->link;
	const struct ir_func *ir;
	func_id f;
	uint32_t i;

	l->fields = map_new();
	l->types = map_new();
	l->local_base = ecalloc(p->funcs.n, sizeof(*l->local_base));
	(void)add_node(l, 0);
	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		l->local_base[f] = (key_id)l->nodes.n;
		for (i = 0; ir != NULL && i < ir->nlocals; i++)
			(void)add_node(l, accepts_cached(p,
			    ir->locals[i].type));
	}
	l->first_result = (key_id)l->nodes.n;
	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		(void)add_node(l, ir != NULL ? accepts_result(p, f) : 0);
	}
	l->first_other = (key_id)l->nodes.n;
}

key_id
key_new(struct program *p, enum key_kind kind, uint32_t a, uint32_t b)
{
	vec_push(&p->link->others, ((struct key){ (uint8_t)kind, a, b }));
	return add_node(p->link, ACCEPT_ALL);
}

key_id
key_field(struct program *p, name_t record, name_t field)
{
	uint64_t id = (uint64_t)record << 32 | field, key;

	if (!map_get(p->link->fields, id, &key)) {
		key = key_new(p, KEY_FIELD, record, field);
		p->link->nodes.p[key].flags = (uint16_t)survey_accepts(p,
		    record, field);
		map_put(p->link->fields, id, key);
	}
	return (key_id)key;
}

key_id
key_variable(struct program *p, uint32_t var)
{
	struct variable *v = &p->link->vars.p[var];

	if (v->key == 0) {
		v->key = key_new(p, KEY_GLOBAL, 0, var);
		if (v->type != 0)
			p->link->nodes.p[v->key].flags =
			    (uint16_t)accepts_cached(p, v->type);
	}
	return v->key;
}

/* A name that no unit declares is taken for an external variable. */
static key_id
key_global(struct program *p, uint32_t unit, name_t name)
{
	struct symbol s = symbol_find(p, unit, name);

	if (s.kind == SYMBOL_FUNC)
		return 0;
	if (s.kind == SYMBOL_NONE) {
		s.index = (uint32_t)p->link->vars.n;
		vec_push(&p->link->vars, ((struct variable){ .name = name }));
		map_put(p->link->external, name, (uint64_t)s.index << 1 | 1);
	}
	return key_variable(p, s.index);
}

key_id
key_make(struct program *p, struct scope sc, const struct ir_expr *e)
{
	switch (e->kind) {
	case IR_FIELD:
		return key_field(p, e->record, e->name);
	case IR_LOCAL:
		return sc.func != NO_FUNC ? p->link->local_base[sc.func] +
		    e->local : 0;
	case IR_GLOBAL:
		return key_global(p, sc.unit, e->name);
	case IR_INDEX:
		return key_make(p, sc, e->a);
	default:
		return 0;
	}
}

key_id
key_lookup(const struct program *p, struct scope sc, const struct ir_expr *e)
{
	struct symbol s;

	switch (e->kind) {
	case IR_FIELD:
		return program_key_field(p, e->record, e->name);
	case IR_LOCAL:
		return sc.func != NO_FUNC ? p->link->local_base[sc.func] +
		    e->local : 0;
	case IR_GLOBAL:
		s = symbol_find(p, sc.unit, e->name);
		return s.kind == SYMBOL_VAR ? p->link->vars.p[s.index].key :
		    0;
	case IR_INDEX:
		return key_lookup(p, sc, e->a);
	default:
		return 0;
	}
}

static enum key_kind
key_kind(const struct program *p, key_id k)
{
	if (k < p->link->first_result)
		return KEY_LOCAL;
	if (k < p->link->first_other)
		return KEY_RESULT;
	return p->link->others.p[k - p->link->first_other].kind;
}

void
key_names(const struct program *p, key_id k, name_t *record, name_t *field)
{
	const struct key *key;

	*record = *field = 0;
	if (k < p->link->first_other)
		return;
	key = &p->link->others.p[k - p->link->first_other];
	if (key->kind == KEY_FIELD) {
		*record = key->a;
		*field = key->b;
	} else if (key->kind == KEY_GLOBAL)
		*field = p->link->vars.p[key->b].name;
}

/* ---- the interface ---- */

key_id
program_key_field(const struct program *p, name_t record, name_t field)
{
	uint64_t key;

	if (!map_get(p->link->fields, (uint64_t)record << 32 | field, &key))
		return 0;
	return (key_id)key;
}

key_id
program_key_global(const struct program *p, func_id in, name_t name)
{
	struct symbol s = symbol_find(p, scope_of(p, in).unit, name);

	return s.kind == SYMBOL_VAR ? p->link->vars.p[s.index].key : 0;
}

bool
program_key_static(const struct program *p, key_id k)
{
	const struct link *l = p->link;
	const struct key *o;

	if (k < l->first_other)
		return false;
	o = &l->others.p[k - l->first_other];
	return o->kind == KEY_GLOBAL && l->vars.p[o->b].file != 0;
}

key_id
program_key_local(const struct program *p, func_id f, uint32_t local)
{
	const struct ir_func *ir = p->funcs.p[f].ir;

	return ir != NULL && local < ir->nlocals ?
	    p->link->local_base[f] + local : 0;
}

key_id
program_key_result(const struct program *p, func_id f)
{
	return p->link->first_result + f;
}

key_id
program_key_place(const struct program *p, func_id in,
    const struct ir_expr *e)
{
	return key_lookup(p, scope_of(p, in), e);
}

/* The function of a local's key: the last one that begins before it. */
static func_id
local_owner(const struct program *p, key_id k)
{
	func_id lo = 0, hi = (func_id)p->funcs.n, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (p->link->local_base[mid] <= k)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

void
program_key_print(const struct program *p, key_id k, struct buf *b)
{
	name_t record, field;
	func_id f;

	if (k == 0) {
		buf_str(b, "?");
		return;
	}
	switch (key_kind(p, k)) {
	case KEY_LOCAL:
		f = local_owner(p, k);
		buf_fmt(b, "%s(%s)", name_str(p->names,
		    p->funcs.p[f].name), name_str(p->names,
		    p->funcs.p[f].ir->locals[k -
		    p->link->local_base[f]].name));
		break;
	case KEY_RESULT:
		buf_fmt(b, "%s()", name_str(p->names,
		    p->funcs.p[k - p->link->first_result].name));
		break;
	case KEY_FIELD:
	case KEY_GLOBAL:
		key_names(p, k, &record, &field);
		if (record != 0)
			buf_fmt(b, "%s::", name_str(p->names, record));
		buf_str(b, name_str(p->names, field));
		break;
	default:
		buf_str(b, "?");
		break;
	}
}

void
keys_free(struct link *l)
{
	size_t i;

	for (i = 0; i < l->sets.n; i++) {
		free(l->sets.p[i].v);
		free(l->sets.p[i].slots);
	}
	vec_free(&l->sets);
	vec_free(&l->nodes);
	vec_free(&l->others);
	vec_free(&l->edges);
	vec_free(&l->uses);
	vec_free(&l->icalls);
	vec_free(&l->argkeys);
	vec_free(&l->consts);
	vec_free(&l->queue);
	vec_free(&l->sigs);
	free(l->local_base);
	map_free(l->fields);
	map_free(l->records);
	map_free(l->within);
	map_free(l->types);
	map_free(l->lock_records);
	map_free(l->signs);
	map_free(l->givers);
	vec_free(&l->fresh);
	vec_free(&l->addresses);
	map_free(l->const_of);
	map_free(l->joined);
	map_free(l->sig_of);
}
