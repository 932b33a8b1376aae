/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gate/compare.h"

const char *
change_name(enum change c)
{
	static const char *const name[] = {
		"introduced", "still there", "fixed", "suppressed"
	};

	return name[c];
}

bool
change_moved(const struct change_of *c)
{
	if (c->old == NULL || c->new == NULL)
		return false;
	return strcmp(c->old->path, c->new->path) != 0 ||
	    (c->old->at > 0 && c->new->at > 0 && c->old->at != c->new->at);
}

/* ---- findings ---- */

static int
by_fingerprint(const void *a, const void *b)
{
	const struct baseline_finding *const *x = a, *const *y = b;

	return digest_cmp((*x)->fingerprint, (*y)->fingerprint);
}

/* Pointers to the findings, by fingerprint; the caller frees. */
static const struct baseline_finding **
index_of(const struct baseline *b)
{
	const struct baseline_finding **p;

	p = ecalloc(b->findings.n + 1, sizeof(*p));
	for (size_t i = 0; i < b->findings.n; i++)
		p[i] = &b->findings.p[i];
	qsort(p, b->findings.n, sizeof(*p), by_fingerprint);
	return p;
}

static const struct baseline_finding *
find(const struct baseline_finding **index, size_t n,
    const struct baseline_finding *f)
{
	const struct baseline_finding **found;

	found = bsearch(&f, index, n, sizeof(*index), by_fingerprint);
	return found != NULL ? *found : NULL;
}

static void
compare_findings(const struct baseline *old, const struct baseline *new,
    struct comparison *c)
{
	const struct baseline_finding **olds = index_of(old);
	const struct baseline_finding **news = index_of(new);
	struct change_of ch;
	size_t i;

	for (i = 0; i < new->findings.n; i++) {
		ch.new = &new->findings.p[i];
		ch.old = find(olds, old->findings.n, ch.new);
		if (ch.new->suppressed)
			ch.change = CHANGE_SUPPRESSED;
		else if (ch.old == NULL || ch.old->suppressed)
			ch.change = CHANGE_INTRODUCED;
		else
			ch.change = CHANGE_KEPT;
		vec_push(&c->findings, ch);
	}
	for (i = 0; i < old->findings.n; i++) {
		ch.old = &old->findings.p[i];
		ch.new = NULL;
		ch.change = CHANGE_FIXED;
		if (!ch.old->suppressed &&
		    find(news, new->findings.n, ch.old) == NULL)
			vec_push(&c->findings, ch);
	}
	free(olds);
	free(news);
}

/* ---- the ledger ---- */

/* Both lists are sorted alike. */
static int
order(const struct baseline_count *a, const struct baseline_count *b)
{
	int c = strcmp(ledger_kind_name(a->kind), ledger_kind_name(b->kind));

	return c != 0 ? c : strcmp(a->place, b->place);
}

static void
compare_ledgers(const struct baseline *old, const struct baseline *new,
    struct comparison *c)
{
	size_t i, k = 0;

	for (i = 0; i < new->ledger.n; i++) {
		const struct baseline_count *n = &new->ledger.p[i];
		struct growth g = { n->kind, n->place, 0, n->n };

		while (k < old->ledger.n && order(&old->ledger.p[k], n) < 0)
			k++;
		if (k < old->ledger.n && order(&old->ledger.p[k], n) == 0)
			g.before = old->ledger.p[k].n;
		if (g.after <= g.before)
			continue;
		c->grown[g.kind] += g.after - g.before;
		vec_push(&c->growth, g);
	}
}

void
compare(const struct baseline *old, const struct baseline *new,
    struct comparison *c)
{
	memset(c, 0, sizeof(*c));
	compare_findings(old, new, c);
	compare_ledgers(old, new, c);
}

void
comparison_free(struct comparison *c)
{
	vec_free(&c->findings);
	vec_free(&c->growth);
}
