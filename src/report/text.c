/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/text.h"

#define PLACE_MAX	28		/* widths that columns are padded to */
#define STEP_MAX	44
#define SHORT_PRINT	8		/* digits of a fingerprint */

#define BOLD		"\033[1m"
#define RESET		"\033[0m"

/* ---- steps ---- */

struct line {
	int witness, depth;
	const char *title, *place, *text, *note;
};

/* The steps of one finding, kept until the columns' widths are known. */
struct steps {
	struct arena *arena;
	const char *file;		/* of the finding */
	bool nearest;
	VEC(struct line) lines;
};

static const char *
keep(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

/* "foo.c:97" for a place in the finding's own file, else the whole path. */
static const char *
place_text(struct arena *a, const char *own, const char *file, int line)
{
	const char *slash = strrchr(file, '/'), *s;
	struct buf b = { 0 };

	if (*file == '\0')
		return "";
	if (slash != NULL && strcmp(file, own) == 0)
		file = slash + 1;
	buf_str(&b, file);
	if (line > 0)
		buf_fmt(&b, ":%d", line);
	s = keep(a, b.p);
	buf_free(&b);
	return s;
}

static int
keep_step(void *ctx, const struct store_step *s)
{
	struct steps *all = ctx;
	struct line l = { .witness = s->witness, .depth = s->depth };

	if (s->clean == WALK_NEAREST && !all->nearest)
		return 0;
	l.title = keep(all->arena, s->title);
	l.place = place_text(all->arena, all->file, s->file, s->line);
	l.text = keep(all->arena, s->text);
	l.note = keep(all->arena, s->note);
	vec_push(&all->lines, l);
	return 0;
}

static int
min(int a, int b)
{
	return a < b ? a : b;
}

/* The widths of the columns of lines [from, to). */
static void
widths(const struct steps *all, size_t from, size_t to, int *place,
    int *text)
{
	const struct line *l;
	int n;

	*place = *text = 0;
	for (size_t i = from; i < to; i++) {
		l = &all->lines.p[i];
		n = (int)strlen(l->place);
		if (n > *place && n <= PLACE_MAX)
			*place = n;
		n = (int)strlen(l->text) + 2 * l->depth;
		if (n > *text && *l->note != '\0')
			*text = min(n, STEP_MAX);
	}
}

static void
print_line(const struct text *t, const struct line *l, int indent, int place,
    int text)
{
	int pad = 2 * l->depth;

	fprintf(t->out, "%*s%-*s  %*s", indent, "", place, l->place, pad, "");
	if (*l->note == '\0')
		fprintf(t->out, "%s\n", l->text);
	else
		fprintf(t->out, "%-*s  %s\n", text > pad ? text - pad : 0,
		    l->text, l->note);
}

static int
print_steps(struct text *t, const struct store_finding *fd)
{
	struct steps all = { .arena = arena_new(), .file = fd->file,
	    .nearest = t->nearest };
	int error, place, text, indent = 2;
	size_t end;

	error = store_steps(t->store, fd->id, keep_step, &all, t->fault);
	for (size_t i = 0; i < all.lines.n && error == 0; i = end) {
		end = i;
		while (end < all.lines.n &&
		    all.lines.p[end].witness == all.lines.p[i].witness)
			end++;
		if (end < all.lines.n)
			indent = 4;
		if (indent == 4)
			fprintf(t->out, "  %s:\n", *all.lines.p[i].title !=
			    '\0' ? all.lines.p[i].title : "the path");
		widths(&all, i, end, &place, &text);
		for (size_t k = i; k < end; k++)
			print_line(t, &all.lines.p[k], indent, place, text);
	}
	vec_free(&all.lines);
	arena_free(all.arena);
	return error;
}

/* ---- what stands below the steps ---- */

static int
print_other(void *ctx, const struct store_handler *h)
{
	const struct text *t = ctx;

	fprintf(t->out, "    %s:%d  %s", h->file, h->line, h->name);
	if (*h->level_name != '\0')
		fprintf(t->out, " at %s", h->level_name);
	if (*h->api != '\0')
		fprintf(t->out, ", %s", h->api);
	fputc('\n', t->out);
	return 0;
}

int
text_entry(struct text *t, int indent, const struct store_entry *e)
{
	fprintf(t->out, "%*s", indent, "");
	if (*e->file != '\0')
		fprintf(t->out, "%s", e->file);
	if (*e->file != '\0' && e->line > 0)
		fprintf(t->out, ":%d", e->line);
	if (*e->file != '\0')
		fputs(": ", t->out);
	fprintf(t->out, "%s: %s", e->kind, e->text);
	if (*e->function != '\0')
		fprintf(t->out, " (in %s)", e->function);
	fputc('\n', t->out);
	return 0;
}

static int
print_rest(void *ctx, const struct store_entry *e)
{
	return text_entry(ctx, 4, e);
}

static int
print_felt(void *ctx, const struct store_felt *f)
{
	const struct text *t = ctx;

	fprintf(t->out, "  shows at the exit of %s: %s\n", f->name, f->calls);
	return 0;
}

static int
print_below(struct text *t, const struct store_finding *fd)
{
	int error;

	error = print_steps(t, fd);
	if (error == 0 && fd->others > 0) {
		fprintf(t->out, "  the same holds for %d more handler%s:\n",
		    fd->others, fd->others == 1 ? "" : "s");
		error = store_finding_handlers(t->store, fd->id, print_other,
		    t, t->fault);
	}
	if (error == 0 && t->nearest)
		error = store_finding_felt(t->store, fd->id, print_felt, t,
		    t->fault);
	if (error == 0 && fd->suppression >= 0)
		fprintf(t->out, "  suppressed%s%s: %s\n",
		    *fd->expires != '\0' ? " until " : "", fd->expires,
		    fd->reason);
	if (error == 0 && fd->rests > 0) {
		fprintf(t->out, "  rests on %d ledger entr%s:\n", fd->rests,
		    fd->rests == 1 ? "y" : "ies");
		error = store_finding_rests(t->store, fd->id, print_rest, t,
		    t->fault);
	}
	fputc('\n', t->out);
	return error;
}

/* ---- findings ---- */

static const char *
severity_color(const char *severity)
{
	if (strcmp(severity, "error") == 0)
		return "\033[1;31m";
	if (strcmp(severity, "warning") == 0)
		return "\033[1;35m";
	return "\033[1;36m";
}

struct findings {
	struct text *text;
	size_t n;
};

static int
print_finding(void *ctx, const struct store_finding *fd)
{
	struct findings *all = ctx;
	struct text *t = all->text;
	const char *bold = t->color ? BOLD : "", *reset = t->color ? RESET : "";

	if (t->fingerprint != NULL && strncmp(fd->fingerprint,
	    t->fingerprint, strlen(t->fingerprint)) != 0)
		return 0;
	if (t->gate != NULL && !gate_prints(t->gate, fd->id))
		return 0;
	all->n++;
	fprintf(t->out, "%s%s:%d:", bold, fd->file, fd->line);
	if (fd->col > 0)
		fprintf(t->out, "%d:", fd->col);
	fprintf(t->out, "%s %s%s:%s %s%s%s [%s %s] %.*s\n", reset,
	    t->color ? severity_color(fd->severity) : "", fd->severity,
	    reset, bold, fd->message, reset, fd->code, fd->name, SHORT_PRINT,
	    fd->fingerprint);
	return t->oneline ? 0 : print_below(t, fd);
}

int
text_findings(struct text *t, const char *func, size_t *n)
{
	struct findings all = { .text = t };
	int error;

	error = store_findings(t->store, func, print_finding, &all, t->fault);
	*n = all.n;
	return error;
}

/* ---- summary ---- */

int
text_summary(struct text *t)
{
	struct store_counts c;
	const char *sep = " ";

	if (store_counts(t->store, &c, t->fault) != 0)
		return -1;
	if (t->gate != NULL)
		c.suppressed = t->gate->counts[GATE_SUPPRESSED];
	fprintf(t->out, "%d finding%s", c.findings,
	    c.findings == 1 ? "" : "s");
	if (c.suppressed > 0)
		fprintf(t->out, " (%d suppressed)", c.suppressed);
	fprintf(t->out, ", %d unit%s, %d missing", c.units,
	    c.units == 1 ? "" : "s", c.missing);
	if (c.stale > 0)
		fprintf(t->out, ", %d stale", c.stale);
	if (c.incomplete > 0)
		fprintf(t->out, ", %d incomplete", c.incomplete);
	if (c.skipped > 0)
		fprintf(t->out, ", %d skipped", c.skipped);
	fputs(", ledger:", t->out);
	for (int k = 0; k < LEDGER_NKINDS; k++) {
		if (c.ledger[k] == 0)
			continue;
		fprintf(t->out, "%s%d %s", sep, c.ledger[k],
		    ledger_kind_name(k));
		sep = ", ";
	}
	fputs(*sep == ' ' ? " empty\n" : "\n", t->out);
	return 0;
}
