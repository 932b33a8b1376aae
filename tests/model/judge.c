/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Property 1: the engine misses no leak that the model sees.
 *
 *	handler		returns above its level, or with a spin mutex held
 *	function	two paths with equal arguments that return the same
 *			leave different levels, or different counts
 *	nested		a handler entered with a spin mutex held returns
 *			above the level that the engine gives as the highest
 *	proof		and that is possible, but there is no IPL002
 *	interrupt	the same, seen: code that holds a mutex was interrupted,
 *			or a dispatcher called, and the handler returned
 *			above its level (interrupt.c)
 *
 * A leak counts as found if a function on its path has a finding.  It is
 * excused by an entry of the ledger in such a function, or by an assumption
 * that the run has left (docs/assumptions.md); both are counted.
 *
 * Property 2: which findings does a run of the model show?  Those of a
 * function are confirmed if it has a leak itself, whoever is blamed; a mutex
 * that is kept (IPL003) also if the result tells, for its callers may not ask.
 */

#include <stdlib.h>
#include <string.h>

#include "judge_int.h"
#include "replay.h"

/* ---- excuses ---- */

/* Does the ledger name a reason in one of these functions? */
static bool
in_ledger(const struct judge *j, uint64_t called)
{
	const struct ledger_entry *e;
	func_id f;
	uint32_t i;

	for (i = 0; i < ledger_count(j->w->ledger); i++) {
		e = ledger_get(j->w->ledger, i);
		switch (e->kind) {
		case LEDGER_BUDGET:
		case LEDGER_POINTER:
		case LEDGER_WIDE:
		case LEDGER_LOCK:
		case LEDGER_LEVEL:
			break;
		default:
			continue;
		}
		for (f = 0; f < j->p->funcs.n; f++)
			if ((called & bit(f)) &&
			    j->p->funcs.p[f].name == e->func)
				return true;
	}
	return false;
}

/* Is it where nobody has saved that it should be? */
static bool
is_wild(const struct exit *x)
{

	return (x->marks & MARK_WILD) && ((x->wild >> x->saved |
	    x->wild >> x->level) & 1);
}

/*
 * Has one of the runs left an assumption without which the engine would see
 * the leak?  Restoring what nobody has saved moves the level and no count;
 * a token that is stored can only bring back the level that it is, for all
 * that come this way.
 */
static bool
excused(const struct exit *a, const struct exit *b, bool count,
    enum excuse *why)
{
	unsigned marks = a->marks | (b != NULL ? b->marks : 0);

	if (marks & MARK_STALE)
		*why = EXCUSE_CHANGED;
	else if (count && a->nocase)
		*why = EXCUSE_NOCASE;
	else if (count)
		return false;
	else if (is_wild(a) || (b != NULL && is_wild(b)))
		*why = EXCUSE_WILD;
	else if (b != NULL && (a->escapes & ((UINT32_C(2) << b->level) - 1)))
		*why = EXCUSE_STORED;
	else if (b != NULL && (marks & MARK_UNSAVED))
		*why = EXCUSE_UNSAVED;
	else
		return false;
	return true;
}

static void
miss(struct judge *j, const char *what, func_id f, const struct exit *a,
    const struct exit *b)
{
	struct judgement *v = j->out;
	int n;

	if (v->what != NULL)
		return;
	v->what = what;
	n = snprintf(v->text, sizeof(v->text), "%s: level %d, %d held, "
	    "returns %d", name_str(j->w->names, j->p->funcs.p[f].name),
	    a->level, a->held, (int)a->ret.v);
	if (b != NULL)
		snprintf(v->text + n, sizeof(v->text) - (size_t)n,
		    "; and level %d, %d held, returns %d", b->level, b->held,
		    (int)b->ret.v);
}

void
judge_leak(struct judge *j, const char *what, func_id f, const struct exit *a,
    const struct exit *b)
{
	bool nested = b == NULL && strcmp(what, "handler") != 0;
	bool count = b != NULL ? a->held != b->held : a->held > 0 && !nested;
	enum excuse why;

	j->tally->leaks++;
	if ((a->called & j->findings) || (b != NULL &&
	    (b->called & j->findings)))
		return;
	/* Lowered below it, what its release goes back to is another level. */
	if (b != NULL && a->held > 0 && a->held == b->held &&
	    ((a->called | b->called) & j->droppers))
		return;
	if (excused(a, b, count, &why)) {
		j->tally->excused[why]++;
		return;
	}
	if (in_ledger(j, a->called | (b != NULL ? b->called : 0))) {
		j->tally->excused_ledger++;
		return;
	}
	if (b != NULL && a->held != b->held) {
		struct suspect s = { f, *a, *b };

		vec_push(&j->suspects, s);
	} else
		miss(j, what, f, a, b);
}

