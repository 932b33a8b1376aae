/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Handlers: the list, and a page for each that says why it is clean or not.
 */

#include <stdlib.h>
#include <string.h>

#include "report/graph.h"
#include "report/html/pages.h"
#include "report/verdict.h"

#define MAX_NODES	100	/* of a call tree */
#define MAX_TAKES	100	/* mutexes */
#define MAX_RESTS	100	/* ledger entries */
#define OPEN_DEPTH	2	/* of the tree that is unfolded at first */

struct handlers {
	struct site *site;
	const struct graph *graph;
	struct page list;
	struct page *page;		/* of the handler under way */
	size_t n;
};

/* ---- pieces ---- */

static void
level(struct page *p, const char *what, int level)
{
	html(&p->html, "<div><dt>%s</dt><dd>", what);
	page_level(p, level);
	buf_str(&p->html, "</dd></div>\n");
}

static void
span(struct handlers *x, int lo, int hi)
{
	struct buf b = { 0 };

	graph_span(x->graph, lo, hi, &b);
	html(&x->page->html, "%s", b.p);
	buf_free(&b);
}

void
page_mutex(struct page *p, const struct graph *g, uint32_t id)
{
	html(&p->html, "<a href=\"%s%s\"><code>%s</code></a>", p->up,
	    site_mutex(p->site, id), g->mutexes.p[id].name);
}

static void
facts(struct handlers *x, const struct store_handler *h)
{
	struct page *p = x->page;
	struct buf *b = &p->html;

	buf_str(b, "<dl class=\"facts\">\n");
	level(p, "entered at", h->level);
	if (h->exit_max < 0 && h->verdict[0] == 'c')
		buf_str(b, "<div><dt>never returns</dt><dd>&#8212;</dd></div>"
		    "\n");
	else
		level(p, "returns at most at", h->exit_max);
	if (h->exit_max_nested >= 0)
		level(p, "the same, entered with a spin mutex held",
		    h->exit_max_nested);
	level(p, "highest level in between", h->peak);
	buf_str(b, "</dl>\n<dl class=\"about\">\n");
	html(b, "<div><dt>Kind</dt><dd>%s%s</dd></div>\n", *h->context !=
	    '\0' ? h->context : "unknown", h->thread ? ", may sleep" : "");
	html(b, "<div><dt>Registered</dt><dd>at <span class=\"level\">%s"
	    "</span> by <code>%s</code>", *h->level_name != '\0' ?
	    h->level_name : "an unknown level", *h->api != '\0' ? h->api :
	    "a rule");
	if (*h->registered_in != '\0')
		html(b, " in <code>%s</code>", h->registered_in);
	buf_str(b, ", ");
	page_place(p, h->file, h->line);
	if (h->others > 0)
		html(b, ", and at %d more place%s", h->others, h->others ==
		    1 ? "" : "s");
	buf_str(b, "</dd></div>\n<div><dt>Defined</dt><dd>");
	if (*h->func_file != '\0')
		page_place(p, h->func_file, h->func_line);
	else
		buf_str(b, "in no unit");
	buf_str(b, "</dd></div>\n</dl>\n");
}

/* ---- findings ---- */

static int
felt(void *ctx, const struct store_felt *f)
{
	struct handlers *x = ctx;
	struct buf *b = &x->page->html;

	html(b, "<li>");
	page_severity(x->page, f->severity);
	html(b, " <a href=\"%s%s\">%s %s</a>: %s", x->page->up,
	    site_finding(x->site, f->finding), f->code, f->name, f->message);
	html(b, "<br><span class=\"quiet\">%s", felt_text(f->how));
	if (strcmp(f->how, "below") == 0)
		html(b, ": <code>%s</code>", f->calls);
	buf_str(b, "</span></li>\n");
	return 0;
}

static int
findings(struct handlers *x, const struct store_handler *h)
{
	struct buf *b = &x->page->html;
	int error;

	if (h->findings == 0)
		return 0;
	buf_str(b, "<section id=\"findings\">\n<h2>Findings</h2>\n"
	    "<ul class=\"plain\">\n");
	error = store_handler_findings(x->site->store, h->id, felt, x,
	    x->site->fault);
	buf_str(b, "</ul>\n</section>\n");
	return error;
}

/* ---- the call tree ---- */

