/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "gen_int.h"

/* Where in a function a statement stands. */
struct place {
	int self, depth;
	enum shape shape;
	unsigned held;			/* locks, bits */
	unsigned busy;			/* tokens in use */
	unsigned fixed;			/* variables that must not change */
	bool loop;
	bool guarded;			/* there is a release to go to */
};

static struct stmt *sequence(struct gen_program *, struct place, int);

/* ---- what is free ---- */

static int
free_token(struct gen_program *g, const struct place *pl)
{
	int k = (int)gen_rnd(g, 10);

	k = k < 7 ? k % TOKEN_LOCALS : k - 4;
	if (k == TOKEN_OUT && pl->shape != PLAIN)
		k = 0;
	return pl->busy >> k & 1 ? -1 : k;
}

static bool
is_free(const struct place *pl, int lock)
{
	unsigned same = lock == LOCK_PTR ? 1u : lock == 0 ? 1u << LOCK_PTR : 0;

	return (pl->held & (1u << lock | same)) == 0;
}

static int
free_lock(struct gen_program *g, const struct place *pl)
{
	int k = (int)gen_rnd(g, NLOCKS);

	return is_free(pl, k) ? k : -1;
}

static bool
bare(const struct place *pl)
{
	return pl->busy == 0 && pl->held == 0;
}

static struct stmt *
conditional(struct gen_program *g, struct cond c, struct stmt *body)
{
	struct stmt *s = gen_stmt(g, IF);

	s->cond = c;
	s->body = body;
	return s;
}

static struct stmt *
set(struct gen_program *g, int var, int value)
{
	struct stmt *s = gen_stmt(g, SET);

	s->var = var;
	s->value = value;
	return s;
}

/* A way out that releases nothing that it must not. */
static struct stmt *
way_out(struct gen_program *g, const struct place *pl)
{
	struct stmt *s;

	if (bare(pl))
		s = gen_stmt(g, gen_rnd(g, 4) != 0 ? RETURN : GOTO);
	else if (pl->guarded && gen_rnd(g, 4) != 0)
		s = gen_stmt(g, UNWIND);
	else
		s = gen_stmt(g, pl->loop ? BREAK : PANIC);
	s->value = (int)gen_rnd(g, 4);
	return s;
}

/* ---- pieces: each NULL if it does not fit ---- */

typedef struct stmt *piece_fn(struct gen_program *, struct place);

static struct stmt *
piece_set(struct gen_program *g, struct place pl)
{
	int var = (int)gen_rnd(g, NVARS);

	return pl.fixed >> var & 1 ? NULL : set(g, var, (int)gen_rnd(g, 4));
}

static struct stmt *
piece_load(struct gen_program *g, struct place pl)
{
	return pl.fixed >> VAR_X & 1 ? NULL : set(g, VAR_X, 3 +
	    (int)gen_rnd(g, 3));
}

static struct stmt *
piece_exit(struct gen_program *g, struct place pl)
{
	return conditional(g, gen_cond(g), way_out(g, &pl));
}

static struct stmt *
piece_if(struct gen_program *g, struct place pl)
{
	struct stmt *s = conditional(g, gen_cond(g), sequence(g, pl, 2));

	s->other = gen_rnd(g, 2) ? sequence(g, pl, 2) : NULL;
	return s;
}

static struct stmt *
piece_switch(struct gen_program *g, struct place pl)
{
	struct stmt *s = gen_stmt(g, SWITCH);

	s->cond = gen_cond(g);
	s->value = (int)gen_rnd(g, 4);	/* 0: the first falls through */
	s->body = sequence(g, pl, 2);
	s->other = sequence(g, pl, 2);
	return s;
}

static struct stmt *
piece_loop(struct gen_program *g, struct place pl)
{
	struct stmt *s = gen_stmt(g, gen_rnd(g, 2) ? LOOP : TIMES);

	s->cond = gen_cond(g);
	s->value = 1 + (int)gen_rnd(g, 2);
	pl.loop = true;
	pl.guarded = false;
	pl.busy |= 1;
	s->body = sequence(g, pl, 2);
	return s;
}

