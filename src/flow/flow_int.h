/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What the files of flow/, and check/ with them, know of each other.
 */

#ifndef IPLINT_FLOW_INT_H
#define IPLINT_FLOW_INT_H

#include "flow/flow.h"
#include "flow/node.h"
#include "flow/ways.h"

/*
 * How many spin mutexes are held at entry: exactly 0 to 3.  A function that
 * is called with more is taken as called with 3.
 */
#define NMODES		4

/* Limits; where one is hit, the ledger has an entry. */
#define MAX_STATES	48		/* at one block */
#define MAX_STEPS	60000		/* instructions in one summary */
#define MAX_STEPS_ADVICE 8000		/* the same, of adaptive mutexes */
/*
 * For the whole program, so that it ends soon whatever it is given: steps for
 * each instruction, and these once.  Real kernels take one for each.  When
 * they are spent, each function gets by with the second line.
 */
#define ALL_STEPS	8
#define ALL_STEPS_ONCE	2000000
#define LEAN_STEPS	4		/* for each of its instructions, */
#define LEAN_STEPS_ONCE	200		/* and these once */
#define LEAN_STATES	8
#define MAX_MEMORY	((size_t)64 << 20) /* of one function's states */
#define MAX_HELD	8		/* locks held at once */
#define MAX_OUTCOMES	24
#define MAX_KEPT	3		/* mutexes held by one outcome */
#define MAX_ALSO	3		/* returns named beside the first */
#define MAX_CONDS	6
#define MAX_WRITES	12
#define MAX_KEEPERS	8		/* structs that keep saved levels */
#define MAX_ASKED	64		/* values of repeated tests */
#define MAX_NEEDS	8
#define MAX_GONE	8
#define MAX_PASSED	4	/* mutexes taken on the way */

/*
 * RET leaves of single paths: the frame in a; in k the function, a number
 * that tells rounds apart, and the instruction.
 */
#define LEAF_SITE(k)	((uint32_t)(k) & 0xffffff)

struct bind {
	node_t place, value;
};

/* A value lies in lo..hi, and is not 0 if nonzero. */
struct fact {
	node_t value;
	bool nonzero;
	int64_t lo, hi;
};

/* A spin mutex taken since entry. */
struct held {
	node_t lock;			/* address of the mutex */
	node_t level;			/* its level, a value */
	node_t old;			/* level before it was taken */
	uint32_t site;			/* instruction that took it */
	uint64_t blame;			/* blame.level when it was taken */
	func_id from;			/* callee that took it, or NO_FUNC */
	const struct prog_lock *class;	/* lock_identity(), or NULL */
	node_t path;			/* lock_path() in a callee, or 0 */
	bool unsure;			/* a target of a call may release it */
	bool given;			/* in outcomes: see hands_over() */
	bool carried;			/* by a loop, from an earlier turn */
	bool many;			/* ... and others like it */
	bool tried;			/* it could not have got it twice */
	const struct activation *at;	/* while walking: who took it */
};

/* A mutex that may be held. */
struct maybe {
	node_t lock;
	func_id from;			/* the target of a call that takes it;
					   NO_FUNC: a defect of a callee */
};

/* A raise by spl that nothing has restored yet. */
struct raise {
	node_t old;			/* level before, the token's value */
	uint32_t site;
	bool dropped;			/* the result was not even looked at */
	bool kept;			/* a callee stored the old level */
	bool restore;			/* it was a restore that went up */
	uint64_t blame;			/* blame.level at the raise */
};

/* Calls, as bits, whose defects are still felt; see blame.c. */
#define BLAME_BITS	64
struct blame {
	uint64_t level, count;
};

/*
 * A release that found nothing to release: the caller would have to hold
 * the mutex.
 */
struct need {
	node_t lock;			/* 0: cannot be named */
	const struct prog_lock *class;	/* or NULL */
	node_t path;			/* lock_path(), also if lock is 0 */
	func_id callee;			/* that releases it, or NO_FUNC: here */
	uint32_t site;			/* the release or the call */
	struct fact *conds;		/* when, as of an outcome */
	uint32_t nconds;
	bool unsure;			/* taken here, but by another name */
	bool again;			/* one of the class was taken before */
};

/*
 * The abstract state.  level to released are its property: states that
 * differ there are kept apart.  Arrays are owned by the solver's arena and
 * copied before they are changed.
 */
