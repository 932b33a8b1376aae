/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "interp.h"

#define ADDRESS		((int64_t)1 << 40)	/* of a cell */
#define FUNCTION	((int64_t)1 << 41)
#define STRING		((int64_t)1 << 42)

enum { OBJECT, FIELD, INDEX, GLOBAL, LOCAL, FRAME };	/* cell.kind */

/* ---- ends, choices, unknowns ---- */

static void stop(struct run *, enum run_end, const char *) NORETURN;
static void
stop(struct run *r, enum run_end end, const char *why)
{
	r->end = end;
	r->why = why;
	longjmp(r->out, 1);
}

void
run_refuse(struct run *r, uint32_t dep)
{
	r->lastdep = dep;
	stop(r, RUN_REFUSED, "refused");
}

unsigned
run_choose(struct run *r, unsigned n)
{
	if (n <= 1)
		return 0;
	r->nchoices++;
	return r->driver->choose(r->driver->ctx, n);
}

static struct value
known(int64_t v)
{
	return (struct value){ .v = v };
}

static struct value
unknown(struct run *r, cell_t from)
{
	struct unknown u = { .from = from };

	vec_push(&r->unknowns, u);
	return (struct value){ .open = (uint32_t)r->unknowns.n };
}

struct value
run_now(const struct run *r, struct value x)
{
	const struct unknown *u;

	if (x.open == 0)
		return x;
	u = &r->unknowns.p[x.open - 1];
	x.dep = u->dep > x.dep ? u->dep : x.dep;
	if (u->bound) {
		x.v = u->v;
		x.open = 0;
	}
	return x;
}

static struct value
bind(struct run *r, struct value x, int64_t v)
{
	struct unknown *u = &r->unknowns.p[x.open - 1];

	u->bound = true;
	u->v = v;
	u->dep = r->nchoices;
	return run_now(r, x);
}

static bool
excluded(const struct run *r, struct value x, int64_t v)
{
	const struct unknown *u = &r->unknowns.p[x.open - 1];
	uint32_t i;

	for (i = 0; i < u->nnot; i++)
		if (u->not[i] == v)
			return true;
	return false;
}

/* Is the value this number?  An unknown is now, or never will be. */
static bool
is(struct run *r, struct value x, int64_t v, uint32_t *dep)
{
	struct unknown *u;
	bool yes;

	x = run_now(r, x);
	if (x.open == 0)
		yes = x.v == v;
	else if (excluded(r, x, v))
		yes = false;
	else {
		u = &r->unknowns.p[x.open - 1];
		yes = run_choose(r, 2) != 0;
		if (yes)
			(void)bind(r, x, v);
		else if (u->nnot == sizeof(u->not) / sizeof(u->not[0]))
			stop(r, RUN_BOUND, "too many comparisons");
		else {
			u->not[u->nnot++] = v;
			u->dep = r->nchoices;
		}
		x.dep = r->nchoices;
	}
	*dep = x.dep > *dep ? x.dep : *dep;
	return yes;
}

/* A number for whatever it is; near is one that it will be held against. */
static struct value
concrete(struct run *r, struct value x, int64_t near)
{
	int64_t try[] = { 0, 1, 2, near, near + 1, near - 1 }, ok[6];
	size_t i, j;
	unsigned n = 0;

	x = run_now(r, x);
	if (x.open == 0)
		return x;
	for (i = 0; i < sizeof(try) / sizeof(try[0]); i++) {
		for (j = 0; j < i; j++)
			if (try[j] == try[i])
				break;
		if (j == i && !excluded(r, x, try[i]))
			ok[n++] = try[i];
	}
	if (n == 0)
		stop(r, RUN_BOUND, "no value left");
	return bind(r, x, ok[run_choose(r, n)]);
}

/* ---- memory ---- */

static cell_t
cell_add(struct run *r, cell_t up, int kind, int64_t a, int64_t b)
{
	struct cell c = { .up = up, .kind = (uint8_t)kind, .a = a, .b = b };

	c.next = r->cells.p[up].child;
	r->cells.p[up].child = (cell_t)r->cells.n;
	vec_push(&r->cells, c);
	return (cell_t)(r->cells.n - 1);
}

