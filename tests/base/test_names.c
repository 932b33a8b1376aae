/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

static void
ok_empty_is_zero(void **state)
{
	struct names *ns = names_new();

	(void)state;
	assert_int_equal(name_intern(ns, ""), 0);
	assert_int_equal(name_intern_n(ns, "abc", 0), 0);
	assert_int_equal(name_intern_n(ns, NULL, 0), 0);
	assert_int_equal(name_find(ns, ""), 0);
	assert_string_equal(name_str(ns, 0), "");
	assert_int_equal(names_count(ns), 1);
	names_free(ns);
	names_free(NULL);
}

static void
ok_equal_strings_equal_ids(void **state)
{
	struct names *ns = names_new();
	name_t a = name_intern(ns, "splhigh");

	(void)state;
	assert_int_not_equal(a, 0);
	assert_int_equal(name_intern_n(ns, "splhighest", 7), a);
	assert_int_not_equal(name_intern(ns, "splhighest"), a);
	assert_int_not_equal(name_intern(ns, "splhig"), a);
	assert_int_equal(name_find(ns, "splhigh"), a);
	assert_int_equal(name_find(ns, "splx"), 0);
	assert_int_equal(names_count(ns), 4);
	names_free(ns);
}

static void
ok_nul_ends_a_string(void **state)
{
	struct names *ns = names_new();
	name_t a = name_intern(ns, "ab");

	(void)state;
	assert_int_equal(name_intern_n(ns, "ab\0cd", 5), a);
	assert_int_equal(name_intern_n(ns, "\0cd", 3), 0);
	names_free(ns);
}

/* Enough for several rehashes; pointers must survive them. */
static void
ok_many(void **state)
{
	enum { N = 100000 };
	struct names *ns = names_new();
	const char *first;
	char text[32];

	(void)state;
	first = name_str(ns, name_intern(ns, "0"));
	for (int i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(name_intern(ns, text), i + 1);
	}
	assert_int_equal(names_count(ns), N + 1);
	for (int i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(name_find(ns, text), i + 1);
		assert_string_equal(name_str(ns, (name_t)(i + 1)), text);
	}
	assert_ptr_equal(first, name_str(ns, 1));
	names_free(ns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_empty_is_zero),
		cmocka_unit_test(ok_equal_strings_equal_ids),
		cmocka_unit_test(ok_nul_ends_a_string),
		cmocka_unit_test(ok_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
