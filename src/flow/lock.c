/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Locks: which class a pointer means, whether it spins and at which level,
 * and what taking and releasing it does to the machine.
 *
 * A lock is the address of its place.  Where the pointer came out of memory
 * or from the caller, the classes that can flow there decide; where these
 * disagree, kind and level stay symbols that a caller can fill in.
 */

#include <string.h>

#include "flow/flow_int.h"

#define MAX_PATH	8	/* members around a lock that tell it apart */
#define MAX_ERRNO	4095	/* (void *)-4095 and above are errors (Linux) */

/* The key of the place that a pointer was read from, or that it points to. */
static key_id
place_key(struct solver *sv, node_t place)
{
	const struct program *p = sv->flow->program;
	const struct node *n;

	for (;;) {
		n = node_get(sv->nodes, place);
		switch (n->kind) {
		case NODE_FIELD:
			return program_key_field(p, (name_t)n->b,
			    (name_t)n->k);
		case NODE_GLOBAL:
			return n->b;
		case NODE_LOCAL:
			return program_key_local(p, n->a != 0 ? n->b :
			    sv->func, (uint32_t)n->k);
		case NODE_INDEX:
			place = n->a;
			continue;
		default:
			return 0;
		}
	}
}

/* The key of the place that a pointer comes from; 0: none. */
static key_id
pointer_key(struct solver *sv, node_t pointer)
{
	const struct program *p = sv->flow->program;
	const struct node *n = node_get(sv->nodes, pointer);
	const struct ir_insn *in;
	func_id f;

	switch (n->kind) {
	case NODE_INIT:
	case NODE_PHI:
		return place_key(sv, n->a);
	case NODE_FRESH:
		/* A callee has filled in what it got the address of. */
		return n->k >> 32 < 2 && n->a != 0 && node_get(sv->nodes,
		    n->a)->kind == NODE_LOCAL ? place_key(sv, n->a) : 0;
	case NODE_RET:
		/* What a call has just made is what its place can hold. */
		f = n->a != 0 ? (func_id)(n->k >> 32) : sv->func;
		in = solver_insn(p->funcs.p[f].ir, LEAF_SITE(n->k));
		return in->dst != NULL ? program_key_place(p, f, in->dst) :
		    0;
	default:
		return 0;
	}
}

/* The classes that a pointer can mean; borrowed. */
static size_t
lock_classes(struct solver *sv, node_t lock,
    const struct prog_lock *const **out, const struct prog_lock **one)
{
	const struct program *p = sv->flow->program;
	const struct node *n;
	key_id key;

	lock = carry_one(sv, lock);
	n = node_get(sv->nodes, lock);
	if (n->kind == NODE_ADDR) {
		key = place_key(sv, n->a);
		*one = key != 0 ? program_lock(p, key) : NULL;
		*out = one;
		/* Else an array of pointers, or a lock known only by flow. */
		return *one != NULL;
	}
	key = pointer_key(sv, lock);
	return key != 0 ? program_key_locks(p, key, out) : 0;
}

const struct prog_lock *
lock_class(struct solver *sv, node_t lock)
{
	const struct prog_lock *const *set, *one;
	size_t n;

	n = lock_classes(sv, lock, &set, &one);
	return n == 1 ? set[0] : NULL;
}

const struct prog_lock *
lock_identity(struct solver *sv, node_t lock)
{
	const struct prog_lock *class = lock_class(sv, lock);

	return class != NULL && class->stated ? NULL : class;
}

bool
lock_akin(const struct nodes *t, node_t a, node_t b)
{
	const struct node *p = node_get(t, a), *q = node_get(t, b);

	if (p->kind != NODE_ADDR || q->kind != NODE_ADDR)
		return true;
	for (;;) {
		p = node_get(t, p->a);
		q = node_get(t, q->a);
		while (p->kind == NODE_INDEX)
			p = node_get(t, p->a);
		while (q->kind == NODE_INDEX)
			q = node_get(t, q->a);
		if (p->kind == NODE_GLOBAL && q->kind == NODE_GLOBAL)
			return p->k == q->k && p->b == q->b;
		if (p->kind != NODE_FIELD || q->kind != NODE_FIELD)
			return true;
		if (p->b != q->b || p->k != q->k)
			return false;
	}
}

