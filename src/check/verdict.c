/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Verdicts of handlers, and what they rest on.
 *
 * verdicts_judge() reads the outcomes of each handler at its entry level.
 * verdicts_finish() comes when all findings are known and in order, and gives
 * each handler those that it feels: its own, those that it shares, and those
 * below it whose defect gets through to its exit (flow/blame.c) and moves the
 * level there.  Only resolved calls count; what others could bring along is
 * in the ledger.  A function that sleeps on every path does not return to an
 * interrupt handler, so nothing is felt through it there.
 */

#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

/* ---- entries of the ledger by function ---- */

/*
 * What the linker could not find out in a function (pointers, locks) is in
 * the ledger by name and file; flow's own entries are known by function.
 */
static bool
entry_is_of(const struct program *p, const struct ledger_entry *e, func_id f)
{
	func_id same[64];
	size_t i, n;

	if (e->func != p->funcs.p[f].name)
		return false;
	if (e->file == 0 || e->file == p->funcs.p[f].file)
		return true;
	/* In a header: of whichever function of that name included it. */
	n = program_find(p, name_str(p->names, e->func), same, 64);
	for (i = 0; i < n && i < 64; i++)
		if (p->funcs.p[same[i]].file == e->file)
			return false;
	return true;
}

static void
rests_add(struct ledger_refs *r, uint32_t entry)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->p[i] == entry)
			return;
	vec_push(r, entry);
}

static void
rests_of_linker(struct checker *ck)
{
	const struct program *p = ck->program;
	const struct ledger_entry *e;
	func_id same[64];
	uint32_t i;
	size_t k, n;

	for (i = 0; i < ledger_count(p->ledger); i++) {
		e = ledger_get(p->ledger, i);
		if (e->func == 0)
			continue;
		n = program_find(p, name_str(p->names, e->func), same, 64);
		for (k = 0; k < n && k < 64; k++)
			if (entry_is_of(p, e, same[k]))
				rests_add(&ck->flow->rests[same[k]], i);
	}
}

/* ---- handlers ---- */

/* The highest level of an exit; *lowest is the lowest that is certain. */
static int
exit_max(struct checker *ck, const struct summary *sum, int entry,
    int *lowest)
{
	int64_t k;
	int max = -1, lo, hi;
	uint32_t i;

	*lowest = entry;
	for (i = 0; i < sum->noutcomes; i++) {
		node_t l = level_at(ck->flow->nodes, sum->outcomes[i].level,
		    entry, 0);

		if (node_is_const(ck->flow->nodes, l, &k)) {
			lo = (int)k;
			*lowest = lo < *lowest ? lo : *lowest;
		} else
			level_bounds(ck->flow->nodes, l, &lo, &hi);
		max = lo > max ? lo : max;
	}
	return max;
}

static void
check_handler(struct checker *ck, const struct prog_handler *h)
{
	const struct prog_func *pf = &ck->program->funcs.p[h->func];
	const struct summary *sum;
	struct handler_result r;
	int lo, hi, lowest;

	memset(&r, 0, sizeof(r));
	r.handler = h;
	r.exit_max = r.exit_max_nested = r.peak = -1;
	r.verdict = VERDICT_UNKNOWN;
	if (h->level >= 0 && pf->ir != NULL && pf->rule == NULL) {
		sum = flow_summary(ck->flow, h->func, 0);
		r.exit_max = exit_max(ck, sum, h->level, &lowest);
		level_bounds(ck->flow->nodes, level_at(ck->flow->nodes,
		    sum->peak, h->level, 0), &lo, &hi);
		r.peak = lo > h->level ? lo : h->level;
		r.verdict = VERDICT_CLEAN;
		if (h->context->count == RULE_COUNT_INTERRUPTED) {
			r.exit_max_nested = nest_exit(ck->nest, h->func,
			    h->level);
			if (r.exit_max_nested > h->level)
				r.verdict = VERDICT_NESTED;
		}
		if (lowest < h->level && !h->context->thread)
			r.verdict = VERDICT_LOWERED;
		if (r.exit_max > h->level || (sum->own & FAULT_COUNT))
			r.verdict = VERDICT_LEAK;
	}
	vec_push(&ck->results->handlers, r);
}

void
verdicts_judge(struct checker *ck)
{
	size_t i;

	for (i = 0; i < ck->program->handlers.n; i++)
		check_handler(ck, &ck->program->handlers.p[i]);
}

