/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the files of the generator know of each other: the tree. */

#ifndef IPLINT_MODEL_GEN_INT_H
#define IPLINT_MODEL_GEN_INT_H

#include "gen.h"

#define MAX_FUNCS	12

enum kind {
	RAISE, RESTORE, PAIR,		/* var: where the level is saved */
	ENTER, EXIT, LOCK, TRY, DROP,	/* lock */
	IF, LOOP, TIMES, SWITCH,	/* cond */
	SET,				/* var = value */
	CALL, ICALL, LCALL, BCALL,	/* callee; LCALL passes a lock, BCALL
					   the function value */
	DISPATCH,			/* calls handlers */
	GET_LEVEL, PUT_LEVEL,		/* the CPU's variable; var, or level */
	RETURN, GOTO, BREAK, UNWIND, PANIC
};

struct cond {
	int var, op, k;
};

struct stmt {
	struct stmt *next, *body, *other;
	enum kind kind;
	int var, level, lock, callee, value;
	struct cond cond;
	bool no_end;			/* the mistake: no release */
};

/* What a function is given; see gen_text.c. */
enum shape { PLAIN, LOCKARG, HANDLER, CALLBACK, FINDER };

/* What it is for: the pairs stand together, the first is undone by the next. */
enum role {
	BODY,
	SAVES, RESTORES, TAKES, GIVES, MAYBE_TAKES, MAYBE_GIVES,
	TAKES_ARG, GIVES_ARG,
	KEEPS,				/* a mutex, if it returns 0 */
	HAS,				/* the same, if it does not */
	FINDS,				/* the same, if not NULL */
	CALLS_BACK, DISPATCHES
};

struct func {
	enum shape shape;
	enum role role;
	int var, lock, level;		/* what the role is about */
	struct stmt *body;
	bool gone;
};

struct gen_program {
	struct arena *arena;
	uint64_t state;
	struct func funcs[MAX_FUNCS];
	int nfuncs, op;			/* op: which one sc_op points to */
	bool sets;			/* a port whose splx may raise */
	int version;
};

/* Where a level can be saved. */
enum {
	TOKEN_LOCALS = 3, TOKEN_MEMBER = 3, TOKEN_GLOBAL, TOKEN_OUT,
	NTOKENS,
	TOKEN_NONE = NTOKENS,		/* nobody keeps it */
	TOKEN_ARG,			/* %a */
	TOKEN_RESULT			/* the return value */
};

enum {
	VAR_A, VAR_X, VAR_R, VAR_F0, VAR_F1, VAR_G, NVARS,
	VAR_FLAG = NVARS,		/* carried through a loop */
	VAR_FOUND,			/* a pointer, maybe NULL */
	VAR_TOKEN			/* the first token */
};

#define NLOCKS		8		/* see locks in gen_text.c */
#define LOCK_PTR	6		/* points to lock 0 */
#define LOCK_ARG	NLOCKS		/* %m */
#define NRAISES		4

unsigned gen_rnd(struct gen_program *, unsigned n);
struct stmt *gen_stmt(struct gen_program *, enum kind);
struct cond gen_cond(struct gen_program *);
/* Put a list there; returns its end. */
struct stmt **gen_append(struct stmt **at, struct stmt *);
/* Index of a row, as likely as its weight. */
size_t	gen_pick(struct gen_program *, const unsigned *weights, size_t n,
	    size_t stride);

/* ---- gen_body.c: a function body that does nothing in the end ---- */

struct stmt *gen_body(struct gen_program *, int self);

#endif /* IPLINT_MODEL_GEN_INT_H */
