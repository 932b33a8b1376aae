/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Keepers: functions that return with a mutex held, and no caller ever
 * releases it.
 *
 * A function that returns with a mutex held looks like one that locks for its
 * callers.  When all are solved it is known whether some path releases what it
 * took: if no caller does so, nor one to which they pass it on, the release
 * has been forgotten.  The innermost function is to blame, and is solved again
 * with that mutex as its defect, so that its callers do not see it.
 *
 * What the callers of its callers do is not followed through pointers whose
 * targets do different things, and callers outside of what was given are not
 * known.  There, the function has the benefit of the doubt if somebody
 * releases such a mutex, for good, that he has not taken, and could be meant:
 *
 *	one of the callers, or of theirs, and so on
 *	a function that is called through pointers, but for one that is seen
 *	to be called with such a mutex held (unless nobody calls the keeper)
 *	a function that nobody is seen to call, if the callers end in one, too
 */

#include <stdlib.h>

#include "flow/flow_int.h"

/* What is released above a function that passes a mutex on is its as well. */
static void
close_consumed(struct flow *fl)
{
	const struct summary *sum;
	const struct outcome *o;
	bool changed;
	const struct spared *p;
	size_t n = fl->program->funcs.n * NMODES, i;
	uint32_t k, j;
	func_id from;

	do {
		changed = false;
		for (i = 0; i < fl->spared.n; i++) {
			p = &fl->spared.p[i];
			if (fl->consumed[p->lost] >= fl->consumed[p->kept])
				continue;
			consume(fl, p->lost, (enum consumed)
			    fl->consumed[p->kept]);
			changed = true;
		}
		for (i = n; i-- > 0; ) {
			sum = fl->sums[i];
			if (sum == NULL || fl->consumed[i / NMODES] !=
			    CONSUMED)
				continue;
			for (k = 0; k < sum->nseen; k++) {
				o = &sum->outcomes[k];
				for (j = 0; j < o->nheld; j++) {
					from = o->held[j].from;
					if (from == NO_FUNC ||
					    fl->consumed[from] == CONSUMED)
						continue;
					consume(fl, from, CONSUMED);
					changed = true;
				}
			}
		}
	} while (changed);
}

/* f and its callers, their callers, and so on. */
struct callers {
	uint8_t *is;			/* per function: enum caller */
	bool outside;			/* the mutex may get out of them all */
	bool reached;			/* something calls the first of them */
};

enum caller { CALLER_NOT, CALLER_ABOVE, CALLER_GIVEN };

static bool
returns_with(const struct flow *fl, const struct summary *sum,
    const struct held *kept)
{
	const struct outcome *o;
	const struct held *h;
	uint32_t i, k;

	if (sum->budget)
		return true;
	for (i = 0; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		for (k = 0; k < o->nheld; k++) {
			h = &o->held[k];
			if (h->class == NULL || (h->class == kept->class &&
			    lock_akin(fl->nodes, h->path, kept->path)))
				return true;
		}
	}
	return false;
}

/*
 * May g, a caller of f, get the mutex from it and hand it on to its own
 * callers?  What it gets of one of several targets is not followed.
 */
static bool
hands_on(const struct flow *fl, func_id g, func_id f,
    const struct held *kept)
{
	const struct prog_func *pf = &fl->program->funcs.p[g];
	const struct summary *sum;
	uint32_t i, k;

	for (k = 0; k < NMODES; k++) {
		sum = fl->sums[(size_t)g * NMODES + k];
		if (sum != NULL && returns_with(fl, sum, kept))
			return true;
	}
	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++)
			if (pf->sites[i].targets[k] == f &&
			    (pf->sites[i].ntargets > 1 || pf->rule != NULL))
				return true;
	return false;
}

static void
callers_find(const struct flow *fl, func_id f, const struct held *kept,
    struct callers *up)
{
	const struct program *p = fl->program;
	const struct prog_func *pf;
	VEC(func_id) todo = { 0 };
	func_id g, h;
	size_t i;
	uint8_t how;

