/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "interp_int.h"

/* ---- calls ---- */

static struct value body(struct run *, func_id, const struct value *,
    uint32_t);

/* Nobody knows what it does; it may write where its arguments point. */
static void
foreign(struct run *r, struct call *c)
{
	struct value x;
	uint32_t i;

	for (i = 0; i < c->nargs; i++) {
		x = run_now(r, c->args[i]);
		if (x.open == 0 && x.v >= ADDRESS &&
		    x.v < ADDRESS + (int64_t)r->cells.n &&
		    r->cells.p[x.v - ADDRESS].kind == LOCAL &&
		    !r->cells.p[x.v - ADDRESS].value.saved)
			r->cells.p[x.v - ADDRESS].set = false;
	}
}

static func_id
target(struct run *r, const struct ir_insn *in)
{
	const struct prog_site *s;
	struct value x;
	uint32_t i;
	func_id f;

	s = &r->program->funcs.p[r->frame->func].sites[in->site];
	if (!s->indirect)
		return program_callee(r->program, r->frame->func,
		    in->src->name);
	x = run_now(r, run_eval(r, in->src));
	if (x.open != 0) {
		if (s->ntargets == 0)
			return NO_FUNC;
		f = s->targets[run_choose(r, s->ntargets)];
		(void)value_bind(r, x, FUNCTION + f);
		return f;
	}
	if (x.v < FUNCTION || x.v >= FUNCTION +
	    (int64_t)r->program->funcs.n)
		run_stop(r, RUN_STUCK, "calls what is no function");
	f = (func_id)(x.v - FUNCTION);
	for (i = 0; i < s->ntargets; i++)
		if (s->targets[i] == f)
			return f;
	r->marks |= MARK_UNLINKED;
	return f;
}

static void
call(struct run *r, const struct ir_insn *in)
{
	const struct driver *d = r->driver;
	const struct prog_func *pf;
	struct call c = { .insn = in };
	func_id f;
	uint32_t dep = 0;
	bool over;

	for (; c.nargs < in->nargs && c.nargs < 16; c.nargs++)
		c.args[c.nargs] = run_eval(r, in->args[c.nargs]);
	c.ret = value_unknown(r, 0);
	over = d->over != NULL && d->over(d->ctx, r, in);
	f = over ? NO_FUNC : target(r, in);
	pf = f != NO_FUNC ? &r->program->funcs.p[f] : NULL;
	if (pf != NULL && pf->rule != NULL)
		run_primitive(r, &c, pf->rule);
	else if (pf != NULL && pf->flags & PROG_NORETURN)
		run_stop(r, RUN_STUCK, "does not return");
	else if (pf != NULL && pf->ir != NULL)
		c.ret = body(r, f, c.args, c.nargs);
	else
		foreign(r, &c);
	if (pf != NULL && run_never_null(r, &c, pf->name) &&
	    value_is(r, c.ret, 0, &dep))
		run_stop(r, RUN_STUCK, "the result is not NULL");
	if (in->dst != NULL)
		cell_store(r, run_place(r, in->dst), c.ret);
	if (d->after != NULL && !d->after(d->ctx, r, in))
		run_refuse(r, r->nchoices);
}

/* ---- functions ---- */

/* Does some variable keep that level? */
static bool
is_kept(const struct run *r, int level)
{
	cell_t c;

	for (c = 1; c < r->cells.n; c++)
		if (r->cells.p[c].set && r->cells.p[c].value.saved &&
		    r->cells.p[c].value.v == level)
			return true;
	return false;
}

