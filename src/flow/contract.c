/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Contracts: which outcomes break what a function owes its callers.
 *
 * An outcome that breaks the contract is marked and hidden from the callers,
 * so that one defect is reported once, where the paths part:
 *
 *	LEVEL	raised, and other exits are not: this path lost the saved
 *		level, or another restores what it leaves raised
 *	DEAD	raised on every exit, though the level was saved and then lost
 *	HELD	a mutex is kept that other exits with this result release
 *	PENDING	the same, but result or arguments tell the exits apart; a
 *		defect only if no caller ever releases it (check/ decides)
 *	GONE	a mutex of the caller is not taken again, as other exits with
 *		this result do that give it up for a while
 */

#include <string.h>

#include "flow/flow_int.h"

bool
level_is_raised(const struct flow *fl, node_t level)
{
	const struct node *p = node_get(fl->nodes, level), *q;

	switch (p->kind) {
	case NODE_CLAMP:
		/* SAVED: the caller's mutex has been released before. */
		q = node_get(fl->nodes, p->a);
		return p->lo > 0 && (q->kind == NODE_ENTRY ||
		    q->kind == NODE_SAVED);
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

static bool
is_null(const struct outcome *o)
{
	return o->result.lo == 0 && o->result.hi == 0;
}

static bool
results_overlap(const struct solver *sv, const struct outcome *a,
    const struct outcome *b)
{
	/* "return p" and "return NULL" mean different things. */
	if (sv->gives_pointer && is_null(a) != is_null(b))
		return false;
	if (a->result.hi < b->result.lo || b->result.hi < a->result.lo)
		return false;
	if (a->result.nonzero && b->result.lo == 0 && b->result.hi == 0)
		return false;
	if (b->result.nonzero && a->result.lo == 0 && a->result.hi == 0)
		return false;
	return true;
}

/* A parameter, or the variable that it points to. */
static bool
is_argument(const struct nodes *t, node_t place)
{
	const struct node *p = node_get(t, place);

	if (p->kind == NODE_DEREF) {
		p = node_get(t, p->a);
		if (p->kind != NODE_INIT)
			return false;
		p = node_get(t, p->a);
	}
	return p->kind == NODE_LOCAL;
}

static bool
has_lock(const struct outcome *o, node_t lock)
{
	uint32_t i;

	for (i = 0; i < o->nreleased; i++)
		if (o->released[i] == lock)
			return true;
	for (i = 0; i < o->nheld; i++)
		if (o->held[i].lock == lock)
			return true;
	return false;
}

/*
 * Does the condition compare a mutex that one of the two has taken or
 * released with another?  Two objects may share one.
 */
static bool
compares_lock(const struct node *p, const struct outcome *a,
    const struct outcome *b)
{
	return p->kind == NODE_BINARY && p->op == IR_OP_EQ &&
	    (has_lock(a, p->a) || has_lock(a, p->b) || has_lock(b, p->a) ||
	    has_lock(b, p->b));
}

/* Do the arguments, or the mutexes, as such tell the two apart? */
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
		if (!compares_lock(p, a, b) && (p->kind != NODE_INIT ||
		    !is_argument(t, p->a)))
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
	return o->nraises > 0;
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
writes(const struct outcome *o, const struct bind *b)
{
	uint32_t i;

	for (i = 0; i < o->nwrites; i++)
		if (o->writes[i].place == b->place &&
		    o->writes[i].value == b->value)
			return true;
	return false;
}

/*
 * The saved level is where others find it; but another exit with this result
 * has put it there as well, and has restored it.
 */
static bool
forgets(const struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	uint32_t i, k;

	for (i = 0; i < o->nwrites; i++) {
		if (!(node_get(sv->nodes, o->writes[i].value)->flags &
		    NODE_TOKEN))
			continue;
		for (k = 0; k < sum->noutcomes; k++) {
			p = &sum->outcomes[k];
			if (!is_open(sv, p) && writes(p, &o->writes[i]) &&
			    results_overlap(sv, o, p) &&
			    !args_differ(sv->nodes, o, p))
				return true;
		}
	}
	return false;
}

static const struct fact *
cond_of(const struct outcome *o, node_t value)
{
	uint32_t i;

	for (i = 0; i < o->nconds; i++)
		if (o->conds[i].value == value)
			return &o->conds[i];
	return NULL;
}

/* Members of one struct, or two variables. */
static bool
is_beside(const struct nodes *t, node_t a, node_t b)
{
	const struct node *p = node_get(t, a), *q = node_get(t, b);

	if (p->kind != q->kind || a == b)
		return false;
	return p->kind == NODE_GLOBAL || (p->kind == NODE_FIELD &&
	    p->a == q->a);
}

/* Does the exit store a saved level beside the counter? */
static bool
stores_beside(const struct nodes *t, const struct outcome *o, node_t counter)
{
	uint32_t i;

	for (i = 0; i < o->nwrites; i++)
		if ((node_get(t, o->writes[i].value)->flags & NODE_TOKEN) &&
		    is_beside(t, o->writes[i].place, counter))
			return true;
	return false;
}

static bool
counts(const struct outcome *o, node_t counter)
{
	uint32_t i;

	for (i = 0; i < o->nwrites; i++)
		if (o->writes[i].place == counter)
			return true;
	return false;
}

/*
 * "if (count++ == 0) saved = s;": where the counter is not zero, an outer
 * call has raised the level as high already, and the raise changes nothing.
 */
static bool
is_inner(const struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	const struct fact *c, *f;
	const struct node *v;
	uint32_t i, k;

	for (i = 0; i < o->nconds; i++) {
		c = &o->conds[i];
		v = node_get(sv->nodes, c->value);
		if (!c->nonzero || v->kind != NODE_INIT)
			continue;
		for (k = 0; k < sum->noutcomes; k++) {
			p = &sum->outcomes[k];
			f = cond_of(p, c->value);
			if (f != NULL && f->lo == 0 && f->hi == 0 &&
			    counts(o, v->a) && counts(p, v->a) &&
			    p->escapes && p->level == o->level &&
			    stores_beside(sv->nodes, p, v->a))
				return true;
		}
	}
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

bool
outcome_unsure(const struct outcome *o)
{
	uint32_t i;

	for (i = 0; i < o->nheld; i++)
		if (o->held[i].unsure)
			return true;
	return false;
}

/* Joined with others when there were too many. */
static bool
is_unknown(const struct fact *f)
{
	return f->lo == INT64_MIN && f->hi == INT64_MAX && !f->nonzero;
}

/* Is the class that of the lock alone, not of all structs around it? */
static bool
is_single(const struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);

	if (p->kind != NODE_ADDR)
		return p->kind == NODE_INIT;
	p = node_get(t, p->a);
	return p->kind != NODE_FIELD ||
	    node_get(t, p->a)->kind != NODE_FIELD;
}

/*
 * It returns with a mutex of its own that no caller can release: not the
 * exit of a wrapper, but one that has forgotten a release.
 */
static bool
is_forgotten(struct solver *sv, const struct outcome *o)
{
	const struct held *h;
	uint32_t i;

	if (sv->flow->adaptive || sv->budget || o->escapes)
		return false;
	for (i = 0; i < o->nheld; i++) {
		h = &o->held[i];
		if (h->unsure || h->class == NULL || !is_single(sv->nodes,
		    h->lock) || above_gives(sv->flow->above, sv->func,
		    h->class))
			return false;
	}
	return true;
}

static enum defect
held_defect(struct solver *sv, const struct summary *sum, struct outcome *o)
{
	const struct outcome *p;
	enum defect d = DEFECT_NONE;
	uint32_t i, k;
	bool same;

	/* Nobody above should have to live with what is not known. */
	if (sv->flow->adaptive && outcome_unsure(o))
		return DEFECT_HELD;
	for (i = 0; i < o->nheld; i++)
		for (k = 0; k < sum->noutcomes; k++) {
			p = &sum->outcomes[k];
			if (p == o || p->nheld >= o->nheld ||
			    o->held[i].unsure || o->held[i].given ||
			    holds(p, &o->held[i]))
				continue;
			d = DEFECT_PENDING;
			same = results_overlap(sv, o, p) &&
			    !args_differ(sv->nodes, o, p);
			if (same)
				o->same = true;
			if (!sv->released_site[o->held[i].site])
				continue;
			o->kept = true;
			if (same && !(sv->budget && is_unknown(&o->result)))
				return DEFECT_HELD;
		}
	return sv->flow->keeper[sv->func] || is_forgotten(sv, o) ?
	    DEFECT_HELD : d;
}

/* The pointer behind which the lock sits, or 0. */
static node_t
behind(const struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);

	while (p->kind == NODE_ADDR || p->kind == NODE_FIELD ||
	    p->kind == NODE_INDEX)
		p = node_get(t, p->a);
	return p->kind == NODE_DEREF ? p->a : 0;
}

/*
 * Exits that were joined to one outcome can each be told from the release:
 * by an argument, or because there is no mutex behind a NULL.
 */
static bool
told_apart(struct solver *sv, const struct state *keeps,
    const struct state *gives)
{
	const struct fact *f;
	const struct node *p;
	struct fact g;
	uint32_t i, k;

	for (i = 0; i < gives->nfacts; i++) {
		f = &gives->facts[i];
		p = node_get(sv->nodes, f->value);
		for (k = 0; k < gives->nreleased; k++)
			if (behind(sv->nodes, gives->released[k]) ==
			    f->value)
				break;
		if (k == gives->nreleased && (p->kind != NODE_INIT ||
		    !is_argument(sv->nodes, p->a)))
			continue;
		state_fact(sv, keeps, f->value, &g);
		if (f->hi < g.lo || g.hi < f->lo ||
		    (f->nonzero && g.lo == 0 && g.hi == 0) ||
		    (g.nonzero && f->lo == 0 && f->hi == 0))
			return true;
	}
	return false;
}

static bool
all_told_apart(struct solver *sv, const struct outcome *keeps,
    const struct outcome *gives)
{
	const struct state *s, *r;
	size_t i, k;

	for (i = 0; i < sv->exits.n; i++) {
		s = sv->exits.p[i];
		for (k = 0; k < sv->exits.n && s->left == keeps->left &&
		    s->nheld == keeps->nheld; k++) {
			r = sv->exits.p[k];
			if (r->left == gives->left &&
			    r->nheld == gives->nheld &&
			    !told_apart(sv, s, r))
				return false;
		}
	}
	return true;
}

/* Does a global variable tell the two apart? */
static bool
globals_differ(const struct nodes *t, const struct outcome *a,
    const struct outcome *b)
{
	const struct fact *f, *g;
	const struct node *p;
	uint32_t i;

	for (i = 0; i < a->nconds; i++) {
		f = &a->conds[i];
		p = node_get(t, f->value);
		while (p->kind == NODE_BINARY || p->kind == NODE_UNARY)
			p = node_get(t, p->a);
		if (p->kind != NODE_INIT ||
		    node_get(t, p->a)->kind != NODE_GLOBAL)
			continue;
		g = cond_of(b, f->value);
		if (g != NULL && (f->hi < g->lo || g->hi < f->lo ||
		    (f->nonzero && g->lo == 0 && g->hi == 0) ||
		    (g->nonzero && f->lo == 0 && f->hi == 0)))
			return true;
	}
	return false;
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
		    p->nreleased > 0 && results_overlap(sv, o, p) &&
		    !args_differ(sv->nodes, o, p) &&
		    !globals_differ(sv->nodes, o, p) &&
		    !all_told_apart(sv, o, p))
			return true;
	}
	return false;
}

