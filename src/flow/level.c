/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Levels and tokens: what raising, setting and restoring do to the machine,
 * and which raises wait for their restore.
 *
 * A restore is held against what is known of its token.  It is a breach if
 * the variable was never assigned, or holds a constant that nobody saved; if
 * it was saved inside of a section that another restore has left already;
 * and if it goes below a mutex that is held.  Where restores set the level,
 * one that goes up counts as a raise which nothing has restored yet.
 */

#include <string.h>

#include "flow/flow_int.h"

void
breach(struct solver *sv, const struct state *s, struct breach b)
{

	if (sv->walk != NULL) {
		walk_breach(sv, s, &b);
		return;
	}
	sv->flow->breaking[sv->func] = 1;
	if (!sv->tracing)
		return;
	b.trace = s->trace;
	vec_push(&sv->breaches, b);
}

node_t
level_numbered(struct solver *sv, node_t v)
{
	int flip = program_level_flip(sv->flow->program);

	if (flip == 0 || (node_get(sv->nodes, v)->flags & NODE_TOKEN) != 0)
		return v;
	return node_binary(sv->nodes, IR_OP_SUB, node_const(sv->nodes, flip),
	    v);
}

/* ---- raises that wait ---- */

static void
raises_drop(struct solver *sv, struct state *s, uint32_t keep)
{
	uint32_t i;

	s->blame.level = s->raises[keep].blame;
	for (i = keep; i < s->nraises && sv->walk == NULL; i++)
		sv->ended_site[s->raises[i].site] = 1;
	s->nraises = keep;
}

struct raise *
raise_push(struct solver *sv, struct state *s, node_t old, uint32_t site)
{
	struct raise *r;
	uint32_t i;

	/* The same raise again, in a loop, is no second one. */
	for (i = 0; i < s->nraises; i++)
		if (s->raises[i].site == site && s->raises[i].old == old) {
			s->raises[i].blame |= s->blame.level;
			return NULL;
		}
	if (s->nraises >= MAX_HELD)
		return NULL;
	r = arena_alloc(sv->arena, (s->nraises + 1) * sizeof(*r));
	if (s->nraises > 0)
		memcpy(r, s->raises, s->nraises * sizeof(*r));
	r[s->nraises] = (struct raise){ .old = old, .site = site,
	    .blame = s->blame.level };
	s->raises = r;
	return &r[s->nraises++];
}

/* Remember the tokens of raises that end with one around them. */
static void
skip(struct solver *sv, struct state *s, uint32_t first)
{
	node_t *list;
	uint32_t i;

	if (s->nskipped + s->nraises - first > MAX_HELD)
		return;
	list = arena_alloc(sv->arena, (s->nskipped + s->nraises) *
	    sizeof(*list));
	if (s->nskipped > 0)
		memcpy(list, s->skipped, s->nskipped * sizeof(*list));
	s->skipped = list;
	for (i = first; i < s->nraises; i++)
		list[s->nskipped++] = s->raises[i].old;
}

/* A restore to a value ends every raise from that value or above. */
static void
raises_end(struct solver *sv, struct state *s, node_t to)
{
	uint32_t i;

	for (i = s->nraises; i-- > 0; )
		if (s->raises[i].old == to) {
			if (i + 1 < s->nraises)
				skip(sv, s, i + 1);
			raises_drop(sv, s, i);
			return;
		}
	for (i = 0; i < s->nraises; i++)
		if (level_leq(sv->nodes, to, s->raises[i].old)) {
			raises_drop(sv, s, i);
			return;
		}
}

/* ---- checks of what a restore goes to ---- */

/* A drop below a mutex that this function holds, and the bounds that say so. */
static void
check_drop(struct solver *sv, struct state *s, node_t to, uint32_t site)
{
	const struct node *p;
	int lo, hi, llo, lhi, klo, khi;
	key_id key = 0;
	uint32_t i;

	if (s->nheld == 0)
		return;
	level_bounds(sv->nodes, to, &lo, &hi);
	p = node_get(sv->nodes, to);
	if (p->kind == NODE_INIT &&
	    node_get(sv->nodes, p->a)->kind == NODE_FIELD) {
		const struct node *f = node_get(sv->nodes, p->a);

		key = program_key_field(sv->flow->program, (name_t)f->b,
		    (name_t)f->k);
	}
	if (key != 0) {
		/* A member: at least the levels that were stored there. */
		if (!program_key_levels(sv->flow->program, key, &klo, &khi))
			return;
		lo = klo;
	} else if (p->kind != NODE_CONST && p->kind != NODE_ENTRY &&
	    p->kind != NODE_CLAMP)
		return;
	for (i = 0; i < s->nheld; i++) {
		level_bounds(sv->nodes, s->held[i].level, &llo, &lhi);
		if (node_get(sv->nodes, s->held[i].level)->kind !=
		    NODE_CONST || lo >= llo)
			continue;
		/* Never below what the caller had: entry may be as high. */
		if (level_leq(sv->nodes, s->level, to))
			continue;
		breach(sv, s, (struct breach){ .kind = BREACH_DROP,
		    .site = site, .lock = s->held[i].lock, .level = lo,
		    .expected = llo });
		return;
	}
}

