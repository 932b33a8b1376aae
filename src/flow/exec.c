/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Abstract execution of one instruction: expressions become nodes, rules
 * move the machine, calls apply the summaries of what they can reach.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

static void
list_add(struct state_list *l, struct state *s)
{
	vec_push(l, s);
}

void
trace_add(struct solver *sv, struct state *s, enum trace_kind kind,
    uint32_t site, node_t before, node_t lock)
{
	struct trace *t;

	if (!sv->tracing)
		return;
	t = arena_alloc(sv->arena, sizeof(*t));
	t->prev = s->trace;
	t->kind = kind;
	t->site = site;
	t->before = before;
	t->after = s->level;
	t->lock = lock;
	t->held = state_count(s);
	t->callee = NO_FUNC;
	t->target = IR_NONE;
	t->at = s->at;
	s->trace = t;
}

/* ---- expressions ---- */

static node_t
global_place(struct solver *sv, name_t name)
{
	return node_global(sv->nodes, name,
	    program_key_global(sv->flow->program, sv->func, name));
}

/* What the machine's own member holds: the level can be read like a field. */
static const struct rule_place *
machine_place(struct solver *sv, const struct ir_expr *e)
{
	if (e->kind != IR_FIELD)
		return NULL;
	return rules_place(sv->flow->program->rules, e->record, e->name);
}

/* Does the value come from memory that others can write meanwhile? */
static bool
from_memory(const struct solver *sv, node_t v)
{
	const struct node *p = node_get(sv->nodes, v);

	return p->kind == NODE_INIT &&
	    node_get(sv->nodes, p->a)->kind != NODE_LOCAL;
}

/*
 * A single path that follows NULL ends there.  If the pointer is a member
 * that was NULL before, a call that was not gone into may have set it.
 */
static void
assume_followed(struct solver *sv, struct state *s, node_t pointer)
{
	struct fact f = { pointer, true, INT64_MIN, INT64_MAX };

	if (state_truth(sv, s, pointer) != 0 && state_narrow(sv, s, &f))
		return;
	if (from_memory(sv, pointer))
		walk_give_up(sv);
	s->dead = true;
}

node_t
exec_place(struct solver *sv, struct state *s, const struct ir_expr *e,
    uint32_t site)
{
	node_t value;

	switch (e->kind) {
	case IR_LOCAL:
		if (s->at != NULL)
			return node_frame_local(sv->nodes, e->local,
			    e->local < sv->ir->nparams, s->at->id,
			    sv->func);
		return node_local(sv->nodes, e->local,
		    e->local < sv->ir->nparams);
	case IR_GLOBAL:
		return global_place(sv, e->name);
	case IR_FIELD:
		return node_field(sv->nodes, exec_place(sv, s, e->a, site),
		    e->record, e->name);
	case IR_DEREF:
		value = exec_eval(sv, s, e->a, site);
		if (s->at != NULL)
			assume_followed(sv, s, value);
		return node_deref(sv->nodes, value);
	case IR_INDEX:
		return node_index(sv->nodes, exec_place(sv, s, e->a, site),
		    exec_eval(sv, s, e->b, site));
	default:
		bug("place of kind %d", e->kind);
	}
}

/* What was read through is not NULL. */
static void
assume_pointer(struct solver *sv, struct state *s, node_t place)
{
	struct fact f = { 0, true, INT64_MIN, INT64_MAX };
	const struct node *p = node_get(sv->nodes, place);

	while (p->kind == NODE_FIELD || p->kind == NODE_INDEX)
		p = node_get(sv->nodes, p->a);
	if (p->kind != NODE_DEREF)
		return;
	f.value = p->a;
	(void)state_narrow(sv, s, &f);
}

