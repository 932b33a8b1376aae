/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Loops, jumps, and what cannot be reached. */
int f(int);
void stop(void) __attribute__((__noreturn__));

int
loops(int n)
{
	int i;

	for (i = 0; i < n; i++)
		f(i);
	for (int j = n, k = 0; j > k; j--, k++) {
		if (f(j))
			continue;
		if (f(k))
			break;
		f(1);
	}
	while (n-- > 0)
		f(n);
	while (f(1) && f(2))
		;
	do {
		if (f(3))
			continue;
		f(4);
	} while (f(5));
	do
		f(6);
	while (0);
	return n;
}

int
forever(void)
{
	for (;;) {
		if (f(1))
			return 1;
		while (1)
			if (f(2))
				break;
	}
	return 2;
}

void
spin(void)
{
	for (;;)
		;
}

int
jumps(int n)
{
	int error = 0;

again:
	if (f(n))
		goto fail;
	if (f(1))
		goto again;
	if (n)
		return 0;
fail:
	error = 5;
	return error;
}

int
into(int n)
{
	if (n > 2) {
		f(1);
inside:
		f(2);
	}
	if (n-- > 0)
		goto inside;
	return n;
}

int
ends(int n)
{
	if (n)
		stop();
	f(1);
	stop();
	f(2);
	return 3;
}

int
ends_in_value(int n)
{
	return n ? f(1) : (stop(), 2);
}

void
ends_by_type(void (*fn)(void) __attribute__((__noreturn__)))
{
	f(1);
	fn();
	f(2);
}

int
falls_off(int n)
{
	if (n)
		return 1;
}

int
computed(int n)
{
	static void *const table[] = { &&one, &&two };
	void *to = &&two;

	if (n > 1)
		goto *to;
	goto *table[n];
one:
	f(1);
two:
	return f(2);
}

/* The condition of do is no chain of branches in clang's graph. */
int
do_and(int n)
{
	do {
		f(n);
	} while (n-- > 0 && f(1));
	do
		f(n);
	while (!(f(2) || n));
	return n;
}
