/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * text: a database as people read it.
 *
 * Everything comes from the database, so what is printed today can be printed
 * again without the kernel.
 */

#ifndef IPLINT_TEXT_H
#define IPLINT_TEXT_H

#include "gate/gate.h"

struct text {
	FILE *out;
	struct store *store;
	struct fault *fault;
	const char *fingerprint;	/* only those that begin so; or NULL */
	const struct gate *gate;	/* leave out what it knows; or NULL */
	bool color;
	bool oneline;			/* a finding's first line only */
	bool nearest;			/* also the nearest clean path, and
					   handlers at whose exit it shows */
};

/*
 * The functions return 0, or -1 and the fault.
 *
 * The findings, or those that concern the functions named func, each as
 *
 *	file:line:col: error: message [IPL001 leak] 3fa91c02
 *
 * with its path below, and a blank line after it.  *n is their number.
 */
int	text_findings(struct text *, const char *func, size_t *n);

/* "12 findings, 1507 units, 0 missing, ledger: 3 pointer, 2 lock" */
int	text_summary(struct text *);

/*
 * Why a function has findings, or none: as which handlers it is registered,
 * what was found out of them, and on which ledger entries that rests.
 */
int	text_why(struct text *, const char *func);

/*
 * What the gate has against the kernel beside findings: ledger entries beyond
 * the allowance, and suppressions.  Then, if there is a baseline, a line with
 * counts.
 */
int	text_gate(struct text *);
/*
 * The findings that two states do not share, or with all, share; a line each.
 */
void	text_changes(struct text *, const struct comparison *, bool all);

/* Entries of the ledger, one a line, after so many spaces. */
int	text_entry(struct text *, int indent, const struct store_entry *);

/*
 * Whether to use colour.  when is "always", "never" or "auto"; auto asks, in
 * this order, NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM, and whether the
 * stream is a terminal.
 */
bool	text_color(const char *when, FILE *);

#endif /* IPLINT_TEXT_H */
