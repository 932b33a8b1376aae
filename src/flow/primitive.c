/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What a call of a function with a rule does to the machine: its effects, in
 * their order, each of which may split the state.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

static node_t
rule_level(struct solver *sv, const struct rule_effect *e, const node_t *args,
    const struct ir_insn *in)
{
	const struct rule_value *v = &e->level;
	int k;

	switch (v->kind) {
	case RULE_VALUE_CONST:
		return level_numbered(sv, node_const(sv->nodes, v->number));
	case RULE_VALUE_LEVEL:
		k = program_level(sv->flow->program, v->level);
		if (k >= 0)
			return node_const(sv->nodes, k);
		break;
	case RULE_VALUE_ARG:
		if (v->arg < 0 || (uint32_t)v->arg >= in->nargs)
			break;
		/* What is restored from a variable was a level. */
		if (e->what == RULE_RESTORE &&
		    in->args[v->arg]->kind != IR_CONST)
			return args[v->arg];
		return level_numbered(sv, args[v->arg]);
	default:
		break;
	}
	return 0;
}

static node_t
rule_lock(struct solver *sv, const struct rule_lock *l, const node_t *args,
    uint32_t nargs, node_t ret, const struct state *s)
{
	node_t v;

	if (l->kind == RULE_LOCK_ANY || l->kind == RULE_LOCK_NONE)
		return 0;
	if (l->arg == RULE_RET)
		v = ret;
	else if (l->arg >= 0 && (uint32_t)l->arg < nargs)
		v = args[l->arg];
	else
		return 0;
	if (l->kind == RULE_LOCK_FIELD) {
		v = node_field(sv->nodes, node_deref(sv->nodes, v),
		    l->record, l->field);
		v = l->inside ? node_addr(sv->nodes, v) :
		    state_read(sv, s, v);
	}
	return v;
}

/* The lock to which a call makes an argument point; 0: no such argument. */
static node_t
lock_pointed_out(struct solver *sv, struct state *s, int arg,
    const node_t *args, uint32_t nargs, uint32_t site)
{
	node_t place, lock;

	if (arg < 0 || (uint32_t)arg >= nargs)
		return 0;
	place = node_deref(sv->nodes, args[arg]);
	lock = state_leaf(sv, s, NODE_FRESH, place, site);
	state_write(sv, s, place, lock);
	return lock;
}

/* By all that is known, and released as a spin mutex all the same. */
static bool
is_adaptive(struct solver *sv, node_t lock)
{
	const struct prog_lock *class = lock_class(sv, lock);

	return class != NULL && class->spin == PROG_ADAPTIVE;
}

/*
 * Whether the lock is of the kind that is followed, in this state; where
 * that is the caller's to say, the state is split and *other gets the half
 * in which it is not.
 */
static bool
effect_counts(struct solver *sv, struct state *s, enum rule_spin spin,
    node_t lock, uint32_t site, struct state **other)
{
	enum prog_spin k;
	node_t q;

	bool adaptive = sv->flow->adaptive;

	*other = NULL;
	if (spin == RULE_SPIN && adaptive)
		return lock != 0 && is_adaptive(sv, lock);
	if (spin != RULE_BY_INIT)
		return (spin == RULE_SPIN) != adaptive;
	k = lock_spin(sv, s, lock, site);
	if (k == PROG_SPIN_UNKNOWN) {
		q = node_of_lock(sv->nodes, NODE_LOCKSPIN, lock);
		*other = state_copy(sv, s);
		if (!state_assume(sv, *other, q, adaptive))
			*other = NULL;
		return state_assume(sv, s, q, !adaptive);
	}
	return (k == PROG_SPIN) != adaptive;
}

