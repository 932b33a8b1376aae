/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * gen: random programs, as trees, so that they can be shrunk.
 *
 * A program is made of balanced pieces (a raise and its restore, an enter and
 * its exit, wrappers in pairs) to which up to three mistakes are made: a
 * release is left out, or a way out comes before it.  Wholly random code
 * would be wrong everywhere, and one finding would hide the next.
 */

#ifndef IPLINT_MODEL_GEN_H
#define IPLINT_MODEL_GEN_H

#include "base/base.h"

struct gen_program;

/* The program of that seed; the same seed, the same program. */
struct gen_program *gen_new(uint64_t seed);
void	gen_free(struct gen_program *);
/* As IR text. */
void	gen_print(const struct gen_program *, struct buf *);

/*
 * Make the program as small as it gets while fails() is true of its text:
 * drop statements and functions, replace a statement by its body.
 */
void	gen_shrink(struct gen_program *, bool (*fails)(void *, const char *,
	    size_t), void *ctx);

#endif /* IPLINT_MODEL_GEN_H */