static struct stmt *
piece_pair(struct gen_program *g, struct place pl)
{
	struct stmt *s;
	int k = free_token(g, &pl);

	if (k < 0)
		return NULL;
	s = gen_stmt(g, PAIR);
	s->var = k;
	s->level = (int)gen_rnd(g, NRAISES);
	pl.busy |= 1u << k;
	pl.guarded = true;
	s->body = sequence(g, pl, 3);
	return s;
}

static struct stmt *
piece_lock(struct gen_program *g, struct place pl)
{
	struct stmt *s;
	int k = free_lock(g, &pl);

	if (k < 0)
		return NULL;
	s = gen_stmt(g, gen_rnd(g, 4) == 0 ? TRY : LOCK);
	s->lock = k;
	s->other = s->kind == TRY && gen_rnd(g, 2) ? sequence(g, pl, 1) :
	    NULL;
	pl.held |= 1u << k;
	pl.guarded = true;
	s->body = sequence(g, pl, 3);
	return s;
}

static struct stmt *
piece_drop(struct gen_program *g, struct place pl)
{
	struct stmt *s;
	int k;

	for (k = 0; k < NLOCKS && !(pl.held >> k & 1); )
		k++;
	if (k == NLOCKS)
		return NULL;
	s = gen_stmt(g, DROP);
	s->lock = k;
	pl.held &= ~(1u << k);
	pl.busy |= 1u << TOKEN_NONE;	/* no return inside */
	pl.guarded = false;
	s->body = sequence(g, pl, 2);
	return s;
}

/* Two nested sections whose releases come in the wrong order. */
static struct stmt *
piece_crossed(struct gen_program *g, struct place pl)
{
	struct stmt *first = NULL, **at = &first, *s;
	int k = free_lock(g, &pl), m = free_lock(g, &pl);

	if (k < 0 || m < 0 || k == m || !is_free(&(struct place){
	    .held = 1u << k }, m))
		return NULL;
	at = gen_append(at, s = gen_stmt(g, ENTER));
	s->lock = k;
	at = gen_append(at, s = gen_stmt(g, ENTER));
	s->lock = m;
	pl.held |= 1u << k | 1u << m;
	pl.guarded = false;
	at = gen_append(at, sequence(g, pl, 2));
	at = gen_append(at, s = gen_stmt(g, EXIT));
	s->lock = k;
	(void)gen_append(at, s = gen_stmt(g, EXIT));
	s->lock = m;
	return first;
}

/* Taken and released under the same test. */
static struct stmt *
piece_correlated(struct gen_program *g, struct place pl)
{
	struct stmt *first = NULL, **at = &first, *a, *b;
	struct cond c = gen_cond(g);
	int k = free_lock(g, &pl);
	bool level = gen_rnd(g, 3) == 0 && !(pl.busy & 2);

	if (k < 0)
		return NULL;
	a = gen_stmt(g, level ? RAISE : ENTER);
	b = gen_stmt(g, level ? RESTORE : EXIT);
	a->lock = b->lock = k;
	a->var = b->var = 1;
	a->level = (int)gen_rnd(g, NRAISES);
	if (level)
		pl.busy |= 2;
	else
		pl.held |= 1u << k;
	pl.fixed |= 1u << c.var;
	pl.guarded = false;
	at = gen_append(at, conditional(g, c, a));
	at = gen_append(at, sequence(g, pl, 2));
	(void)gen_append(at, conditional(g, c, b));
	return first;
}

