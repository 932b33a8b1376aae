/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ahead: how far it is from the blocks of a function to where a walk has to
 * go.  Arrays are by block, live as long as the ahead, and have AHEAD_NEVER
 * where there is no way.
 */

#ifndef IPLINT_AHEAD_H
#define IPLINT_AHEAD_H

#include "flow/flow_int.h"
#include "flow/chain.h"

#define AHEAD_NEVER	UINT32_MAX

struct ahead;

struct ahead *ahead_new(void);
void	ahead_free(struct ahead *);
/* To a block; IR_NONE: to a return. */
const uint32_t *ahead_of(struct ahead *, const struct solver *,
	    uint32_t block);
/* To a raise to the level, the further the less plausible it is. */
const uint32_t *ahead_of_raise(struct ahead *, const struct solver *,
	    const struct chain *, int level);

#endif /* IPLINT_AHEAD_H */
