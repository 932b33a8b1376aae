/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* IPLINT: IPL003 in a header */
static inline int
inlined(void)
{
	return 0;
}
