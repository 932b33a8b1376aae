/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Other names of the same thing. */
int real(int x) { return x; }
int first(int) __attribute__((__alias__("real")));
int weak(int) __attribute__((__weak__, __alias__("real")));
int value = 3;
extern int other_value __attribute__((__alias__("value")));
__asm(".global assembled\n\tassembled = real");
__asm(".weak weakly; weakly = real; .size = 3\n1 = 2\nx = y + 1");
int renamed(int) __asm("linker_name");
int use(int x) { return first(x) + renamed(x) + weak(x); }
