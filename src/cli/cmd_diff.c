/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gating.h"
#include "report/text.h"

/* A state out of a database or a baseline. */
static struct baseline *
state_of(const char *path, const struct gate_policy *p, bool quiet,
    int *incomplete, struct fault *f)
{
	struct baseline *b = NULL;
	struct store *s;
	char *text;
	size_t size;
	int n;

	if (file_read(path, &text, &size, f) != 0)
		return NULL;
	if (baseline_is(text)) {
		b = baseline_parse(path, text, size, f);
		free(text);
		return b;
	}
	free(text);
	s = store_open(path, f);
	if (s == NULL)
		return NULL;
	n = name_incomplete(s, quiet, f);
	if (n >= 0) {
		b = baseline_of_store(s, p->today, f);
		*incomplete += n;
	}
	store_close(s);
	return b;
}

/* Leave out findings whose ids are turned off. */
static void
drop_disabled(const struct gate_policy *p, struct baseline *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->findings.n; i++)
		if (!gate_disabled(p, b->findings.p[i].code))
			b->findings.p[n++] = b->findings.p[i];
	b->findings.n = n;
}

/* Is anything introduced that counts?  Of a baseline, the severity is not
 * known. */
static bool
introduced(const struct gate_policy *p, const struct comparison *c)
{
	for (size_t i = 0; i < c->findings.n; i++)
		if (c->findings.p[i].change == CHANGE_INTRODUCED &&
		    gate_counts(p, c->findings.p[i].new->code,
		    c->findings.p[i].new->severity))
			return true;
	return false;
}

static int
diff(const struct options *o, const struct gate_policy *p,
    struct baseline *old, struct baseline *new, int incomplete)
{
	struct text t = { .out = stdout };
	struct comparison c;
	int status;

	drop_disabled(p, old);
	drop_disabled(p, new);
	compare(old, new, &c);
	if (!o->quiet)
		text_changes(&t, &c, o->all);
	status = gate_status(incomplete, introduced(p, &c));
	comparison_free(&c);
	return status;
}

int
cmd_diff(const struct options *o)
{
	struct baseline *old = NULL, *new = NULL;
	struct gate_policy p;
	struct fault f = { 0 };
	int incomplete = 0, status;

	if (o->noperands != 2)
		return complain("diff takes two databases or baselines");
	if (policy_of(o, &p, &f) == 0)
		old = state_of(o->operands[0], &p, o->quiet, &incomplete, &f);
	if (old != NULL)
		new = state_of(o->operands[1], &p, o->quiet, &incomplete, &f);
	status = new != NULL ? diff(o, &p, old, new, incomplete) :
	    complain_fault(&f);
	baseline_free(old);
	baseline_free(new);
	return status;
}
