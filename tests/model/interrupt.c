/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Interrupts: while a function holds a spin mutex, any handler above the
 * level of the machine can come in between two instructions, and another one
 * while that one runs.  A dispatcher calls handlers in the same way, from C.
 * In both a handler finds a mutex held that is not its own, and must return
 * at its level.  The code that is interrupted goes on as it was (assumption
 * 6), which is what assembly does to level and count.
 */

#include <string.h>

#include "judge_int.h"

#define MAX_RUNS	60		/* of one function */
#define MAX_INSIDE	2		/* handlers at a time */

bool
has_nested(const struct judge *j, const struct prog_handler *h)
{
	const struct finding *f;
	size_t i, k;

	for (i = 0; i < j->w->results->findings.n; i++) {
		f = &j->w->results->findings.p[i];
		if (f->id != 2)
			continue;
		if (f->handler == h)
			return true;
		for (k = 0; k < f->nothers; k++)
			if (f->others[k] == h)
				return true;
	}
	return false;
}

/* Has it a leak anyway, with none held? */
static bool
leaks_alone(const struct judge *j, const struct prog_handler *h)
{
	const struct handler_result *hr = &j->w->results->handlers.p[h -
	    j->p->handlers.p];

	return hr->exit_max > h->level;
}

/* The handler has returned to where held mutexes are held. */
static void
check_return(struct judge *j, struct run *r, const struct prog_handler *h,
    int held)
{
	struct exit x;

	if (r->held != held || r->level <= h->level || leaks_alone(j, h))
		return;
	j->interrupts |= bit(h->func);
	x = exit_of(r);
	if (!has_nested(j, h))
		judge_leak(j, "interrupt", h->func, &x, NULL);
}

static bool
is_interrupt(const struct judge *j, const struct prog_handler *h)
{
	return h->level >= 0 && h->context->count == RULE_COUNT_INTERRUPTED &&
	    j->p->funcs.p[h->func].ir != NULL;
}

void
judge_dispatched(struct judge *j, struct run *r)
{
	const struct frame *f = r->frame, *up = f->up;
	const struct prog_handler *h;
	size_t i;

	if (up == NULL || f->held == 0 || f->held <= j->held)
		return;
	if (!j->p->funcs.p[up->func].sites[up->ir->blocks[up->block].
	    insns[up->insn - 1].site].indirect)
		return;
	for (i = 0; i < j->p->handlers.n; i++) {
		h = &j->p->handlers.p[i];
		/* Entered above its level, it has nothing to answer for. */
		if (h->func == f->func && is_interrupt(j, h) &&
		    f->level <= h->level)
			check_return(j, r, h, f->held);
	}
}

static unsigned
choose(void *ctx, unsigned n)
{
	struct judge *j = ctx;

	return explore_choose(&j->explore, n);
}

static void
serve(struct judge *j, struct run *r, const struct prog_handler *h)
{
	struct hold holds[16];
	int level = r->level, held = r->held, saved = r->saved;
	size_t n = r->holds.n;
	uint32_t since = r->since;

	memcpy(holds, r->holds.p, n * sizeof(*holds));
	r->level = h->level;
	r->since = r->nframes + 1;
	j->inside++;
	j->served++;
	run_call(r, h->func);
	j->inside--;
	check_return(j, r, h, held);
	r->since = since;
	r->level = level;
	r->held = held;
	r->saved = saved;
	r->holds.n = 0;
	for (size_t i = 0; i < n; i++)
		vec_push(&r->holds, holds[i]);
}

static void
gap(void *ctx, struct run *r)
{
	struct judge *j = ctx;
	const struct prog_handler *h[16];
	unsigned n = 0, k;
	size_t i;

	if (r->held == 0 || r->holds.n > 16 || j->inside == MAX_INSIDE ||
	    j->served == MAX_INSIDE)
		return;
	/* Below a mutex that is held there is IPL006 to be said, no more. */
	for (i = 0; i < r->holds.n; i++)
		if (r->holds.p[i].level > r->level)
			return;
	for (i = 0; i < j->p->handlers.n && n < 16; i++)
		if (is_interrupt(j, &j->p->handlers.p[i]) &&
		    j->p->handlers.p[i].level > r->level)
			h[n++] = &j->p->handlers.p[i];
	if (n == 0)
		return;
	k = run_choose(r, n + 1);
	if (k < n)
		serve(j, r, h[k]);
}

void
judge_interrupted(struct judge *j, func_id f)
{
	struct driver d = { .ctx = j, .choose = choose, .gap = gap,
	    .steps = JUDGE_STEPS,
	    .turns = JUDGE_TURNS };
	struct run r;
	int runs = 0;

	run_init(&r);
	j->root = f;
	j->held = 0;
	j->explore.at = j->explore.picks.n = 0;
	do {
		j->inside = j->served = 0;
		j->tally->runs++;
		(void)run_function(&r, j->p, &d, f, 0, 0, 0);
	} while (++runs < MAX_RUNS && explore_next(&j->explore));
	run_free(&r);
}