static cell_t
cell_at(struct run *r, cell_t up, int kind, int64_t a, int64_t b)
{
	cell_t c;

	for (c = r->cells.p[up].child; c != 0; c = r->cells.p[c].next)
		if (r->cells.p[c].kind == kind && r->cells.p[c].a == a &&
		    r->cells.p[c].b == b)
			return c;
	return cell_add(r, up, kind, a, b);
}

/* What a pointer points to.  Two that were not compared are not equal. */
static cell_t
follow(struct run *r, struct value x)
{
	cell_t c;

	x = run_now(r, x);
	if (x.open != 0) {
		c = cell_add(r, 0, OBJECT, -(int64_t)r->cells.n, 0);
		(void)bind(r, x, ADDRESS + c);
		return c;
	}
	if (x.v == 0)
		stop(r, RUN_STUCK, "NULL is followed");
	if (x.v >= ADDRESS && x.v < ADDRESS + (int64_t)r->cells.n)
		return (cell_t)(x.v - ADDRESS);
	return cell_at(r, 0, OBJECT, x.v, 0);
}

static bool
is_local(const struct run *r, cell_t c)
{
	while (c != 0 && r->cells.p[c].kind != LOCAL)
		c = r->cells.p[c].up;
	return c != 0;
}

static bool
on_stack(const struct run *r, uint32_t id)
{
	const struct frame *f;

	for (f = r->frame; f != NULL; f = f->up)
		if (f->id == id)
			return true;
	return false;
}

static struct value
load(struct run *r, cell_t c)
{
	struct cell *p = &r->cells.p[c];

	if (!p->set) {
		p->value = unknown(r, c);
		p->set = true;
	} else if (p->writer != 0 && !is_local(r, c) && !p->value.saved &&
	    p->value.v < ADDRESS && !on_stack(r, p->writer))
		r->marks |= MARK_STALE;
	return run_now(r, p->value);
}

static void
store(struct run *r, cell_t c, struct value x)
{
	struct cell *p = &r->cells.p[c];

	p->value = x;
	p->set = true;
	p->writer = r->frame->id;
	/* A lock that a call has made is of the classes that flow here. */
	if (x.open != 0 && r->unknowns.p[x.open - 1].from == 0)
		r->unknowns.p[x.open - 1].from = c;
}

/* ---- expressions ---- */

static struct value eval(struct run *, const struct ir_expr *);

static cell_t
place(struct run *r, const struct ir_expr *e)
{
	cell_t up;

	switch (e->kind) {
	case IR_LOCAL:
		return cell_at(r, r->frame->locals, LOCAL, e->local, 0);
	case IR_GLOBAL:
		return cell_at(r, 0, GLOBAL, e->name,
		    program_key_global(r->program, r->frame->func, e->name));
	case IR_FIELD:
		up = place(r, e->a);
		return cell_at(r, up, FIELD, e->record, e->name);
	case IR_INDEX:
		up = place(r, e->a);
		return cell_at(r, up, INDEX, concrete(r, eval(r, e->b),
		    0).v, 0);
	case IR_DEREF:
		return follow(r, eval(r, e->a));
	default:
		bug("place of kind %d", e->kind);
	}
}

static bool
truth(struct run *r, struct value x, uint32_t *dep)
{
	return !is(r, x, 0, dep);
}

static struct value
equal(struct run *r, struct value x, struct value y)
{
	struct value t = { .dep = 0 };

	x = run_now(r, x);
	y = run_now(r, y);
	t.dep = x.dep > y.dep ? x.dep : y.dep;
	if (x.open != 0 && x.open == y.open)
		t.v = 1;
	else if (x.open == 0)
		t.v = is(r, y, x.v, &t.dep);
	else {
		if (y.open != 0)
			y = concrete(r, y, 0);
		t.v = is(r, x, y.v, &t.dep);
	}
	return t;
}

