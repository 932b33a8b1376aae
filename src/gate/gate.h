/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * gate: may this kernel go in?
 *
 * It fails on what is new, and on what is gone but still excused: on a finding
 * that counts and is not in the baseline, on more ledger entries than the
 * baseline allows, and on a suppression without a finding, or one that cannot
 * be understood.
 */

#ifndef IPLINT_GATE_H
#define IPLINT_GATE_H

#include "gate/compare.h"

#define GATE_NIDS	1000		/* numbers of ids are below */

/*
 * Whether findings of an id count.  By default those do that are proven, but
 * not notes; ON counts notes too.  OFF ones are not printed either.
 */
enum gate_id { GATE_DEFAULT, GATE_ON, GATE_OFF };

struct gate_policy {
	enum gate_id ids[GATE_NIDS];	/* by number */
	const struct baseline *baseline;	/* NULL: everything is new */
	char today[DATE_LEN + 1];	/* for suppressions that expire */
	bool allow_stale;		/* a suppression needs no finding */
	bool show_suppressed;		/* print them, too */
};

/*
 * Words separated by commas: IPL008, low-lock, proven, advice or all.  They
 * are turned ON or OFF; -1 and a fault if there is no such word.
 */
int	gate_ids(struct gate_policy *, const char *words, enum gate_id,
	    struct fault *) MUST_CHECK;

/* What the gate says of one finding. */
enum gate_mark {
	GATE_COUNTS,			/* new, and makes the gate fail */
	GATE_UNCOUNTED,			/* new, but advice or a note */
	GATE_KNOWN,			/* in the baseline */
	GATE_SUPPRESSED,
	GATE_DISABLED,			/* its id is OFF */
	GATE_NMARKS
};

struct gate {
	const struct gate_policy *policy;
	struct baseline *now;		/* the state of the database */
	struct comparison comparison;	/* of the baseline and now */
	enum gate_mark *marks;		/* by id of the finding - min_id */
	int64_t min_id, max_id;
	int counts[GATE_NMARKS];
	int fixed;			/* in the baseline only */
	int ledger;			/* entries beyond the allowance */
	int stale, wrong;		/* suppressions */
};

/*
 * Judge a database.  The gate borrows the policy.  0, or -1 and a fault if the
 * database cannot be read.
 */
int	gate_open(struct gate *, struct store *, const struct gate_policy *,
	    struct fault *) MUST_CHECK;
void	gate_close(struct gate *);

enum gate_mark gate_mark(const struct gate *, int64_t finding);
/* Is the finding one to print? */
bool	gate_prints(const struct gate *, int64_t finding);
/* Is this growth one that the gate fails on? */
bool	gate_grown(const struct gate *, const struct growth *);
/* Would a finding of this id and severity count if it were new? */
bool	gate_counts(const struct gate_policy *, const char *code,
	    const char *severity);
/* Is the id OFF? */
bool	gate_disabled(const struct gate_policy *, const char *code);
bool	gate_fails(const struct gate *);

#endif /* IPLINT_GATE_H */
