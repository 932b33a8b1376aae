/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Summaries: the exits of a function, as its callers see them.
 *
 * An exit is exported in terms of what the caller knows: the level and the
 * saved level at entry, arguments, and memory reached from arguments and
 * globals.  At a call these are replaced by the caller's values; what cannot
 * be said in such terms is unknown to the caller.
 *
 * Exits that do the same to the machine and return the same class of value
 * (zero, not zero, anything) are one outcome.  An outcome that breaks the
 * contract is marked and hidden from the callers, so that one defect is
 * reported once, where the paths part:
 *
 *	LEVEL	raised, and other exits are not: this path lost the saved
 *		level, or another restores what it leaves raised
 *	DEAD	raised on every exit, though the level was saved and then lost
 *	HELD	a mutex is kept that other exits with this result release
 *	PENDING	the same, but result or arguments tell the exits apart; a
 *		defect only if no caller ever releases it (check/ decides)
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define EXPORT_DEPTH	14

static bool
exportable(const struct nodes *t, node_t n)
{
	const struct node *p = node_get(t, n);

	return !(p->flags & NODE_INNER) && p->depth <= EXPORT_DEPTH;
}

bool
level_is_raised(const struct flow *fl, node_t level)
{
	const struct node *p = node_get(fl->nodes, level), *q;

	switch (p->kind) {
	case NODE_CLAMP:
		return p->lo > 0 &&
		    node_get(fl->nodes, p->a)->kind == NODE_ENTRY;
	case NODE_MAX:
		q = node_get(fl->nodes, p->a);
		if (q->kind == NODE_ENTRY || level_is_raised(fl, p->a))
			return true;
		q = node_get(fl->nodes, p->b);
		return q->kind == NODE_ENTRY || level_is_raised(fl, p->b);
	default:
		return false;
	}
}

/* ---- export ---- */

static bool
same_outcome(const struct outcome *a, const struct outcome *b)
{
	uint32_t i;

	if (a->level != b->level || a->saved != b->saved ||
	    a->left != b->left || a->nheld != b->nheld ||
	    a->nraises != b->nraises || a->nreleased != b->nreleased ||
	    a->escapes != b->escapes || a->tainted != b->tainted ||
	    a->nwrites != b->nwrites)
		return false;
	for (i = 0; i < a->nheld; i++)
		if (a->held[i].lock != b->held[i].lock ||
		    a->held[i].level != b->held[i].level)
			return false;
	for (i = 0; i < a->nraises; i++)
		if (a->raises[i].old != b->raises[i].old ||
		    a->raises[i].dropped != b->raises[i].dropped ||
		    a->raises[i].kept != b->raises[i].kept)
			return false;
	for (i = 0; i < a->nreleased; i++)
		if (a->released[i] != b->released[i])
			return false;
	for (i = 0; i < a->nwrites; i++)
		if (a->writes[i].place != b->writes[i].place ||
		    a->writes[i].value != b->writes[i].value)
			return false;
	return true;
}

static int
result_class(const struct fact *f)
{
	if (f->lo == 0 && f->hi == 0)
		return 0;
	return f->nonzero ? 1 : 2;
}

static bool
token_of(const struct nodes *t, node_t v)
{
	return v != 0 && (node_get(t, v)->flags & NODE_TOKEN) != 0;
}

/* x + k: a counter that goes with a saved level. */
static bool
is_count(const struct nodes *t, node_t v)
{
	const struct node *p = node_get(t, v);

	return p->kind == NODE_CONST || (p->kind == NODE_BINARY &&
	    p->op == IR_OP_ADD && node_get(t, p->b)->kind == NODE_CONST);
}

static void
export_writes(struct solver *sv, struct outcome *o, const struct state *s)
{
	const struct nodes *t = sv->nodes;
	uint32_t i;
	bool token, saves = false;

	for (i = 0; i < s->nenv && !saves; i++)
		saves = token_of(t, s->env[i].value) &&
		    node_root_local(t, s->env[i].place) == IR_NONE;
	o->writes = arena_alloc(sv->flow->arena,
	    MAX_WRITES * sizeof(*o->writes));
	for (i = 0; i < s->nenv && o->nwrites < MAX_WRITES; i++) {
		const struct bind *b = &s->env[i];

		if (node_get(t, b->place)->kind == NODE_LOCAL ||
		    !exportable(t, b->place) || !exportable(t, b->value))
			continue;
		/* A parameter's own members die with it. */
		if (node_root_local(t, b->place) != IR_NONE)
			continue;
		token = token_of(t, b->value);
		if (!token && node_get(t, b->value)->kind != NODE_ADDR &&
		    !(saves && is_count(t, b->value)))
			continue;
		if (token)
			o->escapes = true;
		o->writes[o->nwrites++] = *b;
	}
}

