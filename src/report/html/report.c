/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "report/html/pages.h"
#include "report/html/report.h"
#include "report/html/source.h"

int
html_report(struct store *store, const struct html_report *r, struct fault *f)
{
	struct site *s = site_begin(r->dir, store, f);
	int error;

	if (s == NULL)
		return -1;
	s->sources = source_tree_new(r->source, store);
	error = index_page(s, r);
	if (error == 0)
		error = ledger_page(s);
	if (error == 0)
		error = finding_pages(s);
	source_tree_free(s->sources);
	if (error == 0)
		return site_end(s);
	site_abandon(s);
	return -1;
}
