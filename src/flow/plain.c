/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Most functions do nothing to the machine and neither do their callees.
 * They are recognised by their calls alone and not executed.
 */

#include <string.h>

#include "flow/flow_int.h"

static bool
rule_is_plain(const struct flow *fl, const struct rule_func *r)
{
	size_t i;

	/* Of adaptive mutexes, only what may enter or exit one. */
	if (fl->adaptive) {
		for (i = 0; i < r->neffects; i++)
			if ((r->effects[i].what == RULE_ENTER ||
			    r->effects[i].what == RULE_EXIT) &&
			    r->effects[i].spin != RULE_SPIN)
				return false;
		return true;
	}
	return r->neffects == 0 && r->result == RULE_RESULT_UNKNOWN &&
	    r->saves_to < 0;
}

/* Stores to the machine's own members. */
static bool
stores_machine(const struct flow *fl, const struct ir_insn *in)
{
	return in->kind == IR_ASSIGN && in->dst->kind == IR_FIELD &&
	    rules_place(fl->program->rules, in->dst->record,
	    in->dst->name) != NULL;
}

enum touches { TOUCHES_UNKNOWN, TOUCHES_NOT, TOUCHES };

/* Does the function do something to the machine by itself? */
static bool
touches_machine(struct flow *fl, func_id f)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f], *g;
	const struct ir_func *ir = pf->ir;
	uint32_t b, i, k;

	if (fl->machine[f] != TOUCHES_UNKNOWN)
		return fl->machine[f] == TOUCHES;
	fl->machine[f] = TOUCHES;
	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++) {
			g = &p->funcs.p[pf->sites[i].targets[k]];
			if (g->rule != NULL && !rule_is_plain(fl, g->rule))
				return true;
		}
	for (b = 0; b < ir->nblocks && !fl->adaptive; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++)
			if (stores_machine(fl, &ir->blocks[b].insns[i]))
				return true;
	fl->machine[f] = TOUCHES_NOT;
	return false;
}

/*
 * A short function that returns a pointer may say which lock it is, and one
 * that is but an expression is a test that others make as well.
 */
static bool
is_getter(const struct flow *fl, const struct ir_func *ir)
{
	const char *sig = name_str(fl->program->names, ir->sig);
	const struct ir_insn *last = ir_terminator(&ir->blocks[0]);

	return (sig[0] == 'p' && ir->nblocks <= 4) || (ir->nblocks == 1 &&
	    ir->blocks[0].ninsns <= 2 && last->kind == IR_RET &&
	    last->src != NULL && last->src->kind != IR_CONST);
}

/* Callees of a function that is not executed; arrays grow by doubling. */
static uint32_t *
below_add(struct flow *fl, uint32_t *below, uint32_t *n, func_id callee,
    int mode)
{
	uint32_t slot = callee * NMODES + (uint32_t)mode, *new, i;

	for (i = 0; i < *n; i++)
		if (below[i] == slot)
			return below;
	if ((*n & (*n - 1)) == 0) {
		new = arena_alloc(fl->arena, (*n == 0 ? 1 : *n * 2) *
		    sizeof(*new));
		if (*n > 0)
			memcpy(new, below, *n * sizeof(*new));
		below = new;
	}
	below[(*n)++] = slot;
	return below;
}

/* Is the variable's address in the expression, so that others can write it? */
static bool
has_address(const struct ir_expr *e, uint32_t local, bool addr)
{

	if (e == NULL)
		return false;
	switch (e->kind) {
	case IR_LOCAL:
		return addr && e->local == local;
	case IR_FIELD:
		return has_address(e->a, local, addr);
	case IR_INDEX:
		return has_address(e->a, local, addr) ||
		    has_address(e->b, local, false);
	case IR_ADDR:
		return has_address(e->a, local, true);
	case IR_DEREF:
	case IR_UNARY:
		return has_address(e->a, local, false);
	case IR_BINARY:
		return has_address(e->a, local, false) ||
		    has_address(e->b, local, false);
	default:
		return false;
	}
}

static bool
gives_address(const struct ir_insn *in, uint32_t local)
{
	uint32_t i;

	if (has_address(in->src, local, false) ||
	    has_address(in->dst, local, false))
		return true;
	for (i = 0; in->kind == IR_CALL && i < in->nargs; i++)
		if (has_address(in->args[i], local, false))
			return true;
	return false;
}

/* The only instruction that writes a local; NULL: there is not just one. */
static const struct ir_insn *
only_write(const struct ir_func *ir, uint32_t local)
{
	const struct ir_insn *in, *found = NULL;
	uint32_t b, i;

	if (local < ir->nparams)
		return NULL;
	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			in = &ir->blocks[b].insns[i];
			if (in->kind == IR_ASM || gives_address(in, local))
				return NULL;
			if (in->dst == NULL || in->dst->kind != IR_LOCAL ||
			    in->dst->local != local)
				continue;
			if (found != NULL)
				return NULL;
			found = in;
		}
	return found;
}

