/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "cli.h"
#include "report/html/report.h"

static int
report(const struct options *o, struct store *s, struct fault *f)
{
	struct html_report r = { .dir = o->html, .source = o->source };

	return html_report(s, &r, f);
}

int
cmd_report(const struct options *o)
{
	struct fault f = { 0 };
	struct store *s;
	int error;

	if (o->noperands != 1)
		return complain("report takes one database");
	if (o->html == NULL)
		return complain("report needs --html=DIR");
	s = store_open(o->operands[0], &f);
	if (s == NULL)
		return complain_fault(&f);
	error = report(o, s, &f);
	store_close(s);
	return error != 0 ? complain_fault(&f) : EXIT_CLEAN;
}
