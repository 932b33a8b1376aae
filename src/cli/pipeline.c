/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "check/check.h"
#include "check/suppress.h"
#include "flow/flow.h"
#include "kernel.h"
#include "pipeline.h"
#include "report/text.h"
#include "store/store.h"

/* The inventory's gaps as the store wants them; the caller frees. */
static struct store_gap *
store_gaps_of(const struct inventory *inv, size_t *n)
{
	struct store_gap *gaps = ecalloc(inv->gaps.n + 1, sizeof(*gaps));

	*n = 0;
	for (size_t i = 0; i < inv->gaps.n; i++) {
		const struct gap *g = &inv->gaps.p[i];

		if (g->kind == GAP_FOREIGN)
			continue;
		gaps[*n].path = g->unit;
		gaps[*n].status = gap_name(g->kind);
		gaps[*n].reason = g->reason;
		gaps[*n].analysed = g->analysed;
		++*n;
	}
	return gaps;
}

/* What every shard says of its files; the caller frees. */
static struct store_source *
store_sources_of(const struct kernel *k, size_t *n)
{
	VEC(struct store_source) all = { 0 };

	for (size_t i = 0; i < k->modules.n; i++)
		for (size_t j = 0; j < k->modules.p[i]->sources.n; j++) {
			const struct ir_source *src =
			    &k->modules.p[i]->sources.p[j];
			struct store_source s = { src->path, src->digest };

			vec_push(&all, s);
		}
	*n = all.n;
	return all.p;
}

static int
store(const struct options *o, const struct inventory *inv,
    const struct kernel *k, const struct results *results,
    const struct flow *flow, struct fault *f)
{
	struct store_run run = { .tool = version_text(), .time = o->time };
	struct flow_counts counts = flow_counts(flow);
	struct store_source *sources;
	struct store_gap *gaps;
	int error;

	run.sources = sources = store_sources_of(k, &run.nsources);
	run.gaps = gaps = store_gaps_of(inv, &run.ngaps);
	error = store_write(o->output, k->program, results, &counts, &run, f);
	free(sources);
	free(gaps);
	return error;
}

/* The whole analysis. */
static int
analyse(struct inventory *inv, const struct options *o, struct fault *f)
{
	struct suppressions *keep = NULL;
	struct results *results;
	struct flow *flow, *adaptive;
	struct kernel k;
	int error;

	if (o->suppressions != NULL &&
	    (keep = suppress_read(o->suppressions, f)) == NULL)
		return -1;
	error = kernel_load(&k, inv, o->rules, o->port, f);
	if (error == 0 && o->partial) {
		k.program->partial = true;
		(void)ledger_add(k.ledger, LEDGER_UNIT, 0, 0, 0, "only a part "
		    "of the kernel was given (--partial)");
	}
	if (error == 0) {
		flow = flow_solve(k.program);
		adaptive = o->adaptive ? flow_solve_adaptive(k.program) :
		    NULL;
		results = check_program(k.program, flow, adaptive);
		flow_free(adaptive);
		suppress_apply(results, k.program, keep);
		error = store(o, inv, &k, results, flow, f);
		results_free(results);
		flow_free(flow);
	}
	kernel_free(&k);
	suppress_free(keep);
	return error;
}

/* Name what is not there, or not right. */
static bool
name_gaps(const struct inventory *inv, bool quiet)
{
	const struct gap *g;
	const char *sep = "iplint: skipped, not C: ";
	bool complete = true, any = false;

	for (size_t i = 0; i < inv->gaps.n; i++) {
		g = &inv->gaps.p[i];
		if (gap_is_incomplete(g->kind))
			complete = false;
		else if (quiet || g->kind == GAP_SKIPPED)
			continue;
		complain("%s: %s: %s%s%s%s", g->unit, gap_name(g->kind),
		    g->reason, *g->detail != '\0' ? " (" : "", g->detail,
		    *g->detail != '\0' ? ")" : "");
	}
	for (size_t i = 0; i < inv->gaps.n && !quiet; i++) {
		g = &inv->gaps.p[i];
		if (g->kind != GAP_SKIPPED)
			continue;
		fprintf(stderr, "%s%s", sep, g->unit);
		sep = ", ";
		any = true;
	}
	if (any)
		fputc('\n', stderr);
	return complete;
}

static int
print_summary(const char *path, struct fault *f)
{
	struct text t = { .out = stdout, .fault = f };
	int error;

	t.store = store_open(path, f);
	if (t.store == NULL)
		return -1;
	printf("%s: ", path);
	error = text_summary(&t);
	store_close(t.store);
	return error;
}

int
pipeline(struct inventory *inv, const struct options *o)
{
	struct fault f = { 0 };
	bool complete;
	int error;

	error = analyse(inv, o, &f);
	complete = name_gaps(inv, o->quiet);
	if (error == 0 && !o->quiet)
		error = print_summary(o->output, &f);
	if (error != 0)
		return complain_fault(&f);
	return complete ? EXIT_CLEAN : EXIT_INCOMPLETE;
}
