/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * An arena is a list of chunks, the newest first.  Chunks come from
 * calloc(), so what is handed out is zeroed without touching it.  A new
 * chunk is a quarter of what the arena has, so thousands of small arenas
 * can live side by side and a large one wastes little.
 */

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#define CHUNK_MIN	((size_t)4096)
#define CHUNK_MAX	((size_t)1 << 20)
#define ALIGN		alignof(max_align_t)

struct chunk {
	struct chunk *next;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *chunks;
	char *next, *end;		/* free bytes of the newest chunk */
	size_t total;
};

static void NORETURN
no_memory(size_t n)
{
	fflush(stdout);
	fprintf(stderr, "iplint: out of memory: %zu bytes wanted\n", n);
	exit(1);
}

void *
emalloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		no_memory(n);
	return p;
}

void *
ecalloc(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		no_memory(n);
	return p;
}

void *
erealloc(void *old, size_t n)
{
	void *p = realloc(old, n != 0 ? n : 1);

	if (p == NULL)
		no_memory(n);
	return p;
}

char *
estrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(emalloc(n), s, n);
}

void *
vec_grow(void *p, size_t *cap, size_t elem)
{
	size_t n = *cap != 0 ? *cap * 2 : 8;

	if (n > SIZE_MAX / elem)
		no_memory(SIZE_MAX);
	*cap = n;
	return erealloc(p, n * elem);
}

struct arena *
arena_new(void)
{
	return ecalloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

/* Make room for n bytes; the rest of the newest chunk is lost. */
static void
arena_grow(struct arena *a, size_t n)
{
	size_t size = a->total / 4;
	struct chunk *c;

	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < n)
		size = n;
	if (size > SIZE_MAX - sizeof(*c))
		no_memory(size);
	c = ecalloc(1, sizeof(*c) + size);
	c->next = a->chunks;
	a->chunks = c;
	a->next = c->bytes;
	a->end = c->bytes + size;
	a->total += sizeof(*c) + size;
}

/* n bytes from the newest chunk, or from a new one. */
static void *
take(struct arena *a, size_t n, size_t align)
{
	size_t pad = -(uintptr_t)a->next & (align - 1);
	char *p;

	if (n > (size_t)(a->end - a->next) ||
	    pad > (size_t)(a->end - a->next) - n) {
		arena_grow(a, n);
		pad = 0;
	}
	p = a->next + pad;
	a->next = p + n;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return take(a, n != 0 ? n : 1, n < ALIGN ? 8 : ALIGN);
}

void *
arena_dup(struct arena *a, const void *p, size_t n)
{
	if (n == 0)
		return NULL;
	return memcpy(arena_alloc(a, n), p, n);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p;

	if (n == SIZE_MAX)
		no_memory(n);
	p = take(a, n + 1, 1);
	if (n != 0)
		memcpy(p, s, n);
	return p;
}

size_t
arena_bytes(const struct arena *a)
{
	return a->total;
}
