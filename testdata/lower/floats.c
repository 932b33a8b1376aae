/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the IR does not describe is "?", but the calls in it stay. */
typedef int vec __attribute__((__vector_size__(16)));

double d(int);
float e(float);
int f(int);

int
floats(double x, float y)
{
	double z = x * 2;

	z = x;
	z += d(1);
	z++;
	if (x > y)
		return (int)x;
	y = e(y) + e(3.0f);
	if (z)
		f((int)(z + d(4)));
	return 2.0 > 1.0 ? x < y : 0;
}

vec
vectors(vec a, vec b)
{
	a[1] = f(1);
	a += b;
	return a + (vec){ f(2), 0, 0, 0 };
}

int
complex(_Complex double c)
{
	__real__ c = d(1);
	return (int)__imag__ c;
}
