/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Every invariant that ir.h states is one breach() here.  Nothing is assumed
 * of a module except that its pointers are good, because this is what tells
 * a mistake of the lowering from one of the analysis.
 */

#include <string.h>

#include "ir/ir.h"

struct checker {
	const struct ir_module *m;
	const struct ir_func *f;	/* or NULL */
	const struct ir_loc *loc;	/* in f, or NULL */
	uint32_t block;			/* IR_NONE outside of blocks */
	struct map *seen;		/* local -> function that has it */
	struct fault *fault;
};

static const char *
str(const struct checker *c, name_t name)
{
	return name_str(c->m->names, name);
}

/* Record what is wrong and where; always returns -1. */
static int PRINTFLIKE(2, 3)
breach(const struct checker *c, const char *fmt, ...)
{
	const char *file = c->m->unit != 0 ? str(c, c->m->unit) : NULL;
	struct buf where = { 0 };
	unsigned line = 0;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->f != NULL && c->loc != NULL && c->loc->line != 0 &&
	    c->loc->file < c->f->nfiles) {
		file = str(c, c->f->files[c->loc->file]);
		line = c->loc->line;
	}
	if (c->f != NULL)
		buf_fmt(&where, "@%s: ", str(c, c->f->name));
	if (c->block != IR_NONE)
		buf_fmt(&where, "b%u: ", c->block);
	fault_set(c->fault, file, line, "%s%s", where.n > 0 ? where.p : "",
	    text);
	buf_free(&where);
	return -1;
}

/* ---- types ---- */

/* The length of the class at the beginning of a type, or 0. */
static size_t
class_length(const char *s)
{
	static const char *const classes[] = {
		"v", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64",
		"f", "p", "s", "a"
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		size_t n = strlen(classes[i]);

		if (strncmp(s, classes[i], n) == 0 && (s[n] == '\0' ||
		    strchr(":(),", s[n]) != NULL))
			return n;
	}
	return 0;
}

/* Class [ ":" RECORD ]; only p, s and a have a record. */
static bool
is_type(const char *s)
{
	size_t n = class_length(s);

	if (n == 0)
		return false;
	return s[n] == '\0' || (s[n] == ':' && s[n + 1] != '\0' &&
	    strchr("psa", s[0]) != NULL);
}

/* class "(" [ class { "," class } [ ",..." ] ] ")", or "...". */
static bool
is_signature(const char *s)
{
	size_t n = class_length(s);

	if (n == 0 || s[n] != '(')
		return false;
	s += n + 1;
	if (strcmp(s, ")") == 0 || strcmp(s, "...)") == 0)
		return true;
	for (;;) {
		n = class_length(s);
		if (n == 0)
			return false;
		s += n;
		if (strcmp(s, ")") == 0 || strcmp(s, ",...)") == 0)
			return true;
		if (*s++ != ',')
			return false;
	}
}

/* ---- expressions ---- */

static int	check_expr(const struct checker *, const struct ir_expr *);

/* An expression that must be there and be a place. */
static int
check_place(const struct checker *c, const struct ir_expr *e,
    const char *what)
{
	if (e == NULL)
		return breach(c, "%s is missing", what);
	if (check_expr(c, e) != 0)
		return -1;
	return ir_is_place(e) ? 0 : breach(c, "%s is not a place", what);
}

/* An expression that must be there. */
static int
check_value(const struct checker *c, const struct ir_expr *e,
    const char *what)
{
	return e != NULL ? check_expr(c, e) :
	    breach(c, "%s is missing", what);
}

/* Names and locals exist. */
static int
check_leaf(const struct checker *c, const struct ir_expr *e)
{
	if (e->kind == IR_LOCAL && c->f == NULL)
		return breach(c, "a local outside of functions");
	if (e->kind == IR_LOCAL && e->local >= c->f->nlocals)
		return breach(c, "local %u does not exist", e->local);
	if (e->kind == IR_GLOBAL && e->name == 0)
		return breach(c, "a global without a name");
	return e->depth == 1 ? 0 : breach(c, "a leaf of depth %u", e->depth);
}

/* Operands exist and are one level less deep. */
static int
check_operands(const struct checker *c, const struct ir_expr *e)
{
	bool binary = e->kind == IR_BINARY || e->kind == IR_INDEX;
	unsigned depth;

	if (e->kind == IR_FIELD || e->kind == IR_INDEX ||
	    e->kind == IR_ADDR) {
		if (check_place(c, e->a, "the operand of a member, index or "
		    "address") != 0)
			return -1;
	} else if (check_value(c, e->a, "an operand") != 0)
		return -1;
	if (binary && check_value(c, e->b, "an operand") != 0)
		return -1;
	depth = e->a->depth;
	if (binary && e->b->depth > depth)
		depth = e->b->depth;
	return e->depth == depth + 1 ? 0 :
	    breach(c, "an expression of depth %u over one of depth %u",
	    e->depth, depth);
}

