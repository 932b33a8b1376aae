/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * heads: what shards say of themselves before the first function.
 */

#ifndef IPLINT_HEADS_H
#define IPLINT_HEADS_H

#include "driver/driver.h"
#include "shard/shard.h"

struct head {
	const char *path, *base;	/* base: without the directory */
	enum shard_state state;
	const char *reason;		/* of a state that is not SHARD_OK */
	/* only with SHARD_OK: */
	const char *unit, *incomplete;	/* incomplete NULL: whole */
	struct digest key;
	struct ir_source *sources;
	size_t nsources;
};

struct heads {
	struct arena *arena;
	struct names *names;
	struct head *p;			/* sorted by unit, key, path */
	size_t n;
	struct map *by_key;
};

struct heads *heads_read(const char *const *paths, size_t n);
void	heads_free(struct heads *);		/* NULL is fine */
/* The shard of such arguments, or NULL. */
const struct head *heads_find(const struct heads *, struct digest key);
/* The first shard of the unit, or NULL. */
const struct head *heads_unit(const struct heads *, const char *unit);

/* Digests of files as they are now, each file read once. */
struct sources;

struct sources *sources_new(const char *root);
void	sources_free(struct sources *);
/*
 * The first file that a shard was made from and that is not the same now;
 * NULL if all are.
 */
const char *sources_changed(struct sources *, const struct heads *,
	    const struct head *);

#endif /* IPLINT_HEADS_H */