/* Is a caller to blame, who forgets what the function takes for him? */
static bool
is_found_above(const struct judge *j, func_id f)
{
	const struct prog_func *pf = &j->p->funcs.p[f];
	uint32_t i;

	for (i = 0; i < pf->ncallers; i++)
		if (j->keepers & bit(pf->callers[i]))
			return true;
	return false;
}

/* A caller that goes on for ever: what it would release is not seen. */
static bool
has_endless(const struct judge *j, func_id f)
{
	const struct prog_func *pf = &j->p->funcs.p[f];
	uint32_t i;

	for (i = 0; i < pf->ncallers; i++)
		if (j->endless[pf->callers[i] & 63] & bit(f))
			return true;
	return false;
}

/* After its runs: what has none come back from, though it may? */
static void
note_endless(struct judge *j, func_id f, const struct exits *x)
{
	size_t i;

	j->endless[f & 63] = x->whole ? 0 : UINT64_MAX;
	for (i = 0; i < x->n; i++)
		j->endless[f & 63] &= ~x->p[i].called;
}

/* Does no call that is known use a pointer to the function? */
static bool
is_kept_unused(const struct judge *j, func_id f)
{
	const struct prog_func *pf = &j->p->funcs.p[f], *g;
	uint32_t i, k, n;

	for (i = 0; i < pf->ncallers; i++) {
		g = &j->p->funcs.p[pf->callers[i]];
		for (k = 0; k < g->nsites; k++)
			for (n = 0; n < g->sites[k].ntargets; n++)
				if (g->sites[k].indirect &&
				    g->sites[k].targets[n] == f)
					return false;
	}
	return (pf->flags & PROG_TAKEN) != 0;
}

/* Can there be callers that are not known, and that release what a holds? */
static bool
has_strangers(const struct judge *j, const struct suspect *s)
{

	return is_kept_unused(j, s->func) &&
	    (s->a.holds & ~s->b.holds & j->sought) != 0;
}

/*
 * A function whose callers release what it took is meant to take it.  Where it
 * does not, they know, or release what nobody holds: nothing is leaked.  The
 * same may be so where a pointer to the function is kept that no call uses,
 * and somebody releases a mutex like that.
 */
static void
judge_suspects(struct judge *j)
{
	const struct suspect *s;
	size_t i;

	for (i = 0; i < j->suspects.n; i++) {
		s = &j->suspects.p[i];
		if (is_found_above(j, s->func))
			continue;
		if ((j->relied & bit(s->func)) || has_strangers(j, s) ||
		    has_endless(j, s->func))
			j->tally->excused[EXCUSE_RELIED]++;
		else
			miss(j, "function", s->func, &s->a, &s->b);
	}
	vec_free(&j->suspects);
}

/* ---- functions ---- */

static bool
compatible(const struct exit *a, const struct exit *b)
{
	uint32_t i;

	for (i = 0; i < a->nargs; i++)
		if (!values_meet(&a->args[i], &b->args[i]))
			return false;
	return values_meet(&a->ret, &b->ret);
}

static void
judge_function(struct judge *j, func_id f, struct exits *x)
{
	const struct exit *a, *b;
	size_t i, k;
	int held = 0;

	/* With as many of its caller's mutexes held as it releases. */
	do
		exits_explore(j, f, held > 0 ? 6 : 0, held, 0, x);
	while (j->needs && held++ < 2);
	note_endless(j, f, x);
	for (i = 0; i < x->n; i++)
		for (k = 0; k < x->n; k++) {
			a = &x->p[i];
			b = &x->p[k];
			if (a->held > b->held)
				j->keeps |= bit(f);
			/* a is the higher one; saved is what remains. */
			if (a->saved < b->saved || a->held < b->held ||
			    (a->saved == b->saved && a->held == b->held) ||
			    !compatible(a, b))
				continue;
			j->leaky |= bit(f);
			/* A mutex of the caller is the caller's leak. */
			if (held == 0)
				judge_leak(j, "function", f, a, b);
		}
	/* Raised on every path, though the level was saved. */
	for (i = 0; i < x->n && held == 0; i++)
		if (x->p[i].saved > 0)
			j->leaky |= bit(f);
}

/* ---- handlers ---- */

