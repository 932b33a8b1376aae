/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* What the files of check/ know of each other. */

#ifndef IPLINT_CHECK_INT_H
#define IPLINT_CHECK_INT_H

#include "check/check.h"
#include "flow/flow_int.h"
#include "flow/chain.h"
#include "flow/nest.h"
#include "flow/print.h"

struct checker {
	struct flow *flow;
	const struct program *program;
	struct nest *nest;
	struct chain *chain;		/* while check_nested() runs */
	struct results *results;
	struct arena *arena;		/* of the results */
	uint8_t *blamed;		/* per function: is_blamed() */
	uint8_t *relied;		/* per function: is_relied_on() */
};

/* Steps under construction. */
struct steps {
	struct step *p;
	size_t n, cap;
	VEC(struct hop) hops;
	func_id func;
	int entry, held;
	VEC(int64_t) values;
	bool proven;			/* the hops are one path */
};

/* ---- prove.c ---- */

/* How levels read in a witness: at a handler's level, or symbolic. */
struct frame {
	func_id func;
	int entry;			/* IPL number, or -1 */
	int drawn;			/* entry for the bounds of a step, if
					   entry is symbolic; or -1 */
	bool whole;			/* calls that leave nothing behind,
					   too */
};

/* A single path that does what a finding claims; solver: of the replay. */
struct proof {
	struct walk *walk;
	enum walk_end end;
	uint32_t site;			/* the return, of an outcome */
	node_t level;			/* where the path ends, if it is not
					   that of the outcome; else 0 */
	const struct trace *trace;	/* if it was not found, that of the
					   replay, which may be of no path */
};

/*
 * The function returns like that outcome of its replay.  brief: it would be
 * nice to have, but is not worth much time.  These three draw the frame at
 * the entry level of the path, if that is symbolic.
 */
void	prove_outcome(struct checker *, const struct solver *,
	    const struct outcome *, struct frame *, bool brief,
	    struct proof *);
/* A path was found, or the search had no end; advice needs the path. */
bool	proof_holds(const struct checker *, const struct proof *);
void	prove_breach(struct checker *, const struct solver *,
	    const struct breach *, struct frame *, struct proof *);
void	prove_unheld(struct checker *, const struct solver *,
	    const struct unheld *, struct frame *, struct proof *);
/*
 * The function, entered at a level with so many mutexes held, returns with as
 * many and that level: like the trace where that is possible, or NULL.  last:
 * if chains do not lead there, look everywhere.  Where there is no path by
 * then, a longer search gives up to the ledger, not to the reader.
 */
void	prove_exit(struct checker *, func_id, int held, int entry, int exit,
	    const struct trace *, uint32_t max_blocks, bool last,
	    struct proof *);
/* Some caller gets to a release of what f has taken, or none is known. */
bool	prove_consumed(const struct checker *, func_id f);
/* Note that the search gave up; before finding_ledger(). */
void	proof_ledger(struct checker *, func_id, uint32_t site);
void	proof_free(struct proof *);

/* ---- witness.c ---- */

/* The hops of a path alone, in the results' arena. */
void	witness_hops(struct checker *, const struct solver *,
	    const struct proof *, struct frame, struct witness *);
/* Append the steps of a path, into callees where the level moved. */
void	witness_path(struct checker *, const struct solver *,
	    const struct proof *, struct frame, struct steps *);
/* "s = splvm() [splbio]", in the results' arena. */
const char *witness_text(struct checker *, const struct ir_func *,
	    const struct ir_insn *);
/* Append one step at an instruction; texts are copied. */
struct step *witness_insn(struct checker *, const struct prog_func *, func_id,
	    uint32_t site, enum step_kind, uint32_t depth, struct steps *);
struct step *witness_place(struct checker *, enum step_kind, name_t file,
	    uint32_t line, func_id, const char *text, struct steps *);
void	witness_registration(struct checker *, const struct prog_handler *,
	    struct steps *);
/* The calls of a way, and what it ends in. */
void	witness_way(struct checker *, const struct way *, uint32_t depth,
	    struct steps *);
/* Drop pairs that cancel out, and branches that do not bear on the end. */
void	witness_trim(struct steps *);
void	witness_close(struct checker *, struct finding *, const char *title,
	    struct steps *);

/* ---- witness_nearest.c ---- */

/*
 * Close the finding with the nearest clean path as another witness, if the
 * function has one: of the outcomes of the replay that keep the contract, the
 * one that goes the same way as the breach for longest.
 */
void	witness_nearest(struct checker *, struct finding *,
	    const struct solver *, const struct summary *,
	    const struct outcome *, struct frame);
/* ---- words.c ---- */

/* "IPL_VM", in the results' arena. */
const char *level_name_of(struct checker *, int level);
/* As it was registered, and what that is: "IPL_BIO (IPL_VM)". */
const char *handler_level_of(struct checker *, const struct prog_handler *);
const char *func_name_of(struct checker *, func_id);
/* "foo_softc::sc_lock", or what is known of it. */
const char *lock_name_of(struct checker *, const struct solver *, node_t);
const char *check_fmt(struct checker *, const char *fmt, ...)
	    PRINTFLIKE(2, 3);
