/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * path: the witnesses of a finding, as pages show them.
 *
 * A witness has its steps in the order of execution, but for two things: a
 * dispatcher's repair is said where the call is, though it comes after the
 * handler's return, and further calls of a dispatcher are said there too.
 * Here each step has the place that it takes on the page, and the level as
 * it is drawn.
 */

#ifndef IPLINT_PATH_H
#define IPLINT_PATH_H

#include "store/store.h"

/* Parts of a path, in the order of the page. */
enum part {
	PART_ENTRY,			/* how the handler is entered */
	PART_WALK,			/* registration and path */
	PART_AFTER,			/* who repairs */
	PART_ALSO,			/* other ways in; not in the picture */
	NPARTS
};

/* The level between two steps: known if lo == hi, -1: nothing is known. */
struct extent {
	int lo, hi;
};

struct path_step {
	enum part part;
	int number;			/* 1, 2, ... in the order of the page */
	const char *kind, *file, *function, *text, *note, *lock;
	int line, col, depth, held;
	struct extent before, after;	/* as drawn */
	bool taken;			/* a lock step that takes */
	bool saves;			/* the outermost enter saves o */
	bool restores;			/* the last exit: o is restored */
};

struct path {
	const char *title;
	bool clean;			/* shown for comparison */
	struct path_step *steps;	/* by part, then in order */
	size_t nsteps;
	struct extent start;		/* the level before all */
	int expected, final;		/* at the end; -1: not known */
	bool symbolic;			/* expected is any caller's level */
	size_t from;			/* the step from which it is expected */
};

struct paths {
	struct arena *arena;
	VEC(struct path) all;
};

/* The caller frees, whatever is returned. */
int	paths_load(struct paths *, struct store *,
	    const struct store_finding *, struct fault *) MUST_CHECK;
void	paths_free(struct paths *);

/* Is it the same step of another path? */
bool	path_same(const struct path_step *, const struct path_step *);

/* A lock's name without the file that tells it apart: "proc::p_lock". */
const char *path_lock(struct arena *, const char *lock);

#endif /* IPLINT_PATH_H */
