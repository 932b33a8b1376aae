/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Locks: which classes there are, whether they spin, and at which level.
 *
 * A class is the key of the place in which its locks sit.  A lock that a
 * call makes (mutex_obj_alloc) has no place; its class is the member or
 * variable in which the pointer to it is first put, and from there it flows
 * like any address.
 *
 * locks_seed() finds such places while flows can still be added;
 * locks_link() then goes through all initialising calls, derived ones too.
 * Where these disagree, the class keeps the bounds.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "program/link.h"

enum { SLOT_LOCK, SLOT_TYPE, SLOT_LEVEL };

static struct leaf
argument(int arg)
{
	if (arg == RULE_RET)
		return (struct leaf){ .kind = LEAF_RESULT };
	if (arg == RULE_NOARG)
		return (struct leaf){ .kind = LEAF_NONE };
	return (struct leaf){ .kind = LEAF_PARAM, .index = (uint32_t)arg };
}

static bool
init_rule(const struct program *p, func_id f, unsigned nargs,
    struct pattern *out)
{
	const struct rule_lockinit *r = rules_lockinit(p->rules,
	    p->funcs.p[f].name);

	(void)nargs;
	if (r == NULL)
		return false;
	*out = (struct pattern){ .rule = r, .slot = { argument(r->lock),
	    argument(r->type), argument(r->level) } };
	return true;
}

static const struct derive_kind initialisers = {
	.rule = init_rule,
	.triggers = 1u << SLOT_LOCK | 1u << SLOT_TYPE | 1u << SLOT_LEVEL
};

/* What an initialising call says of one class. */
struct said {
	key_id key;
	enum prog_spin spin;
	int lo, hi;
	const struct ir_insn *insn;
	name_t func, file;
	uint32_t line;
	bool fresh;			/* made by the call */
};

struct builder {
	struct program *p;
	VEC(struct said) said;
	bool quiet;
};

/* ---- kind and level ---- */

enum fit { FITS_NOT, FITS_MAYBE, FITS };

/* Does a row fit a type and level, of which either may be unknown? */
static enum fit
row_fits(const struct program *p, const struct rule_lockkind *r,
    const struct leaf *type, int level)
{
	enum fit fit = FITS;
	size_t i;

	if (p->version != 0 ? p->version < r->since || p->version >= r->until
	    : r->until != INT64_MAX)
		return FITS_NOT;
	if (r->type != 0 && type->kind != LEAF_CONST)
		fit = FITS_MAYBE;
	else if (r->type != 0 && r->type != type->macro &&
	    (type->macro != 0 || r->number != type->value))
		return FITS_NOT;
	if (r->nlevels == 0)
		return fit;
	if (level < 0)
		return FITS_MAYBE;
	for (i = 0; i < r->nlevels; i++)
		if (program_level(p, r->levels[i]) == level)
			return fit;
	return FITS_NOT;
}

/* All rows up to the first that fits for sure must agree. */
static enum prog_spin
kind_of(const struct program *p, const struct leaf *type, int level)
{
	const struct rule_lockkind *r;
	enum prog_spin spin = PROG_SPIN_UNKNOWN, row;
	enum fit fit = FITS_NOT;
	size_t i;

	for (i = 0; i < p->rules->lockkinds.n && fit != FITS; i++) {
		r = &p->rules->lockkinds.p[i];
		fit = row_fits(p, r, type, level);
		if (fit == FITS_NOT)
			continue;
		row = r->spin == RULE_SPIN ? PROG_SPIN : PROG_ADAPTIVE;
		if (spin != PROG_SPIN_UNKNOWN && spin != row)
			return PROG_SPIN_UNKNOWN;
		spin = row;
	}
	return fit == FITS ? spin : PROG_SPIN_UNKNOWN;
}

static void
join_spin(enum prog_spin *to, enum prog_spin from)
{
	if (*to != from)
		*to = *to == PROG_SPIN_UNKNOWN || from == PROG_SPIN_UNKNOWN ?
		    PROG_SPIN_UNKNOWN : PROG_MIXED;
}

