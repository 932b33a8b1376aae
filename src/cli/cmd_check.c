/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "driver/driver.h"
#include "report/text.h"

struct gaps {
	bool quiet;
	int incomplete;
};

static int
print_gap(void *ctx, const struct store_unit *u)
{
	struct gaps *g = ctx;

	if (strcmp(u->status, gap_name(GAP_SKIPPED)) == 0)
		return 0;
	g->incomplete++;
	if (!g->quiet)
		complain("%s: %s: %s", u->path, u->status, u->reason);
	return 0;
}

static int
count_finding(void *ctx, const struct store_finding *fd)
{
	(void)fd;
	++*(size_t *)ctx;
	return 0;
}

static int
check(const struct options *o, struct store *s, struct fault *f)
{
	struct text t = { .out = stdout, .store = s, .fault = f };
	struct gaps g = { .quiet = o->quiet };
	size_t n = 0;
	int error;

	t.oneline = o->format != NULL && strcmp(o->format, "oneline") == 0;
	t.color = text_color(o->color != NULL ? o->color : "auto", stdout);
	if (o->quiet)
		error = store_findings(s, NULL, count_finding, &n, f);
	else
		error = text_findings(&t, NULL, &n);
	if (error == 0 && !o->quiet && !t.oneline)
		error = text_summary(&t);
	if (error == 0)
		error = store_gaps(s, print_gap, &g, f);
	if (error != 0)
		return complain_fault(f);
	if (g.incomplete > 0)
		return EXIT_INCOMPLETE;
	return n > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

int
cmd_check(const struct options *o)
{
	struct fault f = { 0 };
	struct store *s;
	int status;

	if (o->noperands != 1)
		return complain("check takes one database");
	s = store_open(o->operands[0], &f);
	if (s == NULL)
		return complain_fault(&f);
	status = check(o, s, &f);
	store_close(s);
	return status;
}
