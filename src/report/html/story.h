/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* story: a finding in two halves, and in short. */

#ifndef IPLINT_STORY_H
#define IPLINT_STORY_H

#include "report/html/path.h"
#include "report/html/site.h"

/*
 * Append what is expected and what is possible, and a few sentences for
 * somebody who sees such a finding for the first time.  path may be NULL.
 */
void	story(struct page *, const struct store_finding *,
	    const struct path *);

#endif /* IPLINT_STORY_H */
