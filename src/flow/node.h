/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * node: symbolic values and places, hash-consed.
 *
 * A value is what an expression is known to be, in terms of what the
 * function found at its entry: equal values have equal ids, so copies of a
 * variable stay recognisable and a test of one is a test of all.  Levels are
 * values, too; max, min and clamp are kept in a normal form in which
 * min(max(entry, k), entry) is entry again.
 */

#ifndef IPLINT_FLOW_NODE_H
#define IPLINT_FLOW_NODE_H

#include "base/base.h"
#include "ir/ir.h"

typedef uint32_t node_t;		/* 0: none */

enum node_kind {
	NODE_NONE,
	/* values */
	NODE_CONST,		/* k */
	NODE_STR,		/* some string, not NULL */
	NODE_ENTRY,		/* the level at entry */
	NODE_SAVED,		/* the level saved by the caller's mutex */
	NODE_INIT,		/* what place a held at entry */
	NODE_ADDR,		/* the address of place a */
	NODE_RET,		/* result of call site k */
	NODE_PHI,		/* of place a where paths meet at block k */
	NODE_FRESH,		/* something unknown, made at instruction k */
	NODE_UNARY,		/* op a */
	NODE_BINARY,		/* a op b */
	NODE_CLAMP,		/* level: a, at least lo, at most hi */
	NODE_MAX,		/* level: max(a, b) */
	NODE_MIN,		/* level: min(a, b) */
	NODE_LOCKLEVEL,		/* level of the lock that a points to */
	NODE_LOCKSPIN,		/* 1 if the lock that a points to spins */
	NODE_LOCKSAVED,		/* level saved in the lock a at its enter */
	/* places */
	NODE_LOCAL,		/* local variable k; of frame a of function b */
	NODE_GLOBAL,		/* global variable, name k, scope b */
	NODE_FIELD,		/* place a, record b, field k */
	NODE_DEREF,		/* what value a points to */
	NODE_INDEX,		/* element b of place a */
	NODE_NKINDS
};

#define NODE_FIRST_PLACE NODE_LOCAL

/* Properties of a node and of all below it. */
#define NODE_INNER	0x1	/* means nothing outside of the function */
#define NODE_ARGS	0x2	/* mentions a parameter */
#define NODE_TOKEN	0x4	/* is, or contains, a level from before */

struct node {
	uint8_t kind, op, flags, depth;
	uint32_t a, b;
	union {
		int64_t k;
		struct {
			int32_t lo, hi;	/* NODE_CLAMP */
		};
	};
};

/* How many of a and b are what the node is made of; a leaf has none. */
static inline unsigned
node_operands(const struct node *p)
{
	switch (p->kind) {
	case NODE_BINARY:
	case NODE_MAX:
	case NODE_MIN:
	case NODE_INDEX:
		return 2;
	case NODE_INIT:
	case NODE_ADDR:
	case NODE_UNARY:
	case NODE_CLAMP:
	case NODE_FIELD:
	case NODE_DEREF:
	case NODE_LOCKLEVEL:
	case NODE_LOCKSPIN:
	case NODE_LOCKSAVED:
		return 1;
	default:
		return 0;
	}
}

#define NODES_RECENT	4096		/* a power of two */

struct nodes {
	VEC(struct node) v;
	uint32_t *table;		/* open addressing, ids */
	size_t mask;
	node_t recent[NODES_RECENT];	/* by hash; 0: none */
	int max;			/* the highest level of the port */
};

/* levels: the highest level of the port; the lowest is 0. */
struct nodes *nodes_new(int level_max);
void	nodes_free(struct nodes *);
static inline const struct node *
node_get(const struct nodes *t, node_t n)
{
	return &t->v.p[n];
}

node_t	node_const(struct nodes *, int64_t);
node_t	node_leaf(struct nodes *, enum node_kind, uint32_t a, int64_t k);
node_t	node_unary(struct nodes *, enum ir_op, node_t);
/* false: it has no value, as a division by zero. */
bool	node_fold(enum ir_op, int64_t, int64_t, int64_t *);
/* Folds constants; brings comparisons to ==, < and !. */
node_t	node_binary(struct nodes *, enum ir_op, node_t, node_t);
node_t	node_addr(struct nodes *, node_t place);
node_t	node_init(struct nodes *, node_t place);
node_t	node_of_lock(struct nodes *, enum node_kind, node_t lock);

node_t	node_local(struct nodes *, uint32_t local, bool param);
/* Of one of several calls that are walked at once: frame is not 0. */
node_t	node_frame_local(struct nodes *, uint32_t local, bool param,
	    uint32_t frame, uint32_t func);
node_t	node_global(struct nodes *, name_t, uint32_t scope);
node_t	node_field(struct nodes *, node_t place, name_t record, name_t field);
node_t	node_deref(struct nodes *, node_t value);
node_t	node_index(struct nodes *, node_t place, node_t value);

/* ---- levels ---- */

node_t	level_max(struct nodes *, node_t, node_t);
node_t	level_min(struct nodes *, node_t, node_t);
/* Proven to be <= for every entry; false is "not proven". */
bool	level_leq(const struct nodes *, node_t, node_t);
/* Bounds of a value as a level. */
void	level_bounds(const struct nodes *, node_t, int *lo, int *hi);
/* The value with entry and saved levels replaced by numbers. */
node_t	level_at(struct nodes *, node_t, int entry, int saved);
bool	node_is_const(const struct nodes *, node_t, int64_t *);

#endif /* IPLINT_FLOW_NODE_H */
