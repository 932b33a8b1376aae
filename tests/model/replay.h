/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * replay: walk a finding's witness in the interpreter.
 *
 * The hops of the witness say which way each branch goes, which calls matter,
 * and between which bounds the level is after each of them.  The interpreter
 * takes the same way with concrete values, from the witness's entry level
 * and count, and must agree at every hop and at the end.  Calls that the
 * witness leaves out are taken at its word: they do nothing, give back
 * anything, and may write the variables whose addresses they get.
 *
 * Numbers for what the path tests are tried first from the witness; pointers
 * may point to mutexes that are held already.
 */

#ifndef IPLINT_MODEL_REPLAY_H
#define IPLINT_MODEL_REPLAY_H

#include "check/finding.h"
#include "interp.h"

struct replay {
	bool ok;
	bool wild;			/* it restored what nobody has saved:
					   assumption 17 */
	size_t reached, nhops;		/* hops agreed upon, at best */
	uint32_t over;			/* calls taken at their word */
	uint64_t runs;
	char text[256];			/* why it does not replay */
};

void	replay_witness(const struct program *, const struct finding *,
	    const struct witness *, struct replay *);

#endif /* IPLINT_MODEL_REPLAY_H */
