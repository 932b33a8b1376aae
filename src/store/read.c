/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Reading a database, through its views and what joins them.
 *
 * Each iterator is a query and a function that makes a struct of a row.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_int.h"

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	db_close(&s->db);
	free(s->path);
	free(s);
}

/* Is this a database of ours, of the version that we read? */
static int
check_version(struct store *s, struct fault *f)
{
	int64_t id, version;

	id = db_number(&s->db, "PRAGMA application_id");
	version = db_number(&s->db, "PRAGMA user_version");
	if (s->db.failed || id != STORE_APPLICATION)
		return fault_set(f, s->path, 0, "this is not an iplint "
		    "database");
	if (version != STORE_VERSION)
		return fault_set(f, s->path, 0, "the database has version "
		    "%lld, this program reads version %d; make it again with "
		    "iplint link", (long long)version, STORE_VERSION);
	return 0;
}

struct store *
store_open(const char *path, struct fault *f)
{
	struct store *s = ecalloc(1, sizeof(*s));

	s->path = estrdup(path);
	if (access(path, R_OK) != 0) {
		fault_set(f, path, 0, "cannot open: %s", strerror(errno));
		store_close(s);
		return NULL;
	}
	db_open(&s->db, path, s->path, SQLITE_OPEN_READONLY, &s->fault);
	if (check_version(s, f) != 0) {
		store_close(s);
		return NULL;
	}
	return s;
}

/* ---- queries ---- */

const char *
row_text(const struct rows *r, int column)
{
	const unsigned char *s = sqlite3_column_text(r->st, column);

	return s == NULL ? "" : (const char *)s;
}

int
row_number(const struct rows *r, int column, int null)
{
	if (sqlite3_column_type(r->st, column) == SQLITE_NULL)
		return null;
	return sqlite3_column_int(r->st, column);
}

int64_t
row_id(const struct rows *r, int column, int64_t null)
{
	if (sqlite3_column_type(r->st, column) == SQLITE_NULL)
		return null;
	return sqlite3_column_int64(r->st, column);
}

int
store_query(struct store *s, const char *sql, const char *func, int64_t id,
    row_fn *each, struct rows *r, struct fault *f)
{
	int answer = 0, bind;

	s->db.failed = false;
	s->fault.text[0] = '\0';
	r->st = db_prepare(&s->db, sql);
	if (!s->db.failed) {
		bind = sqlite3_bind_parameter_index(r->st, ":func");
		if (bind != 0)
			sqlite3_bind_text(r->st, bind, func, -1,
			    SQLITE_STATIC);
		bind = sqlite3_bind_parameter_index(r->st, ":id");
		if (bind != 0)
			sqlite3_bind_int64(r->st, bind, id);
	}
	while (answer == 0 && db_step(&s->db, r->st))
		answer = each(r);
	sqlite3_finalize(r->st);
	if (s->db.failed)
		return fault_set(f, NULL, 0, "%s", s->fault.text);
	return answer;
}

/* ---- rows ---- */

#define FINDING								\
	"SELECT id, code, name, severity, function, file, line, col,"	\
	" message, fingerprint, entry, exit, handler, other_handlers,"	\
	" rests_on, suppression,"					\
	" (SELECT reason FROM suppression s WHERE s.id = suppression),"	\
	" (SELECT expires FROM suppression s"				\
	"  WHERE s.id = suppression),"					\
	" (SELECT n.text = 'source' FROM suppression s JOIN name n"	\
	"  ON n.id = s.origin WHERE s.id = suppression)"		\
	" FROM v_findings f "

static int
finding_row(const struct rows *r)
{
	struct store_finding x = {
		.id = sqlite3_column_int64(r->st, 0),
		.code = row_text(r, 1), .name = row_text(r, 2),
		.severity = row_text(r, 3), .function = row_text(r, 4),
		.file = row_text(r, 5), .line = row_number(r, 6, 0),
		.col = row_number(r, 7, 0), .message = row_text(r, 8),
		.fingerprint = row_text(r, 9), .entry = row_number(r, 10, -1),
		.exit = row_number(r, 11, -1), .handler = row_number(r, 12, -1),
		.others = row_number(r, 13, 0), .rests = row_number(r, 14, 0),
		.suppression = row_number(r, 15, -1), .reason = row_text(r, 16),
		.expires = row_text(r, 17),
		.suppressed_in_source = row_number(r, 18, 0),
	};

	return r->to.finding(r->ctx, &x);
}

static int
step_row(const struct rows *r)
{
	struct store_step x = {
		.witness = row_number(r, 0, 0), .title = row_text(r, 1),
		.kind = row_text(r, 2), .file = row_text(r, 3),
		.line = row_number(r, 4, 0), .col = row_number(r, 5, 0),
		.depth = row_number(r, 6, 0), .function = row_text(r, 7),
		.text = row_text(r, 8), .note = row_text(r, 9),
		.before = row_number(r, 10, -1), .after = row_number(r, 11, -1),
		.held = row_number(r, 12, 0), .lo = row_number(r, 13, -1),
		.hi = row_number(r, 14, -1), .lock = row_text(r, 15),
		.clean = row_number(r, 16, 0),
	};

	return r->to.step(r->ctx, &x);
}

