/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * interp: the executable model, a concrete interpreter of the flow IR.
 *
 * It is the arbiter of the engine and knows nothing of it: it reads the IR,
 * the rules, and what linking found out (call targets, locks, levels), and
 * moves one machine: L, the number of spin mutexes held, and o, the level
 * saved at the outermost enter (per lock where the rules say so).
 *
 * A run is one path.  What a program does not say (arguments, memory at
 * entry, results of unknown functions) is unknown until something depends on
 * it; then the driver is asked to choose, and by answering in all ways it
 * sees all paths.  A choice binds the unknown or takes a value away from it,
 * so a path never contradicts itself.
 *
 * machine.c is the machine, primitive.c does to it what the rules say,
 * memory.c has values and cells, eval.c expressions, interp.c the rest: calls,
 * branches, returns.
 *
 * What the interpreter takes for granted is docs/assumptions.md, less what
 * it can see for itself: where a run leaves an assumption, a mark says so.
 */

#ifndef IPLINT_MODEL_INTERP_H
#define IPLINT_MODEL_INTERP_H

#include <setjmp.h>

#include "program/program.h"

#define RUN_DEPTH	32		/* of calls, at most */
#define RUN_STEPS	4000		/* instructions */

/*
 * A value.  Addresses and functions are numbers, too; a small number that is
 * followed is an object of its own.  open: the value is the unknown of that
 * number (from 1) and v means nothing.  dep: the choices up to this number
 * made it what it is.
 */
struct value {
	int64_t v;
	uint32_t open, dep;
	bool saved;			/* a level that a raise gave back */
	bool guess;			/* was an unknown */
};

/* Memory is a tree of cells: objects, their members and elements. */
typedef uint32_t cell_t;		/* 0: the root of all objects */

struct cell {
	cell_t up, child, next;
	uint8_t kind;			/* of the way from up to here */
	int64_t a, b;
	bool set;
	struct value value;
	uint32_t writer;		/* frame.id; 0: nobody yet */
	uint32_t since;			/* run.since when it was written */
	bool changed;			/* by the writer, from what was known */
	const struct prog_lock *lock;	/* what a bare object is */
};

#define RUN_NOT		64	/* numbers that an unknown is known not to be */

struct unknown {
	bool bound;
	int64_t v;
	uint32_t dep;
	cell_t from;			/* read there first; 0: nowhere */
	int64_t not[RUN_NOT];		/* values that it has not */
	uint32_t nnot;
};

/* A spin mutex that is held. */
struct hold {
	cell_t lock;			/* 0: the caller's, not named */
	int level, old;			/* its own; before it was taken */
	const struct prog_lock *class;	/* or NULL */
	uint64_t kept;			/* functions that returned with it, by
					   func_id, modulo 64 */
};

struct frame {
	struct frame *up;
	func_id func;
	const struct ir_func *ir;
	uint32_t id, depth;		/* from 1; calls below the entry */
	int level, held;		/* at its entry */
	cell_t locals;
	uint32_t block, insn, site;	/* where it is */
	uint32_t base;			/* site of the block's first insn */
	uint32_t turns;			/* jumps back */
};

/* Why a path is at its end. */
enum run_end {
	RUN_RETURN,			/* the function has returned */
	RUN_STUCK,			/* undefined, deadlock, no return */
	RUN_BOUND,			/* too long or too deep */
	RUN_REFUSED			/* the driver did not want it */
};

/* Assumptions that the run has left. */
#define MARK_STALE	0x1	/* saw a flag that a callee had changed, or what
				   an interrupt has stored (16) */
#define MARK_WILD	0x2	/* restored what nobody has saved (17) */
#define MARK_UNSAVED	0x4	/* raised, and the old level not kept (18) */
#define MARK_UNLINKED	0x8	/* called what linking has not found */
#define MARK_NOLOCK	0x10	/* a lock of unknown kind or level */

struct run;

