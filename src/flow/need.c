/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Needs: mutexes that a function releases and has not taken.
 *
 * That is legal where the caller holds them, so such a path counts only in
 * the modes that are entered with a mutex held.  A summary lists its needs,
 * and a call whose state holds none of them uses the mode that does without
 * these paths and hands the needs on to its own callers.  Whether anybody
 * meets them is decided for the whole program: each call notes the classes
 * that are held at it, and what a function is entered with holds for all
 * that it calls.  A need that no caller can meet is a defect (check/).
 *
 * Not followed: callers through pointers of which no call is known, and
 * functions that nobody calls; these may be entered with anything.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define NEED_DEPTH	6	/* deeper addresses are known by their class */
#define OTHER_BIT	62	/* held, of a class that nobody needs by name */
#define UNKNOWN_BIT	63

/* ---- one function ---- */

/* Was it released before, by that very name? */
static bool
is_gone(const struct state *s, node_t lock)
{
	uint32_t i;

	for (i = 0; i < s->ngone; i++)
		if (s->gone[i] == lock)
			return true;
	return false;
}

void
need_add(struct solver *sv, const struct state *s, node_t lock,
    const struct prog_lock *class, node_t path, uint32_t site, func_id callee,
    bool unsure)
{
	struct need n = { lock, class, path, callee, site, NULL, 0, unsure,
	    false };
	struct need *o;
	struct unheld u = { UNHELD_NOBODY, sv->func, callee, site, lock,
	    class, unsure, false, s->trace };
	size_t i;

	if (lock != 0 && class == NULL)
		n.class = u.class = lock_identity(sv, lock);
	if (sv->walk != NULL) {
		if (is_gone(s, lock))
			u.kind = UNHELD_TWICE;
		walk_unheld(sv, s, &u);
		return;
	}
	if (sv->tracing)
		vec_push(&sv->unheld, u);
	if (node_get(sv->nodes, lock)->kind == NODE_ADDR)
		n.path = lock_path(sv->nodes, lock);
	if (lock != 0 && (!exportable(sv->nodes, lock) ||
	    node_get(sv->nodes, lock)->depth > NEED_DEPTH))
		n.lock = 0;
	n.nconds = export_facts(sv, s, &n.conds);
	for (i = 0; i < sv->needs.n; i++) {
		o = &sv->needs.p[i];
		if (o->lock == n.lock && o->class == n.class &&
		    o->path == n.path && o->callee == n.callee) {
			o->nconds = facts_common(o->conds, o->nconds,
			    n.conds, n.nconds);
			o->unsure &= unsure;
			return;
		}
	}
	vec_push(&sv->needs, n);
}

/* The entry that can be the lock, or is of the class; NULL: none. */
static const struct maybe *
maybe_find(struct solver *sv, const struct state *s, node_t lock,
    const struct prog_lock *class)
{
	const struct maybe *m;
	const struct prog_lock *c;

	if (lock != 0 && class == NULL)
		class = lock_identity(sv, lock);
	for (m = s->maybe; m < s->maybe + s->nmaybe; m++) {
		c = lock_identity(sv, m->lock);
		if (m->lock == lock || class == NULL || c == NULL ||
		    (c == class && (lock == 0 || lock_akin(sv->nodes, lock,
		    m->lock))))
			return m;
	}
	return NULL;
}

bool
need_met(struct solver *sv, const struct state *s, node_t lock,
    const struct prog_lock *class)
{
	const struct prog_lock *c;
	uint32_t i;

	if (s->left > 0)
		return true;
	if (lock != 0 && class == NULL)
		class = lock_identity(sv, lock);
	for (i = 0; i < s->nheld; i++) {
		if (lock != 0 && s->held[i].lock == lock)
			return true;
		c = s->held[i].class != NULL ? s->held[i].class :
		    lock_identity(sv, s->held[i].lock);
		if (class == NULL || c == NULL || (c == class &&
		    (lock == 0 || held_akin(sv->nodes, &s->held[i], lock))))
			return true;
	}
	return maybe_find(sv, s, lock, class) != NULL;
}

