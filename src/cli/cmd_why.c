/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "cli.h"
#include "report/text.h"

int
cmd_why(const struct options *o)
{
	struct text t = { .out = stdout };
	struct fault f = { 0 };
	int error;

	if (o->noperands != 2)
		return complain("why takes a database and a function");
	t.fault = &f;
	t.store = store_open(o->operands[0], &f);
	if (t.store == NULL)
		return complain_fault(&f);
	t.color = text_color(o->color != NULL ? o->color : "auto", stdout);
	error = text_why(&t, o->operands[1]);
	store_close(t.store);
	return error != 0 ? complain_fault(&f) : EXIT_CLEAN;
}