/* Taken in a loop once, and released behind it if it was. */
static struct stmt *
piece_carried(struct gen_program *g, struct place pl)
{
	struct cond is = { VAR_FLAG, 0, 0 }, is_not = { VAR_FLAG, 1, 0 };
	struct stmt *first = NULL, **at = &first, *loop, *s, **in;
	int k = free_lock(g, &pl);

	if (k < 0 || (pl.fixed >> VAR_FLAG & 1))
		return NULL;
	loop = gen_stmt(g, LOOP);
	loop->cond = gen_cond(g);
	s = gen_stmt(g, ENTER);
	s->lock = k;
	s->next = set(g, VAR_FLAG, 1);
	in = gen_append(&loop->body, conditional(g, is_not, s));
	pl.fixed |= 1u << VAR_FLAG;
	pl.held |= 1u << k;
	pl.loop = true;
	pl.guarded = false;
	(void)gen_append(in, sequence(g, pl, 2));
	at = gen_append(at, set(g, VAR_FLAG, 0));
	at = gen_append(at, loop);
	s = gen_stmt(g, EXIT);
	s->lock = k;
	(void)gen_append(at, conditional(g, is, s));
	return first;
}

/* ---- calls ---- */

/* The function that undoes what this one does, or -1. */
static int
partner(const struct gen_program *g, int f)
{
	const struct func *fn = &g->funcs[f];
	int i;

	if (fn->role >= KEEPS)
		return -1;
	for (i = 0; i < g->nfuncs; i++)
		if (g->funcs[i].role == fn->role + 1 &&
		    g->funcs[i].lock == fn->lock && g->funcs[i].var == fn->var)
			return i;
	return -1;
}

/* Put what the caller is given, or what it holds then, into the place. */
static bool
take_for(struct gen_program *g, struct place *pl, const struct func *fn,
    struct stmt *call)
{
	int token = fn->var == TOKEN_RESULT || fn->var == TOKEN_OUT ? 0 :
	    fn->var;

	switch (fn->role) {
	case SAVES:
		if (pl->busy >> token & 1)
			return false;
		pl->busy |= 1u << token;
		call->var = fn->var == TOKEN_RESULT ? VAR_TOKEN : -1;
		return true;
	case TAKES_ARG:
		call->lock = (int)gen_rnd(g, NLOCKS);
		if (!is_free(pl, call->lock))
			return false;
		pl->held |= 1u << call->lock;
		return true;
	default:
		if (!is_free(pl, fn->lock))
			return false;
		pl->held |= 1u << fn->lock;
		call->var = fn->role == FINDS ? VAR_FOUND :
		    fn->role >= KEEPS ? VAR_R : -1;
		return true;
	}
}

static struct stmt *
undo(struct gen_program *g, int f, const struct stmt *call)
{
	const struct func *fn = &g->funcs[f];
	struct stmt *s;
	int p = partner(g, f);

	if (p >= 0 && gen_rnd(g, 8) != 0) {
		s = gen_stmt(g, call->kind);
		s->callee = p;
		s->lock = call->lock;
		s->value = call->value;
		s->var = -1;
		if (fn->role == SAVES && fn->var == TOKEN_RESULT)
			s->value = 4;	/* the first token */
		return s;
	}
	s = gen_stmt(g, fn->role == SAVES ? RESTORE : EXIT);
	s->lock = fn->role == TAKES_ARG ? call->lock : fn->lock;
	s->var = fn->role == FINDS ? VAR_FOUND :
	    fn->var == TOKEN_RESULT || fn->var == TOKEN_OUT ? 0 : fn->var;
	if (fn->role == MAYBE_TAKES && call->value != 1) {
		/* By the same argument. */
		struct cond c = { call->value == 2 ? VAR_A : VAR_X, 0, 0 };

		return call->value == 0 ? NULL : conditional(g, c, s);
	}
	return s;
}

