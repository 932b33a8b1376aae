/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Chains: shortest paths in the call graph, from primitives that raise up to
 * the functions that leave that level behind.  Calls cost, most of all those
 * through pointers that can mean several functions, and functions in which
 * walks did not get to the level.  Costs only fall, so a worklist over the
 * call graph ends.
 *
 * Where a function restores levels itself, not every raise in it is left
 * behind; of these only the one counts that nest.c has followed to a return.
 */

#include <stdlib.h>

#include "flow/chain.h"
#include "flow/flow_int.h"

#define LEVELS		32
#define COST_CALL	1
#define COST_TARGET	16	/* each target that a pointer can mean */
#define COST_MAYBE	8	/* a mutex of a level that is not known */
#define COST_MISS	8	/* a walk that went in and did not get there */
#define MAX_COST	UINT16_MAX

struct chain {
	const struct nest *nest;
	const struct program *program;
	uint16_t *cost;			/* func * LEVELS + level */
	uint32_t *direct;		/* per function: levels raised to by
					   its own instructions */
	uint8_t *restores, *tried;	/* per function */
	struct map *tries, *hits;	/* func * LEVELS + level -> walks */
	uint32_t epoch;
};

static uint64_t
key_of(func_id f, int level)
{
	return (uint64_t)f * LEVELS + (uint64_t)level;
}

static uint64_t
count_of(const struct map *m, func_id f, int level)
{
	uint64_t k = 0;

	(void)map_get(m, key_of(f, level), &k);
	return k;
}

/* ---- costs ---- */

static bool
is_known(const struct chain *c, func_id f)
{
	return c->program->funcs.p[f].rule == NULL &&
	    c->program->funcs.p[f].ir != NULL;
}

uint64_t
chain_misses(const struct chain *c, func_id f, int level)
{

	return c->tried[f] ? count_of(c->tries, f, level) / (4 *
	    count_of(c->hits, f, level) + 1) : 0;
}

/* Of going into a target of a call. */
static uint32_t
target_cost(const struct chain *c, const struct prog_site *cs, func_id f,
    int level)
{
	uint64_t misses;
	uint32_t cost;

	if (!is_known(c, f) || !nest_follows(cs) ||
	    c->cost[key_of(f, level)] == MAX_COST)
		return CHAIN_NEVER;
	cost = c->cost[key_of(f, level)] + COST_CALL;
	if (cs->ntargets > 1)
		cost += cs->ntargets * COST_TARGET;
	misses = chain_misses(c, f, level) * COST_MISS;
	cost += misses < MAX_COST ? (uint32_t)misses : MAX_COST;
	return cost < MAX_COST ? cost : MAX_COST - 1;
}

static uint32_t
site_cost(const struct chain *c, const struct prog_site *cs, int level)
{
	uint32_t best = CHAIN_NEVER, i, k;

	for (i = 0; i < cs->ntargets; i++) {
		k = target_cost(c, cs, cs->targets[i], level);
		best = k < best ? k : best;
	}
	return best;
}

/* The call that nest.c has followed to a return. */
static uint32_t
followed_cost(const struct chain *c, func_id f, int level)
{
	const struct prog_func *pf = &c->program->funcs.p[f];
	uint32_t site = nest_source(c->nest, f, level);

	return site == IR_NONE ? CHAIN_NEVER : chain_cost(c, f,
	    solver_insn(pf->ir, site), level);
}

/* true: something costs less than before. */
static bool
relax(struct chain *c, func_id f)
{
	const struct prog_func *pf = &c->program->funcs.p[f];
	uint32_t set = nest_levels(c->nest, f) & ~(uint32_t)1, best, i, k;
	bool any = false;
	int level;

	for (level = 1; level < LEVELS; level++) {
		if (!(set >> level & 1))
			continue;
		if (c->restores[f])
			best = followed_cost(c, f, level);
		else
			best = c->direct[f] >> level & 1 ? 0 : CHAIN_NEVER;
		for (i = 0; i < pf->nsites && !c->restores[f]; i++) {
			k = site_cost(c, &pf->sites[i], level);
			best = k < best ? k : best;
		}
		if (best < c->cost[key_of(f, level)]) {
			c->cost[key_of(f, level)] = (uint16_t)best;
			any = true;
		}
	}
	return any;
}

static void
solve(struct chain *c)
{
	const struct program *p = c->program;
	uint8_t *todo = ecalloc(p->funcs.n + 1, 1);
	const struct prog_func *pf;
	func_id f;
	size_t i;
	uint32_t k;
	bool any;

	for (i = 0; i < p->funcs.n; i++)
		todo[i] = is_known(c, (func_id)i) &&
		    nest_levels(c->nest, (func_id)i) > 1;
	do {
		any = false;
		for (i = 0; i < p->funcs.n; i++) {
			f = p->order[i];
			if (!todo[f])
				continue;
			todo[f] = 0;
			if (!relax(c, f))
				continue;
			pf = &p->funcs.p[f];
			for (k = 0; k < pf->ncallers; k++)
				if (is_known(c, pf->callers[k]) &&
				    nest_levels(c->nest, pf->callers[k]) > 1) {
					todo[pf->callers[k]] = 1;
					any = true;
				}
		}
	} while (any);
	free(todo);
}

