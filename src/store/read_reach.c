/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Reading what handler and mutex pages show.
 */

#include "store_int.h"

static int
felt_row(const struct rows *r)
{
	struct store_felt x = {
		.finding = row_id(r, 0, -1), .how = row_text(r, 1),
		.code = row_text(r, 2), .name = row_text(r, 3),
		.severity = row_text(r, 4), .message = row_text(r, 5),
		.fingerprint = row_text(r, 6), .file = row_text(r, 7),
		.line = row_number(r, 8, 0), .calls = row_text(r, 9),
	};

	return r->to.felt(r->ctx, &x);
}

int
store_handler_findings(struct store *s, int64_t handler, store_felt_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.felt = fn, .ctx = ctx };

	return store_query(s, "SELECT x.finding, x.how, f.code, f.name, "
	    "f.severity, f.message, f.fingerprint, f.file, f.line, x.calls "
	    "FROM v_handler_findings x JOIN v_findings f ON f.id = x.finding "
	    "WHERE x.handler = :id ORDER BY x.finding",
	    NULL, handler, felt_row, &r, f);
}

int
store_finding_felt(struct store *s, int64_t finding, store_felt_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.felt = fn, .ctx = ctx };

	return store_query(s, "SELECT x.finding, x.how, '', h.name, '', '', "
	    "'', '', h.level, x.calls FROM v_handler_findings x "
	    "JOIN v_handlers h ON h.id = x.handler "
	    "WHERE x.finding = :id AND x.how = 'below' ORDER BY h.id",
	    NULL, finding, felt_row, &r, f);
}

static int
reached_row(const struct rows *r)
{
	struct store_reached x = {
		.id = row_id(r, 0, -1), .name = row_text(r, 1),
		.file = row_text(r, 2), .line = row_number(r, 3, 0),
		.peak = row_number(r, 4, -1), .sleeps = row_number(r, 5, 0),
		.effect = row_text(r, 6), .quiet = row_number(r, 7, 0),
	};

	return r->to.reached(r->ctx, &x);
}

int
store_functions_reached(struct store *s, store_reached_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.reached = fn, .ctx = ctx };

	return store_query(s, "SELECT id, name, file, line, peak, sleeps, "
	    "effect, quiet FROM v_functions ORDER BY id", NULL, 0,
	    reached_row, &r, f);
}

static int
call_row(const struct rows *r)
{
	struct store_call x = {
		.id = row_id(r, 0, -1), .caller = row_id(r, 1, -1),
		.callee = row_id(r, 2, -1), .calls = row_text(r, 3),
		.file = row_text(r, 4), .line = row_number(r, 5, 0),
		.pointer = row_text(r, 6), .targets = row_number(r, 7, 0),
		.peak = row_number(r, 8, -1),
	};

	return r->to.call(r->ctx, &x);
}

int
store_calls(struct store *s, store_call_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.call = fn, .ctx = ctx };

	return store_query(s, "SELECT id, caller, callee, calls, file, line, "
	    "pointer, targets, peak FROM v_calls ORDER BY caller, id",
	    NULL, 0, call_row, &r, f);
}

static int
target_row(const struct rows *r)
{
	return r->to.target(r->ctx, row_id(r, 0, -1), row_text(r, 1));
}

int
store_call_targets(struct store *s, store_target_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.target = fn, .ctx = ctx };

	return store_query(s, "SELECT x.call, n.text FROM call_target x "
	    "JOIN func f ON f.id = x.func JOIN name n ON n.id = f.name "
	    "ORDER BY x.call, x.func", NULL, 0, target_row, &r, f);
}

#define ACT								\
	"a.id, a.func, a.function, a.kind, a.file, a.line, a.text, "	\
	"a.lo, a.hi, a.locks "

static int
act_row(const struct rows *r)
{
	struct store_act x = {
		.id = row_id(r, 0, -1), .func = row_id(r, 1, -1),
		.function = row_text(r, 2), .kind = row_text(r, 3),
		.file = row_text(r, 4), .line = row_number(r, 5, 0),
		.text = row_text(r, 6), .lo = row_number(r, 7, -1),
		.hi = row_number(r, 8, -1), .locks = row_number(r, 9, 0),
	};

	return r->to.act(r->ctx, &x);
}

