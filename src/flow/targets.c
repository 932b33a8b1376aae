/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Targets: a call through a pointer that can reach several functions.
 *
 * If all of them do the same, that is what the call does.  If each does one
 * of several things, and each of the others can do these as well, they follow
 * a protocol, such as "still held if the result is 0", and the call does any
 * of them.  Else which function is called matters and is not known: the call
 * is taken as doing nothing, and what it might have taken or released may or
 * may not be held.
 *
 * In a part of a kernel there are targets that are not seen.  They may return
 * anything, and do to the level, the count and mutexes what the others do.
 *
 * What a target needs of its caller is needed by the call only if all others
 * need it, too.
 */

#include <stdlib.h>
#include <string.h>

#include "flow/flow_int.h"

#define MAX_PROTOCOL	16	/* states in which the targets end */

/* The states and the needs of all targets, one after another. */
struct targets {
	uint32_t n;
	size_t *states, *needs;		/* where each one's end */
	struct state_list all;
	VEC(struct need) wanted;
};

/* Do a target's states include one that does the same as s? */
static bool
has_effect(const struct solver *sv, const struct targets *t, uint32_t target,
    const struct state *s)
{
	size_t i;

	for (i = target == 0 ? 0 : t->states[target - 1];
	    i < t->states[target]; i++)
		if (state_same(sv, t->all.p[i], s))
			return true;
	return false;
}

static bool
returns(const struct targets *t, uint32_t target)
{
	return t->states[target] > (target == 0 ? 0 : t->states[target - 1]);
}

static bool
same_effects(const struct solver *sv, const struct targets *t)
{
	size_t i;

	for (i = 1; i < t->all.n; i++)
		if (!state_same(sv, t->all.p[0], t->all.p[i]))
			return false;
	return t->all.n > 0;
}

static bool
same_protocol(const struct solver *sv, const struct targets *t)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < t->all.n; i++)
		for (k = 0; k < t->n; k++)
			if (returns(t, k) && !has_effect(sv, t, k,
			    t->all.p[i]))
				return false;
	return t->all.n > 0 && t->all.n <= MAX_PROTOCOL;
}

/* Narrow conds to what a target's need of the same lock agrees with. */
static bool
needs_too(const struct targets *t, uint32_t target, struct need *n)
{
	const struct need *p;
	size_t i;

	for (i = target == 0 ? 0 : t->needs[target - 1];
	    i < t->needs[target]; i++) {
		p = &t->wanted.p[i];
		if (p->lock != n->lock || p->class != n->class ||
		    p->path != n->path)
			continue;
		n->nconds = facts_common(n->conds, n->nconds, p->conds,
		    p->nconds);
		return true;
	}
	return false;
}

/* What each target needs that does anything; all, if none comes back. */
static void
common_needs(struct solver *sv, struct targets *t)
{
	size_t i, end = t->all.n > 0 ? t->needs[0] : t->wanted.n;
	struct need n;
	uint32_t k;

	/* Those of the others are the same ones. */
	for (i = 0; i < end; i++) {
		n = t->wanted.p[i];
		n.conds = arena_dup(sv->arena, n.conds,
		    n.nconds * sizeof(*n.conds));
		for (k = 0; k < t->n && t->all.n > 0; k++)
			if (!needs_too(t, k, &n))
				break;
		if (t->all.n == 0 || k == t->n)
			vec_push(&sv->needs, n);
	}
}

/*
 * A protocol of which only one half needs the mutex: "released if the result
 * is not 0".  Without the caller's it is neutral, and that is not it.
 */
static void
hand_on(struct solver *sv, const struct state *s, func_id callee,
    const node_t *args, uint32_t nargs, uint32_t site)
{
	const struct prog_func *pf = &sv->flow->program->funcs.p[callee];
	const struct summary *sum;

	if (pf->ir == NULL || pf->rule != NULL || sv->walk != NULL)
		return;
	sum = flow_summary(sv->flow, callee, 0);
	if (sum->neutral)
		summary_needs(sv, s, site, callee, sum, args, nargs);
}

