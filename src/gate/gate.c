/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate/gate.h"

/* ---- ids ---- */

static int
number_of(const char *code)
{
	int n = atoi(code + 3);

	require(n >= 0 && n < GATE_NIDS);
	return n;
}

static bool
is_meant(int id, const char *word)
{
	char code[16];

	snprintf(code, sizeof(code), "IPL%03d", id);
	return strcasecmp(word, code) == 0 ||
	    strcmp(word, finding_name(id)) == 0 ||
	    strcmp(word, finding_class_name(finding_class(id))) == 0 ||
	    strcmp(word, "all") == 0;
}

static int
turn(struct gate_policy *p, const char *word, enum gate_id how,
    struct fault *f)
{
	bool any = false;

	for (int id = 1; id < GATE_NIDS; id++)
		if (finding_name(id) != NULL && is_meant(id, word)) {
			p->ids[id] = how;
			any = true;
		}
	if (!any)
		return fault_set(f, NULL, 0, "%.80s: no such finding; "
		    "\"iplint explain\" lists them", word);
	return 0;
}

int
gate_ids(struct gate_policy *p, const char *words, enum gate_id how,
    struct fault *f)
{
	char *copy = estrdup(words), *word, *rest = copy;
	int error = 0;

	while (error == 0 && (word = strtok_r(rest, ",", &rest)) != NULL)
		error = turn(p, word, how, f);
	free(copy);
	return error;
}

bool
gate_counts(const struct gate_policy *p, const char *code,
    const char *severity)
{
	int id = number_of(code);

	if (p->ids[id] != GATE_DEFAULT)
		return p->ids[id] == GATE_ON;
	return finding_name(id) != NULL &&
	    finding_class(id) == FINDING_PROVEN &&
	    strcmp(severity, severity_name(SEVERITY_NOTE)) != 0;
}

bool
gate_disabled(const struct gate_policy *p, const char *code)
{
	return p->ids[number_of(code)] == GATE_OFF;
}

/* ---- findings ---- */

static enum gate_mark
mark_of(const struct gate_policy *p, const struct change_of *c)
{
	if (c->change == CHANGE_SUPPRESSED)
		return GATE_SUPPRESSED;
	if (gate_disabled(p, c->new->code))
		return GATE_DISABLED;
	if (c->change == CHANGE_KEPT)
		return GATE_KNOWN;
	return gate_counts(p, c->new->code, c->new->severity) ?
	    GATE_COUNTS : GATE_UNCOUNTED;
}

static void
mark_all(struct gate *g)
{
	const struct change_of *c;
	size_t i, n = g->comparison.findings.n;

	g->min_id = INT64_MAX;
	g->max_id = -1;
	for (i = 0; i < g->now->findings.n; i++) {
		int64_t id = g->now->findings.p[i].id;

		g->min_id = id < g->min_id ? id : g->min_id;
		g->max_id = id > g->max_id ? id : g->max_id;
	}
	g->marks = ecalloc(g->max_id < 0 ? 1 :
	    (size_t)(g->max_id - g->min_id) + 1, sizeof(*g->marks));
	for (i = 0; i < n; i++) {
		c = &g->comparison.findings.p[i];
		if (c->new == NULL) {
			g->fixed++;
			continue;
		}
		g->marks[c->new->id - g->min_id] = mark_of(g->policy, c);
		g->counts[mark_of(g->policy, c)]++;
	}
}

enum gate_mark
gate_mark(const struct gate *g, int64_t finding)
{
	require(finding >= g->min_id && finding <= g->max_id);
	return g->marks[finding - g->min_id];
}

bool
gate_prints(const struct gate *g, int64_t finding)
{
	enum gate_mark m = gate_mark(g, finding);

	return m == GATE_COUNTS || m == GATE_UNCOUNTED ||
	    (m == GATE_SUPPRESSED && g->policy->show_suppressed);
}

/* ---- the ledger ---- */

bool
gate_grown(const struct gate *g, const struct growth *gr)
{
	return g->policy->baseline != NULL &&
	    g->comparison.grown[gr->kind] >
	    g->policy->baseline->allow[gr->kind];
}

static void
count_ledger(struct gate *g)
{
	const struct baseline *b = g->policy->baseline;

	for (int k = 0; k < LEDGER_NKINDS && b != NULL; k++)
		if (g->comparison.grown[k] > b->allow[k])
			g->ledger += g->comparison.grown[k] - b->allow[k];
}

/* ---- suppressions ---- */

static int
count_suppression(void *ctx, const struct store_suppression *s)
{
	struct gate *g = ctx;

	if (*s->fault != '\0')
		g->wrong++;
	else if (s->findings == 0)
		g->stale++;
	return 0;
}

/* ---- all of it ---- */

int
gate_open(struct gate *g, struct store *s, const struct gate_policy *p,
    struct fault *f)
{
	static const struct baseline nothing = { .head = "" };

	memset(g, 0, sizeof(*g));
	g->policy = p;
	g->now = baseline_of_store(s, p->today, f);
	if (g->now == NULL)
		return -1;
	compare(p->baseline != NULL ? p->baseline : &nothing, g->now,
	    &g->comparison);
	mark_all(g);
	count_ledger(g);
	if (store_suppressions(s, count_suppression, g, f) != 0) {
		gate_close(g);
		return -1;
	}
	return 0;
}

void
gate_close(struct gate *g)
{
	comparison_free(&g->comparison);
	baseline_free(g->now);
	free(g->marks);
}

bool
gate_fails(const struct gate *g)
{
	return g->counts[GATE_COUNTS] > 0 || g->ledger > 0 || g->wrong > 0 ||
	    (g->stale > 0 && !g->policy->allow_stale);
}
