/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Apply: what a call of a summarised function does to the caller's state.
 *
 * Level, saved level, arguments and memory of the callee's outcomes are
 * replaced by the values that the caller has for them.
 */

#include <string.h>

#include "flow/flow_int.h"

struct apply {
	struct solver *sv;
	const struct state *s;		/* the caller, before the call */
	const node_t *args;
	uint32_t nargs;
	uint32_t site;
	bool unsure;			/* the callee has hit a budget */
};

static node_t subst(struct apply *, node_t);

/* A callee's place as the caller's; 0: the caller cannot name it. */
static node_t
subst_place(struct apply *ap, node_t place)
{
	struct nodes *t = ap->sv->nodes;
	struct node p = *node_get(t, place);
	node_t a, b;

	switch (p.kind) {
	case NODE_GLOBAL:
		return place;
	case NODE_FIELD:
		a = subst_place(ap, p.a);
		return a == 0 ? 0 : node_field(t, a, p.b, (name_t)p.k);
	case NODE_DEREF:
		a = subst(ap, p.a);
		return a == 0 ? 0 : node_deref(t, a);
	case NODE_INDEX:
		a = subst_place(ap, p.a);
		b = subst(ap, p.b);
		return a == 0 || b == 0 ? 0 : node_index(t, a, b);
	default:
		return 0;
	}
}

static node_t
subst(struct apply *ap, node_t n)
{
	struct nodes *t = ap->sv->nodes;
	struct node p = *node_get(t, n);
	node_t a, b;

	switch (p.kind) {
	case NODE_CONST:
	case NODE_STR:
		return n;
	case NODE_ENTRY:
		return ap->s->level;
	case NODE_SAVED:
		return ap->s->saved != 0 ? ap->s->saved : ap->s->level;
	case NODE_INIT:
		if (node_get(t, p.a)->kind == NODE_LOCAL) {
			uint32_t i = (uint32_t)node_get(t, p.a)->k;

			return i < ap->nargs ? ap->args[i] : 0;
		}
		a = subst_place(ap, p.a);
		return a == 0 ? 0 : state_read(ap->sv, ap->s, a);
	case NODE_ADDR:
		a = subst_place(ap, p.a);
		return a == 0 ? 0 : node_addr(t, a);
	case NODE_UNARY:
		a = subst(ap, p.a);
		return a == 0 ? 0 : node_unary(t, p.op, a);
	case NODE_BINARY:
		a = subst(ap, p.a);
		b = subst(ap, p.b);
		return a == 0 || b == 0 ? 0 : node_binary(t, p.op, a, b);
	case NODE_CLAMP:
		a = subst(ap, p.a);
		return a == 0 ? 0 : level_max(t, level_min(t, a,
		    node_const(t, p.hi)), node_const(t, p.lo));
	case NODE_MAX:
	case NODE_MIN:
		a = subst(ap, p.a);
		b = subst(ap, p.b);
		if (a == 0 || b == 0)
			return 0;
		return p.kind == NODE_MAX ? level_max(t, a, b) :
		    level_min(t, a, b);
	case NODE_LOCKLEVEL:
		a = subst(ap, p.a);
		return a == 0 ? 0 : lock_level(ap->sv, a);
	case NODE_LOCKSPIN:
		a = subst(ap, p.a);
		if (a == 0)
			return 0;
		switch (lock_spin(ap->sv, ap->s, a, ap->site)) {
		case PROG_SPIN:
			return node_const(t, 1);
		case PROG_ADAPTIVE:
			return node_const(t, 0);
		default:
			return node_of_lock(t, NODE_LOCKSPIN, a);
		}
	case NODE_LOCKSAVED:
		a = subst(ap, p.a);
		if (a == 0)
			return 0;
		for (b = ap->s->nheld; b-- > 0; )
			if (ap->s->held[b].lock == a)
				return ap->s->held[b].old;
		return node_of_lock(t, NODE_LOCKSAVED, a);
	default:
		return 0;
	}
}

static bool
apply_conds(struct apply *ap, const struct fact *conds, uint32_t nconds,
    struct state *s)
{
	struct fact f;
	uint32_t i;
	node_t v;
	int truth;

