/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "flow/flow.h"
#include "kernel.h"
#include "program/dump.h"
#include "shard/shard.h"

/* Each shard as it is, without linking. */
static int
dump_ir(const struct inventory *inv, struct buf *out, struct fault *f)
{
	struct names *names = names_new();
	struct ir_module *m;
	int error = 0;

	for (size_t i = 0; i < inv->paths.n && error == 0; i++) {
		if (shard_read(&m, names, inv->paths.p[i], NULL, f) ==
		    SHARD_OK)
			ir_print(m, out);
		else
			error = -1;
		ir_module_free(m);
	}
	names_free(names);
	return error;
}

static void
dump_summary(const struct kernel *k, const char *only, struct buf *out)
{
	const struct program *p = k->program;
	struct flow *flow = flow_solve(k->program);

	for (func_id i = 0; i < p->funcs.n; i++)
		if (p->funcs.p[i].ir != NULL && (only == NULL ||
		    strcmp(name_str(p->names, p->funcs.p[i].name), only) == 0))
			flow_print(flow, i, out);
	flow_free(flow);
}

static int
dump(struct inventory *inv, const struct options *o, struct fault *f)
{
	struct buf out = { 0 };
	struct kernel k;
	int error;

	if (strcmp(o->stage, "ir") == 0)
		error = dump_ir(inv, &out, f);
	else {
		error = kernel_load(&k, inv, o->rules, o->port, f);
		if (error == 0 && strcmp(o->stage, "summary") == 0)
			dump_summary(&k, o->function, &out);
		else if (error == 0)
			program_dump(k.program, o->stage, &out);
		kernel_free(&k);
	}
	if (out.n > 0)
		fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return error;
}

/* The linker's stages, and the first and last of all. */
static bool
is_stage(const char *s)
{
	for (size_t i = 0; program_stages[i] != NULL; i++)
		if (strcmp(s, program_stages[i]) == 0)
			return true;
	return strcmp(s, "ir") == 0 || strcmp(s, "summary") == 0;
}

int
cmd_dump(const struct options *o)
{
	struct fault f = { 0 };
	struct inventory *inv;
	int status = EXIT_TROUBLE;

	if (o->stage == NULL || !is_stage(o->stage))
		return complain("dump needs --stage=ir, callgraph, handlers, "
		    "mutexes, levels or summary");
	if (o->noperands == 0)
		return complain("dump takes shards, or directories of them");
	inv = inventory_of(NULL, o->operands, o->noperands, &f);
	if (inv == NULL || dump(inv, o, &f) != 0)
		complain_fault(&f);
	else
		status = EXIT_CLEAN;
	for (size_t i = 0; inv != NULL && i < inv->gaps.n; i++) {
		if (!gap_is_incomplete(inv->gaps.p[i].kind))
			continue;
		complain("%s: %s: %s", inv->gaps.p[i].unit,
		    gap_name(inv->gaps.p[i].kind), inv->gaps.p[i].reason);
		if (status == EXIT_CLEAN)
			status = EXIT_INCOMPLETE;
	}
	inventory_free(inv);
	return status;
}
