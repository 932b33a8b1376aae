/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

int seen(int);

static inline int
used_directly(void)
{
	return seen(1);
}

static inline int
used_by_used(void)
{
	return seen(2);
}

static int
not_inline_used(void)
{
	return used_by_used();
}

static inline int
used_as_value(int x)
{
	return seen(x);
}

static inline int
used_in_initialiser(int x)
{
	return seen(x);
}

static inline int
used_in_local_initialiser(int x)
{
	return seen(x);
}

static inline int
used_in_dead_code(int x)
{
	return seen(x);
}

static inline int
used_in_sizeof(int x)
{
	return seen(x);
}

static int
not_used(void)
{
	return seen(3);
}

static inline int
not_used_inline(void)
{
	return not_used();
}

extern inline __attribute__((__gnu_inline__)) int
gnu_inline(void)
{
	return seen(4);
}

static int (*const not_used_table[])(int) = { used_as_value };
static int (*const used_table[])(int) = { used_in_initialiser };
extern int declared_only, declared_and_used;
