/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/complaints.h"
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

static void
print_complaint(void *ctx, const struct complaint *c)
{
	struct text *t = ctx;

	fputs(*c->file != '\0' ? c->file : "kernel", t->out);
	if (c->line > 0)
		fprintf(t->out, ":%d", c->line);
	fprintf(t->out, ": error: %s: %s\n", c->kind, c->text);
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
	int error;

	error = complaints(t->store, t->gate, print_complaint, t, t->fault);
	if (t->gate->policy->baseline != NULL && !t->oneline)
		print_counts(t);
	return error;
}
