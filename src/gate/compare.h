/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * compare: two states of a kernel, finding by finding.
 */

#ifndef IPLINT_COMPARE_H
#define IPLINT_COMPARE_H

#include "gate/baseline.h"

enum change {
	CHANGE_INTRODUCED,		/* in new only, or suppressed in old */
	CHANGE_KEPT,			/* in both */
	CHANGE_FIXED,			/* in old only */
	CHANGE_SUPPRESSED		/* suppressed in new */
};
const char *change_name(enum change);

/* One finding on its way; old or new is NULL where it is not there. */
struct change_of {
	enum change change;
	const struct baseline_finding *old, *new;
};

/* A place that has more entries of a kind than before. */
struct growth {
	enum ledger_kind kind;
	const char *place;
	int before, after;
};

struct comparison {
	VEC(struct change_of) findings;	/* as in new, then the fixed ones */
	VEC(struct growth) growth;	/* by kind and place */
	int grown[LEDGER_NKINDS];	/* new entries, by kind */
};

/* Borrows from both, which must outlive it. */
void	compare(const struct baseline *old, const struct baseline *new,
	    struct comparison *);
void	comparison_free(struct comparison *);

/* Another file, or another line where both states tell it. */
bool	change_moved(const struct change_of *);

#endif /* IPLINT_COMPARE_H */
