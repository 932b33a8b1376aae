/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "driver/heads.h"

/* A fault's text without the "path: " that it begins with. */
static const char *
reason_of(struct arena *a, const char *path, const char *text)
{
	size_t n = strlen(path);

	if (strncmp(text, path, n) == 0 && text[n] == ':')
		text += n + 1 + strspn(text + n + 1, " ");
	return arena_strndup(a, text, strlen(text));
}

static void
read_one(struct heads *hs, struct head *h, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct ir_module *m;
	struct fault f = { 0 };

	h->path = arena_strndup(hs->arena, path, strlen(path));
	h->base = h->path + (slash != NULL ? slash + 1 - path : 0);
	h->unit = "";
	h->state = shard_read_head(&m, hs->names, path, &f);
	if (h->state != SHARD_OK) {
		h->reason = reason_of(hs->arena, path, f.text);
		return;
	}
	h->unit = name_str(hs->names, m->unit);
	h->key = m->key;
	if (m->incomplete != 0)
		h->incomplete = name_str(hs->names, m->incomplete);
	h->nsources = m->sources.n;
	h->sources = arena_alloc(hs->arena,
	    (m->sources.n + 1) * sizeof(*h->sources));
	if (m->sources.n > 0)
		memcpy(h->sources, m->sources.p,
		    m->sources.n * sizeof(*h->sources));
	ir_module_free(m);
}

static int
head_cmp(const void *va, const void *vb)
{
	const struct head *a = va, *b = vb;
	int c = strcmp(a->unit, b->unit);

	if (c == 0)
		c = digest_cmp(a->key, b->key);
	return c != 0 ? c : strcmp(a->path, b->path);
}

static uint64_t
map_key(struct digest d)
{
	return d.hi ^ d.lo;
}

struct heads *
heads_read(const char *const *paths, size_t n)
{
	struct heads *hs = ecalloc(1, sizeof(*hs));
	uint64_t at;

	hs->arena = arena_new();
	hs->names = names_new();
	hs->by_key = map_new();
	hs->n = n;
	hs->p = ecalloc(n + 1, sizeof(*hs->p));
	for (size_t i = 0; i < n; i++)
		read_one(hs, &hs->p[i], paths[i]);
	qsort(hs->p, n, sizeof(*hs->p), head_cmp);
	for (size_t i = 0; i < n; i++)
		if (hs->p[i].state == SHARD_OK && !map_get(hs->by_key,
		    map_key(hs->p[i].key), &at))
			map_put(hs->by_key, map_key(hs->p[i].key), i);
	return hs;
}

void
heads_free(struct heads *hs)
{
	if (hs == NULL)
		return;
	map_free(hs->by_key);
	names_free(hs->names);
	arena_free(hs->arena);
	free(hs->p);
	free(hs);
}

const struct head *
heads_find(const struct heads *hs, struct digest key)
{
	uint64_t at;

	if (!map_get(hs->by_key, map_key(key), &at) ||
	    digest_cmp(hs->p[at].key, key) != 0)
		return NULL;
	return &hs->p[at];
}

const struct head *
heads_unit(const struct heads *hs, const char *unit)
{
	size_t lo = 0, hi = hs->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(hs->p[mid].unit, unit) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < hs->n && strcmp(hs->p[lo].unit, unit) == 0 &&
	    hs->p[lo].state == SHARD_OK ? &hs->p[lo] : NULL;
}

/* ---- sources ---- */

struct source {
	bool known, readable;
	struct digest digest;
};

struct sources {
	const char *root;
	struct arena *arena;
	struct names *names;
	VEC(struct source) files;	/* by name */
};

struct sources *
sources_new(const char *root)
{
	struct sources *ss = ecalloc(1, sizeof(*ss));

	ss->root = root;
	ss->arena = arena_new();
	ss->names = names_new();
	return ss;
}

void
sources_free(struct sources *ss)
{
	if (ss == NULL)
		return;
	vec_free(&ss->files);
	names_free(ss->names);
	arena_free(ss->arena);
	free(ss);
}

static const struct source *
source_now(struct sources *ss, const char *path)
{
	static const struct source unknown;
	name_t name = name_intern(ss->names, path);
	struct source *src;
	struct fault f = { 0 };
	size_t size;
	char *text;

	while (ss->files.n <= name)
		vec_push(&ss->files, unknown);
	src = &ss->files.p[name];
	if (src->known)
		return src;
	src->known = true;
	if (file_read(path_join(ss->arena, ss->root, path), &text, &size,
	    &f) == 0) {
		src->readable = true;
		src->digest = digest_bytes(text, size);
	}
	free(text);
	return src;
}

const char *
sources_changed(struct sources *ss, const struct heads *hs,
    const struct head *h)
{
	const struct source *src;
	const char *path;

	for (size_t i = 0; i < h->nsources; i++) {
		path = name_str(hs->names, h->sources[i].path);
		src = source_now(ss, path);
		if (!src->readable ||
		    digest_cmp(src->digest, h->sources[i].digest) != 0)
			return path;
	}
	return NULL;
}