/* false: no such path. */
static bool
effect_exit(struct solver *sv, struct state *s, const struct rule_effect *e,
    node_t lock, uint32_t site)
{
	node_t before = s->level;
	enum unheld_kind why;

	if (e->lock.all) {
		while (s->nheld > 0 && lock_exit(sv, s, 0, site)) {
			trace_add(sv, s, TRACE_EXIT, site, before, 0);
			before = s->level;
		}
		return true;
	}
	if (lock != 0 && lock_invalid(sv, s, lock))
		return false;
	if (!e->lock.or_any && unheld_why(sv, s, e->spin == RULE_SPIN, lock,
	    &why)) {
		unheld_add(sv, s, why, lock, site);
		return sv->walk == NULL;
	}
	if (!lock_exit(sv, s, lock, site) && !(e->lock.or_any &&
	    lock_exit(sv, s, 0, site))) {
		if (maybe_take(sv, s, lock))
			return true;
		need_add(sv, s, lock, NULL, 0, site, NO_FUNC, false);
		return false;
	}
	trace_add(sv, s, TRACE_EXIT, site, before, lock);
	return true;
}

/* 1, 0, or -1 where both can be; the state is not changed. */
int
rule_test(struct solver *sv, const struct state *s, const struct rule_when *w,
    const node_t *args, uint32_t nargs, node_t ret, node_t *cond)
{
	node_t v;

	*cond = 0;
	if (w->test == RULE_ALWAYS)
		return 1;
	if (w->subject == RULE_RET)
		v = ret;
	else if (w->subject >= 0 && (uint32_t)w->subject < nargs)
		v = args[w->subject];
	else
		return 0;
	switch (w->test) {
	case RULE_ZERO:
		v = node_unary(sv->nodes, IR_OP_NOT, v);
		break;
	case RULE_NONZERO:
		break;
	case RULE_EQ:
		v = node_binary(sv->nodes, IR_OP_EQ, v,
		    node_const(sv->nodes, w->number));
		break;
	case RULE_BITS:
	case RULE_NOBITS:
		v = node_binary(sv->nodes, IR_OP_AND, v,
		    node_const(sv->nodes, w->number));
		if (w->test == RULE_NOBITS)
			v = node_unary(sv->nodes, IR_OP_NOT, v);
		break;
	default:
		break;
	}
	*cond = v;
	return state_truth(sv, s, v);
}

/* Enter a mutex, or try to; false: no such path. */
static bool
enter(struct solver *sv, struct state *s, node_t lock, node_t level,
    uint32_t site, bool tries)
{
	uint32_t n = s->nheld;

	if (tries && lock_has(sv, s, lock))
		return false;
	if (!lock_enter(sv, s, lock, level, site, NO_FUNC))
		return false;
	/* Else it is the caller's, which was released before. */
	if (s->nheld > n) {
		s->held[n].tried = tries;
		if (!tries)
			passed_add(sv, s, lock);
	}
	return true;
}

/* The effects from number i on; splits the state where a test is open. */
static void
rule_effects(struct solver *sv, struct state *s, const struct rule_func *r,
    size_t i, const struct ir_insn *in, const node_t *args, node_t ret,
    uint32_t site, struct state_list *out)
{
	const struct rule_effect *e;
	struct state *other;
	node_t cond, lock, level, before;
	int truth;

	for (; i < r->neffects; i++) {
		e = &r->effects[i];
		truth = rule_test(sv, s, &e->when, args, in->nargs, ret,
		    &cond);
		if (truth < 0) {
			other = state_copy(sv, s);
			if (state_assume(sv, other, cond, false)) {
				trace_add(sv, other, TRACE_BRANCH, site,
				    other->level, 0);
				rule_effects(sv, other, r, i + 1, in, args,
				    ret, site, out);
			}
			if (!state_assume(sv, s, cond, true))
				return;
		} else if (truth == 0)
			continue;
		before = s->level;
		if (sv->flow->adaptive && e->what != RULE_ENTER &&
		    e->what != RULE_EXIT)
			continue;
		switch (e->what) {
		case RULE_RAISE:
			level_check_lost(sv, s, in, site);
			level_raise(sv, s, rule_level(sv, e, args, in), site,
			    in->dst == NULL);
			break;
		case RULE_SET:
			level = rule_level(sv, e, args, in);
			if (level == 0)
				break;
			level_set(sv, s, level, site);
			break;
		case RULE_RESTORE:
			level_restored(sv, s, rule_level(sv, e, args, in), in,
			    site);
			break;
		case RULE_ENTER:
			lock = e->lock.kind == RULE_LOCK_OUT ?
			    lock_pointed_out(sv, s, e->lock.arg, args,
			    in->nargs, site) : rule_lock(sv, &e->lock, args,
			    in->nargs, ret, s);
			if (lock == 0)
				break;
			if (effect_counts(sv, s, e->spin, lock, site,
			    &other)) {
				level = rule_level(sv, e, args, in);
				if (enter(sv, s, lock, level != 0 ? level :
				    lock_level(sv, lock), site,
				    e->when.test != RULE_ALWAYS))
					trace_add(sv, s, TRACE_ENTER, site,
					    before, lock);
				else
					s = NULL;
			}
			if (other != NULL)
				rule_effects(sv, other, r, i + 1, in, args,
				    ret, site, out);
			if (s == NULL)
				return;
			break;
		case RULE_EXIT:
			lock = rule_lock(sv, &e->lock, args, in->nargs, ret,
			    s);
			if (lock == 0 && e->lock.kind != RULE_LOCK_ANY)
				break;
			if (effect_counts(sv, s, lock == 0 ? RULE_SPIN :
			    e->spin, lock, site, &other) &&
			    !effect_exit(sv, s, e, lock, site))
				s = NULL;
			if (other != NULL)
				rule_effects(sv, other, r, i + 1, in, args,
				    ret, site, out);
			if (s == NULL)
				return;
			break;
		case RULE_COUNT:
			flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
			    sv->ir->files[in->loc.file], in->loc.line,
			    "the count of spin mutexes is changed by hand");
			break;
		}
	}
	vec_push(out, s);
}

