/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Rule files on disk: included files, and the digest of all of them.
 */

#include "../base/test.h"
#include "rules/rules.h"

#define HEAD	"os: x\nsave: cpu\n"
#define F(n)	"functions:\n- {name: " n ", neutral: true, source: s}\n"

static char *dir;

static void
put(const char *name, const char *text)
{
	struct fault f = { "" };

	assert_int_equal(file_write(in_dir(dir, name), text, strlen(text),
	    &f), 0);
}

static int
setup(void **state)
{
	(void)state;
	dir = make_dir();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	remove_dir(dir);
	return 0;
}

/* Load main.yaml; the message, without the folder, or NULL. */
static const char *
message(void)
{
	static struct fault f;
	struct names *names = names_new();
	struct rules *r;
	char *cut;

	f.text[0] = '\0';
	r = rules_load(names, in_dir(dir, "main.yaml"), &f);
	assert_int_equal(r == NULL, f.text[0] != '\0');
	rules_free(r);
	names_free(names);
	while ((cut = strstr(f.text, dir)) != NULL)
		memmove(cut, cut + strlen(dir) + 1,
		    strlen(cut + strlen(dir) + 1) + 1);
	return f.text[0] != '\0' ? f.text : NULL;
}

static void
ok_included(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct rules *r;

	(void)state;
	put("main.yaml", HEAD "include: [b.yaml, a.yaml]\n" F("f"));
	put("a.yaml", F("a"));
	put("b.yaml", "contexts: [{name: c, count: zero, source: s}]\n");
	r = rules_load(names, in_dir(dir, "main.yaml"), &f);
	assert_non_null(r);
	assert_int_equal(r->funcs.n, 2);
	assert_string_equal(name_str(names, r->funcs.p[0].name), "a");
	assert_string_equal(r->funcs.p[0].file, in_dir(dir, "a.yaml"));
	assert_int_equal(r->funcs.p[0].line, 2);
	assert_string_equal(r->funcs.p[1].file, in_dir(dir, "main.yaml"));
	assert_int_equal(r->contexts.n, 1);
	assert_string_equal(r->file, in_dir(dir, "main.yaml"));
	rules_free(r);
	names_free(names);
}

static void
ok_digest(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct digest d[4];
	struct rules *r;
	int i;

	(void)state;
	put("a.yaml", F("a"));
	for (i = 0; i < 4; i++) {
		put("main.yaml", i == 1 ? HEAD "include: a.yaml\n#\n" :
		    HEAD "include: a.yaml\n");
		if (i == 2)
			put("a.yaml", F("b"));
		if (i == 3)
			put("a.yaml", F("a"));
		r = rules_load(names, in_dir(dir, "main.yaml"), &f);
		assert_non_null(r);
		d[i] = r->digest;
		rules_free(r);
	}
	assert_int_not_equal(digest_cmp(d[0], d[1]), 0);
	assert_int_not_equal(digest_cmp(d[0], d[2]), 0);
	assert_int_equal(digest_cmp(d[0], d[3]), 0);
	names_free(names);
}

static void
bad_included(void **state)
{
	(void)state;
	put("main.yaml", HEAD "include:\n- a.yaml\n");
	assert_non_null(strstr(message(), "main.yaml:4: cannot include it: "
	    "a.yaml: "));
	put("a.yaml", F("f") "- {name: f g}\n");
	assert_string_equal(message(), "a.yaml:3: `name: f g` is not "
	    "understood, write a name as in C");
	put("a.yaml", "os: y\n");
	assert_string_equal(message(), "a.yaml:1: `os` in an included file, "
	    "move it to the file that includes this one");
	put("a.yaml", "include: b.yaml\n");
	assert_string_equal(message(), "a.yaml:1: `include` in an included "
	    "file, move it to the file that includes this one");
	put("a.yaml", F("f"));
	put("main.yaml", HEAD "include:\n- a.yaml\n- a.yaml\n");
	assert_string_equal(message(), "main.yaml:5: `a.yaml` is included "
	    "twice, remove one");
	put("main.yaml", HEAD "include: [a.yaml]\n" F("f"));
	assert_string_equal(message(), "a.yaml:2: `f` is there already, "
	    "remove it here or at main.yaml:5");
	put("main.yaml", HEAD "include: .a.yaml\n");
	assert_string_equal(message(), "main.yaml:3: `include: .a.yaml` is "
	    "not understood, write the name of a file in the same folder");
}

static void
bad_missing(void **state)
{
	(void)state;
	assert_non_null(strstr(message(), "main.yaml: "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ok_included, setup, teardown),
		cmocka_unit_test_setup_teardown(ok_digest, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_included, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(bad_missing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