	for (i = 0; i < nconds; i++) {
		v = subst(ap, conds[i].value);
		if (v == 0)
			continue;
		f = conds[i];
		f.value = v;
		truth = state_truth(ap->sv, s, v);
		if ((truth == 1 && f.lo == 0 && f.hi == 0) ||
		    (truth == 0 && f.nonzero))
			return false;
		/* Through the form of the value, too: !x, x == k. */
		if (f.nonzero && !state_assume(ap->sv, s, v, true))
			return false;
		if (f.lo == 0 && f.hi == 0 &&
		    !state_assume(ap->sv, s, v, false))
			return false;
		if (!state_narrow(ap->sv, s, &f))
			return false;
	}
	return true;
}

static bool
apply_locks(struct apply *ap, const struct outcome *o, struct state *s,
    const node_t *locks, const node_t *released, func_id callee)
{
	struct solver *sv = ap->sv;
	struct held h, *held;
	uint32_t i;

	for (i = 0; i < o->nreleased; i++)
		if (released[i] != 0 && lock_invalid(sv, s, released[i]))
			return false;
		else if (!lock_remove(sv, s, released[i], ap->site,
		    &h)) {
			if (maybe_take(sv, s, released[i]))
				continue;
			need_add(sv, s, released[i], NULL, 0, ap->site,
			    callee, false);
			return false;
		}
	if (s->nheld + o->nheld > MAX_HELD) {
		sv->budget = true;
		return true;
	}
	if (o->nheld == 0)
		return true;
	sv->enters = true;
	/* Nobody takes a mutex twice. */
	for (i = 0; i < o->nheld; i++)
		if (o->held[i].tried ? lock_has(sv, s, locks[i]) :
		    lock_again(sv, s, locks[i], ap->site))
			return false;
	held = arena_alloc(sv->arena, (s->nheld + o->nheld) *
	    sizeof(*held));
	if (s->nheld > 0)
		memcpy(held, s->held, s->nheld * sizeof(*held));
	for (i = 0; i < o->nheld; i++) {
		struct held *n = &held[s->nheld];

		gone_forget(sv, s, locks[i]);
		taken_add(sv, locks[i], ap->site, callee);
		if (lock_retake(sv, s, locks[i])) {
			s->left++;
			continue;
		}
		s->nheld++;
		*n = o->held[i];
		n->lock = locks[i];
		n->level = subst(ap, o->held[i].level);
		if (n->level == 0)
			n->level = lock_level(sv, n->lock);
		n->old = subst(ap, o->held[i].old);
		n->site = ap->site;
		n->from = callee;
		n->unsure = n->unsure || ap->unsure;
	}
	s->held = held;
	return true;
}

/* true: the caller holds one that is taken on the way, and waits for ever. */
static bool
apply_passed(struct apply *ap, const struct ir_insn *in,
    const struct outcome *o, struct state *s)
{
	uint32_t i;
	node_t lock;

	/* Which of several targets it is, nobody knows. */
	if (o->npassed == 0 || ap->sv->pf->sites[in->site].ntargets > 1)
		return false;
	for (i = 0; i < o->npassed; i++) {
		lock = subst(ap, o->passed[i]);
		if (lock == 0)
			continue;
		if (lock_has(ap->sv, ap->s, lock))
			return lock_again(ap->sv, ap->s, lock, ap->site);
		passed_add(ap->sv, s, lock);
	}
	return false;
}

/*
 * Does a write put a saved level where other functions find it?  One that
 * is handed back, as the result or through a pointer, is in the caller's
 * hands.
 */
static bool
stores_token(const struct nodes *t, node_t place, node_t value)
{
	const struct node *p;

	if (place == 0 || value == 0 ||
	    !(node_get(t, value)->flags & NODE_TOKEN) ||
	    node_root_local(t, place) != IR_NONE)
		return false;
	p = node_get(t, place);
	return p->kind != NODE_DEREF || node_get(t, p->a)->kind != NODE_INIT ||
	    node_get(t, node_get(t, p->a)->a)->kind != NODE_LOCAL;
}

