/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * All coordinates are whole numbers, so that the same path gives the same
 * bytes.  Two drawings stand side by side: the axis, which stays in view, and
 * the plot, which scrolls if it is long.
 */

#include <stdlib.h>
#include <string.h>

#include "report/html/stairs.h"

enum {
	AXIS_WIDTH = 158, ROW = 24, LANE = 22, TOP = 26, EDGE = 10,
	EXIT_WIDTH = 118, LABEL_MAX = 20, MANY_LEVELS = 12
};

struct bar {
	const char *lock;
	int lane, from, to;		/* columns; to -1: never released */
	bool shown;			/* its release is a step */
};

struct picture {
	struct page *page;
	const struct path *path;
	int index;
	int ncolumns, column;		/* how many, and how wide */
	VEC(int) levels;		/* upwards */
	VEC(struct bar) bars;
	VEC(const char *) lanes;	/* locks */
	bool branches;
};

/* ---- what is to be drawn ---- */

static bool
is(const struct path_step *s, const char *kind)
{
	return strcmp(s->kind, kind) == 0;
}

static int
by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
add_level(struct picture *pic, int level)
{
	for (size_t i = 0; i < pic->levels.n; i++)
		if (pic->levels.p[i] == level)
			return;
	if (level >= 0)
		vec_push(&pic->levels, level);
}

static int
top_level(const struct site *s)
{
	return s->levels.n > 0 ? s->levels.p[s->levels.n - 1].level : 0;
}

static void
find_levels(struct picture *pic)
{
	const struct site *s = pic->page->site;
	const struct path *p = pic->path;

	for (size_t i = 0; i < s->levels.n && s->levels.n <= MANY_LEVELS; i++)
		add_level(pic, s->levels.p[i].level);
	add_level(pic, p->expected);
	add_level(pic, p->start.lo);
	for (int i = 0; i < pic->ncolumns; i++) {
		add_level(pic, p->steps[i].after.lo);
		if (p->steps[i].after.hi <= top_level(s))
			add_level(pic, p->steps[i].after.hi);
	}
	if (pic->levels.n > 0)
		qsort(pic->levels.p, pic->levels.n, sizeof(*pic->levels.p),
		    by_value);
}

static int
lane_of(struct picture *pic, const char *lock)
{
	for (size_t i = 0; i < pic->lanes.n; i++)
		if (strcmp(pic->lanes.p[i], lock) == 0)
			return (int)i;
	vec_push(&pic->lanes, lock);
	return (int)pic->lanes.n - 1;
}

/* The bar of that lock that is open, else any that is, the latest first. */
static struct bar *
open_bar(struct picture *pic, const char *lock)
{
	struct bar *any = NULL;

	for (size_t i = pic->bars.n; i-- > 0; ) {
		struct bar *b = &pic->bars.p[i];

		if (b->to >= 0)
			continue;
		if (lock == NULL || strcmp(b->lock, lock) == 0)
			return b;
		any = any != NULL ? any : b;
	}
	return any;
}

static int
open_bars(const struct picture *pic)
{
	int n = 0;

	for (size_t i = 0; i < pic->bars.n; i++)
		n += pic->bars.p[i].to < 0;
	return n;
}

static void
find_bars(struct picture *pic)
{
	const struct path_step *s;
	struct bar *b;

	for (int i = 0; i < pic->ncolumns; i++) {
		s = &pic->path->steps[i];
		pic->branches |= is(s, "branch");
		if (is(s, "lock") && s->taken) {
			struct bar add = { s->lock, lane_of(pic, s->lock), i,
			    -1, false };

			vec_push(&pic->bars, add);
		} else if (is(s, "lock") &&
		    (b = open_bar(pic, s->lock)) != NULL) {
			b->to = i;
			b->shown = true;
		} else if (is(s, "return"))
			while (open_bars(pic) > s->held)
				open_bar(pic, NULL)->to = i;
	}
}

/* ---- where ---- */

static int
x_of(const struct picture *pic, int column)
{
	return EDGE + column * pic->column + pic->column / 2;
}

static int
x_end(const struct picture *pic)
{
	return EDGE + pic->ncolumns * pic->column + EXIT_WIDTH;
}

/* A level that is no row stands at the next one below. */
static int
y_of(const struct picture *pic, int level)
{
	size_t row = 0;

	while (row + 1 < pic->levels.n && pic->levels.p[row + 1] <= level)
		row++;
	return TOP + (int)(pic->levels.n - 1 - row) * ROW;
}