node_t
lock_path(struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);
	struct node fields[MAX_PATH];
	node_t place;
	unsigned n = 0;

	if (p->kind != NODE_ADDR)
		return 0;
	for (place = p->a; n < MAX_PATH; place = p->a) {
		p = node_get(t, place);
		if (p->kind == NODE_FIELD)
			fields[n++] = *p;
		else if (p->kind != NODE_INDEX)
			break;
	}
	if (n == 0)
		return 0;
	if (p->kind != NODE_GLOBAL)
		place = node_deref(t, node_const(t, 0));
	while (n-- > 0)
		place = node_field(t, place, fields[n].b,
		    (name_t)fields[n].k);
	return node_addr(t, place);
}

bool
held_akin(const struct nodes *t, const struct held *h, node_t lock)
{

	return lock_akin(t, h->lock, lock) && lock_akin(t, h->path, lock);
}

/* Is the pointer the caller's to say? */
static bool
from_caller(struct solver *sv, node_t lock)
{
	const struct node *n = node_get(sv->nodes, lock);

	return n->kind == NODE_INIT &&
	    node_get(sv->nodes, n->a)->kind == NODE_LOCAL &&
	    !(n->flags & NODE_INNER);
}

node_t
lock_level(struct solver *sv, node_t lock)
{
	const struct prog_lock *const *set, *one;
	size_t i, n;
	int lo = -1, hi = -1;

	n = lock_classes(sv, lock, &set, &one);
	for (i = 0; i < n; i++) {
		if (set[i]->lo < 0 || set[i]->hi < 0)
			return node_of_lock(sv->nodes, NODE_LOCKLEVEL, lock);
		if (set[i]->spin == PROG_ADAPTIVE)
			continue;
		lo = lo < 0 || set[i]->lo < lo ? set[i]->lo : lo;
		hi = set[i]->hi > hi ? set[i]->hi : hi;
	}
	if (n > 0 && lo >= 0 && lo == hi)
		return node_const(sv->nodes, lo);
	return node_of_lock(sv->nodes, NODE_LOCKLEVEL, lock);
}

enum prog_spin
lock_spin(struct solver *sv, const struct state *s, node_t lock,
    uint32_t site)
{
	const struct prog_lock *const *set, *one;
	const struct ir_insn *in;
	enum prog_spin spin = PROG_SPIN_UNKNOWN;
	struct buf b = { 0 };
	size_t i, n;
	int truth;

	n = lock_classes(sv, lock, &set, &one);
	for (i = 0; i < n; i++) {
		if (set[i]->spin == PROG_SPIN_UNKNOWN)
			continue;
		if (spin == PROG_SPIN_UNKNOWN)
			spin = set[i]->spin;
		else if (spin != set[i]->spin)
			spin = PROG_MIXED;
	}
	if (spin == PROG_SPIN || spin == PROG_ADAPTIVE)
		return spin;
	truth = state_truth(sv, s, node_of_lock(sv->nodes, NODE_LOCKSPIN,
	    lock));
	if (truth >= 0)
		return truth ? PROG_SPIN : PROG_ADAPTIVE;
	/* What is held was taken as what is followed. */
	for (i = 0; i < s->nheld; i++)
		if (s->held[i].lock == lock)
			return sv->flow->adaptive ? PROG_ADAPTIVE : PROG_SPIN;
	if (from_caller(sv, lock))
		return PROG_SPIN_UNKNOWN;
	in = solver_insn(sv->ir, site);
	if (in->kind == IR_CALL && in->nargs > 0)
		ir_print_c(sv->flow->program->names, sv->ir, in->args[0], &b);
	flow_ledger(sv->flow, sv->func, LEDGER_LOCK,
	    sv->ir->files[in->loc.file], in->loc.line,
	    spin == PROG_MIXED ? "%s is a spin mutex in some places and "
	    "adaptive in others; taken as adaptive" :
	    program_key_unset(sv->flow->program, pointer_key(sv, lock)) ?
	    "%s: nothing but NULL is ever stored there; taken as adaptive" :
	    "%s: nothing says how it is initialised; taken as adaptive",
	    b.n > 0 ? b.p : "lock");
	buf_free(&b);
	return PROG_ADAPTIVE;
}

