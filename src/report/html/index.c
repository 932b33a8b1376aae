/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The index: the state of the run, and the list of findings.
 *
 * The list may have ten thousand rows, so it is data for a script, which
 * makes rows of the part that is looked at.  Without scripts there is a plain
 * list, findings.html.
 */

#include <stdlib.h>
#include <string.h>

#include "report/html/pages.h"

struct index {
	struct site *site;
	const struct html_report *report;
	struct buf data;		/* findings.js */
	struct page list;		/* findings.html */
	VEC(const char *) contexts;	/* of handlers, by id */
	size_t n;			/* rows so far */
	int suppressed;
	int severities[3];		/* errors, warnings, notes */
};

static const char *const severities[] = { "error", "warning", "note" };

static int
context(void *ctx, const struct store_handler *h)
{
	struct index *x = ctx;

	require(h->id == (int64_t)x->contexts.n);
	vec_push(&x->contexts, arena_strndup(x->site->arena, h->context,
	    strlen(h->context)));
	return 0;
}

static void
json(struct buf *b, const char *s)
{
	buf_chr(b, ',');
	html_json(b, s);
}

static const struct baseline *
baseline_of(const struct index *x)
{
	return x->report->gate->policy->baseline;
}

/* A date, "" if it is known without one, NULL if it is new. */
static const char *
since_of(const struct index *x, const struct store_finding *fd)
{
	const struct baseline_finding *known = NULL;
	struct digest d;

	if (baseline_of(x) != NULL && digest_parse(fd->fingerprint, &d))
		known = baseline_find(baseline_of(x), d);
	return known != NULL ? known->since : NULL;
}

static bool
is_suppressed(const struct index *x, const struct store_finding *fd)
{
	return gate_mark(x->report->gate, fd->id) == GATE_SUPPRESSED;
}

/* Fields in the order that index.js has them in. */
static void
data_row(struct index *x, const struct store_finding *fd)
{
	struct buf *b = &x->data;
	const char *since = since_of(x, fd);

	buf_str(b, x->n == 0 ? "[" : ",\n[");
	html_json(b, fd->code);
	json(b, fd->severity);
	json(b, fd->function);
	json(b, fd->file);
	buf_fmt(b, ",%d,%d,%d", fd->line, fd->entry, fd->exit);
	json(b, fd->message);
	json(b, fd->handler >= 0 ? x->contexts.p[fd->handler] : "");
	if (since == NULL)
		buf_str(b, ",null");
	else
		json(b, since);
	json(b, site_finding(x->site, fd->id));
	buf_fmt(b, ",%d", fd->others);
	if (is_suppressed(x, fd))
		json(b, fd->reason);
	else
		buf_str(b, ",null");
	buf_chr(b, ']');
}

static int
row(void *ctx, const struct store_finding *fd)
{
	struct index *x = ctx;
	bool suppressed = is_suppressed(x, fd);

	if (gate_mark(x->report->gate, fd->id) == GATE_DISABLED)
		return 0;
	data_row(x, fd);
	html(&x->list.html, "<li><a href=\"%s\">%s</a> <span class=\"quiet\">"
	    "%s %s, %s:%d</span></li>\n", site_finding(x->site, fd->id),
	    fd->message, fd->severity, fd->code, fd->file, fd->line);
	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++)
		x->severities[i] += !suppressed &&
		    strcmp(severities[i], fd->severity) == 0;
	x->suppressed += suppressed;
	x->n++;
	return 0;
}

static int
code_row(void *ctx, const char *code, const char *name, const char *text)
{
	struct index *x = ctx;
	struct buf *b = &x->data;

	html_json(b, code);
	buf_chr(b, ':');
	buf_chr(b, '[');
	html_json(b, name);
	json(b, text);
	buf_str(b, "],\n");
	return 0;
}

static int
write_data(struct index *x)
{
	struct site *s = x->site;
	struct buf *b = &x->data;
	int error;

	buf_str(b, "\"use strict\";\nconst report = {\nlevels: {");
	for (size_t i = 0; i < s->levels.n; i++) {
		buf_fmt(b, "%s%d:", i > 0 ? "," : "", s->levels.p[i].level);
		html_json(b, s->levels.p[i].name);
	}
	html(b, "},\nbaseline: %s,\ncodes: {\n", baseline_of(x) != NULL ?
	    "true" : "false");
	error = store_codes(s->store, code_row, x, s->fault);
	buf_str(b, "},\nrows: [\n");
	if (error == 0)
		error = store_findings(s->store, NULL, row, x, s->fault);
	buf_str(b, "\n] };\n");
	return error == 0 ? site_write(s, "findings.js", b) : -1;
}

/* ---- the page ---- */

static void
fact(struct buf *b, int n, const char *what, const char *many)
{
	html(b, "<div><dt>%s</dt><dd>%d</dd></div>\n", n == 1 ? what : many,
	    n);
}

