/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * shardcheck SHARD...: each shard must be readable, valid, and print back to
 * the bytes it came from.
 */

#include <stdlib.h>
#include <string.h>

#include "shard/shard.h"

static int
check(const char *path)
{
	struct fault fault = { 0 };
	struct names *names = names_new();
	struct ir_module *m = NULL;
	struct buf again = { 0 };
	char *text = NULL;
	size_t size = 0;
	int bad = -1;

	if (shard_read(&m, names, path, NULL, &fault) != SHARD_OK)
		goto out;
	if (ir_check(m, &fault) != 0 || file_read(path, &text, &size, &fault))
		goto out;
	ir_print(m, &again);
	/* The checksum line follows what ir_print() wrote. */
	if (again.n > size || memcmp(again.p, text, again.n) != 0 ||
	    strncmp(text + again.n, "checksum ", 9) != 0) {
		fault_set(&fault, path, 0, "does not print back to its bytes");
		goto out;
	}
	bad = 0;
out:
	if (bad != 0)
		fprintf(stderr, "shardcheck: %s: %s\n", path, fault.text);
	buf_free(&again);
	free(text);
	ir_module_free(m);
	names_free(names);
	return bad;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= check(argv[i]);
	return bad != 0;
}
