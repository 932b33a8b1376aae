/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * clang lexes a file without regard to its macros and conditions when it is
 * asked for tokens, but wants to have parsed it before.  To parse a unit of
 * a kernel takes its headers and seconds.  So it parses nothing: it is given
 * the file behind an #if 0 that nothing closes.
 */

#include <clang-c/Index.h>
#include <stdlib.h>
#include <string.h>

#include "report/html/highlight.h"

#define NAME	"source.c"
#define PREFIX	"#if 0\n"

struct highlighter {
	CXIndex index;
};

struct highlighter *
highlighter_new(void)
{
	struct highlighter *h = ecalloc(1, sizeof(*h));

	h->index = clang_createIndex(0, 0);
	return h;
}

void
highlighter_free(struct highlighter *h)
{
	if (h == NULL)
		return;
	clang_disposeIndex(h->index);
	free(h);
}

static enum token_kind
kind_of(CXToken token)
{
	switch (clang_getTokenKind(token)) {
	case CXToken_Keyword: return TOKEN_KEYWORD;
	case CXToken_Literal: return TOKEN_LITERAL;
	case CXToken_Comment: return TOKEN_COMMENT;
	default: return TOKEN_PLAIN;
	}
}

/* Is there nothing but blanks before it on its line? */
static bool
begins_line(const char *text, uint32_t at)
{
	while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
		at--;
	return at == 0 || text[at - 1] == '\n';
}

static struct token *
convert(CXTranslationUnit unit, CXToken *tokens, unsigned n,
    const char *text, size_t size, size_t *kept)
{
	struct token *out = ecalloc(n + 1, sizeof(*out)), t;
	unsigned from, to, prefix = sizeof(PREFIX) - 1;
	CXSourceRange range;
	bool directive = false;

	*kept = 0;
	for (unsigned i = 0; i < n; i++) {
		range = clang_getTokenExtent(unit, tokens[i]);
		clang_getFileLocation(clang_getRangeStart(range), NULL, NULL,
		    NULL, &from);
		clang_getFileLocation(clang_getRangeEnd(range), NULL, NULL,
		    NULL, &to);
		if (from < prefix || to <= from || to - prefix > size)
			continue;
		t = (struct token){ kind_of(tokens[i]), from - prefix,
		    to - prefix };
		if (*kept > 0 && out[*kept - 1].to > t.from)
			continue;
		if (directive)
			t.kind = TOKEN_DIRECTIVE;
		directive = text[t.from] == '#' && t.to == t.from + 1 &&
		    begins_line(text, t.from);
		if (directive)
			t.kind = TOKEN_DIRECTIVE;
		if (t.kind != TOKEN_PLAIN)
			out[(*kept)++] = t;
	}
	return out;
}

struct token *
highlight(struct highlighter *h, const char *text, size_t size, size_t *n)
{
	static const char *const args[] = { "-xc", "-w" };
	struct CXUnsavedFile file = { .Filename = NAME };
	struct token *out = NULL;
	struct buf b = { 0 };
	CXTranslationUnit unit;
	CXToken *tokens = NULL;
	unsigned ntokens = 0;
	CXFile whole;

	*n = 0;
	buf_str(&b, PREFIX);
	buf_add(&b, text, size);
	file.Contents = b.p;
	file.Length = b.n;
	if (clang_parseTranslationUnit2(h->index, NAME, args,
	    sizeof(args) / sizeof(*args), &file, 1,
	    CXTranslationUnit_SingleFileParse, &unit) == CXError_Success) {
		whole = clang_getFile(unit, NAME);
		clang_tokenize(unit, clang_getRange(
		    clang_getLocationForOffset(unit, whole, 0),
		    clang_getLocationForOffset(unit, whole, (unsigned)b.n)),
		    &tokens, &ntokens);
		out = convert(unit, tokens, ntokens, text, size, n);
		clang_disposeTokens(unit, tokens, ntokens);
		clang_disposeTranslationUnit(unit);
	}
	buf_free(&b);
	return out;
}
