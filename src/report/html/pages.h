/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* pages: the kinds of pages, each written by a file of its own. */

#ifndef IPLINT_HTML_PAGES_H
#define IPLINT_HTML_PAGES_H

#include "report/html/report.h"
#include "report/html/site.h"

struct graph;

/* They return 0, or -1 and the site's fault. */
int	index_page(struct site *, const struct html_report *) MUST_CHECK;
/* The ledger, and the units that are not analysed or not wholly. */
int	ledger_page(struct site *) MUST_CHECK;
int	finding_pages(struct site *) MUST_CHECK;
/* The names of the pages of handlers and mutexes, for links to them. */
int	name_pages(struct site *) MUST_CHECK;
/* The lists of all, and a page for each. */
int	handler_pages(struct site *, const struct graph *) MUST_CHECK;
int	mutex_pages(struct site *, const struct graph *) MUST_CHECK;

/* A link to the page of a mutex. */
void	page_mutex(struct page *, const struct graph *, uint32_t mutex);

#endif /* IPLINT_HTML_PAGES_H */
