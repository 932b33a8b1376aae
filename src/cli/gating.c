/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "driver/driver.h"
#include "gating.h"
#include "report/formats.h"

int
policy_of(const struct options *o, struct gate_policy *p, struct fault *f)
{
	memset(p, 0, sizeof(*p));
	if (o->today != NULL)
		memcpy(p->today, o->today, sizeof(p->today));
	else
		date_today(p->today);
	p->allow_stale = o->allow_stale;
	p->show_suppressed = o->suppressed;
	if (o->enable != NULL &&
	    gate_ids(p, o->enable, GATE_ON, f) != 0)
		return -1;
	if (o->disable != NULL &&
	    gate_ids(p, o->disable, GATE_OFF, f) != 0)
		return -1;
	return 0;
}

struct gaps {
	bool quiet;
	int incomplete;
};

static int
name_gap(void *ctx, const struct store_unit *u)
{
	struct gaps *g = ctx;

	if (strcmp(u->status, gap_name(GAP_SKIPPED)) == 0)
		return 0;
	g->incomplete++;
	if (!g->quiet)
		complain("%s: %s: %s", u->path, u->status, u->reason);
	return 0;
}

int
name_incomplete(struct store *s, bool quiet, struct fault *f)
{
	struct gaps g = { .quiet = quiet };

	return store_gaps(s, name_gap, &g, f) != 0 ? -1 : g.incomplete;
}

int
gate_status(int incomplete, bool fails)
{
	if (incomplete > 0)
		return EXIT_INCOMPLETE;
	return fails ? EXIT_FINDINGS : EXIT_CLEAN;
}

int
sarif_within(struct store *s, const struct gate *g, struct buf *out,
    struct fault *f)
{
	struct sarif_cut cut;

	if (sarif_print(s, g, &sarif_github, out, &cut, f) != 0)
		return -1;
	if (cut.results > 0)
		complain("SARIF: %zu results are left out, the least severe: "
		    "GitHub takes %zu in a run, and %zu MB", cut.results,
		    sarif_github.results, sarif_github.gzipped / 1000000);
	if (cut.locations > 0)
		complain("SARIF: %zu steps are left out: GitHub takes %zu in "
		    "a path", cut.locations, sarif_github.locations);
	if (cut.others > 0)
		complain("SARIF: %zu further handlers are left out: GitHub "
		    "takes %zu in a result", cut.others, sarif_github.others);
	return 0;
}
