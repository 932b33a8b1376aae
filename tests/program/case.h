/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A linked case: the units of one file of testdata/program, in some order.
 */

#ifndef IPLINT_CASE_H
#define IPLINT_CASE_H

#include "../base/test.h"
#include "program/dump.h"

#define CASE_UNITS	8

struct test_case {
	struct names *names;
	struct rules *rules;
	struct ledger *ledger;
	struct ir_module *modules[CASE_UNITS];
	size_t n;
	struct program *program;
};

/*
 * Parse the units of text, the rotate-th one first, backwards if asked, and
 * link them.  Bodies whose text was seen before are skipped if lazy.
 */
struct case_order {
	size_t rotate;
	bool backwards, lazy;
};
void	case_link(struct test_case *, const char *text, struct case_order);
void	case_load(struct test_case *, const char *name);
void	case_done(struct test_case *);

/* Everything that is known of the program, as text. */
void	case_print(const struct test_case *, struct buf *);

/* Some function, member or global of the case; fails if there is none. */
func_id	case_func(const struct test_case *, const char *name);
key_id	case_field(const struct test_case *, const char *record,
	    const char *field);

#endif /* IPLINT_CASE_H */