/* Which levels a primitive is called at, over all that is ever executed. */
static void
note_level(struct solver *sv, const struct state *s,
    const struct ir_insn *in)
{
	struct span **all = &sv->flow->before[sv->func], *l;
	int lo, hi;

	if (*all == NULL) {
		*all = arena_alloc(sv->flow->arena,
		    sv->pf->nsites * sizeof(**all));
		memset(*all, -1, sv->pf->nsites * sizeof(**all));
	}
	l = &(*all)[in->site];
	level_bounds(sv->nodes, s->level, &lo, &hi);
	if (l->lo < 0 || lo < l->lo)
		l->lo = (int8_t)lo;
	if (hi > l->hi)
		l->hi = (int8_t)hi;
}

/*
 * The thread ends here, and nobody releases any more.  The level goes with
 * the thread: the next one on that CPU has its own.
 */
static void
check_end(struct solver *sv, const struct state *s, uint32_t site)
{
	const struct held *h;

	if (s->nheld == 0 || sv->flow->adaptive)
		return;
	h = &s->held[s->nheld - 1];
	if (!h->unsure && h->from == NO_FUNC)
		breach(sv, s, (struct breach){ .kind = BREACH_END,
		    .site = site, .lock = h->lock });
}

void
call_rule(struct solver *sv, struct state *s, const struct rule_func *r,
    const struct ir_insn *in, const node_t *args, node_t ret, uint32_t site,
    struct state_list *out)
{
	struct state_list after = { 0 };
	node_t old = s->level, result;
	size_t i;

	if (r->flags & RULE_ENDS)
		check_end(sv, s, site);
	if (r->flags & RULE_NORETURN)
		return;
	if (r->flags & RULE_SLEEPS)
		s->slept = true;
	if (r->neffects > 0 || (r->flags & RULE_SLEEPS))
		note_level(sv, s, in);
	rule_effects(sv, s, r, 0, in, args, ret, site, &after);
	for (i = 0; i < after.n; i++) {
		s = after.p[i];
		if (r->flags & RULE_SLEEPS)
			state_waited(sv, s, site);
		result = ret;
		if (r->result == RULE_RESULT_OLD && !sv->flow->adaptive) {
			result = old;
			if (in->dst != NULL)
				state_note_save(sv, eval_place(sv, s, in->dst,
				    site), old);
		} else if (r->result == RULE_RESULT_ARG && r->result_arg >= 0 &&
		    (uint32_t)r->result_arg < in->nargs)
			result = args[r->result_arg];
		if (r->saves_to >= 0 && !sv->flow->adaptive &&
		    (uint32_t)r->saves_to < in->nargs)
			state_write(sv, s, node_deref(sv->nodes,
			    args[r->saves_to]), old);
		call_result(sv, s, in, result, site);
		vec_push(out, s);
	}
	vec_free(&after);
}
