/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <dirent.h>
#include <unistd.h>

#include "test.h"

char *
make_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	struct buf b = { 0 };

	buf_fmt(&b, "%s/iplint.XXXXXX", tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(b.p));
	return b.p;
}

static size_t
each_file(const char *dir, bool remove_it)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		n++;
		if (remove_it)
			unlink(in_dir(dir, e->d_name));
	}
	closedir(d);
	return n;
}

size_t
count_files(const char *dir)
{
	return each_file(dir, false);
}

void
remove_dir(char *dir)
{
	each_file(dir, true);
	rmdir(dir);
	free(dir);
}

const char *
in_dir(const char *dir, const char *name)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}
