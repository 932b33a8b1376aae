/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Symbols: which function and which variable a name means in a unit.
 *
 * Requires modules; provides program.units and program.funcs and
 * symbol_find().  Modules are sorted first, and everything is numbered along
 * that order, so the order in which they were given is forgotten.
 *
 * A name means what its own unit defines under it (static, inline, or one
 * of several external definitions), and otherwise the external definition.
 * A reader may have left out a body that it had seen before; the text's
 * digest then tells which one it is.
 */

#include <stdlib.h>
#include <string.h>

#include "program/symbols.h"

static int
module_cmp(const void *va, const void *vb)
{
	const struct ir_module *a = *(const struct ir_module *const *)va;
	const struct ir_module *b = *(const struct ir_module *const *)vb;
	struct buf x = { 0 }, y = { 0 };
	int c;

	c = strcmp(name_str(a->names, a->unit), name_str(b->names, b->unit));
	if (c == 0)
		c = digest_cmp(a->key, b->key);
	if (c == 0 && a != b) {
		ir_print(a, &x);
		ir_print(b, &y);
		c = x.n != y.n ? (x.n < y.n ? -1 : 1) :
		    memcmp(x.p, y.p, x.n);
		buf_free(&x);
		buf_free(&y);
	}
	return c;
}

static void
add_units(struct program *p)
{
	const struct ir_module *m;
	struct prog_unit u;
	size_t i;

	qsort(p->link->modules, p->link->nmodules, sizeof(*p->link->modules),
	    module_cmp);
	for (i = 0; i < p->link->nmodules; i++) {
		m = p->link->modules[i];
		u = (struct prog_unit){ .path = m->unit,
		    .funcs = (uint32_t)m->funcs.n, .lines = m->lines,
		    .incomplete = m->incomplete };
		vec_push(&p->units, u);
		if (m->incomplete != 0)
			(void)ledger_add(p->ledger, LEDGER_UNIT, 0, m->unit,
			    0, "%s", name_str(p->names, m->incomplete));
	}
}

/* ---- variables ---- */

static uint32_t
add_variable(struct link *l, struct map *by, uint64_t key,
    struct variable v)
{
	uint64_t i;

	if (map_get(by, key, &i))
		return (uint32_t)(i >> 1);
	vec_push(&l->vars, v);
	map_put(by, key, (uint64_t)(l->vars.n - 1) << 1 | 1);
	return (uint32_t)l->vars.n - 1;
}

static void
add_variables(struct symtab *st)
{
	struct link *l = st->p->link;
	struct map *statics = map_new();
	const struct ir_var *iv;
	struct variable *known, v;
	uint32_t i;
	size_t m, k;

	for (m = 0; m < l->nmodules; m++)
		for (k = 0; k < l->modules[m]->vars.n; k++) {
			iv = &l->modules[m]->vars.p[k];
			v = (struct variable){ .name = iv->name,
			    .type = iv->type, .line = iv->line };
			if (!(iv->flags & IR_STATIC)) {
				i = add_variable(l, l->external, v.name, v);
				known = &l->vars.p[i];
				if (!(iv->flags & IR_EXTERN))
					known->line = iv->line;
				continue;
			}
			v.file = iv->file;
			i = add_variable(l, statics,
			    (uint64_t)v.name << 32 | v.file, v);
			map_put(l->scoped, (uint64_t)m << 32 | v.name,
			    (uint64_t)i << 1 | 1);
			st->names[v.name] |= NAME_SCOPED;
		}
	map_free(statics);
}

/* ---- texts ---- */

static uint32_t
text_get(struct symtab *st, const struct ir_func *f)
{
	struct {
		uint64_t name, hi, lo;
	} id = { f->name, f->digest.hi, f->digest.lo };
	uint64_t hash, i;
	struct text *t;

	/* A function that was never printed has no digest: its own text. */
	if (id.hi == 0 && id.lo == 0)
		id.lo = (uintptr_t)f;
	hash = hash64(&id, sizeof(id), 0);
	if (!map_get(st->text_of, hash, &i)) {
		i = st->texts.n;
		map_put(st->text_of, hash, i);
		vec_push(&st->texts, ((struct text){ .name = f->name,
		    .digest = f->digest, .ir = f,
		    .scoped = (f->flags & (IR_STATIC | IR_INLINE)) != 0 }));
	}
	t = &st->texts.p[i];
	if (t->ir->nblocks == 0 && f->nblocks != 0)
		t->ir = f;
	return (uint32_t)i;
}

