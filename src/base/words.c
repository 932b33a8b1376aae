/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "base/base.h"

static bool
is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_bare(const char *s)
{
	if (*s == '\0' || *s == '#')
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == '"' || *s == '\\' ||
		    *s == 0x7f)
			return false;
	return true;
}

void
buf_word(struct buf *b, const char *s)
{
	if (is_bare(s)) {
		buf_str(b, s);
		return;
	}
	buf_chr(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_chr(b, '\\');
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			buf_fmt(b, "\\x%02x", (unsigned char)*s);
		else
			buf_chr(b, *s);
	}
	buf_chr(b, '"');
}

static int
hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The word behind an opening quote, decoded in place. */
static int
quoted(char **cursor)
{
	char *from = *cursor, *to = from;

	for (; *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		else if (*from == '\\' && from[1] == 'x' &&
		    hex_digit(from[2]) >= 0 && hex_digit(from[3]) >= 0 &&
		    hex_digit(from[2]) + hex_digit(from[3]) > 0) {
			*to++ = (char)(hex_digit(from[2]) * 16 +
			    hex_digit(from[3]));
			from += 3;
			continue;
		} else if (*from == '\\' || *from == '\0')
			return -1;
		*to++ = *from;
	}
	if (from[1] != '\0' && !is_space(from[1]))
		return -1;
	*cursor = from[1] != '\0' ? from + 2 : from + 1;
	*to = '\0';
	return 1;
}

int
word_next(char **cursor, char **word)
{
	char *s = *cursor;

	while (is_space(*s))
		s++;
	*cursor = s;
	if (*s == '\0')
		return 0;
	if (*s == '"') {
		*word = ++*cursor;
		return quoted(cursor);
	}
	*word = s;
	while (*s != '\0' && !is_space(*s))
		s++;
	*cursor = *s != '\0' ? s + 1 : s;
	*s = '\0';
	return 1;
}
