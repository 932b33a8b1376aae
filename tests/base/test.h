/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What every test program of base, ir and shard includes.  The name of a
 * test says the verdict: ok_ is accepted, bad_ is rejected.
 */

#ifndef IPLINT_TEST_H
#define IPLINT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"

/* A new folder for one test; remove_dir() removes it and its files. */
char	*make_dir(void);
void	remove_dir(char *);
/* How many files a folder has. */
size_t	count_files(const char *dir);
/* dir/name in a buffer that the next call overwrites. */
const char *in_dir(const char *dir, const char *name);

#endif /* IPLINT_TEST_H */
