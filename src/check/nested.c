/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Verdict B: a handler that is right by itself returns above its level when
 * it is entered with a spin mutex held, because no release in it is the last
 * one.  It is reported where such an entry is real (check/entered.h).
 *
 * Each handler is proven by a path of its own.  Those that share the
 * dispatcher and the mutex that raises them are one finding, shown with the
 * most plausible of their paths.  Paths are looked for in rounds: a short
 * search for all, then longer ones for those that are left, with what the
 * others have found about where it is futile to go (flow/chain.h).
 *
 * A handler for which the search gave up is not proven, and says so.  If that
 * is so of all that are entered in one way, the first of them is a finding all
 * the same, and rests on an entry of the ledger.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check/entered.h"

#define ROUNDS		3
#define FIRST_BLOCKS	200	/* of one search, in the first round */
#define NEXT_BLOCKS	400	/* in the second */
#define LAST_BLOCKS	8000	/* in the last, for all together, */
#define LEAST_BLOCKS	600	/* but at least for each, */
#define MOST_BLOCKS	3000	/* and at most */

/* A handler that nests, with what raises it and how it is entered. */
struct nested {
	const struct prog_handler *handler;
	size_t result;			/* in results.handlers */
	struct entry entered;
	int exit;
	enum walk_end end;		/* of the search for a path */
	struct nested_path path;
};

/* Those that share dispatcher and mutex. */
struct group {
	struct nested first;
	struct nested_proof proof;	/* of the first */
	VEC(struct nested) others;
};

struct nesting {
	struct checker *ck;
	struct entries *entries;
	VEC(struct nested) list;
	VEC(struct group) groups;
};

/* ---- groups ---- */

static bool
same_entry(const struct nested *a, const struct nested *b)
{
	if (a->entered.by != NULL || b->entered.by != NULL)
		return a->entered.by != NULL && b->entered.by != NULL &&
		    a->entered.by->func == b->entered.by->func;
	return a->handler->context == b->handler->context;
}

/* Without a path, which mutex it is was only guessed. */
static bool
same_group(const struct nested *a, const struct nested *b)
{

	return same_entry(a, b) && (a->end != WALK_FOUND ||
	    b->end != WALK_FOUND || strcmp(a->path.lock, b->path.lock) == 0);
}

static int
by_name(const struct program *p, const struct prog_handler *a,
    const struct prog_handler *b)
{
	const struct prog_func *f = &p->funcs.p[a->func];
	const struct prog_func *g = &p->funcs.p[b->func];
	int c;

	c = strcmp(name_str(p->names, f->name), name_str(p->names, g->name));
	return c != 0 ? c : strcmp(name_str(p->names, f->file),
	    name_str(p->names, g->file));
}

/* Which of a group is to be shown: the one that is easiest to believe. */
static int
by_rank(const void *a, const void *b, void *ctx)
{
	const struct nested *x = a, *y = b;

	if (x->exit != y->exit)
		return y->exit - x->exit;
	if ((x->entered.via == NULL) != (y->entered.via == NULL))
		return x->entered.via == NULL ? -1 : 1;
	if (x->path.pointers != y->path.pointers)
		return x->path.pointers < y->path.pointers ? -1 : 1;
	if (x->handler->level != y->handler->level)
		return y->handler->level - x->handler->level;
	if (x->path.calls != y->path.calls)
		return x->path.calls < y->path.calls ? -1 : 1;
	return by_name(ctx, x->handler, y->handler);
}

static struct group *
group_of(struct nesting *ns, const struct nested *n)
{
	size_t i;

	for (i = 0; i < ns->groups.n; i++)
		if (same_group(&ns->groups.p[i].first, n))
			return &ns->groups.p[i];
	return NULL;
}

/* The proof is the group's afterwards, or nobody's. */
static void
join(struct nesting *ns, const struct nested *n, struct nested_proof *proof)
{
	struct group *g = group_of(ns, n), new = { 0 };

	if (g == NULL) {
		new.first = *n;
		new.proof = *proof;
		vec_push(&ns->groups, new);
	} else if (by_rank(n, &g->first, (void *)(uintptr_t)
	    ns->ck->program) < 0) {
		vec_push(&g->others, g->first);
		nested_proof_free(&g->proof);
		g->first = *n;
		g->proof = *proof;
	} else {
		vec_push(&g->others, *n);
		nested_proof_free(proof);
	}
}

/* ---- proofs ---- */

static void
collect(struct nesting *ns)
{
	struct checker *ck = ns->ck;
	size_t i;

	for (i = 0; i < ck->results->handlers.n; i++) {
		const struct handler_result *r = &ck->results->handlers.p[i];
		struct nested n = { .handler = r->handler, .result = i,
		    .exit = r->exit_max_nested, .end = WALK_GAVE_UP };

		if (r->exit_max_nested > r->handler->level &&
		    r->exit_max <= r->handler->level &&
		    entered_by(ns->entries, n.handler, &n.entered))
			vec_push(&ns->list, n);
	}
}

static void
prove(struct nesting *ns, struct nested *n, uint32_t max_blocks, bool last)
{
	struct nested_proof proof;

	n->end = nested_prove(ns->ck, n->handler, n->entered.by != NULL ?
	    n->entered.by->count : 1, n->exit, max_blocks, last, &proof);
	if (n->end != WALK_FOUND) {
		nested_proof_free(&proof);
		return;
	}
	n->exit = proof.exit;
	nested_path(ns->ck, &proof, &n->path);
	join(ns, n, &proof);
}

