/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What a handler must not get to, whatever it does to the level: a primitive
 * that sleeps (IPL009), and a spin mutex of a level below its own (IPL008).
 * Handlers that get to the same instruction are one finding; the witness is
 * that of the handler with the shortest claim: by direct calls, and of
 * the highest level.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

struct offence {
	int id;
	const struct prog_handler *handler;
	const struct way *way, *end;	/* from the handler, and last */
	const struct prog_lock *lock;		/* IPL008 */
	uint32_t length;
};

struct context {
	struct checker *ck;
	VEC(struct offence) list;
};

static void
offend(struct context *cx, int id, const struct prog_handler *h,
    const struct way *way, const struct prog_lock *lock)
{
	struct offence o = { id, h, way, way, lock, 0 };

	while (o.end->next != NULL) {
		o.end = o.end->next;
		o.length++;
	}
	vec_push(&cx->list, o);
}

/* Same place first, then by how much the claim rests on. */
static int
by_rank(const void *va, const void *vb)
{
	const struct offence *a = va, *b = vb;

	if (a->id != b->id)
		return a->id - b->id;
	if (a->end->func != b->end->func)
		return a->end->func < b->end->func ? -1 : 1;
	if (a->end->site != b->end->site)
		return a->end->site < b->end->site ? -1 : 1;
	if (a->way->indirect != b->way->indirect)
		return a->way->indirect ? 1 : -1;
	if (a->handler->level != b->handler->level)
		return b->handler->level - a->handler->level;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return a->handler < b->handler ? -1 : a->handler > b->handler;
}

/* The last step, which the finding is about. */
static void
path(struct checker *ck, const struct offence *o, struct steps *st)
{
	struct step *s;
	size_t i;

	witness_registration(ck, o->handler, st);
	witness_way(ck, o->way, 0, st);
	for (i = 0; i < st->n; i++)
		st->p[i].before = st->p[i].after = o->handler->level;
	s = &st->p[st->n - 1];
	if (o->id == IPL9)
		s->note = check_fmt(ck, "may sleep, expected not in a handler "
		    "at %s", level_name_of(ck, o->handler->level));
	else
		s->note = check_fmt(ck, "%s taken at %s, expected %s or "
		    "above", o->lock->text, level_name_of(ck, o->lock->hi),
		    level_name_of(ck, o->handler->level));
}

static const char *
message(struct checker *ck, const struct offence *o, const char *callee)
{
	const char *h = func_name_of(ck, o->handler->func);
	const char *f = func_name_of(ck, o->end->func);
	const char *level = level_name_of(ck, o->handler->level);

	if (o->id == IPL8)
		return check_fmt(ck, "%s, registered at %s, takes %s, which "
		    "is at %s", h, level, o->lock->text, level_name_of(ck,
		    o->lock->hi));
	if (o->end == o->way)
		return check_fmt(ck, "%s, registered at %s, may sleep in %s",
		    h, level, callee);
	return check_fmt(ck, "%s, which %s, registered at %s, can call, may "
	    "sleep in %s", f, h, level, callee);
}

static void
report(struct checker *ck, const struct offence *o, size_t n)
{
	const struct program *p = ck->program;
	const struct prog_handler **others;
	const struct ir_insn *in;
	struct steps st = { 0 };
	struct finding *fi;
	const char *callee;
	size_t i;

	in = solver_insn(p->funcs.p[o->end->func].ir, o->end->site);
	callee = in->src->kind == IR_GLOBAL ? name_str(p->names,
	    in->src->name) : "a call";
	fi = finding_add(ck, o->id, o->end->func, o->handler, o->end->site);
	fi->entry = o->handler->level;
	fi->exit = o->lock != NULL ? o->lock->hi : -1;
	fi->message = message(ck, o, callee);
	others = arena_alloc(ck->arena, n * sizeof(*others));
	for (i = 1; i < n; i++)
		others[i - 1] = o[i].handler;
	fi->others = others;
	fi->nothers = n - 1;
	finding_ledger(ck, fi, o->end->func);
	finding_identify(ck, fi, o->lock != NULL ? o->lock->text : callee);
	path(ck, o, &st);
	witness_close(ck, fi, "", &st);
}

void
check_contexts(struct checker *ck)
{
	struct context cx = { .ck = ck };
	const struct prog_handler *h;
	const struct prog_func *pf;
	const struct gets_to *r;
	size_t i, n;

	for (i = 0; i < ck->program->handlers.n; i++) {
		h = &ck->program->handlers.p[i];
		pf = &ck->program->funcs.p[h->func];
		if (h->level <= 0 || h->context->thread || pf->ir == NULL ||
		    pf->rule != NULL)
			continue;
		r = ways_from(ck->flow->ways, h->func, NULL);
		if (r->sleep != NULL)
			offend(&cx, IPL9, h, r->sleep, NULL);
		if (r->low != NULL && r->lock->hi < h->level)
			offend(&cx, IPL8, h, r->low, r->lock);
	}
	if (cx.list.n > 1)
		qsort(cx.list.p, cx.list.n, sizeof(*cx.list.p), by_rank);
	for (i = 0; i < cx.list.n; i += n) {
		for (n = 1; i + n < cx.list.n; n++)
			if (cx.list.p[i + n].id != cx.list.p[i].id ||
			    cx.list.p[i + n].end->func !=
			    cx.list.p[i].end->func ||
			    cx.list.p[i + n].end->site !=
			    cx.list.p[i].end->site)
				break;
		report(ck, &cx.list.p[i], n);
	}
	vec_free(&cx.list);
}
