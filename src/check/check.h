/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * check: hold every handler and function against its contract.
 *
 * Requires a linked program.  Solves the summaries of all functions
 * (flow/flow.h) and reports each defect once, in the function in which the
 * paths part.
 */

#ifndef IPLINT_CHECK_H
#define IPLINT_CHECK_H

#include "check/finding.h"

struct flow;

/*
 * flow must have been solved (flow_solve()).  adaptive is the other analysis
 * (flow_solve_adaptive()), or NULL: then there is no IPL013.  The caller owns
 * the result; it borrows from the program.  Limits that were hit are in the
 * program's ledger.
 */
struct results *check_program(const struct program *, struct flow *,
	    struct flow *adaptive);

#endif /* IPLINT_CHECK_H */
