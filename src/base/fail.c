/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

int
fault_set(struct fault *f, const char *file, unsigned line, const char *fmt,
    ...)
{
	int n = 0;
	va_list ap;

	if (f->text[0] != '\0')
		return -1;
	if (file != NULL && line != 0)
		n = snprintf(f->text, sizeof(f->text), "%s:%u: ", file, line);
	else if (file != NULL)
		n = snprintf(f->text, sizeof(f->text), "%s: ", file);
	if (n < 0 || (size_t)n >= sizeof(f->text))
		return -1;
	va_start(ap, fmt);
	vsnprintf(f->text + n, sizeof(f->text) - (size_t)n, fmt, ap);
	va_end(ap);
	return -1;
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "iplint: %s:%d: this is a bug: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