/* An expression and all below it. */
static int
check_expr(const struct checker *c, const struct ir_expr *e)
{
	if (e->depth > IR_DEPTH)
		return breach(c, "an expression of depth %u", e->depth);
	switch (e->kind) {
	case IR_CONST:
	case IR_STR:
	case IR_LOCAL:
	case IR_GLOBAL:
	case IR_OPAQUE:
		return check_leaf(c, e);
	case IR_UNARY:
		if (e->op > IR_OP_LAST_UNARY)
			return breach(c, "unary operator %u", e->op);
		break;
	case IR_BINARY:
		if (e->op <= IR_OP_LAST_UNARY || e->op >= IR_NOPS)
			return breach(c, "binary operator %u", e->op);
		break;
	case IR_FIELD:
	case IR_INDEX:
		break;
	case IR_DEREF:
	case IR_ADDR:
		if (e->a != NULL && e->a->kind == (e->kind == IR_DEREF ?
		    IR_ADDR : IR_DEREF))
			return breach(c, "\"*&\" and \"&*\" cancel out");
		break;
	default:
		return breach(c, "expression kind %u", e->kind);
	}
	return check_operands(c, e);
}

/* ---- instructions ---- */

/* Files exist; a spelling belongs to a macro. */
static int
check_loc(const struct checker *c, const struct ir_loc *loc)
{
	if (loc->line != 0 && loc->file >= c->f->nfiles)
		return breach(c, "file %u does not exist", loc->file);
	if (loc->sline != 0 && loc->macro == 0)
		return breach(c, "a spelling place without a macro");
	if (loc->sline != 0 && loc->sfile >= c->f->nfiles)
		return breach(c, "file %u does not exist", loc->sfile);
	return 0;
}

/* A block that can be jumped to. */
static int
check_target(const struct checker *c, uint32_t target)
{
	if (target >= c->f->nblocks)
		return breach(c, "block b%u does not exist", target);
	return target != 0 ? 0 : breach(c, "the entry b0 is a target");
}

static int
check_call(const struct checker *c, const struct ir_insn *in)
{
	if (check_value(c, in->src, "the function of a call") != 0)
		return -1;
	if (in->name == 0 && in->src->kind != IR_GLOBAL)
		return breach(c, "an indirect call without a signature");
	if (in->name != 0 && !is_signature(str(c, in->name)))
		return breach(c, "\"%s\" is not a signature",
		    str(c, in->name));
	if (in->dst != NULL && check_place(c, in->dst, "the result") != 0)
		return -1;
	for (unsigned i = 0; i < in->nargs; i++)
		if (check_value(c, in->args[i], "an argument") != 0)
			return -1;
	return 0;
}

/* Cases ascend and do not overlap. */
static int
check_switch(const struct checker *c, const struct ir_insn *in)
{
	if (check_value(c, in->src, "the value of a switch") != 0 ||
	    check_target(c, in->target[0]) != 0)
		return -1;
	for (unsigned i = 0; i < in->nargs; i++) {
		const struct ir_case *k = &in->cases[i];

		if (k->lo > k->hi)
			return breach(c, "case %lld..%lld is empty",
			    (long long)k->lo, (long long)k->hi);
		if (i > 0 && k->lo <= k[-1].hi)
			return breach(c, "case %lld is not above the one "
			    "before it", (long long)k->lo);
		if (check_target(c, k->target) != 0)
			return -1;
	}
	return 0;
}

/* What each kind of instruction needs. */
static int
check_kind(const struct checker *c, const struct ir_insn *in)
{
	switch (in->kind) {
	case IR_ASSIGN:
		if (check_place(c, in->dst, "what is assigned") != 0)
			return -1;
		return check_value(c, in->src, "the assigned value");
	case IR_CALL:
		return check_call(c, in);
	case IR_ASM:
		for (unsigned i = 0; i < in->nargs; i++)
			if (check_place(c, in->args[i], "an operand of asm")
			    != 0)
				return -1;
		return 0;
	case IR_GOTO:
		return check_target(c, in->target[0]);
	case IR_BRANCH:
		if (check_value(c, in->src, "the condition") != 0 ||
		    check_target(c, in->target[0]) != 0)
			return -1;
		return check_target(c, in->target[1]);
	case IR_SWITCH:
		return check_switch(c, in);
	case IR_RET:
		return in->src != NULL ? check_expr(c, in->src) : 0;
	case IR_UNREACHABLE:
		return 0;
	}
	return breach(c, "instruction kind %u", in->kind);
}

/* Instructions, of which exactly the last is a terminator. */
static int
check_block(struct checker *c, const struct ir_block *block)
{
	if (block->ninsns == 0)
		return breach(c, "the block is empty");
	for (uint32_t i = 0; i < block->ninsns; i++) {
		const struct ir_insn *in = &block->insns[i];
		bool last = i == block->ninsns - 1;

		c->loc = &in->loc;
		if (check_loc(c, &in->loc) != 0 || check_kind(c, in) != 0)
			return -1;
		if (in->dst != NULL && in->kind != IR_ASSIGN &&
		    in->kind != IR_CALL)
			return breach(c, "a result that nothing gives");
		if (last && in->kind < IR_FIRST_TERM)
			return breach(c, "the block does not end in a "
			    "terminator");
		if (!last && in->kind >= IR_FIRST_TERM)
			return breach(c, "a terminator inside the block");
	}
	return 0;
}

