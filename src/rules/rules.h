/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * rules: what the primitives of a kernel do, read from rules/OS.yaml.
 *
 * The engine knows levels, counts and locks; which function raises one is
 * said here and nowhere else.  docs/rules.md describes the file.  Every
 * fact has a source, the place in a kernel where it was read.
 *
 * A rule replaces the body of the function that it names.
 */

#ifndef IPLINT_RULES_H
#define IPLINT_RULES_H

#include "base/base.h"

/* Which argument; RULE_RET is the result of the call. */
#define RULE_RET	(-1)
#define RULE_NOARG	(-2)

/* A level, as a rule says it. */
enum rule_value_kind {
	RULE_VALUE_NONE,
	RULE_VALUE_CONST,		/* a number */
	RULE_VALUE_LEVEL,		/* a name of the level table, IPL_VM */
	RULE_VALUE_ARG			/* an argument, also a cookie struct */
};

struct rule_value {
	enum rule_value_kind kind;
	int64_t number;
	name_t level;
	int arg;
};

/* When an effect happens: a test of the result or of an argument. */
enum rule_test {
	RULE_ALWAYS,
	RULE_ZERO,			/* subject == 0, also NULL */
	RULE_NONZERO,
	RULE_EQ,			/* subject == number */
	RULE_BITS,			/* (subject & number) != 0 */
	RULE_NOBITS			/* (subject & number) == 0 */
};

struct rule_when {
	enum rule_test test;
	int subject;			/* argument, or RULE_RET */
	int64_t number;
};

/*
 * Which lock: an argument that points to it; a member reached from the
 * argument ("arg0->lwp::l_mutex"); for an exit, whichever lock the CPU
 * holds ("any": the lock was handed over since it was taken), or whatever
 * the caller has taken and still holds ("all"); or a lock to which the call
 * makes *argument point ("*arg2").
 */
enum rule_lock_kind { RULE_LOCK_NONE, RULE_LOCK_ARG, RULE_LOCK_FIELD,
    RULE_LOCK_ANY, RULE_LOCK_OUT };

struct rule_lock {
	enum rule_lock_kind kind;
	int arg;			/* or RULE_RET */
	name_t record, field;		/* RULE_LOCK_FIELD */
	bool inside;			/* the member is it, no pointer to it */
	bool or_any;			/* exit: if it is not held, any is */
	bool all;			/* ANY: as many as there are */
};

/* Whether the lock spins: stated, or decided where it is initialised. */
enum rule_spin { RULE_BY_INIT, RULE_SPIN, RULE_ADAPTIVE };

enum rule_what {
	RULE_RAISE,			/* L = max(L, level) */
	RULE_SET,			/* L = level */
	RULE_RESTORE,			/* L = level, or min(L, level): port */
	RULE_ENTER,			/* take lock */
	RULE_EXIT,			/* release lock */
	RULE_COUNT			/* c = c + level.number, by hand */
};

struct rule_effect {
	enum rule_what what;
	struct rule_value level;	/* RAISE, SET, RESTORE; ENTER: stated */
	struct rule_lock lock;		/* ENTER, EXIT */
	enum rule_spin spin;		/* ENTER, EXIT */
	struct rule_when when;
};

/* What a call gives back. */
enum rule_result {
	RULE_RESULT_UNKNOWN,
	RULE_RESULT_OLD,	/* the level before the call: a token */
	RULE_RESULT_ARG,	/* an argument, unchanged (cookies) */
	RULE_RESULT_LOCK	/* a fresh lock (mutex_obj_alloc) */
};

#define RULE_NORETURN	0x1
#define RULE_SLEEPS	0x2	/* may switch to another thread */
#define RULE_NEUTRAL	0x4	/* no effect, whatever its body says */
#define RULE_CONTEXT	0x10	/* its result says who calls */
#define RULE_BRIEF	0x8	/* sleeps as for an adaptive mutex */
#define RULE_ENDS	0x20	/* no return, and what is held is lost */

