/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Entered with a spin mutex held, a function never makes the last release,
 * so mutexes only raise.  What remains of it is a set of levels: bit k says
 * that it can return at max(entry, k), bit 0 that it can return at entry.
 * A token brings back the set from when it was saved (nest_saved.c); a level
 * from elsewhere brings back entry or, saved after what has raised here,
 * nothing.
 *
 * Sets only grow, so a worklist over the call graph ends.  For each level
 * the instruction that first raised to it is kept: these chains are the
 * witnesses.  Calls with many possible targets are left out; the ledger
 * names them.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/nest_int.h"

static uint32_t
get_source(const struct nest *n, func_id f, int level)
{
	uint64_t i;

	if (!map_get(n->index, (uint64_t)f * LEVELS + (uint64_t)level, &i))
		return IR_NONE;
	return n->sources[i].site;
}

static void
put_source(struct nest *n, func_id f, int level, uint32_t site)
{
	if (get_source(n, f, level) != IR_NONE)
		return;
	if (n->nsources == n->cap)
		n->sources = vec_grow(n->sources, &n->cap,
		    sizeof(*n->sources));
	n->sources[n->nsources] = (struct source){ f, level, site };
	map_put(n->index, (uint64_t)f * LEVELS + (uint64_t)level,
	    n->nsources++);
}

/* ---- the primitives ---- */

const struct rule_func *
nest_rule(const struct program *p, func_id f, const struct ir_insn *in)
{
	const struct prog_site *cs = &p->funcs.p[f].sites[in->site];

	return cs->ntargets == 1 ? p->funcs.p[cs->targets[0]].rule : NULL;
}

static int
value_level(const struct program *p, const struct rule_value *v,
    const struct ir_insn *in)
{
	const struct ir_expr *e;

	switch (v->kind) {
	case RULE_VALUE_CONST:
		return program_rank(p, v->number);
	case RULE_VALUE_LEVEL:
		return program_level(p, v->level);
	case RULE_VALUE_ARG:
		if (v->arg < 0 || v->arg >= in->nargs)
			return -1;
		e = in->args[v->arg];
		return e->kind == IR_CONST ? program_rank(p, e->value) : -1;
	default:
		return -1;
	}
}

/* The one class that an argument can mean, or NULL. */
static const struct prog_lock *
lock_of(const struct program *p, func_id f, const struct ir_expr *e)
{
	const struct prog_lock *const *set;
	key_id key;

	if (e->kind == IR_ADDR) {
		key = program_key_place(p, f, e->a);
		return key != 0 ? program_lock(p, key) : NULL;
	}
	if (!ir_is_place(e))
		return NULL;
	key = program_key_place(p, f, e);
	if (key == 0 || program_key_locks(p, key, &set) != 1)
		return NULL;
	return set[0];
}

static const struct rule_effect *
lock_effect(const struct rule_func *r, bool enter)
{
	size_t i;

	for (i = 0; r != NULL && i < r->neffects; i++)
		if (r->effects[i].what == (enter ? RULE_ENTER : RULE_EXIT))
			return &r->effects[i];
	return NULL;
}

/* The argument that says which lock an enter or exit is about, or NULL. */
static const struct ir_expr *
lock_arg(const struct program *p, func_id f, const struct ir_insn *in,
    bool enter)
{
	const struct rule_effect *e = lock_effect(nest_rule(p, f, in), enter);

	if (e == NULL || e->lock.kind != RULE_LOCK_ARG || e->lock.arg < 0 ||
	    e->lock.arg >= in->nargs)
		return NULL;
	return in->args[e->lock.arg];
}

const struct prog_lock *
nest_lock(const struct program *p, func_id f, const struct ir_insn *in,
    bool enter)
{
	const struct ir_expr *e = lock_arg(p, f, in, enter);

	return e != NULL ? lock_of(p, f, e) : NULL;
}

