/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mkshard: make a shard of IR text that a person has written.
 *
 *	usage: mkshard in.ir out.ipl
 */

#include <stdlib.h>

#include "shard/shard.h"

int
main(int argc, char **argv)
{
	struct names *names = names_new();
	struct ir_module *m = NULL;
	struct fault f = { 0 };
	char *text = NULL;
	size_t size;

	if (argc != 3)
		fault_set(&f, NULL, 0, "usage: mkshard in.ir out.ipl");
	else if (file_read(argv[1], &text, &size, &f) == 0)
		m = ir_parse(names, argv[1], text, size, NULL, &f);
	if (m != NULL && ir_check(m, &f) == 0)
		(void)!shard_write(argv[2], m, &f);
	ir_module_free(m);
	free(text);
	names_free(names);
	if (f.text[0] != '\0')
		fprintf(stderr, "mkshard: %s\n", f.text);
	return f.text[0] != '\0';
}
