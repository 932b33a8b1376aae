/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef IPLINT_FLOW_NEST_H
#define IPLINT_FLOW_NEST_H

#include "program/program.h"

/*
 * What functions leave behind when they are entered with a spin mutex held:
 * the levels to which they can raise, because no release in them is the last.
 */
struct nest;

struct nest *nest_solve(const struct program *);
void	nest_free(struct nest *);		/* NULL is fine */

/* The highest level at exit, entered at that level. */
int	nest_exit(const struct nest *, func_id, int entry);
/* The instruction that raises to that exit level; IR_NONE: none does. */
uint32_t nest_source(const struct nest *, func_id, int level);
/* All levels to which it can raise, as bits; bit 0: it can leave the level. */
uint32_t nest_levels(const struct nest *, func_id);
/*
 * Levels to which a call raises, not counting what is below it: a primitive,
 * or a callee that takes the mutex it is given.  *maybe: the level is not
 * known.
 */
uint32_t nest_raises(const struct nest *, func_id, const struct ir_insn *,
	    bool *maybe);
/* Does the function restore levels itself, so that a raise can be undone? */
bool	nest_restores(const struct nest *, func_id);
/* Is a call with so many targets followed? */
bool	nest_follows(const struct prog_site *);
/* The lock that a rule's enter or exit is about, if the call is one. */
const struct prog_lock *nest_lock(const struct program *, func_id,
	    const struct ir_insn *, bool enter);
/* The locks that an enter can be about; up to max are stored. */
size_t	nest_locks(const struct program *, func_id, const struct ir_insn *,
	    const struct prog_lock **out, size_t max);

#endif /* IPLINT_FLOW_NEST_H */
