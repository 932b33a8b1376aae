/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "report/graph.h"
#include "report/html/pages.h"
#include "report/html/report.h"
#include "report/html/source.h"

static int
graph_pages(struct site *s)
{
	struct graph *g = graph_load(s->store, s->fault);
	int error;

	if (g == NULL)
		return -1;
	error = handler_pages(s, g);
	if (error == 0)
		error = mutex_pages(s, g);
	graph_free(g);
	return error;
}

int
html_report(struct store *store, const struct html_report *r, struct fault *f)
{
	struct site *s = site_begin(r->dir, store, f);
	int error;

	if (s == NULL)
		return -1;
	s->sources = source_tree_new(r->source, store);
	error = name_pages(s);
	if (error == 0)
		error = index_page(s, r);
	if (error == 0)
		error = ledger_page(s);
	if (error == 0)
		error = finding_pages(s);
	if (error == 0)
		error = graph_pages(s);
	source_tree_free(s->sources);
	if (error == 0)
		return site_end(s);
	site_abandon(s);
	return -1;
}
