/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * site: a folder of pages, and the frame that they share.
 *
 * The site is built in a temporary folder beside its place and renamed at
 * the end, so that there is the old one, or all of the new one.  The same
 * database and sources give the same bytes.
 *
 * A page is written like this:
 *
 *	struct page p;
 *
 *	page_open(&p, site, SECTION_HANDLERS, "handler/3.html", "foo_intr");
 *	html(&p.html, "<p>registered at %s</p>\n", site_level(site, 6));
 *	return page_close(&p);
 */

#ifndef IPLINT_SITE_H
#define IPLINT_SITE_H

#include "report/html/html.h"
#include "store/store.h"

/* The entries of the navigation, one table: page and title. */
#define SECTIONS(X)							\
	X(FINDINGS, "index.html", "Findings")				\
	X(HANDLERS, "handlers.html", "Handlers")			\
	X(MUTEXES, "mutexes.html", "Mutexes")				\
	X(LEDGER, "ledger.html", "Ledger")

enum section {
#define X(id, file, title) SECTION_##id,
	SECTIONS(X)
#undef X
	NSECTIONS
};

/* One row of the level table. */
struct site_level {
	int level;
	const char *name;		/* the one that is printed */
};

struct site {
	struct store *store;
	struct fault *fault;
	struct arena *arena;		/* for as long as the site */
	struct source_tree *sources;	/* of the kernel, see source.h */
	VEC(struct site_level) levels;	/* upwards */
	const char *kernel;		/* "netbsd 6.99.16, amd64" */

	/* private */
	char *dir, *temp;		/* the place, and where it is made */
	VEC(const char *) files;	/* written so far */
	VEC(const char *) findings;	/* their pages, by id - 1 */
	VEC(const char *) handlers;	/* by id, as are mutexes */
	VEC(const char *) mutexes;
	struct map *taken;		/* names of pages, as hashes */
	bool replace;			/* dir is an older site */
};

/*
 * Begin a site that is to stand in dir.  It is an error if that is there,
 * and is neither empty nor a site of ours with nothing added.
 */
struct site *site_begin(const char *dir, struct store *, struct fault *)
	    MUST_CHECK;
/* Put the finished site in its place.  Frees it, whatever happens. */
int	site_end(struct site *) MUST_CHECK;
/* Leave everything as it was.  NULL is fine. */
void	site_abandon(struct site *);

/* Write a file of the site; path is relative, with one folder at most. */
int	site_write(struct site *, const char *path, const struct buf *)
	    MUST_CHECK;

/* The printed name of a level, "level 9" if it has none, "?" for -1. */
const char *site_level(struct site *, int level);

/*
 * The page of a finding (v_findings.id), relative to the site.  Its name is
 * the fingerprint, so that links stay good from run to run.
 */
const char *site_finding(const struct site *, int64_t id);

/* The pages of a handler and of a mutex (v_mutexes.id), or NULL. */
const char *site_handler(const struct site *, int64_t id);
const char *site_mutex(const struct site *, int64_t id);

struct page {
	struct site *site;
	const char *path;
	const char *up;			/* "" or "../": to the site's folder */
	struct buf html;		/* the page so far */
};

/*
 * A page with the site's head, navigation and style; what is appended to
 * html goes into its main element.  title is text.  It owns the first-level
 * heading, which the caller writes.
 */
void	page_open(struct page *, struct site *, enum section,
	    const char *path, const char *title);
/* Have a script of the site run on the page: "finding.js". */
void	page_script(struct page *, const char *file);
/* Write the page and free it.  0, or -1 and the site's fault. */
int	page_close(struct page *) MUST_CHECK;

/* <span class="level">IPL_VM</span>, with its number as a title. */
void	page_level(struct page *, int level);
/* <span class="severity error">...: a shape and a word, not colour alone. */
void	page_severity(struct page *, const char *severity);
/* <span class="verdict clean">... of a handler. */
void	page_verdict(struct page *, const char *verdict);
/*
 * The head of a table that list.js searches and sorts; the caller appends
 * rows and the end tags of tbody, table and div.
 */
void	page_columns(struct page *, const char *const *titles, size_t n);
/* "dev/foo.c:12", as code; line 0 is left out, as is an empty file. */
void	page_place(struct page *, const char *file, int line);

#endif /* IPLINT_SITE_H */