static void
add_instances(struct symtab *st)
{
	const struct ir_module *m;
	const struct ir_func *d;
	size_t u, k;

	for (u = 0; u < st->p->link->nmodules; u++) {
		m = st->p->link->modules[u];
		for (k = 0; k < m->funcs.n; k++)
			vec_push(&st->instances, ((struct instance){
			    (uint32_t)u, text_get(st, m->funcs.p[k]) }));
		for (k = 0; k < m->decls.n; k++) {
			d = &m->decls.p[k];
			st->names[d->name] |= NAME_DECLARED;
			if (d->flags & IR_NORETURN)
				st->names[d->name] |= NAME_NORETURN;
		}
	}
}

struct ref_ctx {
	struct symtab *st;
	uint32_t text;
};

static void
ref_visit(void *ctx, const struct ir_insn *in, const struct ir_expr *e)
{
	struct ref_ctx *c = ctx;
	struct symtab *st = c->st;
	struct text *t = &st->texts.p[c->text];
	bool called = is_direct(in) && e == in->src;
	uint32_t i;

	if (e->kind != IR_GLOBAL)
		return;
	if (st->stamp[e->name] != c->text + 1) {
		st->stamp[e->name] = c->text + 1;
		vec_push(&st->refs, e->name | (called ? REF_CALLED : 0));
		t->nrefs++;
	} else if (called) {
		for (i = 0; i < t->nrefs; i++)
			if ((st->refs.p[t->refs + i] & ~REF_CALLED) ==
			    e->name)
				st->refs.p[t->refs + i] |= REF_CALLED;
	}
}

static void
add_refs(struct symtab *st)
{
	struct ref_ctx ctx = { .st = st };
	uint32_t i;

	for (i = 0; i < st->texts.n; i++) {
		st->texts.p[i].refs = (uint32_t)st->refs.n;
		ctx.text = i;
		walk_func(st->texts.p[i].ir, ref_visit, &ctx);
	}
}

/* ---- definitions ---- */

static name_t
text_file(const struct text *t)
{
	return t->ir->nfiles > 0 ? t->ir->files[t->ir->loc.file] : 0;
}

/* Which of two external definitions is taken: not by order of units. */
static int
text_cmp(const struct symtab *st, const struct text *a, const struct text *b)
{
	const struct names *names = st->p->names;
	int c;

	c = strcmp(name_str(names, text_file(a)),
	    name_str(names, text_file(b)));
	return c != 0 ? c : digest_cmp(a->digest, b->digest);
}

static void
add_externals(struct symtab *st)
{
	struct link *l = st->p->link;
	const struct text *t, *o;
	uint64_t other;
	uint32_t i;

	for (i = 0; i < st->texts.n; i++) {
		t = &st->texts.p[i];
		vec_push(&st->classes, ((struct class){ .name = t->name,
		    .text = i }));
		if (t->ir->flags & IR_STATIC)
			continue;
		if (!map_get(l->external, t->name, &other)) {
			map_put(l->external, t->name, (uint64_t)i << 1);
			continue;
		}
		o = other & 1 ? NULL : &st->texts.p[other >> 1];
		if (o != NULL && !o->scoped && !t->scoped) {
			st->names[t->name] |= NAME_CLASH | NAME_SCOPED;
			(void)ledger_add(st->p->ledger, LEDGER_SYMBOL,
			    t->name, text_file(t), t->ir->loc.line,
			    "%s is defined more than once",
			    name_str(st->p->names, t->name));
			(void)ledger_add(st->p->ledger, LEDGER_SYMBOL,
			    o->name, text_file(o), o->ir->loc.line,
			    "%s is defined more than once",
			    name_str(st->p->names, t->name));
		}
		if (o == NULL || o->scoped > t->scoped ||
		    (o->scoped == t->scoped && text_cmp(st, t, o) < 0))
			map_put(l->external, t->name, (uint64_t)i << 1);
	}
}

static void
add_scoped(struct symtab *st)
{
	struct link *l = st->p->link;
	const struct text *t;
	size_t i;

	l->class_of = ecalloc(st->instances.n, sizeof(*l->class_of));
	for (i = 0; i < st->instances.n; i++) {
		l->class_of[i] = st->instances.p[i].text;
		t = &st->texts.p[l->class_of[i]];
		if (!t->scoped && !(st->names[t->name] & NAME_CLASH))
			continue;
		st->names[t->name] |= NAME_SCOPED;
		map_put(l->scoped, (uint64_t)st->instances.p[i].unit << 32 |
		    t->name, (uint64_t)i << 1);
	}
}

