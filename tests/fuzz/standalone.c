/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A main() for the fuzz targets where there is no libFuzzer: runs each file
 * that is named, and every file of each folder, through the target.
 */

#include <sys/stat.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
run_file(const char *path)
{
	struct fault f = { "" };
	size_t size;
	char *text;

	if (file_read(path, &text, &size, &f) != 0) {
		fprintf(stderr, "%s\n", f.text);
		exit(1);
	}
	LLVMFuzzerTestOneInput((const uint8_t *)text, size);
	free(text);
}

static void
run_folder(const char *path)
{
	struct buf file = { 0 };
	struct dirent *e;
	DIR *dir = opendir(path);

	if (dir == NULL) {
		perror(path);
		exit(1);
	}
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		buf_clear(&file);
		buf_fmt(&file, "%s/%s", path, e->d_name);
		run_file(file.p);
	}
	buf_free(&file);
	closedir(dir);
}

int
main(int argc, char **argv)
{
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			run_folder(argv[i]);
		else
			run_file(argv[i]);
	}
	return 0;
}
