/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/value.h"

static json_t *
must(json_t *v)
{
	if (v == NULL)
		bug("out of memory for JSON");
	return v;
}

/* The length of the valid sequence that s begins with, or 0. */
static size_t
sequence(const char *s)
{
	static const unsigned char lead[] = { 0, 0x80, 0xe0, 0xf0, 0xf8 };
	static const unsigned char bits[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	json_t *one;
	size_t n, i;

	for (n = 1; n <= 4; n++)
		if (((unsigned char)*s & lead[n]) == bits[n])
			break;
	if (n > 4)
		return 0;
	for (i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
	one = json_stringn(s, n);	/* overlong, or a surrogate? */
	json_decref(one);
	return one != NULL ? n : 0;
}

json_t *
value_text(const char *s)
{
	json_t *v = json_string(s);
	struct buf b = { 0 };
	size_t n;

	if (v != NULL)
		return v;
	for (; *s != '\0'; s += n) {
		n = sequence(s);
		if (n > 0)
			buf_add(&b, s, n);
		else {
			buf_str(&b, "\357\277\275");
			n = 1;
		}
	}
	v = must(json_string(b.p));
	buf_free(&b);
	return v;
}

void
set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, must(value)) != 0)
		bug("out of memory for JSON");
}

void
add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, must(value)) != 0)
		bug("out of memory for JSON");
}

void
set_text(json_t *object, const char *key, const char *s)
{
	set(object, key, value_text(s));
}

void
set_number(json_t *object, const char *key, int64_t n)
{
	set(object, key, json_integer(n));
}

void
set_if(json_t *object, const char *key, const char *s)
{
	if (*s != '\0')
		set_text(object, key, s);
}

void
set_line(json_t *object, const char *key, int line)
{
	if (line > 0)
		set_number(object, key, line);
}

static int
append(const char *s, size_t n, void *b)
{
	buf_add(b, s, n);
	return 0;
}

void
value_print(json_t *v, struct buf *out)
{
	if (json_dump_callback(v, append, out, JSON_INDENT(1)) != 0)
		bug("out of memory for JSON");
	buf_chr(out, '\n');
	json_decref(v);
}
