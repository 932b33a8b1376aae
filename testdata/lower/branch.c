/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Conditions: what is tested, and which way each branch goes. */
#define NULL	((void *)0)
#define __predict_true(e)	__builtin_expect((e) != 0, 1)
#define __predict_false(e)	__builtin_expect((e) != 0, 0)
#define KASSERT(e)	(__predict_true((e)) ? (void)0 : kern_assert(#e))

void kern_assert(const char *);
int f(int);
int yes(void), no(void);
int tryenter(void *);

int
plain(int a, int *p)
{
	if (a)
		return 1;
	if (!a)
		f(2);
	if (a == 0)
		f(3);
	if (a != 0)
		f(4);
	if (p == NULL)
		f(5);
	if (p != NULL && *p > 3)
		f(6);
	if (!p)
		f(7);
	if (a > 3 == 0)
		f(8);
	if (!!a)
		f(9);
	return 0;
}

int
logical(int a, int b, int c)
{
	if (a && b)
		return 1;
	if (a || b)
		return 2;
	if ((a && b) || c)
		return 3;
	if (a && (b || c))
		return 4;
	if (!(a && b))
		return 5;
	if (!(a || !b) && c)
		return 6;
	if (f(a) && f(b))
		return 7;
	return 0;
}

int
values(int a, int b)
{
	int x = a && b, y;

	y = a || f(b);
	x = !(a && f(b));
	f(a && b);
	a && f(1);
	b || f(2);
	return x == (a && y);
}

int
ternary(int a, int b)
{
	int x = a ? b : 3;

	x = a ? f(1) : b ? f(2) : f(3);
	a ? f(4) : f(5);
	if (a ? b : f(6))
		x++;
	x = a ?: b;
	x = f(a) ?: f(b);
	return (a && b ? f(7) : 8) + x;
}

int
hinted(int a, int b, void *l)
{
	KASSERT(a != b);
	KASSERT(a && b);
	if (__predict_false(a == 3))
		return 1;
	if (__predict_true(a && (b || f(4))))
		return 2;
	if (!tryenter(l))
		return 3;
	if (tryenter(l) == 0 || f(a) < 0)
		return 4;
	return 0;
}

int
constant(int a)
{
	if (0)
		f(1);
	if (1)
		f(2);
	else
		f(3);
	if (a && 0)
		f(4);
	if (sizeof(int) == 4)
		f(5);
	return 1 ? f(6) : f(7);
}