size_t
nest_locks(const struct program *p, func_id f, const struct ir_insn *in,
    const struct prog_lock **out, size_t max)
{
	const struct ir_expr *e = lock_arg(p, f, in, true);
	size_t n = e != NULL ? program_value_locks(p, f, e, out, max) : 0;

	return n < max ? n : max;
}

static int
enter_level(const struct program *p, func_id f, const struct rule_effect *e,
    const struct ir_insn *in)
{
	const struct prog_lock *l;
	int k = value_level(p, &e->level, in);

	if (e->spin == RULE_ADAPTIVE)
		return -1;
	if (k >= 0)
		return k;
	l = nest_lock(p, f, in, true);
	if (l == NULL || (e->spin == RULE_BY_INIT && l->spin != PROG_SPIN))
		return -1;
	return l->lo;
}

/* ---- one function ---- */

static void
raise_to(struct reach *r, int k, uint32_t site)
{
	uint32_t low;

	if (k <= 0 || k >= LEVELS)
		return;
	low = ((uint32_t)1 << k) - 1;
	if ((r->set & low) == 0)
		return;
	r->set &= ~low;
	if (!(r->set >> k & 1)) {
		r->set |= (uint32_t)1 << k;
		r->source[k] = site;
	}
}

void
reach_either(struct reach *r, const struct reach *o)
{
	uint32_t new = o->set & ~r->set;
	int k;

	r->set |= new;
	for (; new != 0; new &= new - 1) {
		k = __builtin_ctz(new);
		r->source[k] = o->source[k];
	}
}

static void
apply_rule(struct nest *n, func_id f, const struct rule_func *r,
    const struct ir_insn *in, struct reach *at, struct tokens *tokens,
    uint32_t site)
{
	const struct program *p = n->program;
	struct reach old = *at, raised;
	size_t i;
	int k;

	for (i = 0; i < r->neffects; i++)
		switch (r->effects[i].what) {
		case RULE_RAISE:
			k = value_level(p, &r->effects[i].level, in);
			raise_to(at, k, site);
			break;
		case RULE_ENTER:
			raised = *at;
			raise_to(&raised, enter_level(p, f, &r->effects[i],
			    in), site);
			if (r->effects[i].when.test == RULE_ALWAYS)
				*at = raised;
			else
				reach_either(at, &raised);
			break;
		case RULE_SET:
		case RULE_RESTORE:
			nest_restore(n, tokens, nest_restored(r, in), at);
			break;
		default:
			break;
		}
	if (r->result == RULE_RESULT_OLD)
		nest_save(n, f, tokens, in->dst, &old);
}

uint32_t
nest_parameter(const struct program *p, func_id f, const struct ir_expr *e)
{
	return e->kind == IR_LOCAL && e->local < p->funcs.p[f].ir->nparams &&
	    e->local < 32 ? (uint32_t)1 << e->local : 0;
}

/* Mutexes that a callee takes through its parameters. */
static void
apply_enters(struct nest *n, func_id f, const struct ir_insn *in,
    func_id callee, struct reach *at, uint32_t site)
{
	const struct prog_lock *l;
	struct reach after;
	uint32_t i;

	for (i = 0; i < in->nargs && i < 32; i++) {
		if (!(n->enters[callee] >> i & 1))
			continue;
		l = lock_of(n->program, f, in->args[i]);
		if (l == NULL)
			n->enters[f] |= nest_parameter(n->program, f,
			    in->args[i]);
		else if (l->spin == PROG_SPIN) {
			after = *at;
			raise_to(&after, l->lo, site);
			reach_either(at, &after);
		}
	}
}

struct reach
reach_on_top(const struct reach *at, uint32_t set, uint32_t site)
{
	struct reach all = { 0 }, one;
	int k;

	if (set & 1)
		all = *at;
	for (k = 1; k < LEVELS; k++)
		if (set >> k & 1) {
			one = *at;
			raise_to(&one, k, site);
			reach_either(&all, &one);
		}
	return all;
}

