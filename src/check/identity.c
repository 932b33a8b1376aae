/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What makes a finding the same one in another version of the kernel.
 *
 * The fingerprint is a digest of a text with four parts:
 *
 *	id		IPL003
 *	function	where the paths part.  IPL002 has none: its handlers
 *			share the finding, and which stands first may change
 *	cause		what the checker says of it: the raise that is not
 *			restored, the mutex that is kept, the store that lowers
 *	guards		the conditions that decide whether its place is reached
 *			at all: the branches that its block is control dependent
 *			on (Ferrante, Ottenstein and Warren, 1987)
 *
 * No line, column or path is in it, nor the number that tells two variables
 * of one name in one function apart.  Code that is added elsewhere in the
 * function, even just before the return, adds no guard, because the return
 * is reached whatever that code decides.  Two returns that forget the same
 * splx() have different guards; where even these agree, the second in the
 * order of places is given "|2".
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

#define IDENTITY	"iplint/v2"	/* changes with what is said above */

/* ---- guards ---- */

static uint32_t
block_of(const struct ir_func *ir, uint32_t site)
{
	uint32_t b = 0;

	while (site >= ir->blocks[b].ninsns)
		site -= ir->blocks[b++].ninsns;
	return b;
}

/*
 * Mark the blocks from which a return can be reached without passing through
 * one block: those that it does not post-dominate.
 */
static void
mark_around(const struct ir_func *ir, uint32_t without, uint8_t *around)
{
	bool more = true;
	uint32_t b, i, to;

	memset(around, 0, ir->nblocks);
	while (more) {
		more = false;
		for (b = ir->nblocks; b-- > 0; ) {
			if (b == without || around[b])
				continue;
			if (ir_terminator(&ir->blocks[b])->kind == IR_RET)
				around[b] = 1;
			for (i = 0; (to = ir_successor(&ir->blocks[b], i)) !=
			    IR_NONE && !around[b]; i++)
				around[b] = around[to];
			more |= around[b];
		}
	}
}

struct guards {
	const char **p;
	size_t n, cap;
};

static void
add_guard(struct checker *ck, const struct ir_func *ir,
    const struct ir_insn *in, uint32_t edge, struct guards *out)
{
	const char *text = witness_text(ck, ir, in);

	if (in->kind == IR_BRANCH)
		text = check_fmt(ck, "%s%s", edge == 0 ? "" : "not ", text);
	else if (edge == 0)
		text = check_fmt(ck, "%s default", text);
	else
		text = check_fmt(ck, "%s %lld", text,
		    (long long)in->cases[edge - 1].lo);
	vec_push(out, text);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
print_guards(struct checker *ck, const struct ir_func *ir, uint32_t block,
    struct buf *b)
{
	uint8_t *around = ecalloc(ir->nblocks + 1, 1);
	struct guards guards = { 0 };
	uint32_t p, i, to;

	mark_around(ir, block, around);
	for (p = 0; p < ir->nblocks; p++) {
		const struct ir_insn *in = ir_terminator(&ir->blocks[p]);

		if ((in->kind != IR_BRANCH && in->kind != IR_SWITCH) ||
		    (p != block && !around[p]))
			continue;
		for (i = 0; (to = ir_successor(&ir->blocks[p], i)) != IR_NONE;
		    i++)
			if (!around[to])
				add_guard(ck, ir, in, i, &guards);
	}
	if (guards.n > 0)
		qsort(guards.p, guards.n, sizeof(*guards.p), by_text);
	for (i = 0; i < guards.n; i++)
		buf_fmt(b, "|%s", guards.p[i]);
	vec_free(&guards);
	free(around);
}

/* ---- the text ---- */

static bool
in_name(int c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Leave out "@dev/foo.c" behind a record or function, and ".2" of "s.2". */
static void
add_plain(struct buf *b, const char *s)
{
	while (*s != '\0') {
		if (*s == '@' && b->n > 0 && in_name(b->p[b->n - 1])) {
			while (in_name(*s) || (*s != '\0' &&
			    strchr("@./+-~", *s) != NULL))
				s++;
		} else if (*s == '.' && isdigit((unsigned char)s[1]) &&
		    b->n > 0 && in_name(b->p[b->n - 1])) {
			s++;
			while (isdigit((unsigned char)*s))
				s++;
		} else
			buf_chr(b, *s++);
	}
}

void
finding_identify(struct checker *ck, struct finding *f, const char *cause)
{
	const struct program *p = ck->program;
	const struct ir_func *ir = p->funcs.p[f->func].ir;
	struct buf raw = { 0 }, b = { 0 };

	buf_fmt(&b, IDENTITY "|IPL%03d|", f->id);
	if (f->id != IPL2)
		buf_str(&raw, name_str(p->names, p->funcs.p[f->func].name));
	buf_fmt(&raw, "|%s", cause);
	if (f->id != IPL2)
		print_guards(ck, ir, block_of(ir, f->site), &raw);
	add_plain(&b, raw.p);
	f->identity = arena_strndup(ck->arena, b.p, b.n);
	buf_free(&raw);
	buf_free(&b);
}

/* How many findings before this one have its identity. */
static size_t
same_before(const struct results *r, struct map *seen, size_t i)
{
	const char *text = r->findings.p[i].identity;
	uint64_t key = hash64(text, strlen(text), 0), n = 0;

	(void)map_get(seen, key, &n);
	map_put(seen, key, n + 1);
	return (size_t)n;
}

void
findings_fingerprint(struct results *r)
{
	struct map *seen = map_new();
	struct buf b = { 0 };
	size_t i, n;

	for (i = 0; i < r->findings.n; i++) {
		buf_clear(&b);
		buf_str(&b, r->findings.p[i].identity);
		n = same_before(r, seen, i);
		if (n > 0)
			buf_fmt(&b, "|%zu", n + 1);
		r->findings.p[i].fingerprint = digest_bytes(b.p, b.n);
	}
	buf_free(&b);
	map_free(seen);
}