/* The callee's raises that are still to be restored. */
static void
apply_raises(struct apply *ap, const struct outcome *o, struct state *s,
    bool ignored, bool stored)
{
	struct nodes *t = ap->sv->nodes;
	struct raise *r;
	uint32_t i;
	node_t old;
	bool returned = o->ret != 0 &&
	    (node_get(t, o->ret)->flags & NODE_TOKEN) != 0;

	for (i = 0; i < o->nraises; i++) {
		old = subst(ap, o->raises[i].old);
		if (old == 0)
			old = ap->s->level;
		/* It came back down by another way. */
		if (level_leq(t, s->level, old))
			continue;
		r = raise_push(ap->sv, s, old, ap->site);
		if (r == NULL)
			continue;
		r->dropped = o->raises[i].dropped || o->far ||
		    (ignored && returned);
		r->kept = o->raises[i].kept || stored;
		r->restore = o->raises[i].restore;
		r->blame = ap->s->blame.level;
	}
	if (o->nraises == 0 && o->nheld == 0 &&
	    ap->sv->flow->program->port->restore_sets)
		level_rose(ap->sv, s, ap->s->level, ap->site);
}

/* Raises of the caller that the callee's restore ended. */
static void
end_raises(struct solver *sv, struct state *s)
{
	uint32_t i;

	for (i = 0; i < s->nraises; i++)
		if (level_leq(sv->nodes, s->level, s->raises[i].old)) {
			uint32_t keep = i;

			s->blame.level = s->raises[i].blame;
			for (; i < s->nraises && sv->walk == NULL; i++)
				sv->ended_site[s->raises[i].site] = 1;
			s->nraises = keep;
			return;
		}
}

static void
apply_result(struct apply *ap, const struct outcome *o, struct state *s,
    const struct ir_insn *in, node_t ret)
{
	struct solver *sv = ap->sv;
	struct fact f;
	node_t v;

	v = ret != 0 ? ret : node_leaf(sv->nodes, NODE_RET, 0, ap->site);
	if (in->dst != NULL)
		state_write(sv, s, eval_place(sv, s, in->dst, ap->site), v);
	f = o->result;
	f.value = v;
	(void)state_narrow(sv, s, &f);
}

/*
 * A defect of the callee is its own: here nobody knows whether the mutex
 * that it may keep is held.
 */
static void
apply_hidden(struct apply *ap, const struct summary *sum, struct state *s)
{
	const struct outcome *o;
	uint32_t i, k;
	node_t lock;

	for (k = sum->nseen; k < sum->noutcomes; k++) {
		o = &sum->outcomes[k];
		for (i = 0; i < o->nheld; i++) {
			lock = o->held[i].lock != 0 ?
			    subst(ap, o->held[i].lock) : 0;
			if (lock != 0)
				(void)maybe_held(ap->sv, s, lock, NO_FUNC);
		}
	}
}

/*
 * Do other ways through the callee keep what this one releases?  Which it was
 * may show in ways that are not followed.
 */
static bool
others_keep(const struct summary *sum, const struct outcome *o)
{
	uint32_t k;

	for (k = 0; k < sum->nseen; k++)
		if (sum->outcomes[k].left > o->left)
			return true;
	return false;
}

/*
 * Advice must not rest on a test that was not understood: what other ways
 * through the callee release is not surely held.
 */
static void
apply_perhaps(struct apply *ap, const struct summary *sum,
    const struct outcome *o, struct state *s)
{
	const struct outcome *p;
	struct held *held;
	uint32_t i, j, k;
	node_t lock;

	held = arena_dup(ap->sv->arena, s->held, s->nheld * sizeof(*held));
	for (k = 0; k < sum->nseen; k++) {
		p = &sum->outcomes[k];
		for (j = 0; j < p->nreleased && p->left < o->left; j++) {
			lock = p->released[j] != 0 ?
			    subst(ap, p->released[j]) : 0;
			for (i = 0; i < s->nheld; i++)
				if (lock == 0 || held[i].lock == lock ||
				    (p->released_class[j] != NULL &&
				    held_class(ap->sv, &held[i]) ==
				    p->released_class[j]))
					held[i].unsure = true;
		}
	}
	s->held = held;
}

