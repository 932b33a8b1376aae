/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The ledger, by kind, and the units that were not analysed, or not wholly.
 */

#include <string.h>

#include "report/html/pages.h"

struct ledger_rows {
	struct page *page;
	const char *kind;		/* the one that is open, or "" */
	const int *counts;		/* by enum ledger_kind */
};

static void
close_kind(struct ledger_rows *l)
{
	if (*l->kind != '\0')
		buf_str(&l->page->html, "</tbody>\n</table></div>\n"
		    "</details>\n</section>\n");
}

static int
entry(void *ctx, const struct store_entry *e)
{
	struct ledger_rows *l = ctx;
	struct buf *b = &l->page->html;
	int n = 0;

	if (strcmp(e->kind, l->kind) != 0) {
		close_kind(l);
		for (int k = 0; k < LEDGER_NKINDS; k++)
			if (strcmp(ledger_kind_name(k), e->kind) == 0) {
				n = l->counts[k];
				l->kind = ledger_kind_name(k);
				html(b, "<section id=\"%s\">\n<h2>%s</h2>\n"
				    "<p>%s</p>\n", e->kind, e->kind,
				    ledger_kind_text(k));
			}
		html(b, "<details%s><summary>%d entr%s</summary>\n"
		    "<div class=\"wide\"><table>\n<thead><tr><th "
		    "scope=\"col\">Where</th><th scope=\"col\">Function</th>"
		    "<th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
		    "", n, n == 1 ? "y" : "ies");
	}
	buf_str(b, "<tr><td>");
	page_place(l->page, e->file, e->line);
	html(b, "</td><td><code>%s</code></td><td>%s</td></tr>\n",
	    e->function, e->text);
	return 0;
}

static int
unit(void *ctx, const struct store_unit *u)
{
	struct page *p = ctx;

	html(&p->html, "<tr><td><code>%s</code></td><td>%s</td><td>%s</td>"
	    "</tr>\n", u->path, u->status, u->reason);
	return 0;
}

static int
units(struct page *p)
{
	struct buf *b = &p->html, rows;
	int error;

	buf_str(b, "<section id=\"units\">\n<h2>Units not analysed, or not "
	    "wholly</h2>\n");
	rows = p->html;
	memset(&p->html, 0, sizeof(p->html));
	error = store_gaps(p->site->store, unit, p, p->site->fault);
	if (p->html.n == 0)
		buf_str(&rows, "<p>None: every unit was analysed.</p>\n");
	else {
		buf_str(&rows, "<div class=\"wide\"><table>\n<thead><tr><th "
		    "scope=\"col\">Unit</th><th scope=\"col\">State</th><th "
		    "scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
		buf_add(&rows, p->html.p, p->html.n);
		buf_str(&rows, "</tbody>\n</table></div>\n");
	}
	buf_free(&p->html);
	p->html = rows;
	buf_str(&p->html, "</section>\n");
	return error;
}

int
ledger_page(struct site *s)
{
	struct ledger_rows l = { .kind = "" };
	struct store_counts c;
	struct page p;
	int error;

	if (store_counts(s->store, &c, s->fault) != 0)
		return -1;
	page_open(&p, s, SECTION_LEDGER, "ledger.html", "Ledger");
	buf_str(&p.html, "<h1>Ledger</h1>\n<p>What was not analysed, or could "
	    "not be found out. &#8220;Clean&#8221; means clean "
	    "given these.</p>\n");
	l.page = &p;
	l.counts = c.ledger;
	error = store_ledger(s->store, NULL, entry, &l, s->fault);
	close_kind(&l);
	if (error == 0)
		error = units(&p);
	page_script(&p, "finding.js");
	return page_close(&p) != 0 ? -1 : error;
}
