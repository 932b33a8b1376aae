/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump: a linked program as text, one fact a line, in a stable order.
 */

#ifndef IPLINT_DUMP_H
#define IPLINT_DUMP_H

#include "program/program.h"

/*
 * Append the text of one stage: "callgraph", "handlers", "mutexes" or
 * "levels".  -1 if there is no such stage.
 */
int	program_dump(const struct program *, const char *stage, struct buf *);

/* Names of the stages; NULL ends them. */
extern const char *const program_stages[];

#endif /* IPLINT_DUMP_H */
