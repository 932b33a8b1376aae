/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Proofs: what a summary says of a function becomes a finding only with a
 * single path that does it (flow/walk.c).  Where there is none, states that
 * were joined have made it up.
 */

#include <string.h>

#include "check/check_int.h"

struct claim {
	struct checker *ck;
	const struct outcome *outcome;
	int entry;			/* level */
	int exit, held;			/* without an outcome */
	bool near;			/* another wrong level will do */
};

static int
entry_of(struct frame fr)
{

	return fr.entry >= 0 ? fr.entry : fr.drawn >= 0 ? fr.drawn : 0;
}

/* The level a that is claimed is b; or, where it is not known, perhaps. */
static bool
same_level(const struct claim *c, node_t a, node_t b)
{
	struct nodes *t = c->ck->flow->nodes;
	int la, ha, lb, hb;

	if (a == 0 || b == 0)
		return true;
	level_bounds(t, level_at(t, a, c->entry, 0), &la, &ha);
	level_bounds(t, level_at(t, b, c->entry, 0), &lb, &hb);
	return la == ha ? lb == la && hb == ha : la <= hb && lb <= ha;
}

/*
 * Both above the level at entry, or both below.  A summary forgets what mutexes
 * inside of others leave behind, so a path can end at another wrong level.
 */
static bool
same_side(const struct claim *c, node_t a, node_t b)
{
	struct nodes *t = c->ck->flow->nodes;
	int la, ha, lb, hb;

	if (a == 0 || b == 0)
		return false;
	level_bounds(t, level_at(t, a, c->entry, 0), &la, &ha);
	level_bounds(t, level_at(t, b, c->entry, 0), &lb, &hb);
	return lb == hb && ((la > c->entry && lb > c->entry) ||
	    (ha < c->entry && lb < c->entry));
}

static bool
same_result(struct solver *sv, const struct state *s, const struct fact *f,
    node_t ret)
{
	struct fact g = *f;
	int truth;

	if (ret == 0)
		return true;
	truth = state_truth(sv, s, ret);
	if ((truth == 1 && f->lo == 0 && f->hi == 0) ||
	    (truth == 0 && f->nonzero))
		return false;
	g.value = ret;
	return state_narrow(sv, state_copy(sv, s), &g);
}

static bool
holds_class(struct solver *sv, const struct state *s,
    const struct prog_lock *class)
{
	uint32_t i;

	for (i = 0; i < s->nheld; i++)
		if (held_class(sv, &s->held[i]) == class)
			return true;
	return class == NULL;
}

static bool
fits_outcome(void *ctx, struct solver *sv, const struct state *s, node_t ret)
{
	const struct claim *c = ctx;
	const struct outcome *o = c->outcome;
	uint32_t i;

	if (state_count(s) != o->left + (int)o->nheld ||
	    !same_result(sv, s, &o->result, ret))
		return false;
	/* Another way gets there than by no case of a switch. */
	if (o->nheld > 0 && s->nocase != 0 && !o->nocase)
		return false;
	for (i = 0; i < o->nheld; i++)
		if (!holds_class(sv, s, o->held[i].class))
			return false;
	/* With mutexes held, what counts is where the last release goes. */
	return (c->near ? same_side : same_level)(c, o->nheld > 0 ? o->saved :
	    o->level, o->nheld > 0 ? s->saved : s->level);
}

static bool
fits_exit(void *ctx, struct solver *sv, const struct state *s, node_t ret)
{
	const struct claim *c = ctx;
	int lo, hi;

	(void)ret;
	level_bounds(sv->nodes, level_at(sv->nodes, s->level, c->entry, 0),
	    &lo, &hi);
	return state_count(s) == c->held && lo == c->exit && hi == c->exit;
}

/*
 * From the entry level of the frame, or, where a test on the way asks which
 * it is, from any: the frame is drawn at the one with which there is a path.
 */
static void
find_from(struct checker *ck, const struct solver *sv,
    const struct walk_goal *goal, const struct trace *last, struct claim *c,
    struct frame *fr, struct proof *p)
{
	int first = entry_of(*fr), level = first, next = 0;
	int max = program_level_max(ck->program);
	bool gave_up = false;

	for (;;) {
		c->entry = level;
		p->walk = walk_new(ck->flow, sv->func, sv->mode, level);
		p->end = walk_find(p->walk, goal, last);
		if (p->end == WALK_FOUND && fr->entry < 0)
			fr->drawn = level;
		gave_up |= p->end == WALK_GAVE_UP;
		next += next == first;
		if (p->end == WALK_FOUND || fr->entry >= 0 || next > max ||
		    !walk_asks_level(p->walk))
			break;
		walk_free(p->walk);
		level = next++;
	}
	if (p->end == WALK_NONE && gave_up)
		p->end = WALK_GAVE_UP;
}