void
summary_apply(struct solver *sv, const struct state *before,
    const struct ir_insn *in, uint32_t site, func_id callee, int mode,
    const struct summary *sum, const node_t *args, uint32_t nargs,
    struct state_list *out)
{
	struct apply ap = { sv, before, args, nargs, site, sum->budget };
	node_t level, saved, peak, ret, place[MAX_WRITES],
	    value[MAX_WRITES], locks[MAX_HELD], released[MAX_HELD];
	const struct outcome *o;
	struct state *s;
	uint32_t i, k;
	bool stored;

	for (k = 0; k < sum->nseen; k++) {
		o = &sum->outcomes[k];
		s = state_copy(sv, before);
		if (!apply_conds(&ap, o->conds, o->nconds, s) ||
		    apply_passed(&ap, in, o, s))
			continue;
		level = subst(&ap, o->level);
		saved = o->saved != 0 && (mode > 0 || state_count(before) ==
		    0) ? subst(&ap, o->saved) : 0;
		peak = subst(&ap, o->peak);
		ret = o->ret != 0 ? subst(&ap, o->ret) : 0;
		for (i = 0; i < o->nheld; i++) {
			locks[i] = o->held[i].lock != 0 ?
			    subst(&ap, o->held[i].lock) : 0;
			if (locks[i] == 0)
				locks[i] = node_leaf(sv->nodes, NODE_FRESH,
				    i, (int64_t)site + ((int64_t)2 << 32));
		}
		for (i = 0; i < o->nreleased && i < MAX_HELD; i++)
			released[i] = o->released[i] != 0 ?
			    subst(&ap, o->released[i]) : 0;
		stored = false;
		for (i = 0; i < o->nwrites; i++) {
			place[i] = subst_place(&ap, o->writes[i].place);
			value[i] = subst(&ap, o->writes[i].value);
			stored |= stores_token(sv->nodes, place[i], value[i]);
			if (place[i] != 0 && value[i] != 0 &&
			    ((o->saves >> i & 1) || (node_get(sv->nodes,
			    o->writes[i].value)->flags & NODE_TOKEN)))
				state_note_save(sv, place[i], value[i]);
		}
		if (!apply_locks(&ap, o, s, locks, released, callee))
			continue;
		if (level != 0)
			s->level = level;
		if (state_count(s) == 0 && state_count(before) > 0)
			s->blame.level = s->saved_blame;
		else if (state_count(s) > 0 && state_count(before) == 0)
			s->saved_blame = s->blame.level;
		if (state_count(s) == 0)
			s->saved = 0;
		else if (saved != 0)
			s->saved = saved;
		level_peak(sv, s, peak != 0 ? peak : s->level);
		end_raises(sv, s);
		apply_raises(&ap, o, s, in->dst == NULL, stored);
		for (i = 0; i < o->nwrites; i++)
			if (place[i] != 0 && value[i] != 0)
				state_write(sv, s, place[i], value[i]);
		apply_result(&ap, o, s, in, ret);
		if (o->slept)
			s->slept = true;
		blame_call(sv, s, sum, callee, mode);
		apply_hidden(&ap, sum, s);
		if (sv->flow->adaptive && others_keep(sum, o)) {
			s->gone = before->gone;
			s->ngone = before->ngone;
		}
		if (sv->flow->adaptive && o->perhaps)
			apply_perhaps(&ap, sum, o, s);
		/* Nor on paths that were left out. */
		for (i = 0; sv->flow->adaptive && sum->budget && i < s->nheld;
		    i++)
			s->held[i].unsure = true;
		if (sv->tracing && (!sum->neutral || sum->nseen > 1)) {
			struct trace *t;

			trace_add(sv, s, TRACE_CALL, site, before->level, 0);
			t = (struct trace *)(uintptr_t)s->trace;
			t->callee = callee;
			t->mode = mode;
			t->outcome = o;
		}
		vec_push(out, s);
	}
}

bool
summary_blocks(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, const struct summary *sum, const node_t *args)
{
	struct apply ap = { sv, s, args, in->nargs, site, false };

	return sum->nseen > 0 && apply_passed(&ap, in, &sum->outcomes[0], s);
}