static void
act(struct handlers *x, const struct graph_act *a)
{
	struct page *p = x->page;
	struct buf *b = &p->html;

	html(b, "<li class=\"act\"><span class=\"kind\">%s</span> ",
	    act_text(a->kind));
	html(b, "<code>%s</code>", a->text);
	for (uint32_t i = 0; i < a->nlocks && i < 3; i++) {
		buf_str(b, i == 0 ? " " : " or ");
		page_mutex(p, x->graph, a->locks[i]);
	}
	if (a->nlocks > 3)
		html(b, " or %d more", (int)a->nlocks - 3);
	if (a->lo >= 0) {
		buf_str(b, " <span class=\"quiet\">at ");
		span(x, a->lo, a->hi);
		buf_str(b, "</span>");
	}
	buf_str(b, " ");
	page_place(p, a->file, a->line);
	buf_str(b, "</li>\n");
}

static void
peak(struct handlers *x, int entry, int level)
{
	struct buf *b = &x->page->html;

	if (level < 0 || level <= entry) {
		buf_str(b, " <span class=\"quiet\">level stays</span>");
		return;
	}
	buf_str(b, " <span class=\"peak\">peak ");
	page_level(x->page, level);
	buf_str(b, "</span>");
}

/* What a call of it does; nearly all leave everything as it was. */
static void
effect(struct buf *b, const struct graph_func *f)
{
	if (strcmp(f->effect, EFFECT_NONE) != 0)
		html(b, "<p class=\"effect\">%s</p>\n", f->effect);
}

static void node(struct handlers *, const struct tree *, uint32_t,
    unsigned depth, int entry);

static void
below(struct handlers *x, const struct tree *t, const struct tree_node *n,
    unsigned depth, int entry)
{
	const struct graph_func *f = &x->graph->funcs.p[n->func];
	struct buf *b = &x->page->html;

	effect(b, f);
	buf_str(b, "<ul>\n");
	for (uint32_t i = 0; i < f->nacts; i++)
		act(x, &f->acts[i]);
	for (uint32_t i = 0; i < n->n; i++)
		node(x, t, n->first + i, depth + 1, entry);
	if (n->left_out > 0)
		html(b, "<li class=\"quiet\">%d more calls, not drawn</li>\n",
		    (int)n->left_out);
	if (f->quiet > 0)
		html(b, "<li class=\"quiet\">%d call%s below which nothing "
		    "happens to level or locks</li>\n", f->quiet, f->quiet ==
		    1 ? "" : "s");
	buf_str(b, "</ul>\n");
}

static void
node(struct handlers *x, const struct tree *t, uint32_t i, unsigned depth,
    int entry)
{
	const struct tree_node *n = &t->nodes.p[i];
	const struct graph_call *c = n->call;
	const struct graph_func *f = n->func != GRAPH_NONE ?
	    &x->graph->funcs.p[n->func] : NULL;
	struct buf *b = &x->page->html;
	bool open = n->state == TREE_OPEN && (f->ncalls > 0 || f->nacts > 0);

	buf_str(b, "<li>");
	if (open) {
		html(b, "<details id=\"f%d\"", (int)n->func);
		buf_str(b, depth < OPEN_DEPTH ? " open><summary>" :
		    "><summary>");
	}
	if (n->state == TREE_POINTER)
		html(b, "<span class=\"pointer\">through <code>%s</code></span>"
		    ": one of %d functions%s%s", c->pointer, c->targets,
		    *c->targets_text != '\0' ? ": " : "", c->targets_text);
	else if (n->state == TREE_ABOVE)
		html(b, "<a href=\"#f%d\"><code>%s</code></a>", (int)n->func,
		    f->name);
	else
		html(b, "<code>%s</code>", f != NULL ? f->name : c->name);
	if (c != NULL && *c->pointer != '\0' && n->state != TREE_POINTER)
		html(b, " <span class=\"quiet\">through <code>%s</code></span>",
		    c->pointer);
	peak(x, entry, c != NULL ? c->peak : f->peak);
	if (f != NULL && f->sleeps)
		buf_str(b, " <span class=\"sleeps\">sleeps</span>");
	if (n->state == TREE_ABOVE)
		buf_str(b, " <span class=\"quiet\">(unfolded above)</span>");
	else if (n->state == TREE_CUT)
		html(b, " <span class=\"quiet\">%s</span>", f != NULL &&
		    f->sleeps ? "(not followed: does not return to an "
		    "interrupt)" : "(not drawn further)");
	if (c != NULL) {
		buf_str(b, " ");
		page_place(x->page, c->file, c->line);
	}
	if (open) {
		buf_str(b, "</summary>\n");
		below(x, t, n, depth, entry);
		buf_str(b, "</details>");
	} else if (n->state == TREE_CUT && f != NULL)
		effect(b, f);
	buf_str(b, "</li>\n");
}