#define HANDLER								\
	"SELECT h.id, name, level, level_name, verdict, context, api,"	\
	" file, line, exit_max, exit_max_nested, peak, others,"		\
	" rests_on, func_file, func_line, func, registered_in, thread,"	\
	" findings FROM v_handlers h "

static int
handler_row(const struct rows *r)
{
	struct store_handler x = {
		.id = sqlite3_column_int64(r->st, 0),
		.name = row_text(r, 1), .level = row_number(r, 2, -1),
		.level_name = row_text(r, 3), .verdict = row_text(r, 4),
		.context = row_text(r, 5), .api = row_text(r, 6),
		.file = row_text(r, 7), .line = row_number(r, 8, 0),
		.exit_max = row_number(r, 9, -1),
		.exit_max_nested = row_number(r, 10, -1),
		.peak = row_number(r, 11, -1), .others = row_number(r, 12, 0),
		.rests = row_number(r, 13, 0), .func_file = row_text(r, 14),
		.func_line = row_number(r, 15, 0), .func = row_id(r, 16, -1),
		.registered_in = row_text(r, 17),
		.thread = row_number(r, 18, 0),
		.findings = row_number(r, 19, 0),
	};

	return r->to.handler(r->ctx, &x);
}

#define ENTRY "SELECT e.id, kind, function, file, line, text FROM entry e "

static int
entry_row(const struct rows *r)
{
	struct store_entry x = {
		.id = sqlite3_column_int64(r->st, 0),
		.kind = row_text(r, 1), .function = row_text(r, 2),
		.file = row_text(r, 3), .line = row_number(r, 4, 0),
		.text = row_text(r, 5),
	};

	return r->to.entry(r->ctx, &x);
}

static int
suppression_row(const struct rows *r)
{
	struct store_suppression x = {
		.id = sqlite3_column_int64(r->st, 0),
		.origin = row_text(r, 1), .file = row_text(r, 2),
		.line = row_number(r, 3, 0), .code = row_text(r, 4),
		.path = row_text(r, 5), .function = row_text(r, 6),
		.fingerprint = row_text(r, 7), .expires = row_text(r, 8),
		.reason = row_text(r, 9), .fault = row_text(r, 10),
		.findings = row_number(r, 11, 0),
	};

	return r->to.suppression(r->ctx, &x);
}

static int
unit_row(const struct rows *r)
{
	struct store_unit x = {
		.path = row_text(r, 0), .status = row_text(r, 1),
		.reason = row_text(r, 2),
	};

	return r->to.unit(r->ctx, &x);
}

/* ---- iterators ---- */

int
store_findings(struct store *s, const char *func, store_finding_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.finding = fn, .ctx = ctx };

	return store_query(s, FINDING "WHERE :func IS NULL OR function = :func "
	    "OR handler IN (SELECT id FROM v_handlers WHERE name = :func) "
	    "OR id IN (SELECT finding FROM finding_handler "
	    "WHERE handler IN (SELECT id FROM v_handlers WHERE name = :func)) "
	    "ORDER BY id", func, 0, finding_row, &r, f);
}

int
store_steps(struct store *s, int64_t finding, store_step_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.step = fn, .ctx = ctx };

	return store_query(s, "SELECT witness, title, kind, file, line, col, "
	    "depth, function, text, note, before, after, held, lo, hi, lock,"
	    " clean FROM v_steps "
	    "WHERE finding = :id ORDER BY witness, step",
	    NULL, finding, step_row, &r, f);
}

int
store_handlers(struct store *s, const char *func, store_handler_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.handler = fn, .ctx = ctx };

	return store_query(s, HANDLER "WHERE :func IS NULL OR name = :func "
	    "ORDER BY id", func, 0, handler_row, &r, f);
}

int
store_finding_handlers(struct store *s, int64_t finding,
    store_handler_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.handler = fn, .ctx = ctx };

	return store_query(s, HANDLER "JOIN finding_handler x "
	    "ON x.handler = h.id WHERE x.finding = :id ORDER BY h.id",
	    NULL, finding, handler_row, &r, f);
}

int
store_ledger(struct store *s, const char *func, store_entry_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.entry = fn, .ctx = ctx };

	return store_query(s, ENTRY "WHERE :func IS NULL OR function = :func "
	    "ORDER BY id", func, 0, entry_row, &r, f);
}

int
store_finding_rests(struct store *s, int64_t finding, store_entry_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.entry = fn, .ctx = ctx };

	return store_query(s, ENTRY "JOIN finding_ledger x ON x.ledger = e.id "
	    "WHERE x.finding = :id ORDER BY e.id",
	    NULL, finding, entry_row, &r, f);
}

int
store_suppressions(struct store *s, store_suppression_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.suppression = fn, .ctx = ctx };

	return store_query(s, "SELECT id, origin, file, line, code, path, "
	    "function, fingerprint, expires, reason, fault, findings "
	    "FROM v_suppressions ORDER BY id", NULL, 0, suppression_row, &r,
	    f);
}