static bool
saves_per_lock(const struct solver *sv)
{
	return sv->flow->program->rules->save == RULE_SAVE_LOCK;
}

bool
lock_retake(struct solver *sv, struct state *s, node_t lock)
{
	const struct prog_lock *class = lock_class(sv, lock);
	uint32_t i;

	for (i = 0; i < s->nreleased; i++)
		if (s->released[i] == lock || (class != NULL &&
		    s->released[i] != 0 && lock_class(sv,
		    s->released[i]) == class && lock_akin(sv->nodes,
		    s->released[i], lock)))
			break;
	if (i == s->nreleased)
		return false;
	vec_push(&sv->retaken, s->released[i]);
	memmove(&s->released[i], &s->released[i + 1],
	    (s->nreleased - i - 1) * sizeof(*s->released));
	s->nreleased--;
	return true;
}

/* The pointer to a lock, or to what the lock is inside of; 0: there is none. */
static node_t
base_pointer(const struct nodes *t, node_t lock)
{
	const struct node *n = node_get(t, lock);

	if (n->kind != NODE_ADDR)
		return lock;
	do
		n = node_get(t, n->a);
	while (n->kind == NODE_FIELD || n->kind == NODE_INDEX);
	return n->kind == NODE_DEREF ? n->a : 0;
}

bool
lock_invalid(struct solver *sv, const struct state *s, node_t lock)
{
	node_t p = base_pointer(sv->nodes, lock);

	return p != 0 && state_truth(sv, s, p) == 0;
}

/*
 * A mutex at p, or inside of *p, was taken, so p is not NULL; nor is it an
 * error that is handed around as a pointer, which is what IS_ERR() asks.
 */
static void
assume_valid(struct solver *sv, struct state *s, node_t lock)
{
	struct fact f = { base_pointer(sv->nodes, lock), true, INT64_MIN,
	    INT64_MAX };

	if (f.value == 0)
		return;
	(void)state_narrow(sv, s, &f);
	(void)state_assume(sv, s, node_binary(sv->nodes, IR_OP_LT, f.value,
	    node_const(sv->nodes, -MAX_ERRNO)), true);
}

/*
 * Does the name always mean the same mutex?  A leaf may mean another one
 * in the next turn of a loop; not so on a single path.
 */
static bool
is_one(const struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);

	return !(p->flags & NODE_INNER) || (p->kind == NODE_ADDR &&
	    node_get(t, p->a)->kind == NODE_LOCAL);
}

static const struct held *
find_held(const struct solver *sv, const struct state *s, node_t lock)
{
	const struct held *h;

	if (s->at == NULL && !is_one(sv->nodes, lock))
		return NULL;
	for (h = s->held; h < s->held + s->nheld; h++)
		if (h->lock == lock)
			return h;
	return NULL;
}

bool
lock_has(const struct solver *sv, const struct state *s, node_t lock)
{
	const struct held *h = find_held(sv, s, lock);

	return h != NULL && !h->unsure;
}

bool
lock_again(struct solver *sv, const struct state *s, node_t lock,
    uint32_t site)
{
	const struct held *h = find_held(sv, s, lock);

	if (h == NULL)
		return false;
	if (!h->unsure && !sv->flow->adaptive && (h->from == NO_FUNC ||
	    !sv->tracing || sv->flow->consumed[h->from] != CONSUMED_NOT))
		breach(sv, s, (struct breach){ .kind = BREACH_AGAIN,
		    .site = site, .lock = lock, .taken = h->site });
	return true;
}

