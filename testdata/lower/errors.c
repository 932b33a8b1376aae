/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* args: -ferror-limit=0
   fails
   A unit with errors still gives what could be understood. */
int f(int);
int good(int x) { return f(x); }
int bad_call(int x) { return undeclared_thing + f(x); }
int bad_statement(int x) { f(1); x = ; return x; }
int bad_type(struct incomplete s) { return 1; }
int bad_local(int x) { struct incomplete s; return f(x); }
static inline int bad_inline(void) { return undeclared_thing; }
int calls_bad(int x) { return bad_inline() + f(x); }
struct hook { int (*fn)(int); } table[] = { { good }, { undeclared_thing } };
int after(int x) { return f(x); }