static void
assign(struct run *r, const struct ir_insn *in)
{
	const struct rule_place *mp = in->dst->kind != IR_FIELD ? NULL :
	    rules_place(r->program->rules, in->dst->record, in->dst->name);
	struct value x = run_eval(r, in->src);

	if (mp != NULL) {
		x = value_concrete(r, x, r->level);
		if (mp->kind == RULE_PLACE_LEVEL && in->src->kind == IR_CONST)
			x.v = program_rank(r->program, x.v);
		if (mp->kind == RULE_PLACE_COUNT)
			r->held = -(int)x.v;
		else if (x.v < 0 || x.v > program_level_max(r->program))
			run_stop(r, RUN_STUCK, "stores no level");
		else {
			if (x.v > r->level && !is_kept(r, r->level))
				r->marks |= MARK_UNSAVED;
			machine_set(r, (int)x.v);
		}
		if (r->driver->after != NULL &&
		    !r->driver->after(r->driver->ctx, r, in))
			run_refuse(r, r->nchoices);
		return;
	}
	cell_store(r, run_place(r, in->dst), x);
}

static void
go_to(struct frame *f, uint32_t block)
{
	/* Sites are numbered through the function. */
	f->base = 0;
	for (f->block = 0; f->block < block; f->block++)
		f->base += f->ir->blocks[f->block].ninsns;
	f->insn = 0;
}

static void
jump(struct run *r, const struct ir_insn *in, uint32_t to, uint32_t dep)
{
	const struct driver *d = r->driver;
	struct frame *f = r->frame;

	if (d->branch != NULL && !d->branch(d->ctx, r, in, to, dep))
		run_refuse(r, dep);
	if (to <= f->block && f->turns++ == d->turns && d->turns != 0)
		run_stop(r, RUN_BOUND, "too many turns");
	go_to(f, to);
}

/* Has a switch no default: does a case go on to where that would be? */
static bool
is_implicit(const struct ir_func *ir, const struct ir_insn *in)
{
	const struct ir_block *b;
	uint32_t i, k, t;

	for (i = 0; i < in->nargs; i++) {
		b = &ir->blocks[in->cases[i].target];
		for (k = 0; (t = ir_successor(b, k)) != IR_NONE; k++)
			if (t == in->target[0] && in->cases[i].target != t)
				return true;
	}
	return false;
}

static void
choose_case(struct run *r, const struct ir_insn *in)
{
	struct value x = run_eval(r, in->src);
	uint32_t i, dep = 0;

	for (i = 0; i < in->nargs; i++) {
		const struct ir_case *c = &in->cases[i];
		bool yes;

		if (c->lo == c->hi)
			yes = value_is(r, x, c->lo, &dep);
		else {
			x = value_concrete(r, x, c->lo);
			dep = x.dep;
			yes = x.v >= c->lo && x.v <= c->hi;
		}
		if (yes) {
			jump(r, in, c->target, dep);
			return;
		}
	}
	if (x.open != 0 && is_implicit(r->frame->ir, in))
		r->nocase = x.open;
	jump(r, in, in->target[0], dep);
}

/* One instruction; false: the function returns *ret. */
static bool
step(struct run *r, const struct ir_insn *in, struct value *ret)
{
	struct value x;
	uint32_t i, to, dep = 0;

	switch (in->kind) {
	case IR_ASSIGN:
		assign(r, in);
		return true;
	case IR_CALL:
		call(r, in);
		return true;
	case IR_ASM:
		for (i = 0; i < in->nargs; i++)
			cell_store(r, run_place(r, in->args[i]),
			    value_unknown(r, 0));
		return true;
	case IR_GOTO:
		jump(r, in, in->target[0], 0);
		return true;
	case IR_BRANCH:
		to = r->driver->changed != NULL ? r->driver->changed(
		    r->driver->ctx, r, in) : IR_NONE;
		if (to == IR_NONE) {
			x = run_eval(r, in->src);
			to = in->target[value_truth(r, x, &dep) ? 0 : 1];
		}
		jump(r, in, to, dep);
		return true;
	case IR_SWITCH:
		choose_case(r, in);
		return true;
	case IR_RET:
		*ret = in->src != NULL ? run_eval(r, in->src) : value_known(0);
		return false;
	default:
		run_stop(r, RUN_STUCK, "does not get here");
	}
}

