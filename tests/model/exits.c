/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* All ways in which a function can return. */

#include <string.h>

#include "interp_int.h"
#include "judge_int.h"

#define MAX_RUNS	400		/* of one function at one entry */

static struct known
known_of(const struct run *r, struct value x)
{
	struct known k = { .open = x.open != 0, .v = x.v };
	const struct unknown *u;

	/* Pointers to locks of different classes are different. */
	if (run_lock(r, x) != NULL)
		k.v = run_lock(r, x) - r->program->locks.p;
	if (k.open) {
		u = &r->unknowns.p[x.open - 1];
		k.v = 0;
		k.nnot = u->nnot;
		memcpy(k.not, u->not, sizeof(k.not));
	}
	return k;
}

bool
values_meet(const struct known *a, const struct known *b)
{
	uint32_t i;

	if (a->open && b->open)
		return true;
	if (!a->open && !b->open)
		return a->v == b->v;
	if (b->open)
		return values_meet(b, a);
	for (i = 0; i < a->nnot; i++)
		if (a->not[i] == b->v)
			return false;
	return true;
}

static bool
same_value(const struct known *a, const struct known *b)
{
	return a->open == b->open && a->v == b->v && a->nnot == b->nnot &&
	    memcmp(a->not, b->not, a->nnot * sizeof(a->not[0])) == 0;
}

static bool
same_exit(const struct exit *a, const struct exit *b)
{
	uint32_t i;

	if (a->level != b->level || a->held != b->held ||
	    a->saved != b->saved || a->nocase != b->nocase ||
	    a->marks != b->marks || a->wild != b->wild ||
	    a->escapes != b->escapes || a->called != b->called ||
	    !same_value(&a->ret, &b->ret))
		return false;
	for (i = 0; i < a->nargs; i++)
		if (!same_value(&a->args[i], &b->args[i]))
			return false;
	return true;
}

static unsigned
choose(void *ctx, unsigned n)
{
	struct judge *j = ctx;

	return explore_choose(&j->explore, n);
}

/* After a primitive: is the level below a mutex that is held? */
static bool
after(void *ctx, struct run *r, const struct ir_insn *in)
{
	struct judge *j = ctx;
	int low = r->level;
	size_t i;

	(void)in;
	for (i = 0; i < r->holds.n; i++) {
		if (r->holds.p[i].lock != 0 &&
		    r->holds.p[i].level > r->level)
			j->drops |= bit(r->frame->func);
		if (r->holds.p[i].level > low)
			low = r->holds.p[i].level;
	}
	if (r->held > 0)
		j->holders |= bit(j->root);
	/* Who can interrupt here, and would find a mutex held? */
	if (j->held == 0 && r->held > 0 && low < j->lowest)
		j->lowest = low;
	return true;
}

static bool
leave(void *ctx, struct run *r, struct value ret)
{
	size_t i;

	(void)ret;
	for (i = 0; i < r->holds.n; i++)
		r->holds.p[i].kept |= bit(r->frame->func);
	judge_dispatched(ctx, r);
	return true;
}

struct exit
exit_of(const struct run *r)
{
	struct exit x;
	size_t i;

	memset(&x, 0, sizeof(x));
	x.level = r->level;
	x.held = r->held;
	x.saved = r->held > 0 ? r->saved : r->level;
	x.ret = known_of(r, r->ret);
	x.nargs = r->nargs < 4 ? r->nargs : 4;
	for (i = 0; i < x.nargs; i++)
		x.args[i] = known_of(r, r->args[i]);
	x.marks = r->marks;
	x.wild = r->wild;
	x.nocase = r->nocase != 0 && !r->unknowns.p[r->nocase - 1].bound;
	x.escapes = run_escapes(r);
	for (i = 0; i < r->holds.n; i++) {
		x.holds |= class_bit(r->program, r->holds.p[i].class);
		x.callers += r->holds.p[i].lock == 0;
	}
	for (i = 0; i < r->called.n; i++)
		x.called |= bit(r->called.p[i]);
	return x;
}

void
exits_explore(struct judge *j, func_id f, int level, int held, int saved,
    struct exits *out)
{
	struct driver d = { .ctx = j, .choose = choose, .after = after,
	    .leave = leave, .steps = JUDGE_STEPS,
	    .turns = JUDGE_TURNS };
	struct run r;
	struct exit x;
	size_t i, runs = 0;

	run_init(&r);
	out->n = 0;
	out->whole = true;
	j->root = f;
	j->held = held;
	j->needs = false;
	j->explore.at = j->explore.picks.n = 0;
	do {
		j->tally->runs++;
		if (run_function(&r, j->p, &d, f, level, held, saved) !=
		    RUN_RETURN) {
			out->whole &= r.end != RUN_BOUND;
			for (i = 0; r.again && i < r.called.n; i++)
				j->again |= bit(r.called.p[i]);
			j->needs |= r.unheld;
			continue;
		}
		x = exit_of(&r);
		for (i = 0; i < out->n; i++)
			if (same_exit(&out->p[i], &x))
				break;
		if (i < out->n)
			continue;
		if (out->n == MAX_EXITS) {
			out->whole = false;
			break;
		}
		out->p[out->n++] = x;
	} while (++runs < MAX_RUNS && explore_next(&j->explore));
	if (runs == MAX_RUNS)
		out->whole = false;
	if (!out->whole)
		j->tally->bounded++;
	j->relied |= r.relied;
	j->sought |= r.sought;
	run_free(&r);
}
