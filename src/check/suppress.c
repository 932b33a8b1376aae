/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/suppress.h"

#define MAGIC		"iplint-suppressions "
#define MAX_ID		1000

/* ---- one suppression ---- */

/* By code or name; 0: there is none. */
static int
id_of(const char *word)
{
	char code[16];

	for (int id = 1; id < MAX_ID; id++) {
		if (finding_name(id) == NULL)
			continue;
		snprintf(code, sizeof(code), "IPL%03d", id);
		if (strcmp(word, code) == 0 ||
		    strcmp(word, finding_name(id)) == 0)
			return id;
	}
	return 0;
}

static char *
skip_space(char *s)
{
	return s + strspn(s, " \t\r");
}

/* "[until DATE] reason".  NULL, or what is wrong with it. */
static const char *
parse_reason(char *s, struct suppression *to)
{
	size_t n;

	s = skip_space(s);
	if (strncmp(s, "until", 5) == 0 && (s[5] == ' ' || s[5] == '\t' ||
	    s[5] == '\0')) {
		s = skip_space(s + 5);
		n = strcspn(s, " \t\r");
		if (s[n] != '\0')
			s[n++] = '\0';
		if (!date_valid(s))
			return "\"until\" wants a date like 2026-11-22";
		to->expires = s;
		s = skip_space(s + n);
	}
	for (n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]) != NULL; )
		s[--n] = '\0';
	to->reason = s;
	return n > 0 ? NULL : "no reason is given";
}

/* ---- the file ---- */

static bool
is_fingerprint(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return s[n] == '\0' && n >= SUPPRESS_DIGITS && n < DIGEST_HEX;
}

/* What is wrong with the line, or NULL. */
static const char *
parse_line(char *s, struct suppression *to)
{
	char *word[3];
	int n;

	if (word_next(&s, &word[0]) != 1)
		return "a quote is not closed, or escapes what it cannot";
	if (is_fingerprint(word[0])) {
		to->fingerprint = word[0];
		return parse_reason(s, to);
	}
	to->id = id_of(word[0]);
	if (to->id == 0)
		return "it begins neither with the id of a finding nor with "
		    "eight digits or more of a fingerprint";
	for (n = 1; n < 3; n++)
		if (word_next(&s, &word[n]) != 1)
			return "behind the id come a path and a function";
	to->path = word[1];
	to->function = word[2];
	return parse_reason(s, to);
}

static int
check_version(const char *path, const char *line, struct fault *f)
{
	char *end;
	long v;

	v = strncmp(line, MAGIC, sizeof(MAGIC) - 1) == 0 ?
	    strtol(line + sizeof(MAGIC) - 1, &end, 10) : 0;
	if (v <= 0 || *skip_space(end) != '\0')
		return fault_set(f, path, 0, "this is no list of "
		    "suppressions: its first line is not \"" MAGIC "%d\"",
		    SUPPRESS_VERSION);
	if (v != SUPPRESS_VERSION)
		return fault_set(f, path, 0, "the list has format %ld, this "
		    "program reads format %d", v, SUPPRESS_VERSION);
	return 0;
}

static int
parse_lines(struct suppressions *s, const char *path, char *text,
    struct fault *f)
{
	char *line = text, *next;
	const char *wrong;
	uint32_t n;

	for (n = 1; n == 1 || *line != '\0'; n++, line = next) {
		struct suppression x = { .file = path, .line = n };

		next = line + strcspn(line, "\n");
		if (*next != '\0')
			*next++ = '\0';
		if (n == 1 && check_version(path, line, f) != 0)
			return -1;
		line = skip_space(line);
		if (n == 1 || *line == '#' || *line == '\0')
			continue;
		wrong = parse_line(line, &x);
		if (wrong != NULL)
			return fault_set(f, path, n, "%s", wrong);
		vec_push(&s->list, x);
	}
	return 0;
}

struct suppressions *
suppress_parse(const char *path, const char *text, size_t size,
    struct fault *f)
{
	struct suppressions *s = ecalloc(1, sizeof(*s));
	int error;

