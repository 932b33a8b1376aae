/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * gen: random programs, as trees, so that they can be shrunk.
 *
 * A program is made of balanced pieces to which up to three mistakes are
 * made.  Wholly random code would be wrong everywhere, and one finding would
 * hide the next.  Each kind of piece has a weight:
 *
 *	gen_body.c	raise and restore, with the token in a local variable,
 *			a member, a global variable, through a pointer; enter
 *			and exit, tryenter, drop and retake; the same under
 *			one condition that is tested twice; a flag carried
 *			through a loop; goto out; early exits by return, break
 *			and panic; loops, switches; calls, also recursive, of
 *			a member that points to a function, of a function that
 *			is passed on
 *	gen.c		functions in pairs that take and release for others,
 *			also by parameter, through an argument, or as their
 *			result says: error, success, pointer or NULL;
 *			handlers; dispatchers, which call these with a mutex
 *			held or not and repair the level or do not
 *	mistakes	no release, a way out before it, a return for a goto
 *			out, a raise too many, another token, mutex or level,
 *			another condition, a result that is not tested, a flag
 *			that changes
 *
 * Kernels are of two versions, between which a mutex turns from spin to
 * adaptive, and of two ports, on one of which a restore may raise.
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
