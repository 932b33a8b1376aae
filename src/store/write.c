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

#include "check/suppress.h"
#include "row.h"
#include "schema.h"
#include "store/store.h"
#include "write_reach.h"

static const char *const spin_names[] = {
	"unknown", "adaptive", "spin", "mixed"
};

struct writer {
	struct rows_out *out;
	const struct program *prog;
	const struct results *res;
	uint32_t *ledger_id;		/* by index in the ledger */
	uint32_t *order;		/* the other way round */
	const struct handler_result *model;	/* has the common entries */
	uint8_t *common;		/* by index: 1 if it is one of them */
	int64_t infos, witnesses, steps;
};

static void
put_name(struct writer *w, name_t name)
{
	put_word(w->out, name_str(w->prog->names, name));
}

/* ---- tables ---- */

static void
info_text(struct writer *w, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	row_begin(w->out, T_INFO);
	put(w->out, ++w->infos);
	put_text(w->out, key);
	put_text(w->out, value);
	row_end(w->out);
}

static void
info_number(struct writer *w, const char *key, uint64_t value)
{
	row_begin(w->out, T_INFO);
	put(w->out, ++w->infos);
	put_text(w->out, key);
	put(w->out, (int64_t)value);
	row_end(w->out);
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
	info_number(w, "lock sites never set", pc->acquires_unset);
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
#define X(n, name, class, text) { n, name, text },
		FINDINGS(X)
#undef X
	};
	char code[16];

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		snprintf(code, sizeof(code), "IPL%03d", ids[i].id);
		row_begin(w->out, T_FINDING_ID);
		put(w->out, ids[i].id);
		put_text(w->out, code);
		put_text(w->out, ids[i].name);
		put_text(w->out, ids[i].text);
		row_end(w->out);
	}
	for (int k = 0; k < LEDGER_NKINDS; k++) {
		row_begin(w->out, T_LEDGER_KIND);
		put(w->out, k);
		put_text(w->out, ledger_kind_name(k));
		put_text(w->out, ledger_kind_text(k));
		row_end(w->out);
	}
}

static void
write_levels(struct writer *w)
{
	for (size_t i = 0; i < w->prog->levels.n; i++) {
		const struct ir_level *l = &w->prog->levels.p[i];
		const char *name = name_str(w->prog->names, l->name);
		int rank = program_rank(w->prog, l->value);
		const char *best = program_level_name(w->prog, rank);

		row_begin(w->out, T_LEVEL);
		put_word(w->out, name);
		put(w->out, rank >= 0 ? rank : l->value);
		put(w->out, best != NULL && strcmp(best, name) == 0);
		row_end(w->out);
	}
}

static void
write_funcs(struct writer *w)
{
	for (size_t i = 0; i < w->prog->funcs.n; i++) {
		const struct prog_func *fn = &w->prog->funcs.p[i];

		row_begin(w->out, T_FUNC);
		put(w->out, (int64_t)i);
		put_name(w, fn->name);
		put_name(w, fn->file);
		put_line(w->out, fn->line);
		put(w->out, fn->ir != NULL);
		put(w->out, fn->rule != NULL);
		row_end(w->out);
	}
}

static void
write_locks(struct writer *w)
{
	for (size_t i = 0; i < w->prog->locks.n; i++) {
		const struct prog_lock *l = &w->prog->locks.p[i];

		row_begin(w->out, T_LOCK);
		put(w->out, (int64_t)i);
		put_word(w->out, l->text);
		put_word(w->out, spin_names[l->spin]);
		put_level(w->out, l->lo);
		put_level(w->out, l->hi);
		put_name(w, l->file);
		put_line(w->out, l->line);
		put(w->out, l->ninits);
		row_end(w->out);
	}
}

static void
write_ledger(struct writer *w)
{
	const struct ledger *ledger = w->prog->ledger;
	size_t n = ledger_count(ledger);

	w->order = ledger_sorted(ledger);
	w->ledger_id = ecalloc(n + 1, sizeof(*w->ledger_id));
	for (uint32_t i = 0; i < n; i++) {
		const struct ledger_entry *e = ledger_get(ledger,
		    w->order[i]);

		w->ledger_id[w->order[i]] = i;
		row_begin(w->out, T_LEDGER);
		put(w->out, i);
		put(w->out, e->kind);
		put_name(w, e->func);
		put_name(w, e->file);
		put_line(w->out, e->line);
		put_text(w->out, e->text);
		row_end(w->out);
	}
}

