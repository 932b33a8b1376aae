/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the rules say that a primitive does, done to the machine. */

#include "interp_int.h"

/* ---- locks ---- */

/* The key of the place a cell stands for, in the frame that owns it. */
static key_id
cell_key(const struct run *r, cell_t c)
{
	const struct cell *p;
	const struct frame *f;

	while (r->cells.p[c].kind == INDEX)
		c = r->cells.p[c].up;
	p = &r->cells.p[c];
	switch (p->kind) {
	case FIELD:
		return program_key_field(r->program, (name_t)p->a,
		    (name_t)p->b);
	case GLOBAL:
		return (key_id)p->b;
	case LOCAL:
		for (f = r->frame; f != NULL; f = f->up)
			if (f->locals == p->up)
				return program_key_local(r->program, f->func,
				    (uint32_t)p->a);
		return 0;
	default:
		return 0;
	}
}

/* One of those held that a pointer from there can mean, or not. */
static bool
find_held(struct run *r, cell_t from, cell_t *c)
{
	const struct prog_lock *const *set;
	key_id key = from != 0 ? cell_key(r, from) : 0;
	size_t i, k, n;

	n = key != 0 ? program_key_locks(r->program, key, &set) : 0;
	for (i = 0; i < r->holds.n; i++)
		for (k = 0; k < n; k++)
			if (r->holds.p[i].lock != 0 &&
			    r->holds.p[i].class == set[k] &&
			    run_choose(r, 2) != 0) {
				*c = r->holds.p[i].lock;
				return true;
			}
	return false;
}

/* The lock that a pointer points to, and its class or NULL. */
static cell_t
find_lock(struct run *r, struct value x, const struct prog_lock **class)
{
	const struct prog_lock *const *set;
	cell_t from = 0, c;
	size_t n = 0;
	key_id key;

	x = run_now(r, x);
	if (x.open != 0) {
		from = r->unknowns.p[x.open - 1].from;
		if (r->driver->wide && find_held(r, from, &c)) {
			*class = program_lock(r->program, cell_key(r, c));
			(void)value_bind(r, x, ADDRESS + c);
			return c;
		}
	}
	c = cell_follow(r, x);
	key = cell_key(r, c);
	*class = key != 0 ? program_lock(r->program, key) : NULL;
	if (*class == NULL)
		*class = r->cells.p[c].lock;
	if (*class == NULL && from != 0 && (key = cell_key(r, from)) != 0)
		n = program_key_locks(r->program, key, &set);
	if (n > 0)
		*class = r->cells.p[c].lock = set[run_choose(r, (unsigned)n)];
	return c;
}

const struct prog_lock *
run_lock(const struct run *r, struct value x)
{
	x = run_now(r, x);
	if (x.open != 0 || x.v < ADDRESS ||
	    x.v >= ADDRESS + (int64_t)r->cells.n)
		return NULL;
	return r->cells.p[x.v - ADDRESS].lock;
}

static bool
spins(struct run *r, enum rule_spin rule, cell_t lock,
    const struct prog_lock *class)
{
	size_t i;

	if (rule != RULE_BY_INIT)
		return rule == RULE_SPIN;
	if (class != NULL && class->spin == PROG_SPIN)
		return true;
	if (class != NULL && class->spin == PROG_ADAPTIVE)
		return false;
	/* What is held was taken as one that spins. */
	for (i = 0; lock != 0 && i < r->holds.n; i++)
		if (r->holds.p[i].lock == lock)
			return true;
	r->marks |= MARK_NOLOCK;
	return r->driver->wide && class == NULL && run_choose(r, 2) != 0;
}

/* ---- effects ---- */

static int
level_of(struct run *r, const struct call *c, const struct rule_effect *e)
{
	const struct rule_value *v = &e->level;
	struct value x;
	int k = -1;

	if (v->kind == RULE_VALUE_CONST)
		return program_rank(r->program, v->number);
	if (v->kind == RULE_VALUE_LEVEL)
		return program_level(r->program, v->level);
	if (v->kind != RULE_VALUE_ARG || (uint32_t)v->arg >= c->nargs)
		return k;
	x = run_now(r, c->args[v->arg]);
	if (!x.saved && (x.open != 0 || x.guess))
		r->marks |= MARK_WILD;
	x = value_concrete(r, x, r->level);
	/* What is restored from a variable was a level, not its number. */
	if (x.saved || (e->what == RULE_RESTORE &&
	    c->insn->args[v->arg]->kind != IR_CONST))
		k = x.v < 0 ? -1 : (int)x.v;
	else
		k = program_rank(r->program, x.v);
	return k > program_level_max(r->program) ? -1 : k;
}

