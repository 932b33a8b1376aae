/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <errno.h>
#include <string.h>

#include "db.h"

/* The system's reason says more than "unable to open database file". */
void
db_fail(struct db *db)
{
	int error = db->sql != NULL ? sqlite3_system_errno(db->sql) : ENOMEM;

	if (!db->failed && error != 0)
		fault_set(db->fault, db->path, 0, "%s", strerror(error));
	else if (!db->failed)
		fault_set(db->fault, db->path, 0, "%s",
		    sqlite3_errmsg(db->sql));
	db->failed = true;
}

void
db_open(struct db *db, const char *file, const char *path, int flags,
    struct fault *f)
{
	db->sql = NULL;
	db->path = path;
	db->fault = f;
	db->failed = false;
	if (sqlite3_open_v2(file, &db->sql, flags, NULL) != SQLITE_OK)
		db_fail(db);
}

void
db_close(struct db *db)
{
	if (sqlite3_close(db->sql) != SQLITE_OK)
		bug("a statement is still open");
	db->sql = NULL;
}

void
db_exec(struct db *db, const char *text)
{
	if (!db->failed &&
	    sqlite3_exec(db->sql, text, NULL, NULL, NULL) != SQLITE_OK)
		db_fail(db);
}

sqlite3_stmt *
db_prepare(struct db *db, const char *text)
{
	sqlite3_stmt *st = NULL;

	if (!db->failed &&
	    sqlite3_prepare_v2(db->sql, text, -1, &st, NULL) != SQLITE_OK)
		db_fail(db);
	return st;
}

bool
db_step(struct db *db, sqlite3_stmt *st)
{
	int r;

	if (db->failed)
		return false;
	r = sqlite3_step(st);
	if (r != SQLITE_ROW && r != SQLITE_DONE)
		db_fail(db);
	return r == SQLITE_ROW;
}

int64_t
db_number(struct db *db, const char *text)
{
	sqlite3_stmt *st = db_prepare(db, text);
	int64_t n = -1;

	if (db_step(db, st))
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}