/* What is known of a value that a function returns, as an outcome has it. */
static struct fact
value_range(struct flow *fl, const struct prog_func *pf,
    const struct ir_expr *e, int mode)
{
	struct fact any = { 0, false, INT64_MIN, INT64_MAX };
	const struct ir_insn *in;
	const struct prog_func *g;
	const struct summary *sum;
	func_id callee;

	if (e->kind == IR_CONST)
		return (struct fact){ 0, e->value != 0, e->value, e->value };
	in = e->kind == IR_LOCAL ? only_write(pf->ir, e->local) : NULL;
	if (in == NULL)
		return any;
	if (in->kind == IR_ASSIGN)
		return in->src->kind == IR_CONST ?
		    value_range(fl, pf, in->src, mode) : any;
	if (pf->sites[in->site].ntargets != 1 || program_open(fl->program,
	    &pf->sites[in->site]))
		return any;
	callee = pf->sites[in->site].targets[0];
	g = &fl->program->funcs.p[callee];
	if (g->ir == NULL || g->rule != NULL)
		return any;
	sum = flow_summary(fl, callee, mode);
	if (sum->nseen == 0)
		return any;
	any = sum->outcomes[0].result;
	any.value = 0;
	return any;
}

/* The hull of what the returns give; lo..hi is one value: a constant. */
static struct fact
result_range(struct flow *fl, const struct prog_func *pf, int mode)
{
	struct fact r = { 0, true, INT64_MAX, INT64_MIN }, f;
	const struct ir_insn *in;
	uint32_t b;

	for (b = 0; b < pf->ir->nblocks; b++) {
		in = ir_terminator(&pf->ir->blocks[b]);
		if (in->kind != IR_RET)
			continue;
		f = (struct fact){ 0, false, INT64_MIN, INT64_MAX };
		if (in->src != NULL)
			f = value_range(fl, pf, in->src, mode);
		r.lo = f.lo < r.lo ? f.lo : r.lo;
		r.hi = f.hi > r.hi ? f.hi : r.hi;
		r.nonzero = r.nonzero && f.nonzero;
	}
	if (r.lo > r.hi)
		r = (struct fact){ 0, false, INT64_MIN, INT64_MAX };
	return r;
}

bool
plain_summary(struct flow *fl, func_id f, int mode, struct summary *sum)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f];
	const struct prog_site *cs;
	const struct summary *callee;
	node_t peak = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	uint8_t faults = 0;
	uint32_t *below = NULL, nbelow = 0, i, k;

	if (is_getter(fl, pf->ir) || touches_machine(fl, f))
		return false;
	for (i = 0; i < pf->nsites; i++) {
		cs = &pf->sites[i];
		for (k = 0; k < cs->ntargets; k++) {
			const struct prog_func *g =
			    &p->funcs.p[cs->targets[k]];

			if (g->rule != NULL || g->ir == NULL)
				continue;
			callee = flow_summary(fl, cs->targets[k], mode);
			if (callee->nneeds > 0 || (callee->nseen > 0 &&
			    !callee->neutral))
				return false;
			peak = level_max(fl->nodes, peak, callee->peak);
			if (callee->faults == 0 || cs->ntargets != 1)
				continue;
			faults |= callee->faults;
			below = below_add(fl, below, &nbelow,
			    cs->targets[k], mode);
		}
	}
	memset(sum, 0, sizeof(*sum));
	sum->outcomes = arena_alloc(fl->arena, sizeof(*sum->outcomes));
	sum->outcomes[0].level = node_leaf(fl->nodes, NODE_ENTRY, 0, 0);
	sum->outcomes[0].peak = peak;
	sum->outcomes[0].left = mode;
	sum->outcomes[0].saved = mode > 0 ? node_leaf(fl->nodes, NODE_SAVED,
	    0, 0) : 0;
	sum->outcomes[0].result = result_range(fl, pf, mode);
	if (sum->outcomes[0].result.lo == sum->outcomes[0].result.hi)
		sum->outcomes[0].ret = node_const(fl->nodes,
		    sum->outcomes[0].result.lo);
	sum->noutcomes = sum->nseen = 1;
	sum->neutral = true;
	sum->plain = true;
	sum->peak = peak;
	sum->faults = faults;
	sum->below = below;
	sum->nbelow = nbelow;
	return true;
}

void
plain_ledger(struct flow *fl, func_id f)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f], *g;
	const struct ir_insn *in;
	uint32_t b, i, k;

	for (i = 0; i < pf->nsites; i++)
		for (k = 0; k < pf->sites[i].ntargets; k++) {
			g = &p->funcs.p[pf->sites[i].targets[k]];
			if (g->rule == NULL && g->ir == NULL)
				ledger_extern(fl, f, pf->sites[i].targets[k]);
		}
	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			in = &pf->ir->blocks[b].insns[i];
			if (in->kind == IR_ASM)
				flow_ledger(fl, f, LEDGER_ASM,
				    pf->ir->files[in->loc.file],
				    in->loc.line, "asm \"%.40s\"",
				    name_str(p->names, in->name));
		}
}