struct state {
	node_t level;
	node_t saved;			/* while a spin mutex is held */
	int left;			/* entry's mutexes not released */
	struct held *held;		/* in the order of taking */
	uint32_t nheld;
	struct raise *raises;		/* in the order of raising */
	uint32_t nraises;
	node_t *released;		/* entry's mutexes, as addresses */
	uint32_t nreleased;
	struct blame blame;
	uint64_t saved_blame;		/* blame.level as of saved */
	bool slept;			/* on each of its paths */
	node_t *gone;			/* mutexes that are free for sure */
	uint32_t ngone;
	node_t *passed;			/* taken on each of its paths: nobody
					   who holds one comes here */
	uint32_t npassed;
	node_t *skipped;		/* tokens of raises inside restored */
	uint32_t nskipped;		/* ones, which went by unrestored */
	struct maybe *maybe;
	uint32_t nmaybe;
	uint32_t nocase;		/* site + 1 of a switch of which no
					   case fitted, see run_switch() */
	node_t uncased;			/* its value */
	bool stored;			/* a token is where env lost sight */
	struct bind *env;		/* sorted by place */
	uint32_t nenv;
	struct fact *facts;		/* sorted by value */
	uint32_t nfacts;
	node_t peak;			/* at least so high it has been */
	const struct trace *trace;
	const struct activation *at;	/* while walking, or NULL */
	bool dead;			/* ... it has followed NULL */
};

enum trace_kind {
	TRACE_LEVEL, TRACE_ENTER, TRACE_EXIT, TRACE_BRANCH,
	TRACE_FOLLOW,		/* a branch that could go one way only */
	TRACE_CALL, TRACE_RETURN
};

struct outcome;

/* How a state came to be; only kept while a witness is looked for. */
struct trace {
	const struct trace *prev;
	enum trace_kind kind;
	bool taken;			/* TRACE_BRANCH: the condition held */
	bool changed;			/* ... and should not, see doubt.c */
	uint32_t target;		/* the block then; IR_NONE: no block */
	uint32_t site;			/* instruction, see solver_insn() */
	node_t before, after;		/* levels */
	node_t lock;
	int held;			/* spin mutexes held after */
	func_id callee;			/* TRACE_CALL */
	int mode;
	const struct outcome *outcome;
	const struct activation *at;	/* while walking, or NULL */
};

/* Why an outcome is a breach. */
enum defect { DEFECT_NONE, DEFECT_LEVEL, DEFECT_DEAD, DEFECT_HELD,
    DEFECT_PENDING, DEFECT_GONE };

/* One way to come back from a function. */
struct outcome {
	node_t ret;			/* exported value, or 0 */
	struct fact result;		/* what is known of the result */
	struct fact *conds;		/* on what the function was given */
	uint32_t nconds;
	node_t level, saved;		/* saved: 0 if as at entry */
	int left;
	struct held *held;
	uint32_t nheld;
	struct raise *raises;
	uint32_t nraises;
	node_t *released;
	const struct prog_lock **released_class;	/* or NULL */
	uint32_t nreleased;
	node_t *passed;			/* as of the state */
	uint32_t npassed;
	struct bind *writes;
	uint32_t nwrites;
	uint32_t saves;			/* of these, levels that are numbers */
	node_t peak;
	bool slept;			/* on each of its paths */
	bool escapes;			/* hands a saved level out */
	bool far;			/* to a place that has no name here */
	enum defect defect;
	bool kept;			/* other exits release what it holds */
	bool same;			/* others return the same without it */
	bool callers;			/* HELD: it is the caller's mutex */
	bool perhaps;			/* others like it release more of the
					   caller's mutexes */
	bool nocase;			/* only where no case fits */
	uint32_t site;			/* the return instruction */
	uint32_t also[MAX_ALSO];	/* others that do the same */
	uint32_t nalso;
	const struct trace *trace;
};

/* What can be wrong at the return although the outcomes do not say so. */
#define FAULT_LEVEL	0x1		/* the level */
#define FAULT_COUNT	0x2		/* the count, and with it the level */

struct summary {
	struct outcome *outcomes;	/* those that callers see come first */
	uint32_t noutcomes, nseen;	/* all, and those that callers see */
	bool neutral;			/* no effect at all */
	struct need *needs;		/* sorted; releases too much */
	uint32_t nneeds;
	bool budget;
	bool plain;			/* known by its calls alone */
	uint8_t own;			/* FAULT_*: callers do not see */
	uint8_t faults;			/* own, and felt from callees */
	uint32_t *below;		/* callees: func * NMODES + mode */
	uint32_t nbelow;
	bool sleeps;			/* nobody returns who has not slept */
	bool busy;			/* being solved */
	bool asked;			/* read while it was busy */
	uint32_t times;			/* solved so often */
	uint8_t modes;			/* in which it read callees, bits */
	node_t peak;
};

/* What is wrong at an instruction, whatever comes after it. */
enum breach_kind {
	BREACH_DROP,		/* below a mutex that this function took */
	BREACH_UNSET,		/* restore from a variable without a value */
	BREACH_UNSAVED,		/* restore of a constant, saved elsewhere */
	BREACH_ORDER,		/* restore after that of an outer level */
	BREACH_SLEEP,		/* call that may sleep with a mutex held */
	BREACH_AGAIN,		/* a spin mutex is entered that is held */
	BREACH_END,		/* the thread ends with a mutex held */
	BREACH_LOST		/* raised again, over what was saved */
};

struct breach {
	enum breach_kind kind;
	uint32_t site;
	node_t lock, token;
	const struct way *way;	/* SLEEP: from the callee; NULL: itself */
	uint32_t taken;		/* AGAIN: instruction that took it first */
	int level, expected;		/* DROP: possible, and the mutex's */
	const struct trace *trace;
};

