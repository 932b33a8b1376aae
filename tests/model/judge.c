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
 *	wrapper		the same where every mutex that the interrupted code
 *			can hold is taken through a pointer that can mean
 *			several: the engine does not look there for a proof
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

#include "replay.h"
#include "world.h"

#define MAX_RUNS	400		/* of one function at one entry */
#define MAX_EXITS	400

/* A value at the end of a run: a number, or any but some. */
struct known {
	bool open;
	int64_t v, not[12];
	uint32_t nnot;
};

/* What a run has left behind. */
struct exit {
	int level, held, saved;
	struct known ret, args[4];
	uint32_t nargs;
	unsigned marks;
	bool escapes;
	uint64_t called;		/* by func_id, modulo 64 */
	uint64_t holds;			/* lock classes */
};

struct exits {
	struct exit p[MAX_EXITS];
	size_t n;
	bool whole;			/* no run was cut short */
};

struct judge {
	struct world *w;
	const struct program *p;
	struct tally *tally;
	struct judgement *out;
	uint64_t leaky;			/* functions with a leak of their own */
	uint64_t nests;			/* handlers that nested return higher */
	uint64_t keeps;			/* with a mutex held on some exits */
	uint64_t drops;			/* that lower below a mutex they hold */
	uint64_t again;			/* entered before a mutex was entered
					   that was held */
	uint64_t findings;		/* functions with a finding */
	int lowest;			/* level with a spin mutex held */
	int lowest_wrapped;		/* ... taken by a wrapper for several */
	int held;			/* at the entry of these runs */
	uint64_t released;		/* classes, by any of them */
	bool needs;			/* one releases what nobody holds */
	struct explore explore;
	func_id root;
};

static uint64_t
bit(func_id f)
{
	return UINT64_C(1) << f % 64;
}

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

