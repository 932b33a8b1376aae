/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The nearest clean path: of the outcomes that keep the contract, the one that
 * goes the same way as the breach for longest and has a single path.
 */

#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

typedef VEC(const struct trace *) path_t;

static void
path_of(const struct trace *last, path_t *out)
{
	const struct trace *t, *tmp;
	size_t i;

	for (t = last; t != NULL; t = t->prev)
		vec_push(out, t);
	for (i = 0; i < out->n / 2; i++) {
		tmp = out->p[i];
		out->p[i] = out->p[out->n - 1 - i];
		out->p[out->n - 1 - i] = tmp;
	}
}

/* How many steps two paths have in common before they part. */
static size_t
common_steps(const path_t *a, const path_t *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		if (a->p[i]->site != b->p[i]->site ||
		    a->p[i]->kind != b->p[i]->kind ||
		    a->p[i]->taken != b->p[i]->taken)
			break;
	return i;
}

static bool
keeps_contract(const struct checker *ck, const struct outcome *o,
    struct frame fr)
{
	struct nodes *t = ck->flow->nodes;
	int64_t k;

	if (fr.entry >= 0 && (!node_is_const(t, level_at(t, o->level,
	    fr.entry, 0), &k) || k != fr.entry))
		return false;
	return o->defect == DEFECT_NONE && o->nheld == 0 &&
	    o->trace != NULL && !level_is_raised(ck->flow, o->level);
}

/* Of those that keep the contract, the one most like the breach. */
static const struct outcome *
nearest(const struct checker *ck, const struct summary *sum,
    const struct outcome *breach, struct frame fr, uint8_t *tried)
{
	path_t own = { 0 }, path = { 0 };
	size_t n, most = 0;
	uint32_t i, best = sum->noutcomes;

	path_of(breach->trace, &own);
	for (i = 0; i < sum->noutcomes; i++) {
		if (&sum->outcomes[i] == breach || tried[i] ||
		    !keeps_contract(ck, &sum->outcomes[i], fr))
			continue;
		path.n = 0;
		path_of(sum->outcomes[i].trace, &path);
		n = common_steps(&own, &path);
		if (best == sum->noutcomes || n > most) {
			best = i;
			most = n;
		}
	}
	vec_free(&own);
	vec_free(&path);
	if (best == sum->noutcomes)
		return NULL;
	tried[best] = 1;
	return &sum->outcomes[best];
}

void
witness_nearest(struct checker *ck, struct finding *fi,
    const struct solver *sv, const struct summary *sum,
    const struct outcome *breach, struct frame fr)
{
	const struct outcome *best;
	uint8_t *tried = ecalloc(sum->noutcomes, 1);
	struct steps st = { 0 };
	struct proof proof;

	while ((best = nearest(ck, sum, breach, fr, tried)) != NULL) {
		prove_outcome(ck, sv, best, &fr, true, &proof);
		if (proof.end == WALK_FOUND)
			break;
		proof_free(&proof);
	}
	free(tried);
	if (best == NULL)
		return;
	witness_path(ck, sv, &proof, fr, &st);
	proof_free(&proof);
	witness_trim(&st);
	if (st.n == 0)
		return;
	witness_close(ck, fi, "the nearest clean path of the same function",
	    &st);
	fi->witnesses[fi->nwitnesses - 1].clean = WALK_NEAREST;
}
