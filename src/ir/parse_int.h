/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What the files of the reader (parse.c) know of each other.
 */

#ifndef IPLINT_IR_PARSE_INT_H
#define IPLINT_IR_PARSE_INT_H

#include "ir/text.h"

/* What the name of a local means in the current function. */
struct slot {
	name_t name;
	uint32_t func;			/* which function; others are free */
	uint32_t local;
};

struct parser {
	const char *c;			/* the next byte */
	const char *text, *end, *file;
	struct fault *fault;
	bool failed;
	unsigned nesting;
	const struct ir_reader *reader;
	struct names *names;
	struct ir_module *m;
	struct buf string;		/* scratch for unescaping */

	const struct ir_expr **exprs;	/* table of all expressions */
	size_t exprs_n, exprs_mask;

	struct ir_func *func;		/* NULL outside */
	struct slot *slots;		/* table of its locals */
	size_t slots_mask;
	uint32_t serial;
	VEC(name_t) files;
	VEC(struct ir_local) locals;
	VEC(struct ir_block) blocks;
	VEC(struct ir_insn) insns;
	VEC(const struct ir_expr *) args;
	VEC(struct ir_case) cases;
};

/* ---- parse_word.c ---- */

/* Record an error at a byte, unless there was one, and stop. */
void	parse_fail(struct parser *, const char *at, const char *fmt, ...)
	    PRINTFLIKE(3, 4);
/* "expected WHAT, found the next word". */
void	parse_expected(struct parser *, const char *what);
/* Step over at least one blank. */
void	parse_blank(struct parser *);
/* Step over blanks and the newline behind them. */
void	parse_end_line(struct parser *);
/* Go to the next line that is not empty and not a comment. */
bool	parse_next_line(struct parser *);
/* Is this the next word?  Then step over it and the blanks behind it. */
bool	parse_accept(struct parser *, const char *word);
/* Digits, at most max; what names them in a message. */
uint64_t parse_number(struct parser *, uint64_t max, const char *what);
/* A number with or without a minus. */
int64_t	parse_signed(struct parser *);
/* STRING; without escapes it is interned where it stands. */
name_t	parse_string(struct parser *);
/* The longest run of a class of bytes, or a STRING. */
name_t	parse_word(struct parser *, unsigned class, const char *what);
/* HEX32 */
struct digest parse_digest(struct parser *);

static inline void
skip_blanks(struct parser *p)
{
	while (text_is(*p->c, TEXT_BLANK))
		p->c++;
}

/* Is this the next byte?  Then step over it. */
static inline bool
accept(struct parser *p, char c)
{
	if (*p->c != c)
		return false;
	p->c++;
	return true;
}

/* Step over a byte that must be here. */
static inline void
need(struct parser *p, char c)
{
	char what[] = { '"', c, '"', '\0' };

	if (!accept(p, c))
		parse_expected(p, what);
}

/* ---- parse_expr.c ---- */

/* An expression without operands and with a name, or none. */
const struct ir_expr *parse_make_leaf(struct parser *, enum ir_expr_kind,
	    name_t);
/* Declare a local of the current function. */
uint32_t parse_add_local(struct parser *, name_t, name_t type);
/*
 * A name may have dots, and so may what follows.  A dot that begins
 * ".RECORD::" belongs to the member; the printer puts a name with dots in
 * parentheses there.
 */
name_t	parse_name(struct parser *);
/* GLOBAL */
name_t	parse_global(struct parser *);
const struct ir_expr *parse_expr(struct parser *);
/* An expression that must be a place. */
const struct ir_expr *parse_place(struct parser *);

#endif /* IPLINT_IR_PARSE_INT_H */