/* A release that is wrong whoever calls the function. */
enum unheld_kind {
	UNHELD_NOBODY,			/* no caller holds it */
	UNHELD_TWICE,			/* released before on this path */
	UNHELD_ADAPTIVE			/* released as a spin mutex */
};

struct unheld {
	enum unheld_kind kind;
	func_id func, callee;		/* callee: releases it, or NO_FUNC */
	uint32_t site;
	node_t lock;			/* or 0 */
	const struct prog_lock *class;	/* or NULL */
	bool unsure, again;		/* as of the need */
	const struct trace *trace;
};

/* Levels that are possible; lo is -1 where nothing is known. */
struct span {
	int8_t lo, hi;
};

/* Does a caller release what the function has kept?  The higher, the surer. */
enum consumed {
	CONSUMED_NOT,
	CONSUMED_ANY,			/* a release of some unknown mutex */
	CONSUMED_MAYBE,			/* not all callers are known */
	CONSUMED			/* of that mutex, or its class */
};

/* Where a mutex is released that a callee has taken; the first of them. */
#define MAX_CONSUMERS	3
struct consumers {
	struct consumer {
		func_id func;
		int mode;
		uint32_t site;
	} p[MAX_CONSUMERS];
	uint32_t n;
	bool others;			/* and elsewhere, or perhaps */
};

/* Two functions that may have taken a mutex; only the one is followed. */
struct spared {
	func_id kept, lost;
};

struct flow {
	struct program *program;
	bool adaptive;			/* see flow_solve_adaptive() */
	struct arena *arena;		/* summaries */
	struct nodes *nodes;
	struct summary **sums;		/* nfuncs * NMODES, NULL: not asked */
	uint8_t *keeper;		/* per function: see keep.c */
	struct above *above;		/* see above.c */
	uint8_t *misreleases;		/* per function: replay for unheld */
	struct entered {		/* per function: see need.c */
		const struct prog_lock **p;
		size_t n, cap;
		bool unknown;
		uint64_t mask;
	} *entered;
	const struct prog_lock *wanted[64];
	bool more_entered;
	bool walking;			/* what is met is known already */
	uint64_t walked;		/* blocks, by all walks */
	uint8_t *consumed;		/* per function: enum consumed */
	struct consumers *consumers;	/* per function */
	VEC(struct spared) spared;	/* what is so of kept is of lost */
	struct ways *ways;
	uint8_t **doubted;		/* per function: blocks, see doubt.c */
	uint8_t *breaking;		/* per function: replay for breaches */
	uint8_t *machine;		/* per function: enum touches */
	uint64_t *todo;			/* to solve again, see settle() */
	uint32_t ntodo;
	uint8_t modes;			/* read by what is being solved */
	struct span **before;		/* per function: see flow_before() */
	struct ledger_refs {
		uint32_t *p;
		size_t n, cap;
	} *rests;			/* per function: its own entries */
	struct flow_counts counts;
	uint64_t max_steps;		/* of counts.steps; then it is lean */
};

/* Called at each call instruction while probing, before its effect. */
struct solver;
typedef void probe_fn(void *ctx, struct solver *, const struct state *,
	    const struct ir_insn *, uint32_t site);

/* One function being executed abstractly for one mode. */
struct solver {
	struct flow *flow;
	struct nodes *nodes;
	func_id func;
	const struct prog_func *pf;
	const struct ir_func *ir;
	int mode;
	struct arena *arena;
	bool tracing;
	probe_fn *probe;
	void *probe_ctx;
	uint32_t *base;			/* site of each block's first insn */
	uint8_t *head;			/* block is the head of one */
	uint8_t *said;			/* per block: see doubt.c */
	node_t read[MAX_ASKED];		/* values asked of memory, by tests */
	uint32_t nread;
	uint8_t *implicit;		/* block's switch has no default */
	uint32_t *order;		/* reverse postorder number */
	uint64_t **live;		/* per block: locals live at entry */
	uint32_t nwords;
	uint8_t *addressed;		/* locals whose address is taken */
	struct block_states {
		struct state **p;
		bool *todo;
		uint32_t n, cap;
	} *at;
	bool keeps;			/* stores saved levels, or restores */
	node_t keepers[MAX_KEEPERS];	/* the structs where, as places */
	uint32_t nkeepers;
	node_t saves[MAX_KEEPERS];	/* places of others that got a level */
	uint32_t nsaves;
	uint8_t *test;			/* per block: see correlate.c */
	uint64_t *ahead;		/* per block: tests, bits */
	struct {
		node_t value;
		uint64_t tests;
	} asked[MAX_ASKED];		/* by tests that are repeated */
	uint32_t nasked;
	VEC(node_t) computed;		/* tests that compute something */
	uint32_t *in_order;		/* blocks by their order */
	uint64_t *todo;			/* bits, by order: has a new state */
	VEC(struct state *) exits;
	VEC(uint32_t) exit_sites;
	VEC(node_t) exit_values;
	VEC(struct breach) breaches;	/* while tracing */
	uint8_t *released_site;		/* a lock taken there was released */
	uint8_t *ended_site;		/* a raise there was restored */
	uint64_t steps, max_steps;
	uint32_t max_states;
	VEC(uint32_t) blamed;		/* by bit: func * NMODES + mode */
	VEC(struct need) needs;
	VEC(struct taken {
		node_t lock;
		uint32_t site;
		func_id from;		/* callee that enters it, or NO_FUNC */
	}) taken;			/* every lock that it enters */
	VEC(struct unheld) unheld;	/* while tracing */
	bool budget;
	struct walk *walk;		/* its states are single paths */
	bool inlines;			/* ... which go into callees */
	bool enters;			/* takes a spin mutex itself */
	bool gives_pointer;
	struct loop **loops;		/* by head; NULL: not asked yet */
	VEC(node_t) retaken;		/* the caller's, that it took again */
	VEC(struct crowd {
		node_t name;		/* for all of them */
		node_t lock;		/* one of them */
		const struct prog_lock *class; /* or NULL */
	}) crowds;			/* what loops collect */
};