/* "; also at lines 7, 9": other returns than that shown; or "". */
const char *other_returns(struct checker *, const struct ir_func *,
	    const struct outcome *, uint32_t shown);

/* ---- check.c ---- */

/* At an instruction of the function, with the severity of its id. */
struct finding *finding_add(struct checker *, int id, func_id,
	    const struct prog_handler *, uint32_t site);
/*
 * Say what makes the finding this one, beside its id, function and the
 * condition of its place: the texts of what causes it, without lines.
 */
void	finding_identify(struct checker *, struct finding *,
	    const char *cause);
void	finding_ledger(struct checker *, struct finding *, func_id);
/* The function as an interrupt handler, at its highest level; or NULL. */
const struct prog_handler *handler_of(const struct program *, func_id);

/* ---- raised.c ---- */

/* Does the exit, of that mode, have a level that is a defect? */
bool	raised_reportable(const struct checker *, func_id, int mode,
	    const struct outcome *);
/* Report it, of the replay of the function, if it has a path. */
void	raised_report(struct checker *, func_id, const struct solver *,
	    const struct summary *, const struct outcome *);

/* ---- held.c ---- */

/* Does the exit keep a mutex that it should not have? */
bool	held_reportable(const struct checker *, func_id,
	    const struct summary *, const struct outcome *);
void	held_report(struct checker *, func_id, const struct solver *,
	    const struct summary *, const struct outcome *);
/* Another exit takes the caller's mutex again, and this one does not. */
bool	gone_reportable(const struct checker *, func_id,
	    const struct outcome *);
void	gone_report(struct checker *, func_id, const struct solver *,
	    const struct summary *, const struct outcome *);

/* ---- identity.c ---- */

/* Make the fingerprints of all findings, which must have their order. */
void	findings_fingerprint(struct results *);

/* ---- breach.c ---- */

/* Report what the replay of a function has found at instructions. */
void	check_breaches(struct checker *, struct solver *);

/* ---- context.c ---- */

/* IPL008 and IPL009: what handlers must not get to. */
void	check_contexts(struct checker *);

/* ---- misnomer.c ---- */

/* IPL010: levels where flags are wanted, and the like. */
void	check_misnomers(struct checker *);

/* ---- verdict.c ---- */

/* Requires all findings but verdict B's; provides results.handlers. */
void	verdicts_judge(struct checker *);
/* Requires the findings in their final order; provides what is felt. */
void	verdicts_finish(struct checker *);

/* Does the call have one known target? */
bool	call_resolved(const struct prog_site *);
/* Can the function return if called from that handler? */
bool	call_returns(const struct checker *, const struct prog_handler *,
	    func_id);

/* ---- release.c ---- */

/* May check_releases() find something, if the function is replayed? */
bool	releases_suspect(const struct checker *, func_id,
	    const struct summary *);
/* IPL011, of the function that has just been replayed. */
void	check_releases(struct checker *, const struct solver *);
/* IPL011 that only a single path can show. */
void	check_twice(struct checker *, func_id);

/* ---- resume.c ---- */

/* Is the level that the exit leaves raised for a later event to restore? */
bool	level_resumed(const struct checker *, func_id, const struct outcome *);

/* ---- reach.c ---- */

/* Requires verdicts_finish(); provides results.reach. */
void	check_reach(struct checker *);

/* ---- nested_path.c ---- */

/*
 * A handler entered with a mutex held that returns above its level, and the
 * same path, as it is right, with none held.
 */
struct nested_proof {
	const struct prog_handler *handler;
	int held;			/* so many, at its entry */
	int exit;			/* the highest level that it gets to */
	struct proof nested, alone;
};

/* What is known of a path that was found. */
struct nested_path {
	const char *lock;		/* that raises to where it stays */
	uint32_t pointers;		/* calls that can mean several */
	uint32_t calls;
	struct witness hops;		/* without steps */
};

/* The mutex that is taken at the highest level, as text. */
const char *nested_lock(struct checker *, const struct prog_handler *,
	    int exit);
/*
 * exit: the highest that may be; found, or given up at proof.exit.  held: so
 * many can be at entry, at most: one that it releases itself is none.  last:
 * if it was given up, look elsewhere, and for one to a lower level.
 */
enum walk_end nested_prove(struct checker *, const struct prog_handler *,
	    int held, int exit, uint32_t max_blocks, bool last,
	    struct nested_proof *);
/* Requires a proof that was found. */
void	nested_path(struct checker *, const struct nested_proof *,
	    struct nested_path *);
/* Note that no path was found for the handler. */
void	nested_ledger(struct checker *, const struct prog_handler *,
	    int exit);
void	nested_proof_free(struct nested_proof *);
/* Append the handler's own steps; which mutex; the return's instruction. */
uint32_t nested_steps(struct checker *, const struct nested_proof *,
	    const char **lock, struct steps *);
/* The clean path, with steps where like has some; false: it has none. */
bool	nested_clean(struct checker *, struct nested_proof *,
	    const struct steps *like, struct steps *);

/* ---- nested.c ---- */

/* Verdict B, for all handlers at once. */
void	check_nested(struct checker *);

#endif /* IPLINT_CHECK_INT_H */
