/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * store: the database of one analysis, written once and then only read.
 *
 * The only layer that knows SQLite.  schema.sql describes the tables and
 * docs/database.md the views.  The same program and results give the same
 * bytes, so a database has no date in it, no host and no order of work.
 */

#ifndef IPLINT_STORE_H
#define IPLINT_STORE_H

#include "check/finding.h"
#include "flow/flow.h"

#define STORE_APPLICATION	0x69706c6e	/* "ipln" */
#define STORE_VERSION		2		/* PRAGMA user_version */

/* ---- writing ---- */

/* A unit that is absent from the program, or in it but not to be trusted. */
struct store_gap {
	const char *path;
	const char *status, *reason;	/* "stale", "foo.h has changed" */
	bool analysed;			/* in the program all the same */
};

/* A file that was read, and what it held then. */
struct store_source {
	name_t path;			/* in the program's names */
	struct digest digest;
};

/* What the database says of the run itself. */
struct store_run {
	const char *tool;		/* "iplint 0.1.0" */
	const char *time;		/* NULL: none, the reproducible way */
	const struct store_gap *gaps;	/* any order */
	size_t ngaps;
	const struct store_source *sources;	/* any order, may repeat */
	size_t nsources;
};

/*
 * Write a new database to path, replacing an older one at once and as a
 * whole.  A file at path that is something else is left alone and is an
 * error, as is everything that keeps the database from reaching the disk.
 */
int	store_write(const char *path, const struct program *,
	    const struct results *, const struct flow_counts *,
	    const struct store_run *, struct fault *) MUST_CHECK;

/* ---- reading ---- */

struct store;

/* NULL and one clear line if this is no database of this version. */
struct store *store_open(const char *path, struct fault *) MUST_CHECK;
void	store_close(struct store *);		/* NULL is fine */

/*
 * Rows of the views.  Texts are valid during the call only and never NULL
 * ("" where there is none); lines and columns are 0, levels -1 where there
 * is none.
 */
struct store_finding {
	int64_t id, handler;		/* handler -1: none */
	const char *code, *name, *severity, *function, *file, *message;
	const char *fingerprint;	/* 32 digits */
	int line, col, entry, exit;
	int others, rests;		/* further handlers, ledger entries */
	int64_t suppression;		/* store_suppression.id, or -1 */
	const char *reason, *expires;	/* of that; "": none, never */
	bool suppressed_in_source;
};

struct store_suppression {
	int64_t id;
	const char *origin;		/* "source", "file" */
	const char *file;		/* where it stands */
	int line;
	const char *code, *path, *function, *fingerprint;	/* about what */
	const char *expires, *reason;
	const char *fault;		/* why it is none, or "" */
	int findings;			/* that it is about */
};

struct store_step {
	int witness;			/* 0, 1, ... */
	const char *title;		/* of the witness */
	const char *kind, *file, *function, *text, *note;
	int line, col, depth;
	int before, after, lo, hi, held;
	const char *lock;
	int clean;			/* enum walk_kind */
};

struct store_handler {
	int64_t id;
	const char *name, *level_name, *verdict, *context, *api, *file;
	const char *func_file, *registered_in;
	int64_t func;			/* v_functions.id, if it is reached */
	int thread;			/* may sleep */
	int findings;			/* that concern it */
	int line, func_line;
	int level, exit_max, exit_max_nested, peak;
	int others, rests;
};

struct store_entry {			/* of the ledger */
	int64_t id;
	const char *kind, *function, *file, *text;
	int line;
};

struct store_unit {
	const char *path, *status, *reason;
};

/* ---- rows for handler and mutex pages ---- */

struct store_felt {			/* a finding that concerns a handler */
	int64_t finding;
	const char *how;		/* "own", "shared", "below" */
	const char *code, *name, *severity, *message, *fingerprint, *file;
	const char *calls;		/* "foo_intr > foo_rx > foo_get" */
	int line;
};

struct store_reached {			/* a function below a handler */
	int64_t id;
	const char *name, *file, *effect;
	int line, peak, sleeps, quiet;
};

struct store_call {
	int64_t id, caller, callee;	/* callee -1: one of several */
	const char *calls;		/* the callee */
	const char *file, *pointer;	/* pointer "": a direct call */
	int line, targets, peak;
};

struct store_act {			/* what a function does itself */
	int64_t id, func;
	const char *function, *kind, *file, *text;
	int line, lo, hi;		/* levels right before */
	int locks;			/* how many it can mean */
};

struct store_mutex {
	int64_t id;
	const char *name, *spin;
	int lo, hi, inits;
	int takers, findings;		/* places that take it */
};

struct store_init {			/* where a mutex got kind and level */
	const char *function, *file, *spin;	/* file "": by a rule */
	int line, lo, hi;
};

/* Counts, for the line at the end of a report. */
#define STORE_NLEDGER	16
struct store_counts {
	int findings, suppressed, units;	/* suppressed: expired, too */
	int missing;			/* no shard, or none that can be read */
	int stale, incomplete, skipped;
	int ledger[STORE_NLEDGER];	/* by enum ledger_kind */
};