/* The levels that a leaf can be; 0: not known. */
static size_t
levels_of(const struct program *p, const struct fact *f, int *out,
    size_t max)
{
	const struct rule_lockinit *r = f->rule;
	const struct leaf *leaf = &f->slot[SLOT_LEVEL];
	const atom_t *v;
	key_id k = 0;
	size_t i, n;

	switch (leaf->kind) {
	case LEAF_CONST:
		out[0] = program_rank(p, leaf->value);
		return out[0] >= 0;
	case LEAF_NONE:
		out[0] = r->fixed.kind == RULE_VALUE_CONST ?
		    program_rank(p, r->fixed.number) : r->fixed.kind ==
		    RULE_VALUE_LEVEL ? program_level(p, r->fixed.level) : -1;
		return out[0] >= 0;
	case LEAF_PARAM:
		k = program_key_local(p, f->in, leaf->index);
		break;
	case LEAF_KEY:
		k = leaf->index;
		break;
	default:
		break;
	}
	if (k == 0 || p->link->nodes.p[k].flags & NODE_OTHER)
		return 0;
	n = flow_atoms(p, k, ATOM_LEVEL, &v);
	for (i = 0; i < n && i < max; i++) {
		out[i] = program_rank(p,
		    p->link->consts.p[atom_index(v[i])].value);
		if (out[i] < 0)
			return 0;
	}
	return i;
}

static struct said
judge(struct builder *b, const struct fact *f, key_id key)
{
	struct program *p = b->p;
	const struct prog_func *pf = &p->funcs.p[f->in];
	struct said s = { .key = key, .lo = -1, .hi = -1, .insn = f->insn,
	    .func = pf->name, .file = pf->ir->files[f->insn->loc.file],
	    .line = f->insn->loc.line };
	int levels[64];
	size_t i, n;

	n = levels_of(p, f, levels, 64);
	if (n == 0)
		s.spin = kind_of(p, &f->slot[SLOT_TYPE], -1);
	for (i = 0; i < n; i++) {
		if (i == 0)
			s.spin = kind_of(p, &f->slot[SLOT_TYPE], levels[i]);
		else
			join_spin(&s.spin, kind_of(p, &f->slot[SLOT_TYPE],
			    levels[i]));
		s.lo = i == 0 || levels[i] < s.lo ? levels[i] : s.lo;
		s.hi = levels[i] > s.hi ? levels[i] : s.hi;
	}
	return s;
}

static void
say(struct builder *b, const struct fact *f, key_id key, bool fresh)
{
	struct said s = judge(b, f, key);
	struct buf text = { 0 };

	s.fresh = fresh;
	vec_push(&b->said, s);
	if (s.lo >= 0)
		return;
	program_key_print(b->p, key, &text);
	(void)ledger_add(b->p->ledger, LEDGER_LOCK, s.func, s.file, s.line,
	    "%s: the level it is initialised with is not known", text.p);
	buf_free(&text);
}

/* ---- which locks a call initialises ---- */

static void
each_lock(struct builder *b, const struct fact *f,
    void (*visit)(struct builder *, const struct fact *, key_id, bool))
{
	const struct prog_func *pf = &b->p->funcs.p[f->in];
	const struct leaf *leaf = &f->slot[SLOT_LOCK];
	const atom_t *v;
	key_id k = leaf->index;
	size_t i, n;

	switch (leaf->kind) {
	case LEAF_ADDR:
		visit(b, f, k, leaf->fresh);
		return;
	case LEAF_PARAM:
		k = program_key_local(b->p, f->in, leaf->index);
		/* FALLTHROUGH */
	case LEAF_KEY:
		n = flow_atoms(b->p, k, ATOM_PLACE, &v);
		for (i = 0; i < n; i++)
			visit(b, f, atom_index(v[i]), false);
		if (n == 0)
			visit(b, f, k, true);
		return;
	case LEAF_RESULT:
		return;
	default:
		break;
	}
	if (!b->quiet)
		(void)ledger_add(b->p->ledger, LEDGER_LOCK, pf->name,
		    pf->ir->files[f->insn->loc.file], f->insn->loc.line,
		    "%s: which lock is initialised is not known",
		    name_str(b->p->names, b->p->funcs.p[f->api].name));
}