/* What it released of its caller's it may take again. */
void
passed_add(struct solver *sv, struct state *s, node_t lock)
{
	uint32_t i;

	if (sv->walk != NULL || sv->flow->adaptive || s->nreleased > 0 ||
	    s->npassed == MAX_PASSED || !exportable(sv->nodes, lock))
		return;
	for (i = 0; i < s->npassed; i++)
		if (s->passed[i] == lock)
			return;
	s->passed = state_dup(sv, s->passed, s->npassed, 1,
	    sizeof(*s->passed));
	s->passed[s->npassed++] = lock;
}

bool
lock_enter(struct solver *sv, struct state *s, node_t lock, node_t level,
    uint32_t site, func_id from)
{
	struct held *held;
	node_t before = s->level;

	sv->enters = true;
	if (sv->flow->adaptive)
		level = node_const(sv->nodes, 0);
	if (lock_invalid(sv, s, lock))
		return false;
	assume_valid(sv, s, lock);
	gone_forget(sv, s, lock);
	/* Twice the same mutex: nobody gets past that. */
	if (lock_again(sv, s, lock, site))
		return false;
	taken_add(sv, lock, site, NO_FUNC);
	if (!saves_per_lock(sv) && state_count(s) == 0)
		s->saved_blame = s->blame.level;
	/* A single path knows the mutex by name, so it is no longer left. */
	if (sv->walk == NULL && lock_retake(sv, s, lock)) {
		if (!saves_per_lock(sv) && state_count(s) == 0)
			s->saved = before;
		s->left++;
		s->level = level_max(sv->nodes, s->level, level);
		level_peak(sv, s, s->level);
		return true;
	}
	if (s->nheld >= MAX_HELD) {
		sv->budget = true;
		return false;
	}
	held = arena_alloc(sv->arena, (s->nheld + 1) * sizeof(*held));
	if (s->nheld > 0)
		memcpy(held, s->held, s->nheld * sizeof(*held));
	held[s->nheld] = (struct held){ .lock = lock, .level = level,
	    .old = before, .site = site, .from = from,
	    .blame = s->blame.level, .at = s->at };
	if (!saves_per_lock(sv) && state_count(s) == 0)
		s->saved = before;
	s->held = held;
	s->nheld++;
	s->level = level_max(sv->nodes, s->level, level);
	level_peak(sv, s, s->level);
	return true;
}

/* Can the pointer mean one of the class?  Not if all that it can are others. */
static bool
can_mean(struct solver *sv, node_t lock, const struct prog_lock *class)
{
	const struct prog_lock *const *set, *one;
	size_t i, n;

	n = lock_classes(sv, lock, &set, &one);
	for (i = 0; i < n; i++)
		if (set[i] == class || set[i]->stated)
			return true;
	return n == 0;
}

/* Two addresses of which one may be another name of the other. */
static bool
may_alias(struct solver *sv, node_t a, node_t b)
{
	const struct prog_lock *x = lock_identity(sv, a);
	const struct prog_lock *y = lock_identity(sv, b);

	if (x != NULL && y != NULL)
		return x == y && lock_akin(sv->nodes, a, b);
	if ((x != NULL && !can_mean(sv, b, x)) ||
	    (y != NULL && !can_mean(sv, a, y)))
		return false;
	/* What the caller passed, it has taken itself. */
	if (from_caller(sv, b))
		return false;
	return node_get(sv->nodes, a)->kind != NODE_ADDR ||
	    node_get(sv->nodes, b)->kind != NODE_ADDR;
}

const struct prog_lock *
held_class(struct solver *sv, const struct held *h)
{
	return h->class != NULL ? h->class : lock_class(sv, h->lock);
}

void
consume(struct flow *fl, func_id f, enum consumed how)
{
	if (fl->consumed[f] < how)
		fl->consumed[f] = (uint8_t)how;
	fl->consumers[f].others = true;
}

void
consume_at(struct solver *sv, func_id f, uint32_t site)
{
	struct consumers *c = &sv->flow->consumers[f];
	struct consumer new = { sv->func, sv->mode, site };
	uint32_t i;

	sv->flow->consumed[f] = CONSUMED;
	for (i = 0; i < c->n; i++)
		if (c->p[i].func == sv->func && c->p[i].site == site)
			return;
	if (c->n < MAX_CONSUMERS)
		c->p[c->n++] = new;
	else
		c->others = true;
}

