/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What nest.c and nest_saved.c know of each other. */

#ifndef IPLINT_NEST_INT_H
#define IPLINT_NEST_INT_H

#include "flow/nest.h"

#define LEVELS	32
#define FEW	8		/* targets of a call that is followed */

/* A set of levels, and which instruction brought each. */
struct reach {
	uint32_t set;
	uint32_t source[LEVELS];
};

/* A place that keeps a saved level, from which somebody restores. */
struct token {
	const struct ir_expr *place;
	uint64_t key;			/* member or global variable, or 0 */
	struct reach at;		/* levels that were saved there */
	bool own;			/* ... by this function */
	bool restored;			/* from it, or from a copy, here */
};

struct tokens {
	struct token *p;
	size_t n, cap;
	bool found;			/* all of them are here */
	bool grown;			/* restores before may bring more */
};

/* What a function does to levels that are kept for others to see. */
struct shared {
	uint64_t key;
	uint32_t saves;			/* levels, relative to its entry */
	bool restores;
};

struct nest {
	const struct program *program;
	uint32_t *set;			/* per function: levels at exit */
	uint32_t *enters;		/* parameters whose mutex it takes */
	uint32_t *saves;		/* levels saved through a parameter */
	uint32_t *returns;		/* levels in the token it returns */
	uint32_t *restores;		/* parameters from which it restores */
	struct tokens *tokens;		/* per function */
	struct shareds {
		struct shared *p;
		size_t n, cap;
	} *shareds;			/* per function */
	struct map *keys;		/* from which anybody restores */
	bool grown;			/* of the function being solved, one of
					   saves to shareds */
	struct source {
		func_id func;
		int level;
		uint32_t site;
	} *sources;
	size_t nsources, cap;
	struct map *index;		/* (func, level) -> sources */
};

/* The rule of the primitive that is called, or NULL. */
const struct rule_func *nest_rule(const struct program *, func_id,
	    const struct ir_insn *);
/* The bit of a parameter that is passed on as it is; 0: it is none. */
uint32_t nest_parameter(const struct program *, func_id,
	    const struct ir_expr *);
/* One or the other. */
void	reach_either(struct reach *, const struct reach *);
/* A set of levels as entered at others. */
struct reach reach_on_top(const struct reach *at, uint32_t set,
	    uint32_t site);

/* ---- nest_saved.c ---- */

/* Provides keys, and restores of all functions. */
void	nest_find_keys(struct nest *);
/* The places that matter in a function. */
void	tokens_find(const struct nest *, func_id, struct tokens *);
/* The argument of a restore, if the call is one. */
const struct ir_expr *nest_restored(const struct rule_func *,
	    const struct ir_insn *);
/* A level of those is saved in that place; NULL: in none. */
void	nest_save(struct nest *, func_id, struct tokens *,
	    const struct ir_expr *place, const struct reach *);
/* An assignment may copy a saved level. */
void	nest_copy(struct nest *, func_id, struct tokens *,
	    const struct ir_insn *);
/* The level is restored from there. */
void	nest_restore(const struct nest *, const struct tokens *,
	    const struct ir_expr *, struct reach *at);
/*
 * What a callee saves where others see it, and restores from what was saved
 * here: before the call it was at some levels, now at others.
 */
void	nest_callee(struct nest *, func_id, const struct ir_insn *,
	    func_id callee, const struct reach *before, struct tokens *,
	    struct reach *at, uint32_t site);
/* The function returns: is that a saved level? */
void	nest_returns(struct nest *, func_id, const struct tokens *,
	    const struct ir_insn *);

#endif /* IPLINT_NEST_INT_H */
