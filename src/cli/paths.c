/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Where an operating system shows a process its own program. */
static const char *const self_links[] = {
	"/proc/self/exe", "/proc/curproc/exe"
};

/* DIR of DIR/bin/iplint into b; false if it cannot be found out. */
static bool
own_prefix(struct buf *b)
{
	char path[4096];
	ssize_t n = -1;
	char *slash;

	for (size_t i = 0; i < 2 && n < 0; i++)
		n = readlink(self_links[i], path, sizeof(path) - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	for (int i = 0; i < 2; i++) {
		slash = strrchr(path, '/');
		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	buf_str(b, path);
	return true;
}

/* A file below our prefix, or NULL and a fault. */
static char *
own_file(const char *below, const char *what, const char *option,
    struct fault *f)
{
	struct buf b = { 0 };

	if (own_prefix(&b)) {
		buf_fmt(&b, "/%s", below);
		if (access(b.p, R_OK) == 0)
			return b.p;
	}
	fault_set(f, NULL, 0, "cannot find the %s%s%s; give %s=FILE", what,
	    b.n > 0 ? " at " : "", b.n > 0 ? b.p : "", option);
	buf_free(&b);
	return NULL;
}

static char *
given_file(const char *path, struct fault *f)
{
	char *real;

	if (access(path, R_OK) != 0 || (real = realpath(path, NULL)) == NULL) {
		fault_set(f, path, 0, "cannot be read");
		return NULL;
	}
	return real;
}

char *
plugin_path(const char *given, struct fault *f)
{
	if (given != NULL)
		return given_file(given, f);
	return own_file("lib/iplint/iplint.so", "plugin", "--plugin", f);
}

char *
rules_path(const char *given, struct fault *f)
{
	struct buf b = { 0 };
	char *path;

	if (given == NULL)
		given = "netbsd";
	else if (strchr(given, '/') != NULL || strchr(given, '.') != NULL)
		return given_file(given, f);
	buf_fmt(&b, "share/iplint/rules/%s.yaml", given);
	path = own_file(b.p, "rules", "--rules", f);
	buf_free(&b);
	return path;
}
