/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/html/html.h"
#include "report/html/source.h"

#define FUNCTION_MAX	4000		/* lines that one may have */

struct source_tree {
	struct store *store;
	char *root;
	struct highlighter *highlighter;
	struct names *names;		/* paths */
	struct map *known;		/* from a path to its place in all */
	VEC(struct source *) all;
};

struct source_tree *
source_tree_new(const char *root, struct store *store)
{
	struct source_tree *ss = ecalloc(1, sizeof(*ss));

	ss->store = store;
	ss->root = estrdup(root != NULL ? root : ".");
	ss->highlighter = highlighter_new();
	ss->names = names_new();
	ss->known = map_new();
	return ss;
}

void
source_tree_free(struct source_tree *ss)
{
	if (ss == NULL)
		return;
	for (size_t i = 0; i < ss->all.n; i++) {
		free(ss->all.p[i]->text);
		free(ss->all.p[i]->start);
		free(ss->all.p[i]->tokens);
		free(ss->all.p[i]);
	}
	vec_free(&ss->all);
	highlighter_free(ss->highlighter);
	names_free(ss->names);
	map_free(ss->known);
	free(ss->root);
	free(ss);
}

/* Does the path stay below the root?  A database may come from anywhere. */
static bool
is_below(const char *path)
{
	if (*path == '/' || *path == '\0')
		return false;
	for (const char *s = path; s != NULL; s = strchr(s, '/')) {
		s += *s == '/';
		if (strncmp(s, "..", 2) == 0 && (s[2] == '/' || s[2] == '\0'))
			return false;
	}
	return true;
}

static void
find_lines(struct source *src)
{
	VEC(uint32_t) start = { 0 };

	vec_push(&start, 0);
	for (size_t i = 0; i < src->size; i++)
		if (src->text[i] == '\n')
			vec_push(&start, (uint32_t)i + 1);
	if (start.p[start.n - 1] != src->size)
		vec_push(&start, (uint32_t)src->size);
	src->start = start.p;
	src->nlines = (uint32_t)start.n - 1;
}

static int
load(struct source_tree *ss, const char *path, struct source *src,
    struct fault *f)
{
	struct fault ignored = { 0 };
	struct digest then;
	struct buf full = { 0 };
	int known;

	src->state = SOURCE_MISSING;
	if (!is_below(path))
		return 0;
	known = store_source(ss->store, path, &then, f);
	if (known < 0)
		return -1;
	buf_fmt(&full, "%s/%s", ss->root, path);
	if (file_read(full.p, &src->text, &src->size, &ignored) == 0) {
		src->state = known == 0 || digest_cmp(then,
		    digest_bytes(src->text, src->size)) == 0 ? SOURCE_OK :
		    SOURCE_CHANGED;
		find_lines(src);
		src->tokens = highlight(ss->highlighter, src->text, src->size,
		    &src->ntokens);
	}
	buf_free(&full);
	return 0;
}

const struct source *
source_get(struct source_tree *ss, const char *path, struct fault *f)
{
	name_t name = name_intern(ss->names, path);
	struct source *src;
	uint64_t at;

	if (map_get(ss->known, name, &at))
		return ss->all.p[at];
	src = ecalloc(1, sizeof(*src));
	map_put(ss->known, name, ss->all.n);
	vec_push(&ss->all, src);
	return load(ss, path, src, f) == 0 ? src : NULL;
}

/* ---- functions ---- */

static char
first_char(const struct source *src, uint32_t line)
{
	uint32_t at = src->start[line - 1];

	return at < src->start[line] ? src->text[at] : '\n';
}

/* A line that a function's head does not have: blank, or an end. */
static bool
before_head(const struct source *src, uint32_t line)
{
	uint32_t from = src->start[line - 1], to = src->start[line];
	char c = first_char(src, line);

	while (to > from && strchr(" \t\r\n", src->text[to - 1]) != NULL)
		to--;
	return to == from || c == '#' || c == '}' || c == '/' || c == ' ' ||
	    src->text[to - 1] == ';';
}

bool
source_function(const struct source *src, uint32_t line, uint32_t *first,
    uint32_t *last)
{
	uint32_t open, close;

	if (line == 0 || line > src->nlines)
		return false;
	for (close = line; close <= src->nlines; close++)
		if (first_char(src, close) == '}')
			break;
	for (open = line; open > 0; open--)
		if (first_char(src, open) == '{' ||
		    (open != line && first_char(src, open) == '}'))
			break;
	if (close > src->nlines || open == 0 || first_char(src, open) != '{' ||
	    close - open > FUNCTION_MAX)
		return false;
	while (open > 1 && !before_head(src, open - 1))
		open--;
	*first = open;
	*last = close;
	return true;
}

/* ---- lines ---- */

static const char *
class_of(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_KEYWORD: return "k";
	case TOKEN_LITERAL: return "l";
	case TOKEN_COMMENT: return "c";
	case TOKEN_DIRECTIVE: return "d";
	default: return NULL;
	}
}

/* The first token that ends behind a place. */
static size_t
token_at(const struct source *src, uint32_t at)
{
	size_t lo = 0, hi = src->ntokens, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (src->tokens[mid].to <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Part of a line, with the tokens in it. */
static void
span(const struct source *src, uint32_t from, uint32_t to, struct buf *b)
{
	uint32_t end;

	for (size_t i = token_at(src, from); from < to; from = end) {
		const struct token *t = i < src->ntokens ? &src->tokens[i] :
		    NULL;

		if (t == NULL || t->from >= to) {
			html_text_n(b, src->text + from, to - from);
			return;
		}
		if (t->from > from)
			html_text_n(b, src->text + from, t->from - from);
		from = t->from > from ? t->from : from;
		end = t->to < to ? t->to : to;
		html(b, "<i class=\"%s\">", class_of(t->kind));
		html_text_n(b, src->text + from, end - from);
		buf_str(b, "</i>");
		i++;
	}
}

/* Where what begins here ends: statement, argument or line. */
static uint32_t
end_of_part(const struct source *src, uint32_t from, uint32_t to)
{
	int depth = 0;

	for (uint32_t i = from; i < to; i++)
		switch (src->text[i]) {
		case '(': depth++; break;
		case ')':
			if (--depth < 0)
				return i;
			break;
		case ';':
		case '{':
			return i > from ? i : i + 1;
		}
	return to;
}

void
source_line(const struct source *src, uint32_t line, uint32_t column,
    struct buf *b)
{
	uint32_t from, to, mark, end;

	if (line == 0 || line > src->nlines)
		return;
	from = src->start[line - 1];
	to = src->start[line];
	while (to > from && strchr("\r\n", src->text[to - 1]) != NULL)
		to--;
	mark = from + column - 1;
	if (column == 0 || mark >= to) {
		span(src, from, to, b);
		return;
	}
	end = end_of_part(src, mark, to);
	while (end > mark && strchr(" \t", src->text[end - 1]) != NULL)
		end--;
	span(src, from, mark, b);
	buf_str(b, "<mark>");
	span(src, mark, end, b);
	buf_str(b, "</mark>");
	span(src, end, to, b);
}
