/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/html/html.h"

#define REPLACEMENT	0xfffd

/*
 * The character at s, which has n bytes; *used is how many of them it takes.
 * No overlong forms, no surrogates: those are bytes of Latin-1 too.
 */
static uint32_t
decode(const char *s, size_t n, size_t *used)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t len = *p < 0xc2 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 :
	    *p < 0xf5 ? 4 : 1;
	uint32_t c;

	*used = 1;
	if (len == 1 || len > n)
		return *p;
	c = *p & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return *p;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return *p;
	*used = len;
	return c;
}

static bool
is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') ||
	    (c >= 0x7f && c < 0xa0);
}

void
html_text_n(struct buf *b, const char *s, size_t n)
{
	size_t used;
	uint32_t c;

	for (size_t i = 0; i < n; i += used) {
		c = decode(s + i, n - i, &used);
		switch (c) {
		case '&': buf_str(b, "&amp;"); break;
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		case '"': buf_str(b, "&quot;"); break;
		case '\'': buf_str(b, "&#39;"); break;
		default:
			if (is_control(c))
				buf_fmt(b, "&#%d;", REPLACEMENT);
			else if (c >= 0x80)
				buf_fmt(b, "&#%u;", c);
			else
				buf_chr(b, (int)c);
		}
	}
}

void
html_text(struct buf *b, const char *s)
{
	html_text_n(b, s, strlen(s));
}

void
html(struct buf *b, const char *fmt, ...)
{
	const char *percent;
	va_list ap;

	va_start(ap, fmt);
	for (; (percent = strchr(fmt, '%')) != NULL; fmt = percent + 1) {
		buf_add(b, fmt, (size_t)(percent - fmt));
		percent++;
		if (*percent == 's')
			html_text(b, va_arg(ap, const char *));
		else if (*percent == 'd')
			buf_i64(b, va_arg(ap, int));
		else if (*percent == '%')
			buf_chr(b, '%');
		else if (*percent == 'c') {
			char c = (char)va_arg(ap, int);

			html_text_n(b, &c, 1);
		} else if (strncmp(percent, "zu", 2) == 0) {
			buf_u64(b, va_arg(ap, size_t));
			percent++;
		} else if (strncmp(percent, "lld", 3) == 0) {
			buf_i64(b, va_arg(ap, long long));
			percent += 2;
		} else
			bug("html: %%%c", *percent);
	}
	va_end(ap);
	buf_str(b, fmt);
}

void
html_json(struct buf *b, const char *s)
{
	size_t n = strlen(s), used;
	uint32_t c;

	buf_chr(b, '"');
	for (size_t i = 0; i < n; i += used) {
		c = decode(s + i, n - i, &used);
		if (c >= 0x10000) {
			c -= 0x10000;
			buf_fmt(b, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
			    0xdc00 + (c & 0x3ff));
		} else if (c == '"' || c == '\\')
			buf_fmt(b, "\\%c", (int)c);
		else if (c < 0x20 || c > 0x7e || strchr("<>&'", (int)c))
			buf_fmt(b, "\\u%04x", c);
		else
			buf_chr(b, (int)c);
	}
	buf_chr(b, '"');
}