static int
state(struct index *x, struct page *p)
{
	struct store_counts c;
	struct buf *b = &p->html;
	int gaps;

	if (store_counts(x->site->store, &c, x->site->fault) != 0)
		return -1;
	gaps = c.missing + c.stale + c.incomplete;
	buf_str(b, "<section class=\"state\" aria-label=\"State of the run\">"
	    "\n<dl class=\"facts\">\n");
	fact(b, x->severities[0], "error", "errors");
	fact(b, x->severities[1], "warning", "warnings");
	fact(b, x->severities[2], "note", "notes");
	if (x->suppressed > 0)
		fact(b, x->suppressed, "suppressed", "suppressed");
	fact(b, c.units, "unit", "units");
	html(b, "<div%s><dt>missing, stale or incomplete</dt><dd>%d</dd>"
	    "</div>\n</dl>\n", "", gaps);
	if (gaps > 0)
		html(b, "<p class=\"gaps\"><b>The input was incomplete:</b> "
		    "%d missing, %d stale, %d incomplete. What these units "
		    "have is not known. <a href=\"ledger.html#units\">Which "
		    "units</a></p>\n", c.missing, c.stale, c.incomplete);
	buf_str(b, "<p class=\"ledger\"><a href=\"ledger.html\">Ledger</a> "
	    "<span class=\"quiet\">(what could not be found out):</span>");
	gaps = 0;
	for (int k = 0; k < LEDGER_NKINDS; k++)
		if (c.ledger[k] > 0)
			html(b, "%s <a href=\"ledger.html#%s\">%d %s</a>",
			    gaps++ > 0 ? "," : "", ledger_kind_name(k),
			    c.ledger[k], ledger_kind_name(k));
	buf_str(b, gaps > 0 ? "</p>\n" : " empty</p>\n");
	if (c.skipped > 0)
		html(b, "<p class=\"quiet\">%d unit%s not C and left out."
		    "</p>\n", c.skipped, c.skipped == 1 ? " is" : "s are");
	buf_str(b, "</section>\n");
	return 0;
}

/* Controls that the script fills and listens to. */
static void
controls(struct index *x, struct page *p)
{
	buf_str(&p->html, "<form class=\"controls\" role=\"search\" "
	    "aria-label=\"Findings\" hidden>\n"
	    "<label class=\"grow\">Search <input type=\"search\" id=\"q\" "
	    "autocomplete=\"off\" spellcheck=\"false\" "
	    "placeholder=\"function, file, mutex, words\"></label>\n"
	    "<label>Id <select id=\"id\"></select></label>\n"
	    "<label>Severity <select id=\"severity\"></select></label>\n"
	    "<label>Directory <select id=\"dir\"></select></label>\n"
	    "<label>Handler <select id=\"kind\"></select></label>\n");
	if (baseline_of(x) != NULL)
		buf_str(&p->html, "<label class=\"check\"><input "
		    "type=\"checkbox\" id=\"new\"> New only</label>\n");
	if (x->suppressed > 0)
		buf_str(&p->html, "<label class=\"check\"><input "
		    "type=\"checkbox\" id=\"suppressed\"> Suppressed, too"
		    "</label>\n");
	buf_str(&p->html, "<button type=\"reset\">Clear</button>\n</form>\n");
}

static void
table(struct index *x, struct page *p)
{
	static const struct {
		const char *key, *title;
	} columns[] = {
		{ "severity", "Severity" }, { "id", "Id" },
		{ "function", "Function" }, { "entry", "Entry" },
		{ "exit", "Exit" }, { "file", "Place" },
		{ "kind", "Handler" }, { "since", "First seen" },
	};
	struct buf *b = &p->html;

	buf_str(b, "<p id=\"count\" role=\"status\"></p>\n"
	    "<div class=\"wide\"><table id=\"findings\" hidden>\n"
	    "<thead><tr>");
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		if (strcmp(columns[i].key, "since") == 0 &&
		    baseline_of(x) == NULL)
			continue;
		html(b, "<th scope=\"col\" data-key=\"%s\"><button "
		    "type=\"button\">%s</button></th>", columns[i].key,
		    columns[i].title);
	}
	buf_str(b, "</tr></thead>\n<tbody></tbody>\n</table></div>\n"
	    "<p class=\"more\"><button type=\"button\" id=\"more\" hidden>"
	    "</button></p>\n<noscript><p>The list wants scripts. "
	    "<a href=\"findings.html\">All findings as a plain list</a></p>"
	    "</noscript>\n");
}

int
index_page(struct site *s, const struct html_report *r)
{
	struct index x = { .site = s, .report = r };
	struct page p;
	int error;

	page_open(&x.list, s, SECTION_FINDINGS, "findings.html",
	    "All findings");
	buf_str(&x.list.html, "<h1>All findings</h1>\n<ul class=\"plain\">\n");
	error = store_handlers(s->store, NULL, context, &x, s->fault);
	if (error == 0)
		error = write_data(&x);
	page_open(&p, s, SECTION_FINDINGS, "index.html", "Findings");
	x.n -= (size_t)x.suppressed;
	html(&p.html, "<h1>%zu finding%s</h1>\n", x.n, x.n == 1 ? "" : "s");
	if (error == 0)
		error = state(&x, &p);
	controls(&x, &p);
	table(&x, &p);
	page_script(&p, "findings.js");
	page_script(&p, "index.js");
	buf_str(&x.list.html, "</ul>\n");
	if (page_close(&p) != 0 || page_close(&x.list) != 0)
		error = -1;
	buf_free(&x.data);
	vec_free(&x.contexts);
	return error;
}