void
prove_outcome(struct checker *ck, const struct solver *sv,
    const struct outcome *o, struct frame *fr, bool brief, struct proof *p)
{
	struct claim c = { .ck = ck, .outcome = o };
	struct walk_goal goal = { .kind = GOAL_RETURN, .site = o->site,
	    .fits = fits_outcome, .ctx = &c, .brief = brief };

	p->site = o->site;
	find_from(ck, sv, &goal, o->trace, &c, fr, p);
	if (p->end == WALK_NONE) {
		/* Exits were merged: perhaps it is another return. */
		goal.site = IR_NONE;
		walk_free(p->walk);
		find_from(ck, sv, &goal, NULL, &c, fr, p);
	}
	if (p->end == WALK_NONE && (o->defect == DEFECT_LEVEL ||
	    o->defect == DEFECT_DEAD)) {
		c.near = true;
		walk_free(p->walk);
		find_from(ck, sv, &goal, NULL, &c, fr, p);
	}
	p->level = p->end == WALK_FOUND && c.near ? walk_level(p->walk) : 0;
	p->trace = p->end == WALK_FOUND ? walk_trace(p->walk) : o->trace;
	if (p->end == WALK_FOUND && p->trace->kind == TRACE_RETURN)
		p->site = p->trace->site;
}

bool
proof_holds(const struct checker *ck, const struct proof *p)
{
	return p->end == WALK_FOUND ||
	    (p->end == WALK_GAVE_UP && !ck->flow->adaptive);
}

void
prove_breach(struct checker *ck, const struct solver *sv,
    const struct breach *b, struct frame *fr, struct proof *p)
{
	struct claim c = { .ck = ck };
	struct walk_goal goal = { .kind = GOAL_BREACH, .site = b->site,
	    .breach = b->kind };

	find_from(ck, sv, &goal, b->trace, &c, fr, p);
	p->trace = p->end == WALK_FOUND ? walk_trace(p->walk) : b->trace;
}

void
prove_unheld(struct checker *ck, const struct solver *sv,
    const struct unheld *u, struct frame *fr, struct proof *p)
{
	struct claim c = { .ck = ck };
	struct walk_goal goal = { .kind = GOAL_UNHELD, .site = u->site,
	    .unheld = u->kind, .brief = ck->flow->adaptive };

	find_from(ck, sv, &goal, u->trace, &c, fr, p);
	p->trace = p->end == WALK_FOUND ? walk_trace(p->walk) : u->trace;
}

/* No path was found, but not all that raise inside of callees were tried. */
static void
not_followed(struct checker *ck, func_id f, int exit)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];

	flow_ledger(ck->flow, f, LEDGER_BUDGET, pf->file, pf->line,
	    "entered with a spin mutex held: too many ways that may lead to "
	    "%s", level_name_of(ck, exit));
}

void
prove_exit(struct checker *ck, func_id f, int held, int entry, int exit,
    const struct trace *like, uint32_t max_blocks, bool last,
    struct proof *p)
{
	struct claim c = { .ck = ck, .entry = entry, .exit = exit,
	    .held = held };
	struct walk_goal goal = { .kind = GOAL_RETURN, .site = IR_NONE,
	    .fits = fits_exit, .ctx = &c, .brief = true, .level = exit,
	    .max_blocks = max_blocks };

	if (like == NULL && nest_source(ck->nest, f, exit) != IR_NONE)
		goal.chain = ck->chain;
	p->walk = walk_new(ck->flow, f, held, entry);
	p->end = walk_find(p->walk, &goal, like);
	if (like == NULL && (p->end == WALK_NONE ||
	    (p->end == WALK_GAVE_UP && last))) {
		/* Another way than those that the chains name? */
		goal.chain = NULL;
		goal.nest = ck->nest;
		p->end = walk_find(p->walk, &goal, NULL);
	}
	if (like == NULL && p->end == WALK_NONE) {
		goal.deep = true;
		goal.max_blocks = 0;
		p->end = walk_find(p->walk, &goal, NULL);
		if (p->end == WALK_GAVE_UP) {
			not_followed(ck, f, exit);
			p->end = WALK_NONE;
		}
	}
	p->trace = p->end == WALK_FOUND ? walk_trace(p->walk) : NULL;
}

bool
prove_consumed(const struct checker *ck, func_id f)
{
	const struct consumers *c = &ck->flow->consumers[f];
	struct walk_goal goal = { .kind = GOAL_RELEASE, .taker = f,
	    .brief = true };
	const struct ir_func *ir;
	const struct ir_insn *in;
	struct walk *w;
	enum walk_end end;
	uint32_t i;
	bool sure;

	for (i = 0; i < c->n && !c->others; i++) {
		goal.site = c->p[i].site;
		w = walk_new(ck->flow, c->p[i].func, c->p[i].mode, 0);
		end = walk_find(w, &goal, NULL);
		sure = end != WALK_GAVE_UP && !walk_asks_level(w);
		walk_free(w);
		if (end == WALK_FOUND)
			return true;
		if (sure)
			continue;
		ir = ck->program->funcs.p[c->p[i].func].ir;
		in = solver_insn(ir, goal.site);
		(void)flow_ledger(ck->flow, c->p[i].func, LEDGER_BUDGET,
		    ir->files[in->loc.file], in->loc.line,
		    "no single path to this release was found within a "
		    "limit; taken as one of what %s keeps", name_str(
		    ck->program->names, ck->program->funcs.p[f].name));
		return true;
	}
	return c->others || c->n == 0;
}

void
proof_ledger(struct checker *ck, func_id f, uint32_t site)
{
	const struct ir_func *ir = ck->program->funcs.p[f].ir;
	const struct ir_insn *in = solver_insn(ir, site);

	flow_ledger(ck->flow, f, LEDGER_BUDGET, ir->files[in->loc.file],
	    in->loc.line, "no single path was found within a limit: what is "
	    "shown is of several");
}

void
proof_free(struct proof *p)
{

	walk_free(p->walk);
	memset(p, 0, sizeof(*p));
}
