/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

static void
ok_every_key(void **state)
{
	static const uint64_t keys[] = { 0, 1, UINT64_MAX, UINT64_MAX - 1,
	    UINT64_C(1) << 32, UINT64_C(1) << 63 };
	enum { N = sizeof(keys) / sizeof(keys[0]) };
	struct map *m = map_new();
	uint64_t v = 77;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		assert_false(map_get(m, keys[i], &v));
		assert_int_equal(v, 77);
	}
	for (size_t i = 0; i < N; i++)
		map_put(m, keys[i], ~keys[i]);
	assert_int_equal(map_count(m), N);
	for (size_t i = 0; i < N; i++) {
		assert_true(map_get(m, keys[i], &v));
		assert_true(v == ~keys[i]);
		map_put(m, keys[i], i);
	}
	assert_int_equal(map_count(m), N);
	for (size_t i = 0; i < N; i++) {
		assert_true(map_get(m, keys[i], &v));
		assert_int_equal(v, i);
	}
	map_free(m);
	map_free(NULL);
}

/* Keys that share their low bits, as addresses and packed pairs do. */
static void
ok_many(void **state)
{
	enum { N = 100000 };
	struct map *m = map_new();
	uint64_t v = 0;

	(void)state;
	for (uint64_t i = 1; i <= N; i++)
		map_put(m, i << 32, i);
	assert_int_equal(map_count(m), N);
	for (uint64_t i = 1; i <= N; i++) {
		assert_true(map_get(m, i << 32, &v));
		assert_int_equal(v, i);
		assert_false(map_get(m, i, &v));
	}
	map_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_every_key),
		cmocka_unit_test(ok_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
