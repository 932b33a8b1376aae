/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * source: the files of the kernel, as lines and tokens.
 *
 * The database has no sources, only their paths and digests.  They are read
 * from the root that the user names, each once.
 */

#ifndef IPLINT_SOURCE_H
#define IPLINT_SOURCE_H

#include "report/html/highlight.h"
#include "store/store.h"

enum source_state {
	SOURCE_OK,
	SOURCE_CHANGED,			/* not what was analysed */
	SOURCE_MISSING			/* not there, or outside of the root */
};

struct source {
	enum source_state state;
	char *text;			/* NULL: missing */
	size_t size;
	uint32_t nlines;		/* the first line is 1 */
	uint32_t *start;		/* of each line in text, and the end */
	struct token *tokens;		/* in order */
	size_t ntokens;
};

struct source_tree;

/* root NULL: the working directory. */
struct source_tree *source_tree_new(const char *root, struct store *);
void	source_tree_free(struct source_tree *);		/* NULL is fine */

/*
 * The file of a path of the database.  NULL and a fault if the database
 * cannot be read; a file that is missing is no fault.
 */
const struct source *source_get(struct source_tree *, const char *path,
	    struct fault *) MUST_CHECK;

/*
 * The lines of the function around a line: from its first line, return type
 * and all, to its closing brace.  False if it does not look like one.
 */
bool	source_function(const struct source *, uint32_t line, uint32_t *first,
	    uint32_t *last);

/*
 * Append a line, highlighted, without a newline.  If column is not 0, what
 * begins there, up to the end of the statement or line, is marked.
 */
void	source_line(const struct source *, uint32_t line, uint32_t column,
	    struct buf *);

#endif /* IPLINT_SOURCE_H */
