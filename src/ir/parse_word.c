/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The words of the reader's text, and its errors.
 */

#include <string.h>

#include "ir/parse_int.h"

#define FOUND_MAX	24		/* bytes of bad text in a message */

static const char at_error[] = "\n";

/* The number of the line that a byte is in. */
static unsigned
line_of(const struct parser *p, const char *at)
{
	unsigned line = 1;

	for (const char *s = p->text; s < at; s++)
		line += *s == '\n';
	return line;
}

void
parse_fail(struct parser *p, const char *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (p->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fault_set(p->fault, p->file, line_of(p, at), "%s", text);
	p->failed = true;
	p->c = at_error;
}

void
parse_expected(struct parser *p, const char *what)
{
	char found[FOUND_MAX + 1];
	size_t n = 0;

	if (*p->c == '\n') {
		parse_fail(p, p->c, "expected %s, found the end of the line",
		    what);
		return;
	}
	for (; n < FOUND_MAX && p->c[n] != '\n'; n++) {
		if (n > 0 && text_is(p->c[n], TEXT_BLANK))
			break;
		found[n] = p->c[n] >= ' ' && p->c[n] < 0x7f ? p->c[n] : '?';
	}
	found[n] = '\0';
	parse_fail(p, p->c, "expected %s, found \"%s\"", what, found);
}

void
parse_blank(struct parser *p)
{
	if (!text_is(*p->c, TEXT_BLANK))
		parse_expected(p, "a space");
	skip_blanks(p);
}

void
parse_end_line(struct parser *p)
{
	skip_blanks(p);
	if (*p->c != '\n')
		parse_expected(p, "the end of the line");
	if (!p->failed)
		p->c++;
}

bool
parse_next_line(struct parser *p)
{
	const char *c = p->c;

	if (p->failed)
		return false;
	for (; c < p->end; c++) {
		p->c = c;
		if (*c == '#')
			c = memchr(c, '\n', (size_t)(p->end - c));
		while (text_is(*c, TEXT_BLANK))
			c++;
		if (*c != '\n')
			return true;
	}
	p->c = p->end;
	return false;
}

bool
parse_accept(struct parser *p, const char *word)
{
	const char *c = p->c;

	while (*word != '\0' && *c == *word) {
		c++;
		word++;
	}
	if (*word != '\0' || !(*c == '\n' || text_is(*c, TEXT_BLANK)))
		return false;
	p->c = c;
	skip_blanks(p);
	return true;
}

uint64_t
parse_number(struct parser *p, uint64_t max, const char *what)
{
	const char *start = p->c;
	uint64_t v = 0;

	if (!text_is(*p->c, TEXT_DIGIT))
		parse_expected(p, what);
	while (text_is(*p->c, TEXT_DIGIT)) {
		unsigned digit = (unsigned)(*p->c - '0');

		if (v > (max - digit) / 10) {
			parse_fail(p, start, "the number is too large");
			return 0;
		}
		v = v * 10 + digit;
		p->c++;
	}
	return v;
}

int64_t
parse_signed(struct parser *p)
{
	if (accept(p, '-'))
		return (int64_t)-parse_number(p, (uint64_t)INT64_MAX + 1,
		    "a number");
	return (int64_t)parse_number(p, INT64_MAX, "a number");
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that an escape stands for; the cursor is behind the backslash. */
static char
parse_escape(struct parser *p)
{
	int hi, lo;

	switch (*p->c) {
	case '"':
	case '\\':
		return *p->c++;
	case 'n':
		p->c++;
		return '\n';
	case 't':
		p->c++;
		return '\t';
	case 'x':
		hi = hex_digit(p->c[1]);
		lo = hi >= 0 ? hex_digit(p->c[2]) : -1;
		if (lo >= 0 && (hi | lo) != 0) {
			p->c += 3;
			return (char)(hi << 4 | lo);
		}
	}
	parse_fail(p, p->c, "bad escape in a string: there are \\\" \\\\ \\n "
	    "\\t \\x01 to \\xff");
	return 0;
}

name_t
parse_string(struct parser *p)
{
	const char *start;

	if (!accept(p, '"')) {
		parse_expected(p, "a string");
		return 0;
	}
	start = p->c;
	while (*p->c != '"' && *p->c != '\\' && (uint8_t)*p->c >= ' ')
		p->c++;
	if (accept(p, '"'))
		return name_intern_n(p->names, start,
		    (size_t)(p->c - 1 - start));
	buf_clear(&p->string);
	buf_add(&p->string, start, (size_t)(p->c - start));
	while (!accept(p, '"')) {
		if (accept(p, '\\'))
			buf_chr(&p->string, parse_escape(p));
		else if (*p->c == '\n')
			parse_fail(p, p->c, "the string is not closed");
		else if ((uint8_t)*p->c < ' ')
			parse_fail(p, p->c, "a control character in a string");
		else
			buf_chr(&p->string, *p->c++);
		if (p->failed)
			return 0;
	}
	return name_intern_n(p->names, p->string.p, p->string.n);
}

name_t
parse_word(struct parser *p, unsigned class, const char *what)
{
	const char *start = p->c;

	while (text_is(*p->c, class))
		p->c++;
	if (p->c > start)
		return name_intern_n(p->names, start, (size_t)(p->c - start));
	if (*p->c == '"')
		return parse_string(p);
	parse_expected(p, what);
	return 0;
}

struct digest
parse_digest(struct parser *p)
{
	struct digest d = { 0, 0 };

	if (digest_parse(p->c, &d))
		p->c += DIGEST_HEX - 1;
	else
		parse_expected(p, "32 hexadecimal digits");
	return d;
}
