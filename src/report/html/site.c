/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The folder of a site.
 *
 * A finished site has a manifest, the list of its files.  A folder is ours to
 * replace if all that is in it is in its manifest: what somebody has put
 * beside our pages is never removed.
 */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/html/assets.h"
#include "report/html/site.h"

#define MANIFEST	"manifest.txt"
#define MANIFEST_HEAD	"Files of a report by iplint:\n"

static int
trouble(struct fault *f, const char *path, const char *what)
{
	return fault_set(f, path, 0, "%s: %s", what, strerror(errno));
}

static const char *
join(struct buf *b, const char *dir, const char *name)
{
	buf_clear(b);
	buf_fmt(b, "%s/%s", dir, name);
	return b->p;
}

/* ---- a folder that exists ---- */

typedef int file_fn(void *, const char *dir, const char *name);

/* Each thing in a folder, and in the folders in it; name is relative. */
static int
walk(const char *dir, const char *below, file_fn *fn, void *ctx)
{
	struct buf path = { 0 }, name = { 0 };
	const struct dirent *e;
	struct stat st;
	int answer = 0;
	DIR *d;

	d = opendir(*below != '\0' ? join(&path, dir, below) : dir);
	while (answer == 0 && d != NULL && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		buf_clear(&name);
		buf_fmt(&name, "%s%s%s", below, *below != '\0' ? "/" : "",
		    e->d_name);
		if (lstat(join(&path, dir, name.p), &st) == 0 &&
		    S_ISDIR(st.st_mode) && *below == '\0')
			answer = walk(dir, name.p, fn, ctx);
		if (answer == 0)
			answer = fn(ctx, dir, name.p);
	}
	if (d != NULL)
		closedir(d);
	buf_free(&path);
	buf_free(&name);
	return answer;
}

static int
remove_one(void *ctx, const char *dir, const char *name)
{
	struct buf path = { 0 };

	(void)ctx;
	if (unlink(join(&path, dir, name)) != 0)
		(void)rmdir(path.p);
	buf_free(&path);
	return 0;
}

static void
remove_site(const char *dir)
{
	(void)walk(dir, "", remove_one, NULL);
	(void)rmdir(dir);
}

struct listing {
	const char *manifest;
	struct buf foreign;		/* the first one that is not in it */
};

/* Is there a line of the manifest that begins like this and ends so? */
static bool
listed(const char *manifest, const char *name, char end)
{
	size_t n = strlen(name);

	for (const char *s = manifest; s != NULL; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (strncmp(s, name, n) == 0 && s[n] == end)
			return true;
	}
	return false;
}

static int
check_listed(void *ctx, const char *dir, const char *name)
{
	struct listing *l = ctx;

	(void)dir;
	if (strcmp(name, MANIFEST) == 0 || listed(l->manifest, name, '\n') ||
	    listed(l->manifest, name, '/'))
		return 0;
	buf_str(&l->foreign, name);
	return 1;
}

static int
count_one(void *ctx, const char *dir, const char *name)
{
	(void)dir;
	(void)name;
	++*(size_t *)ctx;
	return 1;
}

/* May the folder be replaced?  *exists: it is there. */
static int
may_replace(const char *dir, bool *exists, struct fault *f)
{
	struct fault ignored = { 0 };
	struct listing l = { 0 };
	struct buf path = { 0 };
	struct stat st;
	size_t n = 0;
	char *text = NULL;
	int error = 0;

	*exists = stat(dir, &st) == 0;
	if (!*exists)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return fault_set(f, dir, 0, "this is not a directory; it is "
		    "left alone");
	(void)walk(dir, "", count_one, &n);
	if (n == 0)
		return 0;
	if (file_read(join(&path, dir, MANIFEST), &text, &n, &ignored) != 0 ||
	    strncmp(text, MANIFEST_HEAD, strlen(MANIFEST_HEAD)) != 0)
		error = fault_set(f, dir, 0, "this directory is not empty and "
		    "not a report; it is left alone");
	else {
		l.manifest = text;
		if (walk(dir, "", check_listed, &l) != 0)
			error = fault_set(f, dir, 0, "%s is not of the report "
			    "that is there; the directory is left alone",
			    l.foreign.p);
	}
	free(text);
	buf_free(&path);
	buf_free(&l.foreign);
	return error;
}

/* ---- what every page needs ---- */

static int
add_level(void *ctx, int level, const char *name)
{
	struct site *s = ctx;
	struct site_level l = { level, arena_strndup(s->arena, name,
	    strlen(name)) };

	if (s->levels.n == 0 || s->levels.p[s->levels.n - 1].level != level)
		vec_push(&s->levels, l);
	return 0;
}

/* Was it called with that name before? */
static bool
is_taken(struct site *s, const struct buf *name)
{
	uint64_t key = hash64(name->p, name->n, 0), ignored;

	if (map_get(s->taken, key, &ignored))
		return true;
	map_put(s->taken, key, 1);
	return false;
}

static int
add_finding(void *ctx, const struct store_finding *fd)
{
	struct site *s = ctx;
	struct buf b = { 0 };

	buf_fmt(&b, "finding/%.16s.html", fd->fingerprint);
	for (int i = 2; is_taken(s, &b); i++) {
		buf_clear(&b);
		buf_fmt(&b, "finding/%.16s-%d.html", fd->fingerprint, i);
	}
	require(fd->id == (int64_t)s->findings.n + 1);
	vec_push(&s->findings, arena_strndup(s->arena, b.p, b.n));
	buf_free(&b);
	return 0;
}

