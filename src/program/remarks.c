/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "program/link.h"

static int
by_place(const void *a, const void *b, void *ctx)
{
	const struct names *names = ctx;
	const struct ir_remark *x = a, *y = b;
	int c = strcmp(name_str(names, x->file), name_str(names, y->file));

	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return strcmp(name_str(names, x->text), name_str(names, y->text));
}

void
remarks_link(struct program *p)
{
	void *names = (void *)(uintptr_t)p->names;
	const struct link *l = p->link;
	size_t i, k, n = 0;

	for (i = 0; i < l->nmodules; i++)
		for (k = 0; k < l->modules[i]->remarks.n; k++)
			vec_push(&p->remarks, l->modules[i]->remarks.p[k]);
	if (p->remarks.n > 0)
		qsort_r(p->remarks.p, p->remarks.n, sizeof(*p->remarks.p),
		    by_place, names);
	for (i = 0; i < p->remarks.n; i++)
		if (n == 0 || by_place(&p->remarks.p[n - 1],
		    &p->remarks.p[i], names) != 0)
			p->remarks.p[n++] = p->remarks.p[i];
	p->remarks.n = n;
}
