/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/wait.h>

#include <unistd.h>

#include "../base/test.h"
#include "shard/shard.h"

struct fixture {
	char *dir;
	const char *path;		/* of the shard */
	struct names *names;
	struct ir_module *m;
	char *text;			/* of the shard, once written */
	size_t size;
	char message[1200];
};

static int
setup(void **state)
{
	struct fixture *x = ecalloc(1, sizeof(*x));
	struct fault f = { "" };
	size_t size;
	char *text;

	x->dir = make_dir();
	x->path = estrdup(in_dir(x->dir, "x.ipl"));
	x->names = names_new();
	if (file_read(TESTDATA "/ir/ok_items.ir", &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	x->m = ir_parse(x->names, "ok_items.ir", text, size, NULL, &f);
	assert_non_null(x->m);
	assert_int_equal(shard_write(x->path, x->m, &f), 0);
	assert_int_equal(file_read(x->path, &x->text, &x->size, &f), 0);
	assert_int_equal(x->size, size + 42);
	assert_memory_equal(x->text, text, size);
	free(text);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;

	remove_dir(x->dir);
	ir_module_free(x->m);
	names_free(x->names);
	free((void *)(uintptr_t)x->path);
	free(x->text);
	free(x);
	return 0;
}

static void
put(const struct fixture *x, const void *text, size_t size)
{
	struct fault f = { "" };

	assert_int_equal(file_write(x->path, text, size, &f), 0);
}

/* Both ways of reading must give the state; the message is without path. */
static void
reads_as(struct fixture *x, enum shard_state want, const char *message)
{
	struct fault f = { "" }, g = { "" };
	struct ir_module *m;

	snprintf(x->message, sizeof(x->message), "%s: %s", x->path, message);
	assert_int_equal(shard_read(&m, x->names, x->path, NULL, &f), want);
	assert_null(m);
	assert_string_equal(f.text, x->message);
	if (want == SHARD_DAMAGED)
		return;
	assert_int_equal(shard_read_head(&m, x->names, x->path, &g), want);
	assert_null(m);
	assert_string_equal(g.text, x->message);
}

static void
ok_write_and_read(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" };
	struct buf out = { 0 };
	struct ir_module *m;

	assert_int_equal(shard_read(&m, x->names, x->path, NULL, &f),
	    SHARD_OK);
	ir_print(m, &out);
	assert_int_equal(out.n, x->size - 42);
	assert_memory_equal(out.p, x->text, out.n);
	assert_int_equal(count_files(x->dir), 1);
	buf_free(&out);
	ir_module_free(m);
}

static void
ok_same_bytes(void **state)
{
	struct fixture *x = *state;
	struct names *ns = names_new();
	struct fault f = { "" };
	struct ir_module *m;
	size_t size;
	char *text;

	/* Other ids must not matter. */
	name_intern(ns, "hz");
	name_intern(ns, "sys/dev/foo.c");
	assert_int_equal(shard_read(&m, ns, x->path, NULL, &f), SHARD_OK);
	assert_int_equal(shard_write(x->path, m, &f), 0);
	assert_int_equal(file_read(x->path, &text, &size, &f), 0);
	assert_int_equal(size, x->size);
	assert_memory_equal(text, x->text, size);
	free(text);
	ir_module_free(m);
	names_free(ns);
}

static void
ok_head(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" };
	struct ir_module *m;

	assert_int_equal(shard_read_head(&m, x->names, x->path, &f),
	    SHARD_OK);
	assert_int_equal(m->unit, x->m->unit);
	assert_int_equal(m->tool, x->m->tool);
	assert_int_equal(digest_cmp(m->key, x->m->key), 0);
	assert_int_equal(m->incomplete, x->m->incomplete);
	assert_int_equal(m->sources.n, 2);
	assert_int_equal(m->levels.n, 3);
	assert_int_equal(m->vars.n, 0);
	assert_int_equal(m->funcs.n, 0);
	ir_module_free(m);
}

/* A head of more than one block, and a shard that is nothing but head. */
static void
ok_long_head(void **state)
{
	struct fixture *x = *state;
	struct ir_module *big = ir_module_new(x->names), *m;
	struct ir_source source = { .digest = { 1, 2 } };
	struct fault f = { "" };
	char text[64];

	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "sys/dev/include%d.h", i);
		source.path = name_intern(x->names, text);
		vec_push(&big->sources, source);
	}
	assert_int_equal(shard_write(x->path, big, &f), 0);
	assert_int_equal(shard_read_head(&m, x->names, x->path, &f),
	    SHARD_OK);
	assert_int_equal(m->sources.n, 10000);
	assert_int_equal(m->sources.p[9999].path, source.path);
	ir_module_free(m);
	ir_module_free(big);
}

