/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/text.h"

static bool
is_set(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0';
}

static bool
is(const char *name, const char *value)
{
	const char *v = getenv(name);

	return v != NULL && strcmp(v, value) == 0;
}

bool
text_color(const char *when, FILE *fp)
{
	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0"))
		return true;
	if (is("CLICOLOR", "0") || is("TERM", "dumb"))
		return false;
	return isatty(fileno(fp)) == 1;
}
