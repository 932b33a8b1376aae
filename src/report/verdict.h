/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* verdict: words for terminal and pages alike. */

#ifndef IPLINT_REPORT_VERDICT_H
#define IPLINT_REPORT_VERDICT_H

#include "store/store.h"

/* "returns at the level it was entered at" */
const char *verdict_text(const char *verdict);
/* A sentence or two on how that follows. */
const char *verdict_why(const struct store_handler *);
/* How a finding concerns a handler: "it is about this handler". */
const char *felt_text(const char *how);
/* "takes", for the act of kind "take". */
const char *act_text(const char *kind);

#endif /* IPLINT_REPORT_VERDICT_H */