/* ---- names without a definition ---- */

/* The class or variable of a name in a unit. */
static bool
find(const struct symtab *st, uint32_t unit, name_t name, uint64_t *value)
{
	if (scoped_get(st, unit, name, value)) {
		if (!(*value & 1))
			*value = (uint64_t)
			    st->p->link->class_of[*value >> 1] << 1;
		return true;
	}
	return map_get(st->p->link->external, name, value);
}

static void
want(struct symtab *st, uint32_t unit, name_t name, bool called)
{
	uint64_t value;

	if (st->names[name] & NAME_FOUND)
		return;
	if (!called && !(st->names[name] & NAME_DECLARED))
		return;
	if (!(st->names[name] & NAME_SCOPED))
		st->names[name] |= NAME_FOUND;
	if (find(st, unit, name, &value))
		return;
	map_put(st->p->link->external, name, (uint64_t)st->classes.n << 1);
	vec_push(&st->classes, ((struct class){ .name = name,
	    .text = NO_TEXT, .unit = NO_UNIT }));
}

/*
 * An alias is what it names.  One with a rule of its own stays apart: on a
 * port without stubs mutex_spin_enter is mutex_vector_enter, but says more.
 */
static void
add_aliases(struct symtab *st)
{
	struct link *l = st->p->link;
	const struct ir_alias *a;
	uint64_t value;
	size_t u, k;
	int round;

	for (round = 0; round < 4; round++)
		for (u = 0; u < l->nmodules; u++)
			for (k = 0; k < l->modules[u]->aliases.n; k++) {
				a = &l->modules[u]->aliases.p[k];
				if (round == 3)
					want(st, (uint32_t)u, a->target,
					    true);
				if (rules_func(st->p->rules, a->name,
				    st->p->version) == NULL &&
				    !map_get(l->external, a->name, &value) &&
				    find(st, (uint32_t)u, a->target, &value))
					map_put(l->external, a->name, value);
			}
}

struct want_ctx {
	struct symtab *st;
	uint32_t unit;
};

static void
want_visit(void *ctx, const struct ir_insn *in, const struct ir_expr *e)
{
	struct want_ctx *c = ctx;

	(void)in;
	if (e->kind == IR_GLOBAL)
		want(c->st, c->unit, e->name, false);
}

static void
add_undefined(struct symtab *st)
{
	const struct link *l = st->p->link;
	struct want_ctx ctx = { .st = st };
	const struct text *t;
	uint32_t i, ref;
	size_t k;

	for (k = 0; k < st->instances.n; k++) {
		t = &st->texts.p[st->instances.p[k].text];
		for (i = 0; i < t->nrefs; i++) {
			ref = st->refs.p[t->refs + i];
			want(st, st->instances.p[k].unit, ref & ~REF_CALLED,
			    (ref & REF_CALLED) != 0);
		}
	}
	for (ctx.unit = 0; ctx.unit < l->nmodules; ctx.unit++)
		for (k = 0; k < l->modules[ctx.unit]->inits.n; k++)
			walk_expr(NULL, l->modules[ctx.unit]->inits.p[k].value,
			    want_visit, &ctx);
}

/* ---- functions ---- */

struct order {
	const struct symtab *st;
	uint32_t class;
};

static int
order_cmp(const void *va, const void *vb)
{
	const struct order *a = va, *b = vb;
	const struct symtab *st = a->st;
	const struct class *x = &st->classes.p[a->class];
	const struct class *y = &st->classes.p[b->class];
	int c;

	c = strcmp(name_str(st->p->names, x->name),
	    name_str(st->p->names, y->name));
	if (c != 0)
		return c;
	if (x->text == NO_TEXT || y->text == NO_TEXT)
		return (x->text != NO_TEXT) - (y->text != NO_TEXT);
	c = text_cmp(st, &st->texts.p[x->text], &st->texts.p[y->text]);
	return c != 0 ? c : (x->unit > y->unit) - (x->unit < y->unit);
}

/* Number the calls of a body. */
static uint32_t
number_sites(const struct ir_func *ir)
{
	uint32_t b, i, n = 0;

	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++)
			if (ir->blocks[b].insns[i].kind == IR_CALL)
				ir->blocks[b].insns[i].site = n++;
	return n;
}

