/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/html/site.h"

/*
 * What a page may load.  Nothing in it comes from elsewhere, and a script
 * that somebody has smuggled into a name would not run.  Sites are opened
 * from disk too, where 'self' alone is not understood everywhere.
 */
#define POLICY								\
	"default-src 'none'; style-src 'self' file:; script-src 'self' file:;"\
	" img-src 'self' file:; base-uri 'none'; form-action 'none'"

static const struct {
	const char *file, *title;
} sections[] = {
#define X(id, file, title) { file, title },
	SECTIONS(X)
#undef X
};

void
page_open(struct page *p, struct site *s, enum section here,
    const char *path, const char *title)
{
	struct buf *b = &p->html;

	memset(p, 0, sizeof(*p));
	p->site = s;
	p->path = path;
	p->up = strchr(path, '/') != NULL ? "../" : "";
	buf_str(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n");
	html(b, "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"%s\">\n", POLICY);
	buf_str(b, "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n");
	html(b, "<title>%s - iplint</title>\n"
	    "<link rel=\"icon\" href=\"%sicon.svg\">\n"
	    "<link rel=\"stylesheet\" href=\"%ssite.css\">\n</head>\n<body>\n"
	    "<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
	    "<header class=\"site\">\n<a class=\"mark\" href=\"%sindex.html\">"
	    "iplint</a>\n<nav aria-label=\"Site\">\n", title, p->up, p->up,
	    p->up);
	for (int i = 0; i < NSECTIONS; i++) {
		html(b, "<a href=\"%s%s\"", p->up, sections[i].file);
		if (i == (int)here)
			buf_str(b, strcmp(path, sections[i].file) == 0 ?
			    " aria-current=\"page\"" :
			    " aria-current=\"true\"");
		html(b, ">%s</a>\n", sections[i].title);
	}
	buf_str(b, "</nav>\n");
	if (*s->kernel != '\0')
		html(b, "<p class=\"kernel\">%s</p>\n", s->kernel);
	buf_str(b, "</header>\n<main id=\"main\">\n");
}

void
page_script(struct page *p, const char *file)
{
	html(&p->html, "<script defer src=\"%s%s\"></script>\n", p->up, file);
}

int
page_close(struct page *p)
{
	int error;

	buf_str(&p->html, "</main>\n</body>\n</html>\n");
	error = site_write(p->site, p->path, &p->html);
	buf_free(&p->html);
	return error;
}

void
page_level(struct page *p, int level)
{
	if (level < 0)
		buf_str(&p->html, "<span class=\"level unknown\">unknown"
		    "</span>");
	else
		html(&p->html, "<span class=\"level\" title=\"level %d\">%s"
		    "</span>", level, site_level(p->site, level));
}

void
page_severity(struct page *p, const char *severity)
{
	html(&p->html, "<span class=\"severity %s\">%s</span>", severity,
	    severity);
}

void
page_verdict(struct page *p, const char *verdict)
{
	html(&p->html, "<span class=\"verdict %s\">%s</span>", verdict,
	    verdict);
}

void
page_place(struct page *p, const char *file, int line)
{
	if (*file == '\0')
		return;
	html(&p->html, "<code class=\"place\">%s", file);
	if (line > 0)
		html(&p->html, ":%d", line);
	buf_str(&p->html, "</code>");
}

void
page_columns(struct page *p, const char *const *titles, size_t n)
{
	buf_str(&p->html, "<div class=\"wide\"><table data-list>\n<thead><tr>");
	for (size_t i = 0; i < n; i++)
		html(&p->html, "<th scope=\"col\"><button type=\"button\">%s"
		    "</button></th>", titles[i]);
	buf_str(&p->html, "</tr></thead>\n<tbody>\n");
}