/* ---- findings that a handler feels ---- */

struct walk {
	struct checker *ck;
	uint32_t *stamp;		/* by slot: the last handler's number */
	uint32_t *parent;		/* by slot: from which it was reached */
	VEC(uint32_t) todo;
	VEC(struct felt) felt;
};

static uint32_t
slot_of(func_id f, int mode)
{
	return f * NMODES + (uint32_t)mode;
}

/* Does a way out that callers do not see bring trouble at that level? */
static bool
moves(struct checker *ck, const struct summary *sum, int entry)
{
	const struct outcome *o;
	uint32_t i;
	int64_t k;

	if (sum->own & FAULT_COUNT)
		return true;
	for (i = sum->nseen; i < sum->noutcomes; i++) {
		o = &sum->outcomes[i];
		if (!node_is_const(ck->flow->nodes, level_at(ck->flow->nodes,
		    o->nheld > 0 && o->saved != 0 ? o->saved : o->level,
		    entry, 0), &k) || k != entry)
			return true;
	}
	return false;
}

/* Is the finding about the way in which its function returns? */
static bool
about_exit(const struct finding *f)
{
	return f->id == IPL1 || f->id == IPL3 || f->id == IPL4 ||
	    f->id == IPL12;
}

/* The calls from the handler down to the function of a slot. */
static void
chain_of(struct walk *w, uint32_t slot, struct felt *out)
{
	uint32_t s;
	size_t n;

	for (n = 1, s = slot; w->parent[s] != s; s = w->parent[s])
		n++;
	out->chain = arena_alloc(w->ck->arena, n * sizeof(*out->chain));
	out->nchain = n;
	for (s = slot; n-- > 0; s = w->parent[s])
		out->chain[n] = s / NMODES;
}

static void
feel(struct walk *w, uint32_t slot, enum felt_how how)
{
	const struct results *r = w->ck->results;
	struct felt x = { .how = how };
	size_t i;

	for (i = 0; i < r->findings.n; i++)
		if (r->findings.p[i].func == slot / NMODES &&
		    about_exit(&r->findings.p[i])) {
			x.finding = (uint32_t)i;
			chain_of(w, slot, &x);
			vec_push(&w->felt, x);
		}
}

static bool
reach(struct walk *w, uint32_t slot, uint32_t from, uint32_t stamp)
{
	if (w->stamp[slot] == stamp)
		return false;
	w->stamp[slot] = stamp;
	w->parent[slot] = from;
	vec_push(&w->todo, slot);
	return true;
}

/* ---- calls that are resolved ---- */

/*
 * A direct call, or one through a pointer that can mean one function only.
 * The others know their targets by the member that the pointer was read from,
 * not by the object: most of these targets are never called from here.
 */
bool
call_resolved(const struct prog_site *s)
{
	return s->ntargets == 1;
}

/* Can the function return in that context? */
bool
call_returns(const struct checker *ck, const struct prog_handler *h,
    func_id f)
{
	const struct prog_func *pf = &ck->program->funcs.p[f];
	const struct summary *sum = pf->ir != NULL && pf->rule == NULL ?
	    ck->flow->sums[slot_of(f, 0)] : NULL;

	return !(pf->flags & PROG_NORETURN) && (h->context->thread ||
	    sum == NULL || !sum->sleeps);
}

static const struct ir_insn *
insn_of(const struct ir_func *ir, uint32_t site)
{
	uint32_t b, i;

	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++)
			if (ir->blocks[b].insns[i].kind == IR_CALL &&
			    ir->blocks[b].insns[i].site == site)
				return &ir->blocks[b].insns[i];
	bug("call site without its instruction");
}

/*
 * A call whose targets include some that bring a defect along.  That it is
 * none of these is taken for granted, and written down.
 */