/* Two functions that belong together, around a body. */
static struct stmt *
wrapped(struct gen_program *g, struct place pl, int f)
{
	const struct func *fn = &g->funcs[f];
	struct cond failed = { VAR_R, 0, 0 };
	struct stmt *first = NULL, **at = &first, *s, *t;

	if (fn->role == RESTORES || fn->role == GIVES ||
	    fn->role == MAYBE_GIVES || fn->role == GIVES_ARG ||
	    fn->role == DISPATCHES || fn->role == CALLS_BACK)
		return NULL;
	s = gen_stmt(g, fn->shape == LOCKARG ? LCALL : CALL);
	s->callee = f;
	s->value = (int)gen_rnd(g, 3);
	s->var = -1;
	t = fn->role >= KEEPS ? way_out(g, &pl) : NULL;
	if (!take_for(g, &pl, fn, s))
		return NULL;
	pl.guarded = false;
	if (s->value == 2)
		pl.fixed |= 1u << VAR_A;
	at = gen_append(at, s);
	if (t != NULL && gen_rnd(g, 3) == 0) {
		/* Success is tested, and what it brought is in the branch. */
		failed.op = fn->role == KEEPS ? 1 : 0;
		failed.var = fn->role == FINDS ? VAR_FOUND : VAR_R;
		t = NULL;
		(void)gen_append(gen_append(&t, sequence(g, pl, 2)),
		    undo(g, f, s));
		(void)gen_append(at, conditional(g, failed, t));
		return first;
	}
	if (t != NULL) {
		failed.op = fn->role == KEEPS ? 0 : 1;
		failed.var = fn->role == FINDS ? VAR_FOUND : VAR_R;
		at = gen_append(at, conditional(g, failed, t));
	}
	at = gen_append(at, sequence(g, pl, 2));
	(void)gen_append(at, undo(g, f, s));
	return first;
}

static struct stmt *
piece_call(struct gen_program *g, struct place pl)
{
	struct stmt *s;
	int f = (int)gen_rnd(g, (unsigned)g->nfuncs);

	if (g->funcs[f].role == CALLS_BACK) {
		s = gen_stmt(g, BCALL);
		s->callee = f;
		s->value = (int)gen_rnd(g, 2);
		return g->funcs[s->value].shape == PLAIN ? s : NULL;
	}
	if (g->funcs[f].role != BODY)
		return wrapped(g, pl, f);
	if (g->funcs[f].shape != PLAIN)
		return NULL;
	s = gen_stmt(g, gen_rnd(g, 6) == 0 ? ICALL : CALL);
	s->callee = f;
	s->var = (int)gen_rnd(g, 4) - 1;
	if (s->var >= 0 && (pl.fixed >> (s->var == 0 ? VAR_X : s->var) & 1))
		s->var = -1;
	s->value = (int)gen_rnd(g, 4);
	return s;
}

/* ---- all of them ---- */

#define NFLAT		4	/* so many also where it is deep */

static const struct {
	unsigned weight;
	piece_fn *make;
} pieces[] = {
	{ 5, piece_set },
	{ 6, piece_exit },
	{ 16, piece_call },
	{ 4, piece_load },
	{ 10, piece_if },
	{ 5, piece_switch },
	{ 5, piece_loop },
	{ 10, piece_pair },
	{ 15, piece_lock },
	{ 5, piece_drop },
	{ 3, piece_crossed },
	{ 9, piece_correlated },
	{ 3, piece_carried },
};

static struct stmt *
sequence(struct gen_program *g, struct place pl, int max)
{
	struct stmt *first = NULL, **at = &first;
	int n = (int)gen_rnd(g, (unsigned)max + 1);
	size_t k;

	pl.depth++;
	while (n-- > 0) {
		k = gen_pick(g, &pieces[0].weight, pl.depth > 4 ? NFLAT :
		    sizeof(pieces) / sizeof(pieces[0]), sizeof(pieces[0]));
		at = gen_append(at, pieces[k].make(g, pl));
	}
	return first;
}

struct stmt *
gen_body(struct gen_program *g, int self)
{
	struct place pl = { .self = self, .shape = g->funcs[self].shape };

	return sequence(g, pl, 5);
}