/* Derived calls that nobody makes: their parameters stay open. */
static void
add_leftovers(struct program *p, struct derive *d)
{
	const struct prog_site *s;
	struct fact fact;
	func_id f;
	size_t i;
	uint32_t site, k;

	for (f = 0; f < p->funcs.n; f++) {
		if (d->of[f].n == 0 || p->funcs.p[f].ncallers > 0)
			continue;
		for (i = 0; i < d->of[f].n; i++) {
			fact = (struct fact){ .rule = d->of[f].p[i].rule,
			    .in = f, .api = f };
			memcpy(fact.slot, d->of[f].p[i].slot,
			    sizeof(fact.slot));
			for (site = 0; site < p->funcs.p[f].nsites; site++) {
				s = &p->funcs.p[f].sites[site];
				for (k = 0; k < s->ntargets; k++)
					if (d->of[s->targets[k]].n > 0 ||
					    rules_lockinit(p->rules,
					    p->funcs.p[s->targets[k]].name) !=
					    NULL)
						fact.insn =
						    p->link->insns[f][site];
			}
			if (fact.insn != NULL)
				vec_push(&d->facts, fact);
		}
	}
}

static void
seed_one(struct builder *b, const struct fact *f, key_id k, bool fresh)
{
	if (fresh && k != 0)
		vec_push(&b->said, ((struct said){ .key = k,
		    .insn = f->insn }));
}

/* The places that a rule knows; variables of that name in any unit. */
static void
each_known(struct builder *b, const struct rule_known *r,
    void (*visit)(struct builder *, const struct rule_known *, key_id))
{
	const struct variable *v;
	key_id k;
	size_t i;

	if (r->record != 0) {
		k = program_key_field(b->p, r->record, r->field);
		if (k != 0)
			visit(b, r, k);
		return;
	}
	for (i = 0; i < b->p->link->vars.n; i++) {
		v = &b->p->link->vars.p[i];
		if (v->name == r->field && v->key != 0)
			visit(b, r, v->key);
	}
}

static void
seed_known(struct builder *b, const struct rule_known *r, key_id k)
{
	(void)r;
	vec_push(&b->said, ((struct said){ .key = k }));
}

bool
locks_seed(struct program *p)
{
	struct derive *d = derive_run(p, &initialisers);
	struct builder b = { .p = p, .quiet = true };
	bool any;
	key_id k;
	size_t i;

	add_leftovers(p, d);
	for (i = 0; i < d->facts.n; i++)
		each_lock(&b, &d->facts.p[i], seed_one);
	for (i = 0; i < p->rules->knowns.n; i++)
		each_known(&b, &p->rules->knowns.p[i], seed_known);
	for (i = 0; i < b.said.n; i++) {
		k = b.said.p[i].key;
		p->link->nodes.p[k].flags |= ACCEPT_PLACE;
		flow_add(p, k, ATOM_PLACE | k);
	}
	any = b.said.n > 0;
	vec_free(&b.said);
	derive_free(p, d);
	return any;
}

/* ---- classes ---- */

static struct prog_lock *
class_get(struct program *p, key_id k)
{
	struct link *l = p->link;
	struct prog_lock lock = { .key = k, .lo = -1, .hi = -1 };
	struct buf text = { 0 };

	if (l->lock_at[k] == 0) {
		program_key_print(p, k, &text);
		lock.text = arena_strndup(p->arena, text.p, text.n);
		buf_free(&text);
		vec_push(&p->locks, lock);
		l->lock_at[k] = (uint32_t)p->locks.n;
	}
	return &p->locks.p[l->lock_at[k] - 1];
}

static int
said_cmp(const struct program *p, const struct said *a,
    const struct prog_lock *b)
{
	int c = strcmp(name_str(p->names, a->file),
	    name_str(p->names, b->file));

	return c != 0 ? c : (a->line > b->line) - (a->line < b->line);
}

