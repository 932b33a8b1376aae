/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Writing a database.
 *
 * It is built under a temporary name without a journal, because a half
 * written one is thrown away, in one transaction and with the indexes last.
 * Rows go in in the order in which the program and its results are sorted,
 * and names get their numbers by first use in that order: this is what makes
 * the bytes reproducible.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"
#include "schema.h"
#include "store/store.h"

/* The tables that are filled, and how many columns each has. */
#define TABLES(X)							\
	X(NAME, "INTO name", 2) X(INFO, "INTO info", 3)			\
	X(LEVEL, "INTO level", 3) X(UNIT, "INTO unit", 6)		\
	X(FUNC, "INTO func", 6) X(LOCK, "INTO lock", 8)			\
	X(LEDGER, "INTO ledger", 6)					\
	X(LEDGER_KIND, "INTO ledger_kind", 3)				\
	X(HANDLER, "INTO handler", 14)					\
	X(HANDLER_LEDGER, "OR IGNORE INTO handler_ledger", 2)		\
	X(FINDING, "INTO finding", 12)					\
	X(FINDING_ID, "INTO finding_id", 4)				\
	X(FINDING_HANDLER, "OR IGNORE INTO finding_handler", 2)		\
	X(FINDING_LEDGER, "OR IGNORE INTO finding_ledger", 2)		\
	X(WITNESS, "INTO witness", 4) X(STEP, "INTO step", 14)

enum table {
#define X(id, into, columns) T_##id,
	TABLES(X)
#undef X
	NTABLES
};

static const struct {
	const char *into;
	int columns;
} tables[] = {
#define X(id, into, columns) { into, columns },
	TABLES(X)
#undef X
};

static const char *const spin_names[] = {
	"unknown", "adaptive", "spin", "mixed"
};

struct writer {
	struct db db;
	sqlite3_stmt *insert[NTABLES];
	sqlite3_stmt *row;		/* being filled */
	int column;
	struct names *names;		/* their ids are those of table name */
	name_t written;			/* the last one in the table */
	const struct program *prog;
	const struct results *res;
	uint32_t *ledger_id;		/* by index in the ledger */
	int64_t infos, witnesses, steps;
};

/* ---- rows ---- */

static void
begin(struct writer *w, enum table t)
{
	w->row = w->insert[t];
	w->column = 0;
}

static void
put(struct writer *w, int64_t v)
{
	w->column++;
	if (!w->db.failed)
		sqlite3_bind_int64(w->row, w->column, v);
}

static void
put_null(struct writer *w)
{
	w->column++;
	if (!w->db.failed)
		sqlite3_bind_null(w->row, w->column);
}

/* A level, where -1 is none. */
static void
put_level(struct writer *w, int level)
{
	if (level < 0)
		put_null(w);
	else
		put(w, level);
}

/* A line or column, where 0 is none. */
static void
put_line(struct writer *w, uint32_t line)
{
	if (line == 0)
		put_null(w);
	else
		put(w, line);
}

/* Text that stays valid until the row ends; NULL is none. */
static void
put_text(struct writer *w, const char *s)
{
	w->column++;
	if (!w->db.failed)
		sqlite3_bind_text(w->row, w->column, s, -1, SQLITE_STATIC);
}

static void
end(struct writer *w)
{
	if (w->db.failed)
		return;
	require(w->column == sqlite3_bind_parameter_count(w->row));
	db_step(&w->db, w->row);
	sqlite3_reset(w->row);
}

/* The number of a text in table name, where "" and NULL are none. */
static void
put_word(struct writer *w, const char *s)
{
	sqlite3_stmt *row = w->row;
	int column = w->column;
	name_t id;

	id = s == NULL ? 0 : name_intern(w->names, s);
	if (id > w->written) {
		begin(w, T_NAME);
		put(w, id);
		put_text(w, s);
		end(w);
		w->written = id;
		w->row = row;
		w->column = column;
	}
	if (id == 0)
		put_null(w);
	else
		put(w, id);
}

static void
put_name(struct writer *w, name_t name)
{
	put_word(w, name_str(w->prog->names, name));
}

/* ---- tables ---- */

static void
info_text(struct writer *w, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	begin(w, T_INFO);
	put(w, ++w->infos);
	put_text(w, key);
	put_text(w, value);
	end(w);
}

static void
info_number(struct writer *w, const char *key, uint64_t value)
{
	begin(w, T_INFO);
	put(w, ++w->infos);
	put_text(w, key);
	put(w, (int64_t)value);
	end(w);
}

