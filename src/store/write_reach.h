/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* The tables of handler and mutex pages. */

#ifndef IPLINT_WRITE_REACH_H
#define IPLINT_WRITE_REACH_H

#include "check/finding.h"
#include "row.h"

/* ledger_id: the rows of table ledger, by index in the program's ledger. */
void	write_reach(struct rows_out *, const struct program *,
	    const struct reach *, const uint32_t *ledger_id);
void	write_lock_inits(struct rows_out *, const struct program *,
	    const char *const *spin_names);
/* The findings that concern the handler with that row. */
void	write_felt(struct rows_out *, int64_t handler,
	    const struct handler_result *);

#endif /* IPLINT_WRITE_REACH_H */