static int64_t
arithmetic(struct run *r, enum ir_op op, int64_t x, int64_t y)
{
	uint64_t a = (uint64_t)x, b = (uint64_t)y;

	switch (op) {
	case IR_OP_ADD:
		return (int64_t)(a + b);
	case IR_OP_SUB:
		return (int64_t)(a - b);
	case IR_OP_MUL:
		return (int64_t)(a * b);
	case IR_OP_DIV:
	case IR_OP_REM:
		if (y == 0)
			stop(r, RUN_STUCK, "division by zero");
		if (y == -1)
			return op == IR_OP_DIV ? (int64_t)(0 - a) : 0;
		return op == IR_OP_DIV ? x / y : x % y;
	case IR_OP_AND:
		return x & y;
	case IR_OP_OR:
		return x | y;
	case IR_OP_XOR:
		return x ^ y;
	case IR_OP_SHL:
		return b < 64 ? (int64_t)(a << b) : 0;
	case IR_OP_SHR:
		return b < 64 ? (int64_t)(a >> b) : 0;
	case IR_OP_LT:
		return x < y;
	case IR_OP_LE:
		return x <= y;
	case IR_OP_GT:
		return x > y;
	case IR_OP_GE:
		return x >= y;
	default:
		bug("operator %d", op);
	}
}

static struct value
binary(struct run *r, const struct ir_expr *e)
{
	struct value x = eval(r, e->a), y = eval(r, e->b), z;

	if (e->op == IR_OP_EQ || e->op == IR_OP_NE) {
		z = equal(r, x, y);
		z.v ^= e->op == IR_OP_NE;
		return z;
	}
	x = run_now(r, x);
	y = concrete(r, y, x.open == 0 ? x.v : 0);
	x = concrete(r, x, y.v);
	z = known(arithmetic(r, e->op, x.v, y.v));
	/* &a[k] + n is &a[k + n]. */
	if ((e->op == IR_OP_ADD || e->op == IR_OP_SUB) && x.v >= ADDRESS &&
	    x.v < ADDRESS + (int64_t)r->cells.n && y.v < ADDRESS) {
		const struct cell c = r->cells.p[x.v - ADDRESS];
		int64_t n = e->op == IR_OP_SUB ? -y.v : y.v;

		if (c.kind == INDEX)
			z.v = ADDRESS + cell_at(r, c.up, INDEX, c.a + n, 0);
	}
	z.dep = x.dep > y.dep ? x.dep : y.dep;
	return z;
}

static struct value
eval(struct run *r, const struct ir_expr *e)
{
	const struct rule_place *mp;
	struct value x;
	func_id f;

	switch (e->kind) {
	case IR_CONST:
		return known(e->value);
	case IR_STR:
		return known(STRING + e->name);
	case IR_OPAQUE:
		return unknown(r, 0);
	case IR_ADDR:
		if (e->a->kind == IR_GLOBAL) {
			f = program_callee(r->program, r->frame->func,
			    e->a->name);
			if (f != NO_FUNC)
				return known(FUNCTION + f);
		}
		return known(ADDRESS + place(r, e->a));
	case IR_UNARY:
		x = eval(r, e->a);
		if (e->op == IR_OP_NOT) {
			x.v = !truth(r, x, &x.dep);
			x.open = 0;
			x.saved = false;
			return x;
		}
		x = concrete(r, x, 0);
		x.v = e->op == IR_OP_NEG ? (int64_t)(0 - (uint64_t)x.v) :
		    ~x.v;
		return x;
	case IR_BINARY:
		return binary(r, e);
	case IR_FIELD:
		mp = rules_place(r->program->rules, e->record, e->name);
		if (mp != NULL && mp->kind == RULE_PLACE_LEVEL) {
			x = known(r->level);
			x.saved = true;
			return x;
		}
		return load(r, place(r, e));
	default:
		return load(r, place(r, e));
	}
}

/* ---- the machine ---- */

static void
set_level(struct run *r, int level)
{
	r->level = level;
	r->peak = level > r->peak ? level : r->peak;
}

/* splx(): lower only, or set, as the port has it. */
static void
restore(struct run *r, int level)
{
	if (r->program->port->restore_sets || level < r->level)
		set_level(r, level);
}

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