	up->is = ecalloc(p->funcs.n, 1);
	up->is[f] = CALLER_GIVEN;
	vec_push(&todo, f);
	while (todo.n > 0) {
		g = todo.p[--todo.n];
		pf = &p->funcs.p[g];
		if (called_from_outside(fl, g)) {
			up->reached = true;
			up->outside |= up->is[g] == CALLER_GIVEN;
		}
		for (i = 0; i < pf->ncallers; i++) {
			h = pf->callers[i];
			how = up->is[g] == CALLER_GIVEN && hands_on(fl, h, g,
			    kept) ? CALLER_GIVEN : CALLER_ABOVE;
			if (up->is[h] < how) {
				up->is[h] = how;
				vec_push(&todo, h);
			}
		}
	}
	vec_free(&todo);
	for (i = 0; i < p->handlers.n && !up->reached; i++)
		up->reached = p->handlers.p[i].func != NO_FUNC &&
		    up->is[p->handlers.p[i].func];
}

/* A function that may be meant to release, by what is known of its callers. */
static bool
is_releaser(const struct flow *fl, func_id g, const struct need *n,
    const struct callers *up)
{
	bool taken = (fl->program->funcs.p[g].flags & PROG_TAKEN) != 0;

	if (called_from_outside(fl, g))
		return up->outside || up->is[g];
	if (entered_surely(fl, g, n))
		return !up->reached && taken;
	return up->is[g] || taken;
}

/*
 * Does it give away what it was entered with?  Not if it takes it again
 * before it returns, as one that waits does.
 */
static bool
gives_away(const struct flow *fl, func_id g)
{
	const struct summary *sum;
	bool any = false;
	uint32_t k;
	int m;

	for (m = 1; m < NMODES; m++) {
		sum = fl->sums[(size_t)g * NMODES + (size_t)m];
		if (sum == NULL)
			continue;
		if (sum->noutcomes == 0 || sum->budget)
			return true;
		any = true;
		for (k = 0; k < sum->noutcomes; k++)
			if (sum->outcomes[k].left < m)
				return true;
	}
	return !any;
}

bool
released_above(const struct flow *fl, func_id f, const struct held *h,
    bool itself)
{
	const struct summary *sum;
	struct callers up = { NULL, false, false };
	bool found = false;
	size_t i;
	uint32_t k;

	for (i = 0; i < fl->program->funcs.n * NMODES && !found; i++) {
		sum = itself || i / NMODES != f ? fl->sums[i] : NULL;
		for (k = 0; sum != NULL && k < sum->nneeds && !found; k++) {
			if (sum->needs[k].class != h->class ||
			    !lock_akin(fl->nodes, sum->needs[k].path, h->path))
				continue;
			if (up.is == NULL)
				callers_find(fl, f, h, &up);
			found = is_releaser(fl, (func_id)(i / NMODES),
			    &sum->needs[k], &up) &&
			    gives_away(fl, (func_id)(i / NMODES));
		}
	}
	free(up.is);
	return found;
}

/* Can it be that nobody is meant to release what is held here? */
static bool
is_kept(const struct flow *fl, func_id f, const struct outcome *o)
{
	const struct held *h;
	uint32_t k;

	if (o->escapes)
		return false;
	for (k = 0; k < o->nheld; k++) {
		h = &o->held[k];
		if (h->unsure || h->class == NULL || (h->from != NO_FUNC &&
		    fl->consumed[h->from] < CONSUMED_MAYBE))
			return false;
	}
	for (k = 0; k < o->nheld; k++)
		if (released_above(fl, f, &o->held[k], true))
			return false;
	return true;
}

static bool
is_keeper(const struct flow *fl, func_id f)
{
	const struct prog_func *pf = &fl->program->funcs.p[f];
	const struct summary *sum = fl->sums[(size_t)f * NMODES];
	bool any = false;
	uint32_t i;

	if (sum == NULL || sum->budget || fl->consumed[f] != CONSUMED_NOT)
		return false;
	if (fl->program->partial && !(pf->flags & PROG_STATIC))
		return false;
	for (i = 0; i < pf->ncallers; i++)
		if (fl->program->funcs.p[pf->callers[i]].rule != NULL)
			return false;
	for (i = 0; i < sum->nseen; i++) {
		if (sum->outcomes[i].nheld == 0)
			continue;
		if (!is_kept(fl, f, &sum->outcomes[i]))
			return false;
		any = true;
	}
	return any;
}

bool
keepers_mark(struct flow *fl)
{
	bool any = false;
	func_id f;

	close_consumed(fl);
	for (f = 0; f < fl->program->funcs.n; f++)
		if (!fl->keeper[f] && is_keeper(fl, f)) {
			fl->keeper[f] = 1;
			any = true;
		}
	return any;
}