static void
export_conds(struct solver *sv, struct outcome *o, const struct state *s)
{
	uint32_t i;

	o->conds = arena_alloc(sv->flow->arena,
	    (s->nfacts + 1) * sizeof(*o->conds));
	for (i = 0; i < s->nfacts; i++)
		if (exportable(sv->nodes, s->facts[i].value))
			o->conds[o->nconds++] = s->facts[i];
}

/* A level that says nothing outside of the function counts as unchanged. */
static node_t
export_level(struct solver *sv, node_t level, uint32_t site)
{
	const struct ir_insn *in;

	if (level == 0 || exportable(sv->nodes, level))
		return level;
	in = solver_insn(sv->ir, site);
	flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
	    sv->ir->files[in->loc.file], in->loc.line,
	    "the level here is not known; taken as the level at entry");
	return node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
}

static void
export_exit(struct solver *sv, const struct state *s, node_t ret,
    uint32_t site, struct outcome *o)
{
	struct arena *a = sv->flow->arena;
	uint32_t i;

	memset(o, 0, sizeof(*o));
	o->site = site;
	o->trace = s->trace;
	o->level = export_level(sv, s->level, site);
	o->saved = state_count(s) > 0 ? export_level(sv, s->saved, site) : 0;
	o->left = s->left;
	o->peak = exportable(sv->nodes, s->peak) ? s->peak : o->level;
	o->tainted = s->tainted;
	if (ret != 0) {
		state_fact(sv, s, ret, &o->result);
		if (exportable(sv->nodes, ret)) {
			o->ret = ret;
			if (token_of(sv->nodes, ret))
				o->escapes = true;
		}
	} else {
		o->result.lo = INT64_MIN;
		o->result.hi = INT64_MAX;
	}
	o->result.value = 0;
	o->held = arena_alloc(a, (s->nheld + 1) * sizeof(*o->held));
	for (i = 0; i < s->nheld; i++) {
		o->held[i] = s->held[i];
		o->held[i].level = exportable(sv->nodes, s->held[i].level) ?
		    s->held[i].level : node_const(sv->nodes, 0);
		o->held[i].old = export_level(sv, s->held[i].old, site);
		if (!exportable(sv->nodes, o->held[i].lock))
			o->held[i].lock = 0;
	}
	o->nheld = s->nheld;
	o->raises = arena_alloc(a, (s->nraises + 1) * sizeof(*o->raises));
	for (i = 0; i < s->nraises; i++) {
		o->raises[i] = s->raises[i];
		o->raises[i].old = export_level(sv, s->raises[i].old, site);
	}
	o->nraises = s->nraises;
	o->released = arena_alloc(a, (s->nreleased + 1) *
	    sizeof(*o->released));
	for (i = 0; i < s->nreleased; i++)
		o->released[i] = exportable(sv->nodes, s->released[i]) ?
		    s->released[i] : 0;
	o->nreleased = s->nreleased;
	export_writes(sv, o, s);
	export_conds(sv, o, s);
}

/* Keep in a only the conditions that b has, too. */
static void
merge_conds(struct outcome *a, const struct outcome *b)
{
	uint32_t i, j, n;

	for (i = n = 0; i < a->nconds; i++)
		for (j = 0; j < b->nconds; j++) {
			struct fact f = a->conds[i], g = b->conds[j];

			if (f.value != g.value)
				continue;
			f.lo = f.lo < g.lo ? f.lo : g.lo;
			f.hi = f.hi > g.hi ? f.hi : g.hi;
			f.nonzero = f.nonzero && g.nonzero;
			if (f.nonzero || f.lo != INT64_MIN ||
			    f.hi != INT64_MAX)
				a->conds[n++] = f;
			break;
		}
	a->nconds = n;
}