node_t
exec_eval(struct solver *sv, struct state *s, const struct ir_expr *e,
    uint32_t site)
{
	const struct rule_place *mp;
	node_t place;

	switch (e->kind) {
	case IR_CONST:
		return node_const(sv->nodes, e->value);
	case IR_STR:
		return node_leaf(sv->nodes, NODE_STR, 0, e->name);
	case IR_ADDR:
		return node_addr(sv->nodes, exec_place(sv, s, e->a, site));
	case IR_UNARY:
		return node_unary(sv->nodes, e->op,
		    exec_eval(sv, s, e->a, site));
	case IR_BINARY:
		return node_binary(sv->nodes, e->op,
		    exec_eval(sv, s, e->a, site),
		    exec_eval(sv, s, e->b, site));
	case IR_OPAQUE:
		if (s->at != NULL)
			return state_leaf(sv, s, NODE_FRESH, 0, site);
		return node_leaf(sv->nodes, NODE_FRESH, 0, site);
	default:
		mp = machine_place(sv, e);
		if (mp != NULL && mp->kind == RULE_PLACE_LEVEL)
			return s->level;
		place = exec_place(sv, s, e, site);
		if (sv->gives_pointer || s->nheld > 0)
			assume_pointer(sv, s, place);
		return state_read(sv, s, place);
	}
}

/* ---- effects ---- */

/*
 * A number as a level: where numbers run the other way, what is not known to
 * have been a level is turned round.
 */
static node_t
numbered(struct solver *sv, node_t v)
{
	int flip = program_level_flip(sv->flow->program);

	if (flip == 0 || (node_get(sv->nodes, v)->flags & NODE_TOKEN) != 0)
		return v;
	return node_binary(sv->nodes, IR_OP_SUB, node_const(sv->nodes, flip),
	    v);
}

static node_t
rule_level(struct solver *sv, const struct rule_effect *e, const node_t *args,
    const struct ir_insn *in)
{
	const struct rule_value *v = &e->level;
	int k;

	switch (v->kind) {
	case RULE_VALUE_CONST:
		return numbered(sv, node_const(sv->nodes, v->number));
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
		return numbered(sv, args[v->arg]);
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
		need_add(sv, s, lock, NULL, site, NO_FUNC, false);
		return false;
	}
	trace_add(sv, s, TRACE_EXIT, site, before, lock);
	return true;
}

/* 1, 0, or -1 where both can be; the state is not changed. */
static int
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
				if (lock_enter(sv, s, lock, level != 0 ?
				    level : lock_level(sv, lock), site,
				    NO_FUNC))
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
	list_add(out, s);
}

void
call_result(struct solver *sv, struct state *s, const struct ir_insn *in,
    node_t value, uint32_t site)
{
	if (in->dst != NULL)
		state_write(sv, s, exec_place(sv, s, in->dst, site), value);
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

static void
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
				state_note_save(sv, exec_place(sv, s, in->dst,
				    site), old);
		} else if (r->result == RULE_RESULT_ARG && r->result_arg >= 0 &&
		    (uint32_t)r->result_arg < in->nargs)
			result = args[r->result_arg];
		if (r->saves_to >= 0 && !sv->flow->adaptive &&
		    (uint32_t)r->saves_to < in->nargs)
			state_write(sv, s, node_deref(sv->nodes,
			    args[r->saves_to]), old);
		call_result(sv, s, in, result, site);
		list_add(out, s);
	}
	vec_free(&after);
}

/* A call of something that does nothing to the machine. */
void
call_neutral(struct solver *sv, struct state *s, const struct ir_insn *in,
    const node_t *args, node_t ret, uint32_t site, struct state_list *out)
{
	const struct node *p;
	node_t old, place;
	uint32_t i;

	for (i = 0; i < in->nargs; i++) {
		p = node_get(sv->nodes, args[i]);
		if (p->kind != NODE_ADDR || !(p->flags & NODE_INNER))
			continue;
		place = p->a;
		old = state_read(sv, s, place);
		if (!state_saved(sv, s, old) &&
		    node_get(sv->nodes, place)->kind == NODE_LOCAL)
			state_write(sv, s, place, s->at != NULL ?
			    state_leaf(sv, s, NODE_FRESH, place, site) :
			    node_leaf(sv->nodes, NODE_FRESH, place, site));
	}
	call_result(sv, s, in, ret, site);
	list_add(out, s);
}

/* The same of a function that gives a known range of values. */
static void
call_ranged(struct solver *sv, struct state *s, const struct ir_insn *in,
    const struct summary *sum, const node_t *args, node_t ret, uint32_t site,
    struct state_list *out)
{
	struct fact f;

	call_neutral(sv, s, in, args, ret, site, out);
	if (in->dst == NULL || sum->nseen == 0)
		return;
	f = sum->outcomes[0].result;
	f.value = ret;
	(void)state_narrow(sv, s, &f);
}

