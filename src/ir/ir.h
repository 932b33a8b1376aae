/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ir: the flow IR, what the plugin writes and the analysis reads.
 *
 * A module is one translation unit.  It keeps every call, assignment,
 * branch and store of each function in a form that knows nothing of
 * interrupts: which call raises a level is said by the rules, later.
 * docs/ir.md describes the text form; ir_print() and ir_parse() are each
 * other's inverse.
 *
 * Everything in a module lives in one arena and refers to names of one
 * struct names; both must outlive it.
 */

#ifndef IPLINT_IR_H
#define IPLINT_IR_H

#include "base/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define IR_VERSION	1		/* of the text form */
#define IR_NONE		UINT32_MAX	/* no such index */
#define IR_DEPTH	256		/* of an expression, at most */

/*
 * Where an instruction stands.  file indexes ir_func.files.  Inside a macro
 * expansion, line and col are where the outermost macro is used, macro is
 * its name, and s* is where the token itself is spelled (sline 0: same
 * place, or in an argument of the macro).
 */
struct ir_loc {
	uint32_t line;			/* 1-based; 0 is unknown */
	uint16_t col;			/* 1-based, bytes */
	uint16_t file;
	name_t macro;			/* 0 outside of macros */
	uint32_t sline;
	uint16_t scol, sfile;
};

/*
 * Expressions.  They have no side effects: calls and assignments have been
 * taken out into instructions.  Casts are dropped.  The value of an array
 * is the address of its element 0; a function used as a value is the
 * address of a global.
 */
enum ir_expr_kind {
	IR_CONST,		/* value; macro: how it was spelled, or 0 */
	IR_STR,			/* name: the text of a string literal */
	IR_LOCAL,		/* local: index into ir_func.locals */
	IR_GLOBAL,		/* name: a variable or function */
	IR_FIELD,		/* a.record::name, a is a place */
	IR_DEREF,		/* *a, a is a pointer value */
	IR_INDEX,		/* a[b], a is a place of array type */
	IR_ADDR,		/* &a, a is a place */
	IR_UNARY,		/* op a */
	IR_BINARY,		/* (a op b) */
	IR_OPAQUE		/* ?: a value of which nothing is known */
};

/*
 * Operators, one table: enumerator and text.  Unary ones first.
 * The logical && and || are control flow and do not occur.
 */
#define IR_OPS(X)							\
	X(NOT, "!") X(NEG, "-") X(COMPL, "~")				\
	X(ADD, "+") X(SUB, "-") X(MUL, "*") X(DIV, "/") X(REM, "%")	\
	X(AND, "&") X(OR, "|") X(XOR, "^") X(SHL, "<<") X(SHR, ">>")	\
	X(EQ, "==") X(NE, "!=") X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=")

enum ir_op {
#define X(name, text) IR_OP_##name,
	IR_OPS(X)
#undef X
	IR_NOPS
};
#define IR_OP_LAST_UNARY IR_OP_COMPL

struct ir_expr {
	uint8_t kind;			/* enum ir_expr_kind */
	uint8_t op;			/* enum ir_op */
	uint16_t depth;			/* 1 for a leaf, at most IR_DEPTH */
	name_t name;			/* field, global or string */
	union {
		name_t record;		/* IR_FIELD: the struct or union */
		name_t macro;		/* IR_CONST */
		uint32_t local;		/* IR_LOCAL */
	};
	union {
		int64_t value;		/* IR_CONST */
		struct {
			const struct ir_expr *a, *b;
		};
	};
};

/* A place can be read, written, and have its address taken. */
bool	ir_is_place(const struct ir_expr *);
/* Structural equality; the macro of a constant does not count. */
bool	ir_expr_equal(const struct ir_expr *, const struct ir_expr *);

enum ir_insn_kind {
	IR_ASSIGN,		/* dst = src */
	IR_CALL,		/* [dst =] src(args) */
	IR_ASM,			/* text name; places in args are written */
	/* terminators, the last instruction of each block and only there */
	IR_GOTO,		/* target[0] */
	IR_BRANCH,		/* src != 0 ? target[0] : target[1] */
	IR_SWITCH,		/* src: cases, otherwise target[0] */
	IR_RET,			/* src, or NULL */
	IR_UNREACHABLE		/* control does not get here */
};
#define IR_FIRST_TERM	IR_GOTO

struct ir_case {
	int64_t lo, hi;			/* inclusive, lo <= hi */
	uint32_t target;		/* block */
};

