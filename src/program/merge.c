/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Which texts are one function.
 *
 * An inline function of a header has the same text in every unit and is
 * one function, unless a name in it means something else in another unit:
 * a static function or variable of that unit, or another inline function
 * that an #ifdef changed.  So all units with a text start as one class, and
 * a class is split wherever its units disagree about a name, until no class
 * is split any more.  As a split only ever follows from another one, the
 * result is the coarsest and does not depend on the order of units.
 */

#include <stdlib.h>
#include <string.h>

#include "program/symbols.h"

bool
scoped_get(const struct symtab *st, uint32_t unit, name_t name,
    uint64_t *value)
{
	if (!(st->names[name] & NAME_SCOPED))
		return false;
	return map_get(st->p->link->scoped, (uint64_t)unit << 32 | name,
	    value);
}

/* What the names of a text mean in one unit, as a number. */
static uint64_t
meaning(const struct symtab *st, const struct text *t, uint32_t unit)
{
	const struct link *l = st->p->link;
	uint64_t hash = 0, value, what[2];
	uint32_t i;
	name_t name;

	for (i = 0; i < t->nrefs; i++) {
		name = st->refs.p[t->refs + i] & ~REF_CALLED;
		if (!(st->names[name] & NAME_SCOPED))
			continue;
		what[0] = i;
		what[1] = UINT64_MAX;
		if (scoped_get(st, unit, name, &value))
			what[1] = value & 1 ? value :
			    (uint64_t)l->class_of[value >> 1] << 1;
		hash = hash64(what, sizeof(what), hash);
	}
	return hash;
}

/* Split one class; members are its instances in the order of units. */
static bool
split(struct symtab *st, uint32_t class, const uint32_t *members, uint32_t n)
{
	const struct text *t = &st->texts.p[st->classes.p[class].text];
	uint32_t *class_of = st->p->link->class_of;
	struct map *groups = NULL;
	uint64_t first = 0, hash, group;
	uint32_t i;

	for (i = 0; i < n; i++) {
		hash = meaning(st, t, st->instances.p[members[i]].unit);
		if (i == 0) {
			first = hash;
			continue;
		}
		if (hash == first)
			continue;
		if (groups == NULL)
			groups = map_new();
		if (!map_get(groups, hash, &group)) {
			group = st->classes.n;
			map_put(groups, hash, group);
			vec_push(&st->classes, ((struct class){
			    .name = t->name,
			    .text = (uint32_t)(t - st->texts.p) }));
		}
		class_of[members[i]] = (uint32_t)group;
	}
	map_free(groups);
	return groups != NULL;
}

/* Instances by class, those of one class in the order of units. */
static void
sort_by_class(const struct symtab *st, uint32_t *start, uint32_t *order)
{
	const uint32_t *class_of = st->p->link->class_of;
	size_t i, n = st->classes.n;

	memset(start, 0, (n + 1) * sizeof(*start));
	for (i = 0; i < st->instances.n; i++)
		start[class_of[i] + 1]++;
	for (i = 0; i < n; i++)
		start[i + 1] += start[i];
	for (i = 0; i < st->instances.n; i++)
		order[start[class_of[i]]++] = (uint32_t)i;
	memmove(start + 1, start, n * sizeof(*start));
	start[0] = 0;
}

void
merge_refine(struct symtab *st)
{
	uint32_t *start, *order, n;
	size_t i, classes;
	bool again = true;

	order = ecalloc(st->instances.n, sizeof(*order));
	while (again) {
		again = false;
		classes = st->classes.n;
		start = ecalloc(classes + 1, sizeof(*start));
		sort_by_class(st, start, order);
		for (i = 0; i < classes; i++) {
			n = start[i + 1] - start[i];
			if (n > 1 && split(st, (uint32_t)i,
			    order + start[i], n))
				again = true;
		}
		free(start);
	}
	free(order);
}
