/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* assets: the files in assets/ as text, put into the program at build time. */

#ifndef IPLINT_ASSETS_H
#define IPLINT_ASSETS_H

struct assets_file {
	const char *name, *text;	/* "site.css"; a NULL name ends */
};

extern const struct assets_file assets_files[];

#endif /* IPLINT_ASSETS_H */
