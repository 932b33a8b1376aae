/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Blame: which calls could have brought a defect along that is still felt.
 *
 * Callers do not see the outcomes of a callee that break its contract, so
 * that one defect is one finding.  For the verdict of a handler it matters
 * all the same whether such a defect gets through to its exit, and from
 * where.  So each state knows the calls since entry whose callee can have
 *
 *	level	lost the level: over with the restore of a level that was
 *		saved before the call, by spl or by the outermost spin mutex
 *	count	kept a spin mutex: never over, nobody releases it
 *
 * Only calls with one target count: of a pointer that can mean several
 * functions nobody knows whether it means the one with the defect.
 *
 * A save remembers the blame at its time, and its restore brings that back.
 * Paths that meet add their blames up; it keeps no paths apart.
 */

#include <string.h>

#include "flow/flow_int.h"

/* The bit of a call; those past the last share it. */
static uint64_t
bit_of(struct solver *sv, func_id callee, int mode)
{
	uint32_t slot = callee * NMODES + (uint32_t)mode;
	size_t i;

	for (i = 0; i < sv->blamed.n; i++)
		if (sv->blamed.p[i] == slot)
			break;
	if (i == sv->blamed.n)
		vec_push(&sv->blamed, slot);
	return (uint64_t)1 << (i < BLAME_BITS ? i : BLAME_BITS - 1);
}

void
blame_call(struct solver *sv, struct state *s, const struct summary *sum,
    func_id callee, int mode)
{
	if (sum->faults & FAULT_LEVEL)
		s->blame.level |= bit_of(sv, callee, mode);
	if (sum->faults & FAULT_COUNT)
		s->blame.count |= bit_of(sv, callee, mode);
}

static bool
add(uint64_t *to, uint64_t bits)
{
	bool changed = (bits & ~*to) != 0;

	*to |= bits;
	return changed;
}

bool
blame_join(struct solver *sv, struct state *a, const struct state *b)
{
	struct raise *r;
	bool changed;
	uint32_t i;

	changed = add(&a->blame.level, b->blame.level);
	changed |= add(&a->blame.count, b->blame.count);
	changed |= add(&a->saved_blame, b->saved_blame);
	for (i = 0; i < a->nraises; i++) {
		if ((b->raises[i].blame & ~a->raises[i].blame) == 0)
			continue;
		r = arena_alloc(sv->arena, a->nraises * sizeof(*r));
		memcpy(r, a->raises, a->nraises * sizeof(*r));
		a->raises = r;
		changed |= add(&r[i].blame, b->raises[i].blame);
	}
	if (a->slept && !b->slept) {
		a->slept = false;
		changed = true;
	}
	return changed;
}

void
blame_export(struct solver *sv, struct summary *sum)
{
	struct blame all = { 0, 0 };
	size_t i;

	for (i = 0; i < sv->exits.n; i++) {
		all.level |= sv->exits.p[i]->blame.level;
		all.count |= sv->exits.p[i]->blame.count;
	}
	sum->faults = sum->own;
	if (all.level != 0)
		sum->faults |= FAULT_LEVEL;
	if (all.count != 0)
		sum->faults |= FAULT_COUNT;
	if (all.level == 0 && all.count == 0)
		return;
	sum->below = arena_alloc(sv->flow->arena,
	    sv->blamed.n * sizeof(*sum->below));
	for (i = 0; i < sv->blamed.n; i++)
		if ((all.level | all.count) >> (i < BLAME_BITS ? i :
		    BLAME_BITS - 1) & 1)
			sum->below[sum->nbelow++] = sv->blamed.p[i];
}
