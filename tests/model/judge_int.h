/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the files of the judge know of each other. */

#ifndef IPLINT_MODEL_JUDGE_INT_H
#define IPLINT_MODEL_JUDGE_INT_H

#include "world.h"

#define MAX_EXITS	400
#define JUDGE_STEPS	200		/* instructions in one run */
#define JUDGE_TURNS	10		/* of loops, in one call */

/* A value at the end of a run: a number, or any but some. */
struct known {
	bool open;
	int64_t v, not[RUN_NOT];
	uint32_t nnot;
};

/* What a run has left behind. */
struct exit {
	int level, held, saved;
	struct known ret, args[4];
	uint32_t nargs;
	unsigned marks;
	uint32_t wild;			/* as of the run */
	bool nocase;			/* in a switch with all of them */
	int callers;			/* of held, its caller's */
	uint32_t escapes;		/* levels, bits */
	uint64_t called;		/* by func_id, modulo 64 */
	uint64_t holds;			/* lock classes, modulo 64 */
};

struct exits {
	struct exit p[MAX_EXITS];
	size_t n;
	bool whole;			/* no run was cut short */
};

/* Two exits of a function, one with a mutex that the other has not. */
struct suspect {
	func_id func;
	struct exit a, b;
};

struct judge {
	struct world *w;
	const struct program *p;
	struct tally *tally;
	struct judgement *out;
	uint64_t leaky;			/* functions with a leak of their own */
	uint64_t nests;			/* handlers that nested return higher */
	uint64_t interrupts;		/* ... and did so when they were */
	uint64_t holders;		/* that hold a mutex at some time */
	uint64_t keeps;			/* with a mutex held on some exits */
	uint64_t drops;			/* that lower below a mutex they hold */
	uint64_t again;			/* entered before a mutex was entered
					   that was held */
	uint64_t sought;		/* classes released and not held */
	uint64_t relied;		/* whose mutex a caller releases */
	/* By func_id, modulo 64: what no run of it was seen to come back from,
	   as some were cut short. */
	uint64_t endless[64];
	uint64_t findings;		/* functions with a finding */
	uint64_t droppers;		/* ... about a level below a mutex */
	uint64_t keepers;		/* ... about a mutex that is kept */
	VEC(struct suspect) suspects;
	int lowest;			/* level with a spin mutex held */
	int held;			/* at the entry of these runs */
	bool needs;			/* one releases what nobody holds */
	struct explore explore;
	uint32_t inside;		/* interrupts that are being served */
	uint32_t served;		/* in this run */
	func_id root;
};

static inline uint64_t
bit(func_id f)
{
	return UINT64_C(1) << f % 64;
}

/* ---- judge.c ---- */

/*
 * A leak was seen, at one exit or between two.  It is counted, and is a miss
 * unless the engine has found it or an excuse holds.
 */
void	judge_leak(struct judge *, const char *what, func_id,
	    const struct exit *, const struct exit *);

/* ---- exits.c ---- */

/* Provides exits, and judge.needs for these runs. */
void	exits_explore(struct judge *, func_id, int level, int held, int saved,
	    struct exits *);
/* What the run has left behind by now. */
struct exit exit_of(const struct run *);

/* Can two values be the same number? */
bool	values_meet(const struct known *, const struct known *);

/* ---- interrupt.c ---- */

/* Has the engine an IPL002 for the handler? */
bool	has_nested(const struct judge *, const struct prog_handler *);
/* A function returns to another: is it a handler, and dispatched? */
void	judge_dispatched(struct judge *, struct run *);
/* Run the function, and let handlers interrupt it. */
void	judge_interrupted(struct judge *, func_id);

#endif /* IPLINT_MODEL_JUDGE_INT_H */