/* Of one name: how many functions, how many with a body, with a rule. */
struct store_functions {
	int n, analysed, ruled;
};

/*
 * Each iterator calls its function for every row in printed order, and stops
 * at the first call that does not return 0.  What that call returned is
 * returned, or -1 and a fault if the database cannot be read.
 *
 * func, where given, selects what concerns the functions of that name; NULL
 * selects all.
 */
typedef int store_finding_fn(void *, const struct store_finding *);
typedef int store_step_fn(void *, const struct store_step *);
typedef int store_handler_fn(void *, const struct store_handler *);
typedef int store_entry_fn(void *, const struct store_entry *);
typedef int store_unit_fn(void *, const struct store_unit *);
typedef int store_suppression_fn(void *, const struct store_suppression *);
typedef int store_felt_fn(void *, const struct store_felt *);
typedef int store_reached_fn(void *, const struct store_reached *);
typedef int store_call_fn(void *, const struct store_call *);
typedef int store_target_fn(void *, int64_t call, const char *target);
typedef int store_act_fn(void *, const struct store_act *);
typedef int store_pair_fn(void *, int64_t, int64_t);
typedef int store_mutex_fn(void *, const struct store_mutex *);
typedef int store_init_fn(void *, const struct store_init *);

int	store_findings(struct store *, const char *func, store_finding_fn *,
	    void *, struct fault *) MUST_CHECK;
int	store_steps(struct store *, int64_t finding, store_step_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_handlers(struct store *, const char *func, store_handler_fn *,
	    void *, struct fault *) MUST_CHECK;
/* The further handlers that share a finding. */
int	store_finding_handlers(struct store *, int64_t finding,
	    store_handler_fn *, void *, struct fault *) MUST_CHECK;
int	store_ledger(struct store *, const char *func, store_entry_fn *,
	    void *, struct fault *) MUST_CHECK;
/* The entries that a finding rests on. */
int	store_finding_rests(struct store *, int64_t finding, store_entry_fn *,
	    void *, struct fault *) MUST_CHECK;
int	store_suppressions(struct store *, store_suppression_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_handler_findings(struct store *, int64_t handler,
	    store_felt_fn *, void *, struct fault *) MUST_CHECK;
/*
 * The handlers at whose exit a finding below them shows: name and line are
 * the handler's name and entry level, calls lead down to the finding.
 */
int	store_finding_felt(struct store *, int64_t finding, store_felt_fn *,
	    void *, struct fault *) MUST_CHECK;
/* What handlers reach: functions by id, calls and acts by function. */
int	store_functions_reached(struct store *, store_reached_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_calls(struct store *, store_call_fn *, void *, struct fault *)
	    MUST_CHECK;
/* Of calls with few targets, by call. */
int	store_call_targets(struct store *, store_target_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_acts(struct store *, store_act_fn *, void *, struct fault *)
	    MUST_CHECK;
/* Pairs of act and mutex, of function and ledger entry; sorted. */
int	store_act_locks(struct store *, store_pair_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_func_rests(struct store *, store_pair_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_mutexes(struct store *, store_mutex_fn *, void *,
	    struct fault *) MUST_CHECK;
int	store_mutex_inits(struct store *, int64_t mutex, store_init_fn *,
	    void *, struct fault *) MUST_CHECK;
/* The places that take it. */
int	store_mutex_uses(struct store *, int64_t mutex, store_act_fn *,
	    void *, struct fault *) MUST_CHECK;
int	store_mutex_findings(struct store *, int64_t mutex, store_felt_fn *,
	    void *, struct fault *) MUST_CHECK;
/* The units that are not "ok". */
int	store_gaps(struct store *, store_unit_fn *, void *, struct fault *)
	    MUST_CHECK;

/* The printed names of levels, upwards; a level may have several. */
typedef int store_level_fn(void *, int level, const char *name);
int	store_levels(struct store *, store_level_fn *, void *, struct fault *)
	    MUST_CHECK;

/* The ids of findings, all that there are. */
typedef int store_code_fn(void *, const char *code, const char *name,
	    const char *text);
int	store_codes(struct store *, store_code_fn *, void *, struct fault *)
	    MUST_CHECK;

/*
 * What a file held when it was analysed.  1, or 0 if that is not known, or -1
 * and a fault.
 */
int	store_source(struct store *, const char *path, struct digest *,
	    struct fault *) MUST_CHECK;

/* Append the value that v_summary has for a key, nothing if it has none. */
int	store_info(struct store *, const char *key, struct buf *,
	    struct fault *) MUST_CHECK;

int	store_counts(struct store *, struct store_counts *, struct fault *)
	    MUST_CHECK;
int	store_functions(struct store *, const char *func,
	    struct store_functions *, struct fault *) MUST_CHECK;
/* The printed name of a level, "level 9" if it has none, "?" for -1. */
int	store_level(struct store *, int level, struct buf *, struct fault *)
	    MUST_CHECK;

#endif /* IPLINT_STORE_H */
