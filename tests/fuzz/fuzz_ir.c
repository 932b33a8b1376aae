/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Any bytes as the text of a module: they are rejected with a message, or
 * printing what was read is a fixed point.
 */

#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The text of a text, or an empty buffer if it is rejected. */
static struct buf
normal_form(const char *text, size_t size)
{
	struct names *names = names_new();
	struct fault f = { "" }, g = { "" };
	struct buf out = { 0 };
	struct ir_module *m;

	m = ir_parse(names, "fuzz", text, size, NULL, &f);
	require((m == NULL) == (f.text[0] != '\0'));
	if (m != NULL) {
		ir_print(m, &out);
		require((ir_check(m, &g) == 0) == (g.text[0] == '\0'));
		for (size_t i = 0; i < m->inits.n; i++) {
			struct buf c = { 0 };

			ir_print_c(names, NULL, m->inits.p[i].value, &c);
			buf_free(&c);
		}
	}
	ir_module_free(m);
	names_free(names);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once, twice;

	once = normal_form((const char *)data, size);
	if (once.p != NULL) {
		twice = normal_form(once.p, once.n);
		require(twice.p != NULL);
		require(once.n == twice.n);
		require(memcmp(once.p, twice.p, once.n) == 0);
		buf_free(&twice);
	}
	buf_free(&once);
	return 0;
}