static void
merge(struct solver *sv, struct outcome *a, const struct outcome *b)
{
	if (a->ret != b->ret)
		a->ret = 0;
	a->result.lo = a->result.lo < b->result.lo ? a->result.lo :
	    b->result.lo;
	a->result.hi = a->result.hi > b->result.hi ? a->result.hi :
	    b->result.hi;
	a->result.nonzero = a->result.nonzero && b->result.nonzero;
	a->peak = level_max(sv->nodes, a->peak, b->peak);
	merge_conds(a, b);
}

/* Conditions that tell no two outcomes apart, and those past the limit. */
static void
trim_conds(struct summary *sum)
{
	uint32_t i, j, k, l, n;
	bool differs;

	for (i = 0; i < sum->noutcomes; i++) {
		struct outcome *o = &sum->outcomes[i];

		for (j = n = 0; j < o->nconds && n < MAX_CONDS; j++) {
			differs = false;
			for (k = 0; k < sum->noutcomes && !differs; k++) {
				const struct outcome *p = &sum->outcomes[k];

				for (l = 0; l < p->nconds; l++)
					if (p->conds[l].value ==
					    o->conds[j].value)
						break;
				if (l == p->nconds)
					continue;
				differs = p->conds[l].hi < o->conds[j].lo ||
				    p->conds[l].lo > o->conds[j].hi ||
				    (p->conds[l].nonzero &&
				    o->conds[j].lo == 0 &&
				    o->conds[j].hi == 0) ||
				    (o->conds[j].nonzero &&
				    p->conds[l].lo == 0 &&
				    p->conds[l].hi == 0);
			}
			if (differs)
				o->conds[n++] = o->conds[j];
		}
		o->nconds = n;
	}
}

/* ---- contracts ---- */

static bool
results_overlap(const struct outcome *a, const struct outcome *b)
{
	if (a->result.hi < b->result.lo || b->result.hi < a->result.lo)
		return false;
	if (a->result.nonzero && b->result.lo == 0 && b->result.hi == 0)
		return false;
	if (b->result.nonzero && a->result.lo == 0 && a->result.hi == 0)
		return false;
	return true;
}

/* Do the arguments, as such, tell the two apart? */
static bool
args_differ(const struct nodes *t, const struct outcome *a,
    const struct outcome *b)
{
	const struct node *p;
	uint32_t i, j;

	for (i = 0; i < a->nconds; i++) {
		p = node_get(t, a->conds[i].value);
		if ((p->kind == NODE_BINARY && p->op == IR_OP_AND) ||
		    p->kind == NODE_LOCKSPIN)
			p = node_get(t, p->a);
		if (p->kind != NODE_INIT ||
		    node_get(t, p->a)->kind != NODE_LOCAL)
			continue;
		for (j = 0; j < b->nconds; j++) {
			const struct fact *f = &a->conds[i];
			const struct fact *g = &b->conds[j];

			if (f->value != g->value)
				continue;
			if (f->hi < g->lo || g->hi < f->lo ||
			    (f->nonzero && g->lo == 0 && g->hi == 0) ||
			    (g->nonzero && f->lo == 0 && f->hi == 0))
				return true;
		}
	}
	return false;
}

/*
 * Left raised?  The top of the levels is a constant whatever entry was; with
 * a mutex of the caller held, only spl counts, as in contract 3.
 */
static bool
is_open(const struct solver *sv, const struct outcome *o)
{
	node_t level = o->nheld > 0 && sv->mode == 0 ? o->saved : o->level;
	int64_t k;

	if (node_is_const(sv->nodes, level, &k))
		return k > 0 && o->nraises > 0;
	if (sv->mode > 0 && o->nraises == 0)
		return false;
	return level_is_raised(sv->flow, level);
}

static bool
all_dropped(const struct outcome *o)
{
	uint32_t i;

	for (i = 0; i < o->nraises; i++)
		if (!o->raises[i].dropped)
			return false;
	return true;
}

/* Does another path restore what a callee raised and stored for later? */
static bool
ends_elsewhere(const struct solver *sv, const struct outcome *o)
{
	uint32_t i;

	for (i = 0; i < o->nraises; i++)
		if (o->raises[i].kept && sv->ended_site[o->raises[i].site])
			return true;
	return false;
}