/* These names belong to the compiler. */
static bool
is_builtin(const char *name)
{
	static const char *const prefix[] = { "__builtin_", "__sync_",
	    "__atomic_", "__c11_atomic_" };
	size_t i;

	for (i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (strncmp(name, prefix[i], strlen(prefix[i])) == 0)
			return true;
	return false;
}

static struct prog_func
make_func(const struct symtab *st, const struct class *c)
{
	struct prog_func f = { .name = c->name, .symbols = c->unit };
	const struct text *t;

	f.rule = rules_func(st->p->rules, c->name, st->p->version);
	if (st->names[c->name] & NAME_NORETURN ||
	    (f.rule != NULL && f.rule->flags & RULE_NORETURN))
		f.flags |= PROG_NORETURN;
	if (is_builtin(name_str(st->p->names, c->name)))
		f.flags |= PROG_BUILTIN;
	if (rules_never_null(st->p->rules, c->name, 0, NULL) != NULL)
		f.flags |= PROG_NEVER_NULL;
	if (c->text == NO_TEXT)
		return f;
	t = &st->texts.p[c->text];
	f.file = text_file(t);
	f.line = t->ir->loc.line;
	if (t->ir->flags & IR_STATIC)
		f.flags |= PROG_STATIC;
	if (t->ir->flags & IR_NORETURN)
		f.flags |= PROG_NORETURN;
	if (!c->whole)
		f.flags |= PROG_INCOMPLETE;
	if (t->ir->nblocks > 0) {
		f.ir = t->ir;
		f.nsites = number_sites(t->ir);
		f.sites = arena_alloc(st->p->arena,
		    f.nsites * sizeof(*f.sites));
	}
	return f;
}

static void
number_funcs(struct symtab *st)
{
	struct link *l = st->p->link;
	struct order *order;
	struct class *c;
	uint32_t i, n = 0;
	bool *used;

	used = ecalloc(st->classes.n, sizeof(*used));
	for (i = 0; i < st->instances.n; i++) {
		c = &st->classes.p[l->class_of[i]];
		if (!used[l->class_of[i]])
			c->unit = st->instances.p[i].unit;
		used[l->class_of[i]] = true;
		if (l->modules[st->instances.p[i].unit]->incomplete == 0)
			c->whole = true;
	}
	order = ecalloc(st->classes.n, sizeof(*order));
	for (i = 0; i < st->classes.n; i++)
		if (used[i] || st->classes.p[i].text == NO_TEXT)
			order[n++] = (struct order){ st, i };
	qsort(order, n, sizeof(*order), order_cmp);
	l->func_of = ecalloc(st->classes.n, sizeof(*l->func_of));
	for (i = 0; i < n; i++) {
		l->func_of[order[i].class] = i;
		vec_push(&st->p->funcs,
		    make_func(st, &st->classes.p[order[i].class]));
	}
	free(order);
	free(used);
}

void
symbols_link(struct program *p)
{
	struct symtab st = { .p = p };
	size_t names = names_count(p->names) + 1;

	p->link->scoped = map_new();
	p->link->external = map_new();
	st.text_of = map_new();
	st.names = ecalloc(names, sizeof(*st.names));
	st.stamp = ecalloc(names, sizeof(*st.stamp));
	add_units(p);
	add_instances(&st);
	add_variables(&st);
	add_refs(&st);
	add_externals(&st);
	add_scoped(&st);
	merge_refine(&st);
	add_aliases(&st);
	add_undefined(&st);
	number_funcs(&st);
	map_free(st.text_of);
	free(st.names);
	free(st.stamp);
	vec_free(&st.texts);
	vec_free(&st.instances);
	vec_free(&st.classes);
	vec_free(&st.refs);
}

struct symbol
symbol_find(const struct program *p, uint32_t unit, name_t name)
{
	const struct link *l = p->link;
	uint64_t v;

	if (unit != NO_UNIT &&
	    map_get(l->scoped, (uint64_t)unit << 32 | name, &v)) {
		if (v & 1)
			return (struct symbol){ SYMBOL_VAR,
			    (uint32_t)(v >> 1) };
		return (struct symbol){ SYMBOL_FUNC,
		    l->func_of[l->class_of[v >> 1]] };
	}
	if (!map_get(l->external, name, &v))
		return (struct symbol){ SYMBOL_NONE, 0 };
	if (v & 1)
		return (struct symbol){ SYMBOL_VAR, (uint32_t)(v >> 1) };
	return (struct symbol){ SYMBOL_FUNC, l->func_of[v >> 1] };
}

struct scope
scope_of(const struct program *p, func_id f)
{
	return (struct scope){ f, f != NO_FUNC ? p->funcs.p[f].symbols :
	    NO_UNIT };
}
