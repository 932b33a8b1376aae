/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Handlers: which functions are called from interrupts, and at which level.
 *
 * A registration is a call of a function that a rule names, or of one that
 * hands its parameter on to such a function.  The handler is a function, or
 * what the flows say a variable can hold.  The level is a constant, a row
 * of the context's flag table, what flows into a variable, or the context's
 * own.  Where flows give several levels, each is a handler of its own.
 *
 * Registrations come before entries, which only the rules know.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

enum { SLOT_HANDLER, SLOT_LEVEL };

static struct leaf
argument(const struct program *p, int arg, name_t record, name_t field)
{
	struct leaf leaf = { .kind = LEAF_NONE };

	if (arg < 0)
		return leaf;
	leaf.kind = LEAF_PARAM;
	leaf.index = (uint32_t)arg;
	if (field != 0)
		leaf.member = program_key_field(p, record, field);
	return leaf;
}

static bool
registration_rule(const struct program *p, func_id f, unsigned nargs,
    struct pattern *out)
{
	const struct rule_registration *r = rules_registration_on(p->rules,
	    p->port, p->funcs.p[f].name, (int)nargs);

	if (r == NULL)
		return false;
	*out = (struct pattern){ .rule = r, .slot = {
	    argument(p, r->handler, r->handler_record, r->handler_field),
	    argument(p, r->level, r->level_record, r->level_field),
	    { .kind = LEAF_NONE } } };
	return true;
}

static const struct derive_kind registrations = {
	.rule = registration_rule,
	.triggers = 1u << SLOT_HANDLER | 1u << SLOT_LEVEL
};

/* ---- levels ---- */

struct level {
	int rank;			/* -1: not known */
	name_t name;
};

static struct level
level_named(const struct program *p, name_t name)
{
	return (struct level){ program_level(p, name), name };
}

static struct level
level_fixed(const struct program *p, const struct rule_value *v)
{
	switch (v->kind) {
	case RULE_VALUE_CONST:
		return (struct level){ program_rank(p, v->number), 0 };
	case RULE_VALUE_LEVEL:
		return level_named(p, v->level);
	default:
		return (struct level){ -1, 0 };
	}
}

static struct level
level_value(const struct program *p, const struct rule_context *c,
    int64_t value, name_t macro)
{
	struct level l = { -1, 0 };
	const struct rule_flag *flag;

	if (c->nflags > 0) {
		flag = rules_flag(c, value, p->version);
		return flag != NULL ? level_named(p, flag->level) : l;
	}
	if (c->mask != 0)
		value &= c->mask;
	l.rank = program_rank(p, value);
	if (l.rank >= 0 && is_level_name(p, macro) &&
	    program_level(p, macro) == l.rank)
		l.name = macro;
	return l;
}

#define LEVELS_MAX	16
struct levels {
	struct level v[LEVELS_MAX];
	size_t n;			/* 0: not known */
};

static void
levels_add(struct levels *out, struct level l)
{
	size_t i;

	for (i = 0; i < out->n; i++)
		if (out->v[i].rank == l.rank)
			return;
	if (l.rank >= 0 && out->n < LEVELS_MAX)
		out->v[out->n++] = l;
}

static void
levels_flow(const struct program *p, const struct rule_context *c, key_id k,
    struct levels *out)
{
	const struct level_const *k1;
	const atom_t *v;
	size_t i, n;

	if (k == 0 || p->link->nodes.p[k].flags & NODE_OTHER)
		return;
	n = flow_atoms(p, k, ATOM_LEVEL, &v);
	for (i = 0; i < n; i++) {
		k1 = &p->link->consts.p[atom_index(v[i])];
		levels_add(out, level_value(p, c, k1->value, k1->macro));
	}
}

static void
levels_of(const struct program *p, const struct fact *f,
    const struct rule_context *c, struct levels *out)
{
	const struct rule_registration *r = f->rule;
	const struct leaf *leaf = &f->slot[SLOT_LEVEL];

	/* Whatever the call says: its flag words mean no level here. */
	levels_add(out, level_fixed(p, &c->level));
	if (out->n > 0)
		return;
	switch (leaf->kind) {
	case LEAF_CONST:
		levels_add(out, level_value(p, c, leaf->value, leaf->macro));
		break;
	case LEAF_KEY:
		levels_flow(p, c, leaf->index, out);
		break;
	case LEAF_PARAM:
		levels_flow(p, c, leaf->member != 0 ? leaf->member :
		    program_key_local(p, f->in, leaf->index), out);
		break;
	case LEAF_NONE:
		levels_add(out, level_fixed(p, &r->fixed));
		break;
	default:
		break;
	}
}