static void
prove_all(struct nesting *ns)
{
	uint32_t blocks, left;
	size_t i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		for (i = left = 0; i < ns->list.n; i++)
			left += ns->list.p[i].end == WALK_GAVE_UP;
		if (left == 0)
			return;
		blocks = LAST_BLOCKS / left;
		blocks = round == 0 ? FIRST_BLOCKS : round == 1 ?
		    NEXT_BLOCKS : blocks < LEAST_BLOCKS ? LEAST_BLOCKS :
		    blocks > MOST_BLOCKS ? MOST_BLOCKS : blocks;
		if (round > 0)
			chain_learn(ns->ck->chain);
		for (i = 0; i < ns->list.n; i++)
			if (ns->list.p[i].end == WALK_GAVE_UP)
				prove(ns, &ns->list.p[i], blocks,
				    round == ROUNDS - 1);
	}
}

/*
 * Of those without a path, one for each way to be entered that no other has;
 * the others are not proven.
 */
static void
keep_unproven(struct nesting *ns)
{
	struct checker *ck = ns->ck;
	struct nested_proof none;
	struct group *g;
	struct nested *n;
	size_t i;

	for (i = 0; i < ns->list.n; i++) {
		n = &ns->list.p[i];
		if (n->end == WALK_GAVE_UP)
			n->path.lock = nested_lock(ck, n->handler, n->exit);
	}
	for (i = 0; i < ns->list.n; i++) {
		n = &ns->list.p[i];
		if (n->end != WALK_GAVE_UP)
			continue;
		g = group_of(ns, n);
		if (g == NULL) {
			memset(&none, 0, sizeof(none));
			none.handler = n->handler;
			none.exit = n->exit;
			none.held = 1;
			none.nested.end = WALK_GAVE_UP;
			join(ns, n, &none);
			continue;
		}
		ck->results->handlers.p[n->result].unproven = true;
		nested_ledger(ck, n->handler, n->exit);
	}
}

/* ---- findings ---- */

static void
list_others(struct checker *ck, const struct group *g, struct finding *fi)
{
	size_t n = g->others.n, i;
	const struct prog_handler **others;

	others = arena_alloc(ck->arena, (n + 1) * sizeof(*others));
	fi->paths = arena_alloc(ck->arena, (n + 1) * sizeof(*fi->paths));
	for (i = 0; i < n; i++) {
		others[i] = g->others.p[i].handler;
		fi->paths[i] = g->others.p[i].path.hops;
	}
	fi->others = others;
	fi->nothers = n;
}

static void
report(struct nesting *ns, struct group *g)
{
	struct checker *ck = ns->ck;
	const struct program *p = ck->program;
	const struct nested *n = &g->first;
	const struct prog_handler *h = n->handler;
	const char *name = name_str(p->names, p->funcs.p[h->func].name);
	const char *lock, *by;
	struct steps st = { 0 }, clean = { 0 };
	struct finding *fi;
	uint32_t site;
	bool repaired;

	repaired = entered_steps(ns->entries, h, &n->entered, &st);
	site = nested_steps(ck, &g->proof, &lock, &st);
	fi = finding_add(ck, IPL2, h->func, h, site);
	if (repaired)
		fi->severity = SEVERITY_NOTE;
	fi->entry = h->level;
	fi->exit = n->exit;
	by = n->entered.by != NULL ? check_fmt(ck, "entered with %s held, as "
	    "%s does with %s", g->proof.held == 1 ? "a spin mutex" :
	    "two spin mutexes", entered_name(ck, h, &n->entered),
	    n->entered.by->lock) : "the interrupted code holds a spin mutex";
	fi->message = check_fmt(ck, "%s, registered at %s, returns at %s "
	    "after %s if %s; %s", name, handler_level_of(ck, h),
	    level_name_of(ck, n->exit), lock, by, repaired ?
	    "the dispatcher repairs it" : "nobody repairs it");
	list_others(ck, g, fi);
	finding_ledger(ck, fi, h->func);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock,
	    entered_name(ck, h, &n->entered)));
	if (nested_clean(ck, &g->proof, &st, &clean)) {
		witness_close(ck, fi, "entered with a spin mutex held", &st);
		witness_close(ck, fi, "entered with none held", &clean);
		fi->witnesses[fi->nwitnesses - 1].clean = WALK_CLEAN;
	} else
		witness_close(ck, fi, "entered with a spin mutex held", &st);
}

void
check_nested(struct checker *ck)
{
	struct nesting ns = { .ck = ck };
	size_t i;

	ns.entries = entries_find(ck);
	collect(&ns);
	if (ns.list.n > 0)
		ck->chain = chain_new(ck->nest, ck->program);
	prove_all(&ns);
	keep_unproven(&ns);
	for (i = 0; i < ns.groups.n; i++) {
		if (ns.groups.p[i].others.n > 0)
			qsort_r(ns.groups.p[i].others.p,
			    ns.groups.p[i].others.n, sizeof(struct nested),
			    by_rank, (void *)(uintptr_t)ck->program);
		report(&ns, &ns.groups.p[i]);
		nested_proof_free(&ns.groups.p[i].proof);
		vec_free(&ns.groups.p[i].others);
	}
	chain_free(ck->chain);
	ck->chain = NULL;
	entries_free(ns.entries);
	vec_free(&ns.groups);
	vec_free(&ns.list);
}
