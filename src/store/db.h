/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * db: an SQLite connection whose first failure stays.
 *
 * After a failure every call does nothing, so a writer checks once, at the
 * end.  Only store/ includes this.
 */

#ifndef IPLINT_DB_H
#define IPLINT_DB_H

#include <sqlite3.h>

#include "base/base.h"

struct db {
	sqlite3 *sql;			/* NULL: not open */
	const char *path;		/* for messages */
	struct fault *fault;
	bool failed;
};

/* flags are those of sqlite3_open_v2(). */
void	db_open(struct db *, const char *file, const char *path, int flags,
	    struct fault *);
void	db_close(struct db *);
void	db_fail(struct db *);			/* records SQLite's message */
void	db_exec(struct db *, const char *);
/* The single number that a statement gives; -1 on failure. */
int64_t	db_number(struct db *, const char *);
/* NULL on failure. */
sqlite3_stmt *db_prepare(struct db *, const char *);
/* Is there a row?  On failure, no. */
bool	db_step(struct db *, sqlite3_stmt *);

#endif /* IPLINT_DB_H */