/* The lock that a pointer points to, and its class or NULL. */
static cell_t
find_lock(struct run *r, struct value x, const struct prog_lock **class)
{
	const struct prog_lock *const *set;
	cell_t from = 0, c;
	size_t n = 0;
	key_id key;

	x = run_now(r, x);
	if (x.open != 0)
		from = r->unknowns.p[x.open - 1].from;
	c = follow(r, x);
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

static bool
spins(struct run *r, enum rule_spin rule, const struct prog_lock *class)
{
	if (rule != RULE_BY_INIT)
		return rule == RULE_SPIN;
	if (class != NULL && class->spin == PROG_SPIN)
		return true;
	if (class != NULL && class->spin == PROG_ADAPTIVE)
		return false;
	r->marks |= MARK_NOLOCK;
	return false;
}

static void
enter(struct run *r, cell_t lock, int level, const struct prog_lock *class)
{
	struct hold h = { lock, level, r->level, class, false };
	size_t i;

	for (i = 0; i < r->holds.n; i++)
		if (r->holds.p[i].lock == lock)
			stop(r, RUN_STUCK, "a spin mutex is taken twice");
	if (r->held++ == 0)
		r->saved = r->level;
	vec_push(&r->holds, h);
	if (level > r->level)
		set_level(r, level);
}

/* lock 0: whichever was taken last. */
static void
leave(struct run *r, cell_t lock, bool or_any)
{
	size_t i, found = r->holds.n;
	int old;

	for (i = 0; i < r->holds.n; i++)
		if (lock == 0 || r->holds.p[i].lock == lock)
			found = i;
	for (i = 0; found == r->holds.n && i < r->holds.n; i++)
		if (or_any || r->holds.p[i].lock == 0)
			found = i;	/* any; or the caller's */
	r->unheld = found == r->holds.n;
	if (r->unheld)
		stop(r, RUN_STUCK, "releases what nobody holds");
	old = r->holds.p[found].old;
	if (r->holds.p[found].class != NULL)
		r->released |= UINT64_C(1) << (r->holds.p[found].class -
		    r->program->locks.p) % 64;
	memmove(&r->holds.p[found], &r->holds.p[found + 1],
	    (r->holds.n - found - 1) * sizeof(*r->holds.p));
	r->holds.n--;
	r->held--;
	if (r->program->rules->save == RULE_SAVE_LOCK)
		restore(r, old);
	else if (r->held == 0)
		restore(r, r->saved);
}

/* ---- rules ---- */

struct call {
	const struct ir_insn *insn;
	struct value args[16], ret;
	uint32_t nargs;
};

static int
level_of(struct run *r, const struct call *c, const struct rule_value *v)
{
	struct value x;
	int k = -1;

	if (v->kind == RULE_VALUE_CONST)
		return (int)v->number;
	if (v->kind == RULE_VALUE_LEVEL)
		return program_level(r->program, v->level);
	if (v->kind != RULE_VALUE_ARG || (uint32_t)v->arg >= c->nargs)
		return k;
	x = run_now(r, c->args[v->arg]);
	if (!x.saved && x.open != 0)
		r->marks |= MARK_WILD;
	x = concrete(r, x, r->level);
	return x.v < 0 || x.v > program_level_max(r->program) ? -1 :
	    (int)x.v;
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
		return !truth(r, x, &dep);
	case RULE_NONZERO:
		return truth(r, x, &dep);
	case RULE_EQ:
		return is(r, x, w->number, &dep);
	default:
		x = concrete(r, x, w->number);
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
		cell_t at = follow(r, x);

		if (l->kind == RULE_LOCK_FIELD)
			at = cell_at(r, at, FIELD, l->record, l->field);
		/* The member may be the lock, or point to it. */
		if (program_lock(r->program, cell_key(r, at)) != NULL &&
		    !r->cells.p[at].set) {
			*class = program_lock(r->program, cell_key(r, at));
			return at;
		}
		x = load(r, at);
	}
	return find_lock(r, x, class);
}

