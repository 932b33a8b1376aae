/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Dispatch by the argument's struct.
 *
 * One table can hold functions of many kinds that all take a void *, and
 * each kind is called in its own place: a vnode operation is called with a
 * pointer to its own struct of arguments, and the function copies the void *
 * to a pointer to that struct.  Among the calls that can reach the same
 * functions, one that passes a struct does not reach a function that takes
 * it for the struct that another of these calls passes.  A function that
 * takes it for something that no call passes, or for nothing, stays; so does
 * one that has other arguments to tell by what it was given, if it does more
 * with the void * than copy it.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

#define TARGETS_MIN	8		/* fewer are not worth the trouble */
#define ARGS_MAX	4

struct member {
	struct prog_site *site;
	name_t passes[ARGS_MAX];
};
typedef VEC(struct member) group_t;

struct dispatch {
	struct program *p;
	struct map *group_of;		/* hash of the targets: in groups */
	VEC(group_t) groups;
	struct map *takes;		/* func << 32 | argument: record */
};

/* The struct to which an argument points, or 0. */
static name_t
passes(const struct program *p, func_id f, const struct ir_expr *e)
{
	const struct ir_func *ir = p->funcs.p[f].ir;
	uint64_t record;

	if (e->kind == IR_LOCAL)
		return type_record(p, ir->locals[e->local].type);
	if (e->kind != IR_ADDR)
		return 0;
	if (e->a->kind == IR_LOCAL)
		return type_record(p, ir->locals[e->a->local].type);
	if (e->a->kind == IR_FIELD && map_get(p->link->records,
	    (uint64_t)e->a->record << 32 | e->a->name, &record))
		return (name_t)record;
	return 0;
}

/* What is done with a parameter. */
struct mentions {
	const struct program *p;
	const struct ir_func *ir;
	uint32_t local, n;
	name_t record;			/* to which it is copied */
	bool several;
};

static void
mention(void *ctx, const struct ir_insn *in, const struct ir_expr *e)
{
	struct mentions *m = ctx;
	name_t r;

	if (e->kind != IR_LOCAL || e->local != m->local)
		return;
	m->n++;
	if (in->kind != IR_ASSIGN || e != in->src ||
	    in->dst->kind != IR_LOCAL)
		return;
	r = type_record(m->p, m->ir->locals[in->dst->local].type);
	m->several = m->several || (m->record != 0 && r != m->record);
	m->record = r;
}

/* For what a function takes a void *: a struct, or 0. */
static name_t
takes_now(const struct program *p, func_id f, uint32_t arg)
{
	const struct ir_func *ir = p->funcs.p[f].ir;
	struct mentions m = { .p = p, .ir = ir, .local = arg };

	if (ir == NULL || arg >= ir->nparams ||
	    type_record(p, ir->locals[arg].type) != 0)
		return 0;
	walk_func(ir, mention, &m);
	return m.several || (m.n > 1 && ir->nparams > 1) ? 0 : m.record;
}

static name_t
takes(struct dispatch *d, func_id f, uint32_t arg)
{
	uint64_t id = (uint64_t)f << 32 | arg, record;

	if (!map_get(d->takes, id, &record)) {
		record = takes_now(d->p, f, arg);
		map_put(d->takes, id, record);
	}
	return (name_t)record;
}

static void
add_site(struct dispatch *d, func_id f, uint32_t site)
{
	const struct ir_insn *in = d->p->link->insns[f][site];
	struct member m = { .site = &d->p->funcs.p[f].sites[site] };
	uint64_t hash, g;
	uint32_t i;

	if (!m.site->indirect || m.site->ntargets < TARGETS_MIN)
		return;
	for (i = 0; i < in->nargs && i < ARGS_MAX; i++)
		m.passes[i] = passes(d->p, f, in->args[i]);
	hash = hash64(m.site->targets, m.site->ntargets *
	    sizeof(*m.site->targets), 0);
	if (!map_get(d->group_of, hash, &g)) {
		g = d->groups.n;
		map_put(d->group_of, hash, g);
		vec_push(&d->groups, ((group_t){ 0 }));
	}
	vec_push(&d->groups.p[g], m);
}

static bool
related(const struct program *p, name_t a, name_t b)
{
	uint64_t value;

	return a == b ||
	    map_get(p->link->within, (uint64_t)a << 32 | b, &value) ||
	    map_get(p->link->within, (uint64_t)b << 32 | a, &value);
}

/* Does another call of the group pass what the function takes? */
static bool
elsewhere(struct dispatch *d, const struct map *passed,
    const struct member *m, func_id f)
{
	uint64_t value;
	name_t record;
	uint32_t i;

	for (i = 0; i < ARGS_MAX; i++) {
		if (m->passes[i] == 0)
			continue;
		record = takes(d, f, i);
		if (record != 0 && !related(d->p, record, m->passes[i]) &&
		    map_get(passed, (uint64_t)i << 32 | record, &value))
			return true;
	}
	return false;
}

static void
narrow_site(struct dispatch *d, const struct map *passed,
    const struct member *m)
{
	struct prog_site *s = m->site;
	func_id *keep = ecalloc(s->ntargets, sizeof(*keep));
	uint32_t i, n = 0;

	for (i = 0; i < s->ntargets; i++)
		if (!elsewhere(d, passed, m, s->targets[i]))
			keep[n++] = s->targets[i];
	if (n > 0 && n < s->ntargets) {
		s->targets = arena_alloc(d->p->arena,
		    n * sizeof(*s->targets));
		memcpy(s->targets, keep, n * sizeof(*keep));
		s->ntargets = n;
		s->wide = n > PROG_WIDE;
	}
	free(keep);
}

static void
narrow_group(struct dispatch *d, const group_t *g)
{
	struct map *passed = map_new();
	uint32_t k;
	size_t i;

	for (i = 0; i < g->n; i++)
		for (k = 0; k < ARGS_MAX; k++)
			if (g->p[i].passes[k] != 0)
				map_put(passed, (uint64_t)k << 32 |
				    g->p[i].passes[k], 1);
	for (i = 0; i < g->n; i++)
		narrow_site(d, passed, &g->p[i]);
	map_free(passed);
}

void
calls_dispatch(struct program *p)
{
	struct dispatch d = { .p = p };
	uint32_t s;
	func_id f;
	size_t i;

	d.group_of = map_new();
	d.takes = map_new();
	for (f = 0; f < p->funcs.n; f++)
		for (s = 0; s < p->funcs.p[f].nsites; s++)
			add_site(&d, f, s);
	for (i = 0; i < d.groups.n; i++) {
		narrow_group(&d, &d.groups.p[i]);
		vec_free(&d.groups.p[i]);
	}
	vec_free(&d.groups);
	map_free(d.group_of);
	map_free(d.takes);
}
