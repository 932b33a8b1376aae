/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * link: what the files of this layer share; nobody else includes it.
 *
 * The passes stand in the order in which program_link() runs them.
 */

#ifndef IPLINT_LINK_H
#define IPLINT_LINK_H

#include "program/program.h"

/* ---- what flows ---- */

/*
 * An atom is a kind and an index: a func_id; the key of a place whose
 * address is taken; or an element of link.consts.  The kinds are ordered, so
 * a sorted set begins with its functions.
 */
typedef uint32_t atom_t;
#define ATOM_FUNC	0x00000000u
#define ATOM_PLACE	0x40000000u
#define ATOM_LEVEL	0x80000000u
#define ATOM_KIND	0xc0000000u
#define atom_kind(a)	((a) & ATOM_KIND)
#define atom_index(a)	((a) & ~ATOM_KIND)

/* A constant that was spelled with a level name. */
struct level_const {
	int64_t value;
	name_t macro;
};

enum key_kind { KEY_LOCAL, KEY_RESULT, KEY_FIELD, KEY_GLOBAL, KEY_TEMP };

/* A key that is no local and no result: those are numbered by function. */
struct key {
	uint8_t kind;
	uint32_t a, b;			/* record and field; variable */
};

/* Which atoms a key can hold, judged by its type. */
#define ACCEPT_FUNC	0x01
#define ACCEPT_PLACE	0x02
#define ACCEPT_LEVEL	0x04
#define ACCEPT_ALL	0x07
#define ACCEPT_POINTER	(ACCEPT_FUNC | ACCEPT_PLACE)
#define NODE_OTHER	0x08		/* holds other integers, too */
#define NODE_QUEUED	0x10
#define NODE_LOCK	0x20		/* is a lock, or points to one */
#define NODE_FILLED	0x40		/* may hold something else than 0 */

/* The flow side of a key.  Lists end with 0. */
struct node {
	uint32_t set;			/* in link.sets */
	uint32_t edges;			/* in link.edges */
	uint32_t uses;			/* in link.uses */
	uint16_t flags;			/* ACCEPT_*, NODE_* */
};

struct set {
	atom_t *v;			/* in order of arrival; later sorted */
	uint32_t n, cap, done;		/* the first done were passed on */
	uint32_t *slots, nslots;	/* hash of v, if it is large */
};

#define EDGE_ARITH	0x80000000u	/* in to: levels do not pass */
struct edge {
	key_id to;
	uint32_t next;
};

/* What else is done with the atoms of a node. */
enum use_kind { USE_LOAD, USE_STORE, USE_CALL };
struct use {
	uint8_t kind;
	uint32_t what;			/* to, from: a key; link.icalls */
	uint32_t next;
};

/* The address of a place, before it is known to be worth following. */
struct address {
	key_id to, place;
};

/* An indirect call. */
struct icall {
	func_id func;
	const struct ir_insn *insn;
	uint32_t args;			/* in link.argkeys */
	key_id callee, dst;		/* dst: 0 if unused */
	bool open;			/* no target fits: all are taken */
};

/* ---- symbols ---- */

struct variable {
	name_t name, file;		/* file 0: external */
	name_t type;			/* 0: not declared anywhere */
	uint32_t line;
	key_id key;			/* 0 until it is mentioned */
};

/* Where a name is looked up; unit NO_UNIT knows external names only. */
#define NO_UNIT		UINT32_MAX
struct scope {
	func_id func;			/* NO_FUNC at file scope */
	uint32_t unit;
};

enum symbol_kind { SYMBOL_NONE, SYMBOL_FUNC, SYMBOL_VAR };
struct symbol {
	enum symbol_kind kind;
	uint32_t index;			/* func_id; in link.vars */
};

/* A signature, by classes: v, i, f, p, s. */
#define SIG_MAX		30
struct sig {
	char ret, args[SIG_MAX];
	uint8_t nargs;
	bool more;			/* "...", or no prototype */
};

struct link {
	const struct ir_module **modules;	/* sorted by unit and key */
	size_t nmodules;

	/* symbols.c; a value is index << 1, | 1 for a variable */
	struct map *scoped;		/* unit << 32 | name: instance */
	struct map *external;		/* name: class */
	uint32_t *class_of;		/* by instance */
	func_id *func_of;		/* by class */
	VEC(struct variable) vars;

	/* keys.c */
	VEC(struct node) nodes;		/* by key_id */
	key_id *local_base;		/* by func_id: key of local 0 */
	key_id first_result, first_other;
	VEC(struct key) others;		/* by key_id - first_other */
	struct map *fields;		/* record << 32 | field: key */
	struct map *types;		/* type name: ACCEPT_* */

	/* survey.c */
	struct map *records;		/* record << 32 | field: its record */
	struct map *within;		/* record << 32 | record in it */
	struct map *lock_records;	/* records that are locks */
	struct map *signs;		/* record << 32 | field: SIGN_* */
	struct map *givers;		/* func_id: record; 0: several */
	VEC(key_id) fresh;		/* get memory from an allocator */