void
spare(struct solver *sv, const struct held *kept, const struct held *lost,
    uint32_t n)
{
	struct flow *fl = sv->flow;
	struct spared p;
	uint32_t i;
	size_t k;

	for (i = 0; i < n; i++) {
		p.kept = kept[i].from;
		p.lost = lost[i].from;
		/* Through recursion it is the function's own. */
		if (p.lost == NO_FUNC || p.lost == p.kept ||
		    p.lost == sv->func ||
		    fl->consumed[p.lost] >= CONSUMED_MAYBE)
			continue;
		if (p.kept == NO_FUNC) {
			consume(fl, p.lost, CONSUMED_MAYBE);
			continue;
		}
		for (k = 0; k < fl->spared.n; k++)
			if (fl->spared.p[k].kept == p.kept &&
			    fl->spared.p[k].lost == p.lost)
				break;
		if (k == fl->spared.n)
			vec_push(&fl->spared, p);
	}
}

bool
lock_remove(struct solver *sv, struct state *s, node_t lock, uint32_t site,
    struct held *out)
{
	struct held *held;
	uint32_t i, found = UINT32_MAX;
	const struct prog_lock *class;
	enum consumed how = lock == 0 ? CONSUMED_ANY : CONSUMED;

	memset(out, 0, sizeof(*out));
	out->from = NO_FUNC;
	out->site = UINT32_MAX;
	for (i = s->nheld; i-- > 0 && found == UINT32_MAX; )
		if (lock == 0 || s->held[i].lock == lock)
			found = i;
	class = lock != 0 ? lock_class(sv, lock) : NULL;
	for (i = s->nheld; i-- > 0 && found == UINT32_MAX && class != NULL; )
		if (held_class(sv, &s->held[i]) == class &&
		    held_akin(sv->nodes, &s->held[i], lock))
			found = i;
	if (found == UINT32_MAX && s->left > 0) {
		node_t *rel;

		rel = arena_alloc(sv->arena, (s->nreleased + 1) *
		    sizeof(*rel));
		if (s->nreleased > 0)
			memcpy(rel, s->released, s->nreleased *
			    sizeof(*rel));
		rel[s->nreleased++] = lock;
		s->released = rel;
		s->left--;
		gone_add(sv, s, lock);
		out->old = node_of_lock(sv->nodes, NODE_LOCKSAVED, lock);
		return true;
	}
	for (i = s->nheld; i-- > 0 && found == UINT32_MAX; )
		if (may_alias(sv, s->held[i].lock, lock)) {
			found = i;
			how = CONSUMED_ANY;
		}
	if (found == UINT32_MAX)
		return false;
	*out = s->held[found];
	if (carry_release(s, found))
		out->old = 0;
	else {
		if (out->lock == lock)
			gone_add(sv, s, lock);
		held = arena_alloc(sv->arena, s->nheld * sizeof(*held));
		memcpy(held, s->held, found * sizeof(*held));
		memcpy(held + found, s->held + found + 1,
		    (s->nheld - found - 1) * sizeof(*held));
		s->held = held;
		s->nheld--;
	}
	if (out->site != UINT32_MAX && sv->walk == NULL)
		sv->released_site[out->site] = 1;
	if (sv->walk != NULL)
		walk_released(sv, s, out, site);
	else if (out->from != NO_FUNC && how == CONSUMED)
		consume_at(sv, out->from, site);
	else if (out->from != NO_FUNC)
		consume(sv->flow, out->from, how);
	return true;
}

bool
lock_exit(struct solver *sv, struct state *s, node_t lock, uint32_t site)
{
	struct held h;

	if (!lock_remove(sv, s, lock, site, &h))
		return false;
	if (saves_per_lock(sv)) {
		if (h.old != 0) {
			s->level = level_restore(sv, s, h.old, site);
			s->blame.level = h.blame;
		}
	} else if (state_count(s) == 0) {
		s->level = level_restore(sv, s, s->saved, site);
		s->saved = 0;
		s->blame.level = s->saved_blame;
	}
	return true;
}
