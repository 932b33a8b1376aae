/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Runs what progen.c made, and prints what it did. */

#include <stdio.h>

#include "run.h"

int G0, G1, fuel, A[4];
static unsigned hash;

int
tr(int x, int y)
{
	hash = (hash ^ ((unsigned)x * 31 + (unsigned)y)) * 16777619;
	return (int)(hash >> 13) % 7 - 2;
}

void
cl(int *p)
{
	tr(77, *p);
}

static void
run(int nth, int (*f)(int, int), int a, int b)
{
	int value;

	G0 = a;
	G1 = b - 2;
	fuel = 40;
	hash = 5;
	for (int i = 0; i < 4; i++)
		A[i] = i - b;
	value = f(a, b);
	printf("f%d(%d, %d) = %d: %d %d %d %u %d %d %d %d\n", nth, a, b,
	    value, G0, G1, fuel, hash, A[0], A[1], A[2], A[3]);
}

int
main(void)
{
	static const int in[] = { -3, 0, 1, 2, 5, 1000 };
	static int (*const fs[])(int, int) = { f0, f1, f2, f3, f4, f5 };

	for (int f = 0; f < 6; f++)
		for (int i = 0; i < 6; i++)
			for (int j = 0; j < 6; j++)
				run(f, fs[f], in[i], in[j]);
	return 0;
}