/*
 * What a wrapper saves: its result, or through a pointer, which it may do
 * after it has raised.
 */
static void
apply_saves(struct nest *n, func_id f, const struct ir_insn *in,
    const struct reach *at, struct tokens *tokens, uint32_t site)
{
	const struct prog_site *cs = &n->program->funcs.p[f].sites[in->site];
	struct reach saved;
	uint32_t i, set = 0, result = 0;

	for (i = 0; i < cs->ntargets && cs->ntargets <= FEW; i++) {
		set |= n->saves[cs->targets[i]];
		result |= n->returns[cs->targets[i]];
	}
	saved = reach_on_top(at, result != 0 ? result : 1, site);
	nest_save(n, f, tokens, in->dst, &saved);
	saved = reach_on_top(at, set != 0 ? set : 1, site);
	for (i = 0; i < in->nargs; i++) {
		if (in->args[i]->kind == IR_ADDR)
			nest_save(n, f, tokens, in->args[i]->a, &saved);
		else if (set != 0 && nest_parameter(n->program, f,
		    in->args[i])) {
			n->grown |= (saved.set & ~n->saves[f]) != 0;
			n->saves[f] |= saved.set;
		}
	}
}

static void
apply_call(struct nest *n, func_id f, const struct ir_insn *in,
    struct reach *at, struct tokens *tokens, uint32_t site)
{
	const struct program *p = n->program;
	const struct prog_site *cs = &p->funcs.p[f].sites[in->site];
	const struct rule_func *r = nest_rule(p, f, in);
	struct reach before = *at;
	uint32_t i, set = 0;

	if (r != NULL && r->neffects == 0 && r->result == RULE_RESULT_UNKNOWN)
		return;
	if (r != NULL) {
		const struct rule_effect *e = lock_effect(r, true);

		apply_rule(n, f, r, in, at, tokens, site);
		if (e != NULL && e->lock.kind == RULE_LOCK_ARG &&
		    e->lock.arg >= 0 && e->lock.arg < in->nargs &&
		    nest_lock(p, f, in, true) == NULL)
			n->enters[f] |= nest_parameter(p, f,
			    in->args[e->lock.arg]);
		return;
	}
	apply_saves(n, f, in, at, tokens, site);
	if (cs->ntargets == 0 || cs->ntargets > FEW)
		return;
	for (i = 0; i < cs->ntargets; i++)
		set |= p->funcs.p[cs->targets[i]].ir != NULL ?
		    n->set[cs->targets[i]] : 1;
	for (i = 0; i < cs->ntargets; i++)
		apply_enters(n, f, in, cs->targets[i], at, site);
	if ((set & ~(uint32_t)1) != 0)
		*at = reach_on_top(at, set, site);
	for (i = 0; i < cs->ntargets; i++)
		nest_callee(n, f, in, cs->targets[i], &before, tokens, at,
		    site);
}

