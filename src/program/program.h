/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * program: the units of a kernel, joined.
 *
 * Requires validated modules and rules.  Provides symbols, the targets of
 * every call, the locks with kind and level, and the handlers with the level
 * at which they are entered.  What could not be found out goes to the ledger.
 *
 * Pointers are followed by an inclusion analysis that knows no order of
 * statements.  It speaks of keys: a key is a struct member by record and
 * field, a global variable, or a local variable, parameter or result of one
 * function.  Functions, locks and levels flow from key to key along
 * assignments, initialisers, arguments and returns.  Members are not told
 * apart by object.
 */

#ifndef IPLINT_PROGRAM_H
#define IPLINT_PROGRAM_H

#include "base/base.h"
#include "ir/ir.h"
#include "program/ledger.h"
#include "rules/rules.h"

typedef uint32_t func_id;		/* index into program.funcs */
typedef uint32_t key_id;		/* 0 is no key */
#define NO_FUNC		UINT32_MAX

/* A call instruction and the functions that it can reach. */
struct prog_site {
	func_id *targets;		/* sorted by func_id */
	uint32_t ntargets;
	bool indirect;
	bool wide;			/* more than PROG_WIDE targets */
};
#define PROG_WIDE	64

#define PROG_NORETURN	0x01		/* declared, by rule, or inferred */
#define PROG_STATIC	0x02
#define PROG_TAKEN	0x04		/* its address is used */
#define PROG_INCOMPLETE	0x08		/* its unit had errors */
#define PROG_BUILTIN	0x10		/* the compiler's: touches no lock */
#define PROG_NEVER_NULL	0x20		/* rules say so of its result */

struct prog_func {
	name_t name;
	name_t file;			/* of the definition, 0: none */
	uint32_t line;
	unsigned flags;
	const struct ir_func *ir;	/* NULL: no body in any unit */
	const struct rule_func *rule;	/* NULL: none; it replaces the body */
	struct prog_site *sites;	/* ir_insn.site indexes this */
	uint32_t nsites;
	uint32_t symbols;		/* scope for names, see symbol_find() */
	func_id *callers;		/* sorted, without repeats */
	uint32_t ncallers;
	uint32_t scc;			/* callee components have lower ones */
	uint32_t rank;			/* in program.order */
};

enum prog_spin { PROG_SPIN_UNKNOWN, PROG_ADAPTIVE, PROG_SPIN, PROG_MIXED };

/* One initialising call of a lock, or a rule that knows it. */
struct prog_init {
	name_t func, file;		/* 0: the rules say it */
	uint32_t line;
	enum prog_spin spin;
	int lo, hi;			/* levels; -1 where not known */
};

/*
 * A class of locks: all that sit in one struct member or global variable.
 * lo and hi bound the level (the same, where it is known for sure).
 */
struct prog_lock {
	key_id key;
	const char *text;		/* "proc::p_stmutex", "evtlock" */
	enum prog_spin spin;
	int lo, hi;			/* levels; -1 where not known */
	name_t file;			/* the initialisation, or 0 */
	uint32_t line;
	uint32_t ninits;		/* initialising calls seen */
	bool pointer;			/* made by a call: others can point to
					   it as well */
	bool stated;			/* by a rule: of a pointer, which may
					   lead to locks of other classes */
	struct prog_init *places;	/* of these, sorted, without repeats */
	uint32_t nplaces;
};

/*
 * A function that was registered to be called at a level.  The same function
 * registered twice at different levels is two handlers.
 */
struct prog_handler {
	func_id func;
	int level;			/* -1: not known */
	name_t level_name;		/* as spelled: IPL_VM; 0: a number */
	const struct rule_context *context;
	name_t api;			/* the call: pci_intr_establish */
	func_id in;			/* the function that registers */
	name_t file;
	uint32_t line;
	uint32_t others;		/* further registrations like this */
};

/*
 * A constant in a call that is spelled as something else than the call wants:
 * IPL_SOFTNET where softint_establish() wants SOFTINT_NET.
 */
enum prog_wants { PROG_WANTS_LEVEL, PROG_WANTS_FLAG, PROG_WANTS_TYPE };

struct prog_misnomer {
	func_id in, api;
	const struct ir_insn *insn;
	enum prog_wants wants;
	const char *prefix;		/* of what is wanted, or NULL */
	name_t macro;			/* what is given */
	int64_t value;
	name_t means;			/* the level that this is, or 0 */
};

struct prog_unit {
	name_t path;
	uint32_t funcs, lines;		/* function texts in the shard */
	name_t incomplete;		/* why, or 0 */
};