static bool
holds(const struct outcome *o, const struct held *h)
{
	uint32_t i;

	for (i = 0; i < o->nheld; i++)
		if (o->held[i].lock == h->lock)
			return true;
	return false;
}

static enum defect
held_defect(struct solver *sv, const struct summary *sum, struct outcome *o)
{
	const struct outcome *p;
	enum defect d = DEFECT_NONE;
	uint32_t i, k;

	for (i = 0; i < o->nheld; i++)
		for (k = 0; k < sum->noutcomes; k++) {
			p = &sum->outcomes[k];
			if (p == o || p->nheld >= o->nheld ||
			    holds(p, &o->held[i]))
				continue;
			d = DEFECT_PENDING;
			if (!sv->released_site[o->held[i].site])
				continue;
			o->kept = true;
			if (results_overlap(o, p) &&
			    !args_differ(sv->nodes, o, p) && !o->escapes)
				return DEFECT_HELD;
		}
	return d;
}

/*
 * Another exit with this result releases a mutex of the caller.  A function
 * that takes mutexes itself may only seem to: the test that guards the
 * release was not understood.
 */
static bool
keeps_callers(struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	uint32_t k;

	if (sv->enters)
		return false;
	for (k = 0; k < sum->noutcomes; k++) {
		p = &sum->outcomes[k];
		if (p->left < o->left && p->nheld <= o->nheld &&
		    p->nreleased > 0 && results_overlap(o, p) &&
		    !args_differ(sv->nodes, o, p))
			return true;
	}
	return false;
}

/* The level is brought back to what an argument says. */
static bool
restores_argument(const struct nodes *t, const struct outcome *o)
{
	const struct node *p = node_get(t, o->level);
	uint32_t k;

	for (k = 0; k < 2; k++) {
		const struct node *q = p->kind == NODE_MIN ?
		    node_get(t, k == 0 ? p->a : p->b) : p;

		if (q->kind == NODE_INIT &&
		    node_get(t, q->a)->kind == NODE_LOCAL)
			return true;
	}
	return false;
}

/* Another exit with this result restores the caller's level. */
static bool
skips_restore(struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	uint32_t k;

	if (o->level != node_leaf(sv->nodes, NODE_ENTRY, 0, 0))
		return false;
	for (k = 0; k < sum->noutcomes; k++) {
		p = &sum->outcomes[k];
		if (restores_argument(sv->nodes, p) &&
		    results_overlap(o, p) && !args_differ(sv->nodes, o, p))
			return true;
	}
	return false;
}

static void
classify(struct solver *sv, struct summary *sum)
{
	struct outcome *o, tmp;
	bool clean = false;
	uint32_t i, n;

	for (i = 0; i < sum->noutcomes; i++)
		if (!is_open(sv, &sum->outcomes[i]))
			clean = true;
	for (i = 0; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		if (o->nheld > 0)
			o->defect = held_defect(sv, sum, o);
		if (o->defect == DEFECT_HELD)
			continue;
		if (keeps_callers(sv, sum, o))
			o->defect = DEFECT_HELD;
		else if (is_open(sv, o) && clean && ends_elsewhere(sv, o))
			o->defect = o->kept ? DEFECT_HELD : DEFECT_LEVEL;
		else if (is_open(sv, o) && !o->escapes && !all_dropped(o))
			o->defect = clean ? DEFECT_LEVEL : DEFECT_DEAD;
		else if (skips_restore(sv, sum, o))
			o->defect = DEFECT_LEVEL;
	}
	/* Those that callers see come first. */
	for (i = n = 0; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		if (o->defect == DEFECT_NONE || o->defect == DEFECT_PENDING) {
			tmp = *o;
			memmove(&sum->outcomes[n + 1], &sum->outcomes[n],
			    (i - n) * sizeof(tmp));
			sum->outcomes[n++] = tmp;
		}
	}
	sum->nseen = n;
	if (n < sum->noutcomes)
		sum->tainted = true;
	if (n == 0 && sum->noutcomes > 0) {
		/* Every way is broken; callers see what was meant. */
		struct outcome *all = arena_alloc(sv->flow->arena,
		    (sum->noutcomes + 1) * sizeof(*all));

		memcpy(all + 1, sum->outcomes, sum->noutcomes *
		    sizeof(*all));
		all[0] = sum->outcomes[0];
		all[0].level = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
		all[0].nraises = 0;
		all[0].nheld = 0;
		all[0].saved = all[0].left > 0 ? node_leaf(sv->nodes,
		    NODE_SAVED, 0, 0) : 0;
		all[0].ret = 0;
		all[0].defect = DEFECT_NONE;
		sum->outcomes = all;
		sum->noutcomes++;
		sum->nseen = 1;
	}
}