static void
write_info(struct writer *w, const struct store_run *run,
    const struct flow_counts *fc)
{
	const struct prog_counts *pc = &w->prog->counts;
	const struct rules *rules = w->prog->rules;
	char hex[DIGEST_HEX];

	info_text(w, "tool", run->tool);
	info_text(w, "time", run->time);
	digest_hex(rules->digest, hex);
	info_text(w, "rules", rules->os);
	info_text(w, "rules digest", hex);
	info_text(w, "port", name_str(w->prog->names, w->prog->port->name));
	info_number(w, "kernel version", (uint64_t)w->prog->version);
	info_number(w, "registrations", pc->registrations);
	info_number(w, "registrations known", pc->registrations_known);
	info_number(w, "indirect calls", pc->indirect);
	info_number(w, "indirect calls resolved", pc->indirect_resolved);
	info_number(w, "indirect call targets", pc->indirect_targets);
	info_number(w, "lock sites", pc->acquires);
	info_number(w, "lock sites known", pc->acquires_known);
	info_number(w, "summaries", fc->summaries);
	info_number(w, "summaries neutral", fc->neutral);
	info_number(w, "summaries over budget", fc->budget);
	info_number(w, "instructions executed", fc->steps);
}

static void
write_kinds(struct writer *w)
{
	static const struct {
		int id;
		const char *name, *text;
	} ids[] = {
#define X(n, name, text) { n, name, text },
		FINDINGS(X)
#undef X
	};
	char code[16];

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		snprintf(code, sizeof(code), "IPL%03d", ids[i].id);
		begin(w, T_FINDING_ID);
		put(w, ids[i].id);
		put_text(w, code);
		put_text(w, ids[i].name);
		put_text(w, ids[i].text);
		end(w);
	}
	for (int k = 0; k < LEDGER_NKINDS; k++) {
		begin(w, T_LEDGER_KIND);
		put(w, k);
		put_text(w, ledger_kind_name(k));
		put_text(w, ledger_kind_text(k));
		end(w);
	}
}

static void
write_levels(struct writer *w)
{
	for (size_t i = 0; i < w->prog->levels.n; i++) {
		const struct ir_level *l = &w->prog->levels.p[i];
		const char *name = name_str(w->prog->names, l->name);
		const char *best = program_level_name(w->prog, (int)l->value);

		begin(w, T_LEVEL);
		put_word(w, name);
		put(w, l->value);
		put(w, best != NULL && strcmp(best, name) == 0);
		end(w);
	}
}

static void
write_funcs(struct writer *w)
{
	for (size_t i = 0; i < w->prog->funcs.n; i++) {
		const struct prog_func *fn = &w->prog->funcs.p[i];

		begin(w, T_FUNC);
		put(w, (int64_t)i);
		put_name(w, fn->name);
		put_name(w, fn->file);
		put_line(w, fn->line);
		put(w, fn->ir != NULL);
		put(w, fn->rule != NULL);
		end(w);
	}
}

static void
write_locks(struct writer *w)
{
	for (size_t i = 0; i < w->prog->locks.n; i++) {
		const struct prog_lock *l = &w->prog->locks.p[i];

		begin(w, T_LOCK);
		put(w, (int64_t)i);
		put_word(w, l->text);
		put_word(w, spin_names[l->spin]);
		put_level(w, l->lo);
		put_level(w, l->hi);
		put_name(w, l->file);
		put_line(w, l->line);
		put(w, l->ninits);
		end(w);
	}
}

static void
write_ledger(struct writer *w)
{
	const struct ledger *ledger = w->prog->ledger;
	uint32_t *order = ledger_sorted(ledger);
	size_t n = ledger_count(ledger);

	w->ledger_id = ecalloc(n + 1, sizeof(*w->ledger_id));
	for (uint32_t i = 0; i < n; i++) {
		const struct ledger_entry *e = ledger_get(ledger, order[i]);

		w->ledger_id[order[i]] = i;
		begin(w, T_LEDGER);
		put(w, i);
		put(w, e->kind);
		put_name(w, e->func);
		put_name(w, e->file);
		put_line(w, e->line);
		put_text(w, e->text);
		end(w);
	}
	free(order);
}

/* What the row numbered id rests on. */
static void
write_rests(struct writer *w, enum table t, int64_t id,
    const uint32_t *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		require(entries[i] < ledger_count(w->prog->ledger));
		begin(w, t);
		put(w, id);
		put(w, w->ledger_id[entries[i]]);
		end(w);
	}
}

static int64_t
handler_id(const struct writer *w, const struct prog_handler *h)
{
	return h - w->prog->handlers.p;
}

