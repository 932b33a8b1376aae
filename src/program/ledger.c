/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The ledger keeps its entries in the order of arrival, because indices are
 * handed out; ledger_sorted() gives the order that does not depend on it.
 */

#include <stdlib.h>
#include <string.h>

#include "program/ledger.h"

struct slot {
	uint32_t entry, next;		/* next: index + 1 of a slot */
};

struct ledger {
	struct names *names;
	struct arena *arena;
	struct map *index;		/* hash: index + 1 of the first slot */
	VEC(struct ledger_entry) entries;
	VEC(struct slot) slots;
};

static const struct {
	const char *name, *text;
} kinds[] = {
#define X(id, name, text) { name, text },
	LEDGER_KINDS(X)
#undef X
};

struct ledger *
ledger_new(struct names *names)
{
	struct ledger *l = ecalloc(1, sizeof(*l));

	l->names = names;
	l->arena = arena_new();
	l->index = map_new();
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	vec_free(&l->entries);
	vec_free(&l->slots);
	map_free(l->index);
	arena_free(l->arena);
	free(l);
}

static uint64_t
entry_hash(const struct ledger_entry *e)
{
	uint32_t head[4] = { e->kind, e->func, e->file, e->line };

	return hash64(e->text, strlen(e->text),
	    hash64(head, sizeof(head), 0));
}

uint32_t
ledger_add(struct ledger *l, enum ledger_kind kind, name_t func, name_t file,
    uint32_t line, const char *fmt, ...)
{
	struct ledger_entry e = { .kind = kind, .func = func, .file = file,
	    .line = line };
	const struct ledger_entry *o;
	uint64_t hash, first = 0;
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	e.text = text;
	hash = entry_hash(&e);
	(void)map_get(l->index, hash, &first);
	for (uint64_t i = first; i != 0; i = l->slots.p[i - 1].next) {
		o = &l->entries.p[l->slots.p[i - 1].entry];
		if (o->kind == kind && o->func == func && o->file == file &&
		    o->line == line && strcmp(o->text, text) == 0)
			return l->slots.p[i - 1].entry;
	}
	e.text = arena_strndup(l->arena, text, strlen(text));
	vec_push(&l->entries, e);
	vec_push(&l->slots, ((struct slot){ (uint32_t)l->entries.n - 1,
	    (uint32_t)first }));
	map_put(l->index, hash, l->slots.n);
	return (uint32_t)l->entries.n - 1;
}

size_t
ledger_count(const struct ledger *l)
{
	return l->entries.n;
}

const struct ledger_entry *
ledger_get(const struct ledger *l, uint32_t i)
{
	require(i < l->entries.n);
	return &l->entries.p[i];
}

const char *
ledger_kind_name(enum ledger_kind kind)
{
	require(kind < LEDGER_NKINDS);
	return kinds[kind].name;
}

const char *
ledger_kind_text(enum ledger_kind kind)
{
	require(kind < LEDGER_NKINDS);
	return kinds[kind].text;
}

struct order {
	const struct names *names;
	const struct ledger_entry *entry;
	uint32_t index;
};

static int
order_cmp(const void *va, const void *vb)
{
	const struct order *a = va, *b = vb;
	const struct ledger_entry *x = a->entry, *y = b->entry;
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = strcmp(name_str(a->names, x->file), name_str(b->names, y->file));
	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	c = strcmp(name_str(a->names, x->func), name_str(b->names, y->func));
	return c != 0 ? c : strcmp(x->text, y->text);
}

uint32_t *
ledger_sorted(const struct ledger *l)
{
	struct order *order = ecalloc(l->entries.n, sizeof(*order));
	uint32_t *out = ecalloc(l->entries.n, sizeof(*out));
	size_t i;

	for (i = 0; i < l->entries.n; i++)
		order[i] = (struct order){ l->names, &l->entries.p[i],
		    (uint32_t)i };
	qsort(order, l->entries.n, sizeof(*order), order_cmp);
	for (i = 0; i < l->entries.n; i++)
		out[i] = order[i].index;
	free(order);
	return out;
}
