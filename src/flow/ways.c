/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A function is asked for with the constants of its call: whether malloc()
 * sleeps is said by its flags.  Calls in blocks that are reached are asked for
 * in turn, with the constants that they are given.  The answers are remembered
 * by function and constants.
 *
 * A function that is called in other contexts, too, may be told by a flag, a
 * member or a global variable which one it is in.  There, only calls count
 * that no such test decides; results of calls, and tests in the innermost loop
 * around the call, which wait for something, are not taken for that.  In
 * functions that only handlers call, every call counts.
 *
 * Calls through pointers count where they have one target.  A call that is
 * being looked into already is left out: another round through it
 * gets to nothing else, unless its constants differ.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/constants.h"
#include "flow/nest.h"
#include "flow/ways.h"

#define MAX_NESTED	64	/* calls below a handler */

struct ways {
	const struct program *program;
	struct arena *arena;
	struct map *index;		/* hash of function and arguments */
	VEC(const struct gets_to *) answers;
	uint32_t depth;
	uint8_t *dull;			/* per function: gets to nothing */
	uint8_t *inner;			/* per function: for handlers only */
};

/* One function with its constants. */
struct run {
	struct ways *r;
	struct constants c;
	uint8_t *returns;		/* per block: a return can be reached */
	uint8_t *plain;			/* per local: only results of calls */
	uint8_t *decided;		/* per block: 1 yes, 2 no, 0 unknown */
	struct gets_to *out;
};

/* ---- what decides whether a block is reached ---- */

/* Mark the blocks from which a marked one can be reached. */
static void
mark_back(const struct run *run, uint8_t *mark)
{
	uint32_t b, i, t;
	bool any;

	do {
		any = false;
		for (b = run->c.ir->nblocks; b-- > 0; )
			for (i = 0; !mark[b] && run->c.seen[b] &&
			    (t = constants_next(&run->c, b, i)) != IR_NONE;
			    i++)
				if (mark[t])
					mark[b] = any = true;
	} while (any);
}

/* Mark the blocks of the shortest way from a block back to it. */
static void
mark_loop(const struct run *run, uint32_t block, uint8_t *mark)
{
	uint32_t *queue, *from, b, i, t, head = 0, n = 0;

	mark[block] = 1;
	queue = ecalloc(run->c.ir->nblocks + 1, sizeof(*queue));
	from = ecalloc(run->c.ir->nblocks, sizeof(*from));
	memset(from, 0xff, run->c.ir->nblocks * sizeof(*from));
	queue[n++] = block;
	while (head < n && from[block] == IR_NONE) {
		b = queue[head++];
		for (i = 0; (t = constants_next(&run->c, b, i)) != IR_NONE; i++)
			if (from[t] == IR_NONE) {
				from[t] = b;
				queue[n++] = t;
			}
	}
	if (from[block] != IR_NONE)
		for (b = from[block]; b != block; b = from[b])
			mark[b] = 1;
	free(queue);
	free(from);
}

static bool
is_plain(const struct ir_expr *e, const uint8_t *plain)
{
	switch (e->kind) {
	case IR_CONST:
	case IR_STR:
		return true;
	case IR_LOCAL:
		return plain[e->local];
	case IR_UNARY:
		return is_plain(e->a, plain);
	case IR_BINARY:
		return is_plain(e->a, plain) && is_plain(e->b, plain);
	default:
		return false;
	}
}

/* Does the result say in which context the call is made? */
static bool
tells(const struct run *run, const struct ir_insn *in)
{
	const struct program *p = run->r->program;
	const struct prog_site *cs = &p->funcs.p[run->c.func].sites[in->site];
	const struct prog_func *pf;
	const struct rule_func *rule;
	uint32_t i;

	if (cs->ntargets != 1)
		return false;
	pf = &p->funcs.p[cs->targets[0]];
	if (pf->rule != NULL)
		return (pf->rule->flags & RULE_CONTEXT) != 0;
	/* Or is it a wrapper of such functions? */
	for (i = 0; i < pf->nsites; i++) {
		rule = pf->sites[i].ntargets == 1 ?
		    p->funcs.p[pf->sites[i].targets[0]].rule : NULL;
		if (rule == NULL || !(rule->flags & RULE_CONTEXT))
			return false;
	}
	return pf->nsites > 0;
}