/* What the driver decides and sees; any but choose may be NULL. */
struct driver {
	void *ctx;
	/* One of n, 0 to n - 1; the run's n-th choice has that number. */
	unsigned (*choose)(void *ctx, unsigned n);
	/* Before each instruction: false refuses the path. */
	bool (*before)(void *ctx, struct run *, const struct ir_insn *);
	/* Step over this call, as if it did nothing? */
	bool (*over)(void *ctx, struct run *, const struct ir_insn *);
	/* Control goes to a block: false refuses it. */
	bool (*branch)(void *ctx, struct run *, const struct ir_insn *,
	    uint32_t target, uint32_t dep);
	/*
	 * The block to go to where memory is no longer what was tested
	 * before; IR_NONE: as the test says.
	 */
	uint32_t (*changed)(void *ctx, struct run *, const struct ir_insn *);
	/* A primitive or a whole call is done: false refuses the path. */
	bool (*after)(void *ctx, struct run *, const struct ir_insn *);
	/* A function has returned; frame.up is where to. */
	bool (*leave)(void *ctx, struct run *, struct value);
	/* Interrupts between two instructions may be taken now. */
	void (*gap)(void *ctx, struct run *);
	/* Both kinds of a lock of which nothing is known, and aliases. */
	bool wide;
	/* A choice that leads into trouble may be taken back. */
	bool refuses;
	const int64_t *values;		/* tried as well */
	size_t nvalues;			/* at most 120 */
	uint32_t steps;			/* at most; 0: RUN_STEPS */
	uint32_t turns;			/* of loops, in one call; 0: any */
};

struct run {
	const struct program *program;
	const struct driver *driver;
	/* the machine */
	int level, held, saved;
	int peak;
	VEC(struct hold) holds;
	/* memory */
	VEC(struct cell) cells;
	VEC(struct unknown) unknowns;
	struct frame *frame;		/* innermost */
	VEC(func_id) called;		/* every function entered, once */
	uint32_t nframes, nchoices, nsteps;
	uint32_t since;			/* frames before are interrupted */
	uint32_t nocase;		/* the unknown that no case of a switch
					   without default was, or 0 */
	uint32_t lastdep;		/* of the choice that refused */
	uint32_t placedep;		/* the last choice on which rests where
					   an expression reads */
	unsigned marks;
	uint32_t wild;			/* levels to which it was restored by
					   what nobody has saved: bits */
	uint64_t sought;		/* lock classes, modulo 64, that were
					   released and not held; never reset */
	uint64_t relied;		/* hold.kept of what was released, or
					   held where it dies; never reset */
	jmp_buf out;
	/* the result */
	enum run_end end;
	const char *why;		/* of RUN_STUCK and RUN_BOUND */
	bool unheld;			/* stuck: releases what nobody holds */
	bool again;			/* stuck: takes what it holds */
	struct value ret;
	struct value args[16];		/* as they are known at the end */
	uint32_t nargs;
};

void	run_init(struct run *);		/* zeroes */
void	run_free(struct run *);
/*
 * Enter a function at a level, with that many spin mutexes of the caller
 * held, saved being the level to which the last release goes back.  The
 * run can be used again afterwards.
 */
enum run_end run_function(struct run *, const struct program *,
	    const struct driver *, func_id, int level, int held, int saved);
/* The same on top of a run, from driver.gap: an interrupt. */
void	run_call(struct run *, func_id);
/* Saved levels that are left where others can find them, or returned: bits. */
uint32_t run_escapes(const struct run *);
/* End the path here. */
void	run_refuse(struct run *, uint32_t dep) NORETURN;
/* The class that was chosen for the lock behind a pointer, or NULL. */
const struct prog_lock *run_lock(const struct run *, struct value);
/* What is known of a value by now. */
struct value run_now(const struct run *, struct value);
unsigned run_choose(struct run *, unsigned n);

#endif /* IPLINT_MODEL_INTERP_H */
