/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The strings live in an arena, one after the other.  A table with open
 * addressing holds ids and half of each hash; it is at most three quarters
 * full.  Id 0 is never in it, so that 0 marks a free slot.
 */

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

struct text {
	const char *p;
	size_t n;
};

struct slot {
	uint32_t hash;			/* the low bits pick the slot */
	name_t id;
};

struct names {
	struct arena *arena;
	VEC(struct text) texts;		/* by id */
	struct slot *slots;
	size_t mask;			/* slots - 1 */
};

struct names *
names_new(void)
{
	struct names *ns = ecalloc(1, sizeof(*ns));
	struct text empty = { "", 0 };

	ns->arena = arena_new();
	ns->mask = 1023;
	ns->slots = ecalloc(ns->mask + 1, sizeof(*ns->slots));
	vec_push(&ns->texts, empty);
	return ns;
}

void
names_free(struct names *ns)
{
	if (ns == NULL)
		return;
	arena_free(ns->arena);
	vec_free(&ns->texts);
	free(ns->slots);
	free(ns);
}

/* Double the table. */
static void
rehash(struct names *ns)
{
	size_t mask = ns->mask * 2 + 1;
	struct slot *to = ecalloc(mask + 1, sizeof(*to));

	for (size_t i = 0; i <= ns->mask; i++) {
		size_t k = ns->slots[i].hash & mask;

		if (ns->slots[i].id == 0)
			continue;
		while (to[k].id != 0)
			k = (k + 1) & mask;
		to[k] = ns->slots[i];
	}
	free(ns->slots);
	ns->slots = to;
	ns->mask = mask;
}

/* The slot of a string, or the free one where it belongs. */
static struct slot *
lookup(const struct names *ns, const char *s, size_t n, uint32_t hash)
{
	for (size_t k = hash & ns->mask;; k = (k + 1) & ns->mask) {
		struct slot *slot = &ns->slots[k];
		const struct text *t = &ns->texts.p[slot->id];

		if (slot->id == 0 || (slot->hash == hash && t->n == n &&
		    memcmp(t->p, s, n) == 0))
			return slot;
	}
}

/* A NUL in the bytes ends the string. */
name_t
name_intern_n(struct names *ns, const char *s, size_t n)
{
	struct text text;
	struct slot *slot;
	uint32_t hash;

	if (n == 0 || (n = strnlen(s, n)) == 0)
		return 0;
	hash = (uint32_t)hash64(s, n, 0);
	slot = lookup(ns, s, n, hash);
	if (slot->id != 0)
		return slot->id;
	if (ns->texts.n >= UINT32_MAX)
		bug("more than 2^32 names");
	text.p = arena_strndup(ns->arena, s, n);
	text.n = n;
	slot->hash = hash;
	slot->id = (name_t)ns->texts.n;
	vec_push(&ns->texts, text);
	if (ns->texts.n > ns->mask / 4 * 3)
		rehash(ns);
	return (name_t)(ns->texts.n - 1);
}

name_t
name_intern(struct names *ns, const char *s)
{
	return name_intern_n(ns, s, strlen(s));
}

name_t
name_find(const struct names *ns, const char *s)
{
	size_t n = strlen(s);

	return n == 0 ? 0 : lookup(ns, s, n, (uint32_t)hash64(s, n, 0))->id;
}

const char *
name_str(const struct names *ns, name_t id)
{
	require(id < ns->texts.n);
	return ns->texts.p[id].p;
}

size_t
names_count(const struct names *ns)
{
	return ns->texts.n;
}
