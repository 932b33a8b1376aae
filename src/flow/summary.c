/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Summaries: the exits of a function, as its callers see them.
 *
 * Every exit is exported (export.c).  Exits that do the same to the machine
 * and return the same class of value (zero, not zero, anything) are one
 * outcome; outcomes that break the contract are marked (contract.c).  What
 * a call makes of the result is in apply.c.
 */

#include <string.h>

#include "flow/flow_int.h"

static bool
same_outcome(const struct outcome *a, const struct outcome *b)
{
	uint32_t i;

	if (a->level != b->level || a->saved != b->saved ||
	    a->left != b->left || a->nheld != b->nheld ||
	    a->nraises != b->nraises || a->nreleased != b->nreleased ||
	    a->escapes != b->escapes || a->far != b->far ||
	    a->nwrites != b->nwrites)
		return false;
	for (i = 0; i < a->nheld; i++)
		if (a->held[i].lock != b->held[i].lock ||
		    a->held[i].path != b->held[i].path ||
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

static void
add_return(struct outcome *o, uint32_t site)
{
	uint32_t i;

	for (i = 0; i < o->nalso; i++)
		if (o->also[i] == site)
			return;
	if (site != o->site && o->nalso < MAX_ALSO)
		o->also[o->nalso++] = site;
}

static void
merge(struct solver *sv, struct outcome *a, const struct outcome *b)
{
	uint32_t i;

	add_return(a, b->site);
	if (a->ret != b->ret)
		a->ret = 0;
	a->result.lo = a->result.lo < b->result.lo ? a->result.lo :
	    b->result.lo;
	a->result.hi = a->result.hi > b->result.hi ? a->result.hi :
	    b->result.hi;
	a->result.nonzero = a->result.nonzero && b->result.nonzero;
	a->peak = level_max(sv->nodes, a->peak, b->peak);
	a->nocase = a->nocase && b->nocase;
	for (i = 0; i < a->nheld; i++)
		a->held[i].given = a->held[i].given && b->held[i].given;
	spare(sv, a->held, b->held, a->nheld);
	a->slept = a->slept && b->slept;
	a->npassed = nodes_common(a->passed, a->npassed, b->passed,
	    b->npassed);
	a->nconds = facts_common(a->conds, a->nconds, b->conds, b->nconds);
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

/* From the solver's arena to that of the summaries. */
static void
keep_outcomes(struct arena *a, struct summary *sum)
{
	struct outcome *o;
	uint32_t i;

#define KEEP(p, n) (p) = arena_dup(a, (p), (n) * sizeof(*(p)))
	KEEP(sum->outcomes, sum->noutcomes);
	for (i = 0; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		KEEP(o->conds, o->nconds);
		KEEP(o->held, o->nheld);
		KEEP(o->raises, o->nraises);
		KEEP(o->released, o->nreleased);
		KEEP(o->released_class, o->nreleased);
		KEEP(o->passed, o->npassed);
		KEEP(o->writes, o->nwrites);
	}
#undef KEEP
}

void
summary_make(struct solver *sv, struct summary *sum)
{
	struct outcome o;
	uint32_t i, j;

	memset(sum, 0, sizeof(*sum));
	sum->peak = node_leaf(sv->nodes, NODE_ENTRY, 0, 0);
	sum->outcomes = arena_alloc(sv->arena,
	    (MAX_OUTCOMES + 1) * sizeof(o));
	export_prepare(sv);
	for (i = 0; i < sv->exits.n; i++) {
		export_exit(sv, sv->exits.p[i], sv->exit_values.p[i],
		    sv->exit_sites.p[i], &o);
		sum->peak = level_max(sv->nodes, sum->peak, o.peak);
		if (o.nheld > MAX_KEPT) {
			sv->budget = true;
			continue;
		}
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
	contract_classify(sv, sum);
	needs_export(sv, sum);
	blame_export(sv, sum);
	sum->budget = sv->budget;
	sum->sleeps = sum->nseen > 0;
	for (i = 0; i < sum->nseen; i++)
		sum->sleeps = sum->sleeps && sum->outcomes[i].slept;
	sum->neutral = is_neutral(sv, sum);
	if (sum->neutral && sum->nseen > 1) {
		for (i = 1; i < sum->nseen; i++)
			merge(sv, &sum->outcomes[0], &sum->outcomes[i]);
		sum->outcomes[0].nconds = 0;
	}
	keep_outcomes(sv->flow->arena, sum);
}

static bool
same_conds(const struct fact *a, uint32_t na, const struct fact *b,
    uint32_t nb)
{
	uint32_t i;

	if (na != nb)
		return false;
	for (i = 0; i < na; i++)
		if (a[i].value != b[i].value || a[i].lo != b[i].lo ||
		    a[i].hi != b[i].hi || a[i].nonzero != b[i].nonzero)
			return false;
	return true;
}

bool
summary_equal(const struct summary *a, const struct summary *b)
{
	uint32_t i;

	if (a->nseen != b->nseen || a->neutral != b->neutral ||
	    a->nneeds != b->nneeds || a->faults != b->faults ||
	    a->peak != b->peak)
		return false;
	for (i = 0; i < a->nneeds; i++)
		if (a->needs[i].lock != b->needs[i].lock ||
		    a->needs[i].class != b->needs[i].class ||
		    a->needs[i].path != b->needs[i].path ||
		    a->needs[i].unsure != b->needs[i].unsure ||
		    !same_conds(a->needs[i].conds, a->needs[i].nconds,
		    b->needs[i].conds, b->needs[i].nconds))
			return false;
	for (i = 0; i < a->nseen; i++) {
		const struct outcome *o = &a->outcomes[i];
		const struct outcome *p = &b->outcomes[i];

		if (!same_outcome(o, p) || o->ret != p->ret ||
		    o->result.lo != p->result.lo ||
		    o->result.hi != p->result.hi ||
		    o->result.nonzero != p->result.nonzero ||
		    o->peak != p->peak || o->slept != p->slept ||
		    o->npassed != p->npassed || (o->npassed > 0 &&
		    memcmp(o->passed, p->passed, o->npassed *
		    sizeof(*o->passed)) != 0) ||
		    !same_conds(o->conds, o->nconds, p->conds, p->nconds))
			return false;
	}
	return true;
}