/* What most handlers rest on: the set whose sharing saves the most rows. */
static void
write_common(struct writer *w)
{
	struct map *times = map_new();
	const struct handler_result *r;
	uint64_t hash, n, best = 0;

	w->common = ecalloc(ledger_count(w->prog->ledger) + 1, 1);
	for (size_t i = 0; i < w->res->handlers.n; i++) {
		r = &w->res->handlers.p[i];
		hash = hash64(r->ledger, r->nledger * sizeof(*r->ledger), 0);
		n = 0;
		(void)map_get(times, hash, &n);
		map_put(times, hash, ++n);
		if (n > 1 && n * r->nledger > best) {
			best = n * r->nledger;
			w->model = r;
		}
	}
	map_free(times);
	for (size_t i = 0; w->model != NULL && i < w->model->nledger; i++)
		w->common[w->model->ledger[i]] = 1;
	for (uint32_t i = 0; i < ledger_count(w->prog->ledger); i++)
		if (w->common[w->order[i]]) {
			row_begin(w->out, T_COMMON_LEDGER);
			put(w->out, i);
			row_end(w->out);
		}
}

/* Are the common entries among those of the handler, which are sorted? */
static bool
has_common(const struct writer *w, const struct handler_result *r)
{
	size_t i, n = 0;

	if (w->model == NULL)
		return false;
	for (i = 0; i < r->nledger && n < w->model->nledger; i++)
		n += r->ledger[i] == w->model->ledger[n];
	return n == w->model->nledger;
}

/* What the row numbered id rests on. */
static void
write_rests(struct writer *w, enum table t, int64_t id,
    const uint32_t *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		require(entries[i] < ledger_count(w->prog->ledger));
		row_begin(w->out, t);
		put(w->out, id);
		put(w->out, w->ledger_id[entries[i]]);
		row_end(w->out);
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
	bool common = has_common(w, r);

	row_begin(w->out, T_HANDLER);
	put(w->out, id);
	put(w->out, h->func);
	put_level(w->out, h->level);
	put_name(w, h->level_name);
	if (h->context != NULL)
		put_name(w, h->context->name);
	else
		put_null(w->out);
	put_name(w, h->api);
	if (h->in == NO_FUNC)
		put_null(w->out);
	else
		put(w->out, h->in);
	put_name(w, h->file);
	put_line(w->out, h->line);
	put(w->out, h->others);
	put_word(w->out, verdict_name(r->verdict));
	put_level(w->out, r->exit_max);
	put_level(w->out, r->exit_max_nested);
	put_level(w->out, r->peak);
	put(w->out, common);
	put(w->out, h->context != NULL && h->context->thread);
	row_end(w->out);
	write_felt(w->out, id, r);
	for (size_t i = 0; i < r->nledger; i++)
		if (!common || !w->common[r->ledger[i]])
			write_rests(w, T_HANDLER_OWN, id, &r->ledger[i], 1);
}

static void
write_step(struct writer *w, size_t pos, const struct step *s)
{
	row_begin(w->out, T_STEP);
	put(w->out, ++w->steps);
	put(w->out, w->witnesses);
	put(w->out, (int64_t)pos);
	put_word(w->out, step_kind_name(s->kind));
	put_name(w, s->file);
	put_line(w->out, s->line);
	put_line(w->out, s->col);
	put(w->out, s->depth);
	if (s->func == NO_FUNC)
		put_null(w->out);
	else
		put(w->out, s->func);
	put_text(w->out, s->text != NULL ? s->text : "");
	put_text(w->out, s->note != NULL ? s->note : "");
	put_level(w->out, s->before);
	put_level(w->out, s->after);
	put_level(w->out, s->lo);
	put_level(w->out, s->hi);
	put_word(w->out, s->lock);
	put(w->out, s->held);
	row_end(w->out);
}

static void
write_witness(struct writer *w, int64_t finding, size_t pos,
    const struct witness *wit)
{
	row_begin(w->out, T_WITNESS);
	put(w->out, ++w->witnesses);
	put(w->out, finding);
	put(w->out, (int64_t)pos);
	put_text(w->out, wit->title != NULL ? wit->title : "");
	put(w->out, wit->clean);
	row_end(w->out);
	for (size_t i = 0; i < wit->nsteps; i++)
		write_step(w, i, &wit->steps[i]);
}

static void
write_suppression(struct writer *w, int64_t id, const struct suppression *s)
{
	row_begin(w->out, T_SUPPRESSION);
	put(w->out, id);
	put_word(w->out, s->source ? "source" : "file");
	put_word(w->out, s->file);
	put_line(w->out, s->line);
	if (s->id == 0)
		put_null(w->out);
	else
		put(w->out, s->id);
	put_word(w->out, s->path);
	put_word(w->out, s->function);
	put_text(w->out, s->fingerprint);
	put_text(w->out, s->expires);
	put_text(w->out, s->reason);
	put_text(w->out, s->fault);
	row_end(w->out);
}

