/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "rules/index.h"

struct rules_index {
	struct map *lockinits, *places, *knowns;
	struct map *funcs;		/* to the first of a name */
	struct map *registrations;	/* to the first of a name */
	struct map *never_nulls;	/* the same */
};

static uint64_t
pair(name_t record, name_t field)
{
	return (uint64_t)record << 32 | field;
}

void
index_make(struct rules *r)
{
	struct rules_index *x = arena_alloc(r->arena, sizeof(*x));
	size_t i;

	x->funcs = map_new();
	for (i = r->funcs.n; i-- > 0;)
		map_put(x->funcs, r->funcs.p[i].name, i);
	x->lockinits = map_new();
	for (i = 0; i < r->lockinits.n; i++)
		map_put(x->lockinits, r->lockinits.p[i].name, i);
	x->places = map_new();
	for (i = 0; i < r->places.n; i++)
		map_put(x->places, pair(r->places.p[i].record,
		    r->places.p[i].field), i);
	x->knowns = map_new();
	for (i = 0; i < r->knowns.n; i++)
		map_put(x->knowns, pair(r->knowns.p[i].record,
		    r->knowns.p[i].field), i);
	x->registrations = map_new();
	for (i = r->registrations.n; i-- > 0;)
		map_put(x->registrations, r->registrations.p[i].name, i);
	x->never_nulls = map_new();
	for (i = r->never_nulls.n; i-- > 0;)
		map_put(x->never_nulls, r->never_nulls.p[i].name, i);
	r->index = x;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	if (r->index != NULL) {
		map_free(r->index->funcs);
		map_free(r->index->lockinits);
		map_free(r->index->places);
		map_free(r->index->knowns);
		map_free(r->index->registrations);
		map_free(r->index->never_nulls);
	}
	vec_free(&r->ports);
	vec_free(&r->funcs);
	vec_free(&r->never_nulls);
	vec_free(&r->lockinits);
	vec_free(&r->lockkinds);
	vec_free(&r->places);
	vec_free(&r->contexts);
	vec_free(&r->registrations);
	vec_free(&r->entries);
	vec_free(&r->knowns);
	arena_free(r->arena);
	free(r);
}

static bool
in_range(int64_t since, int64_t until, int64_t version)
{
	return version == 0 || (since <= version && version < until);
}

const struct rule_func *
rules_func(const struct rules *r, name_t name, int64_t version)
{
	const struct rule_func *f;
	uint64_t i;

	if (!map_get(r->index->funcs, name, &i))
		return NULL;
	for (f = &r->funcs.p[i]; f < r->funcs.p + r->funcs.n &&
	    f->name == name; f++)
		if (version == 0 ? f->until == INT64_MAX :
		    in_range(f->since, f->until, version))
			return f;
	return NULL;
}

const struct rule_never_null *
rules_never_null(const struct rules *r, name_t name, int64_t version,
    const struct rule_never_null *after)
{
	const struct rule_never_null *n;
	uint64_t i;

	if (after != NULL)
		i = (uint64_t)(after - r->never_nulls.p) + 1;
	else if (!map_get(r->index->never_nulls, name, &i))
		return NULL;
	for (; i < r->never_nulls.n; i++) {
		n = &r->never_nulls.p[i];
		if (n->name == name && in_range(n->since, n->until, version))
			return n;
	}
	return NULL;
}

const struct rule_lockinit *
rules_lockinit(const struct rules *r, name_t name)
{
	uint64_t i;

	return map_get(r->index->lockinits, name, &i) ? &r->lockinits.p[i] :
	    NULL;
}

const struct rule_place *
rules_place(const struct rules *r, name_t record, name_t field)
{
	uint64_t i;

	return map_get(r->index->places, pair(record, field), &i) ?
	    &r->places.p[i] : NULL;
}

const struct rule_known *
rules_known(const struct rules *r, name_t record, name_t field)
{
	uint64_t i;

	return map_get(r->index->knowns, pair(record, field), &i) ?
	    &r->knowns.p[i] : NULL;
}

/* Whether a row holds on a port; NULL is whatever port. */
static bool
on_port(const name_t *ports, size_t n, const struct rule_port *port)
{
	size_t i;

	if (n == 0 || port == NULL)
		return true;
	for (i = 0; i < n; i++)
		if (ports[i] == port->name)
			return true;
	return false;
}

const struct rule_registration *
rules_registration_on(const struct rules *r, const struct rule_port *port,
    name_t name, int nargs)
{
	const struct rule_registration *any = NULL, *g;
	uint64_t i;

	if (!map_get(r->index->registrations, name, &i))
		return NULL;
	for (; i < r->registrations.n; i++) {
		g = &r->registrations.p[i];
		if (g->name != name || !on_port(g->ports, g->nports, port))
			continue;
		if (g->nargs == nargs)
			return g;
		if (g->nargs < 0 && any == NULL)
			any = g;
	}
	return any;
}

const struct rule_registration *
rules_registration(const struct rules *r, name_t name, int nargs)
{
	return rules_registration_on(r, NULL, name, nargs);
}

const struct rule_context *
rules_context(const struct rules *r, size_t context,
    const struct rule_port *port, int64_t version)
{
	const struct rule_context *c;
	size_t i;

	require(context < r->contexts.n);
	for (i = context; i < r->contexts.n; i++) {
		c = &r->contexts.p[i];
		if (c->name == r->contexts.p[context].name &&
		    on_port(c->ports, c->nports, port) &&
		    in_range(c->since, c->until, version))
			return c;
	}
	return NULL;
}

const struct rule_flag *
rules_flag(const struct rule_context *c, int64_t word, int64_t version)
{
	size_t i;

	if (c->mask != 0)
		word &= c->mask;
	for (i = 0; i < c->nflags; i++)
		if (c->flags[i].value == word && in_range(c->flags[i].since,
		    c->flags[i].until, version))
			return &c->flags[i];
	return NULL;
}
