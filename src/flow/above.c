/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Above: can anybody who calls a function release what it returns with?
 *
 * A function that keeps a mutex is solved before its callers, and whether
 * these release it is not known yet.  If it were taken for a wrapper that
 * locks for them, and is a popular function that only forgot a release, all
 * that call it would hold that mutex from there on, one more for each call.
 * So it is handed to callers only if one of them, or of theirs, has a release
 * of its class in its text, or calls a function that releases one for its
 * caller, which the summary of that one says.  What is called through
 * pointers that can mean many is left to keep.c.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define MAX_MEANT	16	/* classes that one release can mean */
#define HANDED_UP	4	/* calls up from the function that keeps */
#define MANY_CALLERS	64	/* functions above are not asked for these */
#define HANDED_DOWN	3	/* calls down to the release, by those above */

/* A function with a release of that class in its text. */
struct touch {
	const struct prog_lock *class;
	func_id func;
};

struct above {
	struct flow *flow;
	const struct program *program;
	VEC(struct touch) touches;	/* sorted by class, then function */
	uint8_t *gives;			/* per function: of the class asked */
	uint8_t *seen;			/* per function: on the way up */
	struct map *answers;		/* function and class -> 0, 1 */
};

static int
by_class(const void *va, const void *vb)
{
	const struct touch *a = va, *b = vb;

	if (a->class->key != b->class->key)
		return a->class->key < b->class->key ? -1 : 1;
	return a->func < b->func ? -1 : a->func > b->func;
}

static void
touch_add(struct above *ab, func_id f, const struct ir_insn *in,
    const struct rule_effect *e)
{
	const struct program *p = ab->program;
	const struct prog_lock *set[MAX_MEANT];
	struct touch t = { NULL, f };
	size_t i, n = 0;
	key_id key;

	if (e->lock.kind == RULE_LOCK_ARG && e->lock.arg >= 0 &&
	    e->lock.arg < in->nargs)
		n = program_value_locks(p, f, in->args[e->lock.arg], set,
		    MAX_MEANT);
	else if (e->lock.kind == RULE_LOCK_FIELD) {
		key = program_key_field(p, e->lock.record, e->lock.field);
		set[0] = key != 0 ? program_lock(p, key) : NULL;
		n = set[0] != NULL;
	}
	for (i = 0; i < n && i < MAX_MEANT; i++) {
		t.class = set[i];
		vec_push(&ab->touches, t);
	}
}

static void
touches_of(struct above *ab, func_id f)
{
	const struct program *p = ab->program;
	const struct prog_func *pf = &p->funcs.p[f];
	const struct prog_site *cs;
	const struct rule_func *r;
	const struct ir_insn *in;
	uint32_t b, i, k;
	size_t e;

	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			in = &pf->ir->blocks[b].insns[i];
			if (in->kind != IR_CALL)
				continue;
			cs = &pf->sites[in->site];
			for (k = 0; k < cs->ntargets; k++) {
				r = p->funcs.p[cs->targets[k]].rule;
				for (e = 0; r != NULL && e < r->neffects; e++)
					if (r->effects[e].what == RULE_EXIT)
						touch_add(ab, f, in,
						    &r->effects[e]);
			}
		}
}

struct above *
above_new(struct flow *fl)
{
	const struct program *p = fl->program;
	struct above *ab = ecalloc(1, sizeof(*ab));
	func_id f;

	ab->flow = fl;
	ab->program = p;
	ab->gives = ecalloc(p->funcs.n + 1, 1);
	ab->seen = ecalloc(p->funcs.n + 1, 1);
	ab->answers = map_new();
	for (f = 0; f < p->funcs.n; f++)
		if (p->funcs.p[f].ir != NULL)
			touches_of(ab, f);
	if (ab->touches.n > 0)
		qsort(ab->touches.p, ab->touches.n, sizeof(*ab->touches.p),
		    by_class);
	return ab;
}

void
above_free(struct above *ab)
{
	if (ab == NULL)
		return;
	vec_free(&ab->touches);
	map_free(ab->answers);
	free(ab->gives);
	free(ab->seen);
	free(ab);
}

/* How many functions a call in g that can be one of f can mean; 0: none. */
static uint32_t
edge(const struct program *p, func_id g, func_id f)
{
	const struct prog_func *pf = &p->funcs.p[g];
	uint32_t best = 0, i, k;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++)
			if (pf->sites[i].targets[k] == f && (best == 0 ||
			    pf->sites[i].ntargets < best))
				best = pf->sites[i].ntargets;
	return best;
}

/* Functions that give, without repeats. */
struct front {
	func_id *p;
	size_t n, cap;
	struct map *in;
	bool fellow;			/* one gives to callers not known */
};

