/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#define splbio()	splvm()
#define WITH_LOCK(l, s)	do { lock(l); s; unlock(l); } while (0)
#define TWICE(x)	WITH_LOCK(&outer, x)
#define FIELD_OF(p)	((p)->level)
#define INLINE(name)	static inline int name(void) { return splvm(); }

int splvm(void);
void lock(int *), unlock(int *);
void where(const char *, const char *);
extern int outer;

static inline int
wrapped(void)
{
	where(__FILE__, "");
	return splbio();
}

INLINE(made_by_macro)
