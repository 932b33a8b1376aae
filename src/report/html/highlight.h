/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* highlight: the tokens of a C file.  Only this and the driver use libclang. */

#ifndef IPLINT_HIGHLIGHT_H
#define IPLINT_HIGHLIGHT_H

#include "base/base.h"

enum token_kind {
	TOKEN_PLAIN, TOKEN_KEYWORD, TOKEN_LITERAL, TOKEN_COMMENT,
	TOKEN_DIRECTIVE			/* preprocessor: # and its name */
};

struct token {
	enum token_kind kind;
	uint32_t from, to;		/* bytes of the text */
};

struct highlighter;

struct highlighter *highlighter_new(void);
void	highlighter_free(struct highlighter *);

/*
 * The tokens of a text, in order and apart from each other; the caller frees
 * them.  Bytes between them are plain.  Never fails: what is no C has fewer
 * tokens.
 */
struct token *highlight(struct highlighter *, const char *text, size_t size,
	    size_t *n);

#endif /* IPLINT_HIGHLIGHT_H */
