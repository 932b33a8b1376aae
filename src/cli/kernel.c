/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "cli.h"
#include "shard/shard.h"

/* An inline function of a header is in hundreds of shards: read it once. */
static bool
want_func(void *ctx, name_t func, struct digest text)
{
	struct map *seen = ctx;
	uint64_t hi;

	(void)func;
	if (map_get(seen, text.lo, &hi))
		return hi != text.hi;
	map_put(seen, text.lo, text.hi);
	return true;
}

static void
free_modules(struct kernel *k)
{
	for (size_t i = 0; i < k->modules.n; i++)
		ir_module_free(k->modules.p[i]);
	k->modules.n = 0;
}

/*
 * Read all shards.  Returns the index of the first one that cannot be used,
 * or their number.
 */
static size_t
read_shards(struct kernel *k, const struct inventory *inv, struct fault *f)
{
	struct map *seen = map_new();
	const struct ir_reader reader = { want_func, seen };
	struct ir_module *m;
	size_t i;

	for (i = 0; i < inv->paths.n; i++) {
		if (shard_read(&m, k->names, inv->paths.p[i], &reader, f) !=
		    SHARD_OK)
			break;
		vec_push(&k->modules, m);
		if (ir_check(m, f) != 0)
			break;
	}
	map_free(seen);
	return i;
}

/* Take a shard that cannot be used out of the inventory. */
static void
drop_shard(struct inventory *inv, size_t i, const struct fault *f)
{
	const char *path = inv->paths.p[i], *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path, *unit = base;
	size_t n = strlen(path);
	const char *text = f->text;
	struct fault ignored = { 0 };
	struct names *names = names_new();
	struct ir_module *m;

	if (strncmp(text, path, n) == 0 && text[n] == ':')
		text += n + 1 + strspn(text + n + 1, " ");
	if (shard_read_head(&m, names, path, &ignored) == SHARD_OK)
		unit = name_str(names, m->unit);
	inventory_gap(inv, GAP_DAMAGED, unit, text, false);
	ir_module_free(m);
	names_free(names);
	memmove(&inv->paths.p[i], &inv->paths.p[i + 1],
	    (inv->paths.n - i - 1) * sizeof(*inv->paths.p));
	inv->paths.n--;
}

/*
 * What a bad shard gave is not kept, for other units may count on function
 * texts that were read from it: all are read again, without it.
 */
static void
read_modules(struct kernel *k, struct inventory *inv)
{
	struct fault f = { 0 };
	size_t bad;

	while ((bad = read_shards(k, inv, &f)) < inv->paths.n) {
		free_modules(k);
		drop_shard(inv, bad, &f);
		f.text[0] = '\0';
	}
}

/* Units that were not, or not safely, analysed are what a result rests on. */
static void
note_gaps(struct kernel *k, const struct inventory *inv)
{
	const struct gap *g;

	for (size_t i = 0; i < inv->gaps.n; i++) {
		g = &inv->gaps.p[i];
		/* program_link() notes the incomplete ones. */
		if (g->kind == GAP_FOREIGN || g->kind == GAP_INCOMPLETE)
			continue;
		ledger_add(k->ledger,
		    g->kind == GAP_SKIPPED ? LEDGER_ASM : LEDGER_UNIT, 0,
		    name_intern(k->names, g->unit), 0, "%s: %s",
		    gap_name(g->kind), g->reason);
	}
}

/* Say in one line what became of the shards, and what to do. */
static int
nothing_to_link(const struct inventory *inv, struct fault *f)
{
	int n[GAP_FOREIGN + 1] = { 0 };
	struct buf b = { 0 };
	const char *sep = ": ";

	for (size_t i = 0; i < inv->gaps.n; i++)
		n[inv->gaps.p[i].kind]++;
	for (int k = 0; k <= GAP_FOREIGN; k++) {
		if (n[k] == 0)
			continue;
		buf_fmt(&b, "%s%d %s", sep, n[k], gap_name(k));
		sep = ", ";
	}
	if (n[GAP_FOREIGN] > 0 && n[GAP_MISSING] > 0)
		buf_str(&b, "; give -p and --root as when they were made");
	else if (n[GAP_STALE] > 0 || n[GAP_DAMAGED] > 0)
		buf_str(&b, "; make them again with iplint run");
	fault_set(f, NULL, 0, "there is no shard to link%s",
	    b.p != NULL ? b.p : "");
	buf_free(&b);
	return -1;
}

int
kernel_load(struct kernel *k, struct inventory *inv, const char *rules,
    const char *port, struct fault *f)
{
	char *path = rules_path(rules, f);

	memset(k, 0, sizeof(*k));
	if (path == NULL)
		return -1;
	k->names = names_new();
	k->rules = rules_load(k->names, path, f);
	free(path);
	if (k->rules == NULL)
		return -1;
	read_modules(k, inv);
	if (k->modules.n == 0)
		return nothing_to_link(inv, f);
	k->ledger = ledger_new(k->names);
	note_gaps(k, inv);
	k->program = program_link(k->names, k->rules, k->modules.p,
	    k->modules.n, port, k->ledger, f);
	return k->program != NULL ? 0 : -1;
}

void
kernel_free(struct kernel *k)
{
	if (k->program != NULL)
		program_free(k->program);
	if (k->ledger != NULL)
		ledger_free(k->ledger);
	free_modules(k);
	vec_free(&k->modules);
	rules_free(k->rules);
	names_free(k->names);
}

struct inventory *
inventory_of(const struct cdb *db, char *const *operands, int n,
    struct fault *f)
{
	VEC(const char *) paths = { 0 };
	struct arena *a = arena_new();
	struct inventory *inv = NULL;
	const char **found;
	struct stat st;
	size_t nfound;

	for (int i = 0; i < n && f->text[0] == '\0'; i++) {
		if (stat(operands[i], &st) != 0 || !S_ISDIR(st.st_mode)) {
			vec_push(&paths, operands[i]);
			continue;
		}
		found = shards_in(a, operands[i], &nfound, f);
		for (size_t k = 0; k < nfound; k++)
			vec_push(&paths, found[k]);
	}
	if (f->text[0] == '\0')
		inv = inventory_take(db, paths.p, paths.n, NULL);
	vec_free(&paths);
	arena_free(a);
	return inv;
}
