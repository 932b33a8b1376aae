/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * graph: what handlers reach, in memory, for whoever explains a verdict.
 */

#ifndef IPLINT_GRAPH_H
#define IPLINT_GRAPH_H

#include "store/store.h"

#define GRAPH_NONE	UINT32_MAX

struct graph_act {
	const char *kind, *file, *text;
	int line, lo, hi;		/* levels right before */
	uint32_t *locks;		/* it can mean one of these mutexes */
	uint32_t nlocks, claimed;	/* known here; in the database */
};

struct graph_call {
	uint32_t callee;		/* graph.funcs; GRAPH_NONE: pointer */
	const char *name;		/* of the callee, or "" */
	const char *pointer, *file;
	const char *targets_text;	/* "foo, bar", or "" if too many */
	int line, targets, peak;
};

struct graph_func {
	int64_t id;
	const char *name, *file, *effect;
	int line, peak, quiet;
	bool sleeps;
	struct graph_call *calls;
	struct graph_act *acts;
	uint32_t *entries;		/* in graph.entries */
	uint32_t ncalls, nacts, nentries;
	uint64_t entered;		/* by which handlers: bits of levels */
};

struct graph_mutex {
	const char *name, *spin;
	int lo, hi, takers, findings, inits;
};

struct graph_entry {
	const char *kind, *function, *file, *text;
	int line;
};

struct graph {
	struct arena *arena;
	VEC(struct graph_func) funcs;	/* by id */
	VEC(struct graph_mutex) mutexes; /* as v_mutexes.id */
	VEC(struct graph_entry) entries; /* as v_ledger.id */
	VEC(const char *) levels;	/* names, by level; NULL: none */
};

/* NULL and a fault if the database cannot be read. */
struct graph *graph_load(struct store *, struct fault *) MUST_CHECK;
void	graph_free(struct graph *);		/* NULL is fine */
/* v_functions.id as an index, or GRAPH_NONE. */
uint32_t graph_find(const struct graph *, int64_t id);

/*
 * The functions that resolved calls lead to, nearest first, root included.
 * Not through one that only returns after it has slept, unless thread.
 */
struct graph_reach {
	uint32_t *funcs;		/* the caller frees */
	size_t n;
};
struct graph_reach graph_reach(const struct graph *, uint32_t root,
	    bool thread);

/* Mutexes taken there: one row for each, at its nearest place. */
struct graph_take {
	uint32_t mutex, func;
	const struct graph_act *act;
	uint32_t places;		/* that take it, in reach */
};
/* The caller frees the array. */
struct graph_take *graph_takes(const struct graph *,
	    const struct graph_reach *, size_t *n);
/* Ledger entries of what is reached, sorted; the caller frees the array. */
uint32_t *graph_rests(const struct graph *, const struct graph_reach *,
	    size_t *n);

/*
 * The calls below a function as a tree of at most max nodes, level by level.
 * A function is unfolded where it stands first.
 */
enum tree_state {
	TREE_OPEN,			/* its calls follow, if it has any */
	TREE_ABOVE,			/* unfolded elsewhere */
	TREE_POINTER,			/* one of several functions */
	TREE_CUT			/* the tree is too large */
};

struct tree_node {
	enum tree_state state;
	uint32_t func;			/* GRAPH_NONE for a pointer */
	const struct graph_call *call;	/* NULL for the root */
	uint32_t first, n;		/* children */
	uint32_t left_out;		/* further calls, for want of room */
};

struct tree {
	VEC(struct tree_node) nodes;	/* the root first */
};

void	tree_build(const struct graph *, uint32_t root, bool thread,
	    size_t max, struct tree *);
void	tree_free(struct tree *);

/* "IPL_VM", "level 9", "?" for -1. */
void	graph_level(const struct graph *, int level, struct buf *);
/* "IPL_VM, IPL_HIGH", for bits of levels. */
void	graph_levels(const struct graph *, uint64_t, struct buf *);
/* Bounds in words: "the caller's level", "IPL_VM or above". */
void	graph_span(const struct graph *, int lo, int hi, struct buf *);

#endif /* IPLINT_GRAPH_H */
