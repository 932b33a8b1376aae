/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "world.h"

#define MAX_RUNS	100000
#define MAX_STEPS	100000000	/* instructions, over all runs */

struct walk {
	const struct program *p;
	const struct finding *f;
	const struct witness *w;
	struct explore explore;
	size_t at;			/* the next hop */
	size_t calls[RUN_DEPTH + 2];	/* HOP_CALL by depth + 1 */
	int level, held;		/* before the instruction */
	uint32_t over;
	uint32_t free;			/* frames from this depth on are not in
					   the witness */
	bool done;			/* reached what is claimed */
	struct replay *out;
};

static unsigned
choose(void *ctx, unsigned n)
{
	struct walk *w = ctx;

	return explore_choose(&w->explore, n);
}

/* Why the path was refused; the furthest one is told. */
static bool
refuse(struct walk *w, const struct run *r, const char *why)
{
	const struct frame *f = r->frame;
	const struct ir_func *ir = f->ir;
	const struct ir_insn *in;

	if (w->at >= w->out->reached) {
		w->out->reached = w->at;
		in = &ir->blocks[f->block].insns[f->insn <
		    ir->blocks[f->block].ninsns ? f->insn :
		    ir->blocks[f->block].ninsns - 1];
		snprintf(w->out->text, sizeof(w->out->text),
		    "%s:%u: hop %zu of %zu: %s (level %d, %d held)",
		    name_str(w->p->names, w->p->funcs.p[f->func].name),
		    in->loc.line, w->at, w->w->nhops, why, r->level,
		    r->held);
	}
	return false;
}

/* The next hop, if it is at this instruction. */
static const struct hop *
hop_here(const struct walk *w, const struct frame *f)
{
	const struct hop *h = &w->w->hops[w->at];

	return w->at < w->w->nhops &&
	    h->depth == f->depth && h->func == f->func &&
	    h->site == f->site ? h : NULL;
}

static bool
agrees(struct walk *w, const struct run *r, const struct hop *h)
{
	if (h->lo >= 0 && (r->level < h->lo || r->level > h->hi))
		return refuse(w, r, "another level");
	if (r->held != h->held)
		return refuse(w, r, "another count");
	return true;
}

static bool
is_end(const struct walk *w, const struct frame *f)
{
	return w->at == w->w->nhops && f->depth == 0 &&
	    f->site == w->f->site && w->f->id != 2;
}

/* A finding at an instruction: is what it says so? */
static bool
claim(struct walk *w, struct run *r)
{
	if (w->f->id == 6 && w->f->exit >= 0 && (r->level > w->f->exit ||
	    r->held == 0))
		return refuse(w, r, "the level is not below the mutex");
	if (w->f->id == 3 && r->held == 0)
		return refuse(w, r, "no mutex is held");
	w->done = true;
	return false;
}

static bool
before(void *ctx, struct run *r, const struct ir_insn *in)
{
	struct walk *w = ctx;

	/* An instruction that the engine could not follow at all. */
	if (is_end(w, r->frame) && w->f->id != 6 && in->kind != IR_RET)
		return claim(w, r);
	if (r->frame->depth < w->free) {
		w->level = r->level;
		w->held = r->held;
	}
	return true;
}

static bool
has_rule(const struct walk *w, const struct run *r, const struct ir_insn *in)
{
	const struct prog_site *s;

	s = &w->p->funcs.p[r->frame->func].sites[in->site];
	return s->ntargets > 0 && w->p->funcs.p[s->targets[0]].rule != NULL;
}

/* Do as the hop says that a call does which it does not show. */
static bool
believe(struct walk *w, struct run *r, const struct hop *h)
{
	struct hold hold = { 0, h->lo, r->level, NULL, 0 };

	if (h->lo != h->hi)
		return false;
	r->level = h->lo;
	for (; r->held < h->held; r->held++)
		vec_push(&r->holds, hold);
	for (; r->held > h->held && r->holds.n > 0; r->held--)
		r->holds.n--;
	w->level = r->level;
	w->held = r->held;
	return true;
}

/* A short function that gives back a pointer may say which lock it is. */
static bool
is_getter(const struct walk *w, const struct prog_site *s)
{
	const struct prog_func *pf = &w->p->funcs.p[s->targets[0]];

	return s->ntargets == 1 && pf->ir != NULL && pf->ir->nblocks <= 4 &&
	    *name_str(w->p->names, pf->ir->sig) == 'p';
}

