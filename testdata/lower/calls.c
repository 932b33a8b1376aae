/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Calls: order, arguments, what is called. */
struct ops {
	int (*op_get)(void *, int);
	void (*op_put)(void);
};
struct dev {
	struct ops *d_ops;
	struct ops d_own;
	int (*d_many[4])(int);
	void *d_arg;
};
typedef int (*fn_t)(int);

int f(int), g(int), h(int, int);
void nothing(void);
int old();
fn_t pick(int);
extern int (*hook)(int);

int
direct(int x)
{
	nothing();
	(void)f(x);
	f(1), g(2);
	x = f(g(x));
	return h(f(x), g(x));
}

int
spelled_oddly(int x)
{
	(f)(1);
	(*f)(2);
	(&f)(3);
	(**f)(4);
	((int (*)(int))f)(5);
	((int (*)(int, int))g)(6, 7);
	return old(x, 8);
}

int
indirect(struct dev *d, fn_t fn)
{
	fn_t mine = f;
	int n;

	n = fn(1);
	n += (*fn)(2);
	n += mine(3);
	n += hook(4);
	n += d->d_ops->op_get(d->d_arg, 5);
	n += (*d->d_own.op_get)(d->d_arg, 6);
	n += d->d_many[n](7);
	n += pick(8)(9);
	d->d_own.op_put();
	return n;
}

/* The results go where they are wanted, without a temporary between. */
void
results(struct dev *d, int *p)
{
	int a = f(1), b;

	b = g(a);
	*p = f(b);
	d->d_own.op_get = (int (*)(void *, int))pick(2);
	p[a] = p[b] = f(3);
}

int
recursive(int n)
{
	return n == 0 ? 0 : recursive(n - 1);
}