static void
merge(struct program *p, const struct said *s)
{
	struct prog_lock *lock = class_get(p, s->key);
	bool unknown;

	lock->pointer |= s->fresh;
	if (lock->ninits++ == 0) {
		lock->spin = s->spin;
		lock->lo = s->lo;
		lock->hi = s->hi;
	} else {
		join_spin(&lock->spin, s->spin);
		unknown = lock->lo < 0 || s->lo < 0;
		if (s->lo < lock->lo)
			lock->lo = s->lo;
		if (s->hi > lock->hi)
			lock->hi = s->hi;
		if (unknown)
			lock->lo = lock->hi = -1;
	}
	if (lock->file == 0 || said_cmp(p, s, lock) < 0) {
		lock->file = s->file;
		lock->line = s->line;
	}
}

static void
say_one(struct builder *b, const struct fact *f, key_id k, bool fresh)
{
	if (k != 0)
		say(b, f, k, fresh);
}

/* A rule that knows a lock is asked last and believed. */
static void
class_known(struct builder *b, const struct rule_known *r, key_id k)
{
	struct prog_lock *lock = class_get(b->p, k);

	lock->stated = true;
	lock->spin = r->spin == RULE_SPIN ? PROG_SPIN : PROG_ADAPTIVE;
	lock->lo = lock->hi = r->level.kind == RULE_VALUE_CONST ?
	    program_rank(b->p, r->level.number) :
	    program_level(b->p, r->level.level);
}

/* ---- where it was decided ---- */

static int
said_order(const void *va, const void *vb, void *ctx)
{
	const struct program *p = ctx;
	const struct said *a = va, *b = vb;
	uint32_t x = p->link->lock_at[a->key], y = p->link->lock_at[b->key];
	int c;

	if (x != y)
		return x < y ? -1 : 1;
	c = strcmp(name_str(p->names, a->file), name_str(p->names, b->file));
	if (c == 0)
		c = (a->line > b->line) - (a->line < b->line);
	if (c == 0)
		c = strcmp(name_str(p->names, a->func),
		    name_str(p->names, b->func));
	return c != 0 ? c : a->lo != b->lo ? a->lo - b->lo : a->hi - b->hi;
}

static bool
same_place(const struct prog_init *a, const struct said *b)
{
	return a->func == b->func && a->file == b->file &&
	    a->line == b->line && a->lo == b->lo && a->hi == b->hi;
}

/* Requires lock_at in its final order. */
static void
keep_places(struct program *p, struct said *said, size_t n)
{
	struct prog_lock *lock;
	size_t i, k;

	if (n > 0)
		qsort_r(said, n, sizeof(*said), said_order, p);
	for (i = 0; i < n; i = k) {
		lock = &p->locks.p[p->link->lock_at[said[i].key] - 1];
		for (k = i; k < n && said[k].key == said[i].key; )
			k++;
		lock->places = arena_alloc(p->arena, (k - i) *
		    sizeof(*lock->places));
		for (; i < k; i++) {
			if (lock->nplaces > 0 && same_place(
			    &lock->places[lock->nplaces - 1], &said[i]))
				continue;
			lock->places[lock->nplaces++] = (struct prog_init){
			    said[i].func, said[i].file, said[i].line,
			    said[i].spin, said[i].lo, said[i].hi };
		}
	}
}

/* A rule's word is the last one, so it is the only place. */
static void
keep_known(struct builder *b, const struct rule_known *r, key_id k)
{
	struct prog_lock *lock = class_get(b->p, k);

	(void)r;
	lock->places = arena_alloc(b->p->arena, sizeof(*lock->places));
	lock->places[0] = (struct prog_init){ .spin = lock->spin,
	    .lo = lock->lo, .hi = lock->hi };
	lock->nplaces = 1;
}

static bool
is_known(const struct program *p, key_id k)
{
	name_t record, field;

	key_names(p, k, &record, &field);
	return field != 0 && rules_known(p->rules, record, field) != NULL;
}

static int
lock_cmp(const void *va, const void *vb)
{
	const struct prog_lock *a = va, *b = vb;
	int c = strcmp(a->text, b->text);

	if (c != 0)
		return c;
	return a->line != b->line ? (a->line > b->line ? 1 : -1) :
	    (a->key > b->key) - (a->key < b->key);
}

/* The text of a member without the file of its record; NULL: has none. */
static char *
without_file(const struct prog_lock *lock)
{
	const char *at = strchr(lock->text, '@'), *member;
	char *text;

	member = at != NULL ? strstr(at, "::") : NULL;
	if (member == NULL)
		return NULL;
	text = estrdup(lock->text);
	memmove(text + (at - lock->text), member, strlen(member) + 1);
	return text;
}