/* ---- adding ---- */

struct adder {
	struct program *p;
	struct map *index;		/* hash of func, level, context */
	VEC(struct prog_handler) found;
};

/* Earlier in the units, whatever the order in which it was found. */
static bool
before(const struct program *p, const struct prog_handler *a,
    const struct prog_handler *b)
{
	int c;

	if ((a->in == NO_FUNC) != (b->in == NO_FUNC))
		return b->in == NO_FUNC;
	c = strcmp(name_str(p->names, a->file), name_str(p->names, b->file));
	if (c == 0)
		c = (a->line > b->line) - (a->line < b->line);
	if (c == 0)
		c = strcmp(name_str(p->names, a->api),
		    name_str(p->names, b->api));
	return c < 0;
}

static void
add(struct adder *a, const struct prog_handler *h)
{
	uint64_t id[3] = { h->func, (uint64_t)h->level,
	    (uintptr_t)h->context }, hash, i;
	struct prog_handler *old;
	uint32_t others;

	hash = hash64(id, sizeof(id), 0);
	if (!map_get(a->index, hash, &i)) {
		map_put(a->index, hash, a->found.n);
		vec_push(&a->found, *h);
		return;
	}
	old = &a->found.p[i];
	if (old->file == h->file && old->line == h->line &&
	    old->api == h->api)
		return;
	others = old->others + 1;
	if (before(a->p, h, old))
		*old = *h;
	old->others = others;
}

static void
add_levels(struct adder *a, struct prog_handler h, const struct levels *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		h.level = l->v[i].rank;
		h.level_name = l->v[i].name;
		add(a, &h);
	}
	if (l->n == 0) {
		h.level = -1;
		h.level_name = 0;
		add(a, &h);
	}
}

/* ---- registrations ---- */

static void
complain(struct adder *a, const struct fact *f, const char *what)
{
	const struct prog_func *pf = &a->p->funcs.p[f->in];

	(void)ledger_add(a->p->ledger, LEDGER_HANDLER, pf->name,
	    pf->ir->files[f->insn->loc.file], f->insn->loc.line,
	    "%s: %s", name_str(a->p->names,
	    a->p->funcs.p[f->api].name), what);
}

/* The functions that are registered; the count is returned. */
static size_t
functions_of(const struct program *p, const struct fact *f, func_id *one,
    const func_id **out)
{
	const struct leaf *leaf = &f->slot[SLOT_HANDLER];

	*out = one;
	if (leaf->kind == LEAF_FUNC) {
		*one = leaf->index;
		return 1;
	}
	if (leaf->kind == LEAF_KEY)
		return flow_atoms(p, leaf->index, ATOM_FUNC, out);
	return 0;
}

enum outcome { NOTHING, UNKNOWN, KNOWN };

static enum outcome
add_fact(struct adder *a, const struct fact *f)
{
	const struct program *p = a->p;
	const struct rule_registration *r = f->rule;
	const struct prog_func *pf = &p->funcs.p[f->in];
	const struct leaf *leaf = &f->slot[SLOT_HANDLER];
	const struct rule_context *c;
	struct prog_handler h = { .in = f->in,
	    .api = p->funcs.p[f->api].name,
	    .file = pf->ir->files[f->insn->loc.file],
	    .line = f->insn->loc.line };
	struct levels levels = { .n = 0 };
	const func_id *v;
	func_id one;
	size_t i, n;

	c = rules_context(p->rules, r->context, p->port, p->version);
	if (c == NULL || (leaf->kind == LEAF_CONST && leaf->value == 0))
		return NOTHING;
	h.context = c;
	n = functions_of(p, f, &one, &v);
	if (n == 0) {
		if (f->indirect)
			return NOTHING;
		complain(a, f, "the handler is not known");
		return UNKNOWN;
	}
	spelling_note(a->p, f, SLOT_LEVEL, c->flag_prefix != NULL ?
	    PROG_WANTS_FLAG : PROG_WANTS_LEVEL, c);
	levels_of(p, f, c, &levels);
	if (levels.n == 0)
		complain(a, f, "the level of the handler is not known");
	for (i = 0; i < n; i++) {
		h.func = v[i];
		add_levels(a, h, &levels);
	}
	return levels.n > 0 ? KNOWN : UNKNOWN;
}

