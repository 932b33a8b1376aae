/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* needs: 18
   __attribute__((cleanup)): the call at the end of the scope. */
int f(int);
void unlock(int *);
static inline void
restore(int *s)
{
	f(*s);
}

int
scopes(int x)
{
	int a __attribute__((__cleanup__(unlock))) = f(1);

	if (x)
		return a;
	while (f(2)) {
		int b __attribute__((__cleanup__(restore))) = f(3);

		if (b)
			break;
		if (a)
			goto out;
	}
	return f(4);
out:
	f(5);
	return f(a);
}

void
no_return(void)
{
	int c __attribute__((__cleanup__(restore))) = f(1);

	f(2);
}