/*
 * Another exit releases a mutex of the caller that this one keeps, and neither
 * result nor arguments tell them apart: whether it is held is not known.
 */
static bool
keeps_perhaps(struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	uint32_t k;

	for (k = 0; k < sum->noutcomes; k++) {
		p = &sum->outcomes[k];
		if (p->left < o->left && results_overlap(sv, o, p) &&
		    !args_differ(sv->nodes, o, p) &&
		    !all_told_apart(sv, o, p))
			return true;
	}
	return false;
}

static bool
is_retaken(const struct solver *sv, node_t lock)
{
	size_t i;

	for (i = 0; i < sv->retaken.n; i++)
		if (sv->retaken.p[i] == lock)
			return true;
	return false;
}

/*
 * It has given up a mutex of the caller for a while, as others do, but does
 * not take it again; nor can the caller tell.
 */
static bool
loses_callers(struct solver *sv, const struct summary *sum,
    const struct outcome *o)
{
	const struct outcome *p;
	uint32_t k, r;

	for (r = 0; r < o->nreleased; r++)
		if (o->released[r] != 0 && is_retaken(sv, o->released[r]))
			break;
	if (r == o->nreleased)
		return false;
	for (k = 0; k < sum->noutcomes; k++) {
		p = &sum->outcomes[k];
		if (p->left > o->left && o->nheld <= p->nheld &&
		    results_overlap(sv, o, p) &&
		    !args_differ(sv->nodes, o, p) &&
		    !all_told_apart(sv, p, o))
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
		    results_overlap(sv, o, p) && !args_differ(sv->nodes, o, p))
			return true;
	}
	return false;
}

