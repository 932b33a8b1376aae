/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline.h"
#include "shard_dir.h"

#define DEFAULT_CLANG	"clang-19"

static int
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 1024 ? 1024 : (int)n;
}

/* The shards of this database; those of other kernels are passed over. */
static struct inventory *
take(const struct cdb *db, const char *dir, const struct run_result *res,
    struct fault *f)
{
	struct arena *a = arena_new();
	struct inventory *inv = NULL;
	const char **paths;
	size_t n, kept = 0;

	paths = shards_in(a, dir, &n, f);
	if (paths != NULL)
		inv = inventory_take(db, paths, n, res->failure);
	for (size_t i = 0; inv != NULL && i < inv->gaps.n; i++)
		if (inv->gaps.p[i].kind != GAP_FOREIGN)
			inv->gaps.p[kept++] = inv->gaps.p[i];
	if (inv != NULL)
		inv->gaps.n = kept;
	arena_free(a);
	return inv;
}

/* Compilers run in other directories, so a relative path would not do. */
static char *
clang_path(const char *given)
{
	char *real = NULL;

	if (given == NULL)
		given = DEFAULT_CLANG;
	if (strchr(given, '/') != NULL)
		real = realpath(given, NULL);
	return real != NULL ? real : estrdup(given);
}

static int
run(const struct options *o, const struct cdb *db, const char *plugin,
    struct shard_dir *dir)
{
	struct run_options ro = { .plugin = plugin, .shards = dir->path };
	struct inventory *inv = NULL;
	struct run_result res;
	struct fault f = { 0 };
	char *clang = clang_path(o->clang);
	int status = EXIT_TROUBLE;

	ro.clang = clang;
	ro.jobs = o->jobs != 0 ? o->jobs : processors();
	ro.progress = !o->quiet && isatty(STDERR_FILENO) == 1;
	if (driver_run(db, &ro, &res, &f) == 0) {
		for (size_t i = 0; i < res.refused.n && !o->quiet; i++)
			complain("left out: %s, which %s does not know",
			    res.refused.p[i], clang);
		shard_dir_guard(dir);
		inv = take(db, dir->path, &res, &f);
	}
	if (inv == NULL)
		complain_fault(&f);
	else
		status = pipeline(inv, o);
	inventory_free(inv);
	run_result_free(&res);
	free(clang);
	return status;
}

int
cmd_run(const struct options *o)
{
	struct shard_dir dir = { 0 };
	struct fault f = { 0 };
	struct cdb *db = NULL;
	int status = EXIT_TROUBLE;
	char *plugin, *rules = NULL;

	if (o->objdir == NULL)
		return complain("run needs -p OBJDIR");
	if (o->noperands != 0 && !o->partial)
		return complain("run takes files only with --partial: %s",
		    o->operands[0]);
	plugin = plugin_path(o->plugin, &f);
	if (plugin != NULL)
		rules = rules_path(o->rules, &f);	/* before the work */
	if (rules != NULL)
		db = cdb_load(o->objdir, o->root, &f);
	if (db != NULL && o->noperands > 0 && cdb_keep(db, o->operands,
	    (size_t)o->noperands, &f) != 0) {
		cdb_free(db);
		db = NULL;
	}
	if (db != NULL && shard_dir_open(&dir, o->shards, o->output, &f) == 0)
		status = run(o, db, plugin, &dir);
	else
		complain_fault(&f);
	shard_dir_close(&dir);
	cdb_free(db);
	free(rules);
	free(plugin);
	return status;
}
