/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/html/listing.h"
#include "report/html/source.h"

enum {
	CONTEXT = 2,			/* lines shown around a step */
	FOLD_MIN = 4,			/* shorter gaps are shown */
	FOLD_MAX = 160,			/* of longer ones both ends are kept */
	DEPTH_MAX = 8			/* indentation ends there */
};

/* Consecutive steps in one function, at growing lines. */
struct excerpt {
	struct page *page;
	int index;			/* of the path */
	const struct source *source;
	const struct path_step *steps;
	size_t n;
	uint32_t first, last;		/* lines that may be shown */
	uint32_t next;			/* the first one not shown yet */
	uint32_t marked;		/* the last line that has a step */
};

static void
lines(struct excerpt *x, uint32_t from, uint32_t to)
{
	struct buf *b = &x->page->html;

	if (from > to)
		return;
	buf_str(b, "<pre>");
	for (uint32_t i = from; i <= to; i++) {
		html(b, "<span class=\"ln\" data-n=\"%zu\">", (size_t)i);
		source_line(x->source, i, 0, b);
		buf_str(b, "</span>");
	}
	buf_str(b, "</pre>\n");
}

/* Lines up to one, folded if there are many. */
static void
fold(struct excerpt *x, uint32_t to)
{
	struct buf *b = &x->page->html;
	uint32_t from = x->next;

	if (from > to)
		return;
	x->next = to + 1;
	if (to - from + 1 < FOLD_MIN) {
		lines(x, from, to);
		return;
	}
	html(b, "<details class=\"fold\"><summary>%zu lines</summary>\n",
	    (size_t)(to - from + 1));
	if (to - from + 1 > FOLD_MAX) {
		lines(x, from, from + FOLD_MAX / 2 - 1);
		html(b, "<p class=\"left-out\">%zu lines left out</p>\n",
		    (size_t)(to - from + 1 - FOLD_MAX));
		lines(x, to - FOLD_MAX / 2 + 1, to);
	} else
		lines(x, from, to);
	buf_str(b, "</details>\n");
}

static void
show(struct excerpt *x, uint32_t to)
{
	if (to > x->last)
		to = x->last;
	if (x->next <= to) {
		lines(x, x->next, to);
		x->next = to + 1;
	}
}

/* "level IPL_VM -> IPL_HIGH", with an arrow. */
static void
arrows(struct buf *b, const char *note)
{
	const char *arrow;

	while ((arrow = strstr(note, " -> ")) != NULL) {
		html_text_n(b, note, (size_t)(arrow - note));
		buf_str(b, " &#8594; ");
		note = arrow + 4;
	}
	html_text(b, note);
}

static void
note(struct excerpt *x, const struct path_step *s)
{
	struct buf *b = &x->page->html;

	html(b, "<p class=\"said kind-%s\" id=\"w%ds%d\" data-step=\"w%ds%d\">"
	    "<a class=\"number\" href=\"#pw%ds%d\" aria-label=\"Step %d, "
	    "to the picture\">%d</a> ", s->kind, x->index, s->number,
	    x->index, s->number, x->index, s->number, s->number, s->number);
	/* What was analysed may be the negation of what is written. */
	if (strcmp(s->kind, "branch") == 0)
		html(b, "<code>%s</code> ", s->text);
	if (*s->note != '\0')
		arrows(b, s->note);
	else if (strcmp(s->kind, "branch") != 0)
		html_text(b, s->text);
	buf_str(b, "</p>\n");
}

/* The line of a step, and what is said of it; further ones of the line. */
static size_t
step_line(struct excerpt *x, size_t i)
{
	const struct path_step *s = &x->steps[i];
	struct buf *b = &x->page->html;
	size_t end = i;

	html(b, "<div class=\"step\"><pre><span class=\"ln\" "
	    "data-n=\"%d\">", s->line);
	if (x->source->text != NULL)
		source_line(x->source, (uint32_t)s->line, (uint32_t)s->col, b);
	else
		html(b, "<mark>%s</mark>", s->text);
	buf_str(b, "</span></pre>\n");
	for (; end < x->n && x->steps[end].line == s->line; end++)
		note(x, &x->steps[end]);
	buf_str(b, "</div>\n");
	return end;
}

