/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gating.h"
#include "report/formats.h"
#include "report/text.h"

static int
print_text(const struct options *o, struct text *t)
{
	size_t n;
	int error;

	t->color = text_color(o->color != NULL ? o->color : "auto", stdout);
	error = text_findings(t, NULL, &n);
	if (error == 0)
		error = text_gate(t);
	if (error == 0 && !t->oneline)
		error = text_summary(t);
	return error;
}

static int
print(const struct options *o, struct store *s, const struct gate *g,
    struct fault *f)
{
	struct text t = { .out = stdout, .store = s, .gate = g, .fault = f };
	const char *format = o->format != NULL ? o->format : "text";
	struct buf b = { 0 };
	int error;

	if (o->quiet)
		return 0;
	t.oneline = strcmp(format, "oneline") == 0;
	if (strcmp(format, "github") == 0)
		return github_print(s, g, stdout, f);
	if (strcmp(format, "json") == 0)
		error = json_print(s, g, &b, f);
	else if (strcmp(format, "sarif") == 0)
		error = sarif_within(s, g, &b, f);
	else
		return print_text(o, &t);
	if (error == 0)
		fwrite(b.p, 1, b.n, stdout);
	buf_free(&b);
	return error;
}

static int
check(const struct options *o, struct store *s,
    const struct gate_policy *policy, struct fault *f)
{
	struct gate g;
	int error, incomplete = 0, status;

	if (gate_open(&g, s, policy, f) != 0)
		return complain_fault(f);
	error = print(o, s, &g, f);
	if (error == 0)
		incomplete = name_incomplete(s, o->quiet, f);
	status = gate_status(incomplete, gate_fails(&g));
	gate_close(&g);
	return error != 0 || incomplete < 0 ? complain_fault(f) : status;
}

int
check_database(const struct options *o, const char *path,
    const char *baseline)
{
	struct gate_policy policy;
	struct baseline *b = NULL;
	struct store *s = NULL;
	struct fault f = { 0 };
	int status;

	if (policy_of(o, &policy, &f) == 0 && (baseline == NULL ||
	    (policy.baseline = b = baseline_read(baseline, &f)) != NULL))
		s = store_open(path, &f);
	status = s != NULL ? check(o, s, &policy, &f) : complain_fault(&f);
	store_close(s);
	baseline_free(b);
	return status;
}

int
cmd_check(const struct options *o)
{
	if (o->noperands != 1)
		return complain("check takes one database");
	return check_database(o, o->operands[0], o->new_since);
}
