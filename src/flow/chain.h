/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * chain: by which calls a function most plausibly gets to a level that
 * nest.h says it can leave behind, and what walks have found of that.
 */

#ifndef IPLINT_CHAIN_H
#define IPLINT_CHAIN_H

#include "flow/nest.h"

#define CHAIN_NEVER	UINT32_MAX

struct chain;

/* The nest must outlive it. */
struct chain *chain_new(const struct nest *, const struct program *);
void	chain_free(struct chain *);		/* NULL is fine */

/* How implausible it is that the call raises to the level; CHAIN_NEVER. */
uint32_t chain_cost(const struct chain *, func_id, const struct ir_insn *,
	    int level);
/* The same if the call means that function. */
uint32_t chain_target_cost(const struct chain *, func_id,
	    const struct ir_insn *, func_id target, int level);
/*
 * The most plausible target of a call that raises to the level; NO_FUNC:
 * none, the call itself.
 */
func_id	chain_target(const struct chain *, func_id, const struct ir_insn *,
	    int level);
/* The instruction that most plausibly does; IR_NONE: none. */
uint32_t chain_source(const struct chain *, func_id, int level);

/*
 * A walk has gone into the function to get to the level; it has got there.
 * Functions in which walks do not are less plausible from chain_learn() on.
 */
void	chain_try(struct chain *, func_id, int level);
void	chain_got(struct chain *, func_id, int level);
void	chain_learn(struct chain *);
/* How often in vain, in proportion. */
uint64_t chain_misses(const struct chain *, func_id, int level);
/* Grows with each chain_learn(). */
uint32_t chain_epoch(const struct chain *);

#endif /* IPLINT_CHAIN_H */