/* Locals that get nothing but results of calls, and constants. */
static void
find_plain(struct run *run)
{
	const struct ir_func *ir = run->c.ir;
	const struct ir_expr **first = ecalloc(ir->nlocals + 1,
	    sizeof(*first));
	const struct ir_insn *in;
	uint32_t b, i, l;
	bool any;

	memset(run->plain, 1, ir->nlocals);
	memset(run->plain, 0, ir->nparams);
	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			in = &ir->blocks[b].insns[i];
			if (in->kind == IR_CALL && in->dst != NULL &&
			    in->dst->kind == IR_LOCAL && tells(run, in))
				run->plain[in->dst->local] = 0;
		}
	do {
		any = false;
		for (b = 0; b < ir->nblocks; b++)
			for (i = 0; i < ir->blocks[b].ninsns; i++) {
				in = &ir->blocks[b].insns[i];
				if (in->kind != IR_ASSIGN ||
				    in->dst->kind != IR_LOCAL ||
				    !run->plain[in->dst->local])
					continue;
				l = in->dst->local;
				if (in->src->kind == IR_CONST &&
				    first[l] == NULL)
					first[l] = in->src;
				/* One of two constants remembers a test. */
				if (in->src->kind == IR_CONST ?
				    first[l]->value == in->src->value :
				    is_plain(in->src, run->plain))
					continue;
				run->plain[l] = 0;
				any = true;
			}
	} while (any);
	free(first);
}

/* Is it told from outside whether the block is reached? */
static bool
is_decided(struct run *run, uint32_t block)
{
	const struct ir_func *ir = run->c.ir;
	const struct ir_insn *in;
	uint8_t *to, *loop;
	uint32_t b, i, t;
	bool decided = false;

	if (run->r->inner[run->c.func])
		return false;
	if (run->decided[block] != 0)
		return run->decided[block] == 1;
	to = ecalloc(ir->nblocks, 1);
	to[block] = 1;
	mark_back(run, to);
	loop = ecalloc(ir->nblocks, 1);
	mark_loop(run, block, loop);
	for (b = 0; b < ir->nblocks && !decided; b++) {
		in = ir_terminator(&ir->blocks[b]);
		if (loop[b] || !to[b] || run->c.only[b] != IR_NONE ||
		    (in->kind != IR_BRANCH && in->kind != IR_SWITCH) ||
		    is_plain(in->src, run->plain))
			continue;
		for (i = 0; (t = ir_successor(&ir->blocks[b], i)) != IR_NONE;
		    i++)
			decided |= !to[t] && run->returns[t];
	}
	free(to);
	free(loop);
	run->decided[block] = decided ? 1 : 2;
	return decided;
}

/* ---- calls ---- */

static const struct gets_to *ask(struct ways *, func_id,
    const struct way_args *);

static const struct way *
add_way(struct run *run, uint32_t site, bool indirect,
    const struct way *next)
{
	struct way *w = arena_alloc(run->r->arena, sizeof(*w));

	*w = (struct way){ run->c.func, site, indirect ||
	    (next != NULL && next->indirect), next };
	return w;
}

/* Ways of direct calls come before others, and the lower mutex first. */
static void
take(struct run *run, const struct gets_to *o, uint32_t site, bool indirect)
{
	struct gets_to *out = run->out;

	if (o->sleep != NULL && (out->sleep == NULL ||
	    (out->sleep->indirect && !indirect && !o->sleep->indirect)))
		out->sleep = add_way(run, site, indirect, o->sleep);
	if (o->firm != NULL && (out->firm == NULL ||
	    (out->firm->indirect && !indirect && !o->firm->indirect)))
		out->firm = add_way(run, site, indirect, o->firm);
	if (o->low != NULL && (out->low == NULL ||
	    o->lock->hi < out->lock->hi)) {
		out->low = add_way(run, site, indirect, o->low);
		out->lock = o->lock;
	}
}

/* Does the effect happen, as far as constants tell? */
static bool
happens(const struct rule_when *w, const struct ir_insn *in,
    const struct known_bits *env)
{
	struct known_bits v, k = known_const(w->number);

	if (w->test == RULE_ALWAYS || w->subject < 0 ||
	    w->subject >= in->nargs)
		return true;
	v = known_eval(in->args[w->subject], env);
	switch (w->test) {
	case RULE_ZERO:
		return known_truth(v) != 1;
	case RULE_NONZERO:
		return known_truth(v) != 0;
	case RULE_EQ:
		return known_truth(known_fold(IR_OP_EQ, v, k)) != 0;
	case RULE_BITS:
		return known_truth(known_fold(IR_OP_AND, v, k)) != 0;
	case RULE_NOBITS:
		return known_truth(known_fold(IR_OP_AND, v, k)) != 1;
	default:
		return true;
	}
}

