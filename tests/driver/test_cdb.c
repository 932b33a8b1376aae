/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Compile databases: roots, units, keys.
 */

#include "../base/test.h"
#include "driver/driver.h"

#define ENTRY(dir, file, args)						\
	"{ \"directory\": \"" dir "\", \"file\": \"" file "\","		\
	" \"command\": \"cc " args "\" }"

static struct cdb *
load(const char *json, const char *root, struct fault *f)
{
	char *dir = make_dir();
	struct cdb *db;

	assert_int_equal(file_write(in_dir(dir, "compile_commands.json"),
	    json, strlen(json), f), 0);
	db = cdb_load(dir, root, f);
	remove_dir(dir);
	return db;
}

static struct cdb *
load_ok(const char *json, const char *root)
{
	struct fault f = { 0 };
	struct cdb *db = load(json, root, &f);

	if (db == NULL)
		fail_msg("%s", f.text);
	return db;
}

static void
ok_root(void **state)
{
	static const struct {
		const char *json, *root, *unit;
	} roots[] = {
		{ "[" ENTRY("/x/obj", "/x/src/sys/a.c", "") "]",
		  "/x/src/sys", "a.c" },
		{ "[" ENTRY("/x/obj", "/x/src/sys/a.c", "") ","
		  ENTRY("/x/obj", "/x/src/sys/dev/b.c", "") "]",
		  "/x/src/sys", "a.c" },
		{ "[" ENTRY("/x/obj", "/x/src/sys/a.c", "") ","
		  ENTRY("/x/obj", "/x/src/sysctl/b.c", "") "]",
		  "/x/src", "sys/a.c" },
		{ "[" ENTRY("/x/obj", "../src/a.c", "") ","
		  ENTRY("/x/obj", "vers.c", "") "]", "/x", "obj/vers.c" },
		{ "[" ENTRY("/x/obj", "a.c", "") ","
		  ENTRY("/y/obj", "a.c", "") "]", "/", "x/obj/a.c" },
	};
	struct cdb *db;

	(void)state;
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		db = load_ok(roots[i].json, NULL);
		assert_string_equal(db->root, roots[i].root);
		assert_string_equal(db->entries.p[0].unit, roots[i].unit);
		cdb_free(db);
	}
}

static void
ok_given_root(void **state)
{
	struct cdb *db = load_ok("[" ENTRY("/usr/obj", "/usr/src/a.c", "") ","
	    ENTRY("/usr/obj", "/x/b.c", "") "]", "/usr/.");

	(void)state;
	assert_string_equal(db->root, "/usr");
	assert_string_equal(db->entries.p[0].unit, "/x/b.c");
	assert_string_equal(db->entries.p[1].unit, "src/a.c");
	cdb_free(db);
}

static void
ok_repeats(void **state)
{
	struct cdb *db = load_ok("[" ENTRY("/x", "a.c", "-c -o a.o a.c") ","
	    ENTRY("/x", "a.c", "-c -o b.o a.c") ","
	    ENTRY("/x", "a.c", "-DX -c a.c") "]", NULL);

	(void)state;
	assert_int_equal(db->entries.n, 2);
	assert_int_not_equal(digest_cmp(db->entries.p[0].key,
	    db->entries.p[1].key), 0);
	for (size_t i = 0; i < 2; i++)
		assert_true((db->entries.p[i].key.hi & KEY_MASK) == KEY_TAG);
	cdb_free(db);
}

static void
ok_key_says_directory(void **state)
{
	struct cdb *one = load_ok("[" ENTRY("/x", "/s/a.c", "-I. -c a.c") "]",
	    NULL);
	struct cdb *two = load_ok("[" ENTRY("/y", "/s/a.c", "-I. -c a.c") "]",
	    NULL);

	(void)state;
	assert_int_not_equal(digest_cmp(one->entries.p[0].key,
	    two->entries.p[0].key), 0);
	cdb_free(one);
	cdb_free(two);
}

static void
bad_databases(void **state)
{
	struct fault f = { 0 };

	(void)state;
	assert_null(load("[]", NULL, &f));
	assert_non_null(strstr(f.text, "compile_commands.json"));
	f.text[0] = '\0';
	assert_null(cdb_load("/nonexistent", NULL, &f));
	assert_non_null(strstr(f.text, "no such file"));
	f.text[0] = '\0';
	assert_null(load("[" ENTRY("/x", "a.c", "") "]", "/nonexistent", &f));
	assert_string_equal(f.text, "/nonexistent: no such directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_root), cmocka_unit_test(ok_given_root),
		cmocka_unit_test(ok_repeats),
		cmocka_unit_test(ok_key_says_directory),
		cmocka_unit_test(bad_databases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
