/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * finding: a breach of a contract, with the path that shows it.
 */

#ifndef IPLINT_FINDING_H
#define IPLINT_FINDING_H

#include "base/base.h"
#include "check/reach.h"
#include "program/program.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };
const char *severity_name(enum severity);

/*
 * What an id claims: PROVEN, that the path shown breaks a contract; ADVICE,
 * that it invites trouble or cannot be meant, though no level or lock is
 * lost.  By default proven findings are errors and advice is a warning, which
 * the gate leaves out.
 */
enum finding_class { FINDING_PROVEN, FINDING_ADVICE };

/*
 * The ids, one table: number, name, class, what is reported.  Numbers are
 * permanent.  Each has a page docs/findings/IPLnnn.md and a test.
 */
#define FINDINGS(X)							\
	X(1, "leak", PROVEN, "a handler returns above its entry level")	\
	X(2, "nested-leak", PROVEN, "a handler returns above its entry "\
	    "level when it is entered with a spin mutex held")		\
	X(3, "spin-held", PROVEN, "a spin mutex is still held at "	\
	    "return on some path")					\
	X(4, "inconsistent-exit", PROVEN, "the level differs between "	\
	    "paths that return the same thing")				\
	X(5, "stale-restore", PROVEN, "a restore from a variable that "	\
	    "holds no saved level, or one from before another restore")	\
	X(6, "drop-under-lock", PROVEN, "the level is lowered below a "	\
	    "spin mutex that is held")					\
	X(7, "restore-raises", PROVEN, "a restore lifts the level, and "\
	    "nothing lowers it again")					\
	X(8, "low-lock", PROVEN, "a handler takes a spin mutex whose "	\
	    "level is below its own")					\
	X(9, "sleep-raised", ADVICE, "may sleep in an interrupt handler "\
	    "or with a spin mutex held")				\
	X(10, "level-for-flag", ADVICE, "a level where a flag is wanted, "\
	    "or a flag where a level is wanted")			\
	X(11, "exit-unheld", PROVEN, "a spin mutex is released that no "\
	    "path has taken")						\
	X(12, "lowered-exit", PROVEN, "a handler returns below its entry "\
	    "level")							\
	X(13, "mutex-held", ADVICE, "an adaptive mutex is still held on "\
	    "one of several paths that return the same thing")

enum finding_id {
#define X(n, name, class, text) IPL##n = n,
	FINDINGS(X)
#undef X
};
const char *finding_name(int id);	/* "leak"; NULL: no such id */
const char *finding_text(int id);
enum finding_class finding_class(int id);
const char *finding_class_name(enum finding_class);	/* "proven" */
/* What a finding of that id is unless it says otherwise. */
enum severity finding_severity(int id);

/* What a step of a witness does. */
enum step_kind {
	STEP_REGISTER,		/* the handler's registration */
	STEP_LEVEL,		/* the level moved */
	STEP_LOCK,		/* a spin mutex taken or released */
	STEP_BRANCH,		/* a decision that mattered */
	STEP_CALL,		/* into a function; its steps have depth + 1 */
	STEP_RETURN,		/* the return that the finding is about */
	STEP_NOTE		/* said for explanation: a proof, a repair */
};
const char *step_kind_name(enum step_kind);

/*
 * One step.  Levels are IPL numbers, -1 where the step has none or it is
 * not known; text and note are owned by the results' arena.
 */
struct step {
	enum step_kind kind;
	name_t file;
	uint32_t line, col;
	uint32_t depth;			/* of calls below the reported one */
	func_id func;
	const char *text;		/* "s = splhigh()", as C */
	const char *note;		/* "level IPL_BIO -> IPL_HIGH", or "" */
	int before, after;		/* the level around the step */
	int lo, hi;			/* bounds of the level after it, if the
					   path begins at finding.entry, or at
					   the lowest level; -1: not known */
	const char *lock;		/* taken or released here, or NULL */
	int held;			/* spin mutexes held after the step */
};

/*
 * The same path with nothing left out, for those who walk it again
 * (tests/model): every branch, every primitive that moved level or count, and
 * every call that did, followed by what is inside.
 */