struct program {
	struct arena *arena;
	struct names *names;		/* borrowed, as the next two */
	const struct rules *rules;
	struct ledger *ledger;
	const struct rule_port *port;	/* never NULL after program_link() */
	int64_t version;		/* of the kernel; 0: not known */
	/*
	 * The units are a part of the kernel: others can call what is not
	 * static, and an indirect call can reach them.  Set before solving.
	 */
	bool partial;
	VEC(struct prog_unit) units;	/* sorted by path */
	VEC(struct prog_func) funcs;	/* sorted by name, file, digest */
	VEC(struct prog_lock) locks;	/* sorted by text */
	VEC(struct prog_handler) handlers; /* sorted by level, name, file */
	VEC(struct prog_misnomer) misnomers; /* sorted by function, place */
	VEC(struct ir_remark) remarks;	/* sorted by file, line */
	VEC(struct ir_level) levels;	/* sorted by value, then name */
	uint32_t nsccs;
	func_id *order;			/* all, a callee first if it can be */
	struct prog_counts {		/* for the record */
		uint32_t registrations;	/* registering calls in the units */
		uint32_t registrations_known; /* that gave function and level */
		uint32_t indirect, indirect_resolved, indirect_targets;
		uint32_t acquires, acquires_known; /* lock sites, level known */
		uint32_t acquires_unset;	/* of pointers never set */
	} counts;
	struct link *link;		/* private */
};

/*
 * Join modules.  They must have passed ir_check(), and must outlive the
 * program.  The order of the array does not matter.  port_name selects a
 * port by name; NULL detects it from the units' sources.
 * NULL and a fault if no port fits, or the rules do not fit the units.
 */
struct program *program_link(struct names *, const struct rules *,
	    struct ir_module *const *modules, size_t n, const char *port_name,
	    struct ledger *, struct fault *) MUST_CHECK;
void	program_free(struct program *);

/* All functions of that name, e.g. static ones; the count is returned. */
size_t	program_find(const struct program *, const char *name,
	    func_id *out, size_t max);
/* Can the call reach functions that were not given, too? */
bool	program_open(const struct program *, const struct prog_site *);
/* What @name means inside that function: NO_FUNC if no function. */
func_id	program_callee(const struct program *, func_id in, name_t name);

/* ---- keys ---- */

/* 0 where nothing was ever stored in, or taken from, such a place. */
key_id	program_key_field(const struct program *, name_t record, name_t field);
key_id	program_key_global(const struct program *, func_id in, name_t name);
/* A variable that only its own unit can name? */
bool	program_key_static(const struct program *, key_id);
key_id	program_key_local(const struct program *, func_id, uint32_t local);
key_id	program_key_result(const struct program *, func_id);
/* The key of a place: its last member, or its variable; 0: none. */
key_id	program_key_place(const struct program *, func_id in,
	    const struct ir_expr *);
/* "intrhand::ih_fun", "softnet_lock", "foo(arg)", "foo()". */
void	program_key_print(const struct program *, key_id, struct buf *);

/* The lock class that is this member or variable itself, or NULL. */
const struct prog_lock *program_lock(const struct program *, key_id);
/* The lock classes that a pointer stored there can point to, sorted. */
size_t	program_key_locks(const struct program *, key_id,
	    const struct prog_lock *const **out);
/*
 * The lock classes that a pointer value can mean inside of a function: also
 * &place, *place and pointer arithmetic.  Up to max of them are stored, in
 * no order that means anything; their number is returned.
 */
size_t	program_value_locks(const struct program *, func_id in,
	    const struct ir_expr *pointer, const struct prog_lock **out,
	    size_t max);
/*
 * Nothing but NULL is ever stored there in these units: whoever takes a lock
 * through it does not run, or crashes.
 */
bool	program_key_unset(const struct program *, key_id);
/* The functions that a pointer stored there can point to, sorted. */
size_t	program_key_funcs(const struct program *, key_id,
	    const func_id **out);
/*
 * Bounds of the levels (constants spelled IPL_*) that were stored there.
 * false where none was seen, or something else was stored as well.
 */
bool	program_key_levels(const struct program *, key_id, int *lo, int *hi);

/* ---- levels ---- */

/*
 * Levels are ranks: the lowest, 0, masks nothing, a higher one masks more.
 * That is the number of the level, but for ports whose numbers run the other
 * way.  -1: no level.
 */
int	program_rank(const struct program *, int64_t number);
int	program_level(const struct program *, name_t);
/* Ports with inverted numbers: rank + number; 0 on others. */
int	program_level_flip(const struct program *);
/* The preferred name of a level ("IPL_VM" before "IPL_NET"); NULL: none. */
const char *program_level_name(const struct program *, int level);
/* The highest level of the port. */
int	program_level_max(const struct program *);

#endif /* IPLINT_PROGRAM_H */
