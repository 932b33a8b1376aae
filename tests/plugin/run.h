/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the programs of progen.c use: see run.c. */
int tr(int, int);
void cl(int *);
extern int G0, G1, fuel, A[4];
int f0(int, int), f1(int, int), f2(int, int);
int f3(int, int), f4(int, int), f5(int, int);
