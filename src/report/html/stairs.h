/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * stairs: a path as a picture, the level staircase.
 *
 * Steps go along x, levels along y, by name.  A line is the level, a dashed
 * one what it was expected to be at the end; bars beneath are the spin mutexes
 * held; a ring is the level that the outermost enter saves.  What the path
 * ends above or below the expected level is hatched.  Each step is a link to
 * its place in the source, named "w0s3" as that is.
 */

#ifndef IPLINT_STAIRS_H
#define IPLINT_STAIRS_H

#include "report/html/path.h"
#include "report/html/site.h"

/*
 * Append the picture of a path; index names its steps on the page.  narrow:
 * another one stands beside it.
 */
void	stairs(struct page *, const struct path *, int index, bool narrow);

#endif /* IPLINT_STAIRS_H */
