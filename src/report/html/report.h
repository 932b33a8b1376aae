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

#include "gate/gate.h"

struct html_report {
	const char *dir;		/* where the site goes */
	const char *source;		/* the root of the sources; or NULL */
	const struct gate *gate;	/* what is off, known, suppressed */
};

/*
 * Write the site.  0, or -1 and a fault, and then dir is as it was.
 */
int	html_report(struct store *, const struct html_report *,
	    struct fault *) MUST_CHECK;

#endif /* IPLINT_HTML_REPORT_H */
