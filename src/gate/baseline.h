/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * baseline: what was known at some time, as a file for version control.
 *
 *	iplint-baseline 1
 *	# comments, kept where they stand above the first entry
 *	allow pointer 5
 *	finding dev/foo.c foo_intr IPL001 0123456789abcdef... 2026-11-22
 *	ledger pointer foo_attach 2
 *
 * "finding" has path, function, id, fingerprint, and the day on which it was
 * first seen, if that was given.  "ledger" says how many entries of a kind
 * there are in a function, or for a path if they are in none; "allow", how
 * many more of a kind do not matter.  Lines are sorted, so that a change of
 * the kernel changes the lines that it is about.  docs/ci.md is for readers.
 *
 * The same struct holds the state of a database, with what the file has not.
 */

#ifndef IPLINT_BASELINE_H
#define IPLINT_BASELINE_H

#include "store/store.h"

#define BASELINE_VERSION	1

struct baseline_finding {
	const char *path, *function, *code;
	const char *since;		/* "2026-11-22", or "" */
	struct digest fingerprint;	/* no other finding has it */
	unsigned line;			/* of the file's text; else 0 */
	/* Of a database only: */
	int64_t id;			/* store_finding.id, or -1 */
	int at, col;			/* in the source */
	const char *name, *severity, *message;	/* else "" */
	bool suppressed;
};

struct baseline_count {			/* entries of the ledger */
	enum ledger_kind kind;
	const char *place;		/* function, or path */
	int n;
	unsigned line;			/* of the file's text; else 0 */
};

struct baseline {
	struct arena *arena;		/* owns the texts */
	const char *head;		/* comment lines, or "" */
	VEC(struct baseline_finding) findings;
	VEC(struct baseline_count) ledger;
	int allow[LEDGER_NKINDS];
};

/*
 * Read a baseline.  NULL and "file:line: ..." if it is none, or damaged.
 * path is for messages.  The caller owns what is returned.
 */
struct baseline *baseline_parse(const char *path, const char *text,
	    size_t size, struct fault *) MUST_CHECK;
struct baseline *baseline_read(const char *path, struct fault *) MUST_CHECK;
/*
 * The state of a database: its findings, suppressed ones too, and its ledger.
 * today decides which suppressions still hold.
 */
struct baseline *baseline_of_store(struct store *, const char *today,
	    struct fault *) MUST_CHECK;
/* The finding with that fingerprint, or NULL. */
const struct baseline_finding *baseline_find(const struct baseline *,
	    struct digest fingerprint);
/* After lines were added; counts of one place are added up. */
void	baseline_sort(struct baseline *);
void	baseline_free(struct baseline *);	/* NULL is fine */

/* Append the file's text.  Suppressed findings are left out. */
void	baseline_print(const struct baseline *, struct buf *);

/* Is this the beginning of a baseline's text? */
bool	baseline_is(const char *text);

#endif /* IPLINT_BASELINE_H */