static int
y_base(const struct picture *pic)
{
	return TOP + (int)(pic->levels.n > 0 ? pic->levels.n - 1 : 0) * ROW +
	    ROW + 8;
}

static int
y_lane(const struct picture *pic, int lane)
{
	return y_base(pic) + LANE + (pic->branches ? LANE : 0) + 10 +
	    lane * LANE;
}

static int
y_end(const struct picture *pic)
{
	return y_lane(pic, (int)pic->lanes.n) + 4;
}

/* ---- the axis ---- */

/* A label that fits, with the whole text as its title. */
static void
label(struct picture *pic, int y, const char *class, const char *text)
{
	struct buf *b = &pic->page->html;
	size_t n = strlen(text);

	html(b, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class,
	    AXIS_WIDTH - 10, y + 4);
	if (n > LABEL_MAX) {
		html(b, "<title>%s</title>", text);
		html_text_n(b, text, LABEL_MAX - 1);
		buf_str(b, "&#8230;");
	} else
		html_text(b, text);
	buf_str(b, "</text>\n");
}

static void
axis(struct picture *pic)
{
	struct buf *b = &pic->page->html, text = { 0 };

	html(b, "<svg class=\"axis\" width=\"%d\" height=\"%d\" "
	    "aria-hidden=\"true\">\n", AXIS_WIDTH, y_end(pic));
	for (size_t i = 0; i < pic->levels.n; i++) {
		buf_clear(&text);
		buf_fmt(&text, "%s  %d", site_level(pic->page->site,
		    pic->levels.p[i]), pic->levels.p[i]);
		label(pic, y_of(pic, pic->levels.p[i]),
		    pic->levels.p[i] == pic->path->expected ? "at" : "",
		    text.p);
	}
	label(pic, y_base(pic) + 2, "lane", "step");
	if (pic->branches)
		label(pic, y_base(pic) + LANE, "lane", "branch taken");
	for (size_t i = 0; i < pic->lanes.n; i++) {
		const char *lock = path_lock(pic->page->site->arena,
		    pic->lanes.p[i]);

		label(pic, y_lane(pic, (int)i), "lane mutex", lock);
	}
	buf_str(b, "</svg>\n");
	buf_free(&text);
}

/* ---- the plot ---- */

static void
grid(struct picture *pic)
{
	struct buf *b = &pic->page->html;
	int end = x_end(pic);

	buf_str(b, "<g class=\"grid\">\n");
	for (size_t i = 0; i < pic->levels.n; i++)
		html(b, "<line x1=\"0\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
		    end, y_of(pic, pic->levels.p[i]),
		    y_of(pic, pic->levels.p[i]));
	html(b, "</g>\n<line class=\"base\" x1=\"0\" x2=\"%d\" y1=\"%d\" "
	    "y2=\"%d\"/>\n", end, y_base(pic) - 9, y_base(pic) - 9);
}

/* The column where the path is at its end. */
static int
last_column(const struct picture *pic)
{
	int last = pic->ncolumns - 1;

	while (last > 0 && pic->path->steps[last].part == PART_AFTER)
		last--;
	return last;
}

static void
expectation(struct picture *pic)
{
	const struct path *p = pic->path;
	struct buf *b = &pic->page->html;
	int from = (int)pic->path->from, last = last_column(pic);
	int y, yf, top;

	if (p->expected < 0)
		return;
	y = y_of(pic, p->expected);
	if (p->final >= 0 && p->final != p->expected) {
		yf = y_of(pic, p->final);
		top = yf < y ? yf : y;
		html(b, "<defs><pattern id=\"hatch%d\" width=\"6\" "
		    "height=\"6\" patternUnits=\"userSpaceOnUse\" "
		    "patternTransform=\"rotate(45)\"><line class=\"hatch\" "
		    "x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern></defs>\n",
		    pic->index);
		html(b, "<g class=\"miss\"><rect x=\"%d\" y=\"%d\" "
		    "width=\"%d\" height=\"%d\"/><rect x=\"%d\" y=\"%d\" "
		    "width=\"%d\" height=\"%d\" fill=\"url(#hatch%d)\"/></g>\n",
		    x_of(pic, last), top, x_end(pic) - x_of(pic, last),
		    yf < y ? y - yf : yf - y, x_of(pic, last), top,
		    x_end(pic) - x_of(pic, last), yf < y ? y - yf : yf - y,
		    pic->index);
	}
	html(b, "<line class=\"expected\" x1=\"%d\" x2=\"%d\" y1=\"%d\" "
	    "y2=\"%d\"/>\n", from == 0 ? 0 : x_of(pic, from), x_end(pic), y,
	    y);
}

