/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

static void
ok_dates(void **state)
{
	char today[DATE_LEN + 1];

	(void)state;
	assert_true(date_valid("2026-11-22"));
	assert_true(date_valid("2024-02-29"));
	assert_true(date_valid("2000-02-29"));
	assert_true(date_valid("0001-01-31"));
	date_today(today);
	assert_true(date_valid(today));
	assert_true(strcmp(today, "2026-01-01") > 0);
}

static void
bad_dates(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-11", "2026-11-2",
	    "2026-11-222", "2026-13-01", "2026-00-01", "2026-01-00",
	    "2026-04-31", "2025-02-29", "1900-02-29", "0000-01-01",
	    "2026/11/22", "2026-1x-22", "-026-11-22", "22-11-2026 ",
	    "2026-11-22 " };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(date_valid(bad[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_dates),
		cmocka_unit_test(bad_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
