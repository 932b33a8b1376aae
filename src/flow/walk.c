/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Walks: single paths.
 *
 * A state of the analysis stands for many paths, and the outcome of a callee
 * for many of its own, so what they say together may be true of no path at
 * all.  A walk executes the same instructions with states that are never
 * joined, and goes into callees instead of applying their summaries (but for
 * those that do nothing to the machine).  A path that gets to the goal is a
 * witness; if there is none, nor a limit that was hit, the finding is false.
 *
 * The search is one for the path that departs least from what it is given as
 * a guide (Harvey and Ginsberg's limited discrepancy search, 1995): at each
 * branch the side costs nothing that the guide takes next or, where the
 * guide has nothing to say, that is nearer to the end; the other costs TURN.
 * States that were at the block before are dropped, so that loops which
 * change nothing end.
 *
 * Where a level is wanted to which there are chains (flow/chain.h), nearer
 * means nearer to a raise.  A callee that can get there is gone into for that
 * only; that it passes without is for its summary to say.  Blocks that are
 * come to again and again wait, so that one loop does not take all the time.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/ahead.h"
#include "flow/flow_int.h"
#include "flow/guide.h"

#define MAX_DEPTH	32	/* calls below the function */
#define MAX_BLOCKS	6000	/* executed, over all paths */
#define MAX_INSNS	100000	/* the same */
#define BRIEF		6	/* less of it for what is less important, */
#define PLENTY		12000	/* when so many blocks have been executed; */
#define ALL_BLOCKS	300000	/* and for everything after these */
#define MAX_BYTES	(48 << 20)	/* of states */
#define MAX_FUNCS	200	/* gone into */
#define MAX_VALUES	120	/* of a path's tests */
#define MAX_SEEN	64	/* states that a new one is held against */
#define MAX_COST	160
#define FUTILE	4		/* in vain so often */
#define TURN		4	/* cost of another turn than the guide takes */
#define OFTEN		4	/* arrivals at a block that cost 1 */

/* A path so far, about to go on at an instruction. */
struct spot {
	struct state *s;
	uint32_t block, insn;
	uint32_t turn;			/* next of the guide */
	uint32_t cost;
};

struct seen {
	const struct seen *next;
	const struct state *s;
	uint32_t turn;
};

struct walk {
	struct flow *flow;
	struct arena *arena;
	func_id func;
	int mode, entry;
	const struct walk_goal *goal;
	VEC(struct solver *) solvers;
	struct ahead *ahead;
	VEC(struct activation *) frames;	/* by id, from 1 */
	struct map *calls;		/* (up, site, callee) -> id */
	VEC(struct spot) todo[MAX_COST + 1];	/* by cost */
	struct map *seen;		/* (frame, block) -> struct seen */
	struct map *often;		/* (function, block) -> arrivals */
	struct spot now;
	uint32_t nblocks;
	uint64_t before;		/* instructions of other searches */
	bool asks_level;		/* a test asks for that at entry */
	bool lost;			/* a limit cut a path off */
	bool arrived;
	const struct trace *found;	/* NULL: nothing on the way there */
	node_t level;			/* ... and where it has led */
	bool keeps;			/* the second time, for numbers */
	int64_t values[MAX_VALUES];
	size_t nvalues;
};

/* ---- functions ---- */

static struct solver *
solver_of(struct walk *w, func_id f)
{
	struct solver *sv;
	size_t i;

	for (i = 0; i < w->solvers.n; i++)
		if (w->solvers.p[i]->func == f)
			return w->solvers.p[i];
	sv = solver_new(w->flow, f, w->mode);
	sv->tracing = true;
	sv->walk = w;
	sv->inlines = true;
	sv->max_steps = UINT64_MAX;
	vec_push(&w->solvers, sv);
	return sv;
}

/* ---- paths ---- */

static void
put(struct walk *w, struct state *s, uint32_t block, uint32_t insn,
    uint32_t turn, uint32_t cost)
{
	struct spot p = { s, block, insn, turn, cost };
	uint64_t key = (uint64_t)s->at->func << 32 | block, often = 0;

	if (cost > MAX_COST) {
		w->lost = true;
		return;
	}
	if (w->goal->chain != NULL && insn == 0) {
		(void)map_get(w->often, key, &often);
		map_put(w->often, key, often + 1);
		cost += (uint32_t)often / OFTEN;
	}
	vec_push(&w->todo[cost < MAX_COST ? cost : MAX_COST], p);
}

static bool
same_nodes(const node_t *a, uint32_t na, const node_t *b, uint32_t nb)
{

	return na == nb && (na == 0 || memcmp(a, b, na * sizeof(*a)) == 0);
}

static bool
same_maybes(const struct state *a, const struct state *b)
{
	uint32_t i;

	for (i = 0; i < a->nmaybe && i < b->nmaybe; i++)
		if (a->maybe[i].lock != b->maybe[i].lock)
			return false;
	return a->nmaybe == b->nmaybe;
}

static bool
same_case(const struct state *a, const struct state *b)
{

	return a->nocase == b->nocase && (a->nocase == 0 ||
	    a->uncased == b->uncased);
}

/* Was the very same state here before? */
static bool
was_here(struct walk *w, const struct solver *sv, const struct state *s,
    uint32_t block, uint32_t turn)
{
	uint64_t key = (uint64_t)s->at->id << 32 | block, old = 0;
	struct seen *new;
	const struct seen *o;
	int n = MAX_SEEN;

	(void)map_get(w->seen, key, &old);
	for (o = (const struct seen *)(uintptr_t)old; o != NULL && n-- > 0;
	    o = o->next)
		if (o->turn == turn && state_equal(sv, o->s, s) &&
		    same_nodes(o->s->gone, o->s->ngone, s->gone, s->ngone) &&
		    same_maybes(o->s, s) && same_case(o->s, s))
			return true;
	new = arena_alloc(w->arena, sizeof(*new));
	new->next = (const struct seen *)(uintptr_t)old;
	new->s = s;
	new->turn = turn;
	map_put(w->seen, key, (uint64_t)(uintptr_t)new);
	return false;
}

/* Is the level that the path is to end with still to be found? */
static bool
seeks(const struct walk *w, const struct solver *sv, const struct state *s)
{
	int lo, hi;

	if (w->goal->chain == NULL)
		return false;
	level_bounds(sv->nodes, level_at(sv->nodes, s->level, w->entry, 0),
	    &lo, &hi);
	return lo < w->goal->level;
}

/* How far it is from the blocks to where the path has to go. */
static const uint32_t *
ahead(struct walk *w, const struct solver *sv, const struct state *s)
{
	uint32_t to = IR_NONE;

	if ((s->at->wanted || s->at->up == NULL) && seeks(w, sv, s))
		return ahead_of_raise(w->ahead, sv, w->goal->chain,
		    w->goal->level);
	if (s->at->up == NULL && w->goal->site != IR_NONE)
		to = solver_block(sv, w->goal->site);
	return ahead_of(w->ahead, sv, to);
}

/* The nearest of the blocks that a block can go to. */
static uint32_t
nearest(const struct ir_block *b, const uint32_t *far)
{
	uint32_t i, t, best = IR_NONE;

	for (i = 0; (t = ir_successor(b, i)) != IR_NONE; i++)
		if (best == IR_NONE || far[t] < far[best])
			best = t;
	return best;
}

void
walk_arrive(struct solver *sv, struct state *s, uint32_t block)
{
	struct walk *w = sv->walk;
	const struct spot *now = &w->now;
	const struct activation *at = s->at;
	const struct ir_insn *in = ir_terminator(&sv->ir->blocks[now->block]);
	const uint32_t *far;
	uint32_t turn = now->turn, t, want, site, cost = now->cost;
	bool sure, followed = false;

	far = ahead(w, sv, s);
	if (s->dead || far[block] == AHEAD_NEVER)
		return;
	if (in->kind != IR_GOTO) {
		site = sv->base[now->block] +
		    sv->ir->blocks[now->block].ninsns - 1;
		t = guide_next(at->guide, turn, site, false);
		want = t != IR_NONE ? at->guide->turns[t].target :
		    nearest(&sv->ir->blocks[now->block], far);
		/* What could go one way only is no choice. */
		followed = s->trace->kind == TRACE_FOLLOW;
		if (want != block && !followed)
			cost += TURN;
		if (t != IR_NONE)
			turn = t + 1;
	}
	if (!followed && !state_satisfiable(sv, s, now->s, &sure) && (sure ||
	    !w->keeps)) {
		w->lost |= !sure;
		return;
	}
	state_check_case(sv, s);
	state_enter_block(sv, s, block);
	if (!was_here(w, sv, s, block, turn))
		put(w, s, block, 0, turn, cost);
}

void
walk_test(struct solver *sv, node_t value)
{

	sv->walk->asks_level |= node_mentions(sv->nodes, value,
	    node_leaf(sv->nodes, NODE_ENTRY, 0, 0));
}

bool
walk_asks_level(const struct walk *w)
{

	return w->asks_level;
}

void
walk_give_up(struct solver *sv)
{

	sv->walk->lost = true;
}

/* The goal is reached. */
static void
arrived(struct walk *w, const struct solver *sv, const struct state *s,
    const struct trace *t)
{

	w->arrived = true;
	w->found = t;
	w->level = s->nheld > 0 ? s->saved : s->level;
	w->nvalues = state_values(sv, s, w->values, MAX_VALUES);
}

void
walk_return(struct solver *sv, struct state *s, node_t ret, uint32_t site)
{
	struct walk *w = sv->walk;
	const struct walk_goal *goal = w->goal;
	const struct activation *at = s->at;

	if (at->up == NULL) {
		if (goal->kind == GOAL_RETURN && (goal->site == site ||
		    goal->site == IR_NONE) && !w->arrived &&
		    (goal->fits == NULL ||
		    goal->fits(goal->ctx, sv, s, ret)))
			arrived(w, sv, s, s->trace);
		return;
	}
	if (at->before != NULL && summary_hides(at->up->solver, at->before,
	    at->sum, at->args, at->nargs, s))
		return;
	if (at->wanted) {
		if (!seeks(w, sv, s))
			chain_got(w->goal->chain, at->func, w->goal->level);
		else if (s->level == at->level && state_count(s) == at->count)
			return;		/* see walk_pass() */
	}
	state_leave_frame(sv, s, at->id);
	s->at = at->up;
	sv = at->up->solver;
	if (at->insn->dst != NULL)
		state_write(sv, s, eval_place(sv, s, at->insn->dst, at->site),
		    ret != 0 ? ret : state_leaf(sv, s, NODE_RET, 0,
		    at->site));
	put(w, s, at->block, at->next, at->resume, w->now.cost);
}

/* The instruction of the function in which that happens. */
static uint32_t
top_site(const struct activation *at, uint32_t site)
{
	for (; at->up != NULL; at = at->up)
		site = at->site;
	return site;
}

/* The path up to what the function does last. */
static const struct trace *
cut(const struct trace *t)
{
	if (t == NULL || t->at->up == NULL)
		return t;
	while (t->at->up != NULL)
		t = t->prev;
	return t->kind == TRACE_CALL ? t->prev : t;
}

/* Was it held when the function made the call? */
static bool
held_before(const struct state *s, node_t lock)
{
	const struct trace *t = s->trace;
	uint32_t i;

	while (t->at->up != NULL)
		t = t->prev;
	for (i = 0; i < s->nheld; i++)
		if (s->held[i].lock == lock)
			return (int)i < t->held - s->left;
	return false;
}

void
walk_breach(struct solver *sv, const struct state *s, const struct breach *b)
{
	struct walk *w = sv->walk;

	if (w->goal->kind != GOAL_BREACH || w->arrived ||
	    b->kind != w->goal->breach || (s->at->up != NULL &&
	    b->kind != BREACH_AGAIN))
		return;
	if (top_site(s->at, b->site) != w->goal->site)
		return;
	if (s->at->up == NULL)
		arrived(w, sv, s, s->trace);
	else if (held_before(s, b->lock))
		arrived(w, sv, s, cut(s->trace));
}

void
walk_unheld(struct solver *sv, const struct state *s,
    const struct unheld *u)
{
	struct walk *w = sv->walk;

	if (w->goal->kind != GOAL_UNHELD || w->arrived ||
	    w->goal->unheld != u->kind)
		return;
	if (top_site(s->at, u->site) == w->goal->site)
		arrived(w, sv, s, s->at->up != NULL ? cut(u->trace) :
		    u->trace);
}

/* Was it taken while that function, or what it calls, was executed? */
static bool
taken_by(const struct held *h, func_id taker)
{
	const struct activation *at;

	for (at = h->at; at != NULL && at->up != NULL; at = at->up)
		if (at->func == taker)
			return true;
	return h->from == taker;
}

void
walk_released(struct solver *sv, const struct state *s,
    const struct held *h, uint32_t site)
{
	struct walk *w = sv->walk;

	if (w->goal->kind == GOAL_RELEASE && !w->arrived &&
	    top_site(s->at, site) == w->goal->site &&
	    taken_by(h, w->goal->taker))
		arrived(w, sv, s, s->trace);
}

/* ---- calls ---- */

/* The same call from the same place has the same number. */
static struct activation *
activation(struct walk *w, const struct activation *up, uint32_t site,
    func_id callee)
{
	struct activation *a = arena_alloc(w->arena, sizeof(*a));
	uint64_t key, id;

	key = (uint64_t)(up != NULL ? up->id : 0) << 44 ^
	    (uint64_t)site << 24 ^ callee;
	if (!map_get(w->calls, key, &id)) {
		vec_push(&w->frames, a);
		id = w->frames.n;
		map_put(w->calls, key, id);
	}
	a->id = (uint32_t)id;
	a->up = up;
	a->func = callee;
	a->solver = solver_of(w, callee);
	a->site = site;
	a->depth = up != NULL ? up->depth + 1 : 0;
	return a;
}

/*
 * Is there nothing in a call that the walk has to see?  held: what the caller
 * holds decides what it does.
 */
static bool
skips(const struct walk *w, func_id callee, const struct summary *sum,
    bool held)
{
	const struct nest *nest = w->goal->nest;

	if (nest == NULL || nest_exit(nest, callee, w->entry) <= w->entry)
		return sum->nseen == 0 || (sum->neutral && !held);
	return sum->plain && !w->goal->deep;
}

bool
walk_enter(struct solver *sv, struct state *s, const struct ir_insn *in,
    func_id callee, const node_t *args, uint32_t site, bool surely)
{
	struct walk *w = sv->walk;
	const struct summary *sum;
	struct activation *a;
	struct trace *t;
	struct turn *next = NULL;
	uint32_t i, k, turn, resume = w->now.turn;
	bool wanted;
	int mode;

	wanted = seeks(w, sv, s) && chain_target_cost(w->goal->chain,
	    sv->func, in, callee, w->goal->level) != CHAIN_NEVER;
	surely = surely || wanted;
	sum = summary_for(sv, s, site, callee, args, in->nargs, &mode);
	turn = guide_next(s->at->guide, resume, site, true);
	if (turn != IR_NONE && s->at->guide->turns[turn].callee == callee)
		next = &s->at->guide->turns[turn];
	/* The path that is to be gone again went in, too. */
	if (!surely && (next == NULL || next->inside == NULL) &&
	    skips(w, callee, sum, sum->nneeds > 0 || summary_bars(sv, s,
	    site, sum, args, in->nargs)))
		return false;
	if (s->at->depth >= MAX_DEPTH) {
		w->lost = true;
		return true;
	}
	a = activation(w, s->at, site, callee);
	a->insn = in;
	a->block = w->now.block;
	a->next = site - sv->base[a->block] + 1;
	a->guide = next != NULL ? guide_inside(w->flow, w->arena, next) : NULL;
	a->resume = next != NULL ? turn + 1 : resume;
	a->wanted = wanted;
	a->level = s->level;
	a->count = state_count(s);
	if (wanted)
		chain_try(w->goal->chain, callee, w->goal->level);
	if (!surely && !w->goal->deep && sum->nseen < sum->noutcomes) {
		a->before = state_copy(sv, s);
		a->sum = sum;
		a->args = arena_dup(w->arena, args, in->nargs *
		    sizeof(*args));
		a->nargs = in->nargs;
	}
	trace_add(sv, s, TRACE_CALL, site, s->level, 0);
	t = (struct trace *)(uintptr_t)s->trace;
	t->callee = callee;
	s->at = a;
	k = a->solver->ir->nparams;
	for (i = 0; i < k && i < in->nargs; i++)
		state_write(a->solver, s, node_frame_local(sv->nodes, i, true,
		    a->id, callee), args[i]);
	put(w, s, 0, 0, 0, w->now.cost);
	return true;
}

bool
walk_pass(struct solver *sv, struct state *s, const struct ir_insn *in,
    func_id callee, const node_t *args, uint32_t site)
{
	struct walk *w = sv->walk;
	uint32_t passing = w->now.cost;
	uint64_t misses;

	if (!sv->inlines || !seeks(w, sv, s) ||
	    chain_target_cost(w->goal->chain, sv->func, in, callee,
	    w->goal->level) == CHAIN_NEVER)
		return false;
	misses = chain_misses(w->goal->chain, callee, w->goal->level);
	if (misses < FUTILE)
		passing += TURN;
	for (; misses >= FUTILE; misses /= 2)
		w->now.cost += TURN;
	(void)walk_enter(sv, state_copy(sv, s), in, callee, args, site, true);
	w->now.cost = passing;
	return true;
}

void
walk_passed(const struct state *s, struct state_list *out, size_t i)
{
	size_t n = i;

	for (; i < out->n; i++)
		if (out->p[i]->level == s->level &&
		    state_count(out->p[i]) == state_count(s))
			out->p[n++] = out->p[i];
	out->n = n;
}

void
walk_targets(struct solver *sv, const struct state *s,
    const struct ir_insn *in, const struct prog_site *cs, const node_t *args,
    uint32_t site)
{
	struct walk *w = sv->walk;
	uint32_t i, cost = w->now.cost, next;
	func_id best;

	if (!seeks(w, sv, s))
		return;
	best = chain_target(w->goal->chain, sv->func, in, w->goal->level);
	next = best != NO_FUNC ? cost + TURN : cost;
	for (i = 0; i < cs->ntargets; i++) {
		w->now.cost = cs->targets[i] == best ? cost : next;
		if (chain_target_cost(w->goal->chain, sv->func, in,
		    cs->targets[i], w->goal->level) != CHAIN_NEVER)
			(void)walk_enter(sv, state_copy(sv, s), in,
			    cs->targets[i], args, site, true);
	}
	w->now.cost = next;
}

/* ---- the search ---- */

struct walk *
walk_new(struct flow *fl, func_id f, int mode, int entry)
{
	struct walk *w = ecalloc(1, sizeof(*w));

	w->flow = fl;
	w->func = f;
	w->mode = mode;
	w->entry = entry;
	w->arena = arena_new();
	w->calls = map_new();
	w->ahead = ahead_new();
	return w;
}

static void
clear(struct walk *w)
{
	size_t i;

	map_free(w->seen);
	w->seen = NULL;
	map_free(w->often);
	w->often = NULL;
	for (i = 0; i <= MAX_COST; i++)
		w->todo[i].n = 0;
}

void
walk_free(struct walk *w)
{
	size_t i;

	if (w == NULL)
		return;
	clear(w);
	for (i = 0; i <= MAX_COST; i++)
		vec_free(&w->todo[i]);
	for (i = 0; i < w->solvers.n; i++)
		solver_free(w->solvers.p[i]);
	vec_free(&w->solvers);
	ahead_free(w->ahead);
	vec_free(&w->frames);
	map_free(w->calls);
	arena_free(w->arena);
	free(w);
}

const struct trace *
walk_trace(const struct walk *w)
{

	return w->found;
}

/* The cheapest path, of these the newest; false: none is left. */
static bool
next_spot(struct walk *w)
{
	size_t i;

	for (i = 0; i <= MAX_COST; i++)
		if (w->todo[i].n > 0) {
			w->now = w->todo[i].p[--w->todo[i].n];
			return true;
		}
	return false;
}

static void
begin(struct walk *w, const struct guide *guide)
{
	struct solver *sv = solver_of(w, w->func);
	struct activation *a = activation(w, NULL, 0, w->func);
	struct state *s = state_new(sv);
	struct fact entry = { node_leaf(sv->nodes, NODE_ENTRY, 0, 0), false,
	    w->entry, w->entry };

	a->guide = guide;
	s->at = a;
	(void)state_narrow(sv, s, &entry);
	put(w, s, 0, 0, 0, 0);
}

/* Has it taken so long that it is given up? */
static bool
is_enough(struct walk *w)
{
	uint32_t part = w->flow->walked > ALL_BLOCKS ? BRIEF :
	    !w->goal->brief ? 1 : w->flow->walked < PLENTY ? 2 : BRIEF;
	uint64_t insns = 0;
	size_t bytes = 0, i;

	for (i = 0; i < w->solvers.n; i++) {
		insns += w->solvers.p[i]->steps;
		bytes += arena_bytes(w->solvers.p[i]->arena);
	}
	if (w->goal->max_blocks > 0 && w->nblocks >= w->goal->max_blocks)
		return true;
	return ++w->nblocks > MAX_BLOCKS / part || insns - w->before >
	    MAX_INSNS / part || bytes > MAX_BYTES / part ||
	    w->solvers.n > MAX_FUNCS;
}

static enum walk_end
search(struct walk *w, const struct guide *guide)
{
	bool walking = w->flow->walking;
	struct solver *sv;
	size_t i;

	w->arrived = false;
	w->found = NULL;
	w->lost = false;
	w->nblocks = 0;
	w->before = 0;
	for (i = 0; i < w->solvers.n; i++)
		w->before += w->solvers.p[i]->steps;
	clear(w);
	w->seen = map_new();
	w->often = map_new();
	begin(w, guide);
	w->flow->walking = true;
	while (!w->arrived && next_spot(w)) {
		if (is_enough(w)) {
			w->lost = true;
			break;
		}
		sv = w->now.s->at->solver;
		/* The old one is what the next are compared with. */
		solver_run_from(sv, state_copy(sv, w->now.s), w->now.block,
		    w->now.insn);
		w->lost |= sv->budget;
	}
	w->flow->walking = walking;
	w->flow->walked += w->nblocks;
	clear(w);
	if (w->arrived)
		return WALK_FOUND;
	return w->lost ? WALK_GAVE_UP : WALK_NONE;
}

enum walk_end
walk_find(struct walk *w, const struct walk_goal *goal,
    const struct trace *last)
{
	const struct trace *found;
	enum walk_end end;

	w->goal = goal;
	w->keeps = false;
	end = search(w, last != NULL ? guide_of(w->arena, last) : NULL);
	if (end != WALK_FOUND || (found = w->found) == NULL ||
	    w->nblocks > MAX_BLOCKS / BRIEF)
		return end;
	/* The same way again, now with all that was ever known. */
	w->keeps = true;
	if (search(w, guide_of(w->arena, found)) != WALK_FOUND)
		w->found = found;
	return end;
}

size_t
walk_values(const struct walk *w, const int64_t **out)
{

	*out = w->values;
	return w->nvalues;
}

int
walk_entry(const struct walk *w)
{

	return w->entry;
}

node_t
walk_level(const struct walk *w)
{

	return w->level;
}

bool
walk_keeps(const struct walk *w)
{

	return w != NULL && w->keeps;
}
