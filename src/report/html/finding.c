/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The page of a finding: what is expected and what is possible, in short; the
 * pictures; the steps in their sources; what else it holds for, and what it
 * rests on.
 */

#include <stdlib.h>
#include <string.h>

#include "report/html/listing.h"
#include "report/html/pages.h"
#include "report/html/stairs.h"
#include "report/html/story.h"

#define SHORT_PRINT	8		/* digits of a fingerprint */

/* ---- the head ---- */

static void
head(struct page *p, const struct store_finding *fd)
{
	struct buf *b = &p->html;

	buf_str(b, "<p class=\"kicker\">");
	page_severity(p, fd->severity);
	html(b, " <b>%s</b> %s ", fd->code, fd->name);
	page_place(p, fd->file, fd->line);
	if (fd->handler >= 0 && site_handler(p->site, fd->handler) != NULL)
		html(b, " <a href=\"%s%s\">the handler</a>", p->up,
		    site_handler(p->site, fd->handler));
	html(b, " <span class=\"print\" title=\"fingerprint %s\">",
	    fd->fingerprint);
	html_text_n(b, fd->fingerprint, SHORT_PRINT);
	buf_str(b, "</span></p>\n");
}

/* Why nobody minds it. */
static void
suppression(struct page *p, const struct store_finding *fd)
{
	struct buf *b = &p->html;

	if (fd->suppression < 0)
		return;
	html(b, "<p class=\"suppressed\"><b>Suppressed%s:</b> %s",
	    fd->suppressed_in_source ? " in the source" : "", fd->reason);
	if (*fd->expires != '\0')
		html(b, " <span class=\"quiet\">(until %s)</span>",
		    fd->expires);
	buf_str(b, "</p>\n");
}

/* ---- two walks against each other ---- */

/* How much of two paths is the same, from i and j on. */
static size_t *
common(const struct path *a, const struct path *c)
{
	size_t w = c->nsteps + 1;
	size_t *t = ecalloc((a->nsteps + 1) * w, sizeof(*t));

	for (size_t i = a->nsteps; i-- > 0; )
		for (size_t j = c->nsteps; j-- > 0; )
			if (path_same(&a->steps[i], &c->steps[j]))
				t[i * w + j] = t[(i + 1) * w + j + 1] + 1;
			else if (t[(i + 1) * w + j] >= t[i * w + j + 1])
				t[i * w + j] = t[(i + 1) * w + j];
			else
				t[i * w + j] = t[i * w + j + 1];
	return t;
}

static void
level_cell(struct page *p, const struct path_step *s)
{
	struct buf *b = &p->html;

	if (s == NULL)
		buf_str(b, "<td class=\"none\"><span>not on it</span></td>");
	else if (s->after.lo >= 0 && s->after.lo == s->after.hi) {
		buf_str(b, "<td>");
		page_level(p, s->after.lo);
		if (strcmp(s->kind, "branch") == 0)
			html(b, " <span class=\"quiet\">%s</span>", s->note);
		buf_str(b, "</td>");
	} else
		buf_str(b, "<td class=\"none\">unknown</td>");
}

static void
compare_row(struct page *p, int index, const struct path_step *x,
    const struct path_step *y)
{
	const struct path_step *s = x != NULL ? x : y;
	struct buf *b = &p->html;
	bool differs = x == NULL || y == NULL || x->after.lo != y->after.lo ||
	    (strcmp(x->kind, "branch") == 0 && strcmp(x->note, y->note) != 0);

	buf_str(b, "<tr><th scope=\"row\">");
	if (x != NULL)
		html(b, "<a class=\"number\" href=\"#w%ds%d\">%d</a>", index,
		    x->number, x->number);
	html(b, "</th><td><code class=\"d%d\">%s</code></td>",
	    s->depth < 8 ? s->depth : 8, s->text);
	level_cell(p, x);
	level_cell(p, y);
	html(b, "<td class=\"%s\">%s</td></tr>\n", differs ? "differs" : "",
	    differs ? "differs" : "");
}