static int
need_cmp(const void *va, const void *vb)
{
	const struct need *a = va, *b = vb;
	key_id x = a->class != NULL ? a->class->key : 0;
	key_id y = b->class != NULL ? b->class->key : 0;

	if (a->lock != b->lock)
		return a->lock < b->lock ? -1 : 1;
	if (x != y)
		return x < y ? -1 : 1;
	if (a->path != b->path)
		return a->path < b->path ? -1 : 1;
	return a->callee < b->callee ? -1 : a->callee > b->callee;
}

void
taken_add(struct solver *sv, node_t lock, uint32_t site, func_id from)
{
	const struct taken *t;

	for (t = sv->taken.p; t < sv->taken.p + sv->taken.n; t++)
		if (t->lock == lock && t->site == site)
			return;
	vec_push(&sv->taken, ((struct taken){ lock, site, from }));
}

/* Does a path lead from an instruction to another? */
static bool
leads(const struct solver *sv, uint32_t from, uint32_t to)
{
	uint32_t *stack, n = 0, b, t, i, end = solver_block(sv, to);
	uint8_t *seen;

	if (solver_block(sv, from) == end && from < to)
		return true;
	stack = ecalloc(sv->ir->nblocks + 1, sizeof(*stack));
	seen = ecalloc(sv->ir->nblocks, 1);
	stack[n++] = solver_block(sv, from);
	while (n > 0 && !seen[end]) {
		b = stack[--n];
		for (i = 0; (t = ir_successor(&sv->ir->blocks[b], i)) !=
		    IR_NONE; i++)
			if (!seen[t]) {
				seen[t] = 1;
				stack[n++] = t;
			}
	}
	n = seen[end];
	free(stack);
	free(seen);
	return n != 0;
}

/* Has the function entered a lock of the class on its way there? */
static bool
is_again(struct solver *sv, const struct prog_lock *class, uint32_t site)
{
	const struct taken *t;

	for (t = sv->taken.p; t < sv->taken.p + sv->taken.n; t++)
		if (class != NULL && lock_identity(sv, t->lock) == class &&
		    leads(sv, t->site, site))
			return true;
	return false;
}

/*
 * Has it entered one by another name than that which it releases?  Then it
 * may have been that one: locks that are taken one by one from a list, and
 * released as they come off another.
 */
static bool
is_unsure(struct solver *sv, const struct prog_lock *class, node_t lock,
    uint32_t site)
{
	const struct taken *t;

	for (t = sv->taken.p; t < sv->taken.p + sv->taken.n; t++)
		if (class != NULL && t->lock != lock && t->from == NO_FUNC &&
		    lock_identity(sv, t->lock) == class &&
		    leads(sv, t->site, site))
			return true;
	return false;
}

void
needs_export(struct solver *sv, struct summary *sum)
{
	struct unheld *u;
	struct need *o;
	size_t i;

	for (i = 0; i < sv->needs.n; ) {
		o = &sv->needs.p[i];
		if (carry_meets(sv, o)) {
			*o = sv->needs.p[--sv->needs.n];
			continue;
		}
		if (o->callee == NO_FUNC)
			o->unsure = is_unsure(sv, o->class, o->lock, o->site);
		o->again = is_again(sv, o->class, o->site);
		i++;
	}
	for (u = sv->unheld.p; u < sv->unheld.p + sv->unheld.n; u++) {
		if (u->kind != UNHELD_NOBODY)
			continue;
		u->again = is_again(sv, u->class, u->site);
		if (u->callee == NO_FUNC)
			u->unsure = is_unsure(sv, u->class, u->lock, u->site);
	}
	sum->nneeds = (uint32_t)sv->needs.n;
	if (sum->nneeds == 0)
		return;
	if (sum->nneeds > MAX_NEEDS) {
		/* By classes only, and if these are too many by none. */
		struct need *p = sv->needs.p;
		uint32_t j, n = 0;

		for (i = 0; i < sv->needs.n; i++) {
			for (j = 0; j < n; j++)
				if (p[j].class == p[i].class) {
					p[j].unsure &= p[i].unsure;
					if (p[j].path != p[i].path)
						p[j].path = 0;
					break;
				}
			if (j == n) {
				p[n] = p[i];
				p[n].nconds = 0;
				p[n++].lock = 0;
			}
		}
		if (n > MAX_NEEDS) {
			p[0].class = NULL;
			p[0].path = 0;
			n = 1;
		}
		sv->needs.n = sum->nneeds = n;
	}
	qsort(sv->needs.p, sv->needs.n, sizeof(*sv->needs.p), need_cmp);
	sum->needs = arena_alloc(sv->flow->arena, sum->nneeds *
	    sizeof(*sum->needs));
	memcpy(sum->needs, sv->needs.p, sum->nneeds * sizeof(*sum->needs));
	for (i = 0; i < sum->nneeds; i++)
		sum->needs[i].conds = arena_dup(sv->flow->arena,
		    sum->needs[i].conds, sum->needs[i].nconds *
		    sizeof(struct fact));
}