static void
ok_empty_module(void **state)
{
	struct fixture *x = *state;
	struct ir_module *empty = ir_module_new(x->names), *m;
	struct fault f = { "" };

	assert_int_equal(shard_write(x->path, empty, &f), 0);
	assert_int_equal(shard_read(&m, x->names, x->path, NULL, &f),
	    SHARD_OK);
	ir_module_free(m);
	assert_int_equal(shard_read_head(&m, x->names, x->path, &f),
	    SHARD_OK);
	ir_module_free(m);
	ir_module_free(empty);
}

static void
ok_name(void **state)
{
	struct digest key = { UINT64_C(0x0123456789abcdef), 7 };
	struct buf b = { 0 };
	char longer[400];

	(void)state;
	shard_name("sys/dev/foo.c", key, &b);
	assert_string_equal(b.p, "sys_dev_foo.c-0123456789abcdef.ipl");
	shard_name("../a b/\xc3\xa9.c", key, &b);
	assert_string_equal(b.p, "_._a_b___.c-0123456789abcdef.ipl");
	shard_name("", key, &b);
	assert_string_equal(b.p, "-0123456789abcdef.ipl");
	memset(longer, 'x', sizeof(longer));
	strcpy(longer + sizeof(longer) - 6, "foo.c");
	shard_name(longer, key, &b);
	assert_int_equal(b.n, 200 + 17 + 4);
	assert_string_equal(b.p + 195, "foo.c-0123456789abcdef.ipl");
	buf_free(&b);
}

static void
bad_missing(void **state)
{
	struct fixture *x = *state;

	unlink(x->path);
	reads_as(x, SHARD_MISSING, "the shard is missing; compile the unit "
	    "with the plugin");
}

static void
bad_folder(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" }, g = { "" };
	struct ir_module *m;

	assert_int_equal(shard_read(&m, x->names, x->dir, NULL, &f),
	    SHARD_UNREADABLE);
	assert_int_equal(shard_read_head(&m, x->names, x->dir, &g),
	    SHARD_UNREADABLE);
	assert_string_equal(f.text, g.text);
}

static void
bad_empty(void **state)
{
	struct fixture *x = *state;

	put(x, "", 0);
	reads_as(x, SHARD_EMPTY, "the shard is empty; compile the unit "
	    "again");
}

static void
bad_foreign(void **state)
{
	static const char *const texts[] = { "x", "\177ELF\n", "iplint-ir\n",
	    "iplint-ir one\n", "iplint-ir 1x\n", "\niplint-ir 1\n" };
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(x, texts[i], strlen(texts[i]));
		reads_as(x, SHARD_FOREIGN, "this is not a shard: the first "
		    "line is not \"iplint-ir 1\"");
	}
}

static void
bad_version(void **state)
{
	struct fixture *x = *state;

	x->text[10] = '0';
	put(x, x->text, x->size);
	reads_as(x, SHARD_VERSION, "the shard has format 0, this program "
	    "reads format 1; compile the unit again");
	x->text[10] = '2';
	put(x, x->text, x->size);
	reads_as(x, SHARD_VERSION, "the shard has format 2, this program "
	    "reads format 1; use the iplint that belongs to the plugin");
}

