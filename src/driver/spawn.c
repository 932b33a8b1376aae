/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Running the compiler over a compile database, a few processes at a time.
 *
 * Each runs in its entry's directory and writes its shard through the plugin;
 * nothing is compiled.  Its stderr goes to an unlinked file, of which the
 * first line is kept if it fails.  An interrupt stops the children first.
 *
 * No list of gcc's options is ever complete.  One that clang says it has not
 * is left out from then on, and the unit is tried again.
 */

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "driver/heads.h"

extern char **environ;

#define PROGRESS_NS	100000000	/* between two updates */
#define LINE_LEN	400		/* of a failure's first line */

struct job {
	pid_t pid;			/* 0: free */
	size_t entry;
	size_t nrefused;		/* options it was started without */
	FILE *err;
};

#define KEY_ARG		"-fplugin-arg-iplint-key="

struct crew {
	const struct cdb *db;
	const struct run_options *opt;
	struct run_result *res;
	const char *common[16];		/* arguments of every process */
	size_t ncommon;
	struct job *jobs;
	int running;
	size_t done, total;		/* entries that are compiled */
	struct timespec shown;
};

static volatile sig_atomic_t interrupted;

static void
on_signal(int sig)
{
	interrupted = sig;
}

/* ---- progress ---- */

static void
progress(struct crew *c, const char *unit)
{
	struct timespec now;
	int64_t ns;

	if (!c->opt->progress)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)(now.tv_sec - c->shown.tv_sec) * 1000000000 +
	    now.tv_nsec - c->shown.tv_nsec;
	if (ns < PROGRESS_NS)
		return;
	c->shown = now;
	fprintf(stderr, "\r[%zu/%zu] %.60s\033[K", c->done, c->total, unit);
	fflush(stderr);
}

static void
progress_end(const struct crew *c)
{
	if (c->opt->progress)
		fputs("\r\033[K", stderr);
}

/* ---- one process ---- */