bool
summary_bars(struct solver *sv, const struct state *s, uint32_t site,
    const struct summary *sum, const node_t *args, uint32_t nargs)
{
	struct apply ap = { sv, s, args, nargs, site, false };
	const struct outcome *o = &sum->outcomes[0];
	uint32_t i;
	node_t lock;

	for (i = 0; s->nheld > 0 && sum->nseen > 0 && i < o->npassed; i++) {
		lock = subst(&ap, o->passed[i]);
		if (lock != 0 && lock_has(sv, s, lock))
			return true;
	}
	return false;
}

/*
 * What a function does to count and locks does not depend on the count at its
 * entry, unless it releases what its caller took; and the level that nested
 * mutexes leave behind is gone with the caller's last release.
 */
const struct summary *
summary_for(struct solver *sv, const struct state *s, uint32_t site,
    func_id callee, const node_t *args, uint32_t nargs, int *mode)
{
	const struct summary *sum = flow_summary(sv->flow, callee, 0);

	*mode = 0;
	if (!summary_wants(sv, s, site, sum, args, nargs))
		return sum;
	*mode = state_count(s) < NMODES ? state_count(s) : NMODES - 1;
	/* What it wants may be held. */
	if (*mode == 0)
		*mode = 1;
	return flow_summary(sv->flow, callee, *mode);
}

/* The count after the call, and the level if it can be told. */
static bool
is_after(struct apply *ap, const struct outcome *o, const struct state *after)
{
	node_t level;
	int lo, hi, lo2, hi2;

	if (state_count(after) - state_count(ap->s) != (int)o->nheld -
	    (int)o->nreleased)
		return false;
	level = subst(ap, o->nheld > 0 && o->saved != 0 && state_count(ap->s)
	    == 0 ? o->saved : o->level);
	if (level == 0)
		return true;
	level_bounds(ap->sv->nodes, level, &lo, &hi);
	level_bounds(ap->sv->nodes, state_count(after) > 0 &&
	    state_count(ap->s) == 0 ? after->saved : after->level, &lo2,
	    &hi2);
	return lo == lo2 && hi == hi2;
}

bool
summary_hides(struct solver *sv, const struct state *before,
    const struct summary *sum, const node_t *args, uint32_t nargs,
    const struct state *after)
{
	struct apply ap = { sv, before, args, nargs, 0, false };
	uint32_t i;

	for (i = 0; i < sum->nseen; i++)
		if (is_after(&ap, &sum->outcomes[i], after))
			return false;
	for (; i < sum->noutcomes; i++)
		if (is_after(&ap, &sum->outcomes[i], after))
			return true;
	return false;
}

bool
summary_wants(struct solver *sv, const struct state *s, uint32_t site,
    const struct summary *sum, const node_t *args, uint32_t nargs)
{
	struct apply ap = { sv, s, args, nargs, site, false };
	const struct need *n;
	uint32_t i;

	if (state_count(s) == 0 && s->nmaybe == 0)
		return false;
	for (i = 0; i < sum->nneeds; i++) {
		n = &sum->needs[i];
		if (n->nconds > 0 && !apply_conds(&ap, n->conds, n->nconds,
		    state_copy(sv, s)))
			continue;
		if (need_met(sv, s, n->lock != 0 ? subst(&ap, n->lock) : 0,
		    n->class))
			return true;
	}
	return false;
}

void
summary_needs(struct solver *sv, const struct state *s, uint32_t site,
    func_id callee, const struct summary *sum, const node_t *args,
    uint32_t nargs)
{
	struct apply ap = { sv, s, args, nargs, site, false };
	const struct need *n;
	uint32_t i;

	for (i = 0; i < sum->nneeds; i++) {
		n = &sum->needs[i];
		if (n->nconds > 0 && !apply_conds(&ap, n->conds, n->nconds,
		    state_copy(sv, s)))
			continue;
		need_add(sv, s, n->lock != 0 ? subst(&ap, n->lock) : 0,
		    n->class, n->path, site, callee, n->unsure);
	}
}