static void
run_targets(struct solver *sv, const struct state *s,
    const struct ir_insn *in, const struct prog_site *cs, const node_t *args,
    node_t ret, uint32_t site, struct targets *t)
{
	size_t needs = sv->needs.n, unheld = sv->unheld.n, k;
	bool inlines = sv->inlines;
	uint32_t i;

	t->n = cs->ntargets;
	t->states = arena_alloc(sv->arena, t->n * sizeof(*t->states));
	t->needs = arena_alloc(sv->arena, t->n * sizeof(*t->needs));
	sv->inlines = false;
	for (i = 0; i < t->n; i++) {
		call_one(sv, state_copy(sv, s), in, cs->targets[i], args,
		    ret, site, &t->all);
		t->states[i] = t->all.n;
		hand_on(sv, s, cs->targets[i], args, in->nargs, site);
		for (k = needs; k < sv->needs.n; k++)
			vec_push(&t->wanted, sv->needs.p[k]);
		t->needs[i] = t->wanted.n;
		sv->needs.n = needs;
	}
	sv->inlines = inlines;
	sv->unheld.n = unheld;
	common_needs(sv, t);
	vec_free(&t->wanted);
}

/* One state stands for all; its result is unknown. */
static void
take_common(struct solver *sv, const struct ir_insn *in, node_t ret,
    uint32_t site, struct targets *t, struct state_list *out)
{
	struct state *one = t->all.p[0];
	size_t i;

	call_result(sv, one, in, ret, site);
	for (i = 1; i < t->all.n; i++) {
		one->peak = level_max(sv->nodes, one->peak,
		    t->all.p[i]->peak);
		spare(sv, one->held, t->all.p[i]->held, t->all.p[i]->nheld);
	}
	vec_push(out, one);
}

static void
take_nothing(struct solver *sv, struct state *s, const struct ir_insn *in,
    const struct prog_site *cs, const node_t *args, node_t ret,
    uint32_t site, struct targets *t, struct state_list *out)
{
	uint32_t i;

	if (t->all.n > 0) {
		flow_ledger(sv->flow, sv->func, LEDGER_POINTER,
		    sv->ir->files[in->loc.file], in->loc.line,
		    "the %u targets of this call do different things "
		    "to the level; taken as doing none", cs->ntargets);
		s->slept = s->slept || t->all.p[0]->slept;
	}
	for (i = 0; i < t->all.n; i++)
		maybe_add(sv, s, t->all.p[i]);
	s->ngone = 0;
	call_neutral(sv, s, in, args, ret, site, out);
}

void
call_targets(struct solver *sv, struct state *s, const struct ir_insn *in,
    const struct prog_site *cs, const node_t *args, node_t ret,
    uint32_t site, struct state_list *out)
{
	const struct prog_func *first =
	    &sv->flow->program->funcs.p[cs->targets[0]];
	struct targets t = { 0 };
	size_t i;

	run_targets(sv, s, in, cs, args, ret, site, &t);
	/* Whose defects: that of one target is not that of this call. */
	for (i = 1; i < t.all.n; i++)
		t.all.p[0]->slept = t.all.p[0]->slept && t.all.p[i]->slept;
	for (i = 0; i < t.all.n; i++)
		t.all.p[i]->blame = s->blame;
	if (program_open(sv->flow->program, cs) && same_effects(sv, &t) &&
	    state_same(sv, t.all.p[0], s))
		call_neutral(sv, s, in, args, ret, site, out);
	else if (same_effects(sv, &t)) {
		if (sv->walk == NULL || state_same(sv, t.all.p[0], s) ||
		    first->rule != NULL || first->ir == NULL ||
		    !walk_enter(sv, s, in, cs->targets[0], args, site, true))
			take_common(sv, in, ret, site, &t, out);
	} else if (same_protocol(sv, &t)) {
		/* Which it was may show in ways that are not followed. */
		for (i = 0; i < t.all.n; i++) {
			t.all.p[i]->ngone = 0;
			vec_push(out, t.all.p[i]);
		}
	} else
		take_nothing(sv, s, in, cs, args, ret, site, &t, out);
	vec_free(&t.all);
}
