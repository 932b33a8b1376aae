/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the compiler provides. */
typedef __builtin_va_list va_list;
struct pair {
	int x, y;
};
typedef union {
	int *n;
	void *p;
} arg_t __attribute__((__transparent_union__));

int f(int);
void trans(arg_t);
void *memcpy(void *, const void *, unsigned long);

int
varargs(const char *fmt, ...)
{
	va_list ap;
	struct pair q;
	int n;

	__builtin_va_start(ap, fmt);
	n = __builtin_va_arg(ap, int);
	q = __builtin_va_arg(ap, struct pair);
	n += __builtin_va_arg(ap, struct pair).y;
	*__builtin_va_arg(ap, int *) = n;
	__builtin_va_end(ap);
	return n + q.x;
}

int
hints(int x)
{
	if (__builtin_expect(f(x), 0))
		return 1;
	if (x == 3)
		__builtin_unreachable();
	__builtin_assume(x > 4);
	return __builtin_constant_p(f(x)) ? f(5) : f(6);
}

int
chosen(int x)
{
	return __builtin_choose_expr(1, f(1), f(2)) +
	    _Generic(x, int: f(3), char: f(4)) +
	    __builtin_choose_expr(sizeof(x) == 4, 5, f(6));
}

unsigned
computed(int *p, int x)
{
	__sync_synchronize();
	x += __sync_fetch_and_add(p, x);
	x += __sync_lock_test_and_set(p, 1);
	__atomic_store_n(p, 2, __ATOMIC_RELEASE);
	x += __atomic_load_n(p, __ATOMIC_ACQUIRE);
	memcpy(p, &x, sizeof(x));
	__builtin_memset(p, 0, 4);
	trans(p);
	return __builtin_bswap32(x) + __builtin_bswap32(1) +
	    __builtin_ffs(8) + (unsigned)__builtin_object_size(p, 0);
}

int
variable_length(int n)
{
	int v[f(n)], (*p)[n];

	v[0] = n;
	p = &v;
	return (*p)[1] + (int)sizeof(v);
}

#define swap(x)	(__builtin_constant_p((x)) ? const_swap(x) : f(x))
#define const_swap(x)	((x) << 8 | (x) >> 8)

int
not_run(int x, int *p)
{
	x = swap(swap(*p) + *p++);
	if (__builtin_constant_p(x && f(1) ? f(2) : ({ while (f(3)) ; 4; })))
		return f(5);
	return swap(3) + x;
}