/* The first line of a file, without the newline; "" if there is none. */
static char *
first_line(FILE *fp)
{
	char line[LINE_LEN];

	rewind(fp);
	if (fgets(line, sizeof(line), fp) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return estrdup(line);
}

/* The option in "unknown argument: 'OPTION'", cut out; NULL: no such line. */
static char *
refused_option(char *line)
{
	static const char *const says[] = {
		"unknown argument: '", "unknown argument '",
		"unsupported option '"
	};
	char *option, *end;

	for (size_t i = 0; i < sizeof(says) / sizeof(*says); i++) {
		option = strstr(line, says[i]);
		if (option == NULL)
			continue;
		option += strlen(says[i]);
		end = strchr(option, '\'');
		if (end == NULL || end == option || option[0] != '-')
			return NULL;
		*end = '\0';
		return option;
	}
	return NULL;
}

/* The place of an option among those that clang has not, or their number. */
static size_t
refused_index(const struct run_result *res, const char *option)
{
	size_t i;

	for (i = 0; i < res->refused.n; i++)
		if (strcmp(res->refused.p[i], option) == 0)
			break;
	return i;
}

/*
 * Does clang refuse options of the job's entry, with which it was started?
 * Then the entry can be tried again without them.
 */
static bool
learn_refused(struct crew *c, const struct job *job)
{
	const struct cdb_entry *e = &c->db->entries.p[job->entry];
	char line[LINE_LEN], *option;
	bool learnt = false;
	size_t i, k;

	rewind(job->err);
	while (fgets(line, sizeof(line), job->err) != NULL) {
		option = refused_option(line);
		for (i = 0; option != NULL && i < e->nargs; i++) {
			if (strcmp(e->args[i], option) != 0)
				continue;
			k = refused_index(c->res, option);
			if (k == c->res->refused.n)
				vec_push(&c->res->refused, estrdup(option));
			learnt |= k >= job->nrefused;
		}
	}
	return learnt;
}

static void
common_args(struct crew *c, struct arena *a)
{
	static const char *const fixed[] = {
		"-fsyntax-only", "-w", "-Wno-error",
		/* gcc warns only */
		"-Wno-error=implicit-function-declaration",
		"-Wno-error=implicit-int", "-Wno-error=int-conversion",
		"-Wno-error=incompatible-function-pointer-types",
	};
	const struct {
		const char *option, *value;
	} own[] = {
		{ "-fplugin=", c->opt->plugin },
		{ "-fplugin-arg-iplint-out=", c->opt->shards },
		{ "-fplugin-arg-iplint-root=", c->db->root },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		c->common[c->ncommon++] = fixed[i];
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		buf_clear(&b);
		buf_fmt(&b, "%s%s", own[i].option, own[i].value);
		c->common[c->ncommon++] = arena_strndup(a, b.p, b.n);
	}
	buf_free(&b);
}

static int
spawn(const struct crew *c, struct job *job, char *const *argv,
    const char *dir)
{
	posix_spawn_file_actions_t fa;
	int error;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addchdir_np(&fa, dir);
	posix_spawn_file_actions_addopen(&fa, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, fileno(job->err),
	    STDERR_FILENO);
	error = posix_spawnp(&job->pid, c->opt->clang, &fa, NULL, argv,
	    environ);
	posix_spawn_file_actions_destroy(&fa);
	return error;
}

/* Start the compiler on an entry. */
static int
start(struct crew *c, struct job *job, size_t entry, struct fault *f)
{
	const struct cdb_entry *e = &c->db->entries.p[entry];
	char key[sizeof(KEY_ARG) + DIGEST_HEX] = KEY_ARG;
	VEC(const char *) argv = { 0 };
	int error;

	job->entry = entry;
	job->nrefused = c->res->refused.n;
	job->err = tmpfile();
	if (job->err == NULL)
		return fault_set(f, NULL, 0, "cannot create a temporary "
		    "file: %s", strerror(errno));
	fcntl(fileno(job->err), F_SETFD, FD_CLOEXEC);
	digest_hex(e->key, key + sizeof(KEY_ARG) - 1);
	vec_push(&argv, c->opt->clang);
	for (size_t i = 0; i < e->nargs; i++)
		if (refused_index(c->res, e->args[i]) == job->nrefused)
			vec_push(&argv, e->args[i]);
	for (size_t i = 0; i < c->ncommon; i++)
		vec_push(&argv, c->common[i]);
	vec_push(&argv, key);
	vec_push(&argv, NULL);
	error = spawn(c, job, (char *const *)argv.p, e->dir);
	vec_free(&argv);
	if (error != 0) {
		fclose(job->err);
		job->pid = 0;
		if (access(e->dir, X_OK) == 0)
			return fault_set(f, c->opt->clang, 0, "cannot run: "
			    "%s", strerror(error));
		c->res->failure[entry] = estrdup("its directory is gone");
		c->res->failed++;
		return 0;
	}
	c->running++;
	return 0;
}

/* Take note of how a process ended. */
static void
finish(struct crew *c, struct job *job, int status)
{
	struct buf line = { 0 };
	char *first = first_line(job->err);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		if (WIFSIGNALED(status))
			buf_fmt(&line, "the compiler died of signal %d",
			    WTERMSIG(status));
		else
			buf_fmt(&line, "exit %d", WEXITSTATUS(status));
		if (first[0] != '\0')
			buf_fmt(&line, ": %s", first);
		c->res->failure[job->entry] = estrdup(line.p);
		c->res->failed++;
	}
	free(first);
	buf_free(&line);
	fclose(job->err);
	job->pid = 0;
	c->running--;
	c->done++;
	c->res->compiled++;
	progress(c, c->db->entries.p[job->entry].unit);
}

/* A process has ended: the same again, or on to another. */
static int
ended(struct crew *c, struct job *job, int status, struct fault *f)
{

	if (!WIFEXITED(status) || WEXITSTATUS(status) == 0 || interrupted ||
	    !learn_refused(c, job)) {
		finish(c, job, status);
		return 0;
	}
	fclose(job->err);
	job->pid = 0;
	c->running--;
	return start(c, job, job->entry, f);
}

/* Wait until one process ends; an interrupt may come first. */
static int
reap(struct crew *c, struct fault *f)
{
	int status;
	pid_t pid;

	pid = waitpid(-1, &status, 0);
	for (int i = 0; pid > 0 && i < c->opt->jobs; i++)
		if (c->jobs[i].pid == pid)
			return ended(c, &c->jobs[i], status, f);
	return 0;
}

static void
stop_all(struct crew *c)
{
	int status;

	for (int i = 0; i < c->opt->jobs; i++)
		if (c->jobs[i].pid != 0)
			kill(c->jobs[i].pid, SIGTERM);
	for (int i = 0; i < c->opt->jobs; i++)
		if (c->jobs[i].pid != 0) {
			while (waitpid(c->jobs[i].pid, &status, 0) < 0 &&
			    errno == EINTR)
				continue;
			finish(c, &c->jobs[i], status);
		}
}

