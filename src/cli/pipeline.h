/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pipeline: from shards to a database.
 */

#ifndef IPLINT_PIPELINE_H
#define IPLINT_PIPELINE_H

#include "cli.h"
#include "driver/driver.h"

/*
 * Analyse the shards of the inventory and write the database that the options
 * name.  Names every gap on stderr, and prints the summary unless quiet.
 * Returns an exit status.
 */
int	pipeline(struct inventory *, const struct options *);

#endif /* IPLINT_PIPELINE_H */
