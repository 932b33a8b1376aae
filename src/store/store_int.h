/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the reading files of store/ share. */

#ifndef IPLINT_STORE_INT_H
#define IPLINT_STORE_INT_H

#include "db.h"
#include "store/store.h"

struct store {
	struct db db;
	char *path;
	struct fault fault;
};

/* A query under way: which function gets the rows. */
struct rows {
	sqlite3_stmt *st;
	union {
		store_finding_fn *finding;
		store_step_fn *step;
		store_handler_fn *handler;
		store_entry_fn *entry;
		store_unit_fn *unit;
		store_suppression_fn *suppression;
		store_level_fn *level;
		store_code_fn *code;
		store_felt_fn *felt;
		store_reached_fn *reached;
		store_call_fn *call;
		store_target_fn *target;
		store_act_fn *act;
		store_pair_fn *pair;
		store_mutex_fn *mutex;
		store_init_fn *init;
	} to;
	void *ctx;
};

typedef int row_fn(const struct rows *);

/* Run a query, and call each for every row; :func and :id are bound. */
int	store_query(struct store *, const char *sql, const char *func,
	    int64_t id, row_fn *each, struct rows *, struct fault *);
/* Columns: "" for NULL text, null for a NULL number. */
const char *row_text(const struct rows *, int column);
int	row_number(const struct rows *, int column, int null);
int64_t	row_id(const struct rows *, int column, int64_t null);

#endif /* IPLINT_STORE_INT_H */
