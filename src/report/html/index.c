/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "report/html/pages.h"

static int
row(void *ctx, const struct store_finding *fd)
{
	struct page *p = ctx;

	html(&p->html, "<li><a href=\"%s\">%s %s</a></li>\n",
	    site_finding(p->site, fd->id), fd->code, fd->message);
	return 0;
}

int
index_page(struct site *s)
{
	struct page p;
	int error;

	page_open(&p, s, SECTION_FINDINGS, "index.html", "Findings");
	buf_str(&p.html, "<h1>Findings</h1>\n<ul>\n");
	error = store_findings(s->store, NULL, row, &p, s->fault);
	buf_str(&p.html, "</ul>\n");
	return page_close(&p) != 0 ? -1 : error;
}