static bool
over(void *ctx, struct run *r, const struct ir_insn *in)
{
	struct walk *w = ctx;
	const struct hop *h = hop_here(w, r->frame);
	const struct prog_site *s;

	s = &w->p->funcs.p[r->frame->func].sites[in->site];
	if (h != NULL && h->kind == HOP_CALL && h->inside) {
		w->calls[r->frame->depth + 1] = w->at++;
		return false;
	}
	if (has_rule(w, r, in) || (h != NULL && h->kind == HOP_PRIMITIVE))
		return false;
	if (s->ntargets == 0 || w->p->funcs.p[s->targets[0]].ir == NULL)
		return true;
	if (h == NULL && is_getter(w, s)) {
		if (w->free > r->frame->depth + 1)
			w->free = r->frame->depth + 1;
		return false;
	}
	if (h != NULL && h->kind == HOP_CALL) {
		w->at++;
		(void)believe(w, r, h);
	}
	w->over++;
	return true;
}

static bool
after(void *ctx, struct run *r, const struct ir_insn *in)
{
	struct walk *w = ctx;
	const struct hop *h, *last = NULL;

	if (r->frame->depth >= w->free)
		return true;
	w->free = UINT32_MAX;
	if (is_end(w, r->frame))
		return claim(w, r);
	if (in->kind == IR_CALL && !has_rule(w, r, in) &&
	    w->calls[r->frame->depth + 1] != SIZE_MAX) {
		last = &w->w->hops[w->calls[r->frame->depth + 1]];
		w->calls[r->frame->depth + 1] = SIZE_MAX;
		return agrees(w, r, last);
	}
	while ((h = hop_here(w, r->frame)) != NULL &&
	    (h->kind == HOP_PRIMITIVE || (h->kind == HOP_BRANCH &&
	    h->target == IR_NONE))) {
		last = h;
		w->at++;
	}
	if (last != NULL)
		return agrees(w, r, last);
	if ((r->level != w->level || r->held != w->held))
		return refuse(w, r, "the witness does not have this step");
	return true;
}

static bool
branch(void *ctx, struct run *r, const struct ir_insn *in, uint32_t target,
    uint32_t dep)
{
	struct walk *w = ctx;
	const struct hop *h;

	(void)dep;
	if (in->kind == IR_GOTO || r->frame->depth >= w->free)
		return true;
	h = hop_here(w, r->frame);
	if (h == NULL || h->kind != HOP_BRANCH)
		return refuse(w, r, "the witness is elsewhere");
	if (h->target != target)
		return refuse(w, r, "the branch goes the other way");
	w->at++;
	return true;
}

static uint32_t
changed(void *ctx, struct run *r, const struct ir_insn *in)
{
	const struct walk *w = ctx;
	const struct hop *h = hop_here(w, r->frame);

	(void)in;
	return h != NULL && h->kind == HOP_BRANCH && h->changed ? h->target :
	    IR_NONE;
}

static bool
leave(void *ctx, struct run *r, struct value ret)
{
	struct walk *w = ctx;
	const struct hop *h = hop_here(w, r->frame);

	(void)ret;
	if (r->frame->depth >= w->free)
		return true;
	if (h == NULL || h->kind != HOP_RETURN)
		return refuse(w, r, "the witness does not return");
	w->at++;
	if (!agrees(w, r, h))
		return false;
	if (r->frame->depth > 0)
		return true;
	if (w->at < w->w->nhops)
		return refuse(w, r, "returns too early");
	if ((w->f->id == 1 || w->f->id == 2 || w->f->id == 12) &&
	    w->f->exit >= 0 && r->held == w->w->held &&
	    r->level != (w->w->clean ? w->f->entry : w->f->exit))
		return refuse(w, r, "returns at another level");
	w->done = true;
	return true;
}

