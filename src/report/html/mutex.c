/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Mutexes: the list, and a page for each: its kind and level and where these
 * were decided, who takes it at which level, and findings about it.
 */

#include <string.h>

#include "report/graph.h"
#include "report/html/pages.h"

#define MAX_USES	500	/* places that take it */

struct mutexes {
	struct site *site;
	const struct graph *graph;
	struct page list;
	struct page *page;		/* of the mutex under way */
	int n;				/* rows so far */
};

static void
span(const struct graph *g, struct page *p, int lo, int hi)
{
	struct buf b = { 0 };

	graph_span(g, lo, hi, &b);
	html(&p->html, "%s", b.p);
	buf_free(&b);
}

/* The level of an adaptive mutex is none, whatever it was given. */
static void
mutex_level(const struct graph *g, struct page *p, const char *spin, int lo,
    int hi)
{
	if (strcmp(spin, "adaptive") == 0)
		buf_str(&p->html, "none");
	else
		span(g, p, lo, hi);
}

static int
init(void *ctx, const struct store_init *i)
{
	struct mutexes *x = ctx;
	struct buf *b = &x->page->html;

	x->n++;
	buf_str(b, "<tr><td>");
	if (*i->file != '\0')
		page_place(x->page, i->file, i->line);
	else
		buf_str(b, "the rules say so");
	html(b, "</td><td><code>%s</code></td><td>%s</td><td>", i->function,
	    i->spin);
	mutex_level(x->graph, x->page, i->spin, i->lo, i->hi);
	buf_str(b, "</td></tr>\n");
	return 0;
}

static int
use(void *ctx, const struct store_act *a)
{
	struct mutexes *x = ctx;
	struct buf *b = &x->page->html, levels = { 0 };
	uint32_t f = graph_find(x->graph, a->func);

	if (x->n++ >= MAX_USES)
		return 0;
	html(b, "<tr><td><code>%s</code></td><td>", a->function);
	page_place(x->page, a->file, a->line);
	html(b, "</td><td><code>%s</code></td><td>", a->text);
	span(x->graph, x->page, a->lo, a->hi);
	buf_str(b, "</td><td>");
	if (f != GRAPH_NONE) {
		graph_levels(x->graph, x->graph->funcs.p[f].entered, &levels);
		if (levels.n > 0)
			html(b, "<span class=\"level\">%s</span>", levels.p);
		buf_free(&levels);
	}
	if (a->locks > 1)
		html(b, "</td><td>one of %d mutexes", a->locks);
	else
		buf_str(b, "</td><td>");
	buf_str(b, "</td></tr>\n");
	return 0;
}

static int
finding(void *ctx, const struct store_felt *f)
{
	struct mutexes *x = ctx;
	struct buf *b = &x->page->html;

	x->n++;
	buf_str(b, "<li>");
	page_severity(x->page, f->severity);
	html(b, " <a href=\"%s%s\">%s %s</a>: %s</li>\n", x->page->up,
	    site_finding(x->site, f->finding), f->code, f->name, f->message);
	return 0;
}

static void
head(struct buf *b, const char *const *titles, size_t n)
{
	buf_str(b, "<div class=\"wide\"><table>\n<thead><tr>");
	for (size_t i = 0; i < n; i++)
		html(b, "<th scope=\"col\">%s</th>", titles[i]);
	buf_str(b, "</tr></thead>\n<tbody>\n");
}

static int
sections(struct mutexes *x, const struct store_mutex *m)
{
	static const char *const inits[] = { "Where", "Function", "Kind",
	    "Level" };
	static const char *const uses[] = { "Function", "Where", "As",
	    "Level right before", "In handlers entered at", "" };
	struct site *s = x->site;
	struct buf *b = &x->page->html;

	buf_str(b, "<section id=\"decided\">\n<h2>Where that was decided"
	    "</h2>\n");
	head(b, inits, 4);
	x->n = 0;
	if (store_mutex_inits(s->store, m->id, init, x, s->fault) != 0)
		return -1;
	if (x->n == 0)
		buf_str(b, "<tr><td colspan=\"4\">Nothing was seen that "
		    "initialises it.</td></tr>\n");
	buf_str(b, "</tbody>\n</table></div>\n</section>\n"
	    "<section id=\"findings\">\n<h2>Findings about it</h2>\n<ul "
	    "class=\"plain\">\n");
	x->n = 0;
	if (store_mutex_findings(s->store, m->id, finding, x, s->fault) != 0)
		return -1;
	html(b, "</ul>\n%s</section>\n<section id=\"takers\">\n", "");
	if (x->n == 0)
		buf_str(b, "<p>None.</p>\n");
	buf_str(b, "<h2>Who takes it</h2>\n");
	head(b, uses, 6);
	x->n = 0;
	if (store_mutex_uses(s->store, m->id, use, x, s->fault) != 0)
		return -1;
	buf_str(b, "</tbody>\n</table></div>\n");
	if (x->n == 0)
		buf_str(b, "<p>Nobody that is known.</p>\n");
	if (x->n > MAX_USES)
		html(b, "<p>The first %d of %d places.</p>\n", MAX_USES,
		    x->n);
	buf_str(b, "</section>\n");
	return 0;
}

