/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Keepers: functions that return with a mutex held on every way, and no
 * caller ever releases it.
 *
 * A function that always returns with a mutex held looks like one that locks
 * for its callers.  When all are solved it is known whether some path
 * releases what it took: if no caller does so, nor one to which they pass it
 * on, nor anybody who could be a caller through a pointer, because he releases
 * such a mutex without having taken it, the release has been forgotten.
 * The innermost function is to blame, and is solved again with that mutex
 * as its defect, so that its callers do not see it.
 */

#include "flow/flow_int.h"

/* What is released above a function that passes a mutex on is its as well. */
static void
close_consumed(struct flow *fl)
{
	const struct summary *sum;
	const struct outcome *o;
	bool changed;
	size_t n = fl->program->funcs.n * NMODES, i;
	uint32_t k, j;
	func_id from;

	do {
		changed = false;
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
					fl->consumed[from] = CONSUMED;
					changed = true;
				}
			}
		}
	} while (changed);
}

/*
 * Does somebody release one of the class that no caller of his holds?  Or, for
 * a keeper whose callers are not known, one that he has not taken himself?
 */
static bool
released_somewhere(const struct flow *fl, const struct prog_lock *class,
    bool known)
{
	const struct summary *sum;
	size_t i;
	uint32_t k;

	for (i = 0; i < fl->program->funcs.n * NMODES; i++) {
		sum = fl->sums[i];
		for (k = 0; sum != NULL && k < sum->nneeds; k++)
			if (sum->needs[k].class == class && (!known ||
			    !entered_surely(fl, (func_id)(i / NMODES),
			    &sum->needs[k])))
				return true;
	}
	return false;
}

static bool
is_keeper(const struct flow *fl, func_id f)
{
	const struct prog_func *pf = &fl->program->funcs.p[f];
	const struct summary *sum = fl->sums[(size_t)f * NMODES];
	const struct outcome *o;
	const struct held *h;
	uint32_t i, k;

	if (sum == NULL || sum->nseen == 0 || sum->budget ||
	    fl->consumed[f] != CONSUMED_NOT)
		return false;
	for (i = 0; i < pf->ncallers; i++)
		if (fl->program->funcs.p[pf->callers[i]].rule != NULL)
			return false;
	for (i = 0; i < sum->nseen; i++) {
		o = &sum->outcomes[i];
		if (o->nheld == 0 || o->escapes)
			return false;
		for (k = 0; k < o->nheld; k++) {
			h = &o->held[k];
			if (h->unsure || h->class == NULL ||
			    (h->from != NO_FUNC && fl->consumed[h->from] <
			    CONSUMED_MAYBE))
				return false;
		}
	}
	o = &sum->outcomes[0];
	for (k = 0; k < o->nheld; k++)
		if (released_somewhere(fl, o->held[k].class,
		    pf->ncallers > 0 && (pf->flags & PROG_TAKEN) == 0))
			return false;
	return true;
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
