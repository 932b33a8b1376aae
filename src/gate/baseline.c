/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"

#define MAGIC		"iplint-baseline "
#define MAX_WORDS	6
#define MAX_COUNT	1000000

/* ---- reading ---- */

struct reader {
	struct baseline *b;
	const char *path;		/* for messages */
	unsigned line;
	struct fault *fault;
};

static int
number(const char *s, int *n)
{
	char *end;
	long v;

	v = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || v > MAX_COUNT)
		return -1;
	*n = (int)v;
	return 0;
}

static int
ledger_kind(const char *s, enum ledger_kind *kind)
{
	for (int k = 0; k < LEDGER_NKINDS; k++)
		if (strcmp(ledger_kind_name(k), s) == 0) {
			*kind = k;
			return 0;
		}
	return -1;
}

static bool
is_code(const char *s)
{
	return strncmp(s, "IPL", 3) == 0 && strlen(s) == 6 &&
	    strspn(s + 3, "0123456789") == 3;
}

static int
complain(const struct reader *r, const char *what, const char *word)
{
	struct buf b = { 0 };

	buf_word(&b, word);
	fault_set(r->fault, r->path, r->line, "%s: %.80s", what, b.p);
	buf_free(&b);
	return -1;
}

static int
read_finding(struct reader *r, char **w, int n)
{
	struct baseline_finding f = { .line = r->line, .id = -1 };

	if (n < 5 || n > 6)
		return fault_set(r->fault, r->path, r->line, "a finding has "
		    "path, function, id, fingerprint, and perhaps a date");
	if (!is_code(w[3]))
		return complain(r, "not the id of a finding", w[3]);
	if (!digest_parse(w[4], &f.fingerprint))
		return complain(r, "not a fingerprint of 32 digits", w[4]);
	if (n == 6 && !date_valid(w[5]))
		return complain(r, "not a date like 2026-11-22", w[5]);
	f.path = w[1];
	f.function = w[2];
	f.code = w[3];
	f.since = n == 6 ? w[5] : "";
	f.name = f.severity = f.message = "";
	vec_push(&r->b->findings, f);
	return 0;
}

static int
read_ledger(struct reader *r, char **w, int n)
{
	struct baseline_count c = { .line = r->line };

	if (n != 4)
		return fault_set(r->fault, r->path, r->line, "a ledger line "
		    "has a kind, a place and a number");
	if (ledger_kind(w[1], &c.kind) != 0)
		return complain(r, "not a kind of ledger entry", w[1]);
	if (number(w[3], &c.n) != 0 || c.n == 0)
		return complain(r, "not a number of entries", w[3]);
	c.place = w[2];
	vec_push(&r->b->ledger, c);
	return 0;
}

static int
read_allow(struct reader *r, char **w, int n)
{
	enum ledger_kind kind;

	if (n != 3)
		return fault_set(r->fault, r->path, r->line, "an allowance "
		    "has a kind and a number");
	if (ledger_kind(w[1], &kind) != 0)
		return complain(r, "not a kind of ledger entry", w[1]);
	if (number(w[2], &r->b->allow[kind]) != 0)
		return complain(r, "not a number of entries", w[2]);
	return 0;
}

static int
read_version(struct reader *r, const char *line)
{
	int version;

	if (strncmp(line, MAGIC, sizeof(MAGIC) - 1) != 0 ||
	    number(line + sizeof(MAGIC) - 1, &version) != 0)
		return fault_set(r->fault, r->path, 0, "this is not a "
		    "baseline: its first line is not \"" MAGIC "%d\"",
		    BASELINE_VERSION);
	if (version != BASELINE_VERSION)
		return fault_set(r->fault, r->path, 0, "the baseline has "
		    "format %d, this program reads format %d; write it again "
		    "with iplint baseline write", version, BASELINE_VERSION);
	return 0;
}

static int
read_entry(struct reader *r, char *line)
{
	char *w[MAX_WORDS + 1];
	int n = 0, more = 1;

	while (n <= MAX_WORDS && (more = word_next(&line, &w[n])) == 1)
		n++;
	if (more < 0)
		return fault_set(r->fault, r->path, r->line, "a quote is not "
		    "closed, or escapes what it cannot");
	if (n == 0)
		return 0;
	if (strcmp(w[0], "finding") == 0)
		return read_finding(r, w, n);
	if (strcmp(w[0], "ledger") == 0)
		return read_ledger(r, w, n);
	if (strcmp(w[0], "allow") == 0)
		return read_allow(r, w, n);
	return complain(r, "neither finding, ledger nor allow", w[0]);
}

