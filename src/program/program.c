/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Linking: the passes in their order, and the answers that need no pass.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

struct program *
program_link(struct names *names, const struct rules *rules,
    struct ir_module *const *modules, size_t n, const char *port_name,
    struct ledger *ledger, struct fault *fault)
{
	struct program *p = ecalloc(1, sizeof(*p));

	p->arena = arena_new();
	p->names = names;
	p->rules = rules;
	p->ledger = ledger;
	p->link = ecalloc(1, sizeof(*p->link));
	p->link->modules = ecalloc(n, sizeof(*p->link->modules));
	for (size_t i = 0; i < n; i++)
		p->link->modules[i] = modules[i];
	p->link->nmodules = n;

	if (levels_port(p, port_name, fault) != 0) {
		program_free(p);
		return NULL;
	}
	levels_link(p);
	symbols_link(p);
	gather(p);
	flows_solve(p);
	while (heap_seed(p))
		flows_solve(p);
	calls_bind(p);
	if (locks_seed(p)) {
		flows_solve(p);
		calls_bind(p);
	}
	flow_finish(p);
	calls_report(p);
	noreturn_infer(p);
	calls_rank(p);
	locks_link(p);
	acquires_count(p);
	handlers_link(p);
	spelling_link(p);
	remarks_link(p);
	return p;
}

void
program_free(struct program *p)
{
	struct link *l;

	if (p == NULL)
		return;
	l = p->link;
	map_free(l->scoped);
	map_free(l->external);
	free(l->class_of);
	free(l->func_of);
	vec_free(&l->vars);
	keys_free(l);
	map_free(l->icall_of);
	map_free(l->level_of);
	free(l->modules);
	free(l);
	vec_free(&p->units);
	vec_free(&p->funcs);
	vec_free(&p->locks);
	vec_free(&p->handlers);
	vec_free(&p->misnomers);
	vec_free(&p->remarks);
	vec_free(&p->levels);
	arena_free(p->arena);
	free(p);
}

size_t
program_find(const struct program *p, const char *name, func_id *out,
    size_t max)
{
	size_t lo = 0, hi = p->funcs.n, mid, n;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(name_str(p->names, p->funcs.p[mid].name),
		    name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (n = 0; lo + n < p->funcs.n && strcmp(name_str(p->names,
	    p->funcs.p[lo + n].name), name) == 0; n++)
		if (n < max)
			out[n] = (func_id)(lo + n);
	return n;
}

func_id
program_callee(const struct program *p, func_id in, name_t name)
{
	struct symbol s = symbol_find(p, scope_of(p, in).unit, name);

	return s.kind == SYMBOL_FUNC ? s.index : NO_FUNC;
}

size_t
program_key_funcs(const struct program *p, key_id k, const func_id **out)
{
	return flow_atoms(p, k, ATOM_FUNC, out);
}

bool
program_key_unset(const struct program *p, key_id k)
{
	return k != 0 && p->link->nodes.p[k].set == 0 &&
	    (p->link->nodes.p[k].flags & NODE_FILLED) == 0;
}

bool
program_key_levels(const struct program *p, key_id k, int *lo, int *hi)
{
	const atom_t *v;
	size_t i, n;
	int rank;

	if (p->link->nodes.p[k].flags & NODE_OTHER)
		return false;
	n = flow_atoms(p, k, ATOM_LEVEL, &v);
	for (i = 0; i < n; i++) {
		rank = program_rank(p,
		    p->link->consts.p[atom_index(v[i])].value);
		if (rank < 0)
			return false;
		*lo = i == 0 || rank < *lo ? rank : *lo;
		*hi = i == 0 || rank > *hi ? rank : *hi;
	}
	return n > 0;
}

bool
program_open(const struct program *p, const struct prog_site *cs)
{

	return p->partial && cs->indirect;
}
