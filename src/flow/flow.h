/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * flow: what each function does to level, count, locks and tokens.
 *
 * Requires a linked program.  Provides summaries: for a function and the
 * number of spin mutexes held at its entry, the set of its outcomes.
 * src/flow/solve.c describes the analysis.
 */

#ifndef IPLINT_FLOW_H
#define IPLINT_FLOW_H

#include "program/program.h"

struct flow;

/* What was done, for the record. */
struct flow_counts {
	uint64_t summaries;		/* (function, entry count) solved */
	uint64_t neutral;		/* of these, without any effect */
	uint64_t steps;			/* instructions executed abstractly */
	uint64_t budget;		/* summaries that hit a limit */
};

/* Never fails; what could not be done is in the program's ledger. */
struct flow *flow_solve(struct program *);
/*
 * The same analysis of adaptive mutexes, alone: levels stand still, spin
 * mutexes are nothing, and what is said of them holds for adaptive ones.  The
 * ledger learns only of limits.
 */
struct flow *flow_solve_adaptive(struct program *);
void	flow_free(struct flow *);		/* NULL is fine */
struct flow_counts flow_counts(const struct flow *);

/* Print the summaries of one function, for "iplint dump --stage=summary". */
void	flow_print(struct flow *, func_id, struct buf *);

#endif /* IPLINT_FLOW_H */
