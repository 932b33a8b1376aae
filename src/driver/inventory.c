/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Which shards belong to a kernel, and which units have none.
 *
 * Every C entry of the compile database gets the shard with its key; else
 * one of the same unit that a kernel build has made; else one of the same
 * unit with other arguments, which is stale; else it is missing.  Without a
 * compile database every shard counts.
 */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/heads.h"

static const struct {
	const char *name;
	bool incomplete;
} gaps[] = {
#define X(id, name, incomplete) { name, incomplete },
	GAPS(X)
#undef X
};

const char *
gap_name(enum gap_kind kind)
{
	return gaps[kind].name;
}

bool
gap_is_incomplete(enum gap_kind kind)
{
	return gaps[kind].incomplete;
}

static const char *
keep(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

static int
gap_cmp(const struct gap *a, const struct gap *b)
{
	int c = strcmp(a->unit, b->unit);

	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	return c != 0 ? c : strcmp(a->reason, b->reason);
}

static void
add_gap(struct inventory *inv, enum gap_kind kind, const char *unit,
    const char *reason, const char *detail, bool analysed)
{
	struct gap g = { .kind = kind, .analysed = analysed };
	size_t i;

	g.unit = keep(inv->arena, unit);
	g.reason = keep(inv->arena, reason);
	g.detail = detail != NULL ? keep(inv->arena, detail) : "";
	vec_push(&inv->gaps, g);
	for (i = inv->gaps.n - 1; i > 0; i--) {
		if (gap_cmp(&inv->gaps.p[i - 1], &g) <= 0)
			break;
		inv->gaps.p[i] = inv->gaps.p[i - 1];
	}
	inv->gaps.p[i] = g;
}

void
inventory_gap(struct inventory *inv, enum gap_kind kind, const char *unit,
    const char *reason, bool analysed)
{
	add_gap(inv, kind, unit, reason, NULL, analysed);
}

/* What is used, and by which entry; arrays are by index of heads. */
struct taking {
	struct inventory *inv;
	const struct heads *heads;
	struct sources *sources;
	bool *used;
};

static size_t
head_index(const struct taking *t, const struct head *h)
{
	return (size_t)(h - t->heads->p);
}

/* failure, if not NULL, is what the compiler said of the unit now. */
static void
use(struct taking *t, const struct head *h, const char *failure)
{
	t->used[head_index(t, h)] = true;
	if (h->incomplete != NULL)
		add_gap(t->inv, GAP_INCOMPLETE, h->unit, h->incomplete,
		    failure, true);
}

/* A shard that cannot be read, but has the name that the entry's has. */
static const struct head *
find_damaged(const struct taking *t, const struct cdb_entry *e)
{
	const struct head *found = NULL;
	struct buf name = { 0 };

	shard_name(e->unit, e->key, &name);
	for (size_t i = 0; i < t->heads->n && found == NULL; i++)
		if (t->heads->p[i].state != SHARD_OK &&
		    t->heads->p[i].state != SHARD_MISSING &&
		    strcmp(t->heads->p[i].base, name.p) == 0)
			found = &t->heads->p[i];
	buf_free(&name);
	return found;
}

/* A shard of the entry's unit, with a key that no entry has. */
static const struct head *
find_other(const struct taking *t, const struct cdb *db,
    const struct cdb_entry *e)
{
	const struct head *h = heads_unit(t->heads, e->unit);
	const struct head *end = t->heads->p + t->heads->n;
	bool other;

	for (; h != NULL && h < end && strcmp(h->unit, e->unit) == 0; h++) {
		other = t->used[head_index(t, h)];
		for (size_t i = 0; i < db->entries.n && !other; i++)
			other = digest_cmp(db->entries.p[i].key, h->key) == 0;
		if (!other)
			return h;
	}
	return NULL;
}

/* Take a shard of the entry; it may be of an earlier state of the sources. */
static void
take_shard(struct taking *t, const struct cdb_entry *e, const struct head *h,
    const char *failure)
{
	const char *changed = sources_changed(t->sources, t->heads, h);
	struct buf reason = { 0 };

	if (changed != NULL) {
		buf_fmt(&reason, "%s has changed since", changed);
		inventory_gap(t->inv, GAP_STALE, e->unit, reason.p, true);
		buf_free(&reason);
	}
	use(t, h, failure);
}

static void
take_entry(struct taking *t, const struct cdb *db, const struct cdb_entry *e,
    const char *failure)
{
	const struct head *h = heads_find(t->heads, e->key);

	if (h != NULL) {
		take_shard(t, e, h, failure);
		return;
	}
	h = find_damaged(t, e);
	if (h != NULL) {
		t->used[head_index(t, h)] = true;
		inventory_gap(t->inv, GAP_DAMAGED, e->unit, h->reason, false);
		return;
	}
	h = find_other(t, db, e);
	if (h == NULL)
		inventory_gap(t->inv, GAP_MISSING, e->unit, failure != NULL ?
		    failure : "no shard", false);
	else if (failure == NULL && (h->key.hi & KEY_MASK) != KEY_TAG)
		take_shard(t, e, h, failure);
	else {
		inventory_gap(t->inv, GAP_STALE, e->unit, failure != NULL ?
		    failure : "it was compiled with other arguments", true);
		use(t, h, NULL);
	}
}

static void
take_entries(struct taking *t, const struct cdb *db, char *const *failure)
{
	const struct cdb_entry *e;

	for (size_t i = 0; i < db->entries.n; i++) {
		e = &db->entries.p[i];
		if (e->kind == CDB_C)
			take_entry(t, db, e,
			    failure != NULL ? failure[i] : NULL);
		else
			inventory_gap(t->inv, GAP_SKIPPED, e->unit,
			    e->kind == CDB_ASM ? "assembly" : "not C", false);
	}
}

/* The same unit and arguments as the head before it? */
static bool
is_repeat(const struct heads *hs, size_t i)
{
	return i > 0 && strcmp(hs->p[i - 1].unit, hs->p[i].unit) == 0 &&
	    digest_cmp(hs->p[i - 1].key, hs->p[i].key) == 0;
}

/* The shards that no entry has asked for. */
static void
take_rest(struct taking *t, bool all)
{
	const struct head *h;

	for (size_t i = 0; i < t->heads->n; i++) {
		h = &t->heads->p[i];
		if (t->used[i])
			continue;
		if (h->state != SHARD_OK)
			inventory_gap(t->inv, h->state == SHARD_MISSING ?
			    GAP_MISSING : GAP_DAMAGED, h->base, h->reason,
			    false);
		else if (!all)
			inventory_gap(t->inv, GAP_FOREIGN, h->unit,
			    "no such entry in the compile database", false);
		else if (is_repeat(t->heads, i))
			inventory_gap(t->inv, GAP_FOREIGN, h->unit,
			    "the same unit was given twice", false);
		else
			use(t, h, NULL);
	}
}

struct inventory *
inventory_take(const struct cdb *db, const char *const *shards, size_t n,
    char *const *failure)
{
	struct inventory *inv = ecalloc(1, sizeof(*inv));
	struct heads *heads = heads_read(shards, n);
	struct taking t = { .inv = inv, .heads = heads };

	inv->arena = arena_new();
	t.used = ecalloc(n + 1, sizeof(*t.used));
	if (db != NULL) {
		t.sources = sources_new(db->root);
		take_entries(&t, db, failure);
		sources_free(t.sources);
	}
	take_rest(&t, db == NULL);
	for (size_t i = 0; i < n; i++)
		if (t.used[i] && heads->p[i].state == SHARD_OK)
			vec_push(&inv->paths,
			    keep(inv->arena, heads->p[i].path));
	free(t.used);
	heads_free(heads);
	return inv;
}

void
inventory_free(struct inventory *inv)
{
	if (inv == NULL)
		return;
	vec_free(&inv->paths);
	vec_free(&inv->gaps);
	arena_free(inv->arena);
	free(inv);
}

/* ---- directories ---- */

static int
text_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **
shards_in(struct arena *a, const char *dir, size_t *n, struct fault *f)
{
	VEC(const char *) found = { 0 };
	struct buf path = { 0 };
	const struct dirent *de;
	const char **out;
	DIR *d = opendir(dir);
	size_t len;

	*n = 0;
	if (d == NULL) {
		fault_set(f, dir, 0, "cannot open: %s", strerror(errno));
		return NULL;
	}
	while ((de = readdir(d)) != NULL) {
		len = strlen(de->d_name);
		if (len < 5 || strcmp(de->d_name + len - 4, ".ipl") != 0)
			continue;
		buf_clear(&path);
		buf_fmt(&path, "%s/%s", dir, de->d_name);
		vec_push(&found, keep(a, path.p));
	}
	closedir(d);
	buf_free(&path);
	out = arena_alloc(a, (found.n + 1) * sizeof(*out));
	if (found.n > 0) {
		memcpy(out, found.p, found.n * sizeof(*out));
		qsort(out, found.n, sizeof(*out), text_cmp);
	}
	*n = found.n;
	vec_free(&found);
	return out;
}
