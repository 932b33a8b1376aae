/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * shard: one translation unit in one file.  The format is described in
 * shard.c.
 */

#ifndef IPLINT_SHARD_H
#define IPLINT_SHARD_H

#include "ir/ir.h"

#ifdef __cplusplus
extern "C" {
#endif

enum shard_state {
	SHARD_OK,
	SHARD_MISSING,		/* no such file */
	SHARD_UNREADABLE,	/* the file cannot be opened or read */
	SHARD_EMPTY,
	SHARD_FOREIGN,		/* not a shard at all */
	SHARD_VERSION,		/* of an older or newer format */
	SHARD_TRUNCATED,	/* no checksum line at the end */
	SHARD_DAMAGED,		/* the checksum is of other bytes */
	SHARD_BAD_TEXT		/* intact, but ir_parse() rejects it */
};

/*
 * The name of a unit's shard, without a folder, is put into out, which is
 * cleared first: "sys_dev_foo.c-0123456789abcdef.ipl".
 */
void	shard_name(const char *unit, struct digest key, struct buf *out);

/* Write a module; the bytes depend on the module only. */
int	shard_write(const char *path, const struct ir_module *,
	    struct fault *) MUST_CHECK;

/*
 * Read a shard.  With SHARD_OK, *out is owned by the caller; otherwise it is
 * NULL and the fault says what is wrong.  The reader may be NULL.
 */
enum shard_state shard_read(struct ir_module **out, struct names *,
	    const char *path, const struct ir_reader *, struct fault *)
	    MUST_CHECK;

/*
 * Read the items up to the last "level" only: unit, tool, key, lines,
 * incomplete, sources, levels.  What follows is not looked at, so a damaged
 * shard may pass; one without a checksum line does not.
 */
enum shard_state shard_read_head(struct ir_module **out, struct names *,
	    const char *path, struct fault *) MUST_CHECK;

/* As shard_read(), of bytes in memory; path is for messages. */
enum shard_state shard_parse(struct ir_module **out, struct names *,
	    const char *path, const char *text, size_t size,
	    const struct ir_reader *, struct fault *) MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif /* IPLINT_SHARD_H */
