/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Inline assembly. */
struct cpu {
	int c_level;
};
int f(int);

static inline void
disable(void)
{
	__asm volatile("cli" : : : "memory");
}

int
outputs(struct cpu *c, int x)
{
	unsigned long psl;
	int low, high;

	__asm volatile("pushfq; popq %0" : "=r" (psl));
	__asm("rdtsc" : "=a" (low), "=d" (high) : "c" (f(x)));
	__asm("xchg %0, %1" : "+m" (c->c_level), "+r" (x) : : "cc");
	disable();
	return low + high + x + (int)psl;
}

int
jumps(int x)
{
	__asm goto("jmp %l0" : : "r" (x) : : away, far);
	f(1);
	return 1;
away:
	f(2);
	return 2;
far:
	return 3;
}
