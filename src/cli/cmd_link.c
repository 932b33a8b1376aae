/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kernel.h"
#include "pipeline.h"

/* A part of a kernel: the rest was left out on purpose. */
static void
forgive_missing(struct inventory *inv)
{
	size_t kept = 0;

	for (size_t i = 0; i < inv->gaps.n; i++)
		if (inv->gaps.p[i].kind != GAP_MISSING)
			inv->gaps.p[kept++] = inv->gaps.p[i];
	inv->gaps.n = kept;
}

int
cmd_link(const struct options *o)
{
	struct inventory *inv = NULL;
	struct cdb *db = NULL;
	struct fault f = { 0 };
	int status = EXIT_TROUBLE;

	if (o->noperands == 0)
		return complain("link takes shards, or directories of them");
	if (o->objdir != NULL)
		db = cdb_load(o->objdir, o->root, &f);
	if (f.text[0] == '\0')
		inv = inventory_of(db, o->operands, o->noperands, &f);
	if (inv != NULL && o->partial)
		forgive_missing(inv);
	if (inv == NULL)
		complain_fault(&f);
	else
		status = pipeline(inv, o);
	inventory_free(inv);
	cdb_free(db);
	return status;
}
