/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "driver/driver.h"
#include "shard_dir.h"

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };

#define NSIGNALS	(sizeof(signals) / sizeof(*signals))

/* What a signal has to remove: shards, and after a NULL their directory. */
static const char **doomed;

int
shard_dir_open(struct shard_dir *d, const char *given, const char *output,
    struct fault *f)
{
	struct buf b = { 0 };
	char *made;

	memset(d, 0, sizeof(*d));
	d->arena = arena_new();
	d->temporary = given == NULL;
	if (d->temporary) {
		buf_fmt(&b, "%s.shards.XXXXXX", output);
		made = mkdtemp(b.p);
	} else {
		buf_str(&b, given);
		made = mkdir(b.p, 0777) == 0 || errno == EEXIST ? b.p : NULL;
	}
	if (made == NULL)
		fault_set(f, d->temporary ? output : b.p, 0, "cannot make a "
		    "directory for the shards: %s", strerror(errno));
	else if ((d->path = realpath(b.p, NULL)) == NULL)
		fault_set(f, b.p, 0, "%s", strerror(errno));
	buf_free(&b);
	return d->path != NULL ? 0 : -1;
}

static void
on_signal(int sig)
{
	const char **path;

	for (path = doomed; *path != NULL; path++)
		unlink(*path);
	rmdir(path[1]);
	raise(sig);			/* SA_RESETHAND: the default now */
}

void
shard_dir_guard(struct shard_dir *d)
{
	struct sigaction sa = { .sa_handler = on_signal,
	    .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	struct fault ignored = { 0 };
	struct sigaction old;
	const char **paths;
	size_t n;

	if (!d->temporary)
		return;
	paths = shards_in(d->arena, d->path, &n, &ignored);
	doomed = arena_alloc(d->arena, (n + 2) * sizeof(*doomed));
	for (size_t i = 0; i < n; i++)
		doomed[i] = paths[i];
	doomed[n + 1] = d->path;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NSIGNALS; i++) {
		sigaction(signals[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)	/* nohup */
			sigaction(signals[i], &sa, NULL);
	}
}

void
shard_dir_close(struct shard_dir *d)
{
	struct fault ignored = { 0 };
	const char **paths;
	size_t n = 0;

	if (d->path != NULL && d->temporary) {
		for (size_t i = 0; doomed != NULL && i < NSIGNALS; i++)
			signal(signals[i], SIG_DFL);
		doomed = NULL;
		paths = shards_in(d->arena, d->path, &n, &ignored);
		for (size_t i = 0; i < n; i++)
			unlink(paths[i]);
		if (rmdir(d->path) != 0)
			complain("%s: cannot remove: %s", d->path,
			    strerror(errno));
	}
	arena_free(d->arena);
	free(d->path);
}