static void
state(struct excerpt *x)
{
	const char *text = NULL;

	if (x->source->state == SOURCE_MISSING)
		text = "The source is not at hand (see --source); the step is "
		    "shown as it was analysed.";
	else if (x->source->state == SOURCE_CHANGED)
		text = "This file has changed since it was analysed: lines "
		    "may not be those that are meant.";
	if (text != NULL)
		html(&x->page->html, "<p class=\"source-state\">%s</p>\n",
		    text);
}

static void
excerpt(struct excerpt *x)
{
	const struct path_step *s;
	uint32_t line;
	size_t i = 0;

	while (i < x->n) {
		s = &x->steps[i];
		line = (uint32_t)s->line;
		if (x->source->text != NULL && line <= x->source->nlines &&
		    line > 0) {
			if (i > 0)
				show(x, x->marked + CONTEXT < line ?
				    x->marked + CONTEXT : line - 1);
			if (line > CONTEXT + 1)
				fold(x, line - CONTEXT - 1);
			show(x, line - 1);
		}
		x->marked = line;
		i = step_line(x, i);
		x->next = line + 1;
	}
	if (x->source->text == NULL)
		return;
	show(x, x->marked + CONTEXT);
	fold(x, x->last);
}

static bool
follows(const struct path_step *a, const struct path_step *b)
{
	return a->depth == b->depth && a->line <= b->line &&
	    strcmp(a->file, b->file) == 0 &&
	    strcmp(a->function, b->function) == 0;
}

/* The last step before this one that is in the same call of a function. */
static const struct path_step *
earlier(const struct path_step *first, const struct path_step *s)
{
	for (const struct path_step *t = s; t-- > first; ) {
		if (t->depth < s->depth)
			return NULL;
		if (t->depth == s->depth)
			return follows(t, s) ? t : NULL;
	}
	return NULL;
}

/* Does the path come back to the call of the step later on? */
static const struct path_step *
later(const struct path_step *s, const struct path_step *end)
{
	const struct path_step *t;

	for (t = s + 1; t < end && t->depth >= s->depth; t++)
		if (t->depth == s->depth)
			return follows(s, t) ? t : NULL;
	return NULL;
}

/* The lines that an excerpt may show: its function, less what others do. */
static void
bounds(struct excerpt *x, const struct path_step *from,
    const struct path_step *to)
{
	const struct path_step *s = x->steps, *t;
	uint32_t last = (uint32_t)s[x->n - 1].line;

	if (!source_function(x->source, (uint32_t)s->line, &x->first,
	    &x->last) || last > x->last) {
		x->first = (uint32_t)s->line > CONTEXT ?
		    (uint32_t)s->line - CONTEXT : 1;
		x->last = last + CONTEXT;
	}
	if ((t = earlier(from, s)) != NULL)
		x->first = (uint32_t)t->line + CONTEXT + 1;
	if (later(&s[x->n - 1], to) != NULL &&
	    x->last > last + CONTEXT)
		x->last = last + CONTEXT;
	if (x->last > x->source->nlines)
		x->last = x->source->nlines;
	x->next = x->first;
}

static void
place(struct excerpt *x)
{
	const struct path_step *s = x->steps;
	struct buf *b = &x->page->html;

	html(b, "<div class=\"excerpt d%d\">\n<p class=\"where\">"
	    "<code class=\"place\">%s</code> ", s->depth < DEPTH_MAX ?
	    s->depth : DEPTH_MAX, s->file);
	if (*s->function != '\0')
		html(b, "<span class=\"function\">%s()</span>", s->function);
	buf_str(b, "</p>\n");
	state(x);
}

int
listing(struct page *page, const struct path *path, int index, enum part part)
{
	const struct path_step *from = path->steps, *to;
	const struct path_step *end = path->steps + path->nsteps;

	while (from < end && from->part != part)
		from++;
	for (to = from; to < end && to->part == part; )
		to++;
	for (const struct path_step *s = from; s < to; ) {
		struct excerpt x = { .page = page, .index = index,
		    .steps = s, .n = 1 };

		while (s + x.n < to && follows(&s[x.n - 1], &s[x.n]))
			x.n++;
		x.source = source_get(page->site->sources, s->file,
		    page->site->fault);
		if (x.source == NULL)
			return -1;
		if (x.source->text != NULL)
			bounds(&x, from, to);
		place(&x);
		excerpt(&x);
		buf_str(&page->html, "</div>\n");
		s += x.n;
	}
	return 0;
}
