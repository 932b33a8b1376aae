/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The algebra of levels against plain numbers: random terms are built twice,
 * as nodes and as a function of (entry, saved), and must agree wherever saved
 * is not above entry.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "flow/node.h"

#define TOP	8

/* What a term is worth for every entry and saved level. */
struct table {
	int v[TOP + 1][TOP + 1];
};

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static node_t
build(struct nodes *t, uint32_t *seed, int depth, struct table *w)
{
	struct table x, y;
	node_t a, b;
	int e, s, k, what = (int)(next(seed) % (depth > 0 ? 5 : 3));

	switch (what) {
	case 0:
		k = (int)(next(seed) % (TOP + 1));
		for (e = 0; e <= TOP; e++)
			for (s = 0; s <= TOP; s++)
				w->v[e][s] = k;
		return node_const(t, k);
	case 1:
	case 2:
		for (e = 0; e <= TOP; e++)
			for (s = 0; s <= TOP; s++)
				w->v[e][s] = what == 1 ? e : s;
		return node_leaf(t, what == 1 ? NODE_ENTRY : NODE_SAVED,
		    0, 0);
	default:
		a = build(t, seed, depth - 1, &x);
		b = build(t, seed, depth - 1, &y);
		for (e = 0; e <= TOP; e++)
			for (s = 0; s <= TOP; s++)
				w->v[e][s] = (x.v[e][s] > y.v[e][s]) ==
				    (what == 3) ? x.v[e][s] : y.v[e][s];
		return what == 3 ? level_max(t, a, b) : level_min(t, a, b);
	}
}

static void
ok_terms_agree_with_numbers(void **state)
{
	struct nodes *t = nodes_new(TOP);
	struct table w, z;
	uint32_t seed = 20131203;
	node_t n, m;
	int64_t k;
	int i, e, s, lo, hi;

	(void)state;
	for (i = 0; i < 20000; i++) {
		n = build(t, &seed, 4, &w);
		m = build(t, &seed, 3, &z);
		level_bounds(t, n, &lo, &hi);
		for (e = 0; e <= TOP; e++)
			for (s = 0; s <= e; s++) {
				assert_true(node_is_const(t, level_at(t, n,
				    e, s), &k));
				assert_int_equal(k, w.v[e][s]);
				assert_true(lo <= k && k <= hi);
				if (level_leq(t, n, m))
					assert_true(w.v[e][s] <= z.v[e][s]);
			}
	}
	nodes_free(t);
}

/* Raise and restore bring back the very same term. */
static void
ok_restore_is_identity(void **state)
{
	struct nodes *t = nodes_new(TOP);
	node_t entry = node_leaf(t, NODE_ENTRY, 0, 0), up, lock, deref;
	int k;

	(void)state;
	for (k = 0; k <= TOP; k++) {
		up = level_max(t, entry, node_const(t, k));
		assert_int_equal(level_min(t, up, entry), entry);
	}
	deref = node_init(t, node_local(t, 0, true));
	lock = node_of_lock(t, NODE_LOCKLEVEL, deref);
	up = level_max(t, level_max(t, entry, lock), node_const(t, 6));
	assert_int_equal(level_min(t, up, entry), entry);
	nodes_free(t);
}

static void
ok_comparisons_have_one_form(void **state)
{
	struct nodes *t = nodes_new(TOP);
	node_t x = node_init(t, node_local(t, 0, true));
	node_t zero = node_const(t, 0), five = node_const(t, 5);

	(void)state;
	assert_int_equal(node_binary(t, IR_OP_EQ, x, zero),
	    node_unary(t, IR_OP_NOT, x));
	assert_int_equal(node_binary(t, IR_OP_NE, five, x),
	    node_binary(t, IR_OP_NE, x, five));
	assert_int_equal(node_binary(t, IR_OP_GT, x, five),
	    node_binary(t, IR_OP_LT, five, x));
	assert_int_equal(node_binary(t, IR_OP_ADD, five, five),
	    node_const(t, 10));
	nodes_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_terms_agree_with_numbers),
		cmocka_unit_test(ok_restore_is_identity),
		cmocka_unit_test(ok_comparisons_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
