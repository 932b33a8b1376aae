/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/graph.h"

/* ---- loading ---- */

struct loader {
	struct graph *g;
	VEC(int64_t) call_ids;
	VEC(struct graph_call) calls;
	VEC(uint32_t) call_of;		/* function of each call */
	VEC(int64_t) act_ids;
	VEC(struct graph_act) acts;
	VEC(uint32_t) act_of;
	size_t next;			/* call or act that is filled */
};

static const char *
keep(struct loader *l, const char *s)
{
	return arena_strndup(l->g->arena, s, strlen(s));
}

static int
load_func(void *ctx, const struct store_reached *x)
{
	struct loader *l = ctx;
	struct graph_func f = { .id = x->id, .name = keep(l, x->name),
	    .file = keep(l, x->file), .effect = keep(l, x->effect),
	    .line = x->line, .peak = x->peak, .quiet = x->quiet,
	    .sleeps = x->sleeps != 0 };

	vec_push(&l->g->funcs, f);
	return 0;
}

static int
load_call(void *ctx, const struct store_call *x)
{
	struct loader *l = ctx;
	struct graph_call c = { .callee = GRAPH_NONE,
	    .name = keep(l, x->calls), .pointer = keep(l, x->pointer),
	    .file = keep(l, x->file), .targets_text = "", .line = x->line,
	    .targets = x->targets, .peak = x->peak };

	if (x->callee >= 0)
		c.callee = graph_find(l->g, x->callee);
	vec_push(&l->call_ids, x->id);
	vec_push(&l->calls, c);
	vec_push(&l->call_of, graph_find(l->g, x->caller));
	return 0;
}

/* Ids and what belongs to them come in the same order. */
static bool
advance(const int64_t *ids, size_t n, size_t *next, int64_t id)
{
	while (*next < n && ids[*next] < id)
		++*next;
	return *next < n && ids[*next] == id;
}

static int
load_target(void *ctx, int64_t call, const char *target)
{
	struct loader *l = ctx;
	struct graph_call *c;
	struct buf b = { 0 };

	if (!advance(l->call_ids.p, l->call_ids.n, &l->next, call))
		return 0;
	c = &l->calls.p[l->next];
	buf_fmt(&b, "%s%s%s", c->targets_text, *c->targets_text != '\0' ?
	    ", " : "", target);
	c->targets_text = keep(l, b.p);
	buf_free(&b);
	return 0;
}

static int
load_act(void *ctx, const struct store_act *x)
{
	struct loader *l = ctx;
	struct graph_act a = { .kind = keep(l, x->kind),
	    .file = keep(l, x->file), .text = keep(l, x->text),
	    .line = x->line, .lo = x->lo, .hi = x->hi,
	    .claimed = (uint32_t)x->locks };

	a.locks = arena_alloc(l->g->arena, (a.claimed + 1) *
	    sizeof(*a.locks));
	vec_push(&l->act_ids, x->id);
	vec_push(&l->acts, a);
	vec_push(&l->act_of, graph_find(l->g, x->func));
	return 0;
}

static int
load_act_lock(void *ctx, int64_t act, int64_t mutex)
{
	struct loader *l = ctx;
	struct graph_act *a;

	if (!advance(l->act_ids.p, l->act_ids.n, &l->next, act))
		return 0;
	a = &l->acts.p[l->next];
	if (a->nlocks < a->claimed)
		a->locks[a->nlocks++] = (uint32_t)mutex;
	return 0;
}

static int
load_rest(void *ctx, int64_t func, int64_t entry)
{
	struct loader *l = ctx;
	uint32_t f = graph_find(l->g, func), *more;
	struct graph_func *gf;

	if (f == GRAPH_NONE)
		return 0;
	gf = &l->g->funcs.p[f];
	if ((gf->nentries & (gf->nentries - 1)) == 0) {
		more = arena_alloc(l->g->arena, (gf->nentries * 2 + 1) *
		    sizeof(*more));
		if (gf->nentries > 0)
			memcpy(more, gf->entries, gf->nentries *
			    sizeof(*more));
		gf->entries = more;
	}
	gf->entries[gf->nentries++] = (uint32_t)entry;
	return 0;
}

static int
load_mutex(void *ctx, const struct store_mutex *x)
{
	struct loader *l = ctx;
	struct graph_mutex m = { .name = keep(l, x->name),
	    .spin = keep(l, x->spin), .lo = x->lo, .hi = x->hi,
	    .takers = x->takers, .findings = x->findings,
	    .inits = x->inits };

	require(x->id == (int64_t)l->g->mutexes.n);
	vec_push(&l->g->mutexes, m);
	return 0;
}

static int
load_entry(void *ctx, const struct store_entry *x)
{
	struct loader *l = ctx;
	struct graph_entry e = { .kind = keep(l, x->kind),
	    .function = keep(l, x->function), .file = keep(l, x->file),
	    .text = keep(l, x->text), .line = x->line };

	require(x->id == (int64_t)l->g->entries.n);
	vec_push(&l->g->entries, e);
	return 0;
}