struct ir_insn {
	uint8_t kind;			/* enum ir_insn_kind */
	uint16_t nargs;			/* args or cases */
	union {
		uint32_t target[2];	/* blocks */
		uint32_t site;		/* IR_CALL: for the link step */
	};
	struct ir_loc loc;
	const struct ir_expr *dst;	/* a place, or NULL */
	/*
	 * IR_CALL: the function.  Without a signature in name it is a
	 * direct call of an IR_GLOBAL; with one, src is a pointer value
	 * that is called, and an IR_GLOBAL is then a variable.
	 */
	const struct ir_expr *src;
	union {
		const struct ir_expr **args;	/* IR_CALL, IR_ASM */
		struct ir_case *cases;		/* IR_SWITCH, sorted by lo */
	};
	name_t name;		/* IR_ASM: text; indirect IR_CALL: signature */
};

struct ir_block {
	struct ir_insn *insns;		/* at least one; last: terminator */
	uint32_t ninsns;
};

static inline const struct ir_insn *
ir_terminator(const struct ir_block *b)
{
	return &b->insns[b->ninsns - 1];
}

/* The i-th block after another, counted from 0; IR_NONE: no more. */
uint32_t ir_successor(const struct ir_block *, uint32_t i);

/*
 * A variable of a function.  Parameters come first, in order.  Names are
 * unique in the function ("s", "s.2"); temporaries are ".1", ".2".
 */
struct ir_local {
	name_t name;
	name_t type;			/* see ir_func.sig; 0: temporary */
};

#define IR_STATIC	0x01		/* internal linkage */
#define IR_INLINE	0x02
#define IR_NORETURN	0x04		/* declared so */
#define IR_EXTERN	0x08		/* a declaration, not a definition */

/*
 * A function.  Block 0 is the entry and has no predecessors.
 *
 * Types are written as a class, v(oid) i8..i64 u8..u64 f(loat) p(ointer)
 * s(truct or union) a(rray), and for p, s and a the record at their root if
 * there is one: "p:foo_softc".  A record that is defined in a .c file is
 * written "tag@path", because drivers like to reuse a tag.  A signature
 * has classes only: "i32(p,u64,...)".
 */
struct ir_func {
	name_t name;
	name_t sig;
	unsigned flags;			/* IR_STATIC ... */
	struct ir_loc loc, end;		/* of the name and closing brace */
	name_t *files;			/* paths relative to the root */
	uint32_t nfiles;
	struct ir_local *locals;
	uint32_t nlocals, nparams;
	struct ir_block *blocks;
	uint32_t nblocks;		/* 0: the reader skipped the body */
	struct digest digest;		/* of the text, from "func" to "}";
					   zero unless it was parsed */
};

/* A variable at file scope, or static in a function ("func.var"). */
struct ir_var {
	name_t name, type;
	unsigned flags;			/* IR_STATIC, IR_EXTERN */
	name_t file;
	uint32_t line;
};

/*
 * "place = value" from an initialiser at file scope; only those are kept
 * whose value is an address or a constant spelled with a macro.
 */
struct ir_init {
	const struct ir_expr *place, *value;
	name_t file;
	uint32_t line;
};

struct ir_alias {
	name_t name, target;		/* attribute alias, strong_alias */
};

/*
 * A comment in the source that speaks to iplint.  Its meaning is
 * check/suppress.h's.
 */
struct ir_remark {
	name_t file;
	uint32_t line;			/* where it begins */
	/*
	 * The line that it is about: its own, if code stands before it; else
	 * that of the next token, or of the name of the function that is
	 * defined next.
	 */
	uint32_t target;
	name_t text;			/* behind "IPLINT:", on one line */
};

struct ir_level {
	name_t name;			/* IPL_VM */
	int64_t value;			/* as this unit evaluates it */
};

struct ir_source {
	name_t path;			/* relative to the root, or absolute */
	struct digest digest;		/* of the file's bytes */
};

struct ir_module {
	struct arena *arena;		/* owns everything below */
	const struct names *names;	/* borrowed */
	name_t unit;			/* path of the main file */
	name_t tool;			/* "iplint 0.1.0 clang 19.1.7" */
	struct digest key;		/* of the unit's arguments */
	name_t incomplete;		/* why the unit is not whole, or 0 */
	uint32_t lines;			/* of the main file */
	VEC(struct ir_source) sources;
	VEC(struct ir_level) levels;
	VEC(struct ir_remark) remarks;
	VEC(struct ir_var) vars;
	VEC(struct ir_init) inits;
	VEC(struct ir_alias) aliases;
	VEC(struct ir_func) decls;	/* IR_EXTERN: name, sig, flags, loc */
	VEC(struct ir_func *) funcs;
};