/* ---- state.c ---- */

struct state *state_new(struct solver *);
struct state *state_copy(struct solver *, const struct state *);
/* Copy an array of n, with room for some more, to the solver's arena. */
void	*state_dup(struct solver *, const void *, size_t n, size_t extra,
	    size_t size);
node_t	state_read(struct solver *, const struct state *, node_t place);
void	state_write(struct solver *, struct state *, node_t place, node_t);
int	state_count(const struct state *);
/*
 * The leaf (RET, FRESH) that names what is made at an instruction now.  What
 * it meant before is forgotten; on a single path it is another leaf instead.
 */
node_t	state_leaf(struct solver *, struct state *, enum node_kind,
	    node_t place, uint32_t site);
/* The call is over: forget its variables. */
void	state_leave_frame(struct solver *, struct state *, uint32_t frame);
/* The frame of the local at the root of a place, or 0. */
uint32_t node_root_frame(const struct nodes *, node_t place);
bool	node_mentions(const struct nodes *, node_t, node_t leaf);
/* A saved level outside of the function's own variables. */
bool	bind_is_stored(const struct nodes *, const struct bind *);

/* ---- fact.c ---- */

/* Narrow a value; false if that cannot be. */
bool	state_assume(struct solver *, struct state *, node_t, bool truth);
bool	state_narrow(struct solver *, struct state *, const struct fact *);
/* 1: the value is not 0, 0: it is, -1: not known. */
int	state_truth(struct solver *, const struct state *, node_t);
void	state_fact(struct solver *, const struct state *, node_t,
	    struct fact *);
/* Where the fact about a value is, or belongs, in the state. */
uint32_t fact_find(const struct state *, node_t value, bool *found);
/* Bounds that follow from the form of a value. */
void	fact_by_form(struct solver *, node_t value, struct fact *);
/* In place of what is known of the value. */
void	fact_put(struct solver *, struct state *, const struct fact *);

/* ---- join.c ---- */

/* A raise has put the level that is a number there. */
void	state_note_save(struct solver *, node_t place, node_t level);
/* A saved level; also a number, where a raise has put it. */
bool	state_saves(const struct solver *, const struct bind *);
/* A level that was saved; where it is a constant, by some raise here. */
bool	state_saved(const struct solver *, const struct state *, node_t);
bool	state_same(const struct solver *, const struct state *,
	    const struct state *);
bool	state_equal(const struct solver *, const struct state *,
	    const struct state *);
/* Join b into a at a block; true if a changed. */
bool	state_join(struct solver *, struct state *, const struct state *,
	    uint32_t block);
void	state_enter_block(struct solver *, struct state *, uint32_t block);
uint32_t node_root_local(const struct nodes *, node_t place);
/* Keep in a what b has, too; the number that is left. */
uint32_t nodes_common(node_t *a, uint32_t na, const node_t *b, uint32_t nb);

/* ---- carry.c ---- */

/* The state goes into the next turn of a loop with what it holds. */
void	carry_round(struct solver *, struct state *, uint32_t head);
/* What is named through one pointer is named through the other. */
void	held_follow(struct solver *, struct state *, node_t from, node_t to);
/* Of held[i]; true: it is that of one of many, which stay in the list. */
bool	carry_release(struct state *, uint32_t i);
/* The function returns: what loops have collected and released is gone. */
void	carry_end(struct solver *, struct state *, uint32_t site);
/* One of the mutexes that the name stands for, or the name itself. */
node_t	carry_one(const struct solver *, node_t lock);
/* One that the instruction has taken, if it collects them. */
node_t	carry_taken(const struct solver *, uint32_t site);
/* Is the release one of those of what a loop has collected? */
bool	carry_meets(const struct solver *, const struct need *);

/* ---- wait.c ---- */

/* Others have run: what was stored may not be there any more. */
void	state_waited(struct solver *, struct state *, uint32_t site);