/* How many from i on belong to the same function. */
static size_t
run(const uint32_t *of, size_t n, size_t i)
{
	size_t k = i;

	while (k < n && of[k] == of[i])
		k++;
	return k - i;
}

/* Hand calls and acts, which come by function, to their functions. */
static void
distribute(struct loader *l)
{
	struct graph *g = l->g;
	struct graph_func *f;
	size_t i, n;

	for (i = 0; i < l->calls.n; i += n) {
		n = run(l->call_of.p, l->calls.n, i);
		if (l->call_of.p[i] == GRAPH_NONE)
			continue;
		f = &g->funcs.p[l->call_of.p[i]];
		f->ncalls = (uint32_t)n;
		f->calls = arena_alloc(g->arena, n * sizeof(*f->calls));
		memcpy(f->calls, &l->calls.p[i], n * sizeof(*f->calls));
	}
	for (i = 0; i < l->acts.n; i += n) {
		n = run(l->act_of.p, l->acts.n, i);
		if (l->act_of.p[i] == GRAPH_NONE)
			continue;
		f = &g->funcs.p[l->act_of.p[i]];
		f->nacts = (uint32_t)n;
		f->acts = arena_alloc(g->arena, n * sizeof(*f->acts));
		memcpy(f->acts, &l->acts.p[i], n * sizeof(*f->acts));
	}
}

static int
load_level(void *ctx, int level, const char *name)
{
	struct loader *l = ctx;
	struct graph *g = l->g;

	while (level >= 0 && (size_t)level >= g->levels.n)
		vec_push(&g->levels, NULL);
	if (level >= 0 && g->levels.p[level] == NULL)
		g->levels.p[level] = keep(l, name);
	return 0;
}

static int
mark_entered(void *ctx, const struct store_handler *h)
{
	struct loader *l = ctx;
	struct graph_reach r;

	if (h->level < 0 || h->level >= 64)
		return 0;
	r = graph_reach(l->g, graph_find(l->g, h->func), h->thread != 0);
	for (size_t i = 0; i < r.n; i++)
		l->g->funcs.p[r.funcs[i]].entered |= UINT64_C(1) << h->level;
	free(r.funcs);
	return 0;
}

struct graph *
graph_load(struct store *s, struct fault *f)
{
	struct graph *g = ecalloc(1, sizeof(*g));
	struct loader l = { .g = g };
	int error;

	g->arena = arena_new();
	error = store_functions_reached(s, load_func, &l, f);
	if (error == 0)
		error = store_calls(s, load_call, &l, f);
	if (error == 0)
		error = store_call_targets(s, load_target, &l, f);
	if (error == 0)
		error = store_acts(s, load_act, &l, f);
	l.next = 0;
	if (error == 0)
		error = store_act_locks(s, load_act_lock, &l, f);
	if (error == 0)
		error = store_func_rests(s, load_rest, &l, f);
	if (error == 0)
		error = store_mutexes(s, load_mutex, &l, f);
	if (error == 0)
		error = store_ledger(s, NULL, load_entry, &l, f);
	if (error == 0)
		error = store_levels(s, load_level, &l, f);
	if (error == 0) {
		distribute(&l);
		error = store_handlers(s, NULL, mark_entered, &l, f);
	}
	vec_free(&l.call_ids);
	vec_free(&l.calls);
	vec_free(&l.call_of);
	vec_free(&l.act_ids);
	vec_free(&l.acts);
	vec_free(&l.act_of);
	if (error == 0)
		return g;
	graph_free(g);
	return NULL;
}

void
graph_free(struct graph *g)
{
	if (g == NULL)
		return;
	vec_free(&g->funcs);
	vec_free(&g->mutexes);
	vec_free(&g->entries);
	vec_free(&g->levels);
	arena_free(g->arena);
	free(g);
}