/* Does it release one of the class that it has not taken? */
static bool
gives_net(const struct above *ab, func_id f, const struct prog_lock *class)
{
	const struct summary *sum = flow_summary(ab->flow, f, 0);
	uint32_t i;

	for (i = 0; i < sum->nneeds; i++)
		if (sum->needs[i].class == class ||
		    (sum->needs[i].class == NULL &&
		    sum->needs[i].callee == NO_FUNC))
			return true;
	return false;
}

static void
add(struct front *front, func_id f)
{
	uint64_t v;

	if (map_get(front->in, f, &v))
		return;
	map_put(front->in, f, 1);
	vec_push(front, f);
}

/*
 * Those with a release in their text, and the callers of those that release
 * for them.  To know which do they are solved, and to solve them can ask for
 * others: so nothing but the front is touched meanwhile.
 */
static void
find_givers(struct above *ab, struct front *front,
    const struct prog_lock *class, func_id asked)
{
	const struct program *p = ab->program;
	const struct prog_func *pf;
	size_t i, end;
	uint32_t k, n;
	func_id f;
	int depth;

	for (depth = 0, i = 0; depth < HANDED_DOWN; depth++)
		for (end = front->n; i < end; i++) {
			f = front->p[i];
			pf = &p->funcs.p[f];
			if (f == asked || pf->rule != NULL || (depth > 0 &&
			    pf->ncallers > MANY_CALLERS) ||
			    !gives_net(ab, f, class))
				continue;
			front->fellow = front->fellow || pf->ncallers == 0 ||
			    (pf->flags & PROG_TAKEN) != 0 || (p->partial &&
			    called_from_outside(ab->flow, f));
			for (k = 0; k < pf->ncallers; k++) {
				n = edge(p, pf->callers[k], f);
				if (n <= PROG_WIDE && p->funcs.p[
				    pf->callers[k]].rule == NULL)
					add(front, pf->callers[k]);
			}
		}
}

/* Is one that gives among the callers? */
static bool
climb(struct above *ab, func_id asked, bool fellow)
{
	const struct program *p = ab->program;
	const struct prog_func *pf;
	VEC(func_id) todo = { 0 };
	size_t i, end, next;
	uint32_t k, n;
	func_id g;
	bool found = false;
	int depth;

	vec_push(&todo, asked);
	ab->seen[asked] = 1;
	for (depth = next = 0; depth < HANDED_UP && !found; depth++)
		for (end = todo.n; next < end && !found; next++) {
			pf = &p->funcs.p[todo.p[next]];
			found = fellow && (pf->ncallers == 0 ||
			    (p->partial && called_from_outside(ab->flow,
			    todo.p[next])));
			for (k = 0; k < pf->ncallers && !found; k++) {
				g = pf->callers[k];
				if (ab->seen[g])
					continue;
				n = edge(p, g, todo.p[next]);
				if (depth == 0 && n > PROG_WIDE)
					found = fellow;
				if (n > (depth == 0 ? PROG_WIDE : 1))
					continue;
				found = ab->gives[g];
				ab->seen[g] = 1;
				vec_push(&todo, g);
			}
		}
	for (i = 0; i < todo.n; i++)
		ab->seen[todo.p[i]] = 0;
	vec_free(&todo);
	return found;
}

static bool
ask(struct above *ab, func_id f, const struct prog_lock *class)
{
	struct front front = { 0 };
	struct touch *t = ab->touches.p;
	size_t lo = 0, hi = ab->touches.n, mid, i;
	bool found;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (t[mid].class->key < class->key)
			lo = mid + 1;
		else
			hi = mid;
	}
	front.in = map_new();
	for (; lo < ab->touches.n && t[lo].class == class; lo++)
		add(&front, t[lo].func);
	find_givers(ab, &front, class, f);
	for (i = 0; i < front.n; i++)
		ab->gives[front.p[i]] = 1;
	found = climb(ab, f, front.fellow);
	for (i = 0; i < front.n; i++)
		ab->gives[front.p[i]] = 0;
	map_free(front.in);
	vec_free(&front);
	return found;
}

bool
above_gives(struct above *ab, func_id f, const struct prog_lock *class)
{
	uint64_t key = (uint64_t)f << 32 | class->key, yes;

	/* Nobody above to ask. */
	if (ab->program->funcs.p[f].ncallers == 0 ||
	    (ab->program->partial && called_from_outside(ab->flow, f)))
		return true;
	if (map_get(ab->answers, key, &yes))
		return yes != 0;
	yes = ask(ab, f, class);
	map_put(ab->answers, key, yes);
	return yes != 0;
}