/*
 * A function that sleeps does so after its exits and before its enters.
 * A lock that it gives up meanwhile and has again at return is no effect,
 * but the argument drops.
 */
struct rule_func {
	name_t name;
	unsigned flags;
	enum rule_result result;
	int result_arg;			/* RULE_RESULT_ARG */
	int saves_to;			/* *arg = level before, RULE_NOARG */
	int drops;			/* points to a lock, or RULE_NOARG */
	struct rule_effect *effects;	/* in order */
	size_t neffects;
	int64_t since, until;		/* of version_macro; 0, INT64_MAX */
	const char *source;
	const char *file;		/* of the rule */
	unsigned line;
};

/* The result of such a call is not NULL; the function's body counts, too. */
struct rule_never_null {
	name_t name;
	struct rule_when when, unless;	/* tests of arguments */
	int64_t since, until;		/* of version_macro; 0, INT64_MAX */
	const char *source;
	const char *file;
	unsigned line;
};

/* A call that gives a lock its kind and level. */
struct rule_lockinit {
	name_t name;
	int lock;			/* argument, or RULE_RET */
	int type, level;		/* arguments, or RULE_NOARG */
	struct rule_value fixed;	/* the level where level is NOARG */
	const char *source;
	const char *file;
	unsigned line;
};

/*
 * Spin or adaptive by (type, level), the first matching row counts.
 * A row matches kernel versions in [since, until).
 */
struct rule_lockkind {
	int64_t since, until;		/* of version_macro; 0, INT64_MAX */
	name_t type;			/* MUTEX_SPIN; 0: any */
	int64_t number;			/* the same as the compiler sees it */
	name_t *levels;			/* IPL_NONE, ...; none: any */
	size_t nlevels;
	enum rule_spin spin;		/* RULE_SPIN or RULE_ADAPTIVE */
	const char *source;
	const char *file;
	unsigned line;
};

/*
 * A member or variable that holds, or points to, locks of one kind and
 * level, whose initialisation is too far from there to be followed.
 */
struct rule_known {
	name_t record;			/* 0: a global variable */
	name_t field;
	enum rule_spin spin;		/* RULE_SPIN or RULE_ADAPTIVE */
	struct rule_value level;
	const char *source;
	const char *file;
	unsigned line;
};

/* A struct member that is part of the machine. */
enum rule_place_kind { RULE_PLACE_LEVEL, RULE_PLACE_COUNT };

struct rule_place {
	name_t record, field;
	enum rule_place_kind kind;
	const char *source;
	const char *file;
	unsigned line;
};

/* How a kind of handler is entered. */
enum rule_entry_count {
	RULE_COUNT_ZERO,		/* no spin mutex is held */
	RULE_COUNT_INTERRUPTED		/* what the interrupted code holds */
};

struct rule_flag {
	int64_t value;
	name_t level;
	bool thread;			/* this one may sleep */
	int64_t since, until;		/* of version_macro; 0, INT64_MAX */
};

/* Several rows may share a name and differ in ports or versions. */
struct rule_context {
	name_t name;			/* hard, softint, callout, ... */
	struct rule_value level;	/* LEVEL, CONST; NONE: from the call */
	struct rule_flag *flags;	/* registered by flag word, not level */
	size_t nflags;
	const char *flag_prefix;	/* SOFTINT_, or NULL */
	int64_t mask;			/* of level or flag word; 0: all */
	enum rule_entry_count count;
	bool thread;			/* may sleep */
	const char *repair;		/* who restores a leaked level, NULL */
	name_t *ports;			/* where it is so; none: everywhere */
	size_t nports;
	int64_t since, until;		/* of version_macro; 0, INT64_MAX */
	const char *source;
	const char *file;
	unsigned line;
};

/*
 * A call that registers a handler.  Where a record is given, the argument
 * points to such a struct, and the handler or level is this member of it.
 */
