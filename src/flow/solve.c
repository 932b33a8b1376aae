/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Solving: every function is executed abstractly, once for each number of
 * spin mutexes with which somebody calls it.
 *
 *	for every function, callees first:
 *		run it from its entry, states at each block, until no block
 *		has a new state; export its exits as a summary
 *
 * A call asks for the callee's summary in the mode of the state at the call,
 * which solves it if nobody did.  A summary that is asked for while it is
 * being solved (recursion, also through pointers) is empty: no way back is
 * known yet.  When a summary turns out different from what its readers saw,
 * they are solved again, until nothing changes: the least fixpoint.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define MAX_RESOLVE	16	/* times one summary is solved again */
#define LEAN_RESOLVE	3	/* the same, when the steps are spent */
#define MAX_ROUNDS	4	/* of asking who holds what */

static uint32_t
todo_words(const struct flow *fl)
{
	return (uint32_t)(fl->program->funcs.n * NMODES / 64 + 1);
}

static void
todo_add(struct flow *fl, func_id f, int mode)
{
	uint32_t k = fl->program->funcs.p[f].rank * NMODES + (uint32_t)mode;
	uint64_t bit = (uint64_t)1 << k % 64;

	fl->ntodo += (fl->todo[k / 64] & bit) == 0;
	fl->todo[k / 64] |= bit;
}

/* Whoever read f in this mode has to look again. */
static void
mark_callers(struct flow *fl, func_id f, int mode)
{
	struct summary *sum;
	const struct prog_func *pf = &fl->program->funcs.p[f];
	uint32_t i;
	int m;

	for (i = 0; i < pf->ncallers; i++)
		for (m = 0; m < NMODES; m++) {
			size_t k = (size_t)pf->callers[i] * NMODES +
			    (size_t)m;

			sum = fl->sums[k];
			if (sum != NULL && !sum->busy &&
			    (sum->modes >> mode & 1))
				todo_add(fl, pf->callers[i], m);
		}
}

static void
compute(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	struct solver *sv;

	if (plain_summary(fl, f, mode, sum)) {
		plain_ledger(fl, f);
		return;
	}
	sv = solver_new(fl, f, mode);
	solver_run(sv);
	if (doubt_find(sv)) {
		solver_free(sv);
		sv = solver_new(fl, f, mode);
		solver_run(sv);
	}
	summary_make(sv, sum);
	if (sv->budget) {
		flow_ledger(fl, f, LEDGER_BUDGET, fl->program->funcs.p[f].file,
		    fl->program->funcs.p[f].line,
		    "too many states: not every path was followed");
	}
	solver_free(sv);
}

static void
resolve(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	struct summary new;
	uint32_t times;
	uint8_t modes = fl->modes;
	bool asked;

	sum->busy = true;
	sum->asked = false;
	fl->modes = 0;
	compute(fl, f, mode, &new);
	new.modes = fl->modes;
	fl->modes = modes;
	asked = sum->asked;
	times = sum->times;
	new.times = times + 1;
	if (summary_equal(sum, &new) && (times > 0 || !asked)) {
		sum->busy = false;
		sum->times = times + 1;
		/* Keep marks and sites, which readers do not look at. */
		new.busy = false;
		*sum = new;
		return;
	}
	*sum = new;
	if (times > 0 || asked)
		mark_callers(fl, f, mode);
}

const struct summary *
flow_summary(struct flow *fl, func_id f, int mode)
{
	struct summary **slot = &fl->sums[(size_t)f * NMODES + (size_t)mode];

	if (fl->program->funcs.p[f].ir == NULL)
		bug("summary of a function without body");
	fl->modes |= (uint8_t)(1 << mode);
	if (*slot != NULL) {
		if ((*slot)->busy)
			(*slot)->asked = true;
		return *slot;
	}
	*slot = arena_alloc(fl->arena, sizeof(**slot));
	(*slot)->peak = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	fl->counts.summaries++;
	resolve(fl, f, mode, *slot);
	return *slot;
}

