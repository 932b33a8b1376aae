/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ways: what a call can get to, with the constants that it is given.
 *
 * Requires a linked program.  Provides, for a function and its constant
 * arguments, a way to a primitive that sleeps, and one to the spin mutex of the
 * lowest level that is taken.
 */

#ifndef IPLINT_WAYS_H
#define IPLINT_WAYS_H

#include "flow/constants.h"

struct ways;

#define WAY_ARGS	12	/* further ones are not known */

/* What is known of the arguments of a call. */
struct way_args {
	struct known_bits v[WAY_ARGS];
};

/* A way: this instruction, then the callee's way; NULL: it does it itself. */
struct way {
	func_id func;
	uint32_t site;			/* instruction, see solver_insn() */
	bool indirect;			/* some call of it is by pointer */
	const struct way *next;
};

struct gets_to {
	const struct way *sleep;	/* NULL: does not sleep */
	const struct way *firm;		/* sleeps and gives up no lock */
	const struct way *low;	/* NULL: takes no spin mutex */
	const struct prog_lock *lock;	/* at the end of low */
};

struct ways *ways_new(const struct program *);
void	ways_free(struct ways *);		/* NULL is fine */
/* args NULL: nothing is known.  Owned by the ways; never NULL. */
const struct gets_to *ways_from(struct ways *, func_id,
	    const struct way_args *);

#endif /* IPLINT_WAYS_H */