static void
target_entry(struct checker *ck, func_id f, uint32_t site)
{
	const struct program *p = ck->program;
	const struct prog_func *pf = &p->funcs.p[f];
	const struct prog_site *s = &pf->sites[site];
	const struct summary *sum;
	const struct ir_insn *in;
	struct buf b = { 0 }, names = { 0 };
	uint32_t i, n = 0;

	for (i = 0; i < s->ntargets; i++) {
		sum = ck->flow->sums[slot_of(s->targets[i], 0)];
		if (sum != NULL && sum->faults != 0 && n++ < 3)
			buf_fmt(&names, "%s%s", n > 1 ? ", " : "",
			    name_str(p->names,
			    p->funcs.p[s->targets[i]].name));
	}
	if (n == 0)
		return;
	in = insn_of(pf->ir, site);
	ir_print_c(p->names, pf->ir, in->src, &b);
	(void)flow_ledger(ck->flow, f, LEDGER_TARGET,
	    pf->ir->files[in->loc.file], in->loc.line, "call through %s: %u "
	    "of %u targets bring%s a defect along (%s%s); taken as not "
	    "called here", b.p, n, s->ntargets, n == 1 ? "s" : "", names.p,
	    n > 3 ? ", ..." : "");
	buf_free(&b);
	buf_free(&names);
}

static void
target_entries(struct checker *ck)
{
	const struct program *p = ck->program;
	const struct prog_func *pf;
	func_id f;
	uint32_t i;

	for (f = 0; f < p->funcs.n; f++) {
		pf = &p->funcs.p[f];
		if (pf->ir == NULL || pf->rule != NULL)
			continue;
		for (i = 0; i < pf->nsites; i++)
			if (pf->sites[i].ntargets > 1)
				target_entry(ck, f, i);
	}
}

/* Breadth first, so that the chains are the shortest. */
static void
walk_below(struct walk *w, const struct prog_handler *h, uint32_t stamp)
{
	const struct flow *fl = w->ck->flow;
	const struct summary *sum;
	uint32_t slot = slot_of(h->func, 0), i;
	size_t next = 0;

	w->todo.n = 0;
	(void)reach(w, slot, slot, stamp);
	for (; next < w->todo.n; next++) {
		slot = w->todo.p[next];
		sum = fl->sums[slot];
		if (next > 0 && sum->own != 0 && moves(w->ck, sum, h->level))
			feel(w, slot, FELT_BELOW);
		for (i = 0; i < sum->nbelow; i++)
			if (call_returns(w->ck, h, sum->below[i] / NMODES))
				(void)reach(w, sum->below[i], slot, stamp);
	}
}

/* Those that name the handler, itself or among others. */
static void
walk_own(struct walk *w, const struct prog_handler *h, uint32_t stamp)
{
	const struct results *r = w->ck->results;
	uint32_t slot = slot_of(h->func, 0);
	struct felt x;
	size_t i, k;

	w->todo.n = 0;
	(void)reach(w, slot, slot, stamp);
	for (i = 0; i < r->findings.n; i++) {
		const struct finding *f = &r->findings.p[i];

		x = (struct felt){ .finding = (uint32_t)i };
		if (f->handler == h || (f->func == h->func &&
		    (f->handler == NULL || f->handler->func == h->func)))
			x.how = FELT_OWN;
		else {
			for (k = 0; k < f->nothers && f->others[k] != h; )
				k++;
			if (k == f->nothers)
				continue;
			x.how = FELT_SHARED;
		}
		chain_of(w, slot, &x);
		vec_push(&w->felt, x);
	}
}

/* ---- the ledger below a function ---- */

/* Functions below one, and the entries that they rest on. */
struct below {
	uint8_t *seen;			/* by func_id */
	uint8_t *hit;			/* by index in the ledger */
	size_t nfuncs, nentries;
};

static struct below
below_new(const struct program *p)
{
	struct below b = { NULL, NULL, p->funcs.n, ledger_count(p->ledger) };

	b.seen = ecalloc(b.nfuncs + 1, 1);
	b.hit = ecalloc(b.nentries + 1, 1);
	return b;
}

static void
below_free(struct below *b)
{
	free(b->seen);
	free(b->hit);
}

static void
below_merge(struct below *b, const struct below *o)
{
	size_t i;

	for (i = 0; i < b->nfuncs; i++)
		b->seen[i] |= o->seen[i];
	for (i = 0; i < b->nentries; i++)
		b->hit[i] |= o->hit[i];
}