	s->arena = arena_new();
	path = arena_strndup(s->arena, path, strlen(path));
	if (memchr(text, '\0', size) != NULL)
		error = fault_set(f, path, 0, "this is no list of "
		    "suppressions: it has a NUL byte");
	else
		error = parse_lines(s, path, arena_strndup(s->arena, text,
		    size), f);
	if (error == 0)
		return s;
	suppress_free(s);
	return NULL;
}

struct suppressions *
suppress_read(const char *path, struct fault *f)
{
	struct suppressions *s;
	size_t size;
	char *text;

	if (file_read(path, &text, &size, f) != 0)
		return NULL;
	s = suppress_parse(path, text, size, f);
	free(text);
	return s;
}

void
suppress_free(struct suppressions *s)
{
	if (s == NULL)
		return;
	vec_free(&s->list);
	arena_free(s->arena);
	free(s);
}

/* ---- comments ---- */

/* One for each of the ids, or one that says what is wrong. */
static void
add_remark(struct results *r, const struct names *names,
    const struct ir_remark *remark)
{
	const char *text = name_str(names, remark->text);
	char *s = arena_strndup(r->arena, text, strlen(text));
	char *ids = skip_space(s), *id;
	struct suppression x = { .source = true, .line = remark->line,
	    .file = name_str(names, remark->file),
	    .target = remark->target, .reason = "" };

	s = ids + strcspn(ids, " \t");
	if (*s != '\0')
		*s++ = '\0';
	if (ids[strspn(ids, ",")] == '\0')
		x.fault = "no id of a finding is given";
	else
		x.fault = parse_reason(s, &x);
	while ((id = strtok_r(ids, ",", &ids)) != NULL) {
		struct suppression one = x;

		one.id = id_of(id);
		if (one.id == 0 && one.fault == NULL) {
			struct buf b = { 0 };

			buf_fmt(&b, "%s is not the id of a finding", id);
			one.fault = arena_strndup(r->arena, b.p, b.n);
			buf_free(&b);
		}
		if (one.fault != NULL)
			x = one;
		else
			vec_push(&r->suppressions, one);
	}
	if (x.fault != NULL)
		vec_push(&r->suppressions, x);
}

/* ---- which findings ---- */

static bool
is_about(const struct suppression *s, const struct finding *f,
    const struct program *p)
{
	const struct prog_func *pf = &p->funcs.p[f->func];
	const char *file = name_str(p->names, f->file);
	char hex[DIGEST_HEX];

	if (s->fault != NULL || (s->id != 0 && s->id != f->id))
		return false;
	if (s->fingerprint != NULL) {
		digest_hex(f->fingerprint, hex);
		return strncmp(hex, s->fingerprint,
		    strlen(s->fingerprint)) == 0;
	}
	if (!s->source)
		return strcmp(s->path, file) == 0 && strcmp(s->function,
		    name_str(p->names, pf->name)) == 0;
	return (s->target == f->line && strcmp(s->file, file) == 0) ||
	    (s->target == pf->line && strcmp(s->file, name_str(p->names,
	    pf->file)) == 0);
}

static void
suppress(struct results *r, const struct program *p, struct finding *f)
{
	const struct suppression *s = r->suppressions.p;
	uint32_t i, n = 0;

	for (i = 0; i < r->suppressions.n; i++)
		n += is_about(&s[i], f, p);
	f->suppressions = arena_alloc(r->arena, (n + 1) * sizeof(i));
	for (i = 0; i < r->suppressions.n; i++)
		if (is_about(&s[i], f, p))
			f->suppressions[f->nsuppressions++] = i;
}

void
suppress_apply(struct results *r, const struct program *p,
    const struct suppressions *file)
{
	size_t i;

	for (i = 0; i < p->remarks.n; i++)
		add_remark(r, p->names, &p->remarks.p[i]);
	for (i = 0; file != NULL && i < file->list.n; i++)
		vec_push(&r->suppressions, file->list.p[i]);
	for (i = 0; i < r->findings.n; i++)
		suppress(r, p, &r->findings.p[i]);
}