/* The line, in pieces where the level is not known. */
static void
level_line(struct picture *pic)
{
	struct buf *b = &pic->page->html, d = { 0 }, bands = { 0 };
	struct extent at = pic->path->start, next;
	int x = 0, to, top = top_level(pic->page->site);

	for (int i = 0; i <= pic->ncolumns; i++) {
		to = i < pic->ncolumns ? x_of(pic, i) : x_end(pic);
		next = i < pic->ncolumns ? pic->path->steps[i].after : at;
		if (at.lo >= 0 && at.lo == at.hi) {
			if (d.n == 0 || x == 0)
				buf_fmt(&d, "M%d %d", x, y_of(pic, at.lo));
			buf_fmt(&d, "H%d", to);
			if (next.lo >= 0 && next.lo == next.hi &&
			    next.lo != at.lo)
				buf_fmt(&d, "V%d", y_of(pic, next.lo));
		} else {
			if (at.lo >= 0)
				html(&bands, "<rect class=\"unknown\" "
				    "x=\"%d\" y=\"%d\" width=\"%d\" "
				    "height=\"%d\"/>\n", x, y_of(pic, at.hi <
				    top ? at.hi : top), to - x, y_of(pic,
				    at.lo) - y_of(pic, at.hi < top ? at.hi :
				    top));
			if (next.lo >= 0 && next.lo == next.hi)
				buf_fmt(&d, "M%d %d", to, y_of(pic, next.lo));
		}
		at = next;
		x = to;
	}
	if (bands.n > 0)
		buf_add(b, bands.p, bands.n);
	if (d.n > 0)
		html(b, "<path class=\"line\" d=\"%s\"/>\n", d.p);
	buf_free(&d);
	buf_free(&bands);
}

static void
bars(struct picture *pic)
{
	struct buf *b = &pic->page->html;
	const struct bar *bar;
	int y, from, to;

	for (size_t i = 0; i < pic->bars.n; i++) {
		bar = &pic->bars.p[i];
		y = y_lane(pic, bar->lane);
		from = x_of(pic, bar->from);
		to = bar->to < 0 ? x_end(pic) : x_of(pic, bar->to);
		html(b, "<rect class=\"held%s\" x=\"%d\" y=\"%d\" "
		    "width=\"%d\" height=\"8\" rx=\"%d\"/>\n",
		    bar->to < 0 ? " open" : bar->shown ? "" : " hidden-exit",
		    from, y - 4, to > from ? to - from : 2,
		    bar->to < 0 ? 0 : 3);
		if (bar->to < 0 && pic->path->nsteps > 0)
			html(b, "<text class=\"held\" x=\"%d\" y=\"%d\">"
			    "still held</text>\n", to - 6, y - 7);
	}
}

static void
ends(struct picture *pic)
{
	const struct path *p = pic->path;
	struct buf *b = &pic->page->html;
	struct site *s = pic->page->site;
	bool miss = p->final != p->expected;

	if (p->expected >= 0)
		html(b, "<text class=\"expected\" x=\"%d\" y=\"%d\">"
		    "%s %s</text>\n", x_end(pic) - 6,
		    y_of(pic, p->expected) + (miss && p->final >
		    p->expected ? 15 : -7), miss ? "expected" :
		    "as expected,", p->symbolic ? "caller's level" :
		    site_level(s, p->expected));
	if (p->final >= 0 && miss)
		html(b, "<text class=\"final\" x=\"%d\" y=\"%d\">%s</text>\n",
		    x_end(pic) - 6, y_of(pic, p->final) + (p->final >
		    p->expected ? -7 : 15), site_level(s, p->final));
}