static int
mutex_page(struct mutexes *x, const struct store_mutex *m)
{
	struct page p;
	struct buf *b = &p.html;
	int error;

	x->page = &p;
	page_open(&p, x->site, SECTION_MUTEXES, site_mutex(x->site, m->id),
	    m->name);
	html(b, "<h1><code>%s</code></h1>\n<dl class=\"facts\">\n<div><dt>"
	    "kind</dt><dd>%s</dd></div>\n<div><dt>level</dt><dd>", m->name,
	    m->spin);
	mutex_level(x->graph, &p, m->spin, m->lo, m->hi);
	html(b, "</dd></div>\n<div><dt>initialised</dt><dd>%d</dd></div>\n"
	    "<div><dt>places that take it</dt><dd>%d</dd></div>\n</dl>\n",
	    m->inits, m->takers);
	if (strcmp(m->spin, "mixed") == 0 || (m->lo != m->hi &&
	    strcmp(m->spin, "spin") == 0))
		buf_str(b, "<p>The initialisations do not agree: these are "
		    "the bounds.</p>\n");
	error = sections(x, m);
	return page_close(&p) != 0 ? -1 : error;
}

static int
mutex(void *ctx, const struct store_mutex *m)
{
	struct mutexes *x = ctx;
	struct buf *b = &x->list.html;

	html(b, "<tr data-spin=\"%s\" data-level=\"", m->spin);
	mutex_level(x->graph, &x->list, m->spin, m->lo, m->hi);
	html(b, "\"><td><a href=\"%s\"><code>%s</code></a></td><td>%s</td>"
	    "<td data-value=\"%d\">", site_mutex(x->site, m->id), m->name,
	    m->spin, strcmp(m->spin, "adaptive") == 0 ? -2 : m->lo);
	mutex_level(x->graph, &x->list, m->spin, m->lo, m->hi);
	html(b, "</td><td data-value=\"%d\">%d</td><td data-value=\"%d\">%d"
	    "</td></tr>\n", m->takers, m->takers, m->findings, m->findings);
	return mutex_page(x, m);
}

int
mutex_pages(struct site *s, const struct graph *g)
{
	struct mutexes x = { .site = s, .graph = g };
	static const char *const columns[] = { "Mutex", "Kind", "Level",
	    "Places that take it", "Findings" };
	struct buf *b = &x.list.html;
	int error;

	page_open(&x.list, s, SECTION_MUTEXES, "mutexes.html", "Mutexes");
	buf_str(b, "<h1>Mutexes</h1>\n<form class=\"controls\" "
	    "role=\"search\" aria-label=\"Mutexes\" hidden>\n<label "
	    "class=\"grow\">Search <input type=\"search\" autocomplete="
	    "\"off\" spellcheck=\"false\" placeholder=\"struct, member, "
	    "variable\"></label>\n<label>Kind <select data-key=\"spin\">"
	    "</select></label>\n<label>Level <select data-key=\"level\">"
	    "</select></label>\n<button type=\"reset\">Clear</button>\n"
	    "</form>\n<p id=\"count\" role=\"status\"></p>\n");
	page_columns(&x.list, columns, sizeof(columns) / sizeof(*columns));
	error = store_mutexes(s->store, mutex, &x, s->fault);
	buf_str(b, "</tbody>\n</table></div>\n");
	page_script(&x.list, "list.js");
	return page_close(&x.list) != 0 ? -1 : error;
}
