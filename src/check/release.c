/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * IPL011: releases of a mutex that is not held.
 *
 * Of a function that releases what it has not taken, the caller is taken to
 * hold it.  That is refuted in three ways: the mutex was released before on
 * the same path; it is adaptive and released as a spin mutex; or all callers
 * are known and none of them, nor of theirs, ever holds one of that class
 * (flow/need.c).  Where states only know that one of the class was taken on
 * the way, a single path has to show that it is the one, released already.
 * Where a callee is meant for callers that hold the mutex, the call is wrong,
 * not the callee.
 */

#include <string.h>

#include "check/check_int.h"

static bool
is_wrong(const struct checker *ck, const struct unheld *u)
{
	struct need n = { .class = u->class };

	if (u->kind != UNHELD_NOBODY)
		return true;
	/* Of what is behind pointers, only what the function says itself. */
	if (u->unsure || u->class == NULL ||
	    (u->class->pointer && u->callee != NO_FUNC) ||
	    entered_with(ck->flow, u->func, &n))
		return false;
	return u->callee == NO_FUNC || entered_with(ck->flow, u->callee, &n);
}

static const char *
message(struct checker *ck, const struct solver *sv, const struct unheld *u,
    const char *lock)
{
	const char *f = func_name_of(ck, u->func);
	const struct ir_insn *in = solver_insn(sv->ir, u->site);

	if (u->kind == UNHELD_TWICE)
		return check_fmt(ck, "%s releases %s, which it has released "
		    "already", f, lock);
	if (u->kind == UNHELD_ADAPTIVE)
		return check_fmt(ck, "%s releases %s with %s(), but it is an "
		    "adaptive mutex", f, lock, in->src->kind == IR_GLOBAL ?
		    name_str(ck->program->names, in->src->name) :
		    "a release of spin mutexes");
	if (u->callee != NO_FUNC)
		return check_fmt(ck, "%s calls %s, which releases %s, but "
		    "does not hold it, nor does any caller", f,
		    func_name_of(ck, u->callee), lock);
	return check_fmt(ck, "%s releases %s, but has not taken it, and no "
	    "caller holds it", f, lock);
}

static void
report(struct checker *ck, const struct solver *sv, const struct unheld *u)
{
	struct frame fr = { u->func, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	const char *lock;
	bool sure = u->kind == UNHELD_TWICE && u->again;

	prove_unheld(ck, sv, u, &fr, &proof);
	if (proof.end == WALK_GAVE_UP && !sure)
		proof_ledger(ck, u->func, u->site);
	if (sure ? proof.end != WALK_FOUND : !proof_holds(ck, &proof)) {
		proof_free(&proof);
		return;
	}
	lock = u->class != NULL ? u->class->text :
	    lock_name_of(ck, sv, u->lock);
	fi = finding_add(ck, 11, u->func, NULL, u->site);
	fi->message = message(ck, sv, u, lock);
	witness_path(ck, sv, &proof, fr, &st);
	if (u->kind != UNHELD_TWICE)
		witness_trim(&st);
	witness_insn(ck, sv->pf, u->func, u->site, STEP_LOCK, 0, &st)->note =
	    check_fmt(ck, u->kind == UNHELD_ADAPTIVE ?
	    "%s is adaptive" : "%s is not held here", lock);
	finding_ledger(ck, fi, u->func);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock,
	    st.p[st.n - 1].text));
	witness_close(ck, fi, "", &st);
	proof_free(&proof);
}

bool
releases_suspect(const struct checker *ck, func_id f,
    const struct summary *sum)
{
	uint32_t i;

	if (ck->flow->misreleases[f])
		return true;
	for (i = 0; i < sum->nneeds; i++) {
		struct unheld u = { UNHELD_NOBODY, f, sum->needs[i].callee, 0,
		    sum->needs[i].lock, sum->needs[i].class,
		    sum->needs[i].unsure, sum->needs[i].again, NULL };

		if (is_wrong(ck, &u))
			return true;
	}
	return false;
}

/* Is there one for that instruction in front of it? */
static bool
is_first(const struct solver *sv, const struct unheld *u)
{
	const struct unheld *v;

	for (v = sv->unheld.p; v < u; v++)
		if (v->site == u->site && v->func == u->func)
			return false;
	return u->func == sv->func;
}

void
check_releases(struct checker *ck, const struct solver *sv)
{
	const struct unheld *u;

	for (u = sv->unheld.p; u < sv->unheld.p + sv->unheld.n; u++)
		if (is_first(sv, u) && is_wrong(ck, u))
			report(ck, sv, u);
}

void
check_twice(struct checker *ck, func_id f)
{
	const struct summary *sum = flow_summary(ck->flow, f, 0);
	struct summary replay;
	struct solver *sv;
	struct unheld *u, twice;
	bool any = false;
	uint32_t i;

	for (i = 0; i < sum->nneeds && !any; i++)
		any = sum->needs[i].again;
	if (!any)
		return;
	sv = flow_replay(ck->flow, f, 0, &replay, NULL, NULL);
	for (u = sv->unheld.p; u < sv->unheld.p + sv->unheld.n; u++) {
		twice = *u;
		twice.kind = UNHELD_TWICE;
		if (u->again && is_first(sv, u) && !is_wrong(ck, u))
			report(ck, sv, &twice);
	}
	solver_free(sv);
}
