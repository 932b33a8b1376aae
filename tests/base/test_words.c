/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "test.h"

static void
expect(const char *line, int last, size_t n, const char *const *words)
{
	char *copy = estrdup(line), *cursor = copy, *word;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(word_next(&cursor, &word), 1);
		assert_string_equal(word, words[i]);
	}
	assert_int_equal(word_next(&cursor, &word), last);
	free(copy);
}

#define EXPECT(line, last, ...) do {					\
	static const char *const words_[] = { __VA_ARGS__ };		\
	expect(line, last, sizeof(words_) / sizeof(*words_), words_);	\
} while (0)

static void
ok_words(void **state)
{
	(void)state;
	expect("", 0, 0, NULL);
	expect(" \t\r", 0, 0, NULL);
	EXPECT("a", 0, "a");
	EXPECT(" a\tb c\r", 0, "a", "b", "c");
	EXPECT("\"\" x", 0, "", "x");
	EXPECT("\"a b\" \"c\\\"\\\\d\"", 0, "a b", "c\"\\d");
	EXPECT("\"\\x0a\\x7f\"", 0, "\n\177");
	EXPECT("a\"b", 0, "a\"b");
}

static void
bad_quotes(void **state)
{
	(void)state;
	expect("\"", -1, 0, NULL);
	expect("\"a", -1, 0, NULL);
	expect("\"a\\", -1, 0, NULL);
	expect("\"a\\n\"", -1, 0, NULL);
	expect("\"\\x0\"", -1, 0, NULL);
	expect("\"\\x00\"", -1, 0, NULL);
	EXPECT("ok \"a\"b", -1, "ok");
}

/* What is written can be read back. */
static void
ok_round_trip(void **state)
{
	static const char *const words[] = { "a", "", "-", "#x", "a b",
	    "dev/foo.c", "tab\there", "q\"uote", "back\\slash", "\001\177\n",
	    "\303\244" };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		buf_word(&b, words[i]);
		buf_chr(&b, ' ');
	}
	assert_memory_equal(b.p, "a \"\" - \"#x\" \"a b\" dev/foo.c ", 28);
	expect(b.p, 0, sizeof(words) / sizeof(*words), words);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_words),
		cmocka_unit_test(bad_quotes),
		cmocka_unit_test(ok_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
