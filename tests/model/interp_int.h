/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the files of the interpreter know of each other. */

#ifndef IPLINT_MODEL_INTERP_INT_H
#define IPLINT_MODEL_INTERP_INT_H

#include "interp.h"

/* Numbers that are no numbers. */
#define ADDRESS		((int64_t)1 << 40)	/* of a cell */
#define FUNCTION	((int64_t)1 << 41)
#define STRING		((int64_t)1 << 42)

enum { OBJECT, FIELD, INDEX, GLOBAL, LOCAL, FRAME };	/* cell.kind */

/* End the path here. */
void	run_stop(struct run *, enum run_end, const char *why) NORETURN;

/* ---- memory.c ---- */

struct value value_known(int64_t);
/* A new unknown, first read in that cell, or 0. */
struct value value_unknown(struct run *, cell_t from);
/* The unknown is that number; what is known of it then. */
struct value value_bind(struct run *, struct value, int64_t);
/*
 * Is the value this number?  An unknown is now, or never will be.  *dep
 * becomes the last choice that this rests on, if that is later.
 */
bool	value_is(struct run *, struct value, int64_t, uint32_t *dep);
/* A number for whatever it is; near is one that it will be held against. */
struct value value_concrete(struct run *, struct value, int64_t near);

cell_t	cell_add(struct run *, cell_t up, int kind, int64_t a, int64_t b);
/* The same, unless it is there. */
cell_t	cell_at(struct run *, cell_t up, int kind, int64_t a, int64_t b);
/* What a pointer points to.  Two that were not compared are not equal. */
cell_t	cell_follow(struct run *, struct value);
struct value cell_load(struct run *, cell_t);
void	cell_store(struct run *, cell_t, struct value);
/* Others have run: numbers that were stored may have been stored over. */
void	run_waited(struct run *);

/* ---- eval.c ---- */

struct value run_eval(struct run *, const struct ir_expr *);
cell_t	run_place(struct run *, const struct ir_expr *);
bool	value_truth(struct run *, struct value, uint32_t *dep);

/* ---- machine.c ---- */

void	machine_set(struct run *, int level);
/* splx(): lower only, or set, as the port has it. */
void	machine_restore(struct run *, int level);
/* Take a spin mutex, of that level and class or NULL. */
void	machine_enter(struct run *, cell_t lock, int level,
	    const struct prog_lock *class);
/* A class of locks, as a bit; 0: NULL. */
uint64_t class_bit(const struct program *, const struct prog_lock *);
/* Release it; lock 0, or or_any and not held: whichever was taken last. */
void	machine_leave(struct run *, cell_t lock, const struct prog_lock *class,
	    bool or_any);

/* ---- primitive.c ---- */

struct call {
	const struct ir_insn *insn;
	struct value args[16], ret;
	uint32_t nargs;
};

/* Do what the rule of the called function says. */
void	run_primitive(struct run *, struct call *, const struct rule_func *);
/* What the call gives back is not NULL, by a rule. */
bool run_never_null(struct run *, const struct call *, name_t callee);

#endif /* IPLINT_MODEL_INTERP_INT_H */
