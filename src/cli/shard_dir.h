/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * shard_dir: where "iplint run" puts the shards.
 */

#ifndef IPLINT_SHARD_DIR_H
#define IPLINT_SHARD_DIR_H

#include "base/base.h"

struct shard_dir {
	char *path;			/* absolute */
	bool temporary;
	struct arena *arena;
};

/*
 * Open the given directory, which is made if need be; NULL makes a temporary
 * one beside the output.
 */
int	shard_dir_open(struct shard_dir *, const char *given,
	    const char *output, struct fault *) MUST_CHECK;

/*
 * From now on a signal that ends the process removes a temporary directory
 * with the shards that are in it now.
 */
void	shard_dir_guard(struct shard_dir *);

/* Remove the directory if it is temporary, with the shards in it. */
void	shard_dir_close(struct shard_dir *);

#endif /* IPLINT_SHARD_DIR_H */
