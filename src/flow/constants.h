/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * constants: what is known of the values of a function's local variables,
 * bit by bit, when some of its arguments are known.
 *
 * Requires a linked program.  Provides, per block, whether it is reached, the
 * known bits of each local at its entry, and the one way on where a branch is
 * decided.  Memory, and the results of all but the shortest functions, are
 * not known.
 */

#ifndef IPLINT_CONSTANTS_H
#define IPLINT_CONSTANTS_H

#include "program/program.h"

/* Known bits of a value, and what they are; the others are 0 in k. */
struct known_bits {
	uint64_t bits;
	int64_t k;
};

struct constants {
	const struct program *program;
	func_id func;
	const struct ir_func *ir;
	struct known_bits *in;		/* per block and local, at its entry */
	uint8_t *seen;			/* per block: it is reached */
	uint32_t *only;		/* per block: the one way on, or IR_NONE */
};

/*
 * Fills *c for a function with a body; args are its first nargs arguments,
 * nothing is known of others.  The caller frees with constants_free().
 */
void	constants_init(struct constants *c, const struct program *, func_id,
	    const struct known_bits *args, uint32_t nargs);
void	constants_free(struct constants *);

/* The i-th block that can follow, or IR_NONE after the last. */
uint32_t constants_next(const struct constants *, uint32_t block,
	    uint32_t i);
/* env, one value per local: what is known after the instruction as well. */
void	constants_step(const struct constants *, const struct ir_insn *,
	    struct known_bits *env);

struct known_bits known_mask(uint64_t mask, uint64_t k);
struct known_bits known_const(int64_t k);
struct known_bits known_none(void);
/* 1: not zero, 0: zero, -1: not known. */
int	known_truth(struct known_bits);
struct known_bits known_fold(enum ir_op, struct known_bits, struct known_bits);
struct known_bits known_eval(const struct ir_expr *,
	    const struct known_bits *env);

#endif /* IPLINT_CONSTANTS_H */
