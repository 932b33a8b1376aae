/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "check/finding.h"
#include "report/html/story.h"

static bool
is(const struct path_step *s, const char *kind)
{
	return strcmp(s->kind, kind) == 0;
}

static int
number(const struct store_finding *fd)
{
	return (int)strtol(fd->code + strcspn(fd->code, "0123456789"), NULL,
	    10);
}

/* A link to a step: "step 3". */
static void
step(struct page *p, const struct path_step *s)
{
	html(&p->html, "<a href=\"#w0s%d\">step %d</a>", s->number,
	    s->number);
}

/* ---- steps that tell it ---- */

/* The last one that brought the level above what was expected. */
static const struct path_step *
raise(const struct path *path)
{
	const struct path_step *found = NULL;

	for (size_t i = 0; path != NULL && i < path->nsteps; i++) {
		const struct path_step *s = &path->steps[i];

		if (s->part == PART_WALK && !is(s, "register") &&
		    s->after.lo == s->after.hi &&
		    s->after.lo > s->before.lo && s->before.lo >= 0)
			found = s;
	}
	return found;
}

static const struct path_step *
last(const struct path *path, const char *kind, enum part part)
{
	for (size_t i = path != NULL ? path->nsteps : 0; i-- > 0; )
		if (is(&path->steps[i], kind) && path->steps[i].part == part)
			return &path->steps[i];
	return NULL;
}

/* A mutex taken and not released on the path. */
static const struct path_step *
kept(const struct path *path)
{
	const struct path_step *s, *t;

	for (size_t i = path != NULL ? path->nsteps : 0; i-- > 0; ) {
		s = &path->steps[i];
		if (!is(s, "lock") || !s->taken || s->part != PART_WALK)
			continue;
		for (t = s + 1; t < path->steps + path->nsteps; t++)
			if (is(t, "lock") && !t->taken &&
			    strcmp(t->lock, s->lock) == 0)
				break;
		if (t == path->steps + path->nsteps)
			return s;
	}
	return NULL;
}

/* ---- the two halves ---- */

static void
level_half(struct page *p, int level, const char *what)
{
	buf_str(&p->html, "<dd>");
	page_level(p, level);
	html(&p->html, " <span class=\"quiet\">(%d)</span> %s</dd>", level,
	    what);
}

static void
level_halves(struct page *p, const struct store_finding *fd,
    const char *expected, const char *possible)
{
	buf_str(&p->html, "<dl class=\"halves\">\n<div><dt>Expected</dt>");
	level_half(p, fd->entry, expected);
	buf_str(&p->html, "</div>\n<div class=\"possible\">"
	    "<dt>Possible</dt>");
	level_half(p, fd->exit, possible);
	buf_str(&p->html, "</div>\n</dl>\n");
}

static void
halves(struct page *p, const struct store_finding *fd)
{
	struct buf *b = &p->html;
	const char *but = strstr(fd->message, ", but ");
	int id = number(fd);

	if (id == IPL6) {
		level_halves(p, fd, "at least, while the mutex is held",
		    "with the mutex held");
	} else if (id == IPL1 || id == IPL2 || id == IPL12) {
		level_halves(p, fd, "at its return, as at its entry",
		    "at its return");
	} else if (but != NULL) {
		buf_str(b, "<dl class=\"halves\">\n<div><dt>Expected</dt>"
		    "<dd>");
		html_text_n(b, fd->message, (size_t)(but - fd->message));
		html(b, "</dd></div>\n<div class=\"possible\">"
		    "<dt>Possible</dt><dd>%s</dd></div>\n</dl>\n", but + 6);
	}
}

/* ---- in short ---- */

static void
leak(struct page *p, const struct store_finding *fd, const struct path *path)
{
	struct buf *b = &p->html;
	const struct path_step *up = raise(path);

	html(b, "<code>%s</code> is an interrupt handler. It is entered at ",
	    fd->function);
	page_level(p, fd->entry);
	buf_str(b, " and has to return there, for what it has interrupted "
	    "goes on at that level. On the path below ");
	if (up != NULL) {
		step(p, up);
		html(b, ", <code>%s</code>, raises the level to ", up->text);
		page_level(p, up->after.lo);
		buf_str(b, ", and nothing lowers it again.");
	} else {
		buf_str(b, "it returns at ");
		page_level(p, fd->exit);
		buf_str(b, ".");
	}
}

/* Who calls it with a mutex held. */
static void
nested_entry(struct page *p, const struct path_step *hold,
    const struct path_step *call)
{
	struct buf *b = &p->html;

	if (hold != NULL && call != NULL)
		html(b, "But <code>%s</code> calls it while it holds the spin "
		    "mutex <code>%s</code>. ", hold->function,
		    path_lock(p->site->arena, hold->lock));
	else if (hold != NULL)
		html(b, "But it can interrupt code that holds a spin mutex of "
		    "a lower level, such as <code>%s</code>, which holds "
		    "<code>%s</code>. ", hold->function,
		    path_lock(p->site->arena, hold->lock));
}

