/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

struct in_header {
	int m;
};
typedef struct {
	int m;
} typedef_t;
