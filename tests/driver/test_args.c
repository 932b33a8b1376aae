/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Compile commands, and what the analysis makes of them.
 */

#include "../base/test.h"
#include "driver/driver.h"

static const struct {
	const char *name, *command, *file, *args;
	enum cdb_kind kind;
} cases[] = {
	{ "plain", "cc -c foo.c", "foo.c", "foo.c", CDB_C },
	{ "outputs", "cc -c -o foo.o -MD -MP -MF foo.d -MT x -MQ y foo.c",
	  "foo.c", "foo.c", CDB_C },
	{ "outputs_joined", "cc -c -ofoo.o -MFfoo.d -MTx -Wp,-MD,foo.d "
	  "-save-temps=obj foo.c", "foo.c", "foo.c", CDB_C },
	{ "kept", "cc -O2 -DX=-c -Iinc -I inc -include a.h -isystem s "
	  "-std=gnu99 -ffreestanding -mno-red-zone -nostdinc -Wp,-DY foo.c",
	  "foo.c", "-O2 -DX=-c -Iinc -I inc -include a.h -isystem s -std=gnu99 "
	  "-ffreestanding -mno-red-zone -nostdinc -Wp,-DY foo.c", CDB_C },
	{ "warnings", "cc -Wall -Werror -Werror=format -Wno-error=format "
	  "-pedantic-errors -fdiagnostics-color=always foo.c", "foo.c",
	  "-Wall -Wno-error=format foo.c", CDB_C },
	{ "assembler", "cc -Wa,--fatal-warnings -Xassembler -c foo.c", "foo.c",
	  "foo.c", CDB_C },
	{ "gcc_only", "cc --param ssp-buffer-size=1 --param=x=2 "
	  "-mno-fp-ret-in-387 -fno-tree-vrp -fconserve-stack "
	  "-mindirect-branch=thunk -mindirect-branch-register foo.c",
	  "foo.c", "foo.c", CDB_C },
	{ "other_plugins", "cc -fplugin=x.so -fplugin-arg-x-y foo.c", "foo.c",
	  "foo.c", CDB_C },
	{ "value_is_missing", "cc foo.c -o", "foo.c", "foo.c", CDB_C },
	{ "target_of_gcc", "/tools/bin/x86_64--netbsd-gcc -c foo.c", "foo.c",
	  "--target=x86_64--netbsd foo.c", CDB_C },
	{ "target_of_versioned_gcc", "powerpc-linux-gnu-gcc-12 foo.c",
	  "foo.c", "--target=powerpc-linux-gnu foo.c", CDB_C },
	{ "target_of_clang", "x86_64--netbsd-clang foo.c", "foo.c",
	  "--target=x86_64--netbsd foo.c", CDB_C },
	{ "target_stays", "x86_64--netbsd-gcc -target i386--netbsdelf foo.c",
	  "foo.c", "-target i386--netbsdelf foo.c", CDB_C },
	{ "no_target", "/usr/bin/clang-19 foo.c", "foo.c", "foo.c", CDB_C },
	{ "no_target_gcc", "gcc-12 foo.c", "foo.c", "foo.c", CDB_C },
	{ "assembly", "cc -c locore.S", "locore.S", "locore.S", CDB_ASM },
	{ "assembly_by_x", "cc -x assembler-with-cpp foo.c", "foo.c",
	  "-x assembler-with-cpp foo.c", CDB_ASM },
	{ "c_by_x", "cc -xc foo.inc", "foo.inc", "-xc foo.inc", CDB_C },
	{ "preprocessed", "cc foo.i", "foo.i", "foo.i", CDB_C },
	{ "cplusplus", "c++ foo.cc", "foo.cc", "foo.cc", CDB_OTHER },
	{ "nothing", "cc", "foo.c", "", CDB_C },
};

/* Split at single spaces. */
static size_t
split(struct arena *a, const char *text, const char **argv, size_t max)
{
	size_t n = 0, len;

	for (; *text != '\0'; text += len + (text[len] != '\0')) {
		len = strcspn(text, " ");
		assert_true(n < max);
		argv[n++] = arena_strndup(a, text, len);
	}
	return n;
}

static void
ok_translations(void **state)
{
	const char *argv[64], **args;
	struct arena *a = arena_new();
	struct buf b = { 0 };
	enum cdb_kind kind;
	size_t n, nargs;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		n = split(a, cases[i].command, argv, 64);
		args = args_translate(a, argv, n, cases[i].file, &nargs,
		    &kind);
		buf_clear(&b);
		buf_str(&b, "");
		for (size_t k = 0; k < nargs; k++)
			buf_fmt(&b, "%s%s", k > 0 ? " " : "", args[k]);
		if (strcmp(b.p != NULL ? b.p : "", cases[i].args) != 0 ||
		    kind != cases[i].kind)
			fail_msg("%s: \"%s\", kind %d", cases[i].name, b.p,
			    (int)kind);
	}
	buf_free(&b);
	arena_free(a);
}

static void
ok_paths(void **state)
{
	static const struct {
		const char *dir, *path, *joined;
	} paths[] = {
		{ "/a/b", "c", "/a/b/c" },
		{ "/a/b", "/c", "/c" },
		{ "/a/b", "../c", "/a/c" },
		{ "/a/b", "../../../../c", "/c" },
		{ "/a//b/", "./c/.//d/", "/a/b/c/d" },
		{ "/a/b", "..", "/a" },
		{ "/", "..", "/" },
		{ "/a", "b/../...", "/a/..." },
		{ "/a/b", "", "/a/b" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_string_equal(path_join(a, paths[i].dir,
		    paths[i].path), paths[i].joined);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_translations),
		cmocka_unit_test(ok_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
