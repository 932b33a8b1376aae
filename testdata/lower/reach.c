/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* args: -Iinclude
   What is lowered: all that is emitted, and what that refers to. */
#include "reach.h"

static int mine_unused(void);
int undefined(int), address_only(int);
int tentative;
int tentative;
static int unused_static = 3;
void stop(void) __attribute__((__noreturn__));

int
root(int x)
{
	static int (*local)(int) = used_in_local_initialiser;
	static int counter;

	counter++;
	if (0)
		used_in_dead_code(1);
	x = sizeof(used_in_sizeof(2));
	used_directly();
	not_inline_used();
	seen((int)(long)used_as_value);
	seen((int)(long)address_only);
	undefined(declared_and_used);
	{
		static int counter;

		counter = x;
	}
	return used_table[x](3) + local(4);
}

static int
mine_unused(void)
{
	return seen(5);
}

static inline int
mine_unused_inline(void)
{
	return seen(6);
}

inline int
c99_inline(void)
{
	return seen(7);
}

extern inline int
c99_extern_inline(void)
{
	return seen(8);
}

static inline __attribute__((__used__)) int
marked_used(void)
{
	return seen(9);
}

void
ends(void)
{
	gnu_inline();
	stop();
}