/* ---- who may hold what ---- */

static void
entered_with_one(struct solver *sv, struct entered *e, node_t lock)
{
	const struct prog_lock *c = lock_identity(sv, lock);
	size_t k;

	for (k = 0; k < e->n; k++)
		if (e->p[k] == c)
			return;
	if (c == NULL && e->unknown)
		return;
	if (c == NULL)
		e->unknown = true;
	else
		vec_push(e, c);
	sv->flow->more_entered = true;
}

void
entered_add(struct solver *sv, const struct state *s, func_id callee)
{
	struct entered *e = &sv->flow->entered[callee];
	uint32_t i;

	for (i = 0; i < s->nheld; i++)
		entered_with_one(sv, e, s->held[i].lock);
	for (i = 0; i < s->nmaybe; i++)
		entered_with_one(sv, e, s->maybe[i].lock);
}

/* The bit of a class that somebody needs; OTHER_BIT: nobody does. */
static unsigned
wanted_bit(const struct flow *fl, const struct prog_lock *class)
{
	unsigned i;

	for (i = 0; i < OTHER_BIT && fl->wanted[i] != NULL; i++)
		if (fl->wanted[i] == class)
			return i;
	return OTHER_BIT;
}

static void
collect_wanted(struct flow *fl)
{
	const struct summary *sum;
	size_t i, n = 0;
	uint32_t k;

	memset(fl->wanted, 0, sizeof(fl->wanted));
	for (i = 0; i < fl->program->funcs.n * NMODES; i++) {
		sum = fl->sums[i];
		for (k = 0; sum != NULL && k < sum->nneeds; k++)
			if (sum->needs[k].class != NULL && n < OTHER_BIT &&
			    wanted_bit(fl, sum->needs[k].class) ==
			    OTHER_BIT)
				fl->wanted[n++] = sum->needs[k].class;
	}
}

bool
called_from_outside(const struct flow *fl, func_id f)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f];
	size_t i;

	if (p->partial && (pf->flags & (PROG_STATIC | PROG_TAKEN)) !=
	    PROG_STATIC)
		return true;
	if (pf->ncallers > 0)
		return false;
	for (i = 0; i < p->handlers.n; i++)
		if (p->handlers.p[i].func == f)
			return false;
	return true;
}

/* A body that a rule replaces is not run: what it holds is not known. */
static void
enter_from_rules(struct flow *fl)
{
	const struct prog_func *pf;
	size_t f;
	uint32_t i, k;

	for (f = 0; f < fl->program->funcs.n; f++) {
		pf = &fl->program->funcs.p[f];
		for (i = 0; pf->rule != NULL && pf->ir != NULL &&
		    i < pf->nsites; i++)
			for (k = 0; k < pf->sites[i].ntargets; k++)
				fl->entered[pf->sites[i].targets[k]].mask |=
				    (uint64_t)1 << UNKNOWN_BIT;
	}
}