static bool
is_neutral(struct solver *sv, const struct summary *sum)
{
	const struct outcome *o;
	uint32_t i;

	for (i = 0; i < sum->nseen; i++) {
		o = &sum->outcomes[i];
		if (o->level != node_leaf(sv->nodes, NODE_ENTRY, 0, 0) ||
		    o->left != sv->mode || o->nheld > 0 || o->nraises > 0 ||
		    o->nwrites > 0 || (o->saved != 0 && o->saved !=
		    node_leaf(sv->nodes, NODE_SAVED, 0, 0)))
			return false;
	}
	return sum->nseen > 0;
}

void
summary_make(struct solver *sv, struct summary *sum)
{
	struct outcome o;
	uint32_t i, j;

	memset(sum, 0, sizeof(*sum));
	sum->peak = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
	sum->outcomes = arena_alloc(sv->flow->arena,
	    (MAX_OUTCOMES + 1) * sizeof(o));
	for (i = 0; i < sv->exits.n; i++) {
		export_exit(sv, sv->exits.p[i], sv->exit_values.p[i],
		    sv->exit_sites.p[i], &o);
		sum->peak = level_max(sv->nodes, sum->peak, o.peak);
		for (j = 0; j < sum->noutcomes; j++)
			if (same_outcome(&sum->outcomes[j], &o) &&
			    result_class(&sum->outcomes[j].result) ==
			    result_class(&o.result))
				break;
		if (j < sum->noutcomes)
			merge(sv, &sum->outcomes[j], &o);
		else if (sum->noutcomes < MAX_OUTCOMES)
			sum->outcomes[sum->noutcomes++] = o;
		else
			sv->budget = true;
	}
	if (!exportable(sv->nodes, sum->peak))
		sum->peak = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
	trim_conds(sum);
	classify(sv, sum);
	sum->underflow = sv->underflow;
	sum->tainted = sum->tainted || sv->tainted;
	sum->budget = sv->budget;
	sum->neutral = is_neutral(sv, sum);
	if (sum->neutral && sum->nseen > 1) {
		for (i = 1; i < sum->nseen; i++)
			merge(sv, &sum->outcomes[0], &sum->outcomes[i]);
		sum->outcomes[0].nconds = 0;
	}
}

bool
summary_equal(const struct summary *a, const struct summary *b)
{
	uint32_t i, j;

	if (a->nseen != b->nseen || a->neutral != b->neutral ||
	    a->underflow != b->underflow || a->tainted != b->tainted ||
	    a->peak != b->peak)
		return false;
	for (i = 0; i < a->nseen; i++) {
		const struct outcome *o = &a->outcomes[i];
		const struct outcome *p = &b->outcomes[i];

		if (!same_outcome(o, p) || o->ret != p->ret ||
		    o->result.lo != p->result.lo ||
		    o->result.hi != p->result.hi ||
		    o->result.nonzero != p->result.nonzero ||
		    o->nconds != p->nconds || o->peak != p->peak)
			return false;
		for (j = 0; j < o->nconds; j++)
			if (o->conds[j].value != p->conds[j].value ||
			    o->conds[j].lo != p->conds[j].lo ||
			    o->conds[j].hi != p->conds[j].hi ||
			    o->conds[j].nonzero != p->conds[j].nonzero)
				return false;
	}
	return true;
}

/* ---- apply ---- */