static void
calls(struct handlers *x, const struct store_handler *h, uint32_t root)
{
	struct buf *b = &x->page->html;
	struct tree t;

	buf_str(b, "<section id=\"calls\">\n<h2>What it does</h2>\n");
	if (root == GRAPH_NONE) {
		buf_str(b, h->verdict[0] == 'u' ? "<p>Not known.</p>\n" :
		    "<p>Nothing in it, or in anything that it calls, touches "
		    "level or locks.</p>\n");
		buf_str(b, "</section>\n");
		return;
	}
	buf_str(b, "<p class=\"quiet\">Each function with the highest level "
	    "that it raises to, itself or below, if it is entered at the "
	    "handler&#8217;s level. Where nothing else is said, a call "
	    "leaves level and spin mutexes as they are.</p>\n"
	    "<ul class=\"tree\">\n");
	tree_build(x->graph, root, h->thread != 0, MAX_NODES, &t);
	node(x, &t, 0, 0, h->level);
	tree_free(&t);
	buf_str(b, "</ul>\n</section>\n");
}

/* ---- mutexes ---- */

static void
takes(struct handlers *x, const struct graph_reach *r)
{
	struct buf *b = &x->page->html;
	const struct graph_mutex *m;
	struct graph_take *v;
	size_t n, i;

	v = graph_takes(x->graph, r, &n);
	buf_str(b, "<section id=\"mutexes\">\n<h2>Mutexes taken</h2>\n");
	if (n == 0)
		buf_str(b, "<p>None, by resolved calls.</p>\n");
	else
		buf_str(b, "<div class=\"wide\"><table>\n<thead><tr>"
		    "<th scope=\"col\">Mutex</th><th scope=\"col\">Kind</th>"
		    "<th scope=\"col\">Its level</th><th scope=\"col\">Taken "
		    "in</th><th scope=\"col\">Where</th><th scope=\"col\">"
		    "Places</th></tr></thead>\n<tbody>\n");
	for (i = 0; i < n && i < MAX_TAKES; i++) {
		m = &x->graph->mutexes.p[v[i].mutex];
		buf_str(b, "<tr><td>");
		page_mutex(x->page, x->graph, v[i].mutex);
		html(b, "</td><td>%s</td><td>", m->spin);
		if (strcmp(m->spin, "adaptive") == 0)
			buf_str(b, "none");
		else
			span(x, m->lo, m->hi);
		html(b, "</td><td><code>%s</code></td><td>",
		    x->graph->funcs.p[v[i].func].name);
		page_place(x->page, v[i].act->file, v[i].act->line);
		html(b, "</td><td>%d</td></tr>\n", (int)v[i].places);
	}
	if (n > 0)
		buf_str(b, "</tbody>\n</table></div>\n");
	if (n > MAX_TAKES)
		html(b, "<p>The nearest %d of %zu.</p>\n", MAX_TAKES, n);
	buf_str(b, "</section>\n");
	free(v);
}

/* ---- what it rests on ---- */

static void
rests(struct handlers *x, const struct store_handler *h,
    const struct graph_reach *r)
{
	struct buf *b = &x->page->html;
	const struct graph_entry *e;
	uint32_t *v;
	size_t n, i;

	v = graph_rests(x->graph, r, &n);
	buf_str(b, "<section id=\"rests\">\n<h2>What the verdict rests on"
	    "</h2>\n");
	if (h->rests == 0)
		buf_str(b, "<p>Nothing was unknown.</p>\n");
	if (n > 0) {
		html(b, "<details%s><summary>%zu ledger entr%s in functions "
		    "that resolved calls lead to</summary>\n<div class="
		    "\"wide\"><table>\n<thead><tr><th scope=\"col\">Kind</th>"
		    "<th scope=\"col\">Where</th><th scope=\"col\">Function"
		    "</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
		    "", n, n == 1 ? "y" : "ies");
		for (i = 0; i < n && i < MAX_RESTS; i++) {
			e = &x->graph->entries.p[v[i]];
			html(b, "<tr><td><a href=\"%sledger.html#%s\">%s</a>"
			    "</td><td>", x->page->up, e->kind, e->kind);
			page_place(x->page, e->file, e->line);
			html(b, "</td><td><code>%s</code></td><td>%s</td>"
			    "</tr>\n", e->function, e->text);
		}
		buf_str(b, "</tbody>\n</table></div>\n");
		if (n > MAX_RESTS)
			html(b, "<p>%d of %zu.</p>\n", MAX_RESTS, n);
		buf_str(b, "</details>\n");
	}
	if ((size_t)h->rests > n)
		html(b, "<p>%s%d <a href=\"%sledger.html\">ledger</a> entr%s "
		    "in functions that calls through pointers could lead to."
		    "</p>\n", n > 0 ? "And on " : "", h->rests - (int)n,
		    x->page->up, h->rests - n == 1 ? "y" : "ies");
	buf_str(b, "</section>\n");
	free(v);
}