static void
note_called(struct run *r, func_id f)
{
	size_t i;

	for (i = 0; i < r->called.n; i++)
		if (r->called.p[i] == f)
			return;
	vec_push(&r->called, f);
}

static struct value
body(struct run *r, func_id func, const struct value *args, uint32_t nargs)
{
	const struct driver *d = r->driver;
	struct frame f = { .up = r->frame, .func = func, .level = r->level,
	    .held = r->held };
	const struct ir_insn *in;
	struct value ret;
	uint32_t i;
	int level, held;

	f.ir = r->program->funcs.p[func].ir;
	f.id = ++r->nframes;
	f.depth = f.up != NULL ? f.up->depth + 1 : 0;
	if (f.depth > RUN_DEPTH)
		run_stop(r, RUN_BOUND, "too many calls");
	f.locals = cell_add(r, 0, FRAME, f.id, 0);
	r->frame = &f;
	note_called(r, func);
	for (i = 0; i < f.ir->nparams && i < nargs; i++)
		cell_store(r, cell_at(r, f.locals, LOCAL, i, 0), args[i]);
	for (;;) {
		in = &f.ir->blocks[f.block].insns[f.insn];
		f.site = f.base + f.insn;
		if (++r->nsteps > (d->steps != 0 ? d->steps : RUN_STEPS))
			run_stop(r, RUN_BOUND, "too many steps");
		if (d->before != NULL && !d->before(d->ctx, r, in))
			run_refuse(r, r->nchoices);
		level = r->level;
		held = r->held;
		if (in->kind < IR_FIRST_TERM)
			f.insn++;
		if (!step(r, in, &ret))
			break;
		if (d->gap != NULL && (r->level != level || r->held != held))
			d->gap(d->ctx, r);
	}
	if (d->leave != NULL && !d->leave(d->ctx, r, ret))
		run_refuse(r, r->nchoices);
	r->frame = f.up;
	return ret;
}

void
run_call(struct run *r, func_id func)
{
	struct value args[16];
	uint32_t i;

	for (i = 0; i < r->program->funcs.p[func].ir->nparams && i < 16; i++)
		args[i] = value_unknown(r, 0);
	(void)body(r, func, args, i);
}

void
run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
}

void
run_free(struct run *r)
{
	vec_free(&r->holds);
	vec_free(&r->cells);
	vec_free(&r->unknowns);
	vec_free(&r->called);
}

enum run_end
run_function(struct run *r, const struct program *p, const struct driver *d,
    func_id func, int level, int held, int saved)
{
	struct cell root = { .up = 0 };
	struct hold callers = { 0, level, saved, NULL, 0 };
	int i;

	r->holds.n = r->cells.n = r->unknowns.n = r->called.n = 0;
	vec_push(&r->cells, root);
	r->program = p;
	r->driver = d;
	r->level = r->peak = level;
	r->held = held;
	r->saved = saved;
	for (i = 0; i < held; i++)
		vec_push(&r->holds, callers);
	r->frame = NULL;
	r->nframes = r->nchoices = r->nsteps = r->lastdep = r->marks = 0;
	r->since = r->nocase = 0;
	r->wild = 0;
	r->why = "";
	r->unheld = r->again = false;
	r->nargs = p->funcs.p[func].ir->nparams;
	if (r->nargs > 16)
		r->nargs = 16;
	for (i = 0; i < (int)r->nargs; i++)
		r->args[i] = value_unknown(r, 0);
	if (setjmp(r->out) == 0) {
		r->ret = body(r, func, r->args, r->nargs);
		r->end = RUN_RETURN;
	}
	r->ret = run_now(r, r->ret);
	for (i = 0; i < (int)r->nargs; i++)
		r->args[i] = run_now(r, r->args[i]);
	return r->end;
}
