/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

static void
ok_empty(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_clear(&b);
	assert_null(b.p);
	buf_add(&b, NULL, 0);
	assert_string_equal(b.p, "");
	buf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.cap, 0);
}

static void
ok_always_terminated(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		buf_chr(&b, 'x');
		assert_int_equal(strlen(b.p), i + 1);
		assert_int_equal(b.n, i + 1);
		assert_true(b.cap > b.n);
	}
	buf_clear(&b);
	assert_string_equal(b.p, "");
	buf_str(&b, "ab");
	buf_add(&b, "c\0d", 3);
	assert_int_equal(b.n, 5);
	assert_memory_equal(b.p, "abc\0d", 6);
	buf_free(&b);
}

static void
number(int64_t v)
{
	struct buf b = { 0 };
	char text[32];

	buf_i64(&b, v);
	snprintf(text, sizeof(text), "%lld", (long long)v);
	assert_string_equal(b.p, text);
	buf_clear(&b);
	buf_u64(&b, (uint64_t)v);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	assert_string_equal(b.p, text);
	buf_free(&b);
}

static void
ok_numbers(void **state)
{
	uint64_t power = 1;

	(void)state;
	for (int64_t i = -1100; i <= 1100; i++)
		number(i);
	for (int i = 0; i < 20; i++, power *= 10) {
		number((int64_t)power);
		number((int64_t)(power - 1));
		number(-(int64_t)(power - 1));
	}
	number(INT64_MAX);
	number(INT64_MIN);
}

static void
ok_format(void **state)
{
	struct buf b = { 0 };
	char text[300];

	(void)state;
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	buf_fmt(&b, "%s", "");
	assert_string_equal(b.p, "");
	buf_fmt(&b, "%d:%s", 5, text);
	assert_int_equal(b.n, 301);
	assert_memory_equal(b.p, "5:y", 3);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_empty),
		cmocka_unit_test(ok_always_terminated),
		cmocka_unit_test(ok_numbers),
		cmocka_unit_test(ok_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
