/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Acquires: the calls that take a lock, and what is known of it there.
 *
 * Bodies that a rule replaces are left out.
 */

#include "program/link.h"

struct acquire {
	struct scope scope;
	const struct ir_insn *insn;
	func_id target;
	const struct rule_effect *effect;
};

typedef void acquire_visit(struct program *, const struct acquire *);

static void
each_effect(struct program *p, struct acquire *a, acquire_visit *visit)
{
	const struct rule_func *r = p->funcs.p[a->target].rule;
	size_t i;

	for (i = 0; r != NULL && i < r->neffects; i++)
		if (r->effects[i].what == RULE_ENTER) {
			a->effect = &r->effects[i];
			visit(p, a);
		}
}

static void
each_acquire(struct program *p, acquire_visit *visit)
{
	const struct prog_func *pf;
	struct acquire a;
	uint32_t i, k;
	func_id f;

	for (f = 0; f < p->funcs.n; f++) {
		pf = &p->funcs.p[f];
		if (pf->rule != NULL)
			continue;
		a.scope = scope_of(p, f);
		for (i = 0; i < pf->nsites; i++) {
			a.insn = p->link->insns[f][i];
			for (k = 0; k < pf->sites[i].ntargets; k++) {
				a.target = pf->sites[i].targets[k];
				each_effect(p, &a, visit);
			}
		}
	}
}

/* The argument that points to the lock, or NULL. */
static const struct ir_expr *
lock_argument(const struct acquire *a)
{
	const struct rule_lock *l = &a->effect->lock;

	if (l->kind != RULE_LOCK_ARG && l->kind != RULE_LOCK_OUT)
		return NULL;
	return l->arg >= 0 && l->arg < a->insn->nargs ?
	    a->insn->args[l->arg] : NULL;
}

static void
class_for(struct program *p, const struct acquire *a)
{
	const struct ir_expr *e = lock_argument(a);
	const struct prog_func *pf = &p->funcs.p[a->scope.func];
	struct buf text = { 0 };
	key_id k;

	if (e == NULL || e->kind != IR_ADDR ||
	    a->effect->lock.kind != RULE_LOCK_ARG)
		return;
	k = key_lookup(p, a->scope, e->a);
	if (k == 0 || p->link->lock_at[k] != 0)
		return;
	program_key_print(p, k, &text);
	vec_push(&p->locks, ((struct prog_lock){ .key = k, .lo = -1,
	    .hi = -1, .text = arena_strndup(p->arena, text.p, text.n) }));
	p->link->lock_at[k] = (uint32_t)p->locks.n;
	(void)ledger_add(p->ledger, LEDGER_LOCK, pf->name,
	    pf->ir->files[a->insn->loc.file], a->insn->loc.line,
	    "%s is taken here and nothing initialises it", text.p);
	buf_free(&text);
}

void
acquires_classes(struct program *p)
{
	each_acquire(p, class_for);
}

/* ---- which lock ---- */

struct found {
	const struct prog_lock **v;
	size_t n, max;
};

static void
found_add(struct found *f, const struct prog_lock *lock)
{
	size_t i;

	for (i = 0; i < f->n && i < f->max; i++)
		if (f->v[i] == lock)
			return;
	if (f->n < f->max)
		f->v[f->n] = lock;
	f->n++;
}

static void
found_key(const struct program *p, key_id k, struct found *f)
{
	const struct prog_lock *const *v;
	size_t i, n;

	n = k != 0 ? program_key_locks(p, k, &v) : 0;
	for (i = 0; i < n; i++)
		found_add(f, v[i]);
}

/* What is in the places to which a pointer can point. */
static void
found_through(const struct program *p, key_id pointer, struct found *f)
{
	const atom_t *v;
	size_t i, n;

	n = pointer != 0 ? flow_atoms(p, pointer, ATOM_PLACE, &v) : 0;
	for (i = 0; i < n; i++)
		found_key(p, atom_index(v[i]), f);
}

