/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Any bytes as a list of suppressions, and as a comment: the list is rejected
 * with a message of one line, or every line of it is whole; of the comment,
 * each suppression is whole or says what is wrong.
 */

#include <stdlib.h>
#include <string.h>

#include "check/suppress.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect_whole(const struct suppression *s)
{
	require((s->id != 0) != (s->fingerprint != NULL));
	require(s->id == 0 || finding_name(s->id) != NULL);
	require(s->expires == NULL || date_valid(s->expires));
	require(*s->reason != '\0' && strchr(s->reason, '\n') == NULL);
}

static void
try_list(const char *text, size_t size)
{
	struct fault f = { "" };
	struct suppressions *s;

	s = suppress_parse("fuzz", text, size, &f);
	require((s == NULL) == (f.text[0] != '\0'));
	require(strchr(f.text, '\n') == NULL);
	for (size_t i = 0; s != NULL && i < s->list.n; i++) {
		require(s->list.p[i].fault == NULL);
		require(s->list.p[i].line == 2 || i > 0 ||
		    s->list.p[i].line > 2);
		expect_whole(&s->list.p[i]);
	}
	suppress_free(s);
}

static void
try_comment(const char *text, size_t size)
{
	struct names *names = names_new();
	struct program p = { .names = names };
	struct results *r = ecalloc(1, sizeof(*r));
	struct ir_remark remark = { .line = 1, .target = 2 };

	r->arena = arena_new();
	remark.text = name_intern_n(names, text, strnlen(text, size));
	vec_push(&p.remarks, remark);
	suppress_apply(r, &p, NULL);
	require(r->suppressions.n > 0);
	for (size_t i = 0; i < r->suppressions.n; i++)
		if (r->suppressions.p[i].fault == NULL)
			expect_whole(&r->suppressions.p[i]);
	vec_free(&p.remarks);
	results_free(r);
	names_free(names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_list((const char *)data, size);
	if (memchr(data, '\n', size) == NULL)
		try_comment((const char *)data, size);
	return 0;
}
