/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * listing: a path in its sources.
 *
 * Steps that follow one another in one function are one excerpt, with some
 * lines around each step and the others folded.
 */

#ifndef IPLINT_LISTING_H
#define IPLINT_LISTING_H

#include "report/html/path.h"
#include "report/html/site.h"

/*
 * Append the steps of one part of a path, as stairs() names them.  0, or -1
 * and the site's fault.
 */
int	listing(struct page *, const struct path *, int index, enum part)
	    MUST_CHECK;

#endif /* IPLINT_LISTING_H */