/* Solve one function anew; true if its set grew. */
static bool
solve_one(struct nest *n, func_id f)
{
	const struct ir_func *ir = n->program->funcs.p[f].ir;
	struct reach *in, exit, r;
	struct tokens *tokens = &n->tokens[f];
	const struct ir_insn *insn;
	uint32_t b, i, t, site, *base, enters = n->enters[f];
	uint8_t *todo;
	bool any;
	int k;

	in = ecalloc(ir->nblocks, sizeof(*in));
	n->grown = false;
	if (!tokens->found)
		tokens_find(n, f, tokens);
	tokens->grown = false;
	todo = ecalloc(ir->nblocks, 1);
	base = ecalloc(ir->nblocks, sizeof(*base));
	memset(&exit, 0, sizeof(exit));
	for (b = site = 0; b < ir->nblocks; b++) {
		base[b] = site;
		site += ir->blocks[b].ninsns;
	}
	in[0].set = 1;
	todo[0] = 1;
	do {
		any = false;
		for (b = 0; b < ir->nblocks; b++) {
			if (!todo[b])
				continue;
			todo[b] = 0;
			any = true;
			r = in[b];
			for (i = 0; i < ir->blocks[b].ninsns; i++) {
				insn = &ir->blocks[b].insns[i];
				if (insn->kind == IR_CALL)
					apply_call(n, f, insn, &r, tokens,
					    base[b] + i);
				else if (insn->kind == IR_ASSIGN)
					nest_copy(n, f, tokens, insn);
				else if (insn->kind == IR_RET)
					nest_returns(n, f, tokens, insn);
			}
			for (t = 0; t < ir->nblocks && tokens->grown; t++)
				todo[t] |= in[t].set != 0;
			tokens->grown = false;
			if (ir->blocks[b].insns[i - 1].kind == IR_RET)
				reach_either(&exit, &r);
			for (i = 0; (t = ir_successor(&ir->blocks[b], i)) !=
			    IR_NONE; i++)
				if (r.set & ~in[t].set) {
					reach_either(&in[t], &r);
					todo[t] = 1;
				}
		}
	} while (any);
	any = (exit.set & ~n->set[f]) != 0 || n->enters[f] != enters ||
	    n->grown;
	for (k = 1; k < LEVELS; k++)
		if (exit.set >> k & 1)
			put_source(n, f, k, exit.source[k]);
	n->set[f] |= exit.set;
	free(in);
	free(todo);
	free(base);
	return any;
}

/* Has the function an effect of its own, or a callee that has one? */
static bool
matters(const struct nest *n, func_id f)
{
	const struct prog_func *pf = &n->program->funcs.p[f];
	const struct prog_func *g;
	uint32_t i, k;
	func_id c;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets &&
		    pf->sites[i].ntargets <= FEW; k++) {
			c = pf->sites[i].targets[k];
			g = &n->program->funcs.p[c];
			if (g->rule != NULL ? g->rule->neffects > 0 :
			    (n->set[c] & ~1u) != 0 || n->enters[c] != 0 ||
			    n->saves[c] != 0 || n->returns[c] != 0 ||
			    n->restores[c] != 0 || n->shareds[c].n > 0)
				return true;
		}
	return false;
}

/* Callees first, and again from the start as long as a caller waits. */
static void
solve_all(struct nest *n, uint8_t *todo)
{
	const struct program *p = n->program;
	const struct prog_func *pf;
	uint32_t i, k, ntodo = (uint32_t)p->funcs.n;

	while (ntodo > 0)
		for (i = ntodo = 0; i < p->funcs.n; i++) {
			pf = &p->funcs.p[p->order[i]];
			if (!todo[p->order[i]])
				continue;
			todo[p->order[i]] = 0;
			if (pf->rule != NULL || pf->ir == NULL ||
			    !matters(n, p->order[i]) ||
			    !solve_one(n, p->order[i]))
				continue;
			for (k = 0; k < pf->ncallers; k++) {
				todo[pf->callers[k]] = 1;
				ntodo++;
			}
		}
}

struct nest *
nest_solve(const struct program *p)
{
	struct nest *n = ecalloc(1, sizeof(*n));
	uint8_t *todo = emalloc(p->funcs.n + 1);
	size_t i;

	n->program = p;
	n->set = ecalloc(p->funcs.n + 1, sizeof(*n->set));
	n->enters = ecalloc(p->funcs.n + 1, sizeof(*n->enters));
	n->saves = ecalloc(p->funcs.n + 1, sizeof(*n->saves));
	n->returns = ecalloc(p->funcs.n + 1, sizeof(*n->returns));
	n->restores = ecalloc(p->funcs.n + 1, sizeof(*n->restores));
	n->tokens = ecalloc(p->funcs.n + 1, sizeof(*n->tokens));
	n->shareds = ecalloc(p->funcs.n + 1, sizeof(*n->shareds));
	n->keys = map_new();
	n->index = map_new();
	for (i = 0; i < p->funcs.n; i++) {
		n->set[i] = 1;
		todo[i] = 1;
	}
	nest_find_keys(n);
	solve_all(n, todo);
	free(todo);
	return n;
}

