/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Linear probing in a table that is at most three quarters full.  Keys are
 * often addresses or pairs of ids, so they are mixed first.
 */

#include <stdlib.h>

#include "base/base.h"

struct entry {
	uint64_t key;			/* 0: free; key 0 has its own place */
	uint64_t value;
};

struct map {
	struct entry *slots;
	size_t mask, used;		/* slots - 1; slots in use */
	bool has_zero;
	uint64_t zero;
};

struct map *
map_new(void)
{
	struct map *m = ecalloc(1, sizeof(*m));

	m->mask = 15;
	m->slots = ecalloc(m->mask + 1, sizeof(*m->slots));
	return m;
}

void
map_free(struct map *m)
{
	if (m == NULL)
		return;
	free(m->slots);
	free(m);
}

/* The slot of a key, or the free one where it belongs. */
static struct entry *
lookup(const struct map *m, uint64_t key)
{
	uint64_t h = key;

	h = (h ^ h >> 32) * UINT64_C(0x9fb21c651e98df25);
	h ^= h >> 29;
	for (size_t k = h & m->mask;; k = (k + 1) & m->mask)
		if (m->slots[k].key == key || m->slots[k].key == 0)
			return &m->slots[k];
}

bool
map_get(const struct map *m, uint64_t key, uint64_t *value)
{
	const struct entry *e;

	if (key == 0) {
		*value = m->has_zero ? m->zero : *value;
		return m->has_zero;
	}
	e = lookup(m, key);
	if (e->key == 0)
		return false;
	*value = e->value;
	return true;
}

/* Double the table. */
static void
rehash(struct map *m)
{
	struct entry *from = m->slots;
	size_t n = m->mask + 1;

	m->mask = n * 2 - 1;
	m->slots = ecalloc(n * 2, sizeof(*m->slots));
	for (size_t i = 0; i < n; i++)
		if (from[i].key != 0)
			*lookup(m, from[i].key) = from[i];
	free(from);
}

void
map_put(struct map *m, uint64_t key, uint64_t value)
{
	struct entry *e;

	if (key == 0) {
		m->has_zero = true;
		m->zero = value;
		return;
	}
	e = lookup(m, key);
	if (e->key == 0) {
		if (++m->used > m->mask / 4 * 3) {
			rehash(m);
			e = lookup(m, key);
		}
		e->key = key;
	}
	e->value = value;
}

size_t
map_count(const struct map *m)
{
	return m->used + m->has_zero;
}
