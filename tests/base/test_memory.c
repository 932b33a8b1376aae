/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/wait.h>

#include <signal.h>
#include <stdalign.h>
#include <unistd.h>

#include "test.h"

static void
ok_arena_zeroed_and_aligned(void **state)
{
	struct arena *a = arena_new();
	size_t sum = 0;

	(void)state;
	for (size_t n = 0; n < 3000; n = n * 3 / 2 + 1) {
		unsigned char *p = arena_alloc(a, n);

		if (n >= sizeof(max_align_t))
			assert_int_equal((uintptr_t)p % alignof(max_align_t),
			    0);
		assert_int_equal((uintptr_t)p % 8, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
		sum += n;
		assert_string_equal(arena_strndup(a, "string", 3), "str");
		assert_string_equal(arena_strndup(a, NULL, 0), "");
	}
	assert_true(arena_bytes(a) >= sum);
	arena_free(a);
	arena_free(NULL);
}

static void
ok_arena_wastes_little(void **state)
{
	struct arena *a = arena_new();
	size_t sum = 0;

	(void)state;
	assert_int_equal(arena_bytes(a), 0);
	arena_alloc(a, 1);
	assert_true(arena_bytes(a) < 8192);
	for (; sum < 10 << 20; sum += 48)
		arena_alloc(a, 48);
	assert_true(arena_bytes(a) < sum + sum / 4);
	assert_non_null(arena_alloc(a, 5 << 20));
	arena_free(a);
}

static void
ok_vec(void **state)
{
	VEC(uint16_t) v = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		vec_push(&v, (uint16_t)i);
	assert_int_equal(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v.p[i], i);
	vec_free(&v);
	assert_null(v.p);
}

static void
ok_zero_sizes(void **state)
{
	char *s = estrdup("abc");

	(void)state;
	assert_string_equal(s, "abc");
	s = erealloc(s, 0);
	assert_non_null(s);
	free(s);
	s = emalloc(0);
	assert_non_null(s);
	free(s);
	s = ecalloc(0, 0);
	assert_non_null(s);
	free(s);
}

static void
ok_fault_keeps_the_first(void **state)
{
	struct fault f = { "" };

	(void)state;
	assert_int_equal(fault_set(&f, "a.c", 3, "no %s", "end"), -1);
	assert_int_equal(fault_set(&f, "b.c", 4, "echo"), -1);
	assert_string_equal(f.text, "a.c:3: no end");
}

static void
ok_fault_places(void **state)
{
	struct fault f = { "" }, g = { "" }, h = { "" };
	char name[2000];

	(void)state;
	fault_set(&f, "a.c", 0, "whole");
	assert_string_equal(f.text, "a.c: whole");
	fault_set(&g, NULL, 7, "nowhere");
	assert_string_equal(g.text, "nowhere");
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	fault_set(&h, name, 7, "lost");
	assert_int_equal(strlen(h.text), sizeof(h.text) - 1);
}

/* What a child writes to stderr; it must end by the signal, or exit(1). */
static void
dies(void (*fn)(void), int signal, char *text, size_t size)
{
	int fds[2], status;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (signal != 0)
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signal);
	else
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void
broken(void)
{
	signal(SIGABRT, SIG_DFL);
	require(1 + 1 == 2);
	require(1 + 1 == 3);
}

static void
greedy(void)
{
	struct arena *a = arena_new();

	arena_alloc(a, SIZE_MAX - 8);
}

static void
bad_invariant_aborts(void **state)
{
	char text[4096];

	(void)state;
	dies(broken, SIGABRT, text, sizeof(text));
	assert_non_null(strstr(text, "test_memory.c"));
	assert_non_null(strstr(text, "required: 1 + 1 == 3"));
}

static void
bad_out_of_memory_exits(void **state)
{
	char text[4096];

	(void)state;
	dies(greedy, 0, text, sizeof(text));
	assert_non_null(strstr(text, "iplint: out of memory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_arena_zeroed_and_aligned),
		cmocka_unit_test(ok_arena_wastes_little),
		cmocka_unit_test(ok_vec),
		cmocka_unit_test(ok_zero_sizes),
		cmocka_unit_test(ok_fault_keeps_the_first),
		cmocka_unit_test(ok_fault_places),
		cmocka_unit_test(bad_invariant_aborts),
		cmocka_unit_test(bad_out_of_memory_exits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