	/* gather.c, flows.c */
	VEC(struct address) addresses;
	VEC(struct set) sets;
	VEC(struct edge) edges;
	VEC(struct use) uses;
	VEC(struct icall) icalls;
	VEC(key_id) argkeys;		/* 0: some other value */
	VEC(struct level_const) consts;
	struct map *const_of;		/* hash of value and macro: index */
	struct map *joined;		/* from << 32 | to: an edge exists */
	VEC(key_id) queue;
	struct map *sig_of;		/* signature name: in sigs */
	VEC(struct sig) sigs;

	/* calls.c */
	const struct ir_insn ***insns;	/* by func_id, site */
	struct map *icall_of;		/* instruction and func: in icalls */

	/* locks.c */
	uint32_t *lock_at;		/* by key: index + 1 in locks */
	const struct prog_lock ***lock_sets;	/* by set */
	uint32_t *lock_set_n;

	/* levels.c */
	struct map *level_of;		/* name: number */
	name_t *level_names;		/* preferred, by rank */
	int level_flip;			/* see program_level_flip() */
	int level_max;
};

/* ---- walk.c ---- */

/* Call back for every expression in a body, outermost first. */
typedef void expr_visit(void *ctx, const struct ir_insn *,
	    const struct ir_expr *);
void	walk_expr(const struct ir_insn *, const struct ir_expr *,
	    expr_visit *, void *);
void	walk_insn(const struct ir_insn *, expr_visit *, void *);
void	walk_func(const struct ir_func *, expr_visit *, void *);
/* A call that names its function. */
bool	is_direct(const struct ir_insn *);

/* ---- levels.c ---- */

void	levels_link(struct program *);
int	levels_port(struct program *, const char *port_name, struct fault *);
/* Does a macro spell a level? */
bool	is_level_name(const struct program *, name_t);

/* ---- symbols.c, merge.c ---- */

void	symbols_link(struct program *);
struct symbol symbol_find(const struct program *, uint32_t unit, name_t);
struct scope scope_of(const struct program *, func_id);

/* ---- keys.c ---- */

void	keys_number(struct program *);
void	keys_free(struct link *);
key_id	key_new(struct program *, enum key_kind, uint32_t a, uint32_t b);
key_id	key_field(struct program *, name_t record, name_t field);
key_id	key_variable(struct program *, uint32_t var);
/* The key of a place, made if needed; 0 if only flow can tell. */
key_id	key_make(struct program *, struct scope, const struct ir_expr *);
key_id	key_lookup(const struct program *, struct scope,
	    const struct ir_expr *);
/* record and field of a KEY_FIELD; 0 and name of a KEY_GLOBAL. */
void	key_names(const struct program *, key_id, name_t *record,
	    name_t *field);
/* The record of which an object or pointer of this type is. */
name_t	type_record(const struct program *, name_t type);
bool	is_lock_type(const struct program *, name_t type);

/* ---- survey.c ---- */

void	survey(struct program *);
/* The n-th argument that is a lock, by rule; -1: there are no more. */
int	survey_lock(const struct program *, name_t func, size_t n);
/* What a member can hold, as far as its uses tell: ACCEPT_*. */
unsigned survey_accepts(const struct program *, name_t record, name_t field);
/* Does a function give back pointers to structs, and nothing else? */
bool	survey_structs(const struct program *, func_id);
/*
 * Does a function give back memory for whatever the caller wants?  It does
 * if callers take what it gives for pointers to different structs.
 */
bool	survey_allocates(const struct program *, func_id);
/* Is a place a struct that is no lock?  Its members are keys themselves. */
bool	survey_plain(const struct program *, struct scope,
	    const struct ir_expr *place);

/* ---- sig.c ---- */

struct sig sig_get(struct program *, name_t);
/* Can a function be called through a pointer of that type? */
bool	sig_fits(const struct sig *func, const struct sig *pointer,
	    unsigned nargs);

/* ---- gather.c ---- */

void	gather(struct program *);

/* ---- backwards.c ---- */

/*
 * The flow edges by their targets, as they were when it was made: those to k
 * come from from[start[k]], ..., from[start[k + 1] - 1].  Freed by the caller.
 */
struct backwards {
	uint32_t *start;
	key_id *from;
};
void	backwards_make(const struct link *, struct backwards *);
void	backwards_free(struct backwards *);

/* ---- worth.c ---- */

/* Let the addresses flow that can matter; the others are forgotten. */
void	worth_following(struct program *);

/* ---- heap.c ---- */

/* Make places for tables in allocated memory; false: there are none. */
bool	heap_seed(struct program *);

/* ---- flows.c ---- */