static void
effect(struct run *r, struct call *c, const struct rule_effect *e)
{
	const struct prog_lock *class;
	cell_t lock;
	int k;

	switch (e->what) {
	case RULE_RAISE:
		k = level_of(r, c, &e->level);
		if (k < 0)
			stop(r, RUN_STUCK, "raises to no level");
		if (k > r->level)
			set_level(r, k);
		if (c->insn->dst == NULL)
			r->marks |= MARK_UNSAVED;
		break;
	case RULE_SET:
	case RULE_RESTORE:
		k = level_of(r, c, &e->level);
		if (k < 0)
			stop(r, RUN_STUCK, "restores no level");
		if (e->what == RULE_SET)
			set_level(r, k);
		else
			restore(r, k);
		break;
	case RULE_ENTER:
		lock = rule_lock(r, c, &e->lock, &class);
		if (!spins(r, e->spin, class))
			break;
		k = level_of(r, c, &e->level);
		if (k < 0 && class != NULL && class->lo >= 0)
			k = class->lo + (int)run_choose(r,
			    (unsigned)(class->hi - class->lo) + 1);
		if (k < 0) {
			r->marks |= MARK_NOLOCK;
			k = 0;
		}
		enter(r, lock, k, class);
		break;
	case RULE_EXIT:
		lock = rule_lock(r, c, &e->lock, &class);
		while (e->lock.all && r->held > 0)
			leave(r, 0, true);
		if (!e->lock.all && (lock == 0 || spins(r, e->spin, class)))
			leave(r, lock, e->lock.or_any);
		break;
	case RULE_COUNT:
		r->held -= (int)e->level.number;
		break;
	}
}

static void
primitive(struct run *r, struct call *c, const struct rule_func *rule)
{
	struct value old = known(r->level);
	size_t i;

	if (rule->flags & RULE_NORETURN)
		stop(r, RUN_STUCK, "does not return");
	old.saved = true;
	for (i = 0; i < rule->neffects; i++)
		if (happens(r, c, &rule->effects[i].when))
			effect(r, c, &rule->effects[i]);
	if (rule->saves_to >= 0 && (uint32_t)rule->saves_to < c->nargs)
		store(r, follow(r, c->args[rule->saves_to]), old);
	if (rule->result == RULE_RESULT_OLD)
		c->ret = old;
	else if (rule->result == RULE_RESULT_ARG &&
	    (uint32_t)rule->result_arg < c->nargs)
		c->ret = c->args[rule->result_arg];
}

/* ---- calls ---- */

static struct value body(struct run *, func_id, const struct value *,
    uint32_t);

/* Nobody knows what it does; it may write where its arguments point. */
static void
foreign(struct run *r, struct call *c)
{
	struct value x;
	uint32_t i;

	for (i = 0; i < c->nargs; i++) {
		x = run_now(r, c->args[i]);
		if (x.open == 0 && x.v >= ADDRESS &&
		    x.v < ADDRESS + (int64_t)r->cells.n &&
		    r->cells.p[x.v - ADDRESS].kind == LOCAL &&
		    !r->cells.p[x.v - ADDRESS].value.saved)
			r->cells.p[x.v - ADDRESS].set = false;
	}
}

static func_id
target(struct run *r, const struct ir_insn *in)
{
	const struct prog_site *s;
	struct value x;
	uint32_t i;
	func_id f;

	s = &r->program->funcs.p[r->frame->func].sites[in->site];
	if (!s->indirect)
		return program_callee(r->program, r->frame->func,
		    in->src->name);
	x = run_now(r, eval(r, in->src));
	if (x.open != 0) {
		if (s->ntargets == 0)
			return NO_FUNC;
		f = s->targets[run_choose(r, s->ntargets)];
		(void)bind(r, x, FUNCTION + f);
		return f;
	}
	if (x.v < FUNCTION || x.v >= FUNCTION +
	    (int64_t)r->program->funcs.n)
		stop(r, RUN_STUCK, "calls what is no function");
	f = (func_id)(x.v - FUNCTION);
	for (i = 0; i < s->ntargets; i++)
		if (s->targets[i] == f)
			return f;
	r->marks |= MARK_UNLINKED;
	return f;
}

