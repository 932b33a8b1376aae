/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The names of the pages of handlers and mutexes.  They come from names in
 * the sources, so that links stay good from run to run, and are told apart
 * without regard to case, because some file systems do not know it.
 */

#include <ctype.h>
#include <string.h>

#include "report/html/pages.h"

/* What is no letter, digit or "_" becomes ".": "proc.p_stmutex". */
static void
plain(struct buf *b, const char *name)
{
	bool dot = false;

	for (; *name != '\0' && b->n < 100; name++) {
		if (isalnum((unsigned char)*name) || *name == '_') {
			buf_chr(b, *name);
			dot = false;
		} else if (!dot) {
			buf_chr(b, '.');
			dot = true;
		}
	}
}

static const char *
unique(struct site *s, struct map *taken, const struct buf *name)
{
	struct buf lower = { 0 }, b = { 0 };
	const char *path;
	uint64_t key, n = 0;

	for (size_t i = 0; i < name->n; i++)
		buf_chr(&lower, tolower((unsigned char)name->p[i]));
	key = hash64(lower.p, lower.n, 0);
	(void)map_get(taken, key, &n);
	map_put(taken, key, n + 1);
	buf_add(&b, name->p, name->n);
	if (n > 0)
		buf_fmt(&b, "-%llu", (unsigned long long)n + 1);
	buf_str(&b, ".html");
	path = arena_strndup(s->arena, b.p, b.n);
	buf_free(&lower);
	buf_free(&b);
	return path;
}

struct naming {
	struct site *site;
	struct map *taken;
};

static int
name_handler(void *ctx, const struct store_handler *h)
{
	struct naming *x = ctx;
	struct buf b = { 0 };

	require(h->id == (int64_t)x->site->handlers.n);
	plain(&b, h->name);
	if (h->level >= 0)
		buf_fmt(&b, "-%d", h->level);
	vec_push(&x->site->handlers, unique(x->site, x->taken, &b));
	buf_free(&b);
	return 0;
}

static int
name_mutex(void *ctx, const struct store_mutex *m)
{
	struct naming *x = ctx;
	struct buf b = { 0 };

	require(m->id == (int64_t)x->site->mutexes.n);
	plain(&b, m->name);
	vec_push(&x->site->mutexes, unique(x->site, x->taken, &b));
	buf_free(&b);
	return 0;
}

/* Put the folder before each name. */
static void
in_folder(struct site *s, const char *folder, const char **names, size_t n)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		buf_clear(&b);
		buf_fmt(&b, "%s/%s", folder, names[i]);
		names[i] = arena_strndup(s->arena, b.p, b.n);
	}
	buf_free(&b);
}

int
name_pages(struct site *s)
{
	struct naming x = { .site = s, .taken = map_new() };
	int error;

	error = store_handlers(s->store, NULL, name_handler, &x, s->fault);
	map_free(x.taken);
	x.taken = map_new();
	if (error == 0)
		error = store_mutexes(s->store, name_mutex, &x, s->fault);
	map_free(x.taken);
	in_folder(s, "handler", s->handlers.p, s->handlers.n);
	in_folder(s, "mutex", s->mutexes.p, s->mutexes.n);
	return error;
}

const char *
site_handler(const struct site *s, int64_t id)
{
	return id >= 0 && (size_t)id < s->handlers.n ? s->handlers.p[id] :
	    NULL;
}

const char *
site_mutex(const struct site *s, int64_t id)
{
	return id >= 0 && (size_t)id < s->mutexes.n ? s->mutexes.p[id] : NULL;
}
