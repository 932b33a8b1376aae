/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const struct {
	const char *name;
	int (*run)(const struct options *);
} commands[] = {
#define X(name, operands, summary, text) { #name, cmd_##name },
	COMMANDS(X)
#undef X
};

/* What was printed must have arrived, or "clean" may be half a report. */
static int
flush_output(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return complain("cannot write to standard output");
	return status;
}

int
main(int argc, char **argv)
{
	struct options o;
	int status;

	if (argc < 2) {
		usage_all(stderr);
		return EXIT_TROUBLE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		usage_all(stdout);
		return flush_output(EXIT_CLEAN);
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts(version_text());
		return flush_output(EXIT_CLEAN);
	}
	for (int i = 0; i < NCOMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		argv[1] = argv[0];
		status = options_parse(i, argc - 1, argv + 1, &o);
		if (status == -1)
			status = commands[i].run(&o);
		return flush_output(status);
	}
	return complain("no command \"%s\"; see \"iplint --help\"", argv[1]);
}