/* Can it be above the level, and never below it? */
static bool
is_above(const struct solver *sv, node_t to, node_t level)
{

	return !level_leq(sv->nodes, to, level) &&
	    level_leq(sv->nodes, level, to);
}

/*
 * What the function assigns to a local variable: results of calls, as one
 * that keeps a token gets, and that constant?
 */
static void
assigned(const struct ir_func *ir, uint32_t local, int64_t k, bool *result,
    bool *constant)
{
	const struct ir_insn *in;
	uint32_t b, i;

	*result = *constant = false;
	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			in = &ir->blocks[b].insns[i];
			if (in->dst == NULL || in->dst->kind != IR_LOCAL ||
			    in->dst->local != local)
				continue;
			*result |= in->kind == IR_CALL;
			*constant |= in->kind == IR_ASSIGN &&
			    in->src->kind == IR_CONST && in->src->value == k;
		}
}

/* The local variable that is restored from, or IR_NONE. */
static uint32_t
token_local(const struct solver *sv, const struct ir_insn *in)
{
	const struct ir_expr *e = in->nargs > 0 ? in->args[0] : NULL;

	if (e == NULL || e->kind != IR_LOCAL ||
	    e->local < sv->ir->nparams || sv->addressed[e->local])
		return IR_NONE;
	return e->local;
}

/*
 * Was it saved inside of a section that has been left, by a restore or by the
 * release of a mutex, while its own restore was still to come?
 */
static bool
is_late(const struct solver *sv, const struct state *s, node_t to)
{
	uint32_t i;

	if (!is_above(sv, to, s->level))
		return false;
	for (i = 0; i < s->nraises; i++)
		if (s->raises[i].old == to)
			return true;
	for (i = 0; i < s->nskipped; i++)
		if (s->skipped[i] == to)
			return true;
	return false;
}

/* A constant that is, or was, the level: it can have been saved. */
static bool
was_level(const struct state *s, node_t k)
{
	uint32_t i;

	if (s->level == k)
		return true;
	for (i = 0; i < s->nraises; i++)
		if (s->raises[i].old == k)
			return true;
	return false;
}

static void
check_token(struct solver *sv, const struct state *s, node_t to,
    const struct ir_insn *in, uint32_t site)
{
	const struct node *p = node_get(sv->nodes, to);
	struct breach b = { .site = site, .token = to };
	uint32_t local = token_local(sv, in);
	int64_t k = -1;
	bool result, constant;

	if (local == IR_NONE)
		return;
	(void)node_is_const(sv->nodes, to, &k);
	assigned(sv->ir, local, k, &result, &constant);
	/* What the variable held at entry: whatever other paths put there. */
	if (p->kind == NODE_INIT &&
	    node_get(sv->nodes, p->a)->kind == NODE_LOCAL &&
	    !(p->flags & NODE_ARGS))
		b.kind = BREACH_UNSET;
	else if (!result)
		return;
	else if (is_late(sv, s, to)) {
		if (sv->flow->program->port->restore_sets)
			return;
		b.kind = BREACH_ORDER;
	} else if (p->kind == NODE_CONST && constant && !was_level(s, to))
		b.kind = BREACH_UNSAVED;
	else
		return;
	breach(sv, s, b);
}

/* ---- effects ---- */

void
level_peak(struct solver *sv, struct state *s, node_t level)
{
	int lo, hi;

	level_bounds(sv->nodes, level, &lo, &hi);
	s->peak = level_max(sv->nodes, s->peak, node_const(sv->nodes, lo));
}

/*
 * Restores that set can raise, too: a raise that waits for its restore.  A
 * number that is written there is meant, one from a variable was saved.
 */
static void
raised_by_restore(struct solver *sv, struct state *s, node_t to,
    uint32_t site, bool written)
{
	struct raise *r;

	if (!is_above(sv, to, s->level))
		return;
	r = raise_push(sv, s, s->level, site);
	if (r == NULL)
		return;
	r->restore = !written ||
	    (node_get(sv->nodes, to)->flags & NODE_TOKEN) != 0;
	r->dropped = !r->restore;
}

/* Is a number among the arguments, which may be the level that is meant? */
static bool
is_written(const struct ir_insn *in)
{
	uint32_t i;

	for (i = 0; i < in->nargs; i++)
		if (in->args[i]->kind == IR_CONST && in->args[i]->value != 0)
			return true;
	return false;
}