static void
write_handler(struct writer *w, const struct handler_result *r)
{
	const struct prog_handler *h = r->handler;
	int64_t id = handler_id(w, h);

	begin(w, T_HANDLER);
	put(w, id);
	put(w, h->func);
	put_level(w, h->level);
	put_name(w, h->level_name);
	if (h->context != NULL)
		put_name(w, h->context->name);
	else
		put_null(w);
	put_name(w, h->api);
	if (h->in == NO_FUNC)
		put_null(w);
	else
		put(w, h->in);
	put_name(w, h->file);
	put_line(w, h->line);
	put(w, h->others);
	put_word(w, verdict_name(r->verdict));
	put_level(w, r->exit_max);
	put_level(w, r->exit_max_nested);
	put_level(w, r->peak);
	end(w);
	write_rests(w, T_HANDLER_LEDGER, id, r->ledger, r->nledger);
}

static void
write_step(struct writer *w, size_t pos, const struct step *s)
{
	begin(w, T_STEP);
	put(w, ++w->steps);
	put(w, w->witnesses);
	put(w, (int64_t)pos);
	put_word(w, step_kind_name(s->kind));
	put_name(w, s->file);
	put_line(w, s->line);
	put_line(w, s->col);
	put(w, s->depth);
	if (s->func == NO_FUNC)
		put_null(w);
	else
		put(w, s->func);
	put_text(w, s->text != NULL ? s->text : "");
	put_text(w, s->note != NULL ? s->note : "");
	put_level(w, s->before);
	put_level(w, s->after);
	put(w, s->held);
	end(w);
}

static void
write_witness(struct writer *w, int64_t finding, size_t pos,
    const struct witness *wit)
{
	begin(w, T_WITNESS);
	put(w, ++w->witnesses);
	put(w, finding);
	put(w, (int64_t)pos);
	put_text(w, wit->title != NULL ? wit->title : "");
	end(w);
	for (size_t i = 0; i < wit->nsteps; i++)
		write_step(w, i, &wit->steps[i]);
}

static void
write_finding(struct writer *w, int64_t id, const struct finding *f)
{
	char hex[DIGEST_HEX];

	begin(w, T_FINDING);
	put(w, id);
	put(w, f->id);
	put_word(w, severity_name(f->severity));
	if (f->func == NO_FUNC)
		put_null(w);
	else
		put(w, f->func);
	if (f->handler == NULL)
		put_null(w);
	else
		put(w, handler_id(w, f->handler));
	put_name(w, f->file);
	put_line(w, f->line);
	put_line(w, f->col);
	put_level(w, f->entry);
	put_level(w, f->exit);
	put_text(w, f->message);
	digest_hex(f->fingerprint, hex);
	put_text(w, hex);
	end(w);
	for (size_t i = 0; i < f->nothers; i++) {
		begin(w, T_FINDING_HANDLER);
		put(w, id);
		put(w, handler_id(w, f->others[i]));
		end(w);
	}
	write_rests(w, T_FINDING_LEDGER, id, f->ledger, f->nledger);
	for (size_t i = 0; i < f->nwitnesses; i++)
		write_witness(w, id, i, &f->witnesses[i]);
}

/* ---- units ---- */

struct unit_row {
	struct store_gap gap;
	const struct prog_unit *unit;	/* NULL: not analysed */
};

static int
unit_cmp(const void *va, const void *vb)
{
	const struct unit_row *a = va, *b = vb;
	int c = strcmp(a->gap.path, b->gap.path);

	if (c == 0)
		c = strcmp(a->gap.status, b->gap.status);
	if (c == 0 && a->gap.reason != NULL && b->gap.reason != NULL)
		c = strcmp(a->gap.reason, b->gap.reason);
	return c;
}

/* The analysed unit with such a path that no gap speaks of yet. */
static struct unit_row *
unit_find(struct unit_row *rows, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (!rows[i].gap.analysed &&
		    strcmp(rows[i].gap.path, path) == 0)
			return &rows[i];
	return NULL;
}

/* One row for each unit of the program and each gap. */
static void
write_units(struct writer *w, const struct store_run *run)
{
	size_t nunits = w->prog->units.n, n = nunits;
	struct unit_row *rows = ecalloc(nunits + run->ngaps + 1,
	    sizeof(*rows));
	struct unit_row *row;

	for (size_t i = 0; i < nunits; i++) {
		const struct prog_unit *u = &w->prog->units.p[i];

		rows[i].unit = u;
		rows[i].gap.path = name_str(w->prog->names, u->path);
		rows[i].gap.status = "ok";
		if (u->incomplete != 0) {
			rows[i].gap.status = "incomplete";
			rows[i].gap.reason = name_str(w->prog->names,
			    u->incomplete);
		}
	}
	for (size_t i = 0; i < run->ngaps; i++) {
		row = run->gaps[i].analysed ?
		    unit_find(rows, nunits, run->gaps[i].path) : NULL;
		if (row == NULL)
			row = &rows[n++];
		row->gap = run->gaps[i];
	}
	qsort(rows, n, sizeof(*rows), unit_cmp);
	for (size_t i = 0; i < n; i++) {
		begin(w, T_UNIT);
		put(w, (int64_t)i);
		put_word(w, rows[i].gap.path);
		put_word(w, rows[i].gap.status);
		put_text(w, rows[i].gap.reason);
		if (rows[i].unit != NULL) {
			put(w, rows[i].unit->funcs);
			put(w, rows[i].unit->lines);
		} else {
			put_null(w);
			put_null(w);
		}
		end(w);
	}
	free(rows);
}

