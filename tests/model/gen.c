/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gen_int.h"

/* ---- chance ---- */

unsigned
gen_rnd(struct gen_program *g, unsigned n)
{
	uint64_t z = g->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % n);
}

size_t
gen_pick(struct gen_program *g, const unsigned *weights, size_t n,
    size_t stride)
{
	unsigned sum = 0, k;
	size_t i;

#define WEIGHT(i)							\
	(*(const unsigned *)((const char *)weights + (i) * stride))
	for (i = 0; i < n; i++)
		sum += WEIGHT(i);
	k = gen_rnd(g, sum);
	for (i = 0; k >= WEIGHT(i); i++)
		k -= WEIGHT(i);
#undef WEIGHT
	return i;
}

struct stmt *
gen_stmt(struct gen_program *g, enum kind kind)
{
	struct stmt *s = arena_alloc(g->arena, sizeof(*s));

	s->kind = kind;
	return s;
}

struct cond
gen_cond(struct gen_program *g)
{
	struct cond c = { (int)gen_rnd(g, NVARS), (int)gen_rnd(g, 4),
	    1 + (int)gen_rnd(g, 2) };

	return c;
}

struct stmt **
gen_append(struct stmt **at, struct stmt *s)
{
	*at = s;
	while (*at != NULL)
		at = &(*at)->next;
	return at;
}

/* ---- functions for others ---- */

static struct stmt *
exits(struct gen_program *g, int lock, int value)
{
	struct stmt *s = gen_stmt(g, EXIT);

	s->lock = lock;
	s->next = gen_stmt(g, RETURN);
	s->next->value = value;
	return s;
}

/*
 * Calls its handlers, with a mutex held or not, maybe after it has stored
 * their level, and maybe it stores the old one behind the call.
 */
static struct stmt *
dispatcher(struct gen_program *g, const struct func *f)
{
	struct stmt *first = NULL, **at = &first, *s, *in = NULL, **end = &in;
	bool holds = gen_rnd(g, 3) != 0, repairs = gen_rnd(g, 2);

	if (repairs)
		at = gen_append(at, gen_stmt(g, GET_LEVEL));
	if (gen_rnd(g, 2)) {
		end = gen_append(end, s = gen_stmt(g, PUT_LEVEL));
		s->var = -1;
		s->level = (int)gen_rnd(g, 3);
	}
	end = gen_append(end, gen_stmt(g, DISPATCH));
	if (repairs && gen_rnd(g, 2))
		end = gen_append(end, gen_stmt(g, PUT_LEVEL));
	if (gen_rnd(g, 2)) {
		s = gen_stmt(g, TIMES);
		s->value = 1 + (int)gen_rnd(g, 2);
		s->body = in;
		in = s;
	}
	if (holds) {
		s = gen_stmt(g, LOCK);
		s->lock = f->lock;
		s->body = in;
		in = s;
	}
	at = gen_append(at, in);
	if (repairs)
		(void)gen_append(at, gen_stmt(g, PUT_LEVEL));
	return first;
}

static struct stmt *
role_body(struct gen_program *g, struct func *f)
{
	struct stmt *s, *t;

	switch (f->role) {
	case SAVES:
		s = gen_stmt(g, RAISE);
		s->var = f->var == TOKEN_RESULT ? 0 : f->var;
		s->level = f->level;
		s->next = gen_stmt(g, RETURN);
		s->next->value = f->var == TOKEN_RESULT ? 5 : 0;
		return s;
	case RESTORES:
		s = gen_stmt(g, RESTORE);
		s->var = f->var == TOKEN_RESULT ? TOKEN_ARG : f->var;
		return s;
	case TAKES:
	case GIVES:
	case TAKES_ARG:
	case GIVES_ARG:
		s = gen_stmt(g, f->role == TAKES || f->role == TAKES_ARG ?
		    ENTER : EXIT);
		s->lock = f->role == TAKES || f->role == GIVES ? f->lock :
		    LOCK_ARG;
		return s;
	case MAYBE_TAKES:
	case MAYBE_GIVES:
		s = gen_stmt(g, IF);
		s->cond = (struct cond){ VAR_A, 0, 1 };
		s->body = gen_stmt(g, f->role == MAYBE_TAKES ? ENTER : EXIT);
		s->body->lock = f->lock;
		return s;
	case KEEPS:
	case HAS:
	case FINDS:
		s = gen_stmt(g, ENTER);
		s->lock = f->lock;
		t = s->next = gen_stmt(g, IF);
		t->cond = gen_cond(g);
		/* 1 is an error; 0 is no success, and no pointer. */
		t->body = exits(g, f->lock, f->role == KEEPS ? 1 : 0);
		t->next = gen_stmt(g, RETURN);
		t->next->value = f->role == KEEPS ? 0 : f->role == HAS ? 1 :
		    6;
		return s;
	case CALLS_BACK:
		s = gen_stmt(g, BCALL);
		s->callee = -1;
		if (gen_rnd(g, 2)) {
			t = gen_stmt(g, LOCK);
			t->lock = f->lock;
			t->body = s;
			s = t;
		}
		return s;
	case DISPATCHES:
		return dispatcher(g, f);
	default:
		return NULL;
	}
}

static const struct {
	unsigned weight;
	enum role role;
	enum shape shape;
	bool paired;
} roles[] = {
	{ 4, SAVES, PLAIN, true },
	{ 4, TAKES, PLAIN, true },
	{ 4, MAYBE_TAKES, PLAIN, true },
	{ 4, TAKES_ARG, LOCKARG, true },
	{ 3, KEEPS, PLAIN, false },
	{ 3, HAS, PLAIN, false },
	{ 3, FINDS, FINDER, false },
	{ 2, CALLS_BACK, CALLBACK, false },
	{ 3, DISPATCHES, PLAIN, false },
};