struct rule_registration {
	name_t name;
	int nargs;			/* the variant with so many; -1: any */
	int handler;			/* argument: a function pointer */
	name_t handler_record, handler_field;	/* or 0 */
	int level;			/* argument, or RULE_NOARG */
	name_t level_record, level_field;	/* or 0 */
	struct rule_value fixed;	/* the level where level is NOARG */
	size_t context;			/* index of the first of that name */
	name_t *ports;			/* where it is so; none: everywhere */
	size_t nports;
	const char *source;
	const char *file;
	unsigned line;
};

/* A handler that no C code registers: assembly calls it by name. */
struct rule_entry {
	name_t name;
	size_t context;			/* index of the first of that name */
	struct rule_value level;
	const char *source;
	const char *file;
	unsigned line;
};

/* Where the level from before a spin lock is kept. */
enum rule_save {
	RULE_SAVE_CPU,		/* outermost enter, per CPU (NetBSD) */
	RULE_SAVE_LOCK		/* in each lock (OpenBSD, illumos) */
};

struct rule_port {
	name_t name;			/* amd64, xen, ... */
	const char **detect;		/* a source path contains one */
	size_t ndetect;
	bool restore_sets;		/* RULE_RESTORE can raise */
	bool inverted;			/* the lower number masks more */
	const char *source;
	const char *file;
	unsigned line;
};

struct rules {
	struct arena *arena;
	const char *file;		/* as given to rules_load() */
	const char *os;			/* netbsd */
	struct digest digest;		/* of the bytes of all files */
	name_t version_macro;		/* __NetBSD_Version__, or 0 */
	const char *level_prefix;	/* IPL_ */
	enum rule_save save;
	VEC(struct rule_port) ports;	/* the first that detects wins */
	VEC(struct rule_func) funcs;	/* sorted by name_str() */
	VEC(struct rule_never_null) never_nulls; /* file order */
	VEC(struct rule_lockinit) lockinits;
	VEC(struct rule_lockkind) lockkinds;	/* file order */
	VEC(struct rule_place) places;
	VEC(struct rule_context) contexts;	/* file order */
	VEC(struct rule_registration) registrations;	/* file order */
	VEC(struct rule_entry) entries;
	VEC(struct rule_known) knowns;
	struct rules_index *index;	/* private */
};

/*
 * Read a rule file.  NULL with "file:line: what is wrong" in the fault for
 * anything that is not understood, unknown keys and repeated names too.
 * The text may include other files of the same folder ("include:").
 */
struct rules *rules_load(struct names *, const char *path, struct fault *)
	    MUST_CHECK;
/* The same from memory, without includes; for tests and fuzzing. */
struct rules *rules_parse(struct names *, const char *file, const char *text,
	    size_t size, struct fault *) MUST_CHECK;
void	rules_free(struct rules *);		/* NULL is fine */

/* NULL if the rules say nothing of the function; version 0: the newest. */
const struct rule_func *rules_func(const struct rules *, name_t,
	    int64_t version);
/*
 * A row about the results of a function that holds for a version, and is
 * after another one, or the first for NULL; NULL: none.
 */
const struct rule_never_null *rules_never_null(const struct rules *, name_t,
	    int64_t version, const struct rule_never_null *after);
const struct rule_lockinit *rules_lockinit(const struct rules *, name_t);
/*
 * The registration for a call with nargs arguments on whatever port, or on
 * the given one; NULL: none.
 */
const struct rule_registration *rules_registration(const struct rules *,
	    name_t, int nargs);
const struct rule_registration *rules_registration_on(const struct rules *,
	    const struct rule_port *, name_t, int nargs);
/*
 * The row, for a port and version, of the context that a registration or an
 * entry refers to; NULL: there is none.  Version 0 is not known.
 */
const struct rule_context *rules_context(const struct rules *,
	    size_t context, const struct rule_port *, int64_t version);
/* The row for the value of a flag word; NULL: none, or no flags. */
const struct rule_flag *rules_flag(const struct rule_context *,
	    int64_t word, int64_t version);
const struct rule_place *rules_place(const struct rules *, name_t record,
	    name_t field);
/* record 0 is for a global variable. */
const struct rule_known *rules_known(const struct rules *, name_t record,
	    name_t field);

#endif /* IPLINT_RULES_H */