/* ---- functions and items ---- */

/* Names are unique, and only temporaries have no type. */
static int
check_locals(const struct checker *c, uint64_t func)
{
	const struct ir_func *f = c->f;

	if (f->nparams > f->nlocals)
		return breach(c, "%u parameters among %u locals", f->nparams,
		    f->nlocals);
	for (uint32_t i = 0; i < f->nlocals; i++) {
		const struct ir_local *l = &f->locals[i];
		uint64_t owner = UINT64_MAX;

		if (l->name == 0)
			return breach(c, "local %u has no name", i);
		if (map_get(c->seen, l->name, &owner) && owner == func)
			return breach(c, "there are two locals %%%s",
			    str(c, l->name));
		map_put(c->seen, l->name, func);
		if (l->type == 0 && i >= f->nparams &&
		    str(c, l->name)[0] == '.')
			continue;
		if (!is_type(str(c, l->type)))
			return breach(c, "%%%s has type \"%s\", which is "
			    "none", str(c, l->name), str(c, l->type));
	}
	return 0;
}

/* Name and signature, of definitions and declarations. */
static int
check_header(const struct checker *c)
{
	if (c->f->name == 0)
		return breach(c, "a function without a name");
	if (!is_signature(str(c, c->f->sig)))
		return breach(c, "\"%s\" is not a signature",
		    str(c, c->f->sig));
	return 0;
}

static int
check_func(struct checker *c, uint64_t index)
{
	const struct ir_func *f = c->f;

	c->loc = &f->loc;
	if (check_header(c) != 0 || check_locals(c, index) != 0 ||
	    check_loc(c, &f->loc) != 0 || check_loc(c, &f->end) != 0)
		return -1;
	if ((f->flags & IR_EXTERN) != 0)
		return breach(c, "a definition that is extern");
	for (c->block = 0; c->block < f->nblocks; c->block++)
		if (check_block(c, &f->blocks[c->block]) != 0)
			return -1;
	c->block = IR_NONE;
	return 0;
}

/* Each function, and that no two have the same name. */
static int
check_funcs(struct checker *c)
{
	struct map *names = map_new();
	uint64_t other;
	int error = 0;

	for (size_t i = 0; error == 0 && i < c->m->funcs.n; i++) {
		c->f = c->m->funcs.p[i];
		error = check_func(c, i);
		if (error == 0 && map_get(names, c->f->name, &other))
			error = breach(c, "the function is defined twice");
		map_put(names, c->f->name, i);
	}
	map_free(names);
	return error;
}

static int
check_vars(const struct checker *c)
{
	for (size_t i = 0; i < c->m->vars.n; i++) {
		const struct ir_var *v = &c->m->vars.p[i];

		if (v->name == 0)
			return breach(c, "a variable without a name");
		if (!is_type(str(c, v->type)))
			return breach(c, "@%s has type \"%s\", which is none",
			    str(c, v->name), str(c, v->type));
		if ((v->flags & ~(unsigned)(IR_STATIC | IR_EXTERN)) != 0)
			return breach(c, "variable @%s has a flag of "
			    "functions", str(c, v->name));
	}
	return 0;
}

static int
check_decls(struct checker *c)
{
	for (size_t i = 0; i < c->m->decls.n; i++) {
		c->f = &c->m->decls.p[i];
		if (check_header(c) != 0)
			return -1;
		if ((c->f->flags & IR_EXTERN) == 0)
			return breach(c, "a declaration that is not extern");
		if (c->f->nblocks != 0)
			return breach(c, "a declaration with a body");
	}
	c->f = NULL;
	return 0;
}

static int
check_inits(const struct checker *c)
{
	for (size_t i = 0; i < c->m->inits.n; i++) {
		const struct ir_init *init = &c->m->inits.p[i];

		if (check_place(c, init->place, "what is initialised") != 0 ||
		    check_value(c, init->value, "the initial value") != 0)
			return -1;
	}
	return 0;
}

static int
check_names(const struct checker *c)
{
	for (size_t i = 0; i < c->m->aliases.n; i++)
		if (c->m->aliases.p[i].name == 0 ||
		    c->m->aliases.p[i].target == 0)
			return breach(c, "an alias without a name");
	for (size_t i = 0; i < c->m->levels.n; i++)
		if (c->m->levels.p[i].name == 0)
			return breach(c, "a level without a name");
	return 0;
}

int
ir_check(const struct ir_module *m, struct fault *fault)
{
	struct checker c = { .m = m, .block = IR_NONE, .fault = fault };
	int error;

	c.seen = map_new();
	error = check_names(&c);
	if (error == 0)
		error = check_vars(&c);
	if (error == 0)
		error = check_decls(&c);
	if (error == 0)
		error = check_inits(&c);
	if (error == 0)
		error = check_funcs(&c);
	map_free(c.seen);
	return error;
}
