/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "gating.h"
#include "report/formats.h"
#include "report/html/report.h"

typedef int format_fn(struct store *, const struct gate *, struct buf *,
    struct fault *);

static int
write_as(struct store *s, const struct gate *g, const char *path,
    format_fn *format, struct fault *f)
{
	struct buf b = { 0 };
	int error;

	error = format(s, g, &b, f);
	if (error == 0)
		error = file_write(path, b.p, b.n, f);
	buf_free(&b);
	return error;
}

static int
report(const struct options *o, struct store *s,
    const struct gate_policy *policy, struct fault *f)
{
	struct gate g;
	struct html_report r = { .dir = o->html, .source = o->source,
	    .gate = &g };
	int error = 0;

	if (gate_open(&g, s, policy, f) != 0)
		return -1;
	if (o->html != NULL)
		error = html_report(s, &r, f);
	if (error == 0 && o->sarif != NULL)
		error = write_as(s, &g, o->sarif, sarif_within, f);
	if (error == 0 && o->json != NULL)
		error = write_as(s, &g, o->json, json_print, f);
	gate_close(&g);
	return error;
}

int
cmd_report(const struct options *o)
{
	struct gate_policy policy;
	struct baseline *b = NULL;
	struct fault f = { 0 };
	struct store *s = NULL;
	int error = -1;

	if (o->noperands != 1)
		return complain("report takes one database");
	if (o->html == NULL && o->sarif == NULL && o->json == NULL)
		return complain("report needs --html=DIR, --sarif=FILE or "
		    "--json=FILE");
	if (policy_of(o, &policy, &f) == 0 && (o->new_since == NULL ||
	    (policy.baseline = b = baseline_read(o->new_since, &f)) != NULL))
		s = store_open(o->operands[0], &f);
	if (s != NULL)
		error = report(o, s, &policy, &f);
	store_close(s);
	baseline_free(b);
	return error != 0 ? complain_fault(&f) : EXIT_CLEAN;
}
