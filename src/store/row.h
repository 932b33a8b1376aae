/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * row: rows that go into tables, column by column.
 *
 *	row_begin(r, T_LEVEL);
 *	put_word(r, "IPL_VM");
 *	put(r, 6);
 *	put(r, 1);
 *	row_end(r);
 *
 * Failures stay in the connection; after one, all of this does nothing.
 */

#ifndef IPLINT_ROW_H
#define IPLINT_ROW_H

#include "db.h"

/* The tables that are filled, and how many columns each has. */
#define TABLES(X)							\
	X(NAME, "INTO name", 2) X(INFO, "INTO info", 3)			\
	X(LEVEL, "INTO level", 3) X(UNIT, "INTO unit", 6)		\
	X(FUNC, "INTO func", 6) X(LOCK, "INTO lock", 8)			\
	X(LEDGER, "INTO ledger", 6)					\
	X(LEDGER_KIND, "INTO ledger_kind", 3)				\
	X(HANDLER, "INTO handler", 16)					\
	X(COMMON_LEDGER, "INTO common_ledger", 1)			\
	X(HANDLER_OWN, "OR IGNORE INTO handler_own", 2)			\
	X(FINDING, "INTO finding", 12)					\
	X(FINDING_ID, "INTO finding_id", 4)				\
	X(FINDING_HANDLER, "OR IGNORE INTO finding_handler", 2)		\
	X(SUPPRESSION, "INTO suppression", 11)			\
	X(FINDING_SUPPRESSION, "INTO finding_suppression", 2)		\
	X(FINDING_LEDGER, "OR IGNORE INTO finding_ledger", 2)		\
	X(WITNESS, "INTO witness", 5) X(STEP, "INTO step", 17)	\
	X(SOURCE, "INTO source", 2)					\
	X(HANDLER_FINDING, "OR IGNORE INTO handler_finding", 3)		\
	X(CHAIN, "OR IGNORE INTO chain", 4)				\
	X(LOCK_INIT, "INTO lock_init", 8)				\
	X(REACHED, "INTO reached", 5) X(CALL, "INTO call", 8)		\
	X(CALL_TARGET, "OR IGNORE INTO call_target", 2)			\
	X(ACT, "INTO act", 9)						\
	X(ACT_LOCK, "OR IGNORE INTO act_lock", 2)			\
	X(FUNC_LEDGER, "OR IGNORE INTO func_ledger", 2)

enum table {
#define X(id, into, columns) T_##id,
	TABLES(X)
#undef X
	NTABLES
};

struct rows_out {
	struct db db;
	sqlite3_stmt *insert[NTABLES];
	sqlite3_stmt *row;		/* being filled */
	int column;
	struct names *names;		/* their ids are those of table name */
	name_t written;			/* the last one in the table */
};

/* db must be open, and have the tables. */
void	rows_open(struct rows_out *);
void	rows_close(struct rows_out *);

void	row_begin(struct rows_out *, enum table);
void	row_end(struct rows_out *);
void	put(struct rows_out *, int64_t);
void	put_null(struct rows_out *);
/* A level, where -1 is none. */
void	put_level(struct rows_out *, int level);
/* A line or column, where 0 is none. */
void	put_line(struct rows_out *, uint32_t line);
/* Text that stays valid until the row ends; NULL is none. */
void	put_text(struct rows_out *, const char *);
/* The number of a text in table name, where "" and NULL are none. */
void	put_word(struct rows_out *, const char *);

#endif /* IPLINT_ROW_H */