/* ---- correlate.c ---- */

/* Provides solver.test and ahead. */
void	correlate_prepare(struct solver *);
/* The test at the end of a block asks for a value. */
void	correlate_note(struct solver *, uint32_t block, node_t);
/* The state at the block that a new one is to be joined with, or NULL. */
struct state *correlate_choose(struct solver *, const struct state *,
	    uint32_t block, uint32_t *index);

/* ---- eval.c ---- */

node_t	eval_expr(struct solver *, struct state *, const struct ir_expr *,
	    uint32_t site);
node_t	eval_place(struct solver *, struct state *, const struct ir_expr *,
	    uint32_t site);
/* The rule of a member in which the machine keeps something, or NULL. */
const struct rule_place *machine_place(const struct solver *,
	    const struct ir_expr *);

/* ---- exec.c ---- */

struct state_list {
	struct state **p;
	size_t n, cap;
};

void	exec_insn(struct solver *, struct state *, const struct ir_insn *,
	    uint32_t site, struct state_list *out);
void	trace_add(struct solver *, struct state *, enum trace_kind,
	    uint32_t site, node_t before, node_t lock);

/* The pieces of a call: one target, one without effect, its result. */
void	call_one(struct solver *, struct state *, const struct ir_insn *,
	    func_id callee, const node_t *args, node_t ret, uint32_t site,
	    struct state_list *out);
void	call_neutral(struct solver *, struct state *, const struct ir_insn *,
	    const node_t *args, node_t ret, uint32_t site,
	    struct state_list *out);
void	call_result(struct solver *, struct state *, const struct ir_insn *,
	    node_t value, uint32_t site);

/* ---- primitive.c ---- */

/* A call of a function with a rule. */
void	call_rule(struct solver *, struct state *, const struct rule_func *,
	    const struct ir_insn *, const node_t *args, node_t ret,
	    uint32_t site, struct state_list *out);
/*
 * 1, 0, or -1 where both can be; the state is not changed.  *cond gets what
 * was tested, 0 for nothing.
 */
int	rule_test(struct solver *, const struct state *,
	    const struct rule_when *, const node_t *args, uint32_t nargs,
	    node_t ret, node_t *cond);

/* ---- targets.c ---- */

/* A call that can reach several functions. */
void	call_targets(struct solver *, struct state *, const struct ir_insn *,
	    const struct prog_site *, const node_t *args, node_t ret,
	    uint32_t site, struct state_list *out);

/* ---- absent.c ---- */

/* A call of a function that was not given. */
void	call_absent(struct solver *, struct state *, const node_t *args,
	    uint32_t nargs);

/* ---- blame.c ---- */

/* The callee's defects are felt from here on. */
void	blame_call(struct solver *, struct state *, const struct summary *,
	    func_id callee, int mode);
bool	blame_join(struct solver *, struct state *, const struct state *);
/* Requires summary.own; provides faults and below. */
void	blame_export(struct solver *, struct summary *);

/* ---- level.c ---- */

/*
 * A number as a level: where numbers run the other way, what is not known to
 * have been a level is turned round.
 */
node_t	level_numbered(struct solver *, node_t);

/* A new raise that waits; NULL: it is there already, or there is no room. */
struct raise *raise_push(struct solver *, struct state *, node_t old,
	    uint32_t site);
/* A callee has restored the level to above what it was before the call. */
void	level_rose(struct solver *, struct state *, node_t before,
	    uint32_t site);
/* Note what is wrong at an instruction; kept while tracing only. */
void	breach(struct solver *, const struct state *, struct breach);
/*
 * The level has been here: the peak is at least the least that this can be.
 * More would not come to an end where levels come from variables.
 */
void	level_peak(struct solver *, struct state *, node_t level);
/* level 0: not known.  dropped: the call's result is not looked at. */
void	level_raise(struct solver *, struct state *, node_t level,
	    uint32_t site, bool dropped);
void	level_set(struct solver *, struct state *, node_t level,
	    uint32_t site);
/* A raise, before its effect: is one of a turn before still waiting? */
void	level_check_lost(struct solver *, const struct state *,
	    const struct ir_insn *, uint32_t site);
/* The effect of a restore that stands in the code, with its checks. */
void	level_restored(struct solver *, struct state *, node_t token,
	    const struct ir_insn *, uint32_t site);
/* The level after a restore that a release implies. */
node_t	level_restore(struct solver *, struct state *, node_t token,
	    uint32_t site);

/* ---- lock.c ---- */

const struct prog_lock *lock_class(struct solver *, node_t lock);
node_t	lock_level(struct solver *, node_t lock);
/*
 * Can two addresses of one class be the same lock?  Not if the members
 * around them differ: a lock in a struct that is nothing but a lock.
 */
bool	lock_akin(const struct nodes *, node_t, node_t);
/*
 * What lock_akin() looks at, in terms that mean the same in each function;
 * 0: nothing.
 */
