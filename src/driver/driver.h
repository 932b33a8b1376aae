/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * driver: from a compile database to shards, and back to the question
 * whether these shards are all there is.
 *
 * The only layer that runs other programs and that knows libclang, which
 * reads the compile database.
 */

#ifndef IPLINT_DRIVER_H
#define IPLINT_DRIVER_H

#include "base/base.h"

/* ---- the compile database ---- */

/* What the main file of an entry is, by its name and -x. */
enum cdb_kind { CDB_C, CDB_ASM, CDB_OTHER };

/* One command.  All texts belong to the database's arena. */
struct cdb_entry {
	enum cdb_kind kind;
	const char *dir;		/* where the command runs */
	const char *file;		/* absolute; its folder is real */
	const char *unit;		/* relative to the root, or absolute */
	const char **args;		/* for clang, without argv[0] */
	size_t nargs;
	struct digest key;		/* of root, dir, file and args */
};

/*
 * The upper bits of our keys are fixed.  That tells them from the keys that
 * the plugin makes by itself in a kernel build, which cannot be compared with
 * a compile database.
 */
#define KEY_MASK	0xffff000000000000u
#define KEY_TAG		0x6970000000000000u

struct cdb {
	struct arena *arena;
	const char *root;		/* absolute */
	VEC(struct cdb_entry) entries;	/* sorted by unit, key; no repeats */
};

/*
 * Read OBJDIR/compile_commands.json; objdir may also be that file.  root is
 * what paths are made relative to; NULL takes the longest common directory
 * of the sources.  NULL and a fault if there is none, or it has no entry.
 */
struct cdb *cdb_load(const char *objdir, const char *root, struct fault *)
	    MUST_CHECK;
void	cdb_free(struct cdb *);			/* NULL is fine */
/*
 * Keep the entries of these files only: each is a unit, the end of one that
 * begins with a name ("pci/if_foo.c"), or a path from here.  A fault names
 * the first file that has no entry.
 */
int	cdb_keep(struct cdb *, char *const *files, size_t n, struct fault *)
	    MUST_CHECK;

/*
 * Make the analysis arguments of a compile command: no compiler, no output,
 * no dependency file, nothing that only gcc or the assembler understands.
 * A compiler named after a target (x86_64--netbsd-gcc) gives --target.
 * Allocates in the arena; *kind is found out from -x and the file's name.
 */
const char **args_translate(struct arena *, const char *const *argv,
	    size_t argc, const char *file, size_t *nargs, enum cdb_kind *kind);

/* path, or dir/path if that is relative, without "//", "." and "..". */
char	*path_join(struct arena *, const char *dir, const char *path);

/* ---- running the compiler ---- */

struct run_options {
	const char *clang;		/* looked up in PATH */
	const char *plugin;		/* absolute */
	const char *shards;		/* directory, absolute; exists */
	int jobs;
	bool progress;			/* one line on stderr, rewritten */
};

/* What became of the entries; arrays are by index of cdb.entries. */
struct run_result {
	char **failure;			/* first line of stderr; NULL: none */
	size_t n;
	VEC(char *) refused;		/* options left out: clang has not */
	size_t compiled, reused, failed;
};

/*
 * Make the shard of every C entry that has none that is up to date.  A unit
 * that clang rejects is not a failure of this function; -1 means that the
 * work could not be done at all (no clang, interrupted).
 */
int	driver_run(const struct cdb *, const struct run_options *,
	    struct run_result *, struct fault *) MUST_CHECK;
void	run_result_free(struct run_result *);

/* ---- completeness ---- */

/*
 * What can be wrong with a unit, one table: enumerator, name, whether the
 * input is then incomplete.
 */
#define GAPS(X)								\
	X(MISSING, "missing", true)	/* no shard */			\
	X(DAMAGED, "damaged", true)	/* a shard that cannot be used */ \
	X(STALE, "stale", true)		/* of other sources or arguments */ \
	X(INCOMPLETE, "incomplete", true) /* clang found errors */	\
	X(SKIPPED, "skipped", false)	/* assembly: never analysed */	\
	X(FOREIGN, "foreign", false)	/* a shard without an entry */

enum gap_kind {
#define X(id, name, counts) GAP_##id,
	GAPS(X)
#undef X
};
const char *gap_name(enum gap_kind);
bool	gap_is_incomplete(enum gap_kind);

struct gap {
	enum gap_kind kind;
	const char *unit, *reason;
	const char *detail;		/* what the compiler said, or "" */
	bool analysed;			/* its shard is used all the same */
};

/*
 * The shards to link, and what is wrong with them.  Both are sorted, and
 * texts belong to the arena.
 */
struct inventory {
	struct arena *arena;
	VEC(const char *) paths;	/* sorted by unit and key */
	VEC(struct gap) gaps;		/* sorted by unit and kind */
};

/*
 * Look at the heads of shards and hold them against the compile database
 * (NULL: there is none to compare with) and against the sources as they are
 * now.  failure, if not NULL, says why an entry has no shard.
 */
struct inventory *inventory_take(const struct cdb *, const char *const *shards,
	    size_t n, char *const *failure);
void	inventory_free(struct inventory *);	/* NULL is fine */
/* Add a gap and keep the order; texts are copied. */
void	inventory_gap(struct inventory *, enum gap_kind, const char *unit,
	    const char *reason, bool analysed);

/*
 * All files *.ipl of a directory, sorted, in the arena; *n is their number.
 * NULL and a fault if it cannot be read.
 */
const char **shards_in(struct arena *, const char *dir, size_t *n,
	    struct fault *) MUST_CHECK;

#endif /* IPLINT_DRIVER_H */
