/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pages: the pages of docs/findings as text, put into the program when it is
 * built.
 */

#ifndef IPLINT_PAGES_H
#define IPLINT_PAGES_H

struct pages_file {
	const char *name, *text;	/* "IPL001.md"; a NULL name ends */
};

extern const struct pages_file pages_files[];

#endif /* IPLINT_PAGES_H */