/* NULL and a fault if a process that was to be tried again cannot be. */
static struct job *
free_job(struct crew *c, struct fault *f)
{
	while (c->running >= c->opt->jobs && !interrupted)
		if (reap(c, f) != 0)
			return NULL;
	for (int i = 0; i < c->opt->jobs; i++)
		if (c->jobs[i].pid == 0)
			return &c->jobs[i];
	return &c->jobs[0];
}

static int
run_all(struct crew *c, const bool *fresh, struct fault *f)
{
	int error = 0;
	struct job *job;

	for (size_t i = 0; i < c->db->entries.n && error == 0; i++) {
		if (fresh[i] || c->db->entries.p[i].kind != CDB_C)
			continue;
		job = free_job(c, f);
		if (interrupted)
			break;
		error = job == NULL ? -1 : start(c, job, i, f);
	}
	while (c->running > 0 && error == 0 && !interrupted)
		error = reap(c, f);
	if (interrupted || error != 0)
		stop_all(c);
	if (interrupted)
		error = fault_set(f, NULL, 0, "interrupted");
	return error;
}

/* ---- what is there already ---- */

static bool
want_nothing(void *ctx, name_t func, struct digest text)
{
	(void)ctx;
	(void)func;
	(void)text;
	return false;
}

/* Is every byte as it was written? */
static bool
is_intact(struct names *names, const char *path)
{
	const struct ir_reader reader = { want_nothing, NULL };
	struct ir_module *m;
	struct fault ignored = { 0 };
	bool intact;

	intact = shard_read(&m, names, path, &reader, &ignored) == SHARD_OK;
	ir_module_free(m);
	return intact;
}

/*
 * Shards of an earlier run are used again if they have the same key, come from
 * the same sources, are whole, and are not older than the plugin.
 */
static int
find_fresh(struct crew *c, bool *fresh, struct fault *f)
{
	struct arena *a = arena_new();
	struct sources *ss = sources_new(c->db->root);
	struct stat plugin, st;
	const struct head *h;
	struct heads *heads;
	const char **paths;
	size_t n;

	paths = shards_in(a, c->opt->shards, &n, f);
	heads = heads_read(paths, n);
	if (stat(c->opt->plugin, &plugin) != 0)
		fault_set(f, c->opt->plugin, 0, "cannot find the plugin: %s",
		    strerror(errno));
	for (size_t i = 0; i < c->db->entries.n && f->text[0] == '\0'; i++) {
		if (c->db->entries.p[i].kind != CDB_C)
			continue;
		h = heads_find(heads, c->db->entries.p[i].key);
		fresh[i] = h != NULL && h->incomplete == NULL &&
		    stat(h->path, &st) == 0 &&
		    st.st_mtime >= plugin.st_mtime &&
		    sources_changed(ss, heads, h) == NULL &&
		    is_intact(heads->names, h->path);
		if (fresh[i])
			c->res->reused++;
		else
			c->total++;
	}
	heads_free(heads);
	sources_free(ss);
	arena_free(a);
	return f->text[0] == '\0' ? 0 : -1;
}

int
driver_run(const struct cdb *db, const struct run_options *opt,
    struct run_result *res, struct fault *f)
{
	struct crew c = { .db = db, .opt = opt, .res = res };
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction sa = { .sa_handler = on_signal }, old[3];
	bool *fresh = ecalloc(db->entries.n, sizeof(*fresh));
	struct arena *a = arena_new();
	int error;

	memset(res, 0, sizeof(*res));
	res->n = db->entries.n;
	res->failure = ecalloc(res->n, sizeof(*res->failure));
	common_args(&c, a);
	c.jobs = ecalloc((size_t)opt->jobs, sizeof(*c.jobs));
	error = find_fresh(&c, fresh, f);
	if (error == 0) {
		/* ccache replays a result without running the plugin. */
		setenv("CCACHE_DISABLE", "1", 1);
		sigemptyset(&sa.sa_mask);
		for (int i = 0; i < 3; i++) {
			sigaction(signals[i], NULL, &old[i]);
			if (old[i].sa_handler != SIG_IGN)	/* nohup */
				sigaction(signals[i], &sa, NULL);
		}
		error = run_all(&c, fresh, f);
		for (int i = 0; i < 3; i++)
			sigaction(signals[i], &old[i], NULL);
		progress_end(&c);
	}
	free(c.jobs);
	free(fresh);
	arena_free(a);
	return error;
}

void
run_result_free(struct run_result *res)
{
	for (size_t i = 0; i < res->n; i++)
		free(res->failure[i]);
	free(res->failure);
	for (size_t i = 0; i < res->refused.n; i++)
		free(res->refused.p[i]);
	vec_free(&res->refused);
	memset(res, 0, sizeof(*res));
}