static void
call(struct run *r, const struct ir_insn *in)
{
	const struct driver *d = r->driver;
	const struct prog_func *pf;
	struct call c = { .insn = in };
	func_id f;
	bool over;

	for (; c.nargs < in->nargs && c.nargs < 16; c.nargs++)
		c.args[c.nargs] = eval(r, in->args[c.nargs]);
	c.ret = unknown(r, 0);
	over = d->over != NULL && d->over(d->ctx, r, in);
	f = over ? NO_FUNC : target(r, in);
	pf = f != NO_FUNC ? &r->program->funcs.p[f] : NULL;
	if (pf != NULL && pf->rule != NULL)
		primitive(r, &c, pf->rule);
	else if (pf != NULL && pf->flags & PROG_NORETURN)
		stop(r, RUN_STUCK, "does not return");
	else if (pf != NULL && pf->ir != NULL)
		c.ret = body(r, f, c.args, c.nargs);
	else
		foreign(r, &c);
	if (in->dst != NULL)
		store(r, place(r, in->dst), c.ret);
	if (d->after != NULL && !d->after(d->ctx, r, in))
		run_refuse(r, r->nchoices);
}

/* ---- functions ---- */

static void
assign(struct run *r, const struct ir_insn *in)
{
	const struct rule_place *mp = in->dst->kind != IR_FIELD ? NULL :
	    rules_place(r->program->rules, in->dst->record, in->dst->name);
	struct value x = eval(r, in->src);

	if (mp != NULL) {
		x = concrete(r, x, r->level);
		if (mp->kind == RULE_PLACE_COUNT)
			r->held = -(int)x.v;
		else if (x.v < 0 || x.v > program_level_max(r->program))
			stop(r, RUN_STUCK, "stores no level");
		else
			set_level(r, (int)x.v);
		if (r->driver->after != NULL &&
		    !r->driver->after(r->driver->ctx, r, in))
			run_refuse(r, r->nchoices);
		return;
	}
	store(r, place(r, in->dst), x);
}

static void
jump(struct run *r, const struct ir_insn *in, uint32_t to, uint32_t dep)
{
	const struct driver *d = r->driver;

	if (d->branch != NULL && !d->branch(d->ctx, r, in, to, dep))
		run_refuse(r, dep);
	r->frame->block = to;
	r->frame->insn = 0;
}

static void
choose_case(struct run *r, const struct ir_insn *in)
{
	struct value x = eval(r, in->src);
	uint32_t i, dep = 0;

	for (i = 0; i < in->nargs; i++) {
		const struct ir_case *c = &in->cases[i];
		bool yes;

		if (c->lo == c->hi)
			yes = is(r, x, c->lo, &dep);
		else {
			x = concrete(r, x, c->lo);
			dep = x.dep;
			yes = x.v >= c->lo && x.v <= c->hi;
		}
		if (yes) {
			jump(r, in, c->target, dep);
			return;
		}
	}
	jump(r, in, in->target[0], dep);
}

/* One instruction; false: the function returns *ret. */
static bool
step(struct run *r, const struct ir_insn *in, struct value *ret)
{
	struct value x;
	uint32_t i, dep = 0;
	bool yes;

	switch (in->kind) {
	case IR_ASSIGN:
		assign(r, in);
		return true;
	case IR_CALL:
		call(r, in);
		return true;
	case IR_ASM:
		for (i = 0; i < in->nargs; i++)
			store(r, place(r, in->args[i]), unknown(r, 0));
		return true;
	case IR_GOTO:
		jump(r, in, in->target[0], 0);
		return true;
	case IR_BRANCH:
		x = eval(r, in->src);
		yes = truth(r, x, &dep);
		jump(r, in, in->target[yes ? 0 : 1], dep);
		return true;
	case IR_SWITCH:
		choose_case(r, in);
		return true;
	case IR_RET:
		*ret = in->src != NULL ? eval(r, in->src) : known(0);
		return false;
	default:
		stop(r, RUN_STUCK, "does not get here");
	}
}