/* Locks are called "softc::lock", unless several records say softc. */
static void
shorten(struct program *p)
{
	struct map *times = map_new();
	uint64_t hash, n;
	size_t i, pass;
	char *text;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < p->locks.n; i++) {
			text = without_file(&p->locks.p[i]);
			if (text == NULL)
				continue;
			hash = hash64(text, strlen(text), 0);
			n = 0;
			(void)map_get(times, hash, &n);
			if (pass == 0)
				map_put(times, hash, n + 1);
			else if (n == 1)
				p->locks.p[i].text = arena_strndup(p->arena,
				    text, strlen(text));
			free(text);
		}
	map_free(times);
}

static void
index_sets(struct program *p)
{
	struct link *l = p->link;
	const atom_t *v;
	uint32_t set, n;
	size_t i, count;
	key_id k;

	l->lock_sets = arena_alloc(p->arena, l->sets.n *
	    sizeof(*l->lock_sets));
	l->lock_set_n = arena_alloc(p->arena, l->sets.n *
	    sizeof(*l->lock_set_n));
	for (k = 1; k < l->nodes.n; k++) {
		set = l->nodes.p[k].set;
		count = flow_atoms(p, k, ATOM_PLACE, &v);
		if (set == 0 || count == 0)
			continue;
		if (is_known(p, k) && l->lock_at[k] != 0)
			count = 0;
		for (i = n = 0; i < count; i++)
			n += l->lock_at[atom_index(v[i])] != 0;
		l->lock_sets[set] = arena_alloc(p->arena,
		    (n + 1) * sizeof(*l->lock_sets[set]));
		for (i = n = 0; i < count; i++)
			if (l->lock_at[atom_index(v[i])] != 0)
				l->lock_sets[set][n++] = &p->locks.p[
				    l->lock_at[atom_index(v[i])] - 1];
		if (count == 0)
			l->lock_sets[set][n++] =
			    &p->locks.p[l->lock_at[k] - 1];
		l->lock_set_n[set] = n;
	}
}

void
locks_link(struct program *p)
{
	struct derive *d = derive_run(p, &initialisers);
	struct builder b = { .p = p };
	size_t i;

	p->link->lock_at = arena_alloc(p->arena, p->link->nodes.n *
	    sizeof(*p->link->lock_at));
	add_leftovers(p, d);
	for (i = 0; i < d->facts.n; i++) {
		spelling_note(p, &d->facts.p[i], SLOT_TYPE, PROG_WANTS_TYPE,
		    NULL);
		spelling_note(p, &d->facts.p[i], SLOT_LEVEL,
		    PROG_WANTS_LEVEL, NULL);
		each_lock(&b, &d->facts.p[i], say_one);
	}
	for (i = 0; i < b.said.n; i++)
		merge(p, &b.said.p[i]);
	for (i = 0; i < p->rules->knowns.n; i++)
		each_known(&b, &p->rules->knowns.p[i], class_known);
	acquires_classes(p);
	shorten(p);
	if (p->locks.n > 1)
		qsort(p->locks.p, p->locks.n, sizeof(*p->locks.p),
		    lock_cmp);
	for (i = 0; i < p->locks.n; i++)
		p->link->lock_at[p->locks.p[i].key] = (uint32_t)i + 1;
	index_sets(p);
	keep_places(p, b.said.p, b.said.n);
	for (i = 0; i < p->rules->knowns.n; i++)
		each_known(&b, &p->rules->knowns.p[i], keep_known);
	vec_free(&b.said);
	derive_free(p, d);
}

const struct prog_lock *
program_lock(const struct program *p, key_id k)
{
	if (k == 0 || p->link->lock_at[k] == 0)
		return NULL;
	return &p->locks.p[p->link->lock_at[k] - 1];
}

size_t
program_key_locks(const struct program *p, key_id k,
    const struct prog_lock *const **out)
{
	uint32_t set = p->link->nodes.p[k].set;

	*out = p->link->lock_sets[set];
	return p->link->lock_set_n[set];
}