static bool
happens(struct run *r, const struct call *c, const struct rule_when *w)
{
	struct value x;
	uint32_t dep = 0;

	if (w->test == RULE_ALWAYS)
		return true;
	if (w->subject >= 0 && (uint32_t)w->subject >= c->nargs)
		return false;
	x = w->subject == RULE_RET ? c->ret : c->args[w->subject];
	switch (w->test) {
	case RULE_ZERO:
		return !value_truth(r, x, &dep);
	case RULE_NONZERO:
		return value_truth(r, x, &dep);
	case RULE_EQ:
		return value_is(r, x, w->number, &dep);
	default:
		x = value_concrete(r, x, w->number);
		return ((x.v & w->number) != 0) == (w->test == RULE_BITS);
	}
}

static cell_t
rule_lock(struct run *r, const struct call *c, const struct rule_lock *l,
    const struct prog_lock **class)
{
	struct value x;

	*class = NULL;
	if (l->kind == RULE_LOCK_ANY || (l->arg >= 0 &&
	    (uint32_t)l->arg >= c->nargs))
		return 0;
	x = l->arg == RULE_RET ? c->ret : c->args[l->arg];
	if (l->kind == RULE_LOCK_FIELD || l->kind == RULE_LOCK_OUT) {
		cell_t at = cell_follow(r, x);

		if (l->kind == RULE_LOCK_FIELD)
			at = cell_at(r, at, FIELD, l->record, l->field);
		if (l->inside) {
			*class = program_lock(r->program, cell_key(r, at));
			return at;
		}
		/* The member may be the lock, or point to it. */
		if (program_lock(r->program, cell_key(r, at)) != NULL &&
		    !r->cells.p[at].set) {
			*class = program_lock(r->program, cell_key(r, at));
			return at;
		}
		x = cell_load(r, at);
	}
	return find_lock(r, x, class);
}

static void
effect(struct run *r, struct call *c, const struct rule_effect *e)
{
	const struct prog_lock *class;
	unsigned marks;
	cell_t lock;
	int k;

	switch (e->what) {
	case RULE_RAISE:
		k = level_of(r, c, e);
		if (k < 0)
			run_stop(r, RUN_STUCK, "raises to no level");
		if (k > r->level)
			machine_set(r, k);
		if (c->insn->dst == NULL)
			r->marks |= MARK_UNSAVED;
		break;
	case RULE_SET:
	case RULE_RESTORE:
		marks = r->marks;
		r->marks &= ~(unsigned)MARK_WILD;
		k = level_of(r, c, e);
		if (k < 0)
			run_stop(r, RUN_STUCK, "restores no level");
		if (e->what == RULE_SET)
			machine_set(r, k);
		else
			machine_restore(r, k);
		if (r->marks & MARK_WILD)
			r->wild |= UINT32_C(1) << r->level;
		r->marks |= marks;
		break;
	case RULE_ENTER:
		lock = rule_lock(r, c, &e->lock, &class);
		if (!spins(r, e->spin, lock, class))
			break;
		k = level_of(r, c, e);
		if (k < 0 && class != NULL && class->lo >= 0)
			k = class->lo + (int)run_choose(r,
			    (unsigned)(class->hi - class->lo) + 1);
		if (k < 0) {
			r->marks |= MARK_NOLOCK;
			k = 0;
		}
		machine_enter(r, lock, k, class);
		break;
	case RULE_EXIT:
		lock = rule_lock(r, c, &e->lock, &class);
		while (e->lock.all && r->held > 0)
			machine_leave(r, 0, NULL, true);
		if (!e->lock.all && (lock == 0 || spins(r, e->spin, lock,
		    class)))
			machine_leave(r, lock, class,
			    e->lock.or_any);
		break;
	case RULE_COUNT:
		r->held -= (int)e->level.number;
		break;
	}
}

void
run_primitive(struct run *r, struct call *c, const struct rule_func *rule)
{
	struct value old = value_known(r->level);
	size_t i;

	if (rule->flags & RULE_NORETURN)
		run_stop(r, RUN_STUCK, "does not return");
	old.saved = true;
	for (i = 0; i < rule->neffects; i++)
		if (happens(r, c, &rule->effects[i].when))
			effect(r, c, &rule->effects[i]);
	if (rule->flags & RULE_SLEEPS)
		run_waited(r);
	if (rule->saves_to >= 0 && (uint32_t)rule->saves_to < c->nargs)
		cell_store(r, cell_follow(r, c->args[rule->saves_to]), old);
	if (rule->result == RULE_RESULT_OLD)
		c->ret = old;
	else if (rule->result == RULE_RESULT_ARG &&
	    (uint32_t)rule->result_arg < c->nargs)
		c->ret = c->args[rule->result_arg];
}

bool
run_never_null(struct run *r, const struct call *c, name_t callee)
{
	const struct program *p = r->program;
	const struct rule_never_null *n = NULL;

	while ((n = rules_never_null(p->rules, callee, p->version, n)) != NULL)
		if (happens(r, c, &n->when) && (n->unless.test ==
		    RULE_ALWAYS || !happens(r, c, &n->unless)))
			return true;
	return false;
}