node_t	lock_path(struct nodes *, node_t lock);
/* lock_akin() of a mutex that is held, also if its address is not known. */
bool	held_akin(const struct nodes *, const struct held *, node_t lock);
/* PROG_SPIN, PROG_ADAPTIVE; PROG_SPIN_UNKNOWN: depends on the caller. */
enum prog_spin lock_spin(struct solver *, const struct state *, node_t lock,
	    uint32_t site);
/* false: no path goes on from there. */
bool	lock_enter(struct solver *, struct state *, node_t lock, node_t level,
	    uint32_t site, func_id from);
/* lock 0: whichever.  false if none can be held: no such path. */
bool	lock_exit(struct solver *, struct state *, node_t lock,
	    uint32_t site);
/* Held by that very name, as it was taken here; noted as a breach. */
bool	lock_again(struct solver *, const struct state *, node_t lock,
	    uint32_t site);
/* The same, and surely; one that is tried is not got, and no breach. */
bool	lock_has(const struct solver *, const struct state *, node_t lock);
/* The lock has been taken on the way here. */
void	passed_add(struct solver *, struct state *, node_t lock);
/* The lock sits behind a pointer that is NULL: no path gets here. */
bool	lock_invalid(struct solver *, const struct state *, node_t lock);
/* Taking again what was released of the caller's; false: it was not. */
bool	lock_retake(struct solver *, struct state *, node_t lock);
/* The class, if it tells the lock from those of other classes. */
const struct prog_lock *lock_identity(struct solver *, node_t lock);
void	consume(struct flow *, func_id, enum consumed);
/* CONSUMED, of what f took, at an instruction of the solver's function. */
void	consume_at(struct solver *, func_id f, uint32_t site);
/*
 * The n mutexes at kept stand for those at lost, from here on, and who has
 * taken the ones for who has taken the others.
 */
void	spare(struct solver *, const struct held *kept,
	    const struct held *lost, uint32_t n);
/* The class of a held mutex, also if its address is not known here. */
const struct prog_lock *held_class(struct solver *, const struct held *);
/* Take the lock off the list without touching the level. */
bool	lock_remove(struct solver *, struct state *, node_t lock,
	    uint32_t site, struct held *out);

/* ---- need.c ---- */

/* A path that cannot be, unless the caller holds the lock; 0: unknown. */
void	need_add(struct solver *, const struct state *, node_t lock,
	    const struct prog_lock *, node_t path, uint32_t site,
	    func_id callee, bool unsure);
/* The function, or the callee for it, enters that lock there. */
void	taken_add(struct solver *, node_t lock, uint32_t site, func_id from);
/* Is the lock, or one of the class, held or maybe, or by the caller? */
bool	need_met(struct solver *, const struct state *, node_t lock,
	    const struct prog_lock *);
void	needs_export(struct solver *, struct summary *);
/* A call: what is held now is held at the callee's entry. */
void	entered_add(struct solver *, const struct state *, func_id callee);
/* Who may hold what: between two rounds of solving. */
void	entered_close(struct flow *);
/* Can it be called by something that is not known to call it? */
bool	called_from_outside(const struct flow *, func_id);
/* May some caller of f, or of its callers, hold what is needed? */
bool	entered_with(const struct flow *, func_id f, const struct need *);
/* The same, and it is seen that one does, if the callers are known. */
bool	entered_surely(const struct flow *, func_id f, const struct need *);
/* The lock is free from here on; it is taken. */
void	gone_add(struct solver *, struct state *, node_t lock);
void	gone_forget(struct solver *, struct state *, node_t lock);
/*
 * The targets of a call do different things, and it is taken as doing none:
 * what some of them take or release may or may not be held afterwards.
 */
void	maybe_add(struct solver *, struct state *, const struct state *after);
/* The lock may be held from here on; true if that is new. */
bool	maybe_held(struct solver *, struct state *, node_t lock,
	    func_id from);
/* Was the lock taken by such a call?  Then not any more. */
bool	maybe_take(struct solver *, struct state *, node_t lock);
/* Why a release by that rule is wrong for any caller; false: it is not. */
bool	unheld_why(struct solver *, const struct state *, bool as_spin,
	    node_t lock, enum unheld_kind *);
void	unheld_add(struct solver *, const struct state *, enum unheld_kind,
	    node_t lock, uint32_t site);

/* ---- above.c ---- */

struct above	*above_new(struct flow *);
void	above_free(struct above *);		/* NULL is fine */
/*
 * Does the text of a caller of f, or of theirs, or of what these call,
 * release a mutex of that class, so that it may be what f returns with?
 */
bool	above_gives(struct above *, func_id f, const struct prog_lock *);

/* ---- doubt.c ---- */

/* A test at the end of a block has this answer, or either (-1). */
void	doubt_note(struct solver *, struct state *, const struct ir_insn *,
	    uint32_t site, uint32_t block, int truth);
/* Tests that have one answer and should not: true if there are new ones. */
bool	doubt_find(struct solver *);
/* Can the test have either answer, whatever is known? */
bool	doubt_here(const struct solver *, uint32_t block);

/* ---- keep.c ---- */

