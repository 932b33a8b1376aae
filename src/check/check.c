/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Contracts.
 *
 * Defects that summaries mark (flow/contract.c) become findings in the
 * function that has them: levels are raised.c's, mutexes held.c's, what is
 * wrong at an instruction breach.c's and release.c's.  Handlers are
 * verdict.c's, verdict B nested.c's.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

/* ---- making findings ---- */

struct finding *
finding_add(struct checker *ck, int id, func_id f,
    const struct prog_handler *h, uint32_t site)
{
	const struct ir_func *ir = ck->program->funcs.p[f].ir;
	const struct ir_insn *in = solver_insn(ir, site);
	struct finding fi;

	memset(&fi, 0, sizeof(fi));
	fi.id = id;
	fi.severity = finding_severity(id);
	fi.func = f;
	fi.site = site;
	fi.handler = h;
	fi.file = ir->files[in->loc.file];
	fi.line = in->loc.line;
	fi.col = in->loc.col;
	fi.entry = fi.exit = -1;
	vec_push(&ck->results->findings, fi);
	return &ck->results->findings.p[ck->results->findings.n - 1];
}

/* The function's own entries; those of callees are the handlers'. */
void
finding_ledger(struct checker *ck, struct finding *f, func_id func)
{
	const struct ledger_refs *r = &ck->flow->rests[func];

	f->ledger = arena_alloc(ck->arena, (r->n + 1) * sizeof(*f->ledger));
	if (r->n > 0)
		memcpy(f->ledger, r->p, r->n * sizeof(*f->ledger));
	f->nledger = r->n;
}

const struct prog_handler *
handler_of(const struct program *p, func_id f)
{
	const struct prog_handler *best = NULL;
	size_t i;

	for (i = 0; i < p->handlers.n; i++) {
		const struct prog_handler *h = &p->handlers.p[i];

		if (h->func == f && h->level >= 0 && !h->context->thread &&
		    (best == NULL || h->level > best->level))
			best = h;
	}
	return best;
}

/* ---- functions ---- */

/* Two outcomes of one return with one cause are one finding. */
static bool
reported(const struct checker *ck, int id, func_id f,
    const struct ir_insn *in)
{
	size_t i;

	for (i = 0; i < ck->results->findings.n; i++) {
		const struct finding *fi = &ck->results->findings.p[i];

		if (fi->func == f && fi->line == in->loc.line &&
		    fi->col == in->loc.col && (fi->id == id ||
		    (id != 6 && fi->id != 6)))
			return true;
	}
	return false;
}

static void
check_mode(struct checker *ck, func_id f, int mode)
{
	const struct summary *sum;
	struct summary replay;
	struct solver *sv;
	const struct outcome *o;
	bool any = false;
	uint32_t i;

	sum = flow_summary(ck->flow, f, mode);
	if (sum->plain)
		return;
	for (i = 0; i < sum->noutcomes && !any; i++) {
		o = &sum->outcomes[i];
		any = raised_reportable(ck, f, mode, o) ||
		    held_reportable(ck, f, sum, o) ||
		    gone_reportable(ck, f, o);
	}
	check_twice(ck, f);
	if (!any && !ck->flow->breaking[f] && !releases_suspect(ck, f, sum))
		return;
	sv = flow_replay(ck->flow, f, mode, &replay, NULL, NULL);
	check_releases(ck, sv);
	for (i = 0; i < replay.noutcomes; i++) {
		o = &replay.outcomes[i];
		if (held_reportable(ck, f, &replay, o) && !reported(ck, 3, f,
		    solver_insn(sv->ir, o->site)))
			held_report(ck, f, sv, &replay, o);
	}
	if (ck->flow->adaptive) {
		solver_free(sv);
		return;
	}
	for (i = 0; i < replay.noutcomes; i++) {
		const struct ir_insn *in;

		o = &replay.outcomes[i];
		in = solver_insn(sv->ir, o->site);
		if (gone_reportable(ck, f, o) && !reported(ck, 4, f, in))
			gone_report(ck, f, sv, &replay, o);
		if (raised_reportable(ck, f, mode, o) &&
		    !reported(ck, 4, f, in) && !level_resumed(ck, f, o))
			raised_report(ck, f, sv, &replay, o);
	}
	check_breaches(ck, sv);
	solver_free(sv);
}