static bool
is_empty(const struct baseline *b)
{
	return b->findings.n == 0 && b->ledger.n == 0;
}

/* Line by line, in a copy of the text that the arena owns. */
static int
read_lines(struct reader *r, char *text, struct buf *head)
{
	char *line, *next;

	for (line = text; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (*next != '\0')
			*next++ = '\0';
		r->line++;
		if (r->line == 1) {
			line[strcspn(line, "\r")] = '\0';
			if (read_version(r, line) != 0)
				return -1;
		} else if (*line != '#') {
			if (read_entry(r, line) != 0)
				return -1;
		} else if (is_empty(r->b)) {
			buf_str(head, line);
			buf_chr(head, '\n');
		}
	}
	return r->line > 0 ? 0 : read_version(r, "");
}

/* ---- order ---- */

static int
by_line(const void *a, const void *b)
{
	const struct baseline_finding *x = a, *y = b;
	int c;

	if ((c = strcmp(x->path, y->path)) != 0 ||
	    (c = strcmp(x->function, y->function)) != 0 ||
	    (c = strcmp(x->code, y->code)) != 0)
		return c;
	return digest_cmp(x->fingerprint, y->fingerprint);
}

static int
by_fingerprint(const void *a, const void *b)
{
	const struct baseline_finding *x = a, *y = b;
	int c = digest_cmp(x->fingerprint, y->fingerprint);

	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static int
by_place(const void *a, const void *b)
{
	const struct baseline_count *x = a, *y = b;
	int c = strcmp(ledger_kind_name(x->kind), ledger_kind_name(y->kind));

	return c != 0 ? c : strcmp(x->place, y->place);
}

static int
by_place_and_line(const void *a, const void *b)
{
	const struct baseline_count *x = a, *y = b;
	int c = by_place(a, b);

	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static void
sort(struct baseline *b)
{
	if (b->findings.n > 0)
		qsort(b->findings.p, b->findings.n, sizeof(*b->findings.p),
		    by_line);
	if (b->ledger.n > 0)
		qsort(b->ledger.p, b->ledger.n, sizeof(*b->ledger.p),
		    by_place_and_line);
}

/* Counts of one place become one. */
static void
add_up(struct baseline *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->ledger.n; i++)
		if (n > 0 && by_place(&b->ledger.p[n - 1],
		    &b->ledger.p[i]) == 0)
			b->ledger.p[n - 1].n += b->ledger.p[i].n;
		else
			b->ledger.p[n++] = b->ledger.p[i];
	b->ledger.n = n;
}

void
baseline_sort(struct baseline *b)
{
	sort(b);
	add_up(b);
}

static int
check_unique(const struct reader *r)
{
	struct baseline_finding *f = r->b->findings.p;
	size_t i, n = r->b->findings.n;
	int error = 0;

	if (n > 0)
		qsort(f, n, sizeof(*f), by_fingerprint);
	for (i = 1; i < n && error == 0; i++)
		if (digest_cmp(f[i - 1].fingerprint, f[i].fingerprint) == 0)
			error = fault_set(r->fault, r->path, f[i].line, "the "
			    "same finding as in line %u", f[i - 1].line);
	sort(r->b);
	for (i = 1; i < r->b->ledger.n && error == 0; i++)
		if (by_place(&r->b->ledger.p[i - 1],
		    &r->b->ledger.p[i]) == 0)
			error = fault_set(r->fault, r->path,
			    r->b->ledger.p[i].line, "the same place as in "
			    "line %u", r->b->ledger.p[i - 1].line);
	return error;
}

static struct baseline *
baseline_new(void)
{
	struct baseline *b = ecalloc(1, sizeof(*b));

	b->arena = arena_new();
	b->head = "";
	return b;
}

struct baseline *
baseline_parse(const char *path, const char *text, size_t size,
    struct fault *f)
{
	struct reader r = { .b = baseline_new(), .path = path, .fault = f };
	struct buf head = { 0 };
	int error;

	if (memchr(text, '\0', size) != NULL)
		error = fault_set(f, path, 0, "this is not a baseline: it "
		    "has a NUL byte");
	else
		error = read_lines(&r, arena_strndup(r.b->arena, text, size),
		    &head);
	if (error == 0)
		error = check_unique(&r);
	if (error == 0) {
		r.b->head = arena_strndup(r.b->arena,
		    head.n > 0 ? head.p : "", head.n);
	} else {
		baseline_free(r.b);
		r.b = NULL;
	}
	buf_free(&head);
	return r.b;
}

struct baseline *
baseline_read(const char *path, struct fault *f)
{
	struct baseline *b;
	size_t size;
	char *text;

	if (file_read(path, &text, &size, f) != 0)
		return NULL;
	b = baseline_parse(path, text, size, f);
	free(text);
	return b;
}

bool
baseline_is(const char *text)
{
	return strncmp(text, MAGIC, sizeof(MAGIC) - 1) == 0;
}

const struct baseline_finding *
baseline_find(const struct baseline *b, struct digest fingerprint)
{
	for (size_t i = 0; i < b->findings.n; i++)
		if (digest_cmp(b->findings.p[i].fingerprint,
		    fingerprint) == 0)
			return &b->findings.p[i];
	return NULL;
}

void
baseline_free(struct baseline *b)
{
	if (b == NULL)
		return;
	vec_free(&b->findings);
	vec_free(&b->ledger);
	arena_free(b->arena);
	free(b);
}

/* ---- of a database ---- */

struct taking {
	struct baseline *b;
	const char *today;
};

static const char *
keep(struct baseline *b, const char *s)
{
	return arena_strndup(b->arena, s, strlen(s));
}

static int
take_finding(void *ctx, const struct store_finding *s)
{
	struct taking *t = ctx;
	struct baseline_finding f = { .id = s->id, .since = "" };

	f.path = keep(t->b, s->file);
	f.function = keep(t->b, s->function);
	f.code = keep(t->b, s->code);
	f.name = keep(t->b, s->name);
	f.severity = keep(t->b, s->severity);
	f.message = keep(t->b, s->message);
	f.at = s->line;
	f.col = s->col;
	f.suppressed = s->suppression >= 0 && (*s->expires == '\0' ||
	    strcmp(t->today, s->expires) <= 0);
	require(digest_parse(s->fingerprint, &f.fingerprint));
	vec_push(&t->b->findings, f);
	return 0;
}

static int
take_entry(void *ctx, const struct store_entry *e)
{
	struct taking *t = ctx;
	struct baseline_count c = { .n = 1 };

	if (ledger_kind(e->kind, &c.kind) != 0)
		bug("%s: no such kind", e->kind);
	if (c.kind == LEDGER_TARGET)	/* the defect is a finding itself */
		return 0;
	c.place = keep(t->b, *e->function != '\0' ? e->function : e->file);
	vec_push(&t->b->ledger, c);
	return 0;
}

struct baseline *
baseline_of_store(struct store *s, const char *today, struct fault *f)
{
	struct taking t = { baseline_new(), today };

	if (store_findings(s, NULL, take_finding, &t, f) != 0 ||
	    store_ledger(s, NULL, take_entry, &t, f) != 0) {
		baseline_free(t.b);
		return NULL;
	}
	baseline_sort(t.b);
	return t.b;
}

/* ---- writing ---- */

static void
print_finding(const struct baseline_finding *f, struct buf *b)
{
	char hex[DIGEST_HEX];

	buf_str(b, "finding ");
	buf_word(b, f->path);
	buf_chr(b, ' ');
	buf_word(b, f->function);
	digest_hex(f->fingerprint, hex);
	buf_fmt(b, " %s %s%s%s\n", f->code, hex, *f->since != '\0' ? " " : "",
	    f->since);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(ledger_kind_name(*(const enum ledger_kind *)a),
	    ledger_kind_name(*(const enum ledger_kind *)b));
}

void
baseline_print(const struct baseline *b, struct buf *out)
{
	enum ledger_kind kinds[LEDGER_NKINDS];

	buf_fmt(out, MAGIC "%d\n%s", BASELINE_VERSION, b->head);
	for (int k = 0; k < LEDGER_NKINDS; k++)
		kinds[k] = k;
	qsort(kinds, LEDGER_NKINDS, sizeof(*kinds), by_name);
	for (int k = 0; k < LEDGER_NKINDS; k++)
		if (b->allow[kinds[k]] > 0)
			buf_fmt(out, "allow %s %d\n",
			    ledger_kind_name(kinds[k]), b->allow[kinds[k]]);
	for (size_t i = 0; i < b->findings.n; i++)
		if (!b->findings.p[i].suppressed)
			print_finding(&b->findings.p[i], out);
	for (size_t i = 0; i < b->ledger.n; i++) {
		buf_fmt(out, "ledger %s ",
		    ledger_kind_name(b->ledger.p[i].kind));
		buf_word(out, b->ledger.p[i].place);
		buf_fmt(out, " %d\n", b->ledger.p[i].n);
	}
}
