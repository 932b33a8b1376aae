/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Annotations of GitHub Actions: workflow commands, one a line.  In values "%",
 * CR and LF are escaped, in properties ":" and "," as well.
 */

#include <string.h>

#include "report/complaints.h"
#include "report/formats.h"

struct github {
	FILE *out;
	const struct gate *gate;
};

static void
escape(FILE *out, const char *s, const char *also)
{
	for (; *s != '\0'; s++)
		if (*s == '%' || *s == '\r' || *s == '\n' ||
		    strchr(also, *s) != NULL)
			fprintf(out, "%%%02X", (unsigned char)*s);
		else
			fputc(*s, out);
}

static void
property(FILE *out, char sep, const char *key, const char *value)
{
	fprintf(out, "%c%s=", sep, key);
	escape(out, value, ":,");
}

static void
place(FILE *out, const char *file, int line, int col)
{
	property(out, ' ', "file", file);
	if (line > 0)
		fprintf(out, ",line=%d", line);
	if (col > 0)
		fprintf(out, ",col=%d", col);
}

static int
print_finding(void *ctx, const struct store_finding *f)
{
	struct github *g = ctx;
	struct buf title = { 0 };

	if (!gate_prints(g->gate, f->id))
		return 0;
	fprintf(g->out, "::%s", strcmp(f->severity, "note") == 0 ? "notice" :
	    f->severity);
	place(g->out, f->file, f->line, f->col);
	buf_fmt(&title, "%s %s %.8s", f->code, f->name, f->fingerprint);
	property(g->out, ',', "title", title.p);
	buf_free(&title);
	fputs("::", g->out);
	escape(g->out, f->message, "");
	fputc('\n', g->out);
	return 0;
}

static void
print_complaint(void *ctx, const struct complaint *c)
{
	struct github *g = ctx;

	fputs("::error", g->out);
	if (*c->file != '\0')
		place(g->out, c->file, c->line, 0);
	fprintf(g->out, "::%s: ", c->kind);
	escape(g->out, c->text, "");
	fputc('\n', g->out);
}

int
github_print(struct store *s, const struct gate *gate, FILE *out,
    struct fault *f)
{
	struct github g = { out, gate };

	if (store_findings(s, NULL, print_finding, &g, f) != 0)
		return -1;
	return complaints(s, gate, print_complaint, &g, f);
}
