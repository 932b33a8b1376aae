/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * index: where in the tables of struct rules a name is.
 */

#ifndef IPLINT_RULES_INDEX_H
#define IPLINT_RULES_INDEX_H

#include "rules/rules.h"

/* Once, when the tables no longer change. */
void	index_make(struct rules *);

#endif /* IPLINT_RULES_INDEX_H */
