/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * gating: what check, baseline and diff share.
 */

#ifndef IPLINT_GATING_H
#define IPLINT_GATING_H

#include "cli.h"
#include "gate/gate.h"

/* The policy that the options ask for, but for the baseline. */
int	policy_of(const struct options *, struct gate_policy *,
	    struct fault *) MUST_CHECK;

/*
 * Name the units of a database that are not there, or not right, unless
 * quiet.  Returns how many, or -1 and a fault.
 */
int	name_incomplete(struct store *, bool quiet, struct fault *)
	    MUST_CHECK;

/* EXIT_INCOMPLETE, EXIT_FINDINGS or EXIT_CLEAN. */
int	gate_status(int incomplete, bool fails);

/*
 * Make SARIF within GitHub's limits, and say on stderr what was cut.  0, or -1
 * and a fault.
 */
int	sarif_within(struct store *, const struct gate *, struct buf *,
	    struct fault *) MUST_CHECK;

/* What "iplint check" does; baseline may be NULL. */
int	check_database(const struct options *, const char *path,
	    const char *baseline);

#endif /* IPLINT_GATING_H */
