/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Structures as values: cookies, compound literals, designators. */
typedef struct {
	unsigned char _ipl;
} cookie_t;
struct pair {
	int x, y;
};
struct nest {
	struct pair n_first;
	int n_arr[3];
	int (*n_fn)(int);
	struct pair *n_ptr;
	struct {
		int n_anon;
		union {
			int n_left;
			unsigned char n_right;
		};
	};
	struct {
		int q;
	} n_named;
	union {
		int u;
		void *v;
	} n_union;
};

int f(int);
int raise(cookie_t);
struct pair make(int);
int take(struct pair, struct pair *);

static inline cookie_t
cookie(int ipl)
{
	return (cookie_t){ ._ipl = ipl };
}

int
by_value(void)
{
	cookie_t c = cookie(3);
	int s;

	s = raise(c);
	s += raise(cookie(4));
	return s + make(5).y + take(make(6), &(struct pair){ 7, s });
}

void
members(struct nest *n, int i)
{
	n->n_anon = n->n_left;
	n->n_right = i;
	n->n_named.q = n->n_union.u;
	n[i].n_arr[1] = n->n_first.x;
	n->n_ptr[2].y = (&n->n_first)->y;
}

int
locals(int i)
{
	struct pair a = { 1, i }, b = { .y = f(i) };
	struct nest n = {
		.n_first = { .y = 2 }, .n_arr = { [1] = i }, .n_fn = f,
		.n_ptr = &a, .n_anon = 3, .n_left = 4, .n_named = { 5 },
		.n_union.v = &b,
	};
	struct pair list[2] = { { 6, 7 }, a };
	int plain[] = { i, 8 };
	char text[] = "text";
	int scalar = { 9 };
	struct nest empty = { { 0 } };

	return n.n_fn(list[1].x + plain[0] + text[0] + scalar +
	    empty.n_left);
}

struct nest
chosen(struct nest *n, struct nest *m, int i)
{
	return i ? *n : *m;
}