/* "netbsd 6.99.16, amd64": 699001600 is what __NetBSD_Version__ would be. */
static int
kernel_text(struct site *s, struct buf *out)
{
	struct buf version = { 0 };
	unsigned long n;
	int error;

	error = store_info(s->store, "rules", out, s->fault);
	if (error == 0)
		error = store_info(s->store, "kernel version", &version,
		    s->fault);
	n = version.n > 0 ? strtoul(version.p, NULL, 10) : 0;
	if (n > 0)
		buf_fmt(out, " %lu.%lu.%lu", n / 100000000,
		    n / 1000000 % 100, n / 100 % 10000);
	buf_str(out, ", ");
	if (error == 0)
		error = store_info(s->store, "port", out, s->fault);
	buf_free(&version);
	return error;
}

static int
load(struct site *s)
{
	struct buf b = { 0 };
	int error;

	error = store_levels(s->store, add_level, s, s->fault);
	if (error == 0)
		error = store_findings(s->store, NULL, add_finding, s,
		    s->fault);
	if (error == 0)
		error = kernel_text(s, &b);
	s->kernel = arena_strndup(s->arena, b.n > 0 ? b.p : "", b.n);
	buf_free(&b);
	return error;
}

const char *
site_level(struct site *s, int level)
{
	char text[32];

	if (level < 0)
		return "?";
	for (size_t i = 0; i < s->levels.n; i++)
		if (s->levels.p[i].level == level)
			return s->levels.p[i].name;
	snprintf(text, sizeof(text), "level %d", level);
	return arena_strndup(s->arena, text, strlen(text));
}

const char *
site_finding(const struct site *s, int64_t id)
{
	require(id > 0 && (size_t)id <= s->findings.n);
	return s->findings.p[id - 1];
}

/* ---- making it ---- */

static void
site_free(struct site *s)
{
	vec_free(&s->levels);
	vec_free(&s->files);
	vec_free(&s->findings);
	vec_free(&s->handlers);
	vec_free(&s->mutexes);
	map_free(s->taken);
	arena_free(s->arena);
	free(s->dir);
	free(s->temp);
	free(s);
}

static int
write_assets(struct site *s)
{
	struct buf b = { 0 };
	int error = 0;

	for (const struct assets_file *a = assets_files; a->name != NULL &&
	    error == 0; a++) {
		buf_clear(&b);
		buf_str(&b, a->text);
		error = site_write(s, a->name, &b);
	}
	buf_free(&b);
	return error;
}

struct site *
site_begin(const char *dir, struct store *store, struct fault *f)
{
	struct site *s = ecalloc(1, sizeof(*s));
	struct buf b = { 0 };
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	buf_add(&b, dir, n);
	s->dir = estrdup(b.p);
	buf_str(&b, ".XXXXXX");
	s->store = store;
	s->fault = f;
	s->arena = arena_new();
	s->taken = map_new();
	if (may_replace(s->dir, &s->replace, f) != 0 || load(s) != 0)
		;
	else if (mkdtemp(b.p) == NULL)
		trouble(f, s->dir, "cannot make a directory beside it");
	else
		s->temp = estrdup(b.p);
	buf_free(&b);
	if (s->temp == NULL || write_assets(s) != 0) {
		site_abandon(s);
		return NULL;
	}
	return s;
}

int
site_write(struct site *s, const char *path, const struct buf *b)
{
	const char *slash = strchr(path, '/');
	struct buf full = { 0 };
	int error = 0;

	require(slash == NULL || strchr(slash + 1, '/') == NULL);
	buf_fmt(&full, "%s/%.*s", s->temp,
	    slash == NULL ? 0 : (int)(slash - path), path);
	if (slash != NULL && mkdir(full.p, 0777) != 0 && errno != EEXIST)
		error = trouble(s->fault, s->dir, "cannot make a directory");
	if (error == 0)
		error = file_write(join(&full, s->temp, path),
		    b->p != NULL ? b->p : "", b->n, s->fault);
	if (error == 0)
		vec_push(&s->files, arena_strndup(s->arena, path,
		    strlen(path)));
	buf_free(&full);
	return error;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
write_manifest(struct site *s)
{
	struct buf b = { 0 };
	int error;

	qsort(s->files.p, s->files.n, sizeof(*s->files.p), by_name);
	buf_str(&b, MANIFEST_HEAD);
	for (size_t i = 0; i < s->files.n; i++)
		buf_fmt(&b, "%s\n", s->files.p[i]);
	error = site_write(s, MANIFEST, &b);
	buf_free(&b);
	return error;
}

/* mkdtemp() lets nobody else in; a site is for others too. */
static void
open_up(const char *dir)
{
	mode_t mask = umask(0);

	umask(mask);
	(void)chmod(dir, 0777 & ~mask);
}

static int
swap(struct site *s)
{
	struct buf old = { 0 };
	int error = 0;

	open_up(s->temp);
	buf_fmt(&old, "%s.old", s->temp);
	if (s->replace && rename(s->dir, old.p) != 0)
		error = trouble(s->fault, s->dir, "cannot replace");
	else if (rename(s->temp, s->dir) != 0) {
		error = trouble(s->fault, s->dir, "cannot rename");
		if (s->replace)
			(void)rename(old.p, s->dir);
	} else if (s->replace)
		remove_site(old.p);
	buf_free(&old);
	return error;
}

int
site_end(struct site *s)
{
	if (write_manifest(s) != 0 || swap(s) != 0) {
		site_abandon(s);
		return -1;
	}
	site_free(s);
	return 0;
}

void
site_abandon(struct site *s)
{
	if (s == NULL)
		return;
	if (s->temp != NULL)
		remove_site(s->temp);
	site_free(s);
}
