/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The sections about locks and places: which level and kind a lock has, and
 * which members are part of the machine.
 */

#include "rules/row.h"

struct lockinit_row {
	struct list names;
	int lock, type;
	struct rule_value level;
	const char *source;
};

static const struct key lockinit_keys[] = {
	KEY(lockinit_row, names, "name", form_names, true, "name the function"),
	KEY(lockinit_row, lock, "lock", form_argret, true,
	    "say which argument points to the lock"),
	KEY(lockinit_row, type, "type", form_arg, false, "the lock's type"),
	KEY(lockinit_row, level, "level", form_value, true,
	    "say which argument is the level, or which level it always is"),
	SOURCE(lockinit_row),
	END
};

struct type_row {
	name_t name;
	int64_t value;
	const char *source;
};

static const struct key type_keys[] = {
	KEY(type_row, name, "name", form_name, true, "name the type"),
	KEY(type_row, value, "value", form_count, true,
	    "give the number that the compiler sees"),
	SOURCE(type_row),
	END
};

struct lockkind_row {
	struct list types, levels;
	int kind;
	int64_t since, until;
	const char *source;
};

static const struct word spins[] = {
	{ "spin", RULE_SPIN }, { "adaptive", RULE_ADAPTIVE }, { NULL, 0 }
};

static const struct key lockkind_keys[] = {
	KEY(lockkind_row, types, "type", form_names, false,
	    "types of `lock_types`; all, if it is not given"),
	KEY(lockkind_row, levels, "levels", form_levels, false,
	    "compared by number; all, if it is not given"),
	CHOICE(lockkind_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(lockkind_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(lockkind_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(lockkind_row),
	END
};

struct known_row {
	struct member lock;
	int kind;
	struct rule_value level;
	const char *source;
};

static const struct key known_keys[] = {
	KEY(known_row, lock, "lock", form_lockplace, true,
	    "name the member or variable that is, or points to, the lock"),
	CHOICE(known_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(known_row, level, "level", form_fixed, false,
	    "of the lock, if it spins"),
	SOURCE(known_row),
	END
};

struct place_row {
	struct member place;
	int kind;
	const char *source;
};

static const struct word places[] = {
	{ "level", RULE_PLACE_LEVEL }, { "count", RULE_PLACE_COUNT },
	{ NULL, 0 }
};

static const struct key place_keys[] = {
	KEY(place_row, place, "place", form_member, true, "name the member"),
	CHOICE(place_row, kind, "kind", places, true,
	    "say whether it is the level or the count of spin locks"),
	SOURCE(place_row),
	END
};

static int
add_lockinit(struct load *l, const struct node *n)
{
	struct lockinit_row r = { .type = RULE_NOARG };
	struct rule_lockinit k;
	size_t i;

	if (row_read(l, "lock_inits row", n, lockinit_keys, NULL, &r) != 0)
		return -1;
	k = (struct rule_lockinit){ .lock = r.lock, .type = r.type,
	    .level = RULE_NOARG, .source = r.source, .file = l->file,
	    .line = n->line };
	if (r.level.kind == RULE_VALUE_ARG)
		k.level = r.level.arg;
	else
		k.fixed = r.level;
	for (i = 0; i < r.names.n; i++) {
		k.name = r.names.p[i];
		vec_push(&l->rules->lockinits, k);
	}
	return 0;
}

static int
add_type(struct load *l, const struct node *n)
{
	struct type_row r = { 0 };
	size_t i;

	if (row_read(l, "lock_types row", n, type_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->types.n; i++)
		if (l->types.p[i].name == r.name ||
		    l->types.p[i].number == r.value)
			return row_repeated(l, n, l->types.p[i].name,
			    l->types.p[i].file, l->types.p[i].line);
	vec_push(&l->types, ((struct lock_type){ .name = r.name,
	    .number = r.value, .line = n->line, .file = l->file }));
	return 0;
}

static int
add_lockkind(struct load *l, const struct node *n)
{
	struct lockkind_row r = { .until = INT64_MAX };
	struct rule_lockkind k;
	size_t i;

	if (row_read(l, "lock_kinds row", n, lockkind_keys, NULL, &r) != 0 ||
	    row_range(l, n, r.since, r.until) != 0)
		return -1;
	k = (struct rule_lockkind){ .since = r.since, .until = r.until,
	    .number = -1, .levels = r.levels.p, .nlevels = r.levels.n,
	    .spin = (enum rule_spin)r.kind, .source = r.source,
	    .file = l->file, .line = n->line };
	if (r.types.n == 0)
		vec_push(&l->rules->lockkinds, k);
	for (i = 0; i < r.types.n; i++) {
		k.type = r.types.p[i];
		vec_push(&l->rules->lockkinds, k);
	}
	return 0;
}

static int
add_known(struct load *l, const struct node *n)
{
	struct known_row r = { 0 };
	size_t i;

	if (row_read(l, "known_locks row", n, known_keys, NULL, &r) != 0)
		return -1;
	if ((r.kind == RULE_SPIN) != (r.level.kind != RULE_VALUE_NONE))
		return value_wrong(l, n, r.kind == RULE_SPIN ? "a spin lock "
		    "without `level`" : "an adaptive lock with `level`",
		    r.kind == RULE_SPIN ? "add it" : "remove it");
	for (i = 0; i < l->rules->knowns.n; i++)
		if (l->rules->knowns.p[i].record == r.lock.record &&
		    l->rules->knowns.p[i].field == r.lock.field)
			return row_repeated(l, n, r.lock.field,
			    l->rules->knowns.p[i].file,
			    l->rules->knowns.p[i].line);
	vec_push(&l->rules->knowns, ((struct rule_known){
	    .record = r.lock.record, .field = r.lock.field,
	    .spin = (enum rule_spin)r.kind, .level = r.level,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
add_place(struct load *l, const struct node *n)
{
	struct place_row r = { 0 };
	size_t i;

	if (row_read(l, "place", n, place_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->places.n; i++)
		if (l->rules->places.p[i].record == r.place.record &&
		    l->rules->places.p[i].field == r.place.field)
			return row_repeated(l, n, r.place.field,
			    l->rules->places.p[i].file,
			    l->rules->places.p[i].line);
	vec_push(&l->rules->places, ((struct rule_place){
	    .record = r.place.record, .field = r.place.field,
	    .kind = (enum rule_place_kind)r.kind, .source = r.source,
	    .file = l->file, .line = n->line }));
	return 0;
}

/* The first of two rows leaves nothing for the second. */
const struct section section_lock_inits = {
	.name = "lock_inits", .row = "row",
	.keys = lockinit_keys, .add = add_lockinit,
	.intro =
	    "Calls that give a lock its type and level."
};

const struct section section_lock_types = {
	.name = "lock_types", .row = "row",
	.keys = type_keys, .add = add_type,
	.intro =
	    "The numbers of the types, which are all that is left of enum "
	    "constants."
};

const struct section section_lock_kinds = {
	.name = "lock_kinds", .row = "row",
	.keys = lockkind_keys, .add = add_lockkind,
	.intro =
	    "Whether a lock of a type and level spins. The first row that "
	    "fits counts."
};

const struct section section_known_locks = {
	.name = "known_locks", .row = "row",
	.keys = known_keys, .add = add_known,
	.intro =
	    "Places whose lock is always of one kind, but is initialised too "
	    "far away to see it."
};

const struct section section_places = {
	.name = "places", .row = "place",
	.keys = place_keys, .add = add_place,
	.intro =
	    "Struct members that are part of the machine: a store to one is "
	    "an effect."
};
