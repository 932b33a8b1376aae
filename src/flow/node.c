/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Levels form a chain 0..max, so every term over one unknown x that is built
 * of max and min with constants is clamp(x, lo, hi) = max(lo, min(x, hi)):
 *
 *	max(clamp(x, a, b), clamp(x, c, d)) = clamp(x, max(a, c), max(b, d))
 *	min(clamp(x, a, b), clamp(x, c, d)) = clamp(x, min(a, c), min(b, d))
 *
 * Terms over several unknowns stay as max and min nodes, but one that is
 * provably below the other is absorbed: after a raise by a lock of unknown
 * level, min(max(entry, level(m)), entry) is entry.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/node.h"

#define MAX_DEPTH	20	/* deeper expressions become unknown, */
#define MAX_LOADS	15	/* pointers sooner: &p->x.y says what it is */
#define MAX_PAIRS	1000	/* of levels, to compare two */

static uint64_t
node_hash(const struct node *n)
{
	uint64_t h;

	h = (uint64_t)n->kind << 56 ^ (uint64_t)n->op << 48 ^ (uint64_t)n->a ^
	    (uint64_t)n->b << 24;
	h ^= (uint64_t)n->k * 0x9e3779b97f4a7c15u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static void
rehash(struct nodes *t, size_t size)
{
	size_t i, h;

	free(t->table);
	t->table = ecalloc(size, sizeof(*t->table));
	t->mask = size - 1;
	for (i = 1; i < t->v.n; i++) {
		h = node_hash(&t->v.p[i]) & t->mask;
		while (t->table[h] != 0)
			h = (h + 1) & t->mask;
		t->table[h] = (uint32_t)i;
	}
}

static bool
is_same(const struct node *p, const struct node *q)
{

	return p->kind == q->kind && p->op == q->op && p->a == q->a &&
	    p->b == q->b && p->k == q->k;
}

/* The table has outgrown the CPU's cache; the nodes of late have not. */
static node_t
intern(struct nodes *t, const struct node *n)
{
	uint64_t hash = node_hash(n);
	node_t *recent = &t->recent[hash & (NODES_RECENT - 1)];
	size_t h;

	if (is_same(&t->v.p[*recent], n))
		return *recent;
	for (h = hash & t->mask; t->table[h] != 0; h = (h + 1) & t->mask)
		if (is_same(&t->v.p[t->table[h]], n))
			return *recent = t->table[h];
	if (t->v.n * 2 > t->mask) {
		rehash(t, (t->mask + 1) * 2);
		return intern(t, n);
	}
	vec_push(&t->v, *n);
	return *recent = t->table[h] = (node_t)(t->v.n - 1);
}

/* Make a node; flags and depth come from its operands. */
static node_t
make(struct nodes *t, enum node_kind kind, int op, node_t a, node_t b,
    int64_t k, unsigned flags)
{
	struct node n;
	unsigned depth;

	memset(&n, 0, sizeof(n));
	n.kind = (uint8_t)kind;
	n.op = (uint8_t)op;
	n.a = a;
	n.b = b;
	n.k = k;
	depth = 0;
	if (kind != NODE_GLOBAL && kind != NODE_LOCAL && kind != NODE_RET &&
	    kind != NODE_FRESH) {
		const struct node *p = node_get(t, a);
		const struct node *q =
		    node_get(t, kind == NODE_FIELD ? 0 : b);

		flags |= p->flags | q->flags;
		depth = 1u + (p->depth > q->depth ? p->depth : q->depth);
		if (kind == NODE_PHI)
			flags = NODE_INNER;
		/* What is computed from a level is none. */
		if (kind == NODE_UNARY || kind == NODE_BINARY)
			flags &= ~(unsigned)NODE_TOKEN;
	}
	if (depth > MAX_DEPTH || (kind == NODE_INIT && depth > MAX_LOADS)) {
		/* One unknown for each, so that loops come to an end. */
		n.kind = NODE_FRESH;
		n.a = a;
		n.b = b;
		n.k = (int64_t)((uint64_t)k << 16 | (uint64_t)kind << 8 |
		    (uint64_t)op);
		n.flags = NODE_INNER;
		if (kind < NODE_FIRST_PLACE)
			return intern(t, &n);
		n.a = intern(t, &n);
		n.b = 0;
		n.k = 0;
		n.kind = NODE_DEREF;
		n.depth = 1;
		return intern(t, &n);
	}
	n.flags = (uint8_t)flags;
	n.depth = (uint8_t)(depth > 255 ? 255 : depth);
	return intern(t, &n);
}

struct nodes *
nodes_new(int max)
{
	struct nodes *t;
	struct node none;

	t = ecalloc(1, sizeof(*t));
	memset(&none, 0, sizeof(none));
	vec_push(&t->v, none);
	t->max = max;
	rehash(t, 1 << 16);
	return t;
}

void
nodes_free(struct nodes *t)
{
	if (t == NULL)
		return;
	vec_free(&t->v);
	free(t->table);
	free(t);
}

node_t
node_const(struct nodes *t, int64_t k)
{
	return make(t, NODE_CONST, 0, 0, 0, k, 0);
}

bool
node_is_const(const struct nodes *t, node_t n, int64_t *k)
{
	if (node_get(t, n)->kind != NODE_CONST)
		return false;
	*k = node_get(t, n)->k;
	return true;
}

node_t
node_leaf(struct nodes *t, enum node_kind kind, uint32_t a, int64_t k)
{
	unsigned flags;

	switch (kind) {
	case NODE_RET:
	case NODE_FRESH:
	case NODE_PHI:
		flags = NODE_INNER;
		break;
	case NODE_ENTRY:
	case NODE_SAVED:
		flags = NODE_TOKEN;
		break;
	default:
		flags = 0;
	}
	return make(t, kind, 0, a, 0, k, flags);
}

node_t
node_local(struct nodes *t, uint32_t local, bool param)
{
	/* op: the same index is a parameter in one function only. */
	return make(t, NODE_LOCAL, param, 0, 0, local,
	    param ? NODE_ARGS : NODE_INNER);
}

node_t
node_frame_local(struct nodes *t, uint32_t local, bool param, uint32_t frame,
    uint32_t func)
{
	return make(t, NODE_LOCAL, param, frame, func, local,
	    param && frame == 1 ? NODE_ARGS : NODE_INNER);
}

node_t
node_global(struct nodes *t, name_t name, uint32_t scope)
{
	return make(t, NODE_GLOBAL, 0, 0, scope, name, 0);
}

node_t
node_field(struct nodes *t, node_t place, name_t record, name_t field)
{
	return make(t, NODE_FIELD, 0, place, record, field, 0);
}

node_t
node_deref(struct nodes *t, node_t value)
{
	if (node_get(t, value)->kind == NODE_ADDR)
		return node_get(t, value)->a;
	return make(t, NODE_DEREF, 0, value, 0, 0, 0);
}

node_t
node_index(struct nodes *t, node_t place, node_t value)
{
	return make(t, NODE_INDEX, 0, place, value, 0, 0);
}

node_t
node_addr(struct nodes *t, node_t place)
{
	/* &*p is p. */
	if (node_get(t, place)->kind == NODE_DEREF)
		return node_get(t, place)->a;
	return make(t, NODE_ADDR, 0, place, 0, 0, 0);
}

node_t
node_init(struct nodes *t, node_t place)
{
	return make(t, NODE_INIT, 0, place, 0, 0, 0);
}

node_t
node_of_lock(struct nodes *t, enum node_kind kind, node_t lock)
{
	return make(t, kind, 0, lock, 0, 0,
	    kind == NODE_LOCKSAVED ? NODE_TOKEN : 0);
}

/* ---- arithmetic ---- */

static int64_t
fold(enum ir_op op, int64_t a, int64_t b, bool *ok)
{
	*ok = true;
	switch (op) {
	case IR_OP_ADD: return (int64_t)((uint64_t)a + (uint64_t)b);
	case IR_OP_SUB: return (int64_t)((uint64_t)a - (uint64_t)b);
	case IR_OP_MUL: return (int64_t)((uint64_t)a * (uint64_t)b);
	case IR_OP_AND: return a & b;
	case IR_OP_OR: return a | b;
	case IR_OP_XOR: return a ^ b;
	case IR_OP_EQ: return a == b;
	case IR_OP_LT: return a < b;
	case IR_OP_SHL:
		if (b >= 0 && b < 63)
			return (int64_t)((uint64_t)a << b);
		break;
	case IR_OP_SHR:
		if (b >= 0 && b < 63)
			return a >> b;
		break;
	case IR_OP_DIV:
		if (b != 0 && b != -1)
			return a / b;
		break;
	case IR_OP_REM:
		if (b != 0 && b != -1)
			return a % b;
		break;
	default:
		break;
	}
	*ok = false;
	return 0;
}

bool
node_fold(enum ir_op op, int64_t a, int64_t b, int64_t *v)
{
	bool ok;

	*v = fold(op, a, b, &ok);
	return ok;
}

static bool
is_truth(const struct nodes *t, node_t n)
{
	const struct node *p = node_get(t, n);

	return (p->kind == NODE_UNARY && p->op == IR_OP_NOT) ||
	    (p->kind == NODE_BINARY && (p->op == IR_OP_EQ ||
	    p->op == IR_OP_LT)) || p->kind == NODE_LOCKSPIN;
}

node_t
node_unary(struct nodes *t, enum ir_op op, node_t a)
{
	const struct node *p = node_get(t, a);
	int64_t k;

	if (node_is_const(t, a, &k)) {
		if (op == IR_OP_NOT)
			return node_const(t, k == 0);
		return node_const(t, op == IR_OP_NEG ?
		    (int64_t)(0 - (uint64_t)k) : ~k);
	}
	if (op == IR_OP_NOT) {
		if (p->kind == NODE_ADDR || p->kind == NODE_STR)
			return node_const(t, 0);
		if (p->kind == NODE_UNARY && p->op == IR_OP_NOT &&
		    is_truth(t, p->a))
			return p->a;
	}
	return make(t, NODE_UNARY, (int)op, a, 0, 0, 0);
}

/* What remains of a sum without x, or 0. */
static node_t
sum_less(const struct nodes *t, node_t sum, node_t x)
{
	const struct node *p = node_get(t, sum);

	if (p->kind != NODE_BINARY || p->op != IR_OP_ADD)
		return 0;
	return p->a == x ? p->b : p->b == x ? p->a : 0;
}

node_t
node_binary(struct nodes *t, enum ir_op op, node_t a, node_t b)
{
	int64_t x, y, r;
	bool ca, cb, ok;
	node_t swap;

	switch (op) {
	case IR_OP_NE:
		return node_unary(t, IR_OP_NOT,
		    node_binary(t, IR_OP_EQ, a, b));
	case IR_OP_GT:
		return node_binary(t, IR_OP_LT, b, a);
	case IR_OP_LE:
		return node_unary(t, IR_OP_NOT,
		    node_binary(t, IR_OP_LT, b, a));
	case IR_OP_GE:
		return node_unary(t, IR_OP_NOT,
		    node_binary(t, IR_OP_LT, a, b));
	default:
		break;
	}
	ca = node_is_const(t, a, &x);
	cb = node_is_const(t, b, &y);
	if (ca && cb) {
		r = fold(op, x, y, &ok);
		if (ok)
			return node_const(t, r);
	}
	switch (op) {
	case IR_OP_ADD:
	case IR_OP_MUL:
	case IR_OP_AND:
	case IR_OP_OR:
	case IR_OP_XOR:
	case IR_OP_EQ:
		/* Constants to the right, otherwise by age. */
		if (ca || (!cb && a > b)) {
			swap = a;
			a = b;
			b = swap;
			ok = ca;
			ca = cb;
			cb = ok;
			y = x;
		}
		break;
	default:
		break;
	}
	if (op == IR_OP_EQ) {
		if (a == b)
			return node_const(t, 1);
		if (cb && y == 0)
			return node_unary(t, IR_OP_NOT, a);
	}
	if (op == IR_OP_LT && a == b)
		return node_const(t, 0);
	/* x + y < x, which tests for an overflow: y < 0. */
	if (op == IR_OP_LT && (swap = sum_less(t, a, b)) != 0)
		return node_binary(t, op, swap, node_const(t, 0));
	if (op == IR_OP_LT && (swap = sum_less(t, b, a)) != 0)
		return node_binary(t, op, node_const(t, 0), swap);
	if (cb && (op == IR_OP_ADD || op == IR_OP_SUB)) {
		/* (x + j) - k is x + (j - k): counters come back. */
		const struct node *p = node_get(t, a);
		int64_t j;

		if (op == IR_OP_SUB) {
			op = IR_OP_ADD;
			y = (int64_t)(0 - (uint64_t)y);
		}
		if (p->kind == NODE_BINARY && p->op == IR_OP_ADD &&
		    node_is_const(t, p->b, &j)) {
			a = p->a;
			y = (int64_t)((uint64_t)y + (uint64_t)j);
		}
		b = node_const(t, y);
	}
	if (cb && y == 0 && (op == IR_OP_ADD || op == IR_OP_SUB ||
	    op == IR_OP_OR || op == IR_OP_XOR || op == IR_OP_SHL ||
	    op == IR_OP_SHR))
		return a;
	return make(t, NODE_BINARY, (int)op, a, b, 0, 0);
}

/* ---- levels ---- */

/* A term as clamp(*x, *lo, *hi); a constant has *x = 0. */
static void
as_clamp(const struct nodes *t, node_t n, node_t *x, int *lo, int *hi)
{
	const struct node *p = node_get(t, n);

	switch (p->kind) {
	case NODE_CONST:
		*x = 0;
		*lo = *hi = p->k < 0 ? 0 : p->k > t->max ? t->max : (int)p->k;
		break;
	case NODE_CLAMP:
		*x = p->a;
		*lo = p->lo;
		*hi = p->hi;
		break;
	default:
		*x = n;
		*lo = 0;
		*hi = t->max;
	}
}

static node_t
make_clamp(struct nodes *t, node_t x, int lo, int hi)
{
	struct node n;

	if (lo > hi)
		bug("clamp %d..%d", lo, hi);
	if (lo == hi)
		return node_const(t, lo);
	if (lo == 0 && hi == t->max)
		return x;
	memset(&n, 0, sizeof(n));
	n.kind = NODE_CLAMP;
	n.a = x;
	n.lo = lo;
	n.hi = hi;
	n.flags = node_get(t, x)->flags;
	n.depth = node_get(t, x)->depth;
	return intern(t, &n);
}

void
level_bounds(const struct nodes *t, node_t n, int *lo, int *hi)
{
	const struct node *p = node_get(t, n);
	int l2, h2;
	node_t x;

	switch (p->kind) {
	case NODE_MAX:
		level_bounds(t, p->a, lo, hi);
		level_bounds(t, p->b, &l2, &h2);
		*lo = *lo > l2 ? *lo : l2;
		*hi = *hi > h2 ? *hi : h2;
		break;
	case NODE_MIN:
		level_bounds(t, p->a, lo, hi);
		level_bounds(t, p->b, &l2, &h2);
		*lo = *lo < l2 ? *lo : l2;
		*hi = *hi < h2 ? *hi : h2;
		break;
	default:
		as_clamp(t, n, &x, lo, hi);
	}
}

/* Terms share what they are made of: *fuel bounds how many pairs are tried. */
static bool
leq(const struct nodes *t, node_t a, node_t b, int *fuel)
{
	const struct node *p = node_get(t, a), *q = node_get(t, b);
	node_t x, y;
	int la, ha, lb, hb;

	if (a == b)
		return true;
	if (--*fuel < 0)
		return false;
	/* A mutex is taken at, or above, the level that it saves. */
	if (p->kind == NODE_SAVED && q->kind == NODE_ENTRY)
		return true;
	level_bounds(t, a, &la, &ha);
	level_bounds(t, b, &lb, &hb);
	if (ha <= lb)
		return true;
	as_clamp(t, a, &x, &la, &ha);
	as_clamp(t, b, &y, &lb, &hb);
	if (x == y && la <= lb && ha <= hb)
		return true;
	if (q->kind == NODE_CLAMP && leq(t, a, q->a, fuel)) {
		level_bounds(t, a, &la, &ha);
		if (ha <= q->hi)
			return true;
	}
	if (p->kind == NODE_CLAMP && leq(t, p->a, b, fuel)) {
		level_bounds(t, b, &lb, &hb);
		if (p->lo <= lb)
			return true;
	}
	if (q->kind == NODE_MIN)
		return leq(t, a, q->a, fuel) && leq(t, a, q->b, fuel);
	if (p->kind == NODE_MAX)
		return leq(t, p->a, b, fuel) && leq(t, p->b, b, fuel);
	if (q->kind == NODE_MAX &&
	    (leq(t, a, q->a, fuel) || leq(t, a, q->b, fuel)))
		return true;
	if (p->kind == NODE_MIN &&
	    (leq(t, p->a, b, fuel) || leq(t, p->b, b, fuel)))
		return true;
	return false;
}

bool
level_leq(const struct nodes *t, node_t a, node_t b)
{
	int fuel = MAX_PAIRS;

	return leq(t, a, b, &fuel);
}

static node_t
combine(struct nodes *t, enum node_kind kind, node_t a, node_t b)
{
	node_t x, y, swap;
	int la, ha, lb, hb;
	bool max = kind == NODE_MAX;

	if (level_leq(t, a, b))
		return max ? b : a;
	if (level_leq(t, b, a))
		return max ? a : b;
	as_clamp(t, a, &x, &la, &ha);
	as_clamp(t, b, &y, &lb, &hb);
	if (x == y || x == 0 || y == 0) {
		if (max)
			return make_clamp(t, x != 0 ? x : y,
			    la > lb ? la : lb, ha > hb ? ha : hb);
		return make_clamp(t, x != 0 ? x : y, la < lb ? la : lb,
		    ha < hb ? ha : hb);
	}
	if (a > b) {
		swap = a;
		a = b;
		b = swap;
	}
	return make(t, kind, 0, a, b, 0, 0);
}

node_t
level_max(struct nodes *t, node_t a, node_t b)
{
	return combine(t, NODE_MAX, a, b);
}

node_t
level_min(struct nodes *t, node_t a, node_t b)
{
	return combine(t, NODE_MIN, a, b);
}

node_t
level_at(struct nodes *t, node_t n, int entry, int saved)
{
	struct node p = *node_get(t, n);

	switch (p.kind) {
	case NODE_ENTRY:
		return node_const(t, entry);
	case NODE_SAVED:
		return node_const(t, saved);
	case NODE_CLAMP:
		return level_max(t, level_min(t, level_at(t, p.a, entry,
		    saved), node_const(t, p.hi)), node_const(t, p.lo));
	case NODE_MAX:
		return level_max(t, level_at(t, p.a, entry, saved),
		    level_at(t, p.b, entry, saved));
	case NODE_MIN:
		return level_min(t, level_at(t, p.a, entry, saved),
		    level_at(t, p.b, entry, saved));
	default:
		return n;
	}
}
