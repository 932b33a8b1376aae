/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

/* The seed-0 vectors of xxHash: these must not change, shards hold them. */
static void
ok_known_values(void **state)
{
	char hex[DIGEST_HEX];

	(void)state;
	digest_hex(digest_bytes("", 0), hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	digest_hex(digest_bytes("abc", 3), hex);
	assert_string_equal(hex, "06b05ab6733a618578af5f94892f3950");
	assert_true(hash64("", 0, 0) == UINT64_C(0x2d06800538d394c2));
	assert_true(hash64("abc", 3, 0) != hash64("abc", 3, 1));
}

static void
ok_hex_and_back(void **state)
{
	struct digest d = { UINT64_C(0x0123456789abcdef), 0xf0 }, e;
	char hex[DIGEST_HEX];

	(void)state;
	digest_hex(d, hex);
	assert_string_equal(hex, "0123456789abcdef00000000000000f0");
	assert_true(digest_parse(hex, &e));
	assert_int_equal(digest_cmp(d, e), 0);
	e.lo++;
	assert_true(digest_cmp(d, e) < 0);
	e.hi--;
	assert_true(digest_cmp(d, e) > 0);
}

static void
bad_hex(void **state)
{
	static const char *const texts[] = {
		"", "0", "0123456789abcdef0123456789abcde",
		"0123456789ABCDEF0123456789abcdef",
		"0123456789abcde 0123456789abcdef",
		"g123456789abcdef0123456789abcdef"
	};
	struct digest d;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(digest_parse(texts[i], &d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_known_values),
		cmocka_unit_test(ok_hex_and_back),
		cmocka_unit_test(bad_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
