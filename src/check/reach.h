/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * reach: what functions do to the machine, and which of them handlers reach.
 *
 * For the reader who asks why: the primitives in each function, the levels
 * at which they are called, and the calls that lead there.  A function is
 * reached if resolved calls (one known target) lead to it from a handler.  A
 * function is quiet if neither it nor anything that it can call, through
 * pointers too, does something or is unknown; quiet ones are left out.
 */

#ifndef IPLINT_REACH_H
#define IPLINT_REACH_H

#include "flow/flow.h"

/* reached.effect of a function that does nothing to its caller. */
#define EFFECT_NONE	"leaves level and spin mutexes as they are"

/* What a primitive does; one call can be several acts. */
enum act_kind {
	ACT_RAISE, ACT_SET, ACT_RESTORE, ACT_TAKE, ACT_RELEASE, ACT_SLEEP,
	ACT_STORE,			/* to a member that is the level */
	ACT_UNKNOWN			/* a call through an unknown pointer */
};
const char *act_name(enum act_kind);

struct act {
	func_id func;
	enum act_kind kind;
	name_t file;
	uint32_t line;
	const char *text;		/* as C; NULL: not reached */
	int lo, hi;			/* levels before it; -1: not known */
	const struct prog_lock **locks;	/* taken or released: one of these */
	size_t nlocks;			/* 0: not known */
};

/* Calls of one function to another, or through one unresolved pointer. */
struct edge {
	func_id caller, callee;		/* NO_FUNC: one of several */
	name_t file;
	uint32_t line;			/* of the first such call */
	bool indirect;
	const char *text;		/* the pointer, as C; or NULL */
	const func_id *targets;		/* of a pointer, sorted */
	uint32_t ntargets;
	int peak;			/* highest below; -1: as at entry */
};

struct reached {
	func_id func;
	int peak;			/* at least; -1: not above entry */
	bool sleeps;			/* nobody returns who has not slept */
	uint32_t quiet;			/* calls that are left out */
	const char *effect;		/* of a call, in words */
	uint32_t *ledger;		/* its own entries */
	size_t nledger;
};

struct reach {
	VEC(struct act) acts;		/* takes of all, others of reached ones;
					   by function, then order of code */
	VEC(struct edge) edges;		/* by caller, then order of code */
	VEC(struct reached) funcs;	/* by func_id */
};

#endif /* IPLINT_REACH_H */