static void
found_value(const struct program *p, struct scope sc,
    const struct ir_expr *e, struct found *f)
{
	const struct prog_lock *lock;
	const struct ir_expr *place;

	switch (e->kind) {
	case IR_ADDR:
		for (place = e->a; place->kind == IR_INDEX; place = place->a)
			;
		if (place->kind == IR_DEREF) {
			found_value(p, sc, place->a, f);
			return;
		}
		lock = program_lock(p, key_lookup(p, sc, place));
		if (lock != NULL)
			found_add(f, lock);
		return;
	case IR_DEREF:
		found_through(p, key_lookup(p, sc, e->a), f);
		return;
	case IR_BINARY:
		found_value(p, sc, e->a, f);
		return;
	case IR_LOCAL:
	case IR_GLOBAL:
	case IR_FIELD:
	case IR_INDEX:
		found_key(p, key_lookup(p, sc, e), f);
		return;
	default:
		return;
	}
}

size_t
program_value_locks(const struct program *p, func_id in,
    const struct ir_expr *pointer, const struct prog_lock **out, size_t max)
{
	struct found f = { out, 0, max };

	found_value(p, scope_of(p, in), pointer, &f);
	return f.n;
}

/* ---- counting ---- */

static void
find_lock(const struct program *p, const struct acquire *a, struct found *f)
{
	const struct rule_lock *l = &a->effect->lock;
	const struct ir_expr *e = lock_argument(a);
	const struct prog_lock *lock;
	key_id k;

	switch (l->kind) {
	case RULE_LOCK_ARG:
		if (e != NULL)
			found_value(p, a->scope, e, f);
		else if (l->arg == RULE_RET)
			found_key(p, program_key_result(p, a->target), f);
		break;
	case RULE_LOCK_OUT:
		if (e != NULL && e->kind == IR_ADDR)
			found_key(p, key_lookup(p, a->scope, e->a), f);
		else if (e != NULL)
			found_through(p, key_lookup(p, a->scope, e), f);
		break;
	case RULE_LOCK_FIELD:
		k = program_key_field(p, l->record, l->field);
		lock = program_lock(p, k);
		if (lock != NULL)
			found_add(f, lock);
		found_key(p, k, f);
		break;
	default:
		break;
	}
}

/* Is the lock behind a pointer that is never set? */
static bool
is_unset(const struct program *p, const struct acquire *a)
{
	const struct ir_expr *e = lock_argument(a);

	return e != NULL && a->effect->lock.kind == RULE_LOCK_ARG &&
	    (e->kind == IR_FIELD || e->kind == IR_GLOBAL ||
	    e->kind == IR_LOCAL) &&
	    program_key_unset(p, key_lookup(p, a->scope, e));
}

/* Kind and level are known if all locks that it can be agree. */
static bool
agree(const struct prog_lock *const *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i]->spin != v[0]->spin)
			return false;
		if (v[i]->spin == PROG_ADAPTIVE)
			continue;
		if (v[i]->spin != PROG_SPIN || v[i]->lo < 0 ||
		    v[i]->lo != v[i]->hi || v[i]->lo != v[0]->lo)
			return false;
	}
	return n > 0;
}

#define FOUND_MAX	256

static void
count(struct program *p, const struct acquire *a)
{
	const struct prog_lock *v[FOUND_MAX];
	struct found f = { v, 0, FOUND_MAX };

	p->counts.acquires++;
	if (a->effect->level.kind != RULE_VALUE_NONE ||
	    a->effect->spin == RULE_ADAPTIVE) {
		p->counts.acquires_known++;
		return;
	}
	find_lock(p, a, &f);
	if (f.n <= FOUND_MAX && agree(v, f.n))
		p->counts.acquires_known++;
	else if (f.n == 0 && is_unset(p, a))
		p->counts.acquires_unset++;
}

void
acquires_count(struct program *p)
{
	p->counts.acquires = p->counts.acquires_known = 0;
	p->counts.acquires_unset = 0;
	each_acquire(p, count);
}
