/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The compile database, read by libclang.
 *
 * A file's name is the real path of its folder and its own name, as in the
 * plugin, so that both mean the same unit.
 */

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <clang-c/CXCompilationDatabase.h>

#include "driver/driver.h"

#define CDB_NAME	"compile_commands.json"

/* Append the components of a path; b is "" or an absolute path. */
static void
join(struct buf *b, const char *path)
{
	const char *end;
	size_t n;

	for (; *path != '\0'; path = end) {
		path += strspn(path, "/");
		end = path + strcspn(path, "/");
		n = (size_t)(end - path);
		if (n == 0 || (n == 1 && path[0] == '.'))
			continue;
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (b->n > 0 && b->p[--b->n] != '/')
				continue;
			if (b->p != NULL)
				b->p[b->n] = '\0';
			continue;
		}
		buf_chr(b, '/');
		buf_add(b, path, n);
	}
}

char *
path_join(struct arena *a, const char *dir, const char *path)
{
	struct buf b = { 0 };
	char *s;

	if (*path != '/')
		join(&b, dir);
	join(&b, path);
	if (b.n == 0)
		buf_chr(&b, '/');
	s = arena_strndup(a, b.p, b.n);
	buf_free(&b);
	return s;
}

/* path, or dir/path, with the real path of its folder if that exists. */
static const char *
real_file(struct arena *a, const char *dir, const char *path)
{
	const char *slash = strrchr(path, '/'), *text;
	struct buf b = { 0 };
	char *real;

	if (*path != '/')
		buf_fmt(&b, "%s/", dir);
	if (slash != NULL)
		buf_add(&b, path, (size_t)(slash - path) + 1);
	real = realpath(b.p, NULL);
	if (real == NULL)
		text = path_join(a, dir, path);
	else
		text = path_join(a, real, slash != NULL ? slash + 1 : path);
	free(real);
	buf_free(&b);
	return text;
}

static const char *
keep(struct arena *a, CXString s)
{
	const char *text = clang_getCString(s);
	const char *copy;

	copy = text == NULL ? "" : arena_strndup(a, text, strlen(text));
	clang_disposeString(s);
	return copy;
}

static void
add_entry(struct cdb *db, CXCompileCommand cmd)
{
	struct cdb_entry e = { 0 };
	unsigned n = clang_CompileCommand_getNumArgs(cmd);
	const char **argv = arena_alloc(db->arena, (n + 1) * sizeof(*argv));

	for (unsigned i = 0; i < n; i++)
		argv[i] = keep(db->arena, clang_CompileCommand_getArg(cmd, i));
	e.dir = keep(db->arena, clang_CompileCommand_getDirectory(cmd));
	e.file = real_file(db->arena, e.dir,
	    keep(db->arena, clang_CompileCommand_getFilename(cmd)));
	e.args = args_translate(db->arena, argv, n, e.file, &e.nargs,
	    &e.kind);
	vec_push(&db->entries, e);
}

/* The directory that holds all sources. */
static const char *
common_directory(const struct cdb *db)
{
	const char *first = db->entries.p[0].file, *file;
	size_t n = (size_t)(strrchr(first, '/') - first), k;

	for (size_t i = 1; i < db->entries.n; i++) {
		file = db->entries.p[i].file;
		for (k = 0; k < n && file[k] == first[k]; k++)
			continue;
		if (k < n || file[k] != '/')
			while (k > 0 && first[--k] != '/')
				continue;
		n = k;
	}
	return n == 0 ? "/" : arena_strndup(db->arena, first, n);
}

static void
finish_entry(const struct cdb *db, struct cdb_entry *e)
{
	size_t n = strlen(db->root);
	struct buf b = { 0 };

	e->unit = e->file;
	if (n == 1)
		e->unit = e->file + 1;
	else if (strncmp(e->file, db->root, n) == 0 && e->file[n] == '/')
		e->unit = e->file + n + 1;
	buf_add(&b, db->root, n + 1);
	buf_add(&b, e->dir, strlen(e->dir) + 1);
	buf_add(&b, e->file, strlen(e->file) + 1);
	for (size_t i = 0; i < e->nargs; i++)
		buf_add(&b, e->args[i], strlen(e->args[i]) + 1);
	e->key = digest_bytes(b.p, b.n);
	e->key.hi = (e->key.hi & ~KEY_MASK) | KEY_TAG;
	buf_free(&b);
}

static int
entry_cmp(const void *va, const void *vb)
{
	const struct cdb_entry *a = va, *b = vb;
	int c = strcmp(a->unit, b->unit);

	return c != 0 ? c : digest_cmp(a->key, b->key);
}