/* The steps of both, side by side; those alike in one row. */
static void
side_by_side(struct page *p, const struct path *a, const struct path *c)
{
	size_t *t = common(a, c), w = c->nsteps + 1, i = 0, j = 0;
	struct buf *b = &p->html;

	html(b, "<div class=\"wide\"><table class=\"compare\">\n"
	    "<caption>Level after each step</caption>\n<thead><tr>"
	    "<th scope=\"col\">Step</th><th "
	    "scope=\"col\">Source</th><th scope=\"col\">%s</th><th "
	    "scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
	    *a->title != '\0' ? a->title : "this path",
	    *c->title != '\0' ? c->title : "clean path");
	while (i < a->nsteps || j < c->nsteps) {
		const struct path_step *x = i < a->nsteps ? &a->steps[i] :
		    NULL;
		const struct path_step *y = j < c->nsteps ? &c->steps[j] :
		    NULL;

		if (x != NULL && x->part != PART_WALK) {
			i++;
			continue;
		}
		if (x != NULL && y != NULL && path_same(x, y)) {
			i++;
			j++;
		} else if (y == NULL || (x != NULL && t[(i + 1) * w + j] >=
		    t[i * w + j + 1])) {
			y = NULL;
			i++;
		} else {
			x = NULL;
			j++;
		}
		compare_row(p, 0, x, y);
	}
	buf_str(b, "</tbody>\n</table></div>\n");
	free(t);
}

/* ---- the pictures ---- */

static const struct path *
breach(const struct paths *ps)
{
	for (size_t i = 0; i < ps->all.n; i++)
		if (!ps->all.p[i].clean)
			return &ps->all.p[i];
	return NULL;
}

static void
pictures(struct page *p, const struct paths *ps)
{
	struct buf *b = &p->html;

	if (ps->all.n == 0)
		return;
	html(b, "<section aria-labelledby=\"picture\">\n"
	    "<h2 id=\"picture\">The level along the path</h2>\n"
	    "<div class=\"pictures%s\">\n", ps->all.n > 1 ? " several" : "");
	for (size_t i = 0; i < ps->all.n; i++) {
		const struct path *path = &ps->all.p[i];

		html(b, "<figure class=\"%s\">\n", path->clean ? "clean" :
		    "breach");
		if (*path->title != '\0' || ps->all.n > 1)
			html(b, "<figcaption>%s</figcaption>\n",
			    *path->title != '\0' ? path->title :
			    path->clean ? "a clean path" : "this path");
		stairs(p, path, (int)i, ps->all.n > 1);
		buf_str(b, "</figure>\n");
	}
	buf_str(b, "</div>\n<p class=\"legend\" aria-hidden=\"true\">"
	    "<span class=\"key line\">level</span>"
	    "<span class=\"key dash\">expected at the end</span>"
	    "<span class=\"key hatch\">off by</span>"
	    "<span class=\"key bar\">spin mutex held</span>"
	    "<span class=\"key ring\">o: the level that the outermost mutex "
	    "saves, and its last release restores</span></p>\n");
	for (size_t i = 0; i < ps->all.n; i++)
		if (ps->all.p[i].clean && breach(ps) != NULL)
			side_by_side(p, breach(ps), &ps->all.p[i]);
	buf_str(b, "</section>\n");
}

/* ---- the steps ---- */

static int
parts(struct page *p, const struct path *path, int index)
{
	static const char *const titles[NPARTS] = {
		[PART_ENTRY] = "How it is entered",
		[PART_WALK] = "The path",
		[PART_AFTER] = "After its return",
		[PART_ALSO] = "It is called from here, too",
	};
	bool several = false;
	int error = 0;

	for (size_t i = 0; i < path->nsteps; i++)
		several |= path->steps[i].part != PART_WALK;
	for (int part = 0; part < NPARTS && error == 0; part++) {
		size_t n = 0;

		for (size_t i = 0; i < path->nsteps; i++)
			n += (int)path->steps[i].part == part;
		if (n == 0)
			continue;
		if (several)
			html(&p->html, "<h3>%s</h3>\n", titles[part]);
		error = listing(p, path, index, (enum part)part);
	}
	return error;
}

static int
sources(struct page *p, const struct paths *ps)
{
	struct buf *b = &p->html;
	int error = 0;

	for (size_t i = 0; i < ps->all.n && error == 0; i++) {
		const struct path *path = &ps->all.p[i];

		if (!path->clean) {
			html(b, "<section aria-labelledby=\"steps%d\">\n"
			    "<h2 id=\"steps%d\">Step by step</h2>\n", (int)i,
			    (int)i);
			error = parts(p, path, (int)i);
			buf_str(b, "</section>\n");
			continue;
		}
		html(b, "<details class=\"walk\"><summary>The clean path in "
		    "its source%s%s</summary>\n", *path->title != '\0' ?
		    ": " : "", path->title);
		error = parts(p, path, (int)i);
		buf_str(b, "</details>\n");
	}
	return error;
}

