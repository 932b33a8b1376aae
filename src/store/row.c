/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "row.h"

static const struct {
	const char *into;
	int columns;
} tables[] = {
#define X(id, into, columns) { into, columns },
	TABLES(X)
#undef X
};

void
rows_open(struct rows_out *r)
{
	struct buf text = { 0 };

	r->names = names_new();
	for (int t = 0; t < NTABLES; t++) {
		buf_clear(&text);
		buf_fmt(&text, "INSERT %s VALUES(?", tables[t].into);
		for (int i = 1; i < tables[t].columns; i++)
			buf_str(&text, ",?");
		buf_chr(&text, ')');
		r->insert[t] = db_prepare(&r->db, text.p);
	}
	buf_free(&text);
}

void
rows_close(struct rows_out *r)
{
	for (int t = 0; t < NTABLES; t++)
		sqlite3_finalize(r->insert[t]);
	names_free(r->names);
}

void
row_begin(struct rows_out *r, enum table t)
{
	r->row = r->insert[t];
	r->column = 0;
}

void
put(struct rows_out *r, int64_t v)
{
	r->column++;
	if (!r->db.failed)
		sqlite3_bind_int64(r->row, r->column, v);
}

void
put_null(struct rows_out *r)
{
	r->column++;
	if (!r->db.failed)
		sqlite3_bind_null(r->row, r->column);
}

void
put_level(struct rows_out *r, int level)
{
	if (level < 0)
		put_null(r);
	else
		put(r, level);
}

void
put_line(struct rows_out *r, uint32_t line)
{
	if (line == 0)
		put_null(r);
	else
		put(r, line);
}

void
put_text(struct rows_out *r, const char *s)
{
	r->column++;
	if (!r->db.failed)
		sqlite3_bind_text(r->row, r->column, s, -1, SQLITE_STATIC);
}

void
row_end(struct rows_out *r)
{
	if (r->db.failed)
		return;
	require(r->column == sqlite3_bind_parameter_count(r->row));
	db_step(&r->db, r->row);
	sqlite3_reset(r->row);
}

void
put_word(struct rows_out *r, const char *s)
{
	sqlite3_stmt *row = r->row;
	int column = r->column;
	name_t id;

	id = s == NULL ? 0 : name_intern(r->names, s);
	if (id > r->written) {
		row_begin(r, T_NAME);
		put(r, id);
		put_text(r, s);
		row_end(r);
		r->written = id;
		r->row = row;
		r->column = column;
	}
	if (id == 0)
		put_null(r);
	else
		put(r, id);
}
