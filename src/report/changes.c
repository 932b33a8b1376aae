/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/text.h"

#define SHORT_PRINT	8		/* digits of a fingerprint */

/* ---- changes ---- */

static void
print_place(struct text *t, const struct baseline_finding *f)
{
	fputs(f->path, t->out);
	if (f->at > 0)
		fprintf(t->out, ":%d", f->at);
	if (f->col > 0)
		fprintf(t->out, ":%d", f->col);
}

/* As much as there is: a baseline does not keep lines and messages. */
static void
print_change(struct text *t, const struct change_of *c)
{
	const struct baseline_finding *f = c->new != NULL ? c->new : c->old;
	char hex[DIGEST_HEX];

	fprintf(t->out, "%s: ", change_name(c->change));
	print_place(t, f);
	fputs(": ", t->out);
	if (*f->message != '\0')
		fprintf(t->out, "%s: %s [%s %s]", f->severity, f->message,
		    f->code, f->name);
	else
		fprintf(t->out, "%s in %s", f->code, f->function);
	digest_hex(f->fingerprint, hex);
	fprintf(t->out, " %.*s", SHORT_PRINT, hex);
	if (change_moved(c)) {
		fputs(", was at ", t->out);
		print_place(t, c->old);
	}
	fputc('\n', t->out);
}

void
text_changes(struct text *t, const struct comparison *c, bool all)
{
	static const enum change order[] = { CHANGE_INTRODUCED, CHANGE_FIXED,
	    CHANGE_SUPPRESSED, CHANGE_KEPT };
	int n[4] = { 0 }, moved = 0;
	size_t i, k;

	for (k = 0; k < 4; k++)
		for (i = 0; i < c->findings.n; i++) {
			const struct change_of *ch = &c->findings.p[i];

			if (ch->change != order[k])
				continue;
			n[k]++;
			moved += ch->change == CHANGE_KEPT && change_moved(ch);
			if (ch->change == CHANGE_SUPPRESSED &&
			    (ch->old == NULL || ch->old->suppressed) && !all)
				continue;
			if (ch->change != CHANGE_KEPT || all)
				print_change(t, ch);
		}
	fprintf(t->out, "%d introduced, %d fixed, %d still there", n[0], n[1],
	    n[3]);
	if (moved > 0)
		fprintf(t->out, " (%d moved)", moved);
	if (n[2] > 0)
		fprintf(t->out, ", %d suppressed", n[2]);
	fputc('\n', t->out);
}

/* ---- the gate ---- */

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
print_entry(void *ctx, const struct store_entry *e)
{
	struct text *t = ctx;
	const struct growth *gr = growth_of(t->gate, e);

	if (gr == NULL)
		return 0;
	fputs(*e->file != '\0' ? e->file : "kernel", t->out);
	if (e->line > 0)
		fprintf(t->out, ":%d", e->line);
	fprintf(t->out, ": error: ledger: %s: %s", e->kind, e->text);
	if (*e->function != '\0')
		fprintf(t->out, " (in %s)", e->function);
	if (gr->before > 0)
		fprintf(t->out, ", one of %d, of which %d %s known",
		    gr->after, gr->before, gr->before == 1 ? "is" : "are");
	fputc('\n', t->out);
	return 0;
}

static int
print_suppression(void *ctx, const struct store_suppression *s)
{
	struct text *t = ctx;
	bool stale = s->findings == 0 && !t->gate->policy->allow_stale;

	if (*s->fault == '\0' && !stale)
		return 0;
	fprintf(t->out, "%s:%d: error: suppression: ", s->file, s->line);
	if (*s->fault != '\0')
		fprintf(t->out, "%s\n", s->fault);
	else
		fprintf(t->out, "there is no such %s%sfinding any more; "
		    "remove it (%s)\n", s->code, *s->code != '\0' ? " " : "",
		    s->reason);
	return 0;
}

static void
print_counts(struct text *t)
{
	const struct gate *g = t->gate;
	int grown = 0, allowed = 0;

	for (int k = 0; k < LEDGER_NKINDS; k++) {
		grown += g->comparison.grown[k];
		allowed += g->policy->baseline->allow[k];
	}
	fprintf(t->out, "since the baseline: %d introduced, %d fixed, "
	    "%d still there", g->counts[GATE_COUNTS] +
	    g->counts[GATE_UNCOUNTED], g->fixed, g->counts[GATE_KNOWN]);
	if (grown > 0)
		fprintf(t->out, ", %d ledger entr%s introduced", grown,
		    grown == 1 ? "y" : "ies");
	if (grown > 0 && allowed > 0)
		fprintf(t->out, ", %d allowed", allowed);
	fputc('\n', t->out);
}

int
text_gate(struct text *t)
{
	int error = 0;

	if (t->gate->ledger > 0)
		error = store_ledger(t->store, NULL, print_entry, t, t->fault);
	if (error == 0 && (t->gate->wrong > 0 || t->gate->stale > 0))
		error = store_suppressions(t->store, print_suppression, t,
		    t->fault);
	if (t->gate->policy->baseline != NULL && !t->oneline)
		print_counts(t);
	return error;
}