void
call_one(struct solver *sv, struct state *s, const struct ir_insn *in,
    func_id callee, const node_t *args, node_t ret, uint32_t site,
    struct state_list *out)
{
	const struct program *p = sv->flow->program;
	const struct prog_func *pf = &p->funcs.p[callee];
	const struct summary *sum;
	int mode;

	if (pf->rule != NULL) {
		call_rule(sv, s, pf->rule, in, args, ret, site, out);
		return;
	}
	if (pf->flags & PROG_NORETURN)
		return;
	if (pf->ir == NULL) {
		ledger_extern(sv->flow, sv->func, callee);
		call_neutral(sv, s, in, args, ret, site, out);
		return;
	}
	if (sv->walk != NULL) {
		if (sv->inlines && walk_enter(sv, s, in, callee, args, site,
		    false))
			return;
	} else if (s->nheld > 0 || s->nmaybe > 0)
		entered_add(sv, s, callee);
	sum = summary_for(sv, s, site, callee, args, in->nargs, &mode);
	if (sum->neutral) {
		level_peak(sv, s, s->level);
		level_peak(sv, s, sum->peak);
		if (sum->nseen == 1 && sum->outcomes[0].ret != 0)
			summary_apply(sv, s, in, site, callee, mode, sum,
			    args, in->nargs, out);
		else {
			s->slept = s->slept || sum->sleeps;
			blame_call(sv, s, sum, callee, mode);
			call_ranged(sv, s, in, sum, args, ret, site, out);
		}
		return;
	}
	summary_needs(sv, s, site, callee, sum, args, in->nargs);
	summary_apply(sv, s, in, site, callee, mode, sum, args, in->nargs,
	    out);
}

/* Is the wait given a lock to give up meanwhile? */
static bool
gives_up(const struct solver *sv, const struct rule_func *r,
    const struct ir_insn *in, const node_t *args)
{
	int64_t k;

	return r->drops >= 0 && r->drops < in->nargs &&
	    !(node_is_const(sv->nodes, args[r->drops], &k) && k == 0);
}

/* With a spin mutex held nobody may sleep, but where he gives it up. */
static void
check_sleep(struct solver *sv, const struct state *s,
    const struct ir_insn *in, func_id callee, const node_t *args,
    uint32_t site)
{
	const struct prog_func *pf = &sv->flow->program->funcs.p[callee];
	const struct rule_func *r = pf->rule;
	const struct held *h = &s->held[s->nheld - 1];
	struct way_args known = { .bits = { 0 } };
	const struct gets_to *to;
	uint32_t i;
	size_t e;

	/* What a callee has taken, another may release. */
	if (h->from != NO_FUNC)
		return;
	if (r != NULL) {
		for (e = 0; e < r->neffects; e++)
			if (r->effects[e].what == RULE_EXIT)
				return;
		if (!(r->flags & RULE_SLEEPS) || (gives_up(sv, r, in, args) &&
		    s->nheld == 1))
			return;
		breach(sv, s, (struct breach){ .kind = BREACH_SLEEP,
		    .site = site, .lock = h->lock });
		return;
	}
	if (pf->ir == NULL || flow_summary(sv->flow, callee, 0)->nneeds > 0)
		return;
	for (i = 0; i < in->nargs && i < WAY_ARGS; i++)
		if (node_is_const(sv->nodes, args[i], &known.value[i]))
			known.bits[i] = UINT64_MAX;
	/* What the wait gives up may be what is held here. */
	to = ways_from(sv->flow->ways, callee, &known);
	if (to->firm != NULL)
		breach(sv, s, (struct breach){ .kind = BREACH_SLEEP,
		    .site = site, .lock = h->lock, .way = to->firm });
}

/* Does a rule say that what this call gives back is not NULL? */
static bool
is_never_null(struct solver *sv, const struct state *s, func_id callee,
    const node_t *args, uint32_t nargs)
{
	const struct program *p = sv->flow->program;
	const struct rule_never_null *n = NULL;
	name_t name = p->funcs.p[callee].name;
	node_t cond;

	if (!(p->funcs.p[callee].flags & PROG_NEVER_NULL))
		return false;
	while ((n = rules_never_null(p->rules, name, p->version, n)) != NULL)
		if (rule_test(sv, s, &n->when, args, nargs, 0, &cond) == 1 &&
		    (n->unless.test == RULE_ALWAYS || rule_test(sv, s,
		    &n->unless, args, nargs, 0, &cond) == 0))
			return true;
	return false;
}