/* ---- pages ---- */

static int
handler_page(struct handlers *x, const struct store_handler *h)
{
	uint32_t root = graph_find(x->graph, h->func);
	struct graph_reach r = graph_reach(x->graph, root, h->thread != 0);
	struct page p;
	int error;

	x->page = &p;
	page_open(&p, x->site, SECTION_HANDLERS, site_handler(x->site,
	    h->id), h->name);
	html(&p.html, "<h1><code>%s</code></h1>\n<p>", h->name);
	page_verdict(&p, h->verdict);
	html(&p.html, ": %s</p>\n", verdict_text(h->verdict));
	facts(x, h);
	buf_str(&p.html, "<p>");
	html(&p.html, "%s</p>\n", verdict_why(h));
	error = findings(x, h);
	calls(x, h, root);
	takes(x, &r);
	rests(x, h, &r);
	page_script(&p, "finding.js");
	free(r.funcs);
	return page_close(&p) != 0 ? -1 : error;
}

static void
list_row(struct handlers *x, const struct store_handler *h)
{
	struct page *p = &x->list;
	struct buf *b = &p->html;

	html(b, "<tr data-verdict=\"%s\" data-context=\"%s\"><td><a "
	    "href=\"%s\"><code>%s</code></a></td><td>", h->verdict,
	    h->context, site_handler(x->site, h->id), h->name);
	page_verdict(p, h->verdict);
	html(b, "</td><td>%s</td><td data-value=\"%d\">", h->context,
	    h->level);
	page_level(p, h->level);
	html(b, "</td><td data-value=\"%d\">", h->exit_max);
	page_level(p, h->exit_max);
	html(b, "</td><td data-value=\"%d\">", h->peak);
	page_level(p, h->peak);
	html(b, "</td><td data-value=\"%d\">%d</td><td>", h->findings,
	    h->findings);
	page_place(p, h->file, h->line);
	buf_str(b, "</td></tr>\n");
}

static int
handler(void *ctx, const struct store_handler *h)
{
	struct handlers *x = ctx;

	list_row(x, h);
	x->n++;
	return handler_page(x, h);
}

int
handler_pages(struct site *s, const struct graph *g)
{
	struct handlers x = { .site = s, .graph = g };
	static const char *const columns[] = { "Handler", "Verdict", "Kind",
	    "Entry", "Returns at most", "Peak", "Findings", "Registered" };
	struct buf *b = &x.list.html;
	int error;

	page_open(&x.list, s, SECTION_HANDLERS, "handlers.html", "Handlers");
	buf_str(b, "<h1>Handlers</h1>\n<form class=\"controls\" "
	    "role=\"search\" aria-label=\"Handlers\" hidden>\n<label "
	    "class=\"grow\">Search <input type=\"search\" autocomplete="
	    "\"off\" spellcheck=\"false\" placeholder=\"function, level, "
	    "file\"></label>\n<label>Verdict <select data-key=\"verdict\">"
	    "</select></label>\n<label>Kind <select data-key=\"context\">"
	    "</select></label>\n<button type=\"reset\">Clear</button>\n"
	    "</form>\n<p id=\"count\" role=\"status\"></p>\n");
	page_columns(&x.list, columns, sizeof(columns) / sizeof(*columns));
	error = store_handlers(s->store, NULL, handler, &x, s->fault);
	buf_str(b, "</tbody>\n</table></div>\n");
	page_script(&x.list, "list.js");
	return page_close(&x.list) != 0 ? -1 : error;
}
