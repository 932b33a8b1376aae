/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * suppress: findings that somebody has looked at and wants to keep.
 *
 * In the source, at the line, on the line before, or before the function:
 *
 *	IPLINT: IPL004 the caller restores it
 *	IPLINT: IPL001,IPL003 until 2027-01-31 reason
 *
 * as a comment, which the plugin keeps (ir_remark); or in a file, a line each:
 *
 *	iplint-suppressions 1
 *	# comment
 *	IPL004 sys/dev/foo.c foo_start the caller restores it
 *	539b7a38 until 2027-01-31 reason
 *
 * where the second form has at least eight digits of the fingerprint.  A
 * suppressed finding is a finding all the same: it is stored with its reason.
 * Whether a date has come is not asked here, for the database has no date: the
 * gate does (gate/gate.h).
 */

#ifndef IPLINT_SUPPRESS_H
#define IPLINT_SUPPRESS_H

#include "check/finding.h"

#define SUPPRESS_VERSION	1
#define SUPPRESS_DIGITS		8	/* of a fingerprint, at least */

struct suppression {
	bool source;			/* a comment, not a line of the file */
	const char *file;		/* where it stands */
	uint32_t line;
	int id;				/* of findings; 0: see fingerprint */
	uint32_t target;		/* source: the line it is about */
	const char *path, *function;	/* file, with id; else NULL */
	const char *fingerprint;	/* digits, or NULL */
	const char *expires;		/* the last day, or NULL */
	const char *reason;
	const char *fault;		/* source: why it is none; or NULL */
};

struct suppressions {
	struct arena *arena;		/* owns the texts */
	VEC(struct suppression) list;	/* in the order of file and line */
};

/* Read the file.  NULL and "file:line: ..." if it is not one.  Owned by the
 * caller. */
struct suppressions *suppress_parse(const char *path, const char *text,
	    size_t size, struct fault *) MUST_CHECK;
struct suppressions *suppress_read(const char *path, struct fault *)
	    MUST_CHECK;
void	suppress_free(struct suppressions *);	/* NULL is fine */

/*
 * Put the suppressions of the file, which may be NULL and must outlive the
 * results, and those of the sources into the results, and say of each finding
 * which ones are about it.
 */
void	suppress_apply(struct results *, const struct program *,
	    const struct suppressions *);

#endif /* IPLINT_SUPPRESS_H */