/* Facts of one call stand together; it is known if all of them are. */
static void
add_registrations(struct adder *a, const struct derive *d)
{
	struct prog_counts *n = &a->p->counts;
	enum outcome one, all;
	size_t i, k;

	n->registrations = n->registrations_known = 0;
	for (i = 0; i < d->facts.n; i = k) {
		all = NOTHING;
		for (k = i; k < d->facts.n &&
		    d->facts.p[k].insn == d->facts.p[i].insn &&
		    d->facts.p[k].in == d->facts.p[i].in; k++) {
			one = add_fact(a, &d->facts.p[k]);
			if (one == UNKNOWN || all == NOTHING)
				all = one;
		}
		n->registrations += all != NOTHING;
		n->registrations_known += all == KNOWN;
	}
}

/* ---- entries ---- */

static void
add_entry(struct adder *a, const struct rule_entry *e)
{
	struct program *p = a->p;
	const struct prog_func *pf;
	struct prog_handler h = { .in = NO_FUNC };
	struct levels levels = { .n = 0 };
	func_id f[16];
	size_t i, n;

	h.context = rules_context(p->rules, e->context, p->port, p->version);
	if (h.context == NULL)
		return;
	n = program_find(p, name_str(p->names, e->name), f, 16);
	levels_add(&levels, level_fixed(p, &e->level));
	if (levels.n == 0)
		levels_add(&levels, level_fixed(p, &h.context->level));
	for (i = 0; i < n && i < 16; i++) {
		pf = &p->funcs.p[f[i]];
		if (pf->ir == NULL)
			continue;
		h.func = f[i];
		h.file = pf->file;
		h.line = pf->line;
		add_levels(a, h, &levels);
		if (levels.n == 0)
			(void)ledger_add(p->ledger, LEDGER_HANDLER, pf->name,
			    pf->file, pf->line, "the level at which %s is "
			    "entered is not known",
			    name_str(p->names, pf->name));
	}
}

/* ---- the pass ---- */

/* By level, name, file; then by what else tells two apart. */
static bool
follows(const struct program *p, const struct prog_handler *a,
    const struct prog_handler *b)
{
	int c;

	if (a->level != b->level)
		return a->level > b->level;
	/* Functions are sorted by name and file already. */
	if (a->func != b->func)
		return a->func > b->func;
	c = strcmp(name_str(p->names, a->file), name_str(p->names, b->file));
	if (c != 0)
		return c > 0;
	if (a->line != b->line)
		return a->line > b->line;
	return a->context > b->context;
}

static void
merge_sort(const struct program *p, struct prog_handler *v,
    struct prog_handler *tmp, size_t n)
{
	size_t half = n / 2, i = 0, k = half, out = 0;

	if (n < 2)
		return;
	merge_sort(p, v, tmp, half);
	merge_sort(p, v + half, tmp, n - half);
	while (i < half || k < n)
		if (k == n || (i < half && !follows(p, &v[i], &v[k])))
			tmp[out++] = v[i++];
		else
			tmp[out++] = v[k++];
	memcpy(v, tmp, n * sizeof(*v));
}

void
handlers_link(struct program *p)
{
	struct derive *d = derive_run(p, &registrations);
	struct adder a = { .p = p };
	struct prog_handler *tmp;
	size_t i;

	a.index = map_new();
	add_registrations(&a, d);
	for (i = 0; i < p->rules->entries.n; i++)
		add_entry(&a, &p->rules->entries.p[i]);
	tmp = ecalloc(a.found.n, sizeof(*tmp));
	merge_sort(p, a.found.p, tmp, a.found.n);
	for (i = 0; i < a.found.n; i++)
		vec_push(&p->handlers, a.found.p[i]);
	free(tmp);
	vec_free(&a.found);
	map_free(a.index);
	derive_free(p, d);
}
