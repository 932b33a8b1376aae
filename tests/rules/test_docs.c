/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * docs/rules.md has the reference that the grammar's tables give.  With an
 * argument the program prints that reference instead, to be pasted there.
 */

#include "../base/test.h"
#include "rules/grammar.h"

static void
ok_reference(void **state)
{
	struct buf b = { 0 };
	struct fault f = { "" };
	char *text;
	size_t size;

	(void)state;
	assert_int_equal(file_read(REFERENCE, &text, &size, &f), 0);
	grammar_reference(&b);
	if (strstr(text, b.p) == NULL)
		fail_msg("docs/rules.md is out of date: replace its tables by "
		    "the output of \"rules_docs print\"");
	buf_free(&b);
	free(text);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_reference),
	};
	struct buf b = { 0 };

	(void)argv;
	if (argc > 1) {
		grammar_reference(&b);
		fputs(b.p, stdout);
		buf_free(&b);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
