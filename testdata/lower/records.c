/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* args: -Iinclude
   The names of structures, and types. */
#include "records.h"
struct in_c_file {
	int m;
	struct {
		int n;
		union {
			int o;
			int p;
		};
		struct {
			int deep;
		} inner[2];
	} member, *pointer;
	union {
		struct in_header head;
		int other;
	};
};
typedef struct {
	int m;
} local_t;
typedef struct tagged {
	int m;
} other_name_t;
typedef struct {
	int m;
} *only_pointer_t;
struct opaque;
enum e { E };
static struct {
	int m;
} table[3], single;

int f(int);

int
names(struct in_header *a, typedef_t *b, struct in_c_file *c, local_t d,
    other_name_t *e, only_pointer_t g)
{
	struct in_function {
		int m;
	} h = { 1 };
	struct {
		int m;
	} i = { 2 };

	a->m = b->m = c->m = d.m;
	e->m = g->m;
	c->member.n = c->pointer->o;
	c->member.inner[1].deep = c->head.m;
	c->other = h.m + i.m;
	return table[1].m + single.m;
}

long long
types(char a, signed char b, unsigned char c, short d, unsigned short e,
    int g, unsigned h, long i, unsigned long j, long long k, _Bool l,
    float m, double n, enum e o, void *p, struct opaque *q, char *r,
    struct in_header s, struct in_header *t[3], int (*u)(int),
    struct in_header **v, __int128 w)
{
	struct in_header x[2], *y[3];
	int z[4];

	x[0] = s;
	y[0] = x;
	z[0] = f(g);
	return x[1].m + y[0]->m + z[1];
}

void
prototypes(int (*a)(void), void (*b)(), char *(*c)(const char *, ...),
    struct in_header (*d)(local_t, _Bool, double, int[3], int (int)))
{
	local_t l = { 0 };

	a();
	b(1);
	c("", 2);
	d(l, 3, 4.0, 0, f);
}

int
old_style(a, b)
	int a;
	char *b;
{
	return a + *b;
}

void
unnamed(int, int x, int)
{
	f(x);
}