void
level_rose(struct solver *sv, struct state *s, node_t before, uint32_t site)
{
	const struct node *to = node_get(sv->nodes, s->level);
	struct raise *r;

	/* A number, too, that came out of a variable. */
	if (to->kind == NODE_CONST ? level_leq(sv->nodes, s->level, before) ||
	    is_written(solver_insn(sv->ir, site)) :
	    !(to->flags & NODE_TOKEN) || !is_above(sv, s->level, before))
		return;
	r = raise_push(sv, s, before, site);
	if (r != NULL)
		r->restore = true;
}

node_t
level_restore(struct solver *sv, struct state *s, node_t token, uint32_t site)
{
	if (!sv->flow->program->port->restore_sets)
		return level_min(sv->nodes, s->level, token);
	raised_by_restore(sv, s, token, site, true);
	return token;
}

static void
move(struct solver *sv, struct state *s, node_t level, uint32_t site)
{
	node_t before = s->level;

	check_drop(sv, s, level, site);
	s->level = level;
	level_peak(sv, s, level);
	if (before != level)
		trace_add(sv, s, TRACE_LEVEL, site, before, 0);
}

/* Does a variable keep the level as it is? */
static bool
is_kept(const struct state *s)
{
	uint32_t i;

	for (i = 0; i < s->nenv; i++)
		if (s->env[i].value == s->level)
			return true;
	return false;
}

/* Does a variable other than that of the instruction keep the value? */
static bool
is_elsewhere(struct solver *sv, const struct state *s, node_t value,
    const struct ir_insn *in)
{
	uint32_t i;

	for (i = 0; i < s->nenv; i++)
		if (s->env[i].value == value && node_root_local(sv->nodes,
		    s->env[i].place) != in->dst->local)
			return true;
	return false;
}

void
level_check_lost(struct solver *sv, const struct state *s,
    const struct ir_insn *in, uint32_t site)
{
	const struct raise *r;

	if (in->dst == NULL || in->dst->kind != IR_LOCAL || s->stored)
		return;
	for (r = s->raises; r < s->raises + s->nraises; r++)
		if (r->site == site && !r->kept && !r->restore &&
		    is_above(sv, s->level, r->old) &&
		    !is_elsewhere(sv, s, r->old, in))
			break;
	if (r < s->raises + s->nraises)
		breach(sv, s, (struct breach){ .kind = BREACH_LOST,
		    .site = site });
}

void
level_set(struct solver *sv, struct state *s, node_t level, uint32_t site)
{
	struct raise *r;

	raises_end(sv, s, level);
	if (node_get(sv->nodes, level)->kind == NODE_CONST &&
	    !level_leq(sv->nodes, level, s->level)) {
		r = raise_push(sv, s, s->level, site);
		if (r != NULL)
			r->dropped = !is_kept(s);
	}
	if (node_get(sv->nodes, level)->kind == NODE_CONST)
		s->blame.level = 0;
	move(sv, s, level, site);
}

void
level_raise(struct solver *sv, struct state *s, node_t level, uint32_t site,
    bool dropped)
{
	node_t before = s->level;
	struct raise *r;

	if (level == 0)
		level = node_leaf(sv->nodes, NODE_FRESH, 0, site);
	s->level = level_max(sv->nodes, s->level, level);
	level_peak(sv, s, s->level);
	r = raise_push(sv, s, before, site);
	if (r != NULL)
		r->dropped = dropped;
	trace_add(sv, s, TRACE_LEVEL, site, before, 0);
}

void
level_restored(struct solver *sv, struct state *s, node_t to,
    const struct ir_insn *in, uint32_t site)
{
	const struct node *p;
	struct buf b = { 0 };

	if (to == 0)
		to = node_leaf(sv->nodes, NODE_FRESH, 0, site);
	check_token(sv, s, to, in, site);
	p = node_get(sv->nodes, to);
	if ((p->flags & NODE_INNER) && !(p->flags & NODE_TOKEN)) {
		/* Not a level that was seen being saved: taken as entry's. */
		if (in->nargs > 0)
			ir_print_c(sv->flow->program->names, sv->ir,
			    in->args[0], &b);
		flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
		    sv->ir->files[in->loc.file], in->loc.line,
		    "%s: where this level was saved is not known",
		    b.n > 0 ? b.p : "argument");
		buf_free(&b);
		to = s->nraises > 0 ? s->raises[0].old :
		    node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
	}
	raises_end(sv, s, to);
	if (sv->flow->program->port->restore_sets)
		raised_by_restore(sv, s, to, site, in->nargs == 0 ||
		    in->args[0]->kind == IR_CONST);
	else
		to = level_min(sv->nodes, s->level, to);
	move(sv, s, to, site);
}