/* Has a caller asked for that mode, and does every path lose the level? */
static bool
loses_level(const struct checker *ck, func_id f, int mode)
{
	const struct summary *sum = ck->flow->sums[(size_t)f * NMODES +
	    (size_t)mode];
	uint32_t i;

	for (i = 0; sum != NULL && !sum->busy && i < sum->noutcomes; i++)
		if (sum->outcomes[i].defect == DEFECT_DEAD)
			return true;
	return false;
}

static void
check_function(struct checker *ck, func_id f)
{
	size_t n = ck->results->findings.n;
	int mode, i;

	mode = flow_natural(ck->flow, f);
	if (mode == NMODES) {
		flow_ledger(ck->flow, f, LEDGER_BUDGET,
		    ck->program->funcs.p[f].file,
		    ck->program->funcs.p[f].line,
		    "some path releases more spin mutexes than %d",
		    NMODES - 1);
		return;
	}
	check_mode(ck, f, mode);
	/* Only some paths release a mutex, and not all callers need hold it. */
	if (mode > 0 && ck->results->findings.n == n)
		check_mode(ck, f, 0);
	/* Callers hold more, and what is wrong then is hidden from them. */
	for (i = mode + 1; i < NMODES && ck->results->findings.n == n; i++)
		if (loses_level(ck, f, i))
			check_mode(ck, f, i);
}

/* ---- order ---- */

static int
by_place(const void *a, const void *b, void *ctx)
{
	const struct names *names = ctx;
	const struct finding *x = a, *y = b;
	int c;

	c = strcmp(name_str(names, x->file), name_str(names, y->file));
	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	if (x->id != y->id)
		return x->id - y->id;
	c = strcmp(x->message, y->message);
	return c != 0 ? c : strcmp(x->identity, y->identity);
}

/* IPL013, and IPL011 of adaptive mutexes. */
static void
check_adaptive(struct checker *ck, struct flow *adaptive)
{
	struct flow *levels = ck->flow;
	size_t i;

	ck->flow = adaptive;
	memset(ck->blamed, 0, ck->program->funcs.n);
	memset(ck->relied, 0, ck->program->funcs.n);
	for (i = 0; i < ck->program->funcs.n; i++)
		if (ck->program->funcs.p[i].ir != NULL &&
		    ck->program->funcs.p[i].rule == NULL)
			check_function(ck, (func_id)i);
	ck->flow = levels;
}

struct results *
check_program(const struct program *p, struct flow *fl,
    struct flow *adaptive)
{
	struct checker ck = { 0 };
	size_t i;

	ck.flow = fl;
	ck.program = p;
	ck.results = ecalloc(1, sizeof(*ck.results));
	ck.arena = ck.results->arena = arena_new();
	ck.blamed = ecalloc(p->funcs.n + 1, 1);
	ck.relied = ecalloc(p->funcs.n + 1, 1);
	for (i = 0; i < p->funcs.n; i++)
		if (p->funcs.p[i].ir != NULL && p->funcs.p[i].rule == NULL)
			check_function(&ck, (func_id)i);
	if (adaptive != NULL)
		check_adaptive(&ck, adaptive);
	ck.nest = nest_solve(p);
	verdicts_judge(&ck);
	check_nested(&ck);
	check_misnomers(&ck);
	check_contexts(&ck);
	nest_free(ck.nest);
	if (ck.results->findings.n > 0)
		qsort_r(ck.results->findings.p, ck.results->findings.n,
		    sizeof(struct finding), by_place,
		    (void *)(uintptr_t)p->names);
	findings_fingerprint(ck.results);
	verdicts_finish(&ck);
	check_reach(&ck);
	free(ck.blamed);
	free(ck.relied);
	return ck.results;
}