int
store_gaps(struct store *s, store_unit_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.unit = fn, .ctx = ctx };

	return store_query(s, "SELECT path, status, reason FROM v_units "
	    "WHERE status <> 'ok' ORDER BY id", NULL, 0, unit_row, &r, f);
}

/* ---- counts ---- */

static int
unit_count(const struct rows *r)
{
	struct store_counts *c = r->ctx;
	const char *status = row_text(r, 0);
	int n = row_number(r, 1, 0);

	if (strcmp(status, "skipped") == 0) {
		c->skipped += n;
		return 0;
	}
	c->units += n;
	if (strcmp(status, "missing") == 0 || strcmp(status, "damaged") == 0)
		c->missing += n;
	else if (strcmp(status, "stale") == 0)
		c->stale += n;
	else if (strcmp(status, "incomplete") == 0)
		c->incomplete += n;
	return 0;
}

static int
ledger_count_row(const struct rows *r)
{
	struct store_counts *c = r->ctx;

	for (int k = 0; k < LEDGER_NKINDS; k++)
		if (strcmp(row_text(r, 0), ledger_kind_name(k)) == 0)
			c->ledger[k] = row_number(r, 1, 0);
	return 0;
}

static int
number_row(const struct rows *r)
{
	*(int *)r->ctx = row_number(r, 0, 0);
	return 0;
}

int
store_counts(struct store *s, struct store_counts *c, struct fault *f)
{
	struct rows r = { .ctx = c }, n = { .ctx = &c->findings };

	_Static_assert(LEDGER_NKINDS <= STORE_NLEDGER, "room for each kind");
	memset(c, 0, sizeof(*c));
	if (store_query(s, "SELECT count(*) FROM finding", NULL, 0, number_row,
	    &n, f) != 0)
		return -1;
	n.ctx = &c->suppressed;
	if (store_query(s, "SELECT count(DISTINCT finding) "
	    "FROM finding_suppression", NULL, 0, number_row, &n, f) != 0)
		return -1;
	if (store_query(s, "SELECT status, count(*) FROM v_units "
	    "GROUP BY status", NULL, 0, unit_count, &r, f) != 0)
		return -1;
	return store_query(s, "SELECT kind, count(*) FROM entry GROUP BY kind",
	    NULL, 0, ledger_count_row, &r, f);
}

static int
function_row(const struct rows *r)
{
	struct store_functions *c = r->ctx;

	c->n = row_number(r, 0, 0);
	c->analysed = row_number(r, 1, 0);
	c->ruled = row_number(r, 2, 0);
	return 0;
}

int
store_functions(struct store *s, const char *func, struct store_functions *c,
    struct fault *f)
{
	struct rows r = { .ctx = c };

	return store_query(s, "SELECT count(*), sum(body), sum(rule) FROM func "
	    "JOIN name ON name.id = func.name WHERE name.text = :func",
	    func, 0, function_row, &r, f);
}

static int
word_row(const struct rows *r)
{
	buf_str(r->ctx, row_text(r, 0));
	return 1;
}

int
store_level(struct store *s, int level, struct buf *out, struct fault *f)
{
	struct rows r = { .ctx = out };
	int found;

	if (level < 0) {
		buf_chr(out, '?');
		return 0;
	}
	found = store_query(s, "SELECT name FROM v_levels WHERE level = :id "
	    "AND preferred ORDER BY name", NULL, level, word_row, &r, f);
	if (found == 0)
		buf_fmt(out, "level %d", level);
	return found < 0 ? -1 : 0;
}

int
store_info(struct store *s, const char *key, struct buf *out,
    struct fault *f)
{
	struct rows r = { .ctx = out };

	return store_query(s, "SELECT value FROM v_summary WHERE key = :func",
	    key, 0, word_row, &r, f) < 0 ? -1 : 0;
}

static int
code_row(const struct rows *r)
{
	return r->to.code(r->ctx, row_text(r, 0), row_text(r, 1),
	    row_text(r, 2));
}

int
store_codes(struct store *s, store_code_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.code = fn, .ctx = ctx };

	return store_query(s, "SELECT code, name, text FROM finding_id "
	    "ORDER BY id", NULL, 0, code_row, &r, f);
}

static int
source_row(const struct rows *r)
{
	return digest_parse(row_text(r, 0), r->ctx);
}

int
store_source(struct store *s, const char *path, struct digest *d,
    struct fault *f)
{
	struct rows r = { .ctx = d };

	return store_query(s, "SELECT digest FROM source JOIN name "
	    "ON id = path WHERE text = :func", path, 0, source_row, &r, f);
}

static int
level_row(const struct rows *r)
{
	return r->to.level(r->ctx, row_number(r, 0, 0), row_text(r, 1));
}

int
store_levels(struct store *s, store_level_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.level = fn, .ctx = ctx };

	return store_query(s, "SELECT level, name FROM v_levels "
	    "WHERE preferred ORDER BY level, name", NULL, 0, level_row, &r, f);
}