int
store_acts(struct store *s, store_act_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.act = fn, .ctx = ctx };

	return store_query(s, "SELECT " ACT "FROM v_acts a JOIN reached x "
	    "ON x.func = a.func ORDER BY a.func, a.id",
	    NULL, 0, act_row, &r, f);
}

int
store_mutex_uses(struct store *s, int64_t mutex, store_act_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.act = fn, .ctx = ctx };

	return store_query(s, "SELECT " ACT "FROM v_mutex_uses a "
	    "WHERE mutex = :id AND kind = 'take' ORDER BY a.id",
	    NULL, mutex, act_row, &r, f);
}

static int
pair_row(const struct rows *r)
{
	return r->to.pair(r->ctx, row_id(r, 0, -1), row_id(r, 1, -1));
}

int
store_act_locks(struct store *s, store_pair_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.pair = fn, .ctx = ctx };

	return store_query(s, "SELECT act, lock FROM act_lock "
	    "ORDER BY act, lock", NULL, 0, pair_row, &r, f);
}

int
store_func_rests(struct store *s, store_pair_fn *fn, void *ctx,
    struct fault *f)
{
	struct rows r = { .to.pair = fn, .ctx = ctx };

	return store_query(s, "SELECT func, ledger FROM func_ledger "
	    "ORDER BY func, ledger", NULL, 0, pair_row, &r, f);
}

/* ---- mutexes ---- */

static int
mutex_row(const struct rows *r)
{
	struct store_mutex x = {
		.id = row_id(r, 0, -1), .name = row_text(r, 1),
		.spin = row_text(r, 2), .lo = row_number(r, 3, -1),
		.hi = row_number(r, 4, -1), .inits = row_number(r, 5, 0),
		.takers = row_number(r, 6, 0),
		.findings = row_number(r, 7, 0),
	};

	return r->to.mutex(r->ctx, &x);
}

int
store_mutexes(struct store *s, store_mutex_fn *fn, void *ctx, struct fault *f)
{
	struct rows r = { .to.mutex = fn, .ctx = ctx };

	return store_query(s, "WITH found AS (SELECT mutex, count(*) AS n "
	    "FROM v_mutex_findings GROUP BY mutex), "
	    "taken AS (SELECT lock, count(*) AS n FROM act_lock "
	    "JOIN act ON act.id = act_lock.act JOIN name ON name.id = kind "
	    "WHERE name.text = 'take' GROUP BY lock) "
	    "SELECT m.id, m.name, m.spin, m.lo, m.hi, m.inits, "
	    "coalesce(t.n, 0), coalesce(x.n, 0) FROM v_mutexes m "
	    "LEFT JOIN taken t ON t.lock = m.id "
	    "LEFT JOIN found x ON x.mutex = m.id ORDER BY m.id",
	    NULL, 0, mutex_row, &r, f);
}

static int
init_row(const struct rows *r)
{
	struct store_init x = {
		.function = row_text(r, 0), .file = row_text(r, 1),
		.line = row_number(r, 2, 0), .spin = row_text(r, 3),
		.lo = row_number(r, 4, -1), .hi = row_number(r, 5, -1),
	};

	return r->to.init(r->ctx, &x);
}

int
store_mutex_inits(struct store *s, int64_t mutex, store_init_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.init = fn, .ctx = ctx };

	return store_query(s, "SELECT function, file, line, spin, lo, hi "
	    "FROM v_mutex_inits WHERE mutex = :id",
	    NULL, mutex, init_row, &r, f);
}

int
store_mutex_findings(struct store *s, int64_t mutex, store_felt_fn *fn,
    void *ctx, struct fault *f)
{
	struct rows r = { .to.felt = fn, .ctx = ctx };

	return store_query(s, "SELECT f.id, '', f.code, f.name, f.severity, "
	    "f.message, f.fingerprint, f.file, f.line, '' "
	    "FROM v_mutex_findings x JOIN v_findings f ON f.id = x.finding "
	    "WHERE x.mutex = :id ORDER BY f.id",
	    NULL, mutex, felt_row, &r, f);
}