/* Set flow.keeper for more functions, when all are solved; false: none. */
bool	keepers_mark(struct flow *);
/*
 * May the mutex with which f returns be released by who is not seen?  itself:
 * by f, called again.
 */
bool	released_above(const struct flow *, func_id f, const struct held *,
	    bool itself);

/* ---- export.c ---- */

/* Does the value mean the same outside of the function? */
bool	exportable(const struct nodes *, node_t);
/* The exit s, with the returned value ret or 0, at the return site. */
void	export_exit(struct solver *, const struct state *, node_t ret,
	    uint32_t site, struct outcome *);
/* What saved levels stand beside; before the exits are exported. */
void	export_prepare(struct solver *);
/* What is known of the caller's values, in the solver's arena. */
uint32_t export_facts(struct solver *, const struct state *, struct fact **);
/* Keep in a what b has, too; the number that is left. */
uint32_t facts_common(struct fact *a, uint32_t na, const struct fact *b,
	    uint32_t nb);

/* ---- contract.c ---- */

/* Mark defects; outcomes that callers see come first, nseen is set. */
void	contract_classify(struct solver *, struct summary *);
bool	level_is_raised(const struct flow *, node_t);
/* Is it not sure that all that it holds is held? */
bool	outcome_unsure(const struct outcome *);

/* ---- summary.c ---- */

void	summary_make(struct solver *, struct summary *);
bool	summary_equal(const struct summary *, const struct summary *);

/* ---- apply.c ---- */

/* The states after a call, one for each outcome that is possible. */
void	summary_apply(struct solver *, const struct state *,
	    const struct ir_insn *, uint32_t site, func_id callee, int mode,
	    const struct summary *, const node_t *args, uint32_t nargs,
	    struct state_list *out);

/*
 * A call of a neutral function: it takes a mutex that the state holds, and does
 * not come back; else what it takes on the way is noted.
 */
bool	summary_blocks(struct solver *, struct state *,
	    const struct ir_insn *, uint32_t site, const struct summary *,
	    const node_t *args);
/* Will it, by what the state holds? */
bool	summary_bars(struct solver *, const struct state *, uint32_t site,
	    const struct summary *, const node_t *args, uint32_t nargs);
/* The summary that a call of the function uses in that state, and its mode. */
const struct summary *summary_for(struct solver *, const struct state *,
	    uint32_t site, func_id callee, const node_t *args,
	    uint32_t nargs, int *mode);
/*
 * Has a callee that was walked done what its summary hides from callers,
 * a defect of its own?
 */
bool	summary_hides(struct solver *, const struct state *before,
	    const struct summary *, const node_t *args, uint32_t nargs,
	    const struct state *after);
/* Does the state hold what the callee would release of its caller's? */
bool	summary_wants(struct solver *, const struct state *, uint32_t site,
	    const struct summary *, const node_t *args, uint32_t nargs);
/* Hand the callee's needs on: nobody met them at this call. */
void	summary_needs(struct solver *, const struct state *, uint32_t site,
	    func_id callee, const struct summary *, const node_t *args,
	    uint32_t nargs);

/* ---- prepare.c ---- */

/* To execute f abstractly, entered with mode spin mutexes held. */
struct solver *solver_new(struct flow *, func_id, int mode);
void	solver_free(struct solver *);
/* The number of an instruction counts from 0 over the blocks in order. */
const struct ir_insn *solver_insn(const struct ir_func *, uint32_t site);
uint32_t solver_block(const struct solver *, uint32_t site);

/* ---- run.c ---- */

/* A test behind a switch tells which value it was given: no case was meant. */
void	state_check_case(struct solver *, struct state *);

/* Provides exits, with their sites and values; budget if some were lost. */
void	solver_run(struct solver *);

/* From an instruction of a block on; solver.walk says what then. */
void	solver_run_from(struct solver *, struct state *, uint32_t block,
	    uint32_t insn);

/* ---- satisfy.c ---- */

/*
 * Can all facts be true at once?  Asked of those that were not there before,
 * and what they depend on.  A no is sure if all possibilities were tried; it
 * is for one level at entry, that of the walk, or 0.
 */
bool	state_satisfiable(const struct solver *, const struct state *,
	    const struct state *before, bool *sure);
/* Numbers with which they are, at most max; how many. */
size_t	state_values(const struct solver *, const struct state *,
	    int64_t *, size_t max);

/* ---- walk.c ---- */

/*
 * One path, with all that it does in callees.  A function's states stand for
 * many paths, and a callee's outcome for many of its own; a walk looks for a
 * single path through both that does what they say is possible.
 */
struct walk;

/* A call on the path. */
struct activation {
	const struct activation *up;	/* NULL: the function itself */
	struct solver *solver;
	func_id func;
	uint32_t id;			/* from 1; the same for equal calls */
	uint32_t depth, site;		/* of the call, in up */
	const struct ir_insn *insn;
	const struct guide *guide;
	/* in up, when it returns: */
	uint32_t block, next, resume;
	bool wanted;			/* it has to raise the level */
	node_t level;			/* before the call */
	int count;
	/* of a call that can hide something */
	const struct state *before;
	const struct summary *sum;
	const node_t *args;
	uint32_t nargs;
};

