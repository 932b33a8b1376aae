/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/html/path.h"

static const char *
keep(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

static bool
is(const struct path_step *s, const char *kind)
{
	return strcmp(s->kind, kind) == 0;
}

/* ---- as the database has it ---- */

struct loading {
	struct paths *paths;
	VEC(struct path_step) steps;
	int witness;
};

static void
close_path(struct loading *l)
{
	struct path *p;

	if (l->paths->all.n == 0)
		return;
	p = &l->paths->all.p[l->paths->all.n - 1];
	p->nsteps = l->steps.n;
	p->steps = arena_alloc(l->paths->arena,
	    (l->steps.n + 1) * sizeof(*p->steps));
	if (l->steps.n > 0)
		memcpy(p->steps, l->steps.p, l->steps.n * sizeof(*p->steps));
	l->steps.n = 0;
}

static int
add_step(void *ctx, const struct store_step *x)
{
	struct loading *l = ctx;
	struct arena *a = l->paths->arena;
	struct path_step s = { .part = PART_WALK, .line = x->line,
	    .col = x->col, .depth = x->depth, .held = x->held };

	if (x->witness != l->witness) {
		struct path p = { .title = keep(a, x->title),
		    .clean = x->clean };

		close_path(l);
		l->witness = x->witness;
		vec_push(&l->paths->all, p);
	}
	s.kind = keep(a, x->kind);
	s.file = keep(a, x->file);
	s.function = keep(a, x->function);
	s.text = keep(a, x->text);
	s.note = keep(a, x->note);
	s.lock = keep(a, x->lock);
	s.before.lo = s.before.hi = x->before;
	s.after.lo = x->lo;
	s.after.hi = x->hi;
	vec_push(&l->steps, s);
	return 0;
}

/* ---- as the page has it ---- */

/* Everything before the last registration tells how the handler is entered. */
static void
find_parts(struct path *p)
{
	size_t reg = p->nsteps;
	bool called = false, other = false;

	for (size_t i = 0; i < p->nsteps; i++)
		if (is(&p->steps[i], "register"))
			reg = i;
	for (size_t i = 0; i < reg && reg < p->nsteps; i++) {
		struct path_step *s = &p->steps[i];

		if (is(s, "register"))
			s->part = PART_WALK;
		else if (is(s, "note"))
			s->part = other ? PART_ALSO : PART_AFTER;
		else if (called) {
			s->part = PART_ALSO;
			other = true;
		} else
			s->part = PART_ENTRY;
		called |= is(s, "call");
	}
}

static void
sort_parts(struct arena *a, struct path *p)
{
	struct path_step *out = arena_alloc(a, (p->nsteps + 1) *
	    sizeof(*out));
	size_t n = 0;

	for (int part = 0; part < NPARTS; part++)
		for (size_t i = 0; i < p->nsteps; i++)
			if ((int)p->steps[i].part == part) {
				out[n] = p->steps[i];
				out[n].number = (int)n + 1;
				n++;
			}
	p->steps = out;
}

/* Is what the call does told by the steps that follow? */
static bool
is_told(const struct path *p, size_t i)
{
	return is(&p->steps[i], "call") && i + 1 < p->nsteps &&
	    p->steps[i + 1].depth > p->steps[i].depth;
}

static void
find_locks(struct path *p)
{
	int held = 0;

	for (size_t i = 0; i < p->nsteps; i++) {
		struct path_step *s = &p->steps[i];

		if (is(s, "lock")) {
			s->taken = s->held > held;
			s->saves = s->taken && s->held == 1;
			s->restores = !s->taken && s->held == 0;
		}
		if (is(s, "lock") || is(s, "return"))
			held = s->held;
	}
}

/*
 * At a return the level of the entry is expected; before, that of the mutex
 * that is held.
 */
static void
find_from(struct path *p)
{
	size_t i;

	for (i = 0; i < p->nsteps; i++)
		if (p->steps[i].part == PART_WALK)
			break;
	p->from = i;
	for (; i < p->nsteps; i++)
		if (is(&p->steps[i], "return"))
			return;
	while (i-- > p->from)
		if (p->steps[i].taken) {
			p->from = i;
			return;
		}
}

static void
find_levels(struct path *p, const struct store_finding *fd)
{
	struct extent at = { 0, 0 };
	bool handler = fd->handler >= 0;

	if (p->nsteps > 0 && p->steps[0].part == PART_ENTRY)
		at.lo = at.hi = -1;
	else if (p->nsteps > 0 && p->steps[0].before.lo >= 0)
		at = p->steps[0].before;
	else if (handler && fd->entry >= 0)
		at.lo = at.hi = fd->entry;
	p->start = at;
	for (size_t i = 0; i < p->nsteps; i++) {
		struct path_step *s = &p->steps[i];

		s->before = at;
		if (s->part < PART_AFTER && !is(s, "note") && !is_told(p, i)) {
			if (s->after.lo >= 0)
				at = s->after;
			else if (is(s, "level") && i + 1 == p->nsteps &&
			    fd->exit >= 0)
				at.lo = at.hi = fd->exit;
		}
		s->after = at;
	}
	p->final = at.lo == at.hi ? at.lo : -1;
	p->expected = fd->entry;
	if (fd->entry < 0 && p->start.lo == p->start.hi)
		p->expected = p->start.lo;
	if (p->clean)
		p->expected = p->final;
	p->symbolic = fd->entry < 0;
	find_from(p);
}

int
paths_load(struct paths *ps, struct store *store,
    const struct store_finding *fd, struct fault *f)
{
	struct loading l = { .paths = ps, .witness = -1 };
	int error;

	memset(ps, 0, sizeof(*ps));
	ps->arena = arena_new();
	error = store_steps(store, fd->id, add_step, &l, f);
	close_path(&l);
	vec_free(&l.steps);
	for (size_t i = 0; i < ps->all.n; i++) {
		find_parts(&ps->all.p[i]);
		sort_parts(ps->arena, &ps->all.p[i]);
		find_locks(&ps->all.p[i]);
		find_levels(&ps->all.p[i], fd);
	}
	return error;
}

void
paths_free(struct paths *ps)
{
	vec_free(&ps->all);
	arena_free(ps->arena);
}

bool
path_same(const struct path_step *a, const struct path_step *b)
{
	return a->line == b->line && a->col == b->col &&
	    strcmp(a->kind, b->kind) == 0 && strcmp(a->file, b->file) == 0 &&
	    strcmp(a->text, b->text) == 0;
}

const char *
path_lock(struct arena *a, const char *lock)
{
	const char *at = strchr(lock, '@'), *end;
	struct buf b = { 0 };
	const char *out;

	end = at != NULL ? strstr(at, "::") : NULL;
	if (end == NULL)
		return lock;
	buf_add(&b, lock, (size_t)(at - lock));
	buf_str(&b, end);
	out = keep(a, b.p);
	buf_free(&b);
	return out;
}