static void
note_called(struct run *r, func_id f)
{
	size_t i;

	for (i = 0; i < r->called.n; i++)
		if (r->called.p[i] == f)
			return;
	vec_push(&r->called, f);
}

static uint32_t
site_of(const struct frame *f)
{
	uint32_t b, n = f->insn;

	for (b = 0; b < f->block; b++)
		n += f->ir->blocks[b].ninsns;
	return n;
}

static struct value
body(struct run *r, func_id func, const struct value *args, uint32_t nargs)
{
	const struct driver *d = r->driver;
	struct frame f = { .up = r->frame, .func = func };
	const struct ir_insn *in;
	struct value ret;
	uint32_t i;
	int level, held;

	f.ir = r->program->funcs.p[func].ir;
	f.id = ++r->nframes;
	f.depth = f.up != NULL ? f.up->depth + 1 : 0;
	if (f.depth > RUN_DEPTH)
		stop(r, RUN_BOUND, "too many calls");
	f.locals = cell_add(r, 0, FRAME, f.id, 0);
	r->frame = &f;
	note_called(r, func);
	for (i = 0; i < f.ir->nparams && i < nargs; i++)
		store(r, cell_at(r, f.locals, LOCAL, i, 0), args[i]);
	for (;;) {
		in = &f.ir->blocks[f.block].insns[f.insn++];
		f.insn--;
		f.site = site_of(&f);
		if (++r->nsteps > (d->steps != 0 ? d->steps : RUN_STEPS))
			stop(r, RUN_BOUND, "too many steps");
		if (d->before != NULL && !d->before(d->ctx, r, in))
			run_refuse(r, r->nchoices);
		level = r->level;
		held = r->held;
		if (in->kind < IR_FIRST_TERM)
			f.insn++;
		if (!step(r, in, &ret))
			break;
		if (d->gap != NULL && (r->level != level || r->held != held))
			d->gap(d->ctx, r);
	}
	if (d->leave != NULL && !d->leave(d->ctx, r, ret))
		run_refuse(r, r->nchoices);
	r->frame = f.up;
	return ret;
}

void
run_call(struct run *r, func_id func)
{
	struct value args[16];
	uint32_t i;

	for (i = 0; i < r->program->funcs.p[func].ir->nparams && i < 16; i++)
		args[i] = unknown(r, 0);
	(void)body(r, func, args, i);
}

void
run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
}

void
run_free(struct run *r)
{
	vec_free(&r->holds);
	vec_free(&r->cells);
	vec_free(&r->unknowns);
	vec_free(&r->called);
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

/* Is a saved level left where others can find it? */
bool
run_escapes(const struct run *r)
{
	cell_t c;

	for (c = 1; c < r->cells.n; c++)
		if (r->cells.p[c].set && r->cells.p[c].value.saved &&
		    !is_local(r, c))
			return true;
	return r->ret.saved;
}

enum run_end
run_function(struct run *r, const struct program *p, const struct driver *d,
    func_id func, int level, int held, int saved)
{
	struct cell root = { .up = 0 };
	struct hold callers = { 0, level, saved, NULL, false };
	int i;

	r->holds.n = r->cells.n = r->unknowns.n = r->called.n = 0;
	vec_push(&r->cells, root);
	r->program = p;
	r->driver = d;
	r->level = r->peak = level;
	r->held = held;
	r->saved = saved;
	for (i = 0; i < held; i++)
		vec_push(&r->holds, callers);
	r->frame = NULL;
	r->nframes = r->nchoices = r->nsteps = r->lastdep = r->marks = 0;
	r->why = "";
	r->unheld = false;
	r->nargs = p->funcs.p[func].ir->nparams;
	if (r->nargs > 16)
		r->nargs = 16;
	for (i = 0; i < (int)r->nargs; i++)
		r->args[i] = unknown(r, 0);
	if (setjmp(r->out) == 0) {
		r->ret = body(r, func, r->args, r->nargs);
		r->end = RUN_RETURN;
	}
	r->ret = run_now(r, r->ret);
	for (i = 0; i < (int)r->nargs; i++)
		r->args[i] = run_now(r, r->args[i]);
	return r->end;
}