/* Of the states from number i on, those whose result can be other than 0. */
static void
without_null(struct solver *sv, const struct ir_insn *in, uint32_t site,
    struct state_list *out, size_t i)
{
	struct fact f = { 0, true, INT64_MIN, INT64_MAX };
	struct state *s;
	size_t n = i;

	for (; i < out->n; i++) {
		s = out->p[i];
		f.value = state_read(sv, s, exec_place(sv, s, in->dst, site));
		if (state_narrow(sv, s, &f))
			out->p[n++] = s;
	}
	out->n = n;
}

static void
exec_call(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, struct state_list *out)
{
	const struct program *p = sv->flow->program;
	const struct prog_site *cs = &sv->pf->sites[in->site];
	node_t stack[16], *args = stack, ret;
	uint32_t i;
	func_id f;
	bool never_null;

	if (sv->probe != NULL)
		sv->probe(sv->probe_ctx, sv, s, in, site);
	if (in->nargs > 16)
		args = arena_alloc(sv->arena, in->nargs * sizeof(*args));
	for (i = 0; i < in->nargs; i++)
		args[i] = exec_eval(sv, s, in->args[i], site);
	ret = state_leaf(sv, s, NODE_RET, 0, site);
	if (cs->ntargets == 0) {
		if (!cs->indirect) {
			f = program_callee(p, sv->func, in->src->name);
			if (f != NO_FUNC)
				bug("call without its target");
		} else
			s->ngone = 0;
		call_neutral(sv, s, in, args, ret, site, out);
		return;
	}
	if (cs->ntargets == 1) {
		if (s->nheld > 0)
			check_sleep(sv, s, in, cs->targets[0], args, site);
		never_null = in->dst != NULL && is_never_null(sv, s,
		    cs->targets[0], args, in->nargs);
		i = (uint32_t)out->n;
		call_one(sv, s, in, cs->targets[0], args, ret, site, out);
		if (never_null)
			without_null(sv, in, site, out, i);
		return;
	}
	if (sv->walk != NULL && (f = walk_wants(sv, s, site)) != NO_FUNC &&
	    walk_enter(sv, s, in, f, args, site, true))
		return;
	call_targets(sv, s, in, cs, args, ret, site, out);
}

/* ---- instructions ---- */

static void
exec_assign(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	const struct rule_place *mp = machine_place(sv, in->dst);
	node_t place, value;

	if (in->src->kind == IR_OPAQUE)
		value = state_leaf(sv, s, NODE_FRESH, 0, site);
	else
		value = exec_eval(sv, s, in->src, site);
	if (mp != NULL && sv->flow->adaptive)
		return;
	if (mp != NULL && mp->kind == RULE_PLACE_LEVEL) {
		level_set(sv, s, in->src->kind == IR_CONST ? numbered(sv,
		    value) : value, site);
		return;
	}
	if (mp != NULL && mp->kind == RULE_PLACE_COUNT) {
		flow_ledger(sv->flow, sv->func, LEDGER_LEVEL,
		    sv->ir->files[in->loc.file], in->loc.line,
		    "the count of spin mutexes is changed by hand");
		return;
	}
	place = exec_place(sv, s, in->dst, site);
	state_write(sv, s, place, value);
}

static void
exec_asm(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site)
{
	uint32_t i;
	node_t place;

	for (i = 0; i < in->nargs; i++) {
		place = exec_place(sv, s, in->args[i], site);
		state_write(sv, s, place, s->at != NULL ?
		    state_leaf(sv, s, NODE_FRESH, place, site) :
		    node_leaf(sv->nodes, NODE_FRESH, place, site));
	}
	flow_ledger(sv->flow, sv->func, LEDGER_ASM,
	    sv->ir->files[in->loc.file], in->loc.line, "asm \"%.40s\"",
	    name_str(sv->flow->program->names, in->name));
}

void
exec_insn(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, struct state_list *out)
{
	switch (in->kind) {
	case IR_ASSIGN:
		exec_assign(sv, s, in, site);
		list_add(out, s);
		break;
	case IR_ASM:
		exec_asm(sv, s, in, site);
		list_add(out, s);
		break;
	case IR_CALL:
		exec_call(sv, s, in, site, out);
		break;
	default:
		bug("instruction of kind %d inside a block", in->kind);
	}
}