static void
solve_again(struct flow *fl, func_id f, int mode)
{
	const struct prog_func *pf = &fl->program->funcs.p[f];
	struct summary *sum = fl->sums[(size_t)f * NMODES + (size_t)mode];

	if (sum->times < (fl->counts.steps > fl->max_steps ? LEAN_RESOLVE :
	    MAX_RESOLVE))
		resolve(fl, f, mode, sum);
	else
		flow_ledger(fl, f, LEDGER_BUDGET, pf->file, pf->line,
		    "recursion does not settle");
}

/*
 * Solve again whatever read something that has changed since, by rank, from
 * the start as long as there is something: a caller of many is solved once
 * for all of them.
 */
static void
settle(struct flow *fl)
{
	uint32_t w, k;

	while (fl->ntodo > 0)
		for (w = 0; w < todo_words(fl); w++)
			while (fl->todo[w] != 0) {
				k = w * 64 + (uint32_t)__builtin_ctzll(
				    fl->todo[w]);
				fl->todo[w] &= fl->todo[w] - 1;
				fl->ntodo--;
				solve_again(fl, fl->program->order[k / NMODES],
				    (int)(k % NMODES));
			}
}

/* Does a summary need what some caller may hold? */
static bool
needs_caller(const struct flow *fl, func_id f, const struct summary *sum)
{
	uint32_t i;

	for (i = 0; i < sum->nneeds; i++)
		if (entered_with(fl, f, &sum->needs[i]))
			return true;
	return false;
}

int
flow_natural(struct flow *fl, func_id f)
{
	int m;

	for (m = 0; m < (fl->adaptive ? 1 : NMODES); m++)
		if (!needs_caller(fl, f, flow_summary(fl, f, m)))
			break;
	settle(fl);
	return m;
}

struct solver *
flow_replay(struct flow *fl, func_id f, int mode, struct summary *out,
    probe_fn *probe, void *ctx)
{
	struct solver *sv;

	(void)flow_summary(fl, f, mode);
	settle(fl);
	sv = solver_new(fl, f, mode);
	sv->tracing = true;
	sv->probe = probe;
	sv->probe_ctx = ctx;
	solver_run(sv);
	summary_make(sv, out);
	return sv;
}

struct span
flow_before(const struct flow *fl, func_id f, uint32_t site)
{
	static const struct span none = { -1, -1 };

	return fl->before[f] != NULL ? fl->before[f][site] : none;
}

uint32_t
flow_ledger(struct flow *fl, func_id f, enum ledger_kind kind, name_t file,
    uint32_t line, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	uint32_t id;
	size_t i, n;

	if (fl->walking || (fl->adaptive && kind != LEDGER_BUDGET))
		return UINT32_MAX;
	n = fl->adaptive ? (size_t)snprintf(text, sizeof(text),
	    "adaptive mutexes: ") : 0;
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	id = ledger_add(fl->program->ledger, kind,
	    fl->program->funcs.p[f].name, file, line, "%s", text);
	for (i = 0; i < fl->rests[f].n; i++)
		if (fl->rests[f].p[i] == id)
			return id;
	vec_push(&fl->rests[f], id);
	return id;
}

void
ledger_extern(struct flow *fl, func_id f, func_id callee)
{
	const struct prog_func *pf = &fl->program->funcs.p[callee];

	if (!(pf->flags & PROG_BUILTIN))
		flow_ledger(fl, f, LEDGER_EXTERN, 0, 0,
		    "%s has no body and no rule",
		    name_str(fl->program->names, pf->name));
}

/* Again, with what keepers hold as their defect. */
static void
solve_keepers(struct flow *fl, const func_id *order, size_t n)
{
	size_t i;

	for (i = 0; i < fl->program->funcs.n * NMODES; i++)
		if (fl->keeper[i / NMODES] && fl->sums[i] != NULL)
			todo_add(fl, (func_id)(i / NMODES),
			    (int)(i % NMODES));
	settle(fl);
	entered_close(fl);
	for (i = 0; i < n; i++)
		(void)flow_natural(fl, order[i]);
}