/* ---- the file ---- */

static void
prepare(struct writer *w)
{
	struct buf text = { 0 };

	for (int t = 0; t < NTABLES; t++) {
		buf_clear(&text);
		buf_fmt(&text, "INSERT %s VALUES(?", tables[t].into);
		for (int i = 1; i < tables[t].columns; i++)
			buf_str(&text, ",?");
		buf_chr(&text, ')');
		w->insert[t] = db_prepare(&w->db, text.p);
	}
	buf_free(&text);
}

/* The schema has two parts: tables, and what is made after the data. */
static void
schema(struct writer *w, bool after)
{
	const char *text = schema_files[0].text;
	const char *part = strstr(text, "\n-- indexes\n");
	char *head;

	require(part != NULL);
	if (after) {
		db_exec(&w->db, part);
		return;
	}
	head = estrdup(text);
	head[part - text] = '\0';
	db_exec(&w->db, head);
	free(head);
}

static void
fill(struct writer *w, const struct flow_counts *fc,
    const struct store_run *run)
{
	struct buf pragma = { 0 };

	buf_fmt(&pragma, "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8';"
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	    "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN",
	    STORE_APPLICATION, STORE_VERSION);
	db_exec(&w->db, pragma.p);
	buf_free(&pragma);
	schema(w, false);
	prepare(w);
	write_kinds(w);
	write_info(w, run, fc);
	write_levels(w);
	write_funcs(w);
	write_locks(w);
	write_units(w, run);
	write_ledger(w);
	for (size_t i = 0; i < w->res->handlers.n; i++)
		write_handler(w, &w->res->handlers.p[i]);
	for (size_t i = 0; i < w->res->findings.n; i++)
		write_finding(w, (int64_t)i + 1, &w->res->findings.p[i]);
	schema(w, true);
	db_exec(&w->db, "ANALYZE; COMMIT");
	for (int t = 0; t < NTABLES; t++)
		sqlite3_finalize(w->insert[t]);
	free(w->ledger_id);
}

static int
trouble(struct fault *f, const char *path, const char *what)
{
	return fault_set(f, path, 0, "%s: %s", what, strerror(errno));
}

/* Nothing but an older database of ours may be replaced. */
static int
may_replace(const char *path, struct fault *f)
{
	static const unsigned char magic[] = "SQLite format 3";
	unsigned char head[72];
	struct stat st;
	uint32_t id;
	FILE *fp;
	size_t n;

	if (stat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size == 0))
		return 0;
	if (!S_ISREG(st.st_mode))
		return fault_set(f, path, 0, "this is not a regular file; "
		    "it is left alone");
	fp = fopen(path, "rb");
	if (fp == NULL)
		return trouble(f, path, "cannot open");
	n = fread(head, 1, sizeof(head), fp);
	fclose(fp);
	id = (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 |
	    (uint32_t)head[70] << 8 | head[71];
	if (n == sizeof(head) && memcmp(head, magic, sizeof(magic)) == 0 &&
	    id == STORE_APPLICATION)
		return 0;
	return fault_set(f, path, 0, "this file exists and is not an iplint "
	    "database; it is left alone");
}

/* Bring the finished file to the disk and under its name. */
static int
publish(const char *temp, const char *path, struct fault *f)
{
	int fd = open(temp, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0) {
		trouble(f, path, "cannot write");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	if (rename(temp, path) != 0)
		return trouble(f, path, "cannot rename");
	return 0;
}

int
store_write(const char *path, const struct program *prog,
    const struct results *res, const struct flow_counts *fc,
    const struct store_run *run, struct fault *f)
{
	struct writer w = { .prog = prog, .res = res };
	struct buf temp = { 0 };
	int error = 0;

	if (may_replace(path, f) != 0)
		return -1;
	buf_fmt(&temp, "%s.tmp.%ld", path, (long)getpid());
	unlink(temp.p);
	w.names = names_new();
	db_open(&w.db, temp.p, path,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
	fill(&w, fc, run);
	db_close(&w.db);
	names_free(w.names);
	if (w.db.failed || publish(temp.p, path, f) != 0) {
		unlink(temp.p);
		error = -1;
	}
	buf_free(&temp);
	return error;
}