/* ---- below ---- */

static int
other(void *ctx, const struct store_handler *h)
{
	struct page *p = ctx;
	struct buf *b = &p->html;

	const char *link = site_handler(p->site, h->id);

	buf_str(b, "<tr><th scope=\"row\">");
	if (link != NULL)
		html(b, "<a href=\"%s%s\"><code>%s</code></a>", p->up, link,
		    h->name);
	else
		html(b, "<code>%s</code>", h->name);
	buf_str(b, "</th><td>");
	page_level(p, h->level);
	html(b, "</td><td><code>%s</code></td><td>", h->api);
	page_place(p, h->file, h->line);
	buf_str(b, "</td></tr>\n");
	return 0;
}

static int
others(struct page *p, const struct store_finding *fd)
{
	struct buf *b = &p->html;
	int error;

	if (fd->others == 0)
		return 0;
	html(b, "<section aria-labelledby=\"others\">\n<h2 id=\"others\">"
	    "The same holds for %d more handler%s</h2>\n<div class=\"wide\">"
	    "<table>\n<thead><tr><th scope=\"col\">Handler</th>"
	    "<th scope=\"col\">Level</th><th scope=\"col\">Registered by</th>"
	    "<th scope=\"col\">Where</th></tr></thead>\n<tbody>\n",
	    fd->others, fd->others == 1 ? "" : "s");
	error = store_finding_handlers(p->site->store, fd->id, other, p,
	    p->site->fault);
	buf_str(b, "</tbody>\n</table></div>\n</section>\n");
	return error;
}

static int
rest(void *ctx, const struct store_entry *e)
{
	struct page *p = ctx;

	html(&p->html, "<tr><td>%s</td><td>", e->kind);
	page_place(p, e->file, e->line);
	html(&p->html, "</td><td>%s</td></tr>\n", e->text);
	return 0;
}

static int
rests(struct page *p, const struct store_finding *fd)
{
	struct buf *b = &p->html;
	int error;

	html(b, "<section aria-labelledby=\"rests\">\n"
	    "<h2 id=\"rests\">What it rests on</h2>\n");
	if (fd->rests == 0) {
		buf_str(b, "<p>On no entry of the ledger: all that matters "
		    "here was analysed.</p>\n</section>\n");
		return 0;
	}
	html(b, "<p>%d thing%s that could not be found out, or %s not "
	    "analysed:</p>\n<div class=\"wide\"><table>\n<thead><tr>"
	    "<th scope=\"col\">Kind</th><th scope=\"col\">Where</th>"
	    "<th scope=\"col\">What</th></tr></thead>\n<tbody>\n", fd->rests,
	    fd->rests == 1 ? "" : "s", fd->rests == 1 ? "was" : "were");
	error = store_finding_rests(p->site->store, fd->id, rest, p,
	    p->site->fault);
	buf_str(b, "</tbody>\n</table></div>\n</section>\n");
	return error;
}

/* ---- the page ---- */

static int
finding(void *ctx, const struct store_finding *fd)
{
	struct site *s = ctx;
	struct buf title = { 0 };
	struct paths ps;
	struct page p;
	int error;

	buf_fmt(&title, "%s %s", fd->code, *fd->function != '\0' ?
	    fd->function : fd->file);
	page_open(&p, s, SECTION_FINDINGS, site_finding(s, fd->id), title.p);
	buf_free(&title);
	error = paths_load(&ps, s->store, fd, s->fault);
	if (error == 0) {
		buf_str(&p.html, "<article class=\"finding\">\n");
		head(&p, fd);
		html(&p.html, "<h1>%s</h1>\n", fd->message);
		suppression(&p, fd);
		story(&p, fd, breach(&ps));
		pictures(&p, &ps);
		error = sources(&p, &ps);
	}
	if (error == 0)
		error = others(&p, fd);
	if (error == 0)
		error = rests(&p, fd);
	buf_str(&p.html, "</article>\n");
	page_script(&p, "finding.js");
	paths_free(&ps);
	if (error != 0) {
		buf_free(&p.html);
		return -1;
	}
	return page_close(&p);
}

int
finding_pages(struct site *s)
{
	return store_findings(s->store, NULL, finding, s, s->fault);
}