static uint64_t
count_insns(const struct program *p)
{
	const struct ir_func *ir;
	uint64_t n = 0;
	uint32_t b;
	size_t i;

	for (i = 0; i < p->funcs.n; i++) {
		ir = p->funcs.p[i].ir;
		for (b = 0; ir != NULL && b < ir->nblocks; b++)
			n += ir->blocks[b].ninsns;
	}
	return n;
}

static struct flow *
solve(struct program *p, bool adaptive)
{
	struct flow *fl;
	func_id *order;
	size_t i, n;
	int rounds;

	fl = ecalloc(1, sizeof(*fl));
	fl->program = p;
	fl->adaptive = adaptive;
	fl->max_steps = count_insns(p) * ALL_STEPS + ALL_STEPS_ONCE;
	fl->arena = arena_new();
	fl->nodes = nodes_new(program_level_max(p));
	fl->sums = ecalloc(p->funcs.n * NMODES + 1, sizeof(*fl->sums));
	fl->todo = ecalloc(todo_words(fl), sizeof(*fl->todo));
	fl->consumed = ecalloc(p->funcs.n + 1, 1);
	fl->consumers = ecalloc(p->funcs.n + 1, sizeof(*fl->consumers));
	fl->ways = ways_new(p);
	fl->doubted = ecalloc(p->funcs.n + 1, sizeof(*fl->doubted));
	fl->breaking = ecalloc(p->funcs.n + 1, 1);
	fl->keeper = ecalloc(p->funcs.n + 1, 1);
	fl->above = above_new(fl);
	fl->misreleases = ecalloc(p->funcs.n + 1, 1);
	fl->entered = ecalloc(p->funcs.n + 1, sizeof(*fl->entered));
	fl->machine = ecalloc(p->funcs.n + 1, 1);
	fl->before = ecalloc(p->funcs.n + 1, sizeof(*fl->before));
	fl->rests = ecalloc(p->funcs.n + 1, sizeof(*fl->rests));
	order = emalloc((p->funcs.n + 1) * sizeof(*order));
	for (i = n = 0; i < p->funcs.n; i++)
		if (p->funcs.p[p->order[i]].ir != NULL &&
		    p->funcs.p[p->order[i]].rule == NULL)
			order[n++] = p->order[i];
	for (i = 0; i < n; i++) {
		(void)flow_summary(fl, order[i], 0);
		settle(fl);
	}
	/* What a round finds about callers can ask for further modes. */
	for (rounds = 0; rounds < MAX_ROUNDS; rounds++) {
		entered_close(fl);
		for (i = 0; i < n; i++)
			(void)flow_natural(fl, order[i]);
		if (!fl->more_entered)
			break;
	}
	if (keepers_mark(fl))
		solve_keepers(fl, order, n);
	free(order);
	return fl;
}

struct flow *
flow_solve(struct program *p)
{
	return solve(p, false);
}

struct flow *
flow_solve_adaptive(struct program *p)
{
	return solve(p, true);
}

void
flow_free(struct flow *fl)
{
	size_t i;

	if (fl == NULL)
		return;
	for (i = 0; i < fl->program->funcs.n; i++) {
		vec_free(&fl->rests[i]);
		vec_free(&fl->entered[i]);
	}
	free(fl->entered);
	free(fl->misreleases);
	free(fl->keeper);
	above_free(fl->above);
	free(fl->rests);
	nodes_free(fl->nodes);
	arena_free(fl->arena);
	free(fl->sums);
	free(fl->consumed);
	free(fl->consumers);
	vec_free(&fl->spared);
	free(fl->doubted);
	free(fl->breaking);
	ways_free(fl->ways);
	free(fl->machine);
	free(fl->before);
	free(fl->todo);
	free(fl);
}

struct flow_counts
flow_counts(const struct flow *fl)
{
	struct flow_counts c = fl->counts;
	size_t i;

	/* As they are at last: many were solved more than once. */
	c.neutral = c.budget = 0;
	for (i = 0; i < fl->program->funcs.n * NMODES; i++)
		if (fl->sums[i] != NULL) {
			c.neutral += fl->sums[i]->neutral;
			c.budget += fl->sums[i]->budget;
		}
	return c;
}
