/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The ledger: equal entries are one, and the order of printing is fixed.
 */

#include "../base/test.h"
#include "program/ledger.h"

static void
ok_equal_entries(void **state)
{
	struct names *names = names_new();
	struct ledger *l = ledger_new(names);
	name_t f = name_intern(names, "f");
	uint32_t a, b, c;

	(void)state;
	a = ledger_add(l, LEDGER_LOCK, f, 0, 3, "%s", "x");
	b = ledger_add(l, LEDGER_LOCK, f, 0, 3, "x");
	c = ledger_add(l, LEDGER_LOCK, f, 0, 4, "x");
	assert_int_equal(a, b);
	assert_int_not_equal(a, c);
	assert_int_not_equal(a, ledger_add(l, LEDGER_ASM, f, 0, 3, "x"));
	assert_int_not_equal(a, ledger_add(l, LEDGER_LOCK, 0, 0, 3, "x"));
	assert_int_not_equal(a, ledger_add(l, LEDGER_LOCK, f, f, 3, "x"));
	assert_int_not_equal(a, ledger_add(l, LEDGER_LOCK, f, 0, 3, "y"));
	assert_int_equal(ledger_count(l), 6);
	assert_string_equal(ledger_get(l, a)->text, "x");
	ledger_free(l);
	names_free(names);
}

static void
ok_order(void **state)
{
	static const char *const expected[] = { "5", "2", "1", "4", "3" };
	struct names *names = names_new();
	struct ledger *l = ledger_new(names);
	name_t b = name_intern(names, "b"), a = name_intern(names, "a");
	uint32_t *order;
	size_t i;

	(void)state;
	(void)ledger_add(l, LEDGER_LOCK, 0, a, 2, "1");
	(void)ledger_add(l, LEDGER_LOCK, b, a, 1, "2");
	(void)ledger_add(l, LEDGER_ASM, 0, 0, 0, "3");
	(void)ledger_add(l, LEDGER_LOCK, 0, b, 1, "4");
	(void)ledger_add(l, LEDGER_UNIT, 0, b, 9, "5");
	order = ledger_sorted(l);
	for (i = 0; i < 5; i++)
		assert_string_equal(ledger_get(l, order[i])->text,
		    expected[i]);
	free(order);
	ledger_free(l);
	names_free(names);
}

static void
ok_many(void **state)
{
	struct names *names = names_new();
	struct ledger *l = ledger_new(names);
	uint32_t i;

	(void)state;
	for (i = 0; i < 5000; i++)
		assert_int_equal(ledger_add(l, LEDGER_BUDGET, 0, 0, i, "%u",
		    i % 7), i);
	for (i = 0; i < 5000; i++)
		assert_int_equal(ledger_add(l, LEDGER_BUDGET, 0, 0, i, "%u",
		    i % 7), i);
	ledger_free(l);
	names_free(names);
}

/* Every kind has a name of its own and says what it means. */
static void
ok_kinds(void **state)
{
	enum ledger_kind a, b;

	(void)state;
	for (a = 0; a < LEDGER_NKINDS; a++) {
		assert_string_not_equal(ledger_kind_text(a), "");
		for (b = 0; b < a; b++)
			assert_string_not_equal(ledger_kind_name(a),
			    ledger_kind_name(b));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_equal_entries),
		cmocka_unit_test(ok_order),
		cmocka_unit_test(ok_many),
		cmocka_unit_test(ok_kinds)
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
