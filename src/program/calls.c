/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Calls: the targets of every call instruction, and who calls a function.
 *
 * Requires solved flows.  A call through a pointer reaches the functions
 * that can be in the pointer and fit its type; where none fits, all of them,
 * because then the pointer was cast.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

/* The instructions of the calls, by function and site. */
static void
list_sites(struct program *p)
{
	struct link *l = p->link;
	const struct ir_func *ir;
	const struct ir_insn *in;
	uint32_t b, i;
	func_id f;

	l->insns = arena_alloc(p->arena, p->funcs.n * sizeof(*l->insns));
	for (f = 0; f < p->funcs.n; f++) {
		ir = p->funcs.p[f].ir;
		if (p->funcs.p[f].nsites == 0)
			continue;
		l->insns[f] = arena_alloc(p->arena, p->funcs.p[f].nsites *
		    sizeof(*l->insns[f]));
		for (b = 0; b < ir->nblocks; b++)
			for (i = 0; i < ir->blocks[b].ninsns; i++) {
				in = &ir->blocks[b].insns[i];
				if (in->kind == IR_CALL)
					l->insns[f][in->site] = in;
			}
	}
}

static bool
any_fits(struct program *p, const struct icall *c, const atom_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (flow_fits(p, c, v[i]))
			return true;
	return false;
}

/* Calls of one type through one key have the same targets, stored once. */
static void
bind_indirect(struct program *p, struct map *shared, const struct icall *c,
    struct prog_site *site)
{
	uint32_t id[2] = { c->callee, c->insn->name };
	const struct prog_site *other;
	uint64_t hash, value;
	const atom_t *v;
	size_t n, i;
	bool narrow;

	hash = hash64(id, sizeof(id), c->insn->nargs);
	if (map_get(shared, hash, &value)) {
		other = (const struct prog_site *)(uintptr_t)value;
		*site = *other;
		return;
	}
	site->indirect = true;
	n = flow_atoms(p, c->callee, ATOM_FUNC, &v);
	narrow = any_fits(p, c, v, n);
	site->targets = arena_alloc(p->arena, n * sizeof(*site->targets));
	site->ntargets = 0;
	for (i = 0; i < n; i++)
		if (!narrow || flow_fits(p, c, v[i]))
			site->targets[site->ntargets++] = v[i];
	site->wide = site->ntargets > PROG_WIDE;
	map_put(shared, hash, (uint64_t)(uintptr_t)site);
}

static void
bind_func(struct program *p, struct map *shared, func_id f)
{
	struct prog_func *pf = &p->funcs.p[f];
	const struct ir_insn *in;
	struct symbol s;
	func_id *direct = NULL;
	uint32_t i, n = 0;
	uint64_t c;

	for (i = 0; i < pf->nsites; i++)
		n += is_direct(p->link->insns[f][i]);
	if (pf->nsites > 0 && pf->sites[0].targets == NULL)
		direct = arena_alloc(p->arena, n * sizeof(*direct));
	for (i = 0; i < pf->nsites; i++) {
		in = p->link->insns[f][i];
		if (map_get(p->link->icall_of, (uint64_t)f << 32 | i, &c)) {
			bind_indirect(p, shared, &p->link->icalls.p[c],
			    &pf->sites[i]);
			continue;
		}
		if (pf->sites[i].targets != NULL)
			continue;
		s = symbol_find(p, pf->symbols, in->src->name);
		require(s.kind == SYMBOL_FUNC);
		*direct = s.index;
		pf->sites[i].targets = direct++;
		pf->sites[i].ntargets = 1;
	}
}

/* ---- callers ---- */

typedef void caller_visit(struct program *, func_id target, func_id caller,
	    void *ctx);

static void
each_caller(struct program *p, uint32_t *stamp, caller_visit *visit,
    void *ctx)
{
	const struct prog_site *s;
	uint32_t i, k;
	func_id f;

	memset(stamp, 0xff, p->funcs.n * sizeof(*stamp));
	for (f = 0; f < p->funcs.n; f++)
		for (i = 0; i < p->funcs.p[f].nsites; i++) {
			s = &p->funcs.p[f].sites[i];
			for (k = 0; k < s->ntargets; k++)
				if (stamp[s->targets[k]] != f) {
					stamp[s->targets[k]] = f;
					visit(p, s->targets[k], f, ctx);
				}
		}
}

static void
count_caller(struct program *p, func_id target, func_id caller, void *ctx)
{
	(void)caller;
	(void)ctx;
	p->funcs.p[target].ncallers++;
}

static void
add_caller(struct program *p, func_id target, func_id caller, void *ctx)
{
	struct prog_func *pf = &p->funcs.p[target];
	func_id **next = ctx;

	if (pf->callers == NULL) {
		pf->callers = *next;
		*next += pf->ncallers;
		pf->ncallers = 0;
	}
	pf->callers[pf->ncallers++] = caller;
}

static void
bind_callers(struct program *p)
{
	uint32_t *stamp = ecalloc(p->funcs.n, sizeof(*stamp));
	func_id *next;
	size_t total = 0;
	func_id f;

	for (f = 0; f < p->funcs.n; f++) {
		p->funcs.p[f].ncallers = 0;
		p->funcs.p[f].callers = NULL;
	}
	each_caller(p, stamp, count_caller, NULL);
	for (f = 0; f < p->funcs.n; f++)
		total += p->funcs.p[f].ncallers;
	next = arena_alloc(p->arena, total * sizeof(*next));
	each_caller(p, stamp, add_caller, &next);
	free(stamp);
}

void
calls_bind(struct program *p)
{
	struct map *shared = map_new();
	func_id f;

	if (p->link->insns == NULL)
		list_sites(p);
	for (f = 0; f < p->funcs.n; f++)
		bind_func(p, shared, f);
	map_free(shared);
	calls_dispatch(p);
	bind_callers(p);
}

/* ---- the record ---- */

static void
report_site(struct program *p, func_id f, const struct icall *c,
    const struct prog_site *s)
{
	const struct prog_func *pf = &p->funcs.p[f];
	name_t file = pf->ir->files[c->insn->loc.file];
	struct buf b = { 0 };

	ir_print_c(p->names, pf->ir, c->insn->src, &b);
	if (s->ntargets == 0)
		(void)ledger_add(p->ledger, LEDGER_POINTER, pf->name, file,
		    c->insn->loc.line, "call through %s: nothing known is "
		    "stored there", b.p);
	else if (s->wide)
		(void)ledger_add(p->ledger, LEDGER_WIDE, pf->name, file,
		    c->insn->loc.line, "call through %s can reach %u "
		    "functions", b.p, s->ntargets);
	buf_free(&b);
}

/* The bodies that rules replace are left out: nobody will look there. */
void
calls_report(struct program *p)
{
	const struct prog_site *s;
	const struct icall *c;
	size_t i;

	memset(&p->counts.indirect, 0, 3 * sizeof(p->counts.indirect));
	for (i = 0; i < p->link->icalls.n; i++) {
		c = &p->link->icalls.p[i];
		if (p->funcs.p[c->func].rule != NULL)
			continue;
		s = &p->funcs.p[c->func].sites[c->insn->site];
		p->counts.indirect++;
		p->counts.indirect_resolved += s->ntargets > 0;
		p->counts.indirect_targets += s->ntargets;
		report_site(p, c->func, c, s);
	}
}