/* Soft interrupts may wait as one does for an adaptive mutex. */
static bool
sleeps(const struct rule_func *rule)
{

	return (rule->flags & (RULE_SLEEPS | RULE_BRIEF)) == RULE_SLEEPS;
}

static bool
releases(const struct rule_func *rule)
{
	size_t i;

	for (i = 0; i < rule->neffects; i++)
		if (rule->effects[i].what == RULE_EXIT)
			return true;
	return false;
}

static bool
counts(const struct rule_func *rule)
{
	size_t i;

	for (i = 0; i < rule->neffects; i++)
		if (rule->effects[i].what == RULE_ENTER)
			return true;
	return sleeps(rule);
}

static void
primitive(struct run *run, const struct rule_func *rule,
    const struct ir_insn *in, const struct known_bits *env, uint32_t site)
{
	const struct prog_lock *l;
	struct known_bits v = known_none();
	size_t i;

	if (sleeps(rule) && run->out->sleep == NULL)
		run->out->sleep = add_way(run, site, false, NULL);
	if (rule->drops >= 0 && rule->drops < in->nargs)
		v = known_eval(in->args[rule->drops], env);
	if (sleeps(rule) && run->out->firm == NULL && !releases(rule) &&
	    (rule->drops == RULE_NOARG || known_truth(v) == 0))
		run->out->firm = add_way(run, site, false, NULL);
	for (i = 0; i < rule->neffects; i++) {
		if (rule->effects[i].what != RULE_ENTER ||
		    !happens(&rule->effects[i].when, in, env))
			continue;
		l = nest_lock(run->r->program, run->c.func, in, true);
		if (l == NULL || l->spin != PROG_SPIN || l->hi < 0 ||
		    l->lo != l->hi)
			continue;
		if (run->out->low == NULL || l->hi < run->out->lock->hi) {
			run->out->low = add_way(run, site, false, NULL);
			run->out->lock = l;
		}
	}
}

static void
call(struct run *run, const struct ir_insn *in, const struct known_bits *env,
    uint32_t block, uint32_t site)
{
	const struct program *p = run->r->program;
	const struct prog_site *cs = &p->funcs.p[run->c.func].sites[in->site];
	const struct prog_func *pf;
	struct way_args args = { 0 };
	uint32_t i;

	if (cs->ntargets != 1)
		return;
	pf = &p->funcs.p[cs->targets[0]];
	if (pf->rule != NULL) {
		if (counts(pf->rule) && !is_decided(run, block))
			primitive(run, pf->rule, in, env, site);
		return;
	}
	if (pf->ir == NULL || run->r->dull[cs->targets[0]] ||
	    is_decided(run, block))
		return;
	for (i = 0; i < in->nargs && i < WAY_ARGS; i++)
		args.v[i] = known_eval(in->args[i], env);
	take(run, ask(run->r, cs->targets[0], &args), site, cs->indirect);
}

/* ---- functions ---- */

static void
run_block(struct run *run, uint32_t b, uint32_t base, struct known_bits *env)
{
	const struct constants *c = &run->c;
	const struct ir_block *blk = &c->ir->blocks[b];
	uint32_t i;

	memcpy(env, &c->in[(size_t)b * c->ir->nlocals],
	    c->ir->nlocals * sizeof(*env));
	for (i = 0; i < blk->ninsns; i++) {
		if (blk->insns[i].kind == IR_CALL)
			call(run, &blk->insns[i], env, b, base + i);
		constants_step(c, &blk->insns[i], env);
	}
}

static void
run_func(struct run *run, func_id f, const struct way_args *args)
{
	const struct ir_func *ir = run->r->program->funcs.p[f].ir;
	struct known_bits *env = ecalloc(ir->nlocals + 1, sizeof(*env));
	uint32_t b, base;

	constants_init(&run->c, run->r->program, f, args->v, WAY_ARGS);
	run->returns = ecalloc(ir->nblocks, 1);
	run->plain = ecalloc(ir->nlocals + 1, 1);
	run->decided = ecalloc(ir->nblocks, 1);
	for (b = 0; b < ir->nblocks; b++)
		run->returns[b] = run->c.seen[b] &&
		    ir_terminator(&ir->blocks[b])->kind == IR_RET;
	mark_back(run, run->returns);
	find_plain(run);
	for (b = base = 0; b < ir->nblocks; b++) {
		if (run->c.seen[b])
			run_block(run, b, base, env);
		base += ir->blocks[b].ninsns;
	}
	constants_free(&run->c);
	free(env);
	free(run->returns);
	free(run->plain);
	free(run->decided);
}