void	flow_edge(struct program *, key_id from, key_id to, bool arith);
void	flow_add(struct program *, key_id, atom_t);
void	flow_use(struct program *, key_id, enum use_kind, uint32_t what);
atom_t	flow_level(struct program *, int64_t value, name_t macro);
void	flows_solve(struct program *);
/* Does a function fit the type through which it is called? */
bool	flow_fits(struct program *, const struct icall *, func_id);
/* Mark what other integers can reach, along the edges that there are. */
void	flow_spread_other(struct program *);
/* Nothing is added after this. */
void	flow_finish(struct program *);
/* The atoms of one kind in a set, borrowed; sorted after flow_finish(). */
size_t	flow_atoms(const struct program *, key_id, uint32_t kind,
	    const atom_t **out);

/* ---- calls.c, dispatch.c, scc.c, noreturn.c ---- */

/* Targets from the flows as they are now; replaces earlier ones. */
void	calls_bind(struct program *);
/* Leave out targets that another call of the same table is made for. */
void	calls_dispatch(struct program *);
void	calls_report(struct program *);
void	calls_rank(struct program *);
void	noreturn_infer(struct program *);

/* ---- origin.c ---- */

/*
 * Where a value in a function comes from, as far as the function itself
 * tells.
 */
enum leaf_kind {
	LEAF_NONE,
	LEAF_CONST,			/* value, macro */
	LEAF_FUNC,			/* index: func_id */
	LEAF_PARAM,			/* index: of the parameter */
	LEAF_ADDR,			/* index: key of the place */
	LEAF_KEY,			/* index: key it was read from */
	LEAF_RESULT,			/* of the function */
	LEAF_UNKNOWN
};

struct leaf {
	enum leaf_kind kind;
	uint32_t index;
	int64_t value;
	name_t macro;
	key_id member;			/* of a PARAM: not it, what it holds */
	bool fresh;			/* of an ADDR: made by the call */
};

#define LEAVES_MAX	32
struct leaves {
	struct leaf v[LEAVES_MAX];
	unsigned n;
};

/* The function that is looked into, and which of its lines set a local. */
struct origin {
	const struct program *p;
	func_id func;
	const struct ir_func *ir;
	uint32_t *first;		/* by local: list in defs, or 0 */
	VEC(struct origin_def {
		const struct ir_insn *insn;
		uint32_t next;
	}) defs;
	uint8_t *seen;			/* by local */
	struct scope scope;
	unsigned budget;
};

void	origin_open(struct origin *, const struct program *, func_id);
void	origin_close(struct origin *);
void	leaf_add(struct leaves *, struct leaf);
bool	leaf_equal(const struct leaf *, const struct leaf *);
void	origin_value(struct origin *, const struct ir_expr *,
	    struct leaves *);
/* The values of a member of what a pointer points to. */
void	origin_member(struct origin *, const struct ir_expr *pointer,
	    key_id member, struct leaves *);
/* Where the result of a call goes: ADDR of places, RESULT. */
void	origin_fate(struct origin *, const struct ir_insn *,
	    struct leaves *);

/* ---- derive.c ---- */

/*
 * A call that does something with its arguments, and the functions that
 * hand their own parameters to such a call: these are then such calls, too.
 */
#define DERIVE_SLOTS	3
struct pattern {
	const void *rule;
	struct leaf slot[DERIVE_SLOTS];
};

typedef VEC(struct pattern) patterns_t;

struct derive_kind {
	/* The pattern of a function by rule; PARAM n is its argument n. */
	bool (*rule)(const struct program *, func_id, unsigned nargs,
	    struct pattern *);
	/* Slots, by bit, that derive; the first is the handler or lock. */
	unsigned triggers;
};

/* One call with what its slots are; no slot that derives is a PARAM. */
struct fact {
	const void *rule;
	func_id in, api;
	const struct ir_insn *insn;
	bool indirect;
	struct leaf slot[DERIVE_SLOTS];
};

struct derive {
	VEC(struct fact) facts;		/* by function and site */
	patterns_t *of;			/* by func_id */
};

struct derive *derive_run(struct program *, const struct derive_kind *);
void	derive_free(struct program *, struct derive *);

/* ---- spelling.c ---- */

/*
 * Note a constant that is no level, flag or type by its spelling.  context
 * is that of a registration, NULL otherwise.
 */
void	spelling_note(struct program *, const struct fact *, unsigned slot,
	    enum prog_wants, const struct rule_context *);
/* The same for calls of functions that have effects; sorts what was noted. */
void	spelling_link(struct program *);

/* ---- remarks.c ---- */

/* Comments of all units; those of a header once. */
void	remarks_link(struct program *);

/* ---- locks.c, acquires.c ---- */

/* Locks that calls make, before the flows are complete. */
bool	locks_seed(struct program *);
void	locks_link(struct program *);
/* Classes for locks that are taken by address and never initialised. */
void	acquires_classes(struct program *);
void	acquires_count(struct program *);

/* ---- handlers.c ---- */

void	handlers_link(struct program *);

#endif /* IPLINT_LINK_H */