/* A member of hub brings with it all that is below that component. */
static void
below_add(struct checker *ck, func_id root, struct below *b, uint32_t hub,
    const struct below *below_hub)
{
	const struct program *p = ck->program;
	VEC(func_id) todo = { 0 };
	size_t i, k;
	func_id f, g;

	vec_push(&todo, root);
	b->seen[root] = 1;
	while (todo.n > 0) {
		f = todo.p[--todo.n];
		if (p->funcs.p[f].scc == hub) {
			below_merge(b, below_hub);
			continue;
		}
		for (i = 0; i < ck->flow->rests[f].n; i++)
			b->hit[ck->flow->rests[f].p[i]] = 1;
		if (p->funcs.p[f].rule != NULL)
			continue;
		for (i = 0; i < p->funcs.p[f].nsites; i++)
			for (k = 0; k < p->funcs.p[f].sites[i].ntargets;
			    k++) {
				g = p->funcs.p[f].sites[i].targets[k];
				if (!b->seen[g]) {
					b->seen[g] = 1;
					vec_push(&todo, g);
				}
			}
	}
	vec_free(&todo);
}

/* The largest component: nearly everything reaches it. */
static func_id
hub_member(const struct program *p)
{
	uint32_t *size = ecalloc((size_t)p->nsccs + 1, sizeof(*size));
	uint32_t best = 1;
	func_id member = NO_FUNC;
	size_t i;

	for (i = 0; i < p->funcs.n; i++)
		if (p->funcs.p[i].rule == NULL &&
		    ++size[p->funcs.p[i].scc] > best) {
			best = size[p->funcs.p[i].scc];
			member = (func_id)i;
		}
	free(size);
	return member;
}

/* Entries that each handler and what it calls rest on, sorted. */
static void
check_rests(struct checker *ck)
{
	const struct program *p = ck->program;
	struct below below_hub = below_new(p), b;
	func_id member = hub_member(p);
	uint32_t hub = UINT32_MAX;
	struct handler_result *r;
	size_t i, j;

	if (member != NO_FUNC) {
		below_add(ck, member, &below_hub, hub, NULL);
		hub = p->funcs.p[member].scc;
	}
	for (i = 0; i < ck->results->handlers.n; i++) {
		r = &ck->results->handlers.p[i];
		b = below_new(p);
		below_add(ck, r->handler->func, &b, hub, &below_hub);
		for (j = 0; j < b.nentries; j++)
			r->nledger += b.hit[j];
		r->ledger = arena_alloc(ck->arena, (r->nledger + 1) *
		    sizeof(*r->ledger));
		r->nledger = 0;
		for (j = 0; j < b.nentries; j++)
			if (b.hit[j])
				r->ledger[r->nledger++] = (uint32_t)j;
		below_free(&b);
	}
	below_free(&below_hub);
}

/* Is an entry with a spin mutex held real, as IPL002 proves? */
static bool
nests(const struct walk *w)
{
	size_t i;

	for (i = 0; i < w->felt.n; i++)
		if (w->ck->results->findings.p[w->felt.p[i].finding].id ==
		    IPL2)
			return true;
	return false;
}

void
verdicts_finish(struct checker *ck)
{
	struct walk w = { .ck = ck };
	size_t n = ck->program->funcs.n * NMODES, i;
	struct handler_result *r;
	bool below;

	w.stamp = ecalloc(n + 1, sizeof(*w.stamp));
	w.parent = ecalloc(n + 1, sizeof(*w.parent));
	for (i = 0; i < ck->results->handlers.n; i++) {
		r = &ck->results->handlers.p[i];
		if (r->verdict == VERDICT_UNKNOWN)
			continue;
		w.felt.n = 0;
		walk_own(&w, r->handler, (uint32_t)i * 2 + 1);
		n = w.felt.n;
		if (r->verdict == VERDICT_NESTED && !nests(&w))
			r->verdict = r->unproven ? VERDICT_UNPROVEN :
			    VERDICT_CLEAN;
		walk_below(&w, r->handler, (uint32_t)i * 2 + 2);
		below = w.felt.n > n;
		if (below && r->verdict == VERDICT_CLEAN)
			r->verdict = VERDICT_BELOW;
		r->felt = arena_alloc(ck->arena, (w.felt.n + 1) *
		    sizeof(*r->felt));
		if (w.felt.n > 0)
			memcpy(r->felt, w.felt.p, w.felt.n *
			    sizeof(*r->felt));
		r->nfelt = w.felt.n;
	}
	target_entries(ck);
	rests_of_linker(ck);
	check_rests(ck);
	vec_free(&w.todo);
	vec_free(&w.felt);
	free(w.stamp);
	free(w.parent);
}
