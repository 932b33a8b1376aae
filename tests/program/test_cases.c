/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Text IR in, facts out: each case of testdata/program is linked with its
 * units in every rotation, forwards and backwards, with and without the
 * bodies that a reader has seen before, and always gives the text of its
 * .out file.  "program_cases print NAME" writes that text.
 *
 * ok_ cases leave nothing open that matters; bad_ ones end in the ledger.
 */

#include "case.h"

static const char *const cases[] = {
	"bad_handlers", "bad_levels", "bad_lock_unknown", "bad_pointer",
	"bad_two_definitions", "ok_alias", "ok_dispatch", "ok_flow_members",
	"ok_handlers", "ok_handlers_derived", "ok_handlers_flows",
	"ok_handlers_member", "ok_heap_table", "ok_incomplete",
	"ok_inline_differs", "ok_inline_once", "ok_link_set",
	"ok_lock_derived", "ok_lock_flows", "ok_lock_kinds",
	"ok_lock_kinds_newer", "ok_lock_unset", "ok_narrowing", "ok_noreturn",
	"ok_static_variables", "ok_statics_apart"
};
#define NCASES	(sizeof(cases) / sizeof(cases[0]))

static char *
slurp(const char *name, const char *suffix)
{
	char path[512], *text;
	struct fault f = { "" };
	size_t size;

	snprintf(path, sizeof(path), "%s/%s%s", DATA, name, suffix);
	if (file_read(path, &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	return text;
}

static void
check_order(const char *text, const char *expected, struct case_order order)
{
	struct test_case c;
	struct buf b = { 0 };

	case_link(&c, text, order);
	case_print(&c, &b);
	assert_string_equal(b.p, expected);
	buf_free(&b);
	case_done(&c);
}

static void
check_case(void **state)
{
	const char *name = *state;
	char *text = slurp(name, ".ir"), *expected = slurp(name, ".out");
	size_t rotate;
	int k;

	for (rotate = 0; rotate < CASE_UNITS / 2; rotate++)
		for (k = 0; k < 4; k++)
			check_order(text, expected, (struct case_order){
			    rotate, (k & 1) != 0, (k & 2) != 0 });
	free(text);
	free(expected);
}

static int
print(const char *name)
{
	struct test_case c;
	struct buf b = { 0 };

	case_load(&c, name);
	case_print(&c, &b);
	fputs(b.p, stdout);
	buf_free(&b);
	case_done(&c);
	return 0;
}

int
main(int argc, char **argv)
{
	struct CMUnitTest tests[NCASES];
	size_t i;

	if (argc == 3 && strcmp(argv[1], "print") == 0)
		return print(argv[2]);
	memset(tests, 0, sizeof(tests));
	for (i = 0; i < NCASES; i++) {
		tests[i].name = cases[i];
		tests[i].test_func = check_case;
		tests[i].initial_state = (void *)(uintptr_t)cases[i];
	}
	return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