struct ir_module *ir_module_new(struct names *);
void	ir_module_free(struct ir_module *);	/* NULL is fine */

/* ---- building, used by the plugin and the parser ---- */

/*
 * ir_deref() of an address and ir_addr() of a dereference cancel out.  What
 * would be deeper than IR_DEPTH becomes "?", or "*?" where it is a place.
 */
const struct ir_expr *ir_const(struct arena *, int64_t, name_t macro);
const struct ir_expr *ir_str(struct arena *, name_t);
const struct ir_expr *ir_local(struct arena *, uint32_t);
const struct ir_expr *ir_global(struct arena *, name_t);
const struct ir_expr *ir_field(struct arena *, const struct ir_expr *,
	    name_t record, name_t field);
const struct ir_expr *ir_deref(struct arena *, const struct ir_expr *);
const struct ir_expr *ir_index(struct arena *, const struct ir_expr *,
	    const struct ir_expr *);
const struct ir_expr *ir_addr(struct arena *, const struct ir_expr *);
const struct ir_expr *ir_unary(struct arena *, enum ir_op,
	    const struct ir_expr *);
const struct ir_expr *ir_binary(struct arena *, enum ir_op,
	    const struct ir_expr *, const struct ir_expr *);
const struct ir_expr *ir_opaque(struct arena *);

/*
 * A function under construction.  Blocks are made with ir_build_block() and
 * may be filled in any order; ir_build_done() checks nothing (ir_check does)
 * and hands out the function, allocated in the module's arena, with a zero
 * digest.  Parameters come before locals.  A name that is taken gets ".2",
 * ".3"; a variable without a name is "unnamed".
 */
struct ir_build;

struct ir_build *ir_build_new(struct ir_module *, name_t func, name_t sig,
	    unsigned flags);
uint32_t ir_build_file(struct ir_build *, name_t path);	/* finds or adds */
uint32_t ir_build_local(struct ir_build *, name_t name, name_t type);
uint32_t ir_build_param(struct ir_build *, name_t name, name_t type);
uint32_t ir_build_temp(struct ir_build *);		/* ".1", ".2", ... */
uint32_t ir_build_block(struct ir_build *);
void	ir_build_insn(struct ir_build *, uint32_t block,
	    const struct ir_insn *);	/* copies; args must be in the arena */
void	ir_build_place(struct ir_build *, struct ir_loc loc,
	    struct ir_loc end);
/* Frees the builder, adds the function to its module. */
struct ir_func *ir_build_done(struct ir_build *);

/* ---- text ---- */

void	ir_print(const struct ir_module *, struct buf *);
void	ir_print_func(const struct names *, const struct ir_func *,
	    struct buf *);
/* func may be NULL for expressions without locals. */
void	ir_print_expr(const struct names *, const struct ir_func *,
	    const struct ir_expr *, struct buf *);
/* As a programmer would write it: sc->sc_lock, without record names. */
void	ir_print_c(const struct names *, const struct ir_func *,
	    const struct ir_expr *, struct buf *);
/* Without the place, the tab and the newline. */
void	ir_print_insn(const struct names *, const struct ir_func *,
	    const struct ir_insn *, struct buf *);

/*
 * Read the text form.  file is for messages only.  want, if not NULL, is
 * asked before a function is parsed; where it answers false, the function
 * appears with its name, flags and digest, and no blocks.
 * Returns NULL and sets the fault on bad text; names interned by then stay.
 */
struct ir_reader {
	bool (*want)(void *ctx, name_t func, struct digest text);
	void *ctx;
};
struct ir_module *ir_parse(struct names *, const char *file,
	    const char *text, size_t size, const struct ir_reader *,
	    struct fault *) MUST_CHECK;

/* ---- validation ---- */

/*
 * Check every invariant stated above: targets exist, blocks end in their
 * only terminator, places are places, locals are declared, block 0 has no
 * predecessors.  0, or -1 with the first breach in the fault.
 */
int	ir_check(const struct ir_module *, struct fault *) MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif /* IPLINT_IR_H */