/* Where the path ends, and how it has to be there. */
struct walk_goal {
	enum { GOAL_RETURN, GOAL_BREACH, GOAL_UNHELD, GOAL_RELEASE } kind;
	uint32_t site;			/* IR_NONE: any RETURN */
	/* Entered with a mutex held: nested ones leave their level behind. */
	const struct nest *nest;
	bool deep;			/* also those of plain functions, and
					   what is a defect of a callee */
	/* RETURN: at that level, to which there are chains; or NULL */
	struct chain *chain;
	int level;
	uint32_t max_blocks;		/* 0: as many as there may be */
	bool brief;			/* nothing depends on it */
	enum breach_kind breach;
	enum unheld_kind unheld;
	func_id taker;			/* RELEASE: of what that has taken */
	/* RETURN: the state, with the value returned or 0; NULL: as it is */
	bool (*fits)(void *ctx, struct solver *, const struct state *,
	    node_t ret);
	void *ctx;
};

enum walk_end {
	WALK_FOUND,
	WALK_NONE,			/* all paths were looked at */
	WALK_GAVE_UP			/* there were too many */
};

struct walk *walk_new(struct flow *, func_id, int mode, int entry);
void	walk_free(struct walk *);		/* NULL is fine */
/* Go like the trace, or NULL, where that is possible. */
enum walk_end walk_find(struct walk *, const struct walk_goal *,
	    const struct trace *);
/* The path, and numbers for what it tests; they live as long as the walk. */
const struct trace *walk_trace(const struct walk *);
size_t	walk_values(const struct walk *, const int64_t **);
int	walk_entry(const struct walk *);	/* the level where it begins */
/* A test on some path asked for the level at entry. */
bool	walk_asks_level(const struct walk *);
/* Where the path's last release, or else its end, brings the level. */
node_t	walk_level(const struct walk *);
/* Are facts of values that nobody can ask for any more kept? */
bool	walk_keeps(const struct walk *);
/* A path ends that perhaps could go on: the search is not exhaustive. */
void	walk_give_up(struct solver *);
/* For the solver's hooks. */
void	walk_test(struct solver *, node_t value);
void	walk_arrive(struct solver *, struct state *, uint32_t block);
void	walk_return(struct solver *, struct state *, node_t ret,
	    uint32_t site);
void	walk_breach(struct solver *, const struct state *,
	    const struct breach *);
void	walk_unheld(struct solver *, const struct state *,
	    const struct unheld *);
void	walk_released(struct solver *, const struct state *,
	    const struct held *, uint32_t site);
/* Go into the call instead of applying its summary?  Takes the state if so. */
bool	walk_enter(struct solver *, struct state *, const struct ir_insn *,
	    func_id callee, const node_t *args, uint32_t site, bool surely);
/*
 * A call that can get to the level that is wanted: go into it, for that.
 * true: it may as well pass without, as its summary says.
 */
bool	walk_pass(struct solver *, struct state *, const struct ir_insn *,
	    func_id callee, const node_t *args, uint32_t site);
/* Keep the states from that number on that have passed without. */
void	walk_passed(const struct state *, struct state_list *, size_t);
/*
 * A call that can mean several functions: go into those that get to the level
 * that is wanted.  That it is any other one is the caller's.
 */
void	walk_targets(struct solver *, const struct state *,
	    const struct ir_insn *, const struct prog_site *,
	    const node_t *args, uint32_t site);

/* ---- plain.c ---- */

/*
 * Is the function without effect because all it calls are?  Fills in the
 * summary if so.
 */
bool	plain_summary(struct flow *, func_id, int mode, struct summary *);
/* Externals and assembly of functions that are not executed. */
void	plain_ledger(struct flow *, func_id);

/* ---- solve.c ---- */

/* Never NULL; an approximation from below while the function is busy. */
const struct summary *flow_summary(struct flow *, func_id, int mode);
/*
 * The lowest mode in which no path releases what some caller may hold;
 * NMODES: none.
 */
int	flow_natural(struct flow *, func_id);
/*
 * Execute a function again with traces and hand the solver to the caller,
 * who reads exits and outcomes and then calls solver_free().
 */
struct solver *flow_replay(struct flow *, func_id, int mode,
	    struct summary *out, probe_fn *, void *ctx);
/*
 * The levels at which the primitive of a call site (ir_insn.site) is called,
 * whatever the level at the function's entry.
 */
struct span flow_before(const struct flow *, func_id, uint32_t site);
uint32_t flow_ledger(struct flow *, func_id, enum ledger_kind, name_t file,
	    uint32_t line, const char *fmt, ...) PRINTFLIKE(6, 7);
/* A call of what has no body and no rule; the compiler's own need neither. */
void	ledger_extern(struct flow *, func_id, func_id callee);

#endif /* IPLINT_FLOW_INT_H */