void
nest_free(struct nest *n)
{
	size_t i;

	if (n == NULL)
		return;
	for (i = 0; i < n->program->funcs.n; i++) {
		vec_free(&n->shareds[i]);
		vec_free(&n->tokens[i]);
	}
	free(n->shareds);
	free(n->tokens);
	free(n->returns);
	free(n->restores);
	map_free(n->keys);
	free(n->set);
	free(n->enters);
	free(n->saves);
	free(n->sources);
	map_free(n->index);
	free(n);
}

int
nest_exit(const struct nest *n, func_id f, int entry)
{
	int k;

	for (k = LEVELS - 1; k > entry; k--)
		if (n->set[f] >> k & 1)
			return k;
	return entry;
}

uint32_t
nest_source(const struct nest *n, func_id f, int level)
{
	return get_source(n, f, level);
}

uint32_t
nest_levels(const struct nest *n, func_id f)
{

	return n->set[f];
}

bool
nest_follows(const struct prog_site *cs)
{

	return cs->ntargets <= FEW;
}

static uint32_t
rule_raises(const struct program *p, func_id f, const struct rule_func *r,
    const struct ir_insn *in, bool *maybe)
{
	const struct rule_effect *e;
	uint32_t set = 0;
	size_t i;
	int k;

	for (i = 0; i < r->neffects; i++) {
		e = &r->effects[i];
		if (e->what == RULE_RAISE)
			k = value_level(p, &e->level, in);
		else if (e->what == RULE_ENTER && e->spin != RULE_ADAPTIVE) {
			k = enter_level(p, f, e, in);
			if (k < 0 && nest_lock(p, f, in, true) != NULL)
				continue;
		} else
			continue;
		if (k > 0 && k < LEVELS)
			set |= (uint32_t)1 << k;
		else if (k < 0)
			*maybe = true;
	}
	return set;
}

static uint32_t
enter_raises(const struct nest *n, func_id f, const struct ir_insn *in,
    func_id callee, bool *maybe)
{
	const struct prog_lock *l;
	uint32_t set = 0, i;

	for (i = 0; i < in->nargs && i < 32; i++) {
		if (!(n->enters[callee] >> i & 1))
			continue;
		l = lock_of(n->program, f, in->args[i]);
		if (l == NULL)
			*maybe = true;
		else if (l->spin == PROG_SPIN && l->lo > 0 && l->lo < LEVELS)
			set |= (uint32_t)1 << l->lo;
	}
	return set;
}

uint32_t
nest_raises(const struct nest *n, func_id f, const struct ir_insn *in,
    bool *maybe)
{
	const struct prog_site *cs = &n->program->funcs.p[f].sites[in->site];
	const struct rule_func *r = nest_rule(n->program, f, in);
	uint32_t set = 0, i;

	*maybe = false;
	if (r != NULL)
		return rule_raises(n->program, f, r, in, maybe);
	for (i = 0; i < cs->ntargets && cs->ntargets <= FEW; i++)
		set |= enter_raises(n, f, in, cs->targets[i], maybe);
	return set;
}

bool
nest_restores(const struct nest *n, func_id f)
{
	const struct ir_func *ir = n->program->funcs.p[f].ir;
	const struct rule_func *r;
	uint32_t b, i;
	size_t k;

	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			if (ir->blocks[b].insns[i].kind != IR_CALL)
				continue;
			r = nest_rule(n->program, f, &ir->blocks[b].insns[i]);
			for (k = 0; r != NULL && k < r->neffects; k++)
				if (r->effects[k].what == RULE_SET ||
				    r->effects[k].what == RULE_RESTORE)
					return true;
		}
	return false;
}
