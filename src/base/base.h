/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * base: memory, names, text and files, for every other layer.
 *
 * Memory comes in two kinds.  emalloc() and friends belong to whoever
 * called; an arena's memory belongs to the arena and is released at once.
 * Running out of memory ends the process with a message.  Bad input is
 * reported through struct fault; a broken invariant aborts through bug().
 */

#ifndef IPLINT_BASE_H
#define IPLINT_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PRINTFLIKE(f, a) __attribute__((__format__(__printf__, f, a)))
#define NORETURN         __attribute__((__noreturn__))
#define MUST_CHECK       __attribute__((__warn_unused_result__))

/* ---- failure ---- */

/*
 * One message about bad input: "file:line: what is wrong, what to do".
 * A zeroed struct fault means that nothing went wrong.  The first message
 * stays; later ones are dropped, because they are usually its echo.
 */
struct fault {
	char text[512];			/* "" while nothing went wrong */
};

/*
 * Record a failure.  file may be NULL; line 0 means the whole file.
 * Always returns -1, so that "return fault_set(...)" reads well.
 */
int	fault_set(struct fault *, const char *file, unsigned line,
	    const char *fmt, ...) PRINTFLIKE(4, 5);

/* A broken invariant: print the place and the message, then abort(). */
void	bug_at(const char *file, int line, const char *fmt, ...)
	    PRINTFLIKE(3, 4) NORETURN;
#define bug(...)	bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define require(c)	((c) ? (void)0 : bug("required: %s", #c))

/* ---- memory ---- */

void	*emalloc(size_t);
void	*ecalloc(size_t n, size_t size);
void	*erealloc(void *, size_t);
char	*estrdup(const char *);

/* An arena: allocation is cheap, release is only all at once. */
struct arena;

struct arena *arena_new(void);
void	arena_free(struct arena *);		/* arena_free(NULL) is fine */
void	*arena_alloc(struct arena *, size_t);	/* zeroed, aligned for all */
void	*arena_dup(struct arena *, const void *, size_t);	/* 0: NULL */
char	*arena_strndup(struct arena *, const char *, size_t);
size_t	arena_bytes(const struct arena *);	/* bytes obtained so far */

/*
 * Growing array: declare as VEC(type) name; zeroed is empty.
 * vec_push evaluates v more than once.
 */
#define VEC(type) struct { type *p; size_t n, cap; }
#define vec_push(v, x) do {						\
	if ((v)->n == (v)->cap)						\
		(v)->p = (__typeof__((v)->p))vec_grow((v)->p,		\
		    &(v)->cap, sizeof(*(v)->p));			\
	(v)->p[(v)->n++] = (x);						\
} while (0)
#define vec_free(v) do {						\
	free((v)->p); (v)->p = NULL; (v)->n = (v)->cap = 0;		\
} while (0)
void	*vec_grow(void *p, size_t *cap, size_t elem);

/* ---- names ---- */

/*
 * Interned strings.  Equal strings have equal ids, so names are compared
 * as integers; id 0 is the empty string.  Ids depend on the order of
 * interning, therefore nothing that is printed may be sorted by them.
 */
typedef uint32_t name_t;
struct names;

struct names *names_new(void);
void	names_free(struct names *);
name_t	name_intern(struct names *, const char *);
name_t	name_intern_n(struct names *, const char *, size_t);
/* The id of a string if it was interned before, otherwise 0. */
name_t	name_find(const struct names *, const char *);
/* NUL-terminated, valid until names_free(). */
const char *name_str(const struct names *, name_t);
size_t	names_count(const struct names *);

/* ---- hash ---- */

/* XXH3-128 (xxHash): content digests of files, units and findings. */
struct digest {
	uint64_t hi, lo;
};
#define DIGEST_HEX 33				/* 32 digits and a NUL */

struct digest digest_bytes(const void *, size_t);
void	digest_hex(struct digest, char out[DIGEST_HEX]);
bool	digest_parse(const char *hex32, struct digest *out);
int	digest_cmp(struct digest, struct digest);
uint64_t hash64(const void *, size_t, uint64_t seed);

/*
 * Map from uint64_t to uint64_t, open addressing.  Key order is not
 * defined; iterate over something sorted instead.
 */
struct map;
struct map *map_new(void);
void	map_free(struct map *);
bool	map_get(const struct map *, uint64_t key, uint64_t *value);
void	map_put(struct map *, uint64_t key, uint64_t value);
size_t	map_count(const struct map *);

/* ---- text ---- */

/* A growing, always NUL-terminated string; zeroed is empty. */
struct buf {
	char *p;				/* NULL while empty */
	size_t n, cap;				/* bytes without the NUL */
};

void	buf_add(struct buf *, const void *, size_t);
void	buf_str(struct buf *, const char *);
void	buf_chr(struct buf *, int);
void	buf_u64(struct buf *, uint64_t);
void	buf_i64(struct buf *, int64_t);
void	buf_fmt(struct buf *, const char *fmt, ...) PRINTFLIKE(2, 3);
void	buf_clear(struct buf *);		/* keeps the memory */
void	buf_free(struct buf *);

/*
 * Words of a line, for files that people edit: bare, or in double quotes
 * with \", \\ and \xHH.  buf_word() quotes where it must, so that the word
 * can be read back.  word_next() cuts the next word out of a line, which it
 * changes: 1, or 0 at the end, -1 if a quote is wrong.
 */
void	buf_word(struct buf *, const char *);
int	word_next(char **cursor, char **word);

/* A day, "2026-11-22"; days compare as strings. */
#define DATE_LEN 10
bool	date_valid(const char *);
void	date_today(char out[DATE_LEN + 1]);	/* in UTC */

/* ---- files ---- */

/*
 * Read a whole file.  On success *out is owned by the caller (free()), is
 * followed by a NUL that *size does not count, and 0 is returned.
 */
int	file_read(const char *path, char **out, size_t *size, struct fault *)
	    MUST_CHECK;

/*
 * Write a whole file under a temporary name in the same directory, flush
 * it, and rename it to path: a reader sees the old bytes or all of the
 * new ones.  On failure nothing is left behind.  It does not fsync(): what
 * must survive a crash of the machine carries a checksum.
 */
int	file_write(const char *path, const void *, size_t, struct fault *)
	    MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif /* IPLINT_BASE_H */
