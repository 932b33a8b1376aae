/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kernel: the shards of a kernel, read and joined.
 */

#ifndef IPLINT_KERNEL_H
#define IPLINT_KERNEL_H

#include "driver/driver.h"
#include "ir/ir.h"
#include "program/program.h"

struct kernel {
	struct names *names;
	struct rules *rules;
	VEC(struct ir_module *) modules;
	struct ledger *ledger;
	struct program *program;
};

/*
 * Read the shards of the inventory and check them; one that is damaged becomes
 * a gap.  Join the others.  rules is a file or a name; port may be NULL.
 */
int	kernel_load(struct kernel *, struct inventory *, const char *rules,
	    const char *port, struct fault *) MUST_CHECK;
void	kernel_free(struct kernel *);

/* The inventory of shards and directories of shards, as operands. */
struct inventory *inventory_of(const struct cdb *, char *const *operands,
	    int n, struct fault *) MUST_CHECK;

#endif /* IPLINT_KERNEL_H */
