/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/complaints.h"

struct telling {
	const struct gate *gate;
	complaint_fn *fn;
	void *ctx;
};

static void
tell(const struct telling *t, const char *kind, const char *file, int line,
    struct buf *text)
{
	struct complaint c = { kind, file, line, text->p };

	t->fn(t->ctx, &c);
	buf_free(text);
}

/* The growth that an entry belongs to, if the gate fails on it. */
static const struct growth *
growth_of(const struct gate *g, const struct store_entry *e)
{
	const char *place = *e->function != '\0' ? e->function : e->file;

	for (size_t i = 0; i < g->comparison.growth.n; i++) {
		const struct growth *gr = &g->comparison.growth.p[i];

		if (strcmp(gr->place, place) == 0 &&
		    strcmp(ledger_kind_name(gr->kind), e->kind) == 0)
			return gate_grown(g, gr) ? gr : NULL;
	}
	return NULL;
}

static int
tell_entry(void *ctx, const struct store_entry *e)
{
	const struct telling *t = ctx;
	const struct growth *g = growth_of(t->gate, e);
	struct buf b = { 0 };

	if (g == NULL)
		return 0;
	buf_fmt(&b, "%s: %s", e->kind, e->text);
	if (*e->function != '\0')
		buf_fmt(&b, " (in %s)", e->function);
	if (g->before > 0)
		buf_fmt(&b, ", one of %d, of which %d %s known", g->after,
		    g->before, g->before == 1 ? "is" : "are");
	tell(t, "ledger", e->file, e->line, &b);
	return 0;
}

static int
tell_suppression(void *ctx, const struct store_suppression *s)
{
	const struct telling *t = ctx;
	struct buf b = { 0 };

	if (*s->fault != '\0')
		buf_str(&b, s->fault);
	else if (s->findings == 0 && !t->gate->policy->allow_stale)
		buf_fmt(&b, "there is no such %s%sfinding any more; remove "
		    "it (%s)", s->code, *s->code != '\0' ? " " : "",
		    s->reason);
	else
		return 0;
	tell(t, "suppression", s->file, s->line, &b);
	return 0;
}

int
complaints(struct store *s, const struct gate *g, complaint_fn *fn, void *ctx,
    struct fault *f)
{
	struct telling t = { g, fn, ctx };

	if (g->ledger > 0 && store_ledger(s, NULL, tell_entry, &t, f) != 0)
		return -1;
	if (g->wrong == 0 && g->stale == 0)
		return 0;
	return store_suppressions(s, tell_suppression, &t, f);
}