static void
saved(struct picture *pic, int i)
{
	const struct path_step *s = &pic->path->steps[i];
	struct buf *b = &pic->page->html;
	struct extent e = s->saves ? s->before : s->after;

	if ((!s->saves && !s->restores) || e.lo < 0 || e.lo != e.hi)
		return;
	html(b, "<g class=\"saved%s\"><circle cx=\"%d\" cy=\"%d\" "
	    "r=\"4\"/><text x=\"%d\" y=\"%d\">o</text></g>\n",
	    s->saves ? "" : " back", x_of(pic, i), y_of(pic, e.lo),
	    x_of(pic, i) + (s->saves ? -8 : 8), y_of(pic, e.lo) + 14);
}

static void
aria(struct picture *pic, const struct path_step *s)
{
	struct buf *b = &pic->page->html;
	struct site *site = pic->page->site;

	html(b, "step %d, %s:%d, %s", s->number, s->file, s->line, s->text);
	if (*s->note != '\0')
		html(b, ": %s", s->note);
	if (s->before.lo != s->after.lo && s->after.lo == s->after.hi &&
	    s->before.lo == s->before.hi && s->before.lo >= 0)
		html(b, "; level from %s to %s", site_level(site,
		    s->before.lo), site_level(site, s->after.lo));
}

static void
column(struct picture *pic, int i)
{
	const struct path_step *s = &pic->path->steps[i];
	struct buf *b = &pic->page->html;
	int x = x_of(pic, i), y = y_base(pic) + 2;
	bool moves = s->before.lo != s->after.lo;

	html(b, "<a class=\"step kind-%s\" id=\"pw%ds%d\" href=\"#w%ds%d\" "
	    "data-step=\"w%ds%d\" aria-label=\"", s->kind, pic->index,
	    s->number, pic->index, s->number, pic->index, s->number);
	aria(pic, s);
	html(b, "\"><title>%s", s->text);
	if (*s->note != '\0')
		html(b, "\n%s", s->note);
	html(b, "</title><rect class=\"hit\" x=\"%d\" y=\"0\" width=\"%d\" "
	    "height=\"%d\"/>", x - pic->column / 2, pic->column, y_end(pic));
	if (moves && s->after.lo >= 0 && s->after.lo == s->after.hi)
		html(b, "<circle class=\"at\" cx=\"%d\" cy=\"%d\" r=\"3\"/>",
		    x, y_of(pic, s->after.lo));
	html(b, "<text class=\"number\" x=\"%d\" y=\"%d\">%d</text>", x, y + 4,
	    s->number);
	if (is(s, "branch") && *s->note != '\0')
		html(b, "<text class=\"branch\" x=\"%d\" y=\"%d\">%s</text>",
		    x, y + LANE + 2, strncmp(s->note, "not", 3) == 0 ? "no" :
		    "yes");
	buf_str(b, "</a>\n");
}

static void
plot(struct picture *pic)
{
	struct buf *b = &pic->page->html;

	html(b, "<svg class=\"plot\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"The level "
	    "along the path%s%s, step by step\">\n", x_end(pic), y_end(pic),
	    x_end(pic), y_end(pic), *pic->path->title != '\0' ? ", " : "",
	    pic->path->title);
	grid(pic);
	expectation(pic);
	bars(pic);
	level_line(pic);
	for (int i = 0; i < pic->ncolumns; i++)
		saved(pic, i);
	ends(pic);
	for (int i = 0; i < pic->ncolumns; i++)
		column(pic, i);
	buf_str(b, "</svg>\n");
}

/* How wide a step is: two pictures fit on a page of 1200 pixels. */
static int
column_width(int n, bool narrow)
{
	int width = narrow && n > 0 ? 260 / n : 40, least = n < 100 ? 20 : 28;

	if (!narrow && n > 10)
		width = 30;
	return width > 40 ? 40 : width < least ? least : width;
}

void
stairs(struct page *page, const struct path *path, int index, bool narrow)
{
	struct picture pic = { .page = page, .path = path, .index = index };

	for (size_t i = 0; i < path->nsteps; i++)
		pic.ncolumns += path->steps[i].part != PART_ALSO;
	pic.column = column_width(pic.ncolumns, narrow);
	find_levels(&pic);
	find_bars(&pic);
	buf_str(&page->html, "<div class=\"stairs\" tabindex=\"0\" "
	    "role=\"region\" aria-label=\"Level staircase\">\n");
	axis(&pic);
	plot(&pic);
	buf_str(&page->html, "</div>\n");
	vec_free(&pic.levels);
	vec_free(&pic.bars);
	vec_free(&pic.lanes);
}