struct apply {
	struct solver *sv;
	const struct state *s;		/* the caller, before the call */
	const node_t *args;
	uint32_t nargs;
	uint32_t site;
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
apply_conds(struct apply *ap, const struct outcome *o, struct state *s)
{
	struct fact f;
	uint32_t i;
	node_t v;
	int truth;

	for (i = 0; i < o->nconds; i++) {
		v = subst(ap, o->conds[i].value);
		if (v == 0)
			continue;
		f = o->conds[i];
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
		if (!lock_remove(sv, s, released[i], &h))
			return false;
	if (s->nheld + o->nheld > MAX_HELD) {
		sv->budget = true;
		return true;
	}
	if (o->nheld == 0)
		return true;
	held = arena_alloc(sv->arena, (s->nheld + o->nheld) *
	    sizeof(*held));
	if (s->nheld > 0)
		memcpy(held, s->held, s->nheld * sizeof(*held));
	for (i = 0; i < o->nheld; i++) {
		struct held *n = &held[s->nheld + i];

		*n = o->held[i];
		n->lock = locks[i];
		n->level = subst(ap, o->held[i].level);
		if (n->level == 0)
			n->level = lock_level(sv, n->lock);
		n->old = subst(ap, o->held[i].old);
		n->site = ap->site;
		n->from = callee;
	}
	s->held = held;
	s->nheld += o->nheld;
	return true;
}

static void
apply_raises(struct apply *ap, const struct outcome *o, struct state *s,
    bool ignored)
{
	struct raise *r;
	uint32_t i;
	node_t old;

	if (o->nraises == 0 || s->nraises + o->nraises > MAX_HELD)
		return;
	r = arena_alloc(ap->sv->arena, (s->nraises + o->nraises) *
	    sizeof(*r));
	if (s->nraises > 0)
		memcpy(r, s->raises, s->nraises * sizeof(*r));
	for (i = 0; i < o->nraises; i++) {
		old = subst(ap, o->raises[i].old);
		r[s->nraises].old = old != 0 ? old : ap->s->level;
		r[s->nraises].site = ap->site;
		r[s->nraises].dropped = o->raises[i].dropped || ignored;
		r[s->nraises].kept = o->raises[i].kept || o->escapes;
		s->nraises++;
	}
	s->raises = r;
}

/* Raises of the caller that the callee's restore ended. */
static void
end_raises(struct solver *sv, struct state *s)
{
	uint32_t i;

	for (i = 0; i < s->nraises; i++)
		if (level_leq(sv->nodes, s->level, s->raises[i].old)) {
			uint32_t keep = i;

			for (; i < s->nraises; i++)
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
		state_write(sv, s, exec_place(sv, s, in->dst, ap->site), v);
	f = o->result;
	f.value = v;
	(void)state_narrow(sv, s, &f);
}

void
summary_apply(struct solver *sv, const struct state *before,
    const struct ir_insn *in, uint32_t site, func_id callee, int mode,
    const struct summary *sum, const node_t *args, uint32_t nargs,
    struct state_list *out)
{
	struct apply ap = { sv, before, args, nargs, site };
	node_t level, saved, peak, ret, place[MAX_WRITES],
	    value[MAX_WRITES], locks[MAX_HELD], released[MAX_HELD];
	const struct outcome *o;
	struct state *s;
	uint32_t i, k;

	for (k = 0; k < sum->nseen; k++) {
		o = &sum->outcomes[k];
		s = state_copy(sv, before);
		if (!apply_conds(&ap, o, s))
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
		for (i = 0; i < o->nwrites; i++) {
			place[i] = subst_place(&ap, o->writes[i].place);
			value[i] = subst(&ap, o->writes[i].value);
		}
		if (!apply_locks(&ap, o, s, locks, released, callee)) {
			sv->underflow = true;
			continue;
		}
		if (level != 0)
			s->level = level;
		if (state_count(s) == 0)
			s->saved = 0;
		else if (saved != 0)
			s->saved = saved;
		s->peak = level_max(sv->nodes, s->peak, peak != 0 ? peak :
		    s->level);
		end_raises(sv, s);
		apply_raises(&ap, o, s, in->dst == NULL);
		for (i = 0; i < o->nwrites; i++)
			if (place[i] != 0 && value[i] != 0)
				state_write(sv, s, place[i], value[i]);
		apply_result(&ap, o, s, in, ret);
		if (o->tainted)
			s->tainted = true;
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
