/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef IPLINT_FLOW_PRINT_H
#define IPLINT_FLOW_PRINT_H

#include "flow/flow_int.h"

/* A node as C, roughly; locals are those of ir. */
void	node_print(const struct flow *, const struct ir_func *ir, node_t,
	    struct buf *);
/* A level for a reader: "IPL_VM", "IPL_VM or above", "entry level". */
void	level_print(const struct flow *, const struct ir_func *ir, node_t,
	    struct buf *);

#endif /* IPLINT_FLOW_PRINT_H */
