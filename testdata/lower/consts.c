/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Constants and how they are spelled. */
#define NULL		((void *)0)
#define IPL_NONE	0
#define IPL_VM		0x6
#define IPL_BIO		IPL_VM
#define IPL_OLD		(IPL_BIO)
#define FLAG_A		0x10
#define FLAG_B		0x20
#define BOTH		(FLAG_A | FLAG_B)
#define NEXT(x)		((x) + 1)
#define SHIFT(x)	(x)
#define EIO		5
#define raise_vm()	raise(IPL_VM)
#define raise_to(l)	raise(l)
#define twice(l)	raise_to(l)
#define ERR(e)		return (e)

enum kind { SPIN, ADAPTIVE = 4, DRIVER };
struct rec {
	char c;
	int arr[3];
};

int raise(int), f(int);
void use(void *), many(long, ...);

int
spelled(int x)
{
	raise(IPL_VM);
	raise(IPL_BIO);
	raise((IPL_OLD));
	raise((int)IPL_BIO);
	raise_vm();
	raise_to(IPL_BIO);
	twice(IPL_OLD);
	raise(FLAG_A | FLAG_B);
	raise(BOTH);
	raise(NEXT(IPL_VM));
	raise(SHIFT(IPL_VM));
	raise(x == IPL_NONE);
	raise(DRIVER);
	use(NULL);
	use(0);
	if (x & FLAG_A)
		return (EIO);
	if (x == IPL_BIO)
		return -EIO;
	ERR(EIO);
}

long
folded(int x)
{
	many(1 + 2 * 3, -4, ~5, !6, 7 > 8, 'a', 1 ? 2 : 3, 4 && 0);
	many((unsigned char)300, (int)3.5, (short)-1, -1U, -1ULL,
	    0x7fffffffffffffffLL, 1ULL << 63);
	many(sizeof(struct rec), sizeof x, __alignof__(int),
	    __builtin_offsetof(struct rec, arr[1]),
	    (long)&((struct rec *)0)->arr, (char *)-1);
	many(__builtin_constant_p(3), __builtin_constant_p(x),
	    __builtin_types_compatible_p(int, long));
	return x * 2 + (3 - 1) - -x;
}

const char *
strings(int x)
{
	many(0, "a \"b\"\n\t\\\001", __func__, "ab" "cd", &"addr"[1],
	    "index"[x], L"wide");
	return "done";
}
