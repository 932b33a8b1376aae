/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Exits with a mutex held that the contract does not have (IPL003; IPL013 for
 * adaptive ones), and without one of the caller's that it has (IPL004): which
 * of them are defects of this function, and not of its callers or callees.
 */

#include "check/check_int.h"

/*
 * Is there a finding about what the function keeps?  If not, it takes the
 * mutex for its callers, and one that forgets it is to blame.
 */
static bool
is_blamed(const struct checker *ck, func_id f)
{
	enum { UNKNOWN, NO, YES };
	const struct summary *sum = ck->flow->sums[(size_t)f * NMODES];
	uint32_t i;

	if (ck->flow->keeper[f] || sum == NULL || sum->busy)
		return true;
	/* Asked again and again, for all that each mutex came through. */
	if (ck->blamed[f] != UNKNOWN)
		return ck->blamed[f] == YES;
	ck->blamed[f] = NO;
	for (i = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].nheld > 0 && held_reportable(ck, f, sum,
		    &sum->outcomes[i])) {
			ck->blamed[f] = YES;
			break;
		}
	return ck->blamed[f] == YES;
}

static bool
is_own(const struct checker *ck, func_id f, const struct held *h)
{

	/* Through recursion there is nobody else. */
	return !h->unsure && (h->from == NO_FUNC || h->from == f || (
	    ck->program->funcs.p[h->from].scc !=
	    ck->program->funcs.p[f].scc && !is_blamed(ck, h->from)));
}

/* The mutex that the function is to blame for, or else the last; or NULL. */
static const struct held *
kept_here(const struct checker *ck, func_id f, const struct outcome *o)
{
	uint32_t i;

	for (i = o->nheld; i-- > 0; )
		if (is_own(ck, f, &o->held[i]))
			return &o->held[i];
	return o->nheld > 0 ? &o->held[o->nheld - 1] : NULL;
}

void
held_report(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o)
{
	uint32_t i;
	const struct held *kept = kept_here(ck, f, o);
	node_t held = kept != NULL ? kept->lock : 0;
	struct frame fr = { f, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	const char *lock;

	/* A mutex of the caller: the one that other exits release. */
	for (i = 0; i < sum->noutcomes && o->nheld == 0; i++)
		if (sum->outcomes[i].left < o->left &&
		    sum->outcomes[i].nreleased > 0)
			held = sum->outcomes[i].released[0];
	if (kept != NULL && held == 0)
		held = carry_taken(sv, kept->site);
	lock = kept != NULL && kept->class != NULL ? kept->class->text :
	    lock_name_of(ck, sv, held);
	prove_outcome(ck, sv, o, &fr, false, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, f, proof.site);
	/* A function that is simple enough needs no path to be believed. */
	if (!proof_holds(ck, &proof) && !(proof.end == WALK_GAVE_UP &&
	    kept != NULL && kept->from == NO_FUNC && sum->nneeds == 0)) {
		proof_free(&proof);
		return;
	}
	fi = finding_add(ck, ck->flow->adaptive ? 13 : 3, f,
	    handler_of(ck->program, f), proof.site);
	if (kept != NULL && kept->from != NO_FUNC && !o->kept &&
	    is_own(ck, f, kept))
		fi->message = check_fmt(ck, "%s returns with %s held, which "
		    "%s takes for its callers", func_name_of(ck, f), lock,
		    func_name_of(ck, kept->from));
	else
		fi->message = check_fmt(ck, o->kept || o->callers ?
	    "%s releases %s on other paths, but can return with it held" :
	    "%s takes %s, which nobody releases, and returns with it held",
	    func_name_of(ck, f), lock);
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	if (st.n > 0 && st.p[st.n - 1].kind == STEP_RETURN)
		st.p[st.n - 1].note = check_fmt(ck, "%s held, expected not%s",
		    lock, other_returns(ck, sv->ir, o, proof.site));
	finding_ledger(ck, fi, f);
	finding_identify(ck, fi, lock);
	witness_close(ck, fi, "", &st);
	witness_nearest(ck, fi, sv, sum, o, fr);
	proof_free(&proof);
}

/* By the function itself, or for it by one that it calls. */
static bool
taken_here(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct held *h = kept_here(ck, f, o);

	return h != NULL && is_own(ck, f, h);
}

/* A handler that keeps what it took on every path breaks its contract, too. */
static bool
handler_keeps(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct program *p = ck->program;
	size_t i;

	if (o->nheld > 0 && handler_of(p, f) != NULL)
		return true;
	/* A thread that keeps what a callee has taken: that one is to blame. */
	for (i = 0; i < p->handlers.n && taken_here(ck, f, o); i++)
		if (p->handlers.p[i].func == f && p->handlers.p[i].level >= 0)
			return true;
	return false;
}

/* Does a caller hold the mutex that other exits release? */
static bool
somebody_holds(const struct checker *ck, func_id f,
    const struct summary *sum, const struct outcome *o)
{
	const struct outcome *p;
	uint32_t i, k;

	for (i = 0; i < sum->noutcomes; i++) {
		p = &sum->outcomes[i];
		for (k = 0; k < p->nreleased && p->left < o->left; k++) {
			struct need n = { .class = p->released_class[k] };

			if (entered_surely(ck->flow, f, &n))
				return true;
		}
	}
	return false;
}

/* Is the lock a global variable, or what one points to? */
static bool
in_variable(const struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);

	return (p->kind == NODE_INIT || p->kind == NODE_ADDR) &&
	    node_get(t, p->a)->kind == NODE_GLOBAL;
}

