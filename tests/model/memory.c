/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Values that are made up as they are needed, and the cells they stand in. */

#include "interp_int.h"

/* ---- ends and choices ---- */

void
run_stop(struct run *r, enum run_end end, const char *why)
{
	r->end = end;
	r->why = why;
	longjmp(r->out, 1);
}

void
run_refuse(struct run *r, uint32_t dep)
{
	r->lastdep = dep;
	run_stop(r, RUN_REFUSED, "refused");
}

unsigned
run_choose(struct run *r, unsigned n)
{
	if (n <= 1)
		return 0;
	r->nchoices++;
	return r->driver->choose(r->driver->ctx, n);
}

/* ---- values ---- */

struct value
value_known(int64_t v)
{
	return (struct value){ .v = v };
}

struct value
value_unknown(struct run *r, cell_t from)
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
		x.guess = true;
	}
	return x;
}

struct value
value_bind(struct run *r, struct value x, int64_t v)
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

bool
value_is(struct run *r, struct value x, int64_t v, uint32_t *dep)
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
			(void)value_bind(r, x, v);
		else if (u->nnot == sizeof(u->not) / sizeof(u->not[0]))
			run_stop(r, RUN_BOUND, "too many comparisons");
		else {
			u->not[u->nnot++] = v;
			u->dep = r->nchoices;
		}
		x.dep = r->nchoices;
	}
	*dep = x.dep > *dep ? x.dep : *dep;
	return yes;
}

struct value
value_concrete(struct run *r, struct value x, int64_t near)
{
	int64_t try[128] = { 0, 1, 2, near, near + 1, near - 1 }, ok[128];
	size_t i, j, all = 6;
	unsigned n = 0;

	x = run_now(r, x);
	if (x.open == 0)
		return x;
	for (i = 0; i < r->driver->nvalues && all < 128; i++)
		try[all++] = r->driver->values[i];
	for (i = 0; i < all; i++) {
		for (j = 0; j < i; j++)
			if (try[j] == try[i])
				break;
		if (j == i && !excluded(r, x, try[i]))
			ok[n++] = try[i];
	}
	if (n == 0)
		run_stop(r, RUN_BOUND, "no value left");
	return value_bind(r, x, ok[run_choose(r, n)]);
}

/* ---- cells ---- */

cell_t
cell_add(struct run *r, cell_t up, int kind, int64_t a, int64_t b)
{
	struct cell c = { .up = up, .kind = (uint8_t)kind, .a = a, .b = b };

	c.next = r->cells.p[up].child;
	r->cells.p[up].child = (cell_t)r->cells.n;
	vec_push(&r->cells, c);
	return (cell_t)(r->cells.n - 1);
}

cell_t
cell_at(struct run *r, cell_t up, int kind, int64_t a, int64_t b)
{
	cell_t c;

	for (c = r->cells.p[up].child; c != 0; c = r->cells.p[c].next)
		if (r->cells.p[c].kind == kind && r->cells.p[c].a == a &&
		    r->cells.p[c].b == b)
			return c;
	return cell_add(r, up, kind, a, b);
}

cell_t
cell_follow(struct run *r, struct value x)
{
	cell_t c;

	x = run_now(r, x);
	if (x.open != 0) {
		c = cell_add(r, 0, OBJECT, -(int64_t)r->cells.n, 0);
		(void)value_bind(r, x, ADDRESS + c);
		return c;
	}
	if (x.v == 0)
		run_stop(r, RUN_STUCK, "NULL is followed");
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

struct value
cell_load(struct run *r, cell_t c)
{
	struct cell *p = &r->cells.p[c];

	if (!p->set) {
		p->value = value_unknown(r, c);
		p->set = true;
	} else if ((p->changed && !on_stack(r, p->writer)) ||
	    p->since > r->since)
		r->marks |= MARK_STALE;
	if (p->value.saved && p->writer < r->since) {
		r->marks |= MARK_WILD;
		r->wild = UINT32_MAX;
	}
	return run_now(r, p->value);
}

void
cell_store(struct run *r, cell_t c, struct value x)
{
	struct cell *p = &r->cells.p[c];
	struct value old = run_now(r, p->value), new = run_now(r, x);

	bool other = old.open != new.open || old.v != new.v;

	if (p->set && !is_local(r, c) && new.v < ADDRESS &&
	    (other || on_stack(r, p->writer))) {
		/* What it has changed itself it may write once more. */
		if (other || p->writer != r->frame->id)
			p->changed = other && !new.saved;
	}
	p->value = x;
	p->set = true;
	p->writer = r->frame->id;
	p->since = r->since;
	/* A lock that a call has made is of the classes that flow here. */
	if (x.open != 0 && r->unknowns.p[x.open - 1].from == 0)
		r->unknowns.p[x.open - 1].from = c;
}

void
run_waited(struct run *r)
{
	struct cell *p;
	cell_t c;

	for (c = 1; c < r->cells.n; c++) {
		p = &r->cells.p[c];
		if (p->writer != 0 && !p->value.saved && p->value.open == 0 &&
		    p->value.v < ADDRESS && !is_local(r, c))
			p->set = false;
	}
}

uint32_t
run_escapes(const struct run *r)
{
	uint32_t levels = r->ret.saved ? UINT32_C(1) << r->ret.v : 0;
	cell_t c;

	for (c = 1; c < r->cells.n; c++)
		if (r->cells.p[c].set && r->cells.p[c].value.saved &&
		    !is_local(r, c))
			levels |= UINT32_C(1) << r->cells.p[c].value.v;
	return levels;
}