/*
 * A switch without default, and a mutex is kept where none of its cases fits,
 * and only there: then the cases are all that there are.
 */
static void
drop_impossible(struct summary *sum)
{
	uint32_t i, n;

	for (i = n = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].defect == DEFECT_HELD &&
		    !sum->outcomes[i].nocase)
			return;
	for (i = n = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].defect != DEFECT_HELD)
			sum->outcomes[n++] = sum->outcomes[i];
	if (n > 0)
		sum->noutcomes = n;
}

/*
 * Where "return NULL" leaves other mutexes held than "return p", p is not
 * NULL: that is how callers tell.
 */
static void
assume_protocol(struct solver *sv, struct summary *sum)
{
	struct outcome *o;
	const struct outcome *p;
	uint32_t i, k;

	for (i = 0; i < sum->noutcomes && sv->gives_pointer; i++) {
		o = &sum->outcomes[i];
		for (k = 0; k < sum->noutcomes && !is_null(o); k++) {
			p = &sum->outcomes[k];
			if (is_null(p) && (p->nheld != o->nheld ||
			    p->left != o->left))
				o->result.nonzero = true;
		}
	}
}

void
contract_classify(struct solver *sv, struct summary *sum)
{
	struct outcome *o, tmp;
	bool clean = false;
	uint32_t i, n;

	assume_protocol(sv, sum);
	for (i = 0; i < sum->noutcomes; i++)
		if (!is_open(sv, &sum->outcomes[i]))
			clean = true;
	for (i = 0; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		if (is_open(sv, o) && !o->escapes && is_inner(sv, sum, o)) {
			o->level = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
			o->nraises = 0;
		}
		if (o->nheld > 0)
			o->defect = held_defect(sv, sum, o);
		if (o->defect == DEFECT_HELD)
			continue;
		/* Of adaptive mutexes nobody reports it. */
		if (!sv->flow->adaptive && keeps_callers(sv, sum, o)) {
			o->defect = DEFECT_HELD;
			o->callers = true;
		} else if (!sv->flow->adaptive && loses_callers(sv, sum, o))
			o->defect = DEFECT_GONE;
		else if (is_open(sv, o) && clean && ends_elsewhere(sv, o))
			o->defect = o->kept ? DEFECT_HELD : DEFECT_LEVEL;
		else if (is_open(sv, o) && !o->escapes && !all_dropped(o))
			o->defect = clean ? DEFECT_LEVEL : DEFECT_DEAD;
		else if (is_open(sv, o) && o->escapes && forgets(sv, sum, o))
			o->defect = DEFECT_LEVEL;
		else if (skips_restore(sv, sum, o))
			o->defect = DEFECT_LEVEL;
		o->perhaps = keeps_perhaps(sv, sum, o);
	}
	drop_impossible(sum);
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
	for (i = n; i < sum->noutcomes; i++)
		sum->own |= sum->outcomes[i].defect == DEFECT_HELD ||
		    sum->outcomes[i].defect == DEFECT_GONE ? FAULT_COUNT :
		    FAULT_LEVEL;
	if (n == 0 && sum->noutcomes > 0) {
		/* Every way is broken; callers see what was meant. */
		struct outcome *all = arena_alloc(sv->arena,
		    (sum->noutcomes + 1) * sizeof(*all));

		memcpy(all + 1, sum->outcomes, sum->noutcomes *
		    sizeof(*all));
		all[0] = sum->outcomes[0];
		all[0].level = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
		all[0].nraises = 0;
		all[0].nheld = 0;
		all[0].npassed = 0;
		all[0].saved = all[0].left > 0 ? node_leaf(sv->nodes,
		    NODE_SAVED, 0, 0) : 0;
		all[0].ret = 0;
		all[0].defect = DEFECT_NONE;
		sum->outcomes = all;
		sum->noutcomes++;
		sum->nseen = 1;
	}
}
