/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "world.h"

/* Do the sources tell the port? */
static bool
has_port(const struct ir_module *m, const struct names *names)
{
	size_t i;

	for (i = 0; i < m->sources.n; i++)
		if (strstr(name_str(names, m->sources.p[i].path),
		    "arch/") != NULL)
			return true;
	return false;
}

int
world_new(struct world *w, struct names *names, const struct rules *rules,
    const char *file, const char *text, size_t size, struct fault *f)
{
	memset(w, 0, sizeof(*w));
	w->names = names;
	w->rules = rules;
	w->ledger = ledger_new(names);
	w->module = ir_parse(names, file, text, size, NULL, f);
	if (w->module == NULL || ir_check(w->module, f) != 0)
		return -1;
	w->program = program_link(names, rules, &w->module, 1,
	    has_port(w->module, names) ? NULL : "amd64", w->ledger, f);
	if (w->program == NULL)
		return -1;
	w->flow = flow_solve(w->program);
	w->results = check_program(w->program, w->flow, NULL);
	return 0;
}

void
world_free(struct world *w)
{
	results_free(w->results);
	flow_free(w->flow);
	program_free(w->program);
	ir_module_free(w->module);
	ledger_free(w->ledger);
}

unsigned
explore_choose(void *ctx, unsigned n)
{
	struct explore *e = ctx;
	struct pick p = { 0, n };

	if (e->at == e->picks.n)
		vec_push(&e->picks, p);
	return e->picks.p[e->at++].pick;
}

bool
explore_back(struct explore *e, uint32_t dep)
{
	if (dep < e->picks.n)
		e->picks.n = dep;
	return explore_next(e);
}

bool
explore_next(struct explore *e)
{
	e->at = 0;
	for (; e->picks.n > 0; e->picks.n--)
		if (++e->picks.p[e->picks.n - 1].pick <
		    e->picks.p[e->picks.n - 1].n)
			return true;
	return false;
}