/* Can two values be the same number? */
static bool
meet(const struct known *a, const struct known *b)
{
	uint32_t i;

	if (a->open && b->open)
		return true;
	if (!a->open && !b->open)
		return a->v == b->v;
	if (b->open)
		return meet(b, a);
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
	    a->saved != b->saved || a->marks != b->marks ||
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

/* Has the call a pointer that can mean mutexes of several classes? */
static bool
is_wrapped(const struct judge *j, func_id f, const struct ir_insn *in)
{
	const struct prog_lock *const *set;
	key_id key;
	uint32_t i;

	for (i = 0; in->kind == IR_CALL && i < in->nargs; i++) {
		if (!ir_is_place(in->args[i]))
			continue;
		key = program_key_place(j->p, f, in->args[i]);
		if (key != 0 && program_key_locks(j->p, key, &set) > 1)
			return true;
	}
	return false;
}

/* After a primitive: is the level below a mutex that is held? */
static bool
after(void *ctx, struct run *r, const struct ir_insn *in)
{
	struct judge *j = ctx;
	int low = r->level, *lowest = &j->lowest;
	size_t i;

	if (r->holds.n > 0 && is_wrapped(j, r->frame->func, in))
		r->holds.p[r->holds.n - 1].wrapped = true;
	for (i = 0; i < r->holds.n; i++) {
		if (r->holds.p[i].lock != 0 &&
		    r->holds.p[i].level > r->level)
			j->drops |= bit(r->frame->func);
		if (r->holds.p[i].level > low)
			low = r->holds.p[i].level;
		if (r->holds.p[i].wrapped)
			lowest = &j->lowest_wrapped;
	}
	/* Who can interrupt here, and would find a mutex held? */
	if (j->held == 0 && r->held > 0 && low < *lowest)
		*lowest = low;
	return true;
}

static void
explore(struct judge *j, func_id f, int level, int held, int saved,
    struct exits *out)
{
	struct driver d = { .ctx = j, .choose = choose, .after = after };
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
		memset(&x, 0, sizeof(x));
		x.level = r.level;
		x.held = r.held;
		x.saved = r.held > 0 ? r.saved : r.level;
		x.ret = known_of(&r, r.ret);
		x.nargs = r.nargs < 4 ? r.nargs : 4;
		for (i = 0; i < x.nargs; i++)
			x.args[i] = known_of(&r, r.args[i]);
		x.marks = r.marks;
		x.escapes = run_escapes(&r);
		for (i = 0; i < r.holds.n; i++)
			if (r.holds.p[i].class != NULL)
				x.holds |= UINT64_C(1) << (r.holds.p[i].class
				    - j->p->locks.p) % 64;
		for (i = 0; i < r.called.n; i++)
			x.called |= bit(r.called.p[i]);
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
	j->released = r.released;
	if (!out->whole)
		j->tally->bounded++;
	run_free(&r);
}

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

static void
miss(struct judge *j, const char *what, func_id f, const struct exit *a,
    const struct exit *b)
{
	struct judgement *v = j->out;
	int n;

	j->tally->leaks++;
	if ((a->called & j->findings) || (b != NULL &&
	    (b->called & j->findings)))
		return;
	if ((a->marks | (b != NULL ? b->marks : 0)) &
	    (MARK_STALE | MARK_WILD)) {
		j->tally->excused_assumption++;
		return;
	}
	if (in_ledger(j, a->called | (b != NULL ? b->called : 0))) {
		j->tally->excused_ledger++;
		return;
	}
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

/* ---- functions ---- */

static bool
compatible(const struct exit *a, const struct exit *b)
{
	uint32_t i;

	for (i = 0; i < a->nargs; i++)
		if (!meet(&a->args[i], &b->args[i]))
			return false;
	return meet(&a->ret, &b->ret);
}

static void
judge_function(struct judge *j, func_id f, struct exits *x)
{
	const struct exit *a, *b;
	size_t i, k;
	int held = 0;

	/* With as many of its caller's mutexes held as it releases. */
	do
		explore(j, f, held > 0 ? 6 : 0, held, 0, x);
	while (j->needs && held++ < 2);
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
			if ((a->marks | b->marks) & MARK_UNSAVED)
				continue;
			if (a->escapes || b->escapes) {
				j->tally->excused_assumption++;
				continue;
			}
			/*
			 * A mutex of the caller is the caller's leak; half:
			 * taken by some paths and released by none.
			 */
			if (held == 0)
				miss(j, (a->holds & ~b->holds) &&
				    !(a->holds & ~b->holds & j->released) ?
				    "half" : "function", f, a, b);
		}
	/* Raised on every path, though the level was saved. */
	for (i = 0; i < x->n && held == 0; i++)
		if (x->p[i].saved > 0)
			j->leaky |= bit(f);
}

/* ---- handlers ---- */

static bool
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
	explore(j, h->func, h->level, 0, 0, x);
	for (i = 0; i < x->n; i++)
		if (x->p[i].level > h->level || x->p[i].held > 0) {
			j->leaky |= bit(h->func);
			if (x->p[i].held == 0 && hr->exit_max >=
			    x->p[i].level && hr->verdict == VERDICT_LEAK)
				continue;
			miss(j, "handler", h->func, &x->p[i], NULL);
		}
	if (h->context->count != RULE_COUNT_INTERRUPTED)
		return;
	for (i = 0; i < j->p->locks.n; i++)
		if (j->p->locks.p[i].spin == PROG_SPIN &&
		    j->p->locks.p[i].hi < h->level)
			lower = j->p->locks.p[i].hi;
	explore(j, h->func, h->level, 1, 0, x);
	for (i = 0; i < x->n; i++)
		if (x->p[i].held == 1 && x->p[i].level > worst) {
			worst = x->p[i].level;
			w = &x->p[i];
		}
	if (w != NULL)
		j->nests |= bit(h->func);
	if (worst > hr->exit_max_nested)
		miss(j, "nested", h->func, w, NULL);
	/* Only where the interrupted code can hold one. */
	else if (w != NULL && hr->exit_max <= h->level &&
	    lower >= 0 && !has_nested(j, h)) {
		if (j->lowest < h->level)
			miss(j, "proof", h->func, w, NULL);
		else if (j->lowest_wrapped < h->level)
			miss(j, "wrapper", h->func, w, NULL);
	}
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
		    f->id == 2 ? (j->nests & bit(f->func)) != 0 :
		    ((f->id == 3 ? j->keeps | j->again | j->leaky :
		    j->leaky) & bit(f->func)) != 0;
		j->tally->findings[f->id & 15]++;
		j->tally->confirmed[f->id & 15] += yes;
		if (!yes && getenv("IPLINT_MODEL_VAGUE") != NULL)
			fprintf(stderr, "not confirmed: %s\n", f->message);
	}
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
	j.lowest = j.lowest_wrapped = 99;
	for (i = 0; i < w->results->findings.n; i++)
		if (w->results->findings.p[i].id != 2 &&
		    w->results->findings.p[i].id != 6)
			j.findings |= bit(w->results->findings.p[i].func);
	for (i = 0; i < j.p->funcs.n; i++)
		if (j.p->funcs.p[i].ir != NULL && j.p->funcs.p[i].rule ==
		    NULL)
			judge_function(&j, (func_id)i, x);
	for (i = 0; i < w->results->handlers.n; i++)
		judge_handler(&j, &w->results->handlers.p[i], x);
	confirm(&j);
	results_judge(w->program, w->results, out, tally);
	vec_free(&j.explore.picks);
	free(x);
}

void
results_judge(const struct program *p, const struct results *res,
    struct judgement *out, struct tally *tally)
{
	const struct finding *f;
	struct replay re;
	bool talk = getenv("IPLINT_MODEL_REPLAY") != NULL;
	size_t i, k;

	for (i = 0; i < res->findings.n; i++) {
		f = &res->findings.p[i];
		for (k = 0; k < f->nwitnesses; k++) {
			if (f->witnesses[k].nhops == 0 ||
			    !f->witnesses[k].proven) {
				if (f->id != 8 && f->id != 9 && f->id != 10) {
				tally->unproven[f->id & 15]++;
				if (talk)
				printf("UNPROVEN IPL%03d %s: %s\n", f->id, name_str(p->names, f->file), f->message);
				}
				continue;
			}
			replay_witness(p, f, &f->witnesses[k], &re);
			tally->witnesses[f->id & 15]++;
			tally->replayed[f->id & 15] += re.ok;
			tally->over += re.over;
			if (talk)
				printf("%s IPL%03d %s:%u %s: %s (%u over, "
				    "%llu runs) %s\n", re.ok ? "ok  " :
				    "FAIL", f->id, name_str(p->names, f->file),
				    f->line, name_str(p->names,
				    p->funcs.p[f->func].name), f->message,
				    re.over, (unsigned long long)re.runs,
				    re.ok ? "" : re.text);
			/* A false alarm that is known cannot replay. */
			if (re.ok || out->what != NULL ||
			    strncmp(name_str(p->names,
			    p->funcs.p[f->func].name), "fp_", 3) == 0)
				continue;
			out->what = "replay";
			snprintf(out->text, sizeof(out->text), "IPL%03d %s: "
			    "%s", f->id, f->message, re.text);
		}
	}
}
