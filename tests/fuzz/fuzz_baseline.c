/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Any bytes as a baseline: they are rejected with a message of one line, or
 * what is printed of them is a fixed point, and nothing has changed.
 */

#include <stdlib.h>
#include <string.h>

#include "gate/compare.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect_no_change(const struct baseline *a, const struct baseline *b)
{
	struct comparison c;

	compare(a, b, &c);
	for (size_t i = 0; i < c.findings.n; i++) {
		require(c.findings.p[i].change == CHANGE_KEPT);
		require(!change_moved(&c.findings.p[i]));
	}
	require(c.findings.n == a->findings.n);
	require(c.growth.n == 0);
	comparison_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = { 0 }, twice = { 0 };
	struct fault f = { "" };
	struct baseline *a, *b;

	a = baseline_parse("fuzz", (const char *)data, size, &f);
	require((a == NULL) == (f.text[0] != '\0'));
	require(strchr(f.text, '\n') == NULL);
	if (a == NULL)
		return 0;
	baseline_print(a, &once);
	b = baseline_parse("again", once.p, once.n, &f);
	require(b != NULL);
	baseline_print(b, &twice);
	require(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
	expect_no_change(a, b);
	buf_free(&once);
	buf_free(&twice);
	baseline_free(a);
	baseline_free(b);
	return 0;
}