/* Sort; what was compiled twice in the same way is one entry. */
static void
sort_entries(struct cdb *db)
{
	size_t n = 0;

	qsort(db->entries.p, db->entries.n, sizeof(*db->entries.p),
	    entry_cmp);
	for (size_t i = 0; i < db->entries.n; i++)
		if (n == 0 || entry_cmp(&db->entries.p[n - 1],
		    &db->entries.p[i]) != 0)
			db->entries.p[n++] = db->entries.p[i];
	db->entries.n = n;
}

/* objdir, or its directory if it is the file itself. */
static const char *
directory_of(struct arena *a, const char *objdir)
{
	size_t n = strlen(objdir), k = sizeof(CDB_NAME) - 1;
	struct stat st;

	if (n < k || strcmp(objdir + n - k, CDB_NAME) != 0 ||
	    stat(objdir, &st) != 0 || !S_ISREG(st.st_mode))
		return objdir;
	return n == k ? "." : arena_strndup(a, objdir, n - k);
}

static int
read_entries(struct cdb *db, const char *dir, struct fault *f)
{
	CXCompilationDatabase_Error error;
	CXCompilationDatabase cdb;
	CXCompileCommands cmds;
	struct buf path = { 0 };
	unsigned n = 0;

	buf_fmt(&path, "%s/" CDB_NAME, dir);
	if (access(path.p, R_OK) != 0) {
		fault_set(f, path.p, 0, "no such file; make one with bear(1), "
		    "or with CMAKE_EXPORT_COMPILE_COMMANDS");
		buf_free(&path);
		return -1;
	}
	cdb = clang_CompilationDatabase_fromDirectory(dir, &error);
	if (error == CXCompilationDatabase_NoError) {
		cmds = clang_CompilationDatabase_getAllCompileCommands(cdb);
		n = clang_CompileCommands_getSize(cmds);
		for (unsigned i = 0; i < n; i++)
			add_entry(db,
			    clang_CompileCommands_getCommand(cmds, i));
		clang_CompileCommands_dispose(cmds);
		clang_CompilationDatabase_dispose(cdb);
	}
	if (n == 0)
		fault_set(f, path.p, 0, "cannot be read, or has no entry");
	buf_free(&path);
	return n == 0 ? -1 : 0;
}

struct cdb *
cdb_load(const char *objdir, const char *root, struct fault *f)
{
	struct cdb *db = ecalloc(1, sizeof(*db));
	char *real;

	db->arena = arena_new();
	if (read_entries(db, directory_of(db->arena, objdir), f) != 0) {
		cdb_free(db);
		return NULL;
	}
	if (root == NULL)
		db->root = common_directory(db);
	else if ((real = realpath(root, NULL)) != NULL) {
		db->root = arena_strndup(db->arena, real, strlen(real));
		free(real);
	} else {
		fault_set(f, root, 0, "no such directory");
		cdb_free(db);
		return NULL;
	}
	for (size_t i = 0; i < db->entries.n; i++)
		finish_entry(db, &db->entries.p[i]);
	sort_entries(db);
	return db;
}

void
cdb_free(struct cdb *db)
{
	if (db == NULL)
		return;
	vec_free(&db->entries);
	arena_free(db->arena);
	free(db);
}

static bool
is_file(const struct cdb_entry *e, const char *file, const char *real)
{
	size_t n = strlen(e->unit), k = strlen(file);

	if (real != NULL && strcmp(e->file, real) == 0)
		return true;
	return k > 0 && k <= n && strcmp(e->unit + n - k, file) == 0 &&
	    (k == n || file[0] == '/' || e->unit[n - k - 1] == '/');
}

/* Mark the entries of a file; false: it has none. */
static bool
mark_file(const struct cdb *db, const char *file, uint8_t *marks)
{
	char *real = realpath(file, NULL);
	bool any = false;

	for (size_t i = 0; i < db->entries.n; i++)
		if (is_file(&db->entries.p[i], file, real)) {
			marks[i] = 1;
			any = true;
		}
	free(real);
	return any;
}

int
cdb_keep(struct cdb *db, char *const *files, size_t n, struct fault *f)
{
	uint8_t *marks = ecalloc(db->entries.n + 1, 1);
	size_t i, kept = 0;

	for (i = 0; i < n && mark_file(db, files[i], marks); i++)
		continue;
	if (i < n)
		fault_set(f, files[i], 0, "no unit of " CDB_NAME);
	else {
		for (i = 0; i < db->entries.n; i++)
			if (marks[i])
				db->entries.p[kept++] = db->entries.p[i];
		db->entries.n = kept;
		i = n;
	}
	free(marks);
	return i < n ? -1 : 0;
}