static void
nested(struct page *p, const struct store_finding *fd,
    const struct path *path)
{
	struct buf *b = &p->html;
	const struct path_step *up = raise(path);
	const struct path_step *after = strcmp(fd->severity, "note") == 0 ?
	    last(path, "note", PART_AFTER) : NULL;

	html(b, "<code>%s</code> is an interrupt handler, registered at ",
	    fd->function);
	page_level(p, fd->entry);
	buf_str(b, ", where it has to return. ");
	nested_entry(p, last(path, "lock", PART_ENTRY), last(path, "call",
	    PART_ENTRY));
	if (up != NULL && is(up, "lock")) {
		buf_str(b, "In ");
		step(p, up);
		html(b, " <code>%s</code> takes <code>%s</code>, which raises "
		    "the level to ", up->function, path_lock(p->site->arena,
		    up->lock));
		page_level(p, up->after.lo);
		html(b, ". Its release does not lower it: the kernel "
		    "restores the level only with the <em>last</em> spin "
		    "mutex that is released, and there is still one "
		    "held. So the handler returns too high, though each of "
		    "its own locks is paired. Entered with none held, the "
		    "same code is right.");
	}
	if (after != NULL && last(path, "call", PART_ENTRY) != NULL) {
		html(b, " <code>%s</code> puts the level right after the call "
		    "(", after->function);
		step(p, after);
		buf_str(b, ").");
	} else if (after != NULL)
		html(b, " Afterwards: %s.", after->text);
}

static void
spin_held(struct page *p, const struct store_finding *fd,
    const struct path *path)
{
	struct buf *b = &p->html;
	const struct path_step *s = kept(path);

	if (strstr(fd->message, "on other paths") != NULL)
		html(b, "Other paths of <code>%s</code> release the mutex. ",
		    fd->function);
	if (s != NULL) {
		buf_str(b, "This one takes it in ");
		step(p, s);
		html(b, ", <code>%s</code>, and returns without a release: "
		    "the next to want it spins for ever.", s->text);
	}
}

static void
inconsistent(struct page *p, const struct store_finding *fd,
    const struct path *path)
{
	struct buf *b = &p->html;
	const struct path_step *up = raise(path);

	html(b, "The callers of <code>%s</code> cannot know at which level "
	    "they get on: other paths that return the same thing come back "
	    "at the level of the caller. ", fd->function);
	if (up != NULL) {
		buf_str(b, "On this one ");
		step(p, up);
		html(b, ", <code>%s</code>, raises it to ", up->text);
		page_level(p, up->after.lo);
		html(b, "%s, and nothing restores it.", up->after.lo <
		    p->site->levels.p[p->site->levels.n - 1].level ?
		    " or above" : "");
	}
}

static void
drop(struct page *p, const struct store_finding *fd)
{
	buf_str(&p->html, "A spin mutex has a level so that no interrupt that "
	    "takes it can come while it is held. Here the level falls to ");
	page_level(p, fd->exit);
	buf_str(&p->html, " with a mutex held whose level is ");
	page_level(p, fd->entry);
	buf_str(&p->html, ". An interrupt in between that wants the mutex "
	    "spins for ever on this CPU, and handlers that come are entered "
	    "with a spin mutex held, so that none of their own releases "
	    "restores the level.");
}

/* What the other ids mean, for somebody who meets one for the first time. */
static const char *
meaning(int id)
{
	switch (id) {
	case IPL5:
		return "A restore has to be given what the matching save has "
		    "returned. Here the variable holds something else, so "
		    "the level afterwards is not the one from before.";
	case IPL7:
		return "On this port a restore sets the level, up as well as "
		    "down. The saved level is higher than the one that was "
		    "found at the entry, and nothing lowers it afterwards.";
	case IPL8:
		return "A spin mutex keeps out the interrupts up to its own "
		    "level. This handler runs above that level: it can "
		    "interrupt the holder on the same CPU, and then spins for "
		    "a mutex that cannot be released.";
	case IPL9:
		return "Whoever sleeps gives the CPU away. In an interrupt "
		    "there is no thread to put aside, and with a spin mutex "
		    "held the others spin until it comes back.";
	case IPL10:
		return "The two families of constants overlap in their "
		    "values, so the compiler is content, but the interrupt is "
		    "established at another level than the one written.";
	case IPL11:
		return "A release of a spin mutex that this CPU has not "
		    "entered counts one too many: the next release is taken "
		    "for the last one, and restores a level that belongs to "
		    "nobody.";
	case IPL12:
		return "What was interrupted relies on its level. The handler "
		    "returns below it, so interrupts that were kept out can "
		    "come in the middle of what they must not see.";
	case IPL13:
		return "No level moves, but whoever takes the mutex next "
		    "waits for ever.";
	default:
		return NULL;
	}
}

static void
in_short(struct page *p, const struct store_finding *fd,
    const struct path *path)
{
	const char *text = finding_text(number(fd));

	switch (number(fd)) {
	case IPL1: leak(p, fd, path); return;
	case IPL2: nested(p, fd, path); return;
	case IPL3: spin_held(p, fd, path); return;
	case IPL4: inconsistent(p, fd, path); return;
	case IPL6: drop(p, fd); return;
	default:
		html(&p->html, "%s: %s. %s", fd->name, text != NULL ? text :
		    "", meaning(number(fd)) != NULL ? meaning(number(fd)) :
		    "");
	}
}

void
story(struct page *p, const struct store_finding *fd, const struct path *path)
{
	struct buf *b = &p->html;

	halves(p, fd);
	buf_str(b, "<p class=\"story\">");
	in_short(p, fd, path);
	html(b, " <span class=\"quiet\">More: <code>iplint explain %s</code>."
	    "</span></p>\n", fd->code);
	if (fd->entry < 0 && path != NULL)
		html(b, "<p class=\"quiet\">Pictures are drawn for a caller "
		    "at %s, the lowest level.</p>\n",
		    site_level(p->site, 0));
}
