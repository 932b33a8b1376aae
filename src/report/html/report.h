/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * report: a database as a site of static pages.
 *
 * It opens from disk, from any server, and without a network: nothing is
 * loaded but its own files.
 */

#ifndef IPLINT_HTML_REPORT_H
#define IPLINT_HTML_REPORT_H

#include "store/store.h"

struct html_report {
	const char *dir;		/* where the site goes */
	const char *source;		/* the root of the sources; or NULL */
	/*
	 * Since when a finding is known, by its fingerprint of 32 digits: a
	 * date, or "" for a finding whose date is not known, or NULL for a new
	 * one.  NULL: there is nothing to compare with.
	 */
	const char *(*since)(const void *ctx, const char *fingerprint);
	const void *ctx;
};

/*
 * Write the site.  0, or -1 and a fault, and then dir is as it was.
 */
int	html_report(struct store *, const struct html_report *,
	    struct fault *) MUST_CHECK;

#endif /* IPLINT_HTML_REPORT_H */