/* Killed half way: at every byte. */
static void
bad_truncated(void **state)
{
	static const char first[] = "the shard is truncated in its first "
	    "line; compile the unit again";
	static const char last[] = "the shard is truncated: it has no "
	    "checksum line at its end; compile the unit again";
	struct fixture *x = *state;

	for (size_t n = 1; n < x->size; n++) {
		put(x, x->text, n);
		reads_as(x, SHARD_TRUNCATED, n < 12 ? first : last);
	}
	/* What a crash leaves: the right size, but zeroes. */
	memset(x->text + x->size / 2, 0, x->size - x->size / 2);
	put(x, x->text, x->size);
	reads_as(x, SHARD_TRUNCATED, last);
}

/* One bit, at every byte. */
static void
bad_flipped(void **state)
{
	struct fixture *x = *state;
	struct ir_module *m;

	for (size_t i = 0; i < x->size; i++) {
		struct fault f = { "" };
		enum shard_state s;

		x->text[i] ^= 0x04;
		s = shard_parse(&m, x->names, "x", x->text, x->size, NULL,
		    &f);
		x->text[i] ^= 0x04;
		assert_null(m);
		assert_string_not_equal(f.text, "");
		if (i >= 12 && i < x->size - 43)
			assert_int_equal(s, SHARD_DAMAGED);
	}
	x->text[100] ^= 0x04;
	put(x, x->text, x->size);
	reads_as(x, SHARD_DAMAGED, "the shard is damaged: its checksum is "
	    "that of other bytes; compile the unit again");
}

static void
bad_text(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" };
	struct buf b = { 0 };
	struct ir_module *m;
	char hex[DIGEST_HEX];

	buf_str(&b, "iplint-ir 1\nunit x\n");
	digest_hex(digest_bytes(b.p, b.n), hex);
	buf_fmt(&b, "checksum %s\n", hex);
	put(x, b.p, b.n);
	assert_int_equal(shard_read(&m, x->names, x->path, NULL, &f),
	    SHARD_BAD_TEXT);
	assert_non_null(strstr(f.text, "x.ipl:2: expected a string, found "
	    "\"x\""));
	assert_int_equal(shard_read_head(&m, x->names, x->path, &f),
	    SHARD_BAD_TEXT);
	buf_free(&b);
}

static void
bad_write(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" };

	assert_int_equal(shard_write(in_dir(x->dir, "no/x.ipl"), x->m, &f),
	    -1);
	assert_non_null(strstr(f.text, "x.ipl: cannot create: No such file "
	    "or directory"));
}

/* Several builds of the same unit: each reader sees a whole shard. */
static void
ok_parallel_writers(void **state)
{
	enum { WRITERS = 4, ROUNDS = 200 };
	struct fixture *x = *state;
	struct fault f = { "" };
	struct ir_module *m;
	pid_t pids[WRITERS];
	int status;

	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] != 0)
			continue;
		x->m->lines = (uint32_t)(i + 1);
		for (int k = 0; k < ROUNDS; k++)
			if (shard_write(x->path, x->m, &f) != 0)
				_exit(1);
		_exit(0);
	}
	for (int k = 0; k < ROUNDS; k++) {
		if (shard_read(&m, x->names, x->path, NULL, &f) != SHARD_OK)
			fail_msg("%s", f.text);
		ir_module_free(m);
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_files(x->dir), 1);
}

int
main(void)
{
#define SHARD(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		SHARD(ok_write_and_read),
		SHARD(ok_same_bytes),
		SHARD(ok_head),
		SHARD(ok_long_head),
		SHARD(ok_empty_module),
		cmocka_unit_test(ok_name),
		SHARD(ok_parallel_writers),
		SHARD(bad_missing),
		SHARD(bad_folder),
		SHARD(bad_empty),
		SHARD(bad_foreign),
		SHARD(bad_version),
		SHARD(bad_truncated),
		SHARD(bad_flipped),
		SHARD(bad_text),
		SHARD(bad_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