static void
write_finding(struct writer *w, int64_t id, const struct finding *f)
{
	char hex[DIGEST_HEX];

	row_begin(w->out, T_FINDING);
	put(w->out, id);
	put(w->out, f->id);
	put_word(w->out, severity_name(f->severity));
	if (f->func == NO_FUNC)
		put_null(w->out);
	else
		put(w->out, f->func);
	if (f->handler == NULL)
		put_null(w->out);
	else
		put(w->out, handler_id(w, f->handler));
	put_name(w, f->file);
	put_line(w->out, f->line);
	put_line(w->out, f->col);
	put_level(w->out, f->entry);
	put_level(w->out, f->exit);
	put_text(w->out, f->message);
	digest_hex(f->fingerprint, hex);
	put_text(w->out, hex);
	row_end(w->out);
	for (size_t i = 0; i < f->nothers; i++) {
		row_begin(w->out, T_FINDING_HANDLER);
		put(w->out, id);
		put(w->out, handler_id(w, f->others[i]));
		row_end(w->out);
	}
	for (size_t i = 0; i < f->nsuppressions; i++) {
		row_begin(w->out, T_FINDING_SUPPRESSION);
		put(w->out, id);
		put(w->out, f->suppressions[i] + 1);
		row_end(w->out);
	}
	write_rests(w, T_FINDING_LEDGER, id, f->ledger, f->nledger);
	for (size_t i = 0; i < f->nwitnesses; i++)
		write_witness(w, id, i, &f->witnesses[i]);
}

/* ---- sources ---- */

/* A row for each file that has a step, in the order of the steps. */
static void
write_sources(struct writer *w, const struct store_run *run)
{
	struct map *at = map_new();	/* from path to number, -1: written */
	const struct finding *f;
	char hex[DIGEST_HEX];
	uint64_t i;

	for (i = 0; i < run->nsources; i++)
		map_put(at, run->sources[i].path, i);
	for (size_t k = 0; k < w->res->findings.n; k++) {
		f = &w->res->findings.p[k];
		for (size_t n = 0; n < f->nwitnesses; n++)
			for (size_t s = 0; s < f->witnesses[n].nsteps; s++) {
				name_t file = f->witnesses[n].steps[s].file;

				if (!map_get(at, file, &i) || i == UINT64_MAX)
					continue;
				map_put(at, file, UINT64_MAX);
				digest_hex(run->sources[i].digest, hex);
				row_begin(w->out, T_SOURCE);
				put_name(w, file);
				put_text(w->out, hex);
				row_end(w->out);
			}
	}
	map_free(at);
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
		row_begin(w->out, T_UNIT);
		put(w->out, (int64_t)i);
		put_word(w->out, rows[i].gap.path);
		put_word(w->out, rows[i].gap.status);
		put_text(w->out, rows[i].gap.reason);
		if (rows[i].unit != NULL) {
			put(w->out, rows[i].unit->funcs);
			put(w->out, rows[i].unit->lines);
		} else {
			put_null(w->out);
			put_null(w->out);
		}
		row_end(w->out);
	}
	free(rows);
}

/* ---- the file ---- */

/* The schema has two parts: tables, and what is made after the data. */
static void
schema(struct writer *w, bool after)
{
	const char *text = schema_files[0].text;
	const char *part = strstr(text, "\n-- indexes\n");
	char *head;

	require(part != NULL);
	if (after) {
		db_exec(&w->out->db, part);
		return;
	}
	head = estrdup(text);
	head[part - text] = '\0';
	db_exec(&w->out->db, head);
	free(head);
}

static void
fill(struct writer *w, const struct flow_counts *fc,
    const struct store_run *run)
{
	struct buf pragma = { 0 };

	buf_fmt(&pragma, "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8';"
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	    "PRAGMA cache_size = -16384; PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN",
	    STORE_APPLICATION, STORE_VERSION);
	db_exec(&w->out->db, pragma.p);
	buf_free(&pragma);
	schema(w, false);
	rows_open(w->out);
	write_kinds(w);
	write_info(w, run, fc);
	write_levels(w);
	write_funcs(w);
	write_locks(w);
	write_lock_inits(w->out, w->prog, spin_names);
	write_units(w, run);
	write_ledger(w);
	write_common(w);
	for (size_t i = 0; i < w->res->handlers.n; i++)
		write_handler(w, &w->res->handlers.p[i]);
	for (size_t i = 0; i < w->res->suppressions.n; i++)
		write_suppression(w, (int64_t)i + 1,
		    &w->res->suppressions.p[i]);
	for (size_t i = 0; i < w->res->findings.n; i++)
		write_finding(w, (int64_t)i + 1, &w->res->findings.p[i]);
	write_sources(w, run);
	write_reach(w->out, w->prog, &w->res->reach, w->ledger_id);
	schema(w, true);
	db_exec(&w->out->db, "ANALYZE; COMMIT");
	rows_close(w->out);
	free(w->ledger_id);
	free(w->order);
	free(w->common);
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
	struct rows_out out = { 0 };
	struct writer w = { .out = &out, .prog = prog, .res = res };
	struct buf temp = { 0 };
	int error = 0;

	if (may_replace(path, f) != 0)
		return -1;
	buf_fmt(&temp, "%s.tmp.%ld", path, (long)getpid());
	unlink(temp.p);
	db_open(&out.db, temp.p, path,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
	fill(&w, fc, run);
	db_close(&out.db);
	if (out.db.failed || publish(temp.p, path, f) != 0) {
		unlink(temp.p);
		error = -1;
	}
	buf_free(&temp);
	return error;
}