static void
search(struct walk *w, const struct driver *d, struct run *r)
{
	struct replay *out = w->out;
	uint64_t runs = 0, steps = 0;
	bool more;
	size_t i;

	w->explore.at = w->explore.picks.n = 0;
	do {
		w->at = 0;
		w->over = 0;
		w->free = UINT32_MAX;
		w->done = false;
		for (i = 0; i < RUN_DEPTH + 2; i++)
			w->calls[i] = SIZE_MAX;
		out->runs++;
		r->marks = 0;
		run_function(r, w->p, d, w->w->func, w->w->entry, w->w->held,
		    0);
		if (w->done)
			return;
		out->wild |= (r->marks & MARK_WILD) != 0;
		if (r->end != RUN_REFUSED && w->at >= out->reached) {
			out->reached = w->at;
			snprintf(out->text, sizeof(out->text),
			    "hop %zu of %zu: %s", w->at, w->w->nhops, r->why);
		}
		/* What was not looked at cannot be the reason. */
		more = r->end == RUN_REFUSED ? explore_back(&w->explore,
		    r->lastdep) : explore_next(&w->explore);
		steps += r->nsteps;
	} while (++runs < MAX_RUNS && steps < MAX_STEPS && more);
}

void
replay_witness(const struct program *p, const struct finding *f,
    const struct witness *wi, struct replay *out)
{
	struct walk w = { .p = p, .f = f, .w = wi, .out = out };
	struct driver d = { .ctx = &w, .choose = choose, .before = before,
	    .over = over, .branch = branch, .changed = changed,
	    .after = after, .leave = leave,
	    .wide = true, .refuses = true, .values = wi->values,
	    .nvalues = wi->nvalues, .steps = MAX_STEPS };
	struct run r;

	memset(out, 0, sizeof(*out));
	out->nhops = wi->nhops;
	run_init(&r);
	search(&w, &d, &r);
	out->ok = w.done;
	out->over = w.over;
	vec_free(&w.explore.picks);
	run_free(&r);
}

/* ---- all of them ---- */

/* Advice and the ways of handlers have steps, and no path to walk. */
static bool
has_path(const struct finding *f)
{

	return f->id != 8 && f->id != 9 && f->id != 10;
}

static void
talk(const struct program *p, const struct finding *f, const char *how,
    const struct replay *re)
{
	if (getenv("IPLINT_MODEL_REPLAY") == NULL)
		return;
	printf("%s IPL%03d %s:%u %s: %s (%u over, %llu runs) %s\n", how,
	    f->id, name_str(p->names, f->file), f->line, name_str(p->names,
	    p->funcs.p[f->func].name), f->message, re->over,
	    (unsigned long long)re->runs, re->ok ? "" : re->text);
}

static void
fail(struct judgement *out, const char *what, const struct finding *f,
    const char *why)
{
	if (out->what != NULL && strcmp(out->what, "path") != 0)
		return;
	out->what = what;
	snprintf(out->text, sizeof(out->text), "IPL%03d %s: %s", f->id,
	    f->message, why);
}

static void
judge_witness(const struct program *p, const struct finding *f,
    const struct witness *w, struct judgement *out, struct tally *tally)
{
	struct replay re = { .ok = true };

	if (w->nhops == 0 && !has_path(f))
		return;
	if (!w->proven) {
		tally->unproven[f->id & 15]++;
		talk(p, f, "LOST", &re);
		fail(out, "path", f, "no path was found in time");
		return;
	}
	replay_witness(p, f, w, &re);
	tally->witnesses[f->id & 15]++;
	tally->replayed[f->id & 15] += re.ok;
	tally->over += re.over;
	talk(p, f, re.ok ? "ok  " : "FAIL", &re);
	tally->wild += !re.ok && re.wild;
	if (!re.ok && !re.wild)
		fail(out, "replay", f, re.text);
}

/* The path of a handler that shares the finding: it has levels of its own. */
static void
judge_member(const struct program *p, const struct finding *f, size_t i,
    struct judgement *out, struct tally *tally)
{
	struct finding own = *f;

	own.func = f->others[i]->func;
	own.handler = f->others[i];
	own.entry = f->paths[i].entry;
	own.exit = f->paths[i].exit;
	judge_witness(p, &own, &f->paths[i], out, tally);
	tally->members++;
}

void
results_judge(const struct program *p, const struct results *res,
    struct judgement *out, struct tally *tally)
{
	const struct finding *f;
	size_t i, k;

	for (i = 0; i < res->findings.n; i++) {
		f = &res->findings.p[i];
		for (k = 0; k < f->nwitnesses; k++)
			judge_witness(p, f, &f->witnesses[k], out, tally);
		for (k = 0; f->paths != NULL && k < f->nothers; k++)
			judge_member(p, f, k, out, tally);
	}
}