static const struct gets_to *
ask(struct ways *r, func_id f, const struct way_args *args)
{
	struct run run = { .r = r };
	struct {
		uint64_t func;
		struct way_args args;
	} id;
	uint64_t hash, i;

	memset(&id, 0, sizeof(id));
	id.func = f;
	id.args = *args;
	/* Parameters that do not exist do not tell answers apart. */
	for (i = r->program->funcs.p[f].ir->nparams; i < WAY_ARGS; i++)
		id.args.v[i] = known_none();
	hash = hash64(&id, sizeof(id), 0);
	if (map_get(r->index, hash, &i))
		return r->answers.p[i];
	run.out = arena_alloc(r->arena, sizeof(*run.out));
	map_put(r->index, hash, r->answers.n);
	vec_push(&r->answers, run.out);
	if (r->depth < MAX_NESTED) {
		r->depth++;
		run_func(&run, f, &id.args);
		r->depth--;
	}
	return run.out;
}

/* ---- the whole ---- */

/*
 * Functions from which no call gets to a primitive that counts need not be
 * looked into: the others are found going up from the primitives.
 */
static void
find_dull(struct ways *r)
{
	const struct program *p = r->program;
	VEC(func_id) todo = { 0 };
	uint32_t i;
	func_id f;
	size_t e;

	memset(r->dull, 1, p->funcs.n);
	for (f = 0; f < p->funcs.n; f++)
		if (p->funcs.p[f].rule != NULL && counts(p->funcs.p[f].rule))
			vec_push(&todo, f);
	for (e = 0; e < todo.n; e++) {
		f = todo.p[e];
		for (i = 0; i < p->funcs.p[f].ncallers; i++) {
			func_id c = p->funcs.p[f].callers[i];

			if (r->dull[c] && p->funcs.p[c].rule == NULL) {
				r->dull[c] = 0;
				vec_push(&todo, c);
			}
		}
	}
	vec_free(&todo);
}

/* Handlers, and functions that only such call, and by name. */
static void
find_inner(struct ways *r)
{
	const struct program *p = r->program;
	uint8_t *handler = ecalloc(p->funcs.n + 1, 1);
	VEC(func_id) todo = { 0 };
	const struct prog_func *pf;
	uint32_t i;
	size_t k;
	func_id f, t;

	for (k = 0; k < p->handlers.n; k++)
		if (!p->handlers.p[k].context->thread &&
		    p->handlers.p[k].level > 0)
			handler[p->handlers.p[k].func] = 1;
	for (f = 0; f < p->funcs.n; f++) {
		pf = &p->funcs.p[f];
		r->inner[f] = handler[f] || (pf->ncallers > 0 &&
		    !(pf->flags & PROG_TAKEN));
		if (!r->inner[f])
			vec_push(&todo, f);
	}
	for (k = 0; k < todo.n; k++) {
		pf = &p->funcs.p[todo.p[k]];
		for (i = 0; i < pf->nsites; i++) {
			if (pf->sites[i].indirect ||
			    pf->sites[i].ntargets != 1)
				continue;
			t = pf->sites[i].targets[0];
			if (r->inner[t]) {
				r->inner[t] = 0;
				vec_push(&todo, t);
			}
		}
	}
	vec_free(&todo);
	free(handler);
}

struct ways *
ways_new(const struct program *p)
{
	struct ways *r = ecalloc(1, sizeof(*r));

	r->program = p;
	r->arena = arena_new();
	r->index = map_new();
	r->dull = ecalloc(p->funcs.n + 1, 1);
	r->inner = ecalloc(p->funcs.n + 1, 1);
	find_dull(r);
	find_inner(r);
	return r;
}

void
ways_free(struct ways *r)
{
	if (r == NULL)
		return;
	vec_free(&r->answers);
	map_free(r->index);
	arena_free(r->arena);
	free(r->dull);
	free(r->inner);
	free(r);
}

const struct gets_to *
ways_from(struct ways *r, func_id f, const struct way_args *args)
{
	static const struct way_args none;

	return ask(r, f, args != NULL ? args : &none);
}