uint32_t
graph_find(const struct graph *g, int64_t id)
{
	size_t lo = 0, hi = g->funcs.n, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (g->funcs.p[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < g->funcs.n && g->funcs.p[lo].id == id ? (uint32_t)lo :
	    GRAPH_NONE;
}

/* ---- what is reached ---- */

/* A call that comes back, as far as anything is known of its callee. */
static bool
enters(const struct graph *g, const struct graph_call *c, bool thread)
{
	return c->callee != GRAPH_NONE &&
	    (thread || !g->funcs.p[c->callee].sleeps);
}

struct graph_reach
graph_reach(const struct graph *g, uint32_t root, bool thread)
{
	struct graph_reach r = { ecalloc(g->funcs.n + 1,
	    sizeof(*r.funcs)), 0 };
	uint8_t *seen = ecalloc(g->funcs.n + 1, 1);
	const struct graph_func *f;
	size_t i;
	uint32_t k;

	if (root != GRAPH_NONE) {
		r.funcs[r.n++] = root;
		seen[root] = 1;
	}
	for (i = 0; i < r.n; i++) {
		f = &g->funcs.p[r.funcs[i]];
		for (k = 0; k < f->ncalls; k++)
			if (enters(g, &f->calls[k], thread) &&
			    !seen[f->calls[k].callee]) {
				seen[f->calls[k].callee] = 1;
				r.funcs[r.n++] = f->calls[k].callee;
			}
	}
	free(seen);
	return r;
}

struct graph_take *
graph_takes(const struct graph *g, const struct graph_reach *r, size_t *n)
{
	struct graph_take *takes = ecalloc(g->mutexes.n + 1, sizeof(*takes));
	uint32_t *at = ecalloc(g->mutexes.n + 1, sizeof(*at));
	const struct graph_func *f;
	const struct graph_act *a;
	uint32_t i, k, m;

	*n = 0;
	for (i = 0; i < r->n; i++) {
		f = &g->funcs.p[r->funcs[i]];
		for (k = 0; k < f->nacts; k++) {
			a = &f->acts[k];
			if (strcmp(a->kind, "take") != 0)
				continue;
			for (m = 0; m < a->nlocks; m++) {
				if (at[a->locks[m]] == 0) {
					takes[(*n)++] = (struct graph_take){
					    a->locks[m], r->funcs[i], a, 0 };
					at[a->locks[m]] = (uint32_t)*n;
				}
				takes[at[a->locks[m]] - 1].places++;
			}
		}
	}
	free(at);
	return takes;
}

uint32_t *
graph_rests(const struct graph *g, const struct graph_reach *r, size_t *n)
{
	uint8_t *hit = ecalloc(g->entries.n + 1, 1);
	uint32_t *rests, i, k;
	const struct graph_func *f;

	for (i = 0; i < r->n; i++) {
		f = &g->funcs.p[r->funcs[i]];
		for (k = 0; k < f->nentries; k++)
			hit[f->entries[k]] = 1;
	}
	rests = ecalloc(g->entries.n + 1, sizeof(*rests));
	for (*n = 0, i = 0; i < g->entries.n; i++)
		if (hit[i])
			rests[(*n)++] = i;
	free(hit);
	return rests;
}

/* ---- trees ---- */

void
tree_build(const struct graph *g, uint32_t root, bool thread, size_t max,
    struct tree *t)
{
	uint8_t *seen = ecalloc(g->funcs.n + 1, 1);
	const struct graph_func *f;
	struct tree_node n, *at;
	size_t i;
	uint32_t k;

	memset(t, 0, sizeof(*t));
	n = (struct tree_node){ .state = TREE_OPEN, .func = root };
	vec_push(&t->nodes, n);
	seen[root] = 1;
	for (i = 0; i < t->nodes.n; i++) {
		at = &t->nodes.p[i];
		if (at->state != TREE_OPEN)
			continue;
		f = &g->funcs.p[at->func];
		at->first = (uint32_t)t->nodes.n;
		if (t->nodes.n + f->ncalls > max && i > 0) {
			at->state = f->ncalls > 0 ? TREE_CUT : TREE_OPEN;
			continue;
		}
		for (k = 0; k < f->ncalls; k++) {
			n = (struct tree_node){ .call = &f->calls[k],
			    .func = f->calls[k].callee };
			if (t->nodes.n >= max) {
				t->nodes.p[i].left_out++;
				continue;
			}
			if (n.func == GRAPH_NONE)
				n.state = TREE_POINTER;
			else if (seen[n.func])
				n.state = TREE_ABOVE;
			else if (!enters(g, n.call, thread))
				n.state = TREE_CUT;
			else {
				n.state = TREE_OPEN;
				seen[n.func] = 1;
			}
			t->nodes.p[i].n++;
			vec_push(&t->nodes, n);
		}
	}
	free(seen);
}

void
tree_free(struct tree *t)
{
	vec_free(&t->nodes);
}

/* ---- levels ---- */

void
graph_level(const struct graph *g, int level, struct buf *b)
{
	if (level < 0)
		buf_str(b, "?");
	else if ((size_t)level < g->levels.n && g->levels.p[level] != NULL)
		buf_str(b, g->levels.p[level]);
	else
		buf_fmt(b, "level %d", level);
}

void
graph_levels(const struct graph *g, uint64_t levels, struct buf *b)
{
	for (int k = 0, n = 0; k < 64; k++)
		if (levels >> k & 1) {
			buf_str(b, n++ > 0 ? ", " : "");
			graph_level(g, k, b);
		}
}

void
graph_span(const struct graph *g, int lo, int hi, struct buf *b)
{
	bool open = hi + 1 >= (int)g->levels.n;

	if (lo < 0)
		buf_str(b, "not known");
	else if (lo == 0 && open)
		buf_str(b, "the caller's level");
	else {
		if (lo == 0)
			buf_str(b, "at most ");
		graph_level(g, lo == 0 ? hi : lo, b);
		if (lo != hi && lo > 0 && open)
			buf_str(b, " or above");
		else if (lo != hi && lo > 0) {
			buf_str(b, " to ");
			graph_level(g, hi, b);
		}
	}
}