void
entered_close(struct flow *fl)
{
	const struct program *p = fl->program;
	const struct prog_func *pf;
	struct entered *e;
	VEC(func_id) todo = { 0 };
	uint64_t mask;
	uint32_t i, k;
	func_id f, g;
	size_t j;

	collect_wanted(fl);
	for (f = 0; f < p->funcs.n; f++)
		fl->entered[f].mask = 0;
	enter_from_rules(fl);
	for (f = 0; f < p->funcs.n; f++) {
		e = &fl->entered[f];
		if (e->unknown || called_from_outside(fl, f))
			e->mask |= (uint64_t)1 << UNKNOWN_BIT;
		for (j = 0; j < e->n; j++) {
			i = wanted_bit(fl, e->p[j]);
			e->mask |= (uint64_t)1 << i;
		}
		/* What is called from outside says nothing of its callees. */
		if (e->mask != 0)
			vec_push(&todo, f);
	}
	while (todo.n > 0) {
		f = todo.p[--todo.n];
		pf = &p->funcs.p[f];
		mask = fl->entered[f].mask;
		if (!p->partial && !fl->entered[f].unknown &&
		    called_from_outside(fl, f) && !(pf->flags & PROG_TAKEN))
			mask &= ~((uint64_t)1 << UNKNOWN_BIT);
		for (i = 0; mask != 0 && pf->rule == NULL && i < pf->nsites;
		    i++)
			for (k = 0; k < pf->sites[i].ntargets; k++) {
				g = pf->sites[i].targets[k];
				if ((mask & ~fl->entered[g].mask) == 0)
					continue;
				fl->entered[g].mask |= mask;
				vec_push(&todo, g);
			}
	}
	vec_free(&todo);
	fl->more_entered = false;
}

bool
entered_with(const struct flow *fl, func_id f, const struct need *n)
{
	uint64_t mask = fl->entered[f].mask;
	unsigned bit;

	if (mask == 0)
		return false;
	if (n->class == NULL || mask >> UNKNOWN_BIT != 0)
		return true;
	bit = wanted_bit(fl, n->class);
	return bit == OTHER_BIT || (mask >> bit & 1) != 0;
}

bool
entered_surely(const struct flow *fl, func_id f, const struct need *n)
{
	unsigned bit;

	if (called_from_outside(fl, f))
		return entered_with(fl, f, n);
	if (n->class == NULL)
		return fl->entered[f].unknown || (fl->entered[f].mask &
		    ~((uint64_t)1 << UNKNOWN_BIT)) != 0;
	bit = wanted_bit(fl, n->class);
	return bit != OTHER_BIT && (fl->entered[f].mask >> bit & 1) != 0;
}

/* ---- released before ---- */

/*
 * An address that stays the same lock: not a pointer that was loaded; and on
 * a single path only what the next turn of a loop gives another name.
 */
static bool
is_stable(const struct nodes *t, const struct state *s, node_t lock)
{
	const struct node *p = node_get(t, lock);

	return p->kind == NODE_ADDR && (s->at != NULL ||
	    !(p->flags & NODE_INNER));
}

void
gone_add(struct solver *sv, struct state *s, node_t lock)
{
	node_t *gone;

	if (lock == 0 || !is_stable(sv->nodes, s, lock) || s->ngone == MAX_GONE)
		return;
	gone = arena_alloc(sv->arena, (s->ngone + 1) * sizeof(*gone));
	if (s->ngone > 0)
		memcpy(gone, s->gone, s->ngone * sizeof(*gone));
	gone[s->ngone++] = lock;
	s->gone = gone;
}

/* By its class: it may have another name. */
void
gone_forget(struct solver *sv, struct state *s, node_t lock)
{
	const struct prog_lock *class, *c;
	uint32_t i, n;

	if (s->ngone == 0)
		return;
	class = lock != 0 ? lock_identity(sv, lock) : NULL;
	for (i = n = 0; i < s->ngone && class != NULL; i++) {
		c = lock_identity(sv, s->gone[i]);
		if (c != NULL && (c != class || !lock_akin(sv->nodes,
		    s->gone[i], lock)))
			s->gone[n++] = s->gone[i];
	}
	s->ngone = n;
}

