/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * complaints: what the gate has against a kernel beside findings.
 */

#ifndef IPLINT_COMPLAINTS_H
#define IPLINT_COMPLAINTS_H

#include "gate/gate.h"

/* Ledger entries beyond the allowance, and suppressions that do nothing. */
struct complaint {
	const char *kind;		/* "ledger", "suppression" */
	const char *file;		/* "" if it has no place */
	int line;			/* 0: none */
	const char *text;
};
typedef void complaint_fn(void *, const struct complaint *);

/* 0, or -1 and a fault if the database cannot be read. */
int	complaints(struct store *, const struct gate *, complaint_fn *, void *,
	    struct fault *) MUST_CHECK;

#endif /* IPLINT_COMPLAINTS_H */
