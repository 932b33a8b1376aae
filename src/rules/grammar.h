/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * grammar: the sections and keys of a rule file, one table for all.
 *
 * The tables (row.h) drive the reader, its messages, and the reference
 * part of docs/rules.md, which a test compares with grammar_reference().
 */

#ifndef IPLINT_RULES_GRAMMAR_H
#define IPLINT_RULES_GRAMMAR_H

#include "rules/rules.h"
#include "rules/tree.h"

/* A reference to a context or a port that may come later in the files. */
struct pending {
	enum { WANT_PORT, WANT_REGISTRATION, WANT_ENTRY } want;
	size_t row;			/* of registrations or entries */
	name_t name;
	const char *file;
	unsigned line;
};

struct lock_type {
	name_t name;
	int64_t number;
	unsigned line;
	const char *file;
};

/* One loading: the files share everything but file. */
struct load {
	struct names *names;
	struct rules *rules;
	struct fault *fault;
	const char *file;		/* that is being read */
	VEC(struct pending) pending;
	VEC(struct lock_type) types;
	struct map *registrations;	/* name to the first row */
	struct map *entries;		/* name to its row */
};

/* A file to include, and where that was said. */
struct include {
	const char *name;
	unsigned line;
};

/*
 * Read the tree of one file into load->rules.  The included ones have no
 * header; a file that includes gets their names, in order.
 */
int	grammar_read(struct load *, const struct node *root, bool included,
	    const struct include **, size_t *) MUST_CHECK;

/* The tables as Markdown. */
void	grammar_reference(struct buf *);

#endif /* IPLINT_RULES_GRAMMAR_H */
