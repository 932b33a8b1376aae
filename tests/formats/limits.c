/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * SARIF with other limits than GitHub's, which no test would reach:
 *
 *	limits DB RESULTS LOCATIONS OTHERS GZIPPED
 *
 * The file is printed on stdout, what was cut on stderr.
 */

#include <stdlib.h>

#include "report/formats.h"

static int
fail(const struct fault *f)
{
	fprintf(stderr, "%s\n", f->text);
	return 1;
}

int
main(int argc, char **argv)
{
	struct gate_policy policy = { .today = "2026-01-01" };
	struct sarif_limits limits;
	struct sarif_cut cut;
	struct fault f = { "" };
	struct buf b = { 0 };
	struct store *s;
	struct gate g;

	if (argc != 6)
		return 1;
	limits.results = strtoul(argv[2], NULL, 10);
	limits.locations = strtoul(argv[3], NULL, 10);
	limits.others = strtoul(argv[4], NULL, 10);
	limits.gzipped = strtoul(argv[5], NULL, 10);
	s = store_open(argv[1], &f);
	if (s == NULL || gate_open(&g, s, &policy, &f) != 0 ||
	    sarif_print(s, &g, &limits, &b, &cut, &f) != 0)
		return fail(&f);
	fwrite(b.p, 1, b.n, stdout);
	fprintf(stderr, "%zu %zu %zu\n", cut.results, cut.locations,
	    cut.others);
	buf_free(&b);
	gate_close(&g);
	store_close(s);
	return 0;
}
