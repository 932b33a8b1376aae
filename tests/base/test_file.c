/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <unistd.h>

#include "test.h"

static void
holds(const char *path, const char *text, size_t size)
{
	struct fault f = { "" };
	char *out;
	size_t n;

	assert_int_equal(file_read(path, &out, &n, &f), 0);
	assert_int_equal(n, size);
	assert_memory_equal(out, text, size);
	assert_int_equal(out[n], '\0');
	free(out);
}

static void
ok_write_and_read(void **state)
{
	struct fault f = { "" };
	char *dir = make_dir();

	(void)state;
	assert_int_equal(file_write(in_dir(dir, "x"), "a\0b", 3, &f), 0);
	holds(in_dir(dir, "x"), "a\0b", 3);
	assert_int_equal(file_write(in_dir(dir, "x"), "", 0, &f), 0);
	holds(in_dir(dir, "x"), "", 0);
	assert_int_equal(count_files(dir), 1);
	assert_string_equal(f.text, "");
	remove_dir(dir);
}

static void
ok_large(void **state)
{
	enum { N = 3000000 };
	struct fault f = { "" };
	char *dir = make_dir(), *text = emalloc(N);

	(void)state;
	for (size_t i = 0; i < N; i++)
		text[i] = (char)(i * 7 + i / 256);
	assert_int_equal(file_write(in_dir(dir, "x"), text, N, &f), 0);
	holds(in_dir(dir, "x"), text, N);
	free(text);
	remove_dir(dir);
}

/* A size of 0 in the inode does not mean that nothing can be read. */
static void
ok_read_without_size(void **state)
{
	struct fault f = { "" };
	size_t n;
	char *out;

	(void)state;
	if (access("/proc/self/status", R_OK) != 0)
		skip();
	assert_int_equal(file_read("/proc/self/status", &out, &n, &f), 0);
	assert_true(n > 0);
	free(out);
}

/* Somebody's leftover of the same name is neither used nor removed. */
static void
ok_leftover_temporary(void **state)
{
	struct fault f = { "" };
	char *dir = make_dir(), name[64];

	(void)state;
	snprintf(name, sizeof(name), "x.%ld.0.tmp", (long)getpid());
	assert_int_equal(file_write(in_dir(dir, name), "old", 3, &f), 0);
	assert_int_equal(file_write(in_dir(dir, "x"), "new", 3, &f), 0);
	holds(in_dir(dir, name), "old", 3);
	holds(in_dir(dir, "x"), "new", 3);
	assert_int_equal(count_files(dir), 2);
	remove_dir(dir);
}

static void
bad_read(void **state)
{
	struct fault f = { "" }, g = { "" };
	char *dir = make_dir(), *out, want[1100];
	size_t n;

	(void)state;
	assert_int_equal(file_read(in_dir(dir, "none"), &out, &n, &f), -1);
	snprintf(want, sizeof(want), "%s/none: cannot open: No such file or "
	    "directory", dir);
	assert_string_equal(f.text, want);
	assert_null(out);
	assert_int_equal(file_read(dir, &out, &n, &g), -1);
	snprintf(want, sizeof(want), "%s: cannot read: Is a directory", dir);
	assert_string_equal(g.text, want);
	assert_null(out);
	remove_dir(dir);
}

/* A full disk in the middle: the old bytes stay, nothing is left behind. */
static void
bad_write_no_space(void **state)
{
	struct rlimit old, small;
	struct fault f = { "" };
	char *dir = make_dir(), *text = ecalloc(1, 100000), want[1100];

	(void)state;
	assert_int_equal(file_write(in_dir(dir, "x"), "old", 3, &f), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write(in_dir(dir, "x"), text, 100000, &f), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);
	snprintf(want, sizeof(want), "%s/x: cannot write: File too large",
	    dir);
	assert_string_equal(f.text, want);
	holds(in_dir(dir, "x"), "old", 3);
	assert_int_equal(count_files(dir), 1);
	free(text);
	remove_dir(dir);
}

static void
bad_write_no_folder(void **state)
{
	struct fault f = { "" };
	char *dir = make_dir(), want[1100];

	(void)state;
	assert_int_equal(file_write(in_dir(dir, "no/x"), "", 0, &f), -1);
	snprintf(want, sizeof(want), "%s/no/x: cannot create: No such file "
	    "or directory", dir);
	assert_string_equal(f.text, want);
	remove_dir(dir);
}

static void
bad_write_readonly_folder(void **state)
{
	struct fault f = { "" };
	char *dir, want[1100];

	(void)state;
	if (geteuid() == 0)
		skip();
	dir = make_dir();
	assert_int_equal(chmod(dir, 0555), 0);
	assert_int_equal(file_write(in_dir(dir, "x"), "", 0, &f), -1);
	snprintf(want, sizeof(want), "%s/x: cannot create: Permission denied",
	    dir);
	assert_string_equal(f.text, want);
	assert_int_equal(chmod(dir, 0755), 0);
	remove_dir(dir);
}

/* A device or folder must not be replaced by a file. */
static void
bad_write_over_special(void **state)
{
	struct fault f = { "" }, g = { "" };
	struct stat st;
	char *dir = make_dir();

	(void)state;
	assert_int_equal(file_write("/dev/full", "x", 1, &f), -1);
	assert_string_equal(f.text, "/dev/full: cannot replace: this is not "
	    "a regular file");
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(file_write(dir, "x", 1, &g), -1);
	assert_int_equal(count_files(dir), 0);
	remove_dir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_write_and_read),
		cmocka_unit_test(ok_large),
		cmocka_unit_test(ok_read_without_size),
		cmocka_unit_test(ok_leftover_temporary),
		cmocka_unit_test(bad_read),
		cmocka_unit_test(bad_write_no_space),
		cmocka_unit_test(bad_write_no_folder),
		cmocka_unit_test(bad_write_readonly_folder),
		cmocka_unit_test(bad_write_over_special),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