enum hop_kind { HOP_PRIMITIVE, HOP_BRANCH, HOP_CALL, HOP_RETURN };

struct hop {
	enum hop_kind kind;
	func_id func, callee;		/* callee: HOP_CALL */
	uint32_t site;			/* instruction in func */
	uint32_t target;		/* HOP_BRANCH: block, or IR_NONE if a
					   primitive did not happen */
	uint32_t depth;
	int lo, hi;			/* bounds of the level after it */
	int held;			/* spin mutexes held after it */
	bool inside;			/* HOP_CALL: what is inside follows */
	bool changed;			/* HOP_BRANCH: memory is not what it
					   was when it was asked before */
};

/*
 * A path in the order of execution.  A finding of verdict B has two: the
 * one that leaks, entered with a spin mutex held, and the same handler
 * entered with none.
 */
enum walk_kind {
	WALK_BREACH,			/* what the finding is */
	WALK_CLEAN,			/* the same, as it is right */
	WALK_NEAREST			/* the clean path of the function that
					   has most in common with the breach */
};

struct witness {
	const char *title;
	enum walk_kind clean;		/* shown for comparison */
	struct step *steps;
	size_t nsteps;
	struct hop *hops;
	size_t nhops;
	func_id func;			/* where it begins */
	int entry, held;		/* level, mutexes held there */
	int exit;			/* of a path alone: level at its end */
	int64_t *values;		/* with which its tests come out */
	size_t nvalues;
	bool proven;			/* the hops are one path; else it was
					   not found within a limit, and they
					   may be of several */
};

struct finding {
	int id;				/* 1: IPL001, ... */
	enum severity severity;
	func_id func;			/* blamed */
	const struct prog_handler *handler;	/* or NULL */
	uint32_t site;			/* the instruction, in func */
	name_t file;
	uint32_t line, col;
	int entry, exit;		/* IPL numbers; -1: not constants */
	const char *message;		/* both halves, one line */
	struct witness *witnesses;
	size_t nwitnesses;
	const struct prog_handler **others;	/* share this finding */
	size_t nothers;
	struct witness *paths;		/* of these, hops alone; or NULL */
	uint32_t *ledger;		/* entries that it rests on */
	size_t nledger;
	const char *identity;		/* see check/identity.c */
	struct digest fingerprint;	/* of identity, no other has it */
	uint32_t *suppressions;		/* by index in the results' */
	size_t nsuppressions;
};

/* What the analysis says of one handler. */
enum verdict {
	VERDICT_CLEAN,
	VERDICT_LEAK,			/* A */
	VERDICT_NESTED,			/* B only */
	VERDICT_LOWERED,		/* below its entry level */
	VERDICT_BELOW,			/* a defect below is felt at its exit */
	VERDICT_UNPROVEN,		/* B, but no single path was found */
	VERDICT_UNKNOWN			/* level not known, or no body */
};
const char *verdict_name(enum verdict);

/* How a finding concerns a handler. */
enum felt_how {
	FELT_OWN,			/* it is about this handler */
	FELT_SHARED,			/* this one is among the others */
	FELT_BELOW			/* a callee's, shows at the exit */
};
const char *felt_name(enum felt_how);	/* "own", "shared", "below" */

struct felt {
	uint32_t finding;		/* index in results.findings */
	enum felt_how how;
	func_id *chain;			/* calls from the handler, with it */
	size_t nchain;
};

struct handler_result {
	const struct prog_handler *handler;
	enum verdict verdict;
	int exit_max;			/* entered with none held; -1 unknown */
	int exit_max_nested;		/* entered with one held */
	bool unproven;			/* see check/nested.c */
	int peak;			/* the highest level in between */
	uint32_t *ledger;
	size_t nledger;
	struct felt *felt;		/* by how, then nearest first */
	size_t nfelt;
};

struct suppression;

struct results {
	struct arena *arena;
	VEC(struct finding) findings;	/* sorted by file, line, id, text */
	VEC(struct handler_result) handlers;	/* as program.handlers */
	VEC(struct suppression) suppressions;	/* see check/suppress.h */
	struct reach reach;
};

void	results_free(struct results *);		/* NULL is fine */

#endif /* IPLINT_FINDING_H */