/* One function of a role, or two that belong together; how many. */
static int
add_role(struct gen_program *g, struct func *f)
{
	size_t k = gen_pick(g, &roles[0].weight, sizeof(roles) /
	    sizeof(roles[0]), sizeof(roles[0]));

	f->role = roles[k].role;
	f->shape = roles[k].shape;
	f->lock = (int)gen_rnd(g, NLOCKS);
	f->level = (int)gen_rnd(g, NRAISES);
	f->var = -1;
	if (f->role == SAVES) {
		f->lock = -1;
		f->var = TOKEN_MEMBER + (int)gen_rnd(g, 4);
		if (f->var == TOKEN_NONE)
			f->var = TOKEN_RESULT;
	}
	if (!roles[k].paired)
		return 1;
	f[1] = f[0];
	f[1].role = f->role + 1;
	return 2;
}

/* ---- mistakes ---- */

/* false: there is nothing at that place to get wrong in this way. */
typedef bool mistake_fn(struct gen_program *, struct stmt **at);

static void
insert(struct stmt **at, struct stmt *s)
{
	s->next = *at;
	*at = s;
}

static bool
is_section(const struct stmt *s)
{
	return s->kind == PAIR || s->kind == LOCK || s->kind == TRY;
}

static bool
no_release(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = *at;

	(void)g;
	if (is_section(s))
		s->no_end = true;
	else if (s->kind == RESTORE || s->kind == EXIT)
		*at = s->next;
	else
		return false;
	return true;
}

static bool
early_exit(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = gen_stmt(g, IF);

	s->cond = gen_cond(g);
	s->body = gen_stmt(g, gen_rnd(g, 3) ? RETURN : GOTO);
	s->body->value = (int)gen_rnd(g, 4);
	insert(is_section(*at) && gen_rnd(g, 3) ? &(*at)->body : at, s);
	return true;
}

static bool
stray_raise(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = gen_stmt(g, RAISE);

	s->var = (int)gen_rnd(g, TOKEN_NONE + 1);
	s->level = (int)gen_rnd(g, NRAISES);
	insert(at, s);
	return true;
}

static bool
another(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = *at;

	switch (s->kind) {
	case PAIR:
		s->level = (int)gen_rnd(g, NRAISES);
		return true;
	case RESTORE:
	case RAISE:
		s->var = (int)gen_rnd(g, TOKEN_LOCALS);
		return true;
	case ENTER:
	case EXIT:
		s->lock = (int)gen_rnd(g, NLOCKS);
		return true;
	case IF:
		s->cond = gen_cond(g);
		return true;
	case UNWIND:
		s->kind = RETURN;
		return true;
	default:
		return false;
	}
}

static bool
no_test(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = *at;

	(void)g;
	if (s->kind != IF || s->body == NULL || (s->body->kind != RETURN &&
	    s->body->kind != UNWIND && s->body->kind != RESTORE &&
	    s->body->kind != EXIT))
		return false;
	*at = s->next;
	return true;
}

static bool
flag_changes(struct gen_program *g, struct stmt **at)
{
	struct stmt *s = gen_stmt(g, SET);

	s->var = (int)gen_rnd(g, NVARS + 1);
	s->value = (int)gen_rnd(g, 3);
	insert(at, s);
	return true;
}

static const struct {
	unsigned weight;
	mistake_fn *make;
} mistakes[] = {
	{ 4, no_release },
	{ 6, early_exit },
	{ 3, stray_raise },
	{ 5, another },
	{ 2, no_test },
	{ 2, flag_changes },
};

static void
collect(struct stmt **at, struct stmt ***out, size_t *n, size_t max)
{
	for (; *at != NULL; at = &(*at)->next) {
		if (*n < max)
			out[(*n)++] = at;
		collect(&(*at)->body, out, n, max);
		collect(&(*at)->other, out, n, max);
	}
}

static void
mistake(struct gen_program *g)
{
	struct stmt **at[256];
	size_t n = 0, k;
	int f, tries;

	for (f = 0; f < g->nfuncs; f++)
		collect(&g->funcs[f].body, at, &n, 256);
	if (n == 0)
		return;
	k = gen_pick(g, &mistakes[0].weight, sizeof(mistakes) /
	    sizeof(mistakes[0]), sizeof(mistakes[0]));
	for (tries = 0; tries < 20; tries++)
		if (mistakes[k].make(g, at[gen_rnd(g, (unsigned)n)]))
			break;
}

/* ---- programs ---- */

struct gen_program *
gen_new(uint64_t seed)
{
	struct gen_program *g = ecalloc(1, sizeof(*g));
	struct func *f;
	int i, n, others;

	g->arena = arena_new();
	g->state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
	g->sets = gen_rnd(g, 4) == 0;
	g->version = gen_rnd(g, 4) == 0 ? 1099001200 : 699001600;
	n = 2 + (int)gen_rnd(g, 3);
	for (i = 0; i < n; i++)
		g->funcs[i].shape = i == 0 || gen_rnd(g, 4) == 0 ? HANDLER :
		    PLAIN;
	for (others = 2 + (int)gen_rnd(g, 2); others > 0; others--)
		i += add_role(g, &g->funcs[i]);
	g->nfuncs = i;
	g->op = n - 1;
	for (i = 0; i < g->nfuncs; i++) {
		f = &g->funcs[i];
		f->body = f->role != BODY ? role_body(g, f) : gen_body(g, i);
	}
	for (n = (int)gen_rnd(g, 4); n > 0; n--)
		mistake(g);
	return g;
}

void
gen_free(struct gen_program *g)
{
	arena_free(g->arena);
	free(g);
}