bool
maybe_held(struct solver *sv, struct state *s, node_t lock, func_id from)
{
	struct maybe *maybe;
	uint32_t i;

	for (i = 0; i < s->nmaybe; i++)
		if (s->maybe[i].lock == lock && s->maybe[i].from == from)
			return false;
	if (s->nmaybe == MAX_GONE) {
		if (from != NO_FUNC)
			consume(sv->flow, from, CONSUMED_MAYBE);
		return false;
	}
	maybe = arena_alloc(sv->arena, (s->nmaybe + 1) * sizeof(*maybe));
	if (s->nmaybe > 0)
		memcpy(maybe, s->maybe, s->nmaybe * sizeof(*maybe));
	maybe[s->nmaybe++] = (struct maybe){ lock, from };
	s->maybe = maybe;
	gone_forget(sv, s, lock);
	return true;
}

void
maybe_add(struct solver *sv, struct state *s, const struct state *after)
{
	uint32_t i, k;

	for (i = 0; i < after->nheld; i++) {
		for (k = 0; k < s->nheld; k++)
			if (s->held[k].lock == after->held[i].lock)
				break;
		if (k == s->nheld)
			(void)maybe_held(sv, s, after->held[i].lock,
			    after->held[i].from);
	}
	for (k = 0; k < s->nheld; k++) {
		for (i = 0; i < after->nheld; i++)
			if (s->held[k].lock == after->held[i].lock)
				break;
		if (i == after->nheld)
			s->held[k].unsure = true;
	}
}

bool
maybe_take(struct solver *sv, struct state *s, node_t lock)
{
	const struct maybe *m = maybe_find(sv, s, lock, NULL);
	struct maybe *maybe;
	enum consumed how;
	uint32_t i, n;
	node_t taken;

	if (m == NULL)
		return false;
	taken = m->lock;
	how = lock != 0 && (taken == lock || (lock_identity(sv, lock) !=
	    NULL && lock_identity(sv, lock) == lock_identity(sv, taken))) ?
	    CONSUMED : CONSUMED_ANY;
	/* Whichever target it was, it has locked for this function. */
	maybe = arena_alloc(sv->arena, s->nmaybe * sizeof(*maybe));
	for (i = n = 0; i < s->nmaybe; i++)
		if (s->maybe[i].lock != taken)
			maybe[n++] = s->maybe[i];
		else if (s->maybe[i].from != NO_FUNC)
			consume(sv->flow, s->maybe[i].from, how);
	s->maybe = maybe;
	s->nmaybe = n;
	return true;
}

bool
unheld_why(struct solver *sv, const struct state *s, bool as_spin,
    node_t lock, enum unheld_kind *why)
{
	const struct prog_lock *class;
	uint32_t i;

	if (lock == 0)
		return false;
	class = lock_class(sv, lock);
	for (i = 0; i < s->nheld; i++)
		if (s->held[i].lock == lock || (class != NULL &&
		    held_class(sv, &s->held[i]) == class &&
		    held_akin(sv->nodes, &s->held[i], lock)))
			return false;
	*why = UNHELD_ADAPTIVE;
	if (as_spin && !sv->flow->adaptive && class != NULL &&
	    class->spin == PROG_ADAPTIVE)
		return true;
	*why = UNHELD_TWICE;
	return is_gone(s, lock);
}

void
unheld_add(struct solver *sv, const struct state *s, enum unheld_kind kind,
    node_t lock, uint32_t site)
{
	struct unheld u = { kind, sv->func, NO_FUNC, site, lock,
	    lock_class(sv, lock), false, false, s->trace };

	if (sv->walk != NULL) {
		walk_unheld(sv, s, &u);
		return;
	}
	sv->flow->misreleases[sv->func] = 1;
	if (sv->tracing)
		vec_push(&sv->unheld, u);
}