static void
judge_handler(struct judge *j, const struct handler_result *hr,
    struct exits *x)
{
	const struct prog_handler *h = hr->handler;
	int worst = h->level, lower = -1;
	size_t i;
	const struct exit *w = NULL;

	if (h->level < 0 || j->p->funcs.p[h->func].ir == NULL)
		return;
	exits_explore(j, h->func, h->level, 0, 0, x);
	for (i = 0; i < x->n; i++)
		if (x->p[i].level > h->level || x->p[i].held > 0) {
			j->leaky |= bit(h->func);
			if (x->p[i].held == 0 && hr->exit_max >=
			    x->p[i].level && hr->verdict == VERDICT_LEAK)
				continue;
			judge_leak(j, "handler", h->func, &x->p[i], NULL);
		}
	if (h->context->count != RULE_COUNT_INTERRUPTED)
		return;
	for (i = 0; i < j->p->locks.n; i++)
		if (j->p->locks.p[i].spin == PROG_SPIN &&
		    j->p->locks.p[i].hi < h->level)
			lower = j->p->locks.p[i].hi;
	exits_explore(j, h->func, h->level, 1, 0, x);
	for (i = 0; i < x->n; i++)
		if (x->p[i].held == 1 && x->p[i].callers == 1 &&
		    x->p[i].level > worst) {
			worst = x->p[i].level;
			w = &x->p[i];
		}
	if (w != NULL)
		j->nests |= bit(h->func);
	if (worst > hr->exit_max_nested)
		judge_leak(j, "nested", h->func, w, NULL);
	/* Only where the interrupted code can hold one. */
	else if (w != NULL && hr->exit_max <= h->level &&
	    lower >= 0 && !has_nested(j, h) && j->lowest < h->level)
		judge_leak(j, "proof", h->func, w, NULL);
}

/* ---- findings ---- */

static void
confirm(struct judge *j)
{
	const struct finding *f;
	bool yes;
	size_t i;

	for (i = 0; i < j->w->results->findings.n; i++) {
		f = &j->w->results->findings.p[i];
		yes = f->id == 6 ? (j->drops & bit(f->func)) != 0 :
		    f->id == 2 ? (j->interrupts & bit(f->func)) != 0 :
		    ((f->id == 3 ? j->keeps | j->again | j->leaky :
		    j->leaky) & bit(f->func)) != 0;
		j->tally->findings[f->id & 15]++;
		j->tally->confirmed[f->id & 15] += yes;
		if (!yes && getenv("IPLINT_MODEL_VAGUE") != NULL)
			fprintf(stderr, "not confirmed: %s\n", f->message);
	}
}

/* Can what the finding is about be what makes the function leak? */
static bool
is_about_exit(int id)
{
	return id == 1 || id == 3 || id == 4 || id == 5 || id == 7 ||
	    id == 11 || id == 12;
}

void
world_judge(struct world *w, struct judgement *out, struct tally *tally)
{
	struct judge j = { .w = w, .p = w->program, .tally = tally,
	    .out = out };
	struct exits *x = emalloc(sizeof(*x));
	size_t i;

	out->what = NULL;
	tally->programs++;
	j.lowest = 99;
	for (i = 0; i < w->results->findings.n; i++)
		if (is_about_exit(w->results->findings.p[i].id))
			j.findings |= bit(w->results->findings.p[i].func);
	for (i = 0; i < w->results->findings.n; i++)
		if (w->results->findings.p[i].id == 6)
			j.droppers |= bit(w->results->findings.p[i].func);
	for (i = 0; i < w->results->findings.n; i++)
		if (w->results->findings.p[i].id == 3 ||
		    w->results->findings.p[i].id == 11)
			j.keepers |= bit(w->results->findings.p[i].func);
	for (i = 0; i < j.p->funcs.n; i++)
		if (j.p->funcs.p[i].ir != NULL && j.p->funcs.p[i].rule ==
		    NULL)
			judge_function(&j, (func_id)i, x);
	for (i = 0; i < w->results->handlers.n; i++)
		judge_handler(&j, &w->results->handlers.p[i], x);
	for (i = 0; i < j.p->funcs.n; i++)
		if ((j.holders & bit((func_id)i)) && j.p->funcs.p[i].ir !=
		    NULL && j.p->funcs.p[i].rule == NULL)
			judge_interrupted(&j, (func_id)i);
	judge_suspects(&j);
	confirm(&j);
	if (tally->replays)
		results_judge(w->program, w->results, out, tally);
	vec_free(&j.explore.picks);
	free(x);
}