/* Does the function release such a mutex of its caller?  It takes it again. */
static bool
gives_up(const struct checker *ck, func_id f, const struct prog_lock *class)
{
	const struct summary *sum = ck->flow->sums[(size_t)f * NMODES];
	uint32_t i;

	for (i = 0; sum != NULL && i < sum->nneeds; i++)
		if (sum->needs[i].class == class && class != NULL)
			return true;
	return false;
}

/*
 * A function in a table that does not release what a callee has taken for it,
 * on any path: the table has another one that does.
 */
static bool
hands_on(const struct checker *ck, func_id f, const struct outcome *o)
{
	return (ck->program->funcs.p[f].flags & PROG_TAKEN) != 0 &&
	    o->held[o->nheld - 1].from != NO_FUNC;
}

/*
 * Advice has to be sure which adaptive mutex it is about.  Those behind
 * pointers are handed around in ways that are not followed: of these, only
 * what a variable points to, in a function that takes and releases it by that
 * name and does nothing to its caller's mutexes.
 */
static bool
is_plain_lock(const struct checker *ck, const struct summary *sum,
    const struct outcome *o)
{
	const struct held *h = &o->held[o->nheld - 1];

	if (o->callers || o->nheld == 0 || outcome_unsure(o))
		return false;
	if (h->class != NULL && !h->class->pointer)
		return true;
	return in_variable(ck->flow->nodes, h->lock) && h->from == NO_FUNC &&
	    o->kept && sum->nneeds == 0;
}

/* Is there an exit that does without the mutex? */
static bool
others_lack(const struct summary *sum, const struct outcome *o,
    const struct held *h)
{
	const struct outcome *p;
	uint32_t k;

	for (p = sum->outcomes; p < sum->outcomes + sum->noutcomes; p++) {
		for (k = 0; k < p->nheld; k++)
			if (p->held[k].lock == h->lock)
				break;
		if (p->nheld < o->nheld && k == p->nheld)
			return true;
	}
	return false;
}

/*
 * By a caller through a pointer, of which not all is seen.  That the function
 * does so the next time does not help whom it does not tell.
 */
static bool
may_be_released(const struct flow *fl, func_id f, const struct summary *sum,
    const struct outcome *o)
{
	const struct held *h;
	bool any = false;

	for (h = o->held; h < o->held + o->nheld; h++)
		if (h->class == NULL || released_above(fl, f, h, !o->same))
			any = true;
		else if (o->same && others_lack(sum, o, h))
			return false;
	return any;
}

/* Can a caller get to the release of what the function takes for it? */
static bool
is_relied_on(const struct checker *ck, func_id f)
{
	enum { UNKNOWN, NO, YES };

	if (ck->relied[f] == UNKNOWN)
		ck->relied[f] = prove_consumed(ck, f) ? YES : NO;
	return ck->relied[f] == YES;
}

bool
held_reportable(const struct checker *ck, func_id f,
    const struct summary *sum, const struct outcome *o)
{
	uint32_t i;

	if (ck->flow->adaptive && (!is_plain_lock(ck, sum, o) || (!o->kept &&
	    (gives_up(ck, f, o->held[o->nheld - 1].class) ||
	    hands_on(ck, f, o)))))
		return false;
	/* Who is not given may release, if no path here does. */
	if (ck->program->partial && (o->nheld > 0 ? !o->kept :
	    called_from_outside(ck->flow, f)))
		return false;
	if (o->defect == DEFECT_HELD && o->callers)
		return somebody_holds(ck, f, sum, o);
	if (o->defect == DEFECT_HELD || handler_keeps(ck, f, o))
		return true;
	if (o->defect != DEFECT_PENDING ||
	    !(o->kept || (o->same && taken_here(ck, f, o))))
		return false;
	if (ck->flow->consumed[f] && (!o->same || !taken_here(ck, f, o) ||
	    is_relied_on(ck, f)))
		return false;
	if ((ck->program->partial ? called_from_outside(ck->flow, f) :
	    (ck->program->funcs.p[f].flags & PROG_TAKEN) != 0) &&
	    may_be_released(ck->flow, f, sum, o))
		return false;
	/* Next to a defect, the exit that differs by its result is meant. */
	for (i = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].defect == DEFECT_HELD)
			return false;
	return true;
}

/* Another exit takes it again, and this one does not. */
bool
gone_reportable(const struct checker *ck, func_id f,
    const struct outcome *o)
{
	uint32_t i;

	for (i = 0; i < o->nreleased && o->defect == DEFECT_GONE; i++) {
		struct need n = { .class = o->released_class[i] };

		if (entered_surely(ck->flow, f, &n))
			return true;
	}
	return false;
}

void
gone_report(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o)
{
	struct frame fr = { f, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	const char *lock = o->released_class[0] != NULL ?
	    o->released_class[0]->text : lock_name_of(ck, sv, o->released[0]);

	prove_outcome(ck, sv, o, &fr, false, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, f, proof.site);
	if (!proof_holds(ck, &proof)) {
		proof_free(&proof);
		return;
	}
	fi = finding_add(ck, 4, f, handler_of(ck->program, f), proof.site);
	fi->message = check_fmt(ck, "%s gives up %s of its caller and takes "
	    "it again on other paths, but can return without it",
	    func_name_of(ck, f), lock);
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	if (st.n > 0 && st.p[st.n - 1].kind == STEP_RETURN)
		st.p[st.n - 1].note = check_fmt(ck, "%s not held, expected "
		    "held%s", lock, other_returns(ck, sv->ir, o, proof.site));
	finding_ledger(ck, fi, f);
	finding_identify(ck, fi, lock);
	witness_close(ck, fi, "", &st);
	witness_nearest(ck, fi, sv, sum, o, fr);
	proof_free(&proof);
}