/* What the function's own instructions raise to. */
static void
find_direct(struct chain *c, func_id f)
{
	const struct ir_func *ir = c->program->funcs.p[f].ir;
	uint32_t b, i;
	bool maybe;

	c->restores[f] = nest_restores(c->nest, f);
	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++)
			if (ir->blocks[b].insns[i].kind == IR_CALL)
				c->direct[f] |= nest_raises(c->nest, f,
				    &ir->blocks[b].insns[i], &maybe);
}

static void
clear(struct chain *c)
{
	size_t i;

	for (i = 0; i < (c->program->funcs.n + 1) * LEVELS; i++)
		c->cost[i] = MAX_COST;
}

struct chain *
chain_new(const struct nest *nest, const struct program *p)
{
	struct chain *c = ecalloc(1, sizeof(*c));
	size_t i;

	c->nest = nest;
	c->program = p;
	c->cost = emalloc((p->funcs.n + 1) * LEVELS * sizeof(*c->cost));
	c->direct = ecalloc(p->funcs.n + 1, sizeof(*c->direct));
	c->restores = ecalloc(p->funcs.n + 1, sizeof(*c->restores));
	c->tried = ecalloc(p->funcs.n + 1, sizeof(*c->tried));
	c->tries = map_new();
	c->hits = map_new();
	for (i = 0; i < p->funcs.n; i++)
		if (is_known(c, (func_id)i) &&
		    nest_levels(nest, (func_id)i) > 1)
			find_direct(c, (func_id)i);
	clear(c);
	solve(c);
	return c;
}

void
chain_free(struct chain *c)
{
	if (c == NULL)
		return;
	free(c->cost);
	free(c->direct);
	free(c->restores);
	free(c->tried);
	map_free(c->tries);
	map_free(c->hits);
	free(c);
}

/* ---- asked ---- */

uint32_t
chain_target_cost(const struct chain *c, func_id f, const struct ir_insn *in,
    func_id target, int level)
{
	const struct prog_site *cs = &c->program->funcs.p[f].sites[in->site];
	uint32_t k = target_cost(c, cs, target, level);
	bool maybe;

	if (!is_known(c, target))
		return CHAIN_NEVER;
	if (nest_raises(c->nest, f, in, &maybe) >> level & 1)
		return COST_CALL < k ? COST_CALL : k;
	return maybe && COST_MAYBE < k ? COST_MAYBE : k;
}

uint32_t
chain_cost(const struct chain *c, func_id f, const struct ir_insn *in,
    int level)
{
	const struct prog_site *cs = &c->program->funcs.p[f].sites[in->site];
	uint32_t k = site_cost(c, cs, level);
	bool maybe;

	if (nest_raises(c->nest, f, in, &maybe) >> level & 1)
		return 0;
	return maybe && COST_MAYBE < k ? COST_MAYBE : k;
}

func_id
chain_target(const struct chain *c, func_id f, const struct ir_insn *in,
    int level)
{
	const struct prog_site *cs = &c->program->funcs.p[f].sites[in->site];
	func_id best = NO_FUNC;
	uint32_t cost = CHAIN_NEVER, i, k;

	for (i = 0; i < cs->ntargets; i++) {
		k = target_cost(c, cs, cs->targets[i], level);
		if (k < cost) {
			best = cs->targets[i];
			cost = k;
		}
	}
	return best;
}

uint32_t
chain_source(const struct chain *c, func_id f, int level)
{
	const struct ir_func *ir = c->program->funcs.p[f].ir;
	uint32_t b, i, site, cost = CHAIN_NEVER, best, k;

	best = nest_source(c->nest, f, level);
	if (best == IR_NONE || c->restores[f])
		return best;
	for (b = site = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++, site++) {
			if (ir->blocks[b].insns[i].kind != IR_CALL)
				continue;
			k = chain_cost(c, f, &ir->blocks[b].insns[i], level);
			if (k < cost) {
				best = site;
				cost = k;
			}
		}
	return best;
}

/* ---- what walks have found ---- */

void
chain_try(struct chain *c, func_id f, int level)
{

	c->tried[f] = 1;
	map_put(c->tries, key_of(f, level), count_of(c->tries, f, level) + 1);
}

void
chain_got(struct chain *c, func_id f, int level)
{

	map_put(c->hits, key_of(f, level), count_of(c->hits, f, level) + 1);
}

void
chain_learn(struct chain *c)
{

	clear(c);
	solve(c);
	c->epoch++;
}

uint32_t
chain_epoch(const struct chain *c)
{

	return c->epoch;
}
