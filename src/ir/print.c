/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The printer writes one spelling for each thing: every choice that the
 * grammar of docs/ir.md leaves is made here, so that equal modules are equal
 * bytes.  Items come in the order of struct ir_module.  Of the locals only
 * those are declared that have a type; temporaries are known by their name.
 */

#include <string.h>

#include "ir/text.h"

struct printer {
	const struct names *names;
	const struct ir_func *func;	/* of the locals, or NULL */
	struct buf *out;
};

static void	put_expr(const struct printer *, const struct ir_expr *);

static void
put(const struct printer *p, const char *s)
{
	buf_str(p->out, s);
}

/* A name in double quotes. */
static void
put_string(const struct printer *p, name_t name)
{
	const char *s = name_str(p->names, name), *plain = s;

	buf_chr(p->out, '"');
	for (; *s != '\0'; s++) {
		if ((uint8_t)*s >= ' ' && *s != '"' && *s != '\\' &&
		    *s != 0x7f)
			continue;
		buf_add(p->out, plain, (size_t)(s - plain));
		plain = s + 1;
		if (*s == '"' || *s == '\\')
			buf_fmt(p->out, "\\%c", *s);
		else if (*s == '\n' || *s == '\t')
			put(p, *s == '\n' ? "\\n" : "\\t");
		else
			buf_fmt(p->out, "\\x%02x", (uint8_t)*s);
	}
	buf_add(p->out, plain, (size_t)(s - plain));
	buf_chr(p->out, '"');
}

/* A name as it is if its class allows, otherwise as a string. */
static void
put_word(const struct printer *p, name_t name, unsigned class)
{
	const char *word = name_str(p->names, name), *s = word;

	while (text_is(*s, class))
		s++;
	if (s > word && *s == '\0')
		buf_add(p->out, word, (size_t)(s - word));
	else
		put_string(p, name);
}

/* A local or global. */
static void
put_sigil(const struct printer *p, int sigil, name_t name)
{
	buf_chr(p->out, sigil);
	put_word(p, name, TEXT_NAME);
}

/* The name of the local that an IR_LOCAL is. */
static name_t
local_name(const struct printer *p, const struct ir_expr *e)
{
	if (p->func == NULL || e->local >= p->func->nlocals)
		bug("no local %u to print", e->local);
	return p->func->locals[e->local].name;
}

/* Would ".record::" after this be read as a part of the name? */
static bool
has_dot(const struct printer *p, const struct ir_expr *e)
{
	const char *s;

	if (e->kind != IR_LOCAL && e->kind != IR_GLOBAL)
		return false;
	s = name_str(p->names, e->kind == IR_LOCAL ? local_name(p, e) :
	    e->name);
	return *s != '\0' && strchr(s + 1, '.') != NULL;
}

/* A place that something is appended to. */
static void
put_base(const struct printer *p, const struct ir_expr *e, bool dot)
{
	bool parens = e->kind == IR_DEREF || (dot && has_dot(p, e));

	if (parens)
		buf_chr(p->out, '(');
	put_expr(p, e);
	if (parens)
		buf_chr(p->out, ')');
}

/* A constant, and its macro behind it. */
static void
put_const(const struct printer *p, const struct ir_expr *e)
{
	buf_i64(p->out, e->value);
	if (e->macro == 0)
		return;
	buf_chr(p->out, '\'');
	put_word(p, e->macro, TEXT_NAME);
	buf_chr(p->out, '\'');
}

static void
put_field(const struct printer *p, const struct ir_expr *e)
{
	if (e->a->kind == IR_DEREF && ir_is_place(e->a->a)) {
		put_base(p, e->a->a, false);
		put(p, "->");
	} else {
		put_base(p, e->a, true);
		buf_chr(p->out, '.');
	}
	put_word(p, e->record, TEXT_RECORD);
	put(p, "::");
	put_word(p, e->name, TEXT_IDENT);
}

/* A minus and a digit would be one number, hence the space. */
static void
put_unary(const struct printer *p, const struct ir_expr *e)
{
	put(p, text_op[e->op]);
	if (e->op == IR_OP_NEG && e->a->kind == IR_CONST && e->a->value >= 0)
		buf_chr(p->out, ' ');
	put_expr(p, e->a);
}

static void
put_expr(const struct printer *p, const struct ir_expr *e)
{
	switch ((enum ir_expr_kind)e->kind) {
	case IR_CONST:
		put_const(p, e);
		return;
	case IR_STR:
		put_string(p, e->name);
		return;
	case IR_LOCAL:
		put_sigil(p, '%', local_name(p, e));
		return;
	case IR_GLOBAL:
		put_sigil(p, '@', e->name);
		return;
	case IR_FIELD:
		put_field(p, e);
		return;
	case IR_DEREF:
		buf_chr(p->out, '*');
		put_expr(p, e->a);
		return;
	case IR_INDEX:
		put_base(p, e->a, false);
		buf_chr(p->out, '[');
		put_expr(p, e->b);
		buf_chr(p->out, ']');
		return;
	case IR_ADDR:
		buf_chr(p->out, '&');
		put_expr(p, e->a);
		return;
	case IR_UNARY:
		put_unary(p, e);
		return;
	case IR_BINARY:
		buf_chr(p->out, '(');
		put_expr(p, e->a);
		buf_chr(p->out, ' ');
		put(p, text_op[e->op]);
		buf_chr(p->out, ' ');
		put_expr(p, e->b);
		buf_chr(p->out, ')');
		return;
	case IR_OPAQUE:
		buf_chr(p->out, '?');
		return;
	}
	bug("expression kind %u", e->kind);
}

static void
put_args(const struct printer *p, const struct ir_insn *in)
{
	for (unsigned i = 0; i < in->nargs; i++) {
		if (i > 0)
			put(p, ", ");
		put_expr(p, in->args[i]);
	}
}

static void
put_call(const struct printer *p, const struct ir_insn *in)
{
	put(p, "call ");
	if (in->name != 0) {
		buf_chr(p->out, '[');
		put_word(p, in->name, TEXT_SIG);
		put(p, "] ");
	}
	put_expr(p, in->src);
	buf_chr(p->out, '(');
	put_args(p, in);
	buf_chr(p->out, ')');
}

static void
put_block(const struct printer *p, uint32_t block)
{
	put(p, " b");
	buf_u64(p->out, block);
}

static void
put_switch(const struct printer *p, const struct ir_insn *in)
{
	put(p, "switch ");
	put_expr(p, in->src);
	put_block(p, in->target[0]);
	for (unsigned i = 0; i < in->nargs; i++) {
		put(p, ", ");
		buf_i64(p->out, in->cases[i].lo);
		if (in->cases[i].hi != in->cases[i].lo) {
			put(p, "..");
			buf_i64(p->out, in->cases[i].hi);
		}
		put_block(p, in->cases[i].target);
	}
}

/* An instruction without its place. */
static void
put_insn(const struct printer *p, const struct ir_insn *in)
{
	if (in->dst != NULL) {
		put_expr(p, in->dst);
		put(p, " = ");
	}
	switch ((enum ir_insn_kind)in->kind) {
	case IR_ASSIGN:
		put_expr(p, in->src);
		return;
	case IR_CALL:
		put_call(p, in);
		return;
	case IR_ASM:
		put(p, "asm ");
		put_string(p, in->name);
		put(p, in->nargs > 0 ? ", " : "");
		put_args(p, in);
		return;
	case IR_GOTO:
		put(p, "goto");
		put_block(p, in->target[0]);
		return;
	case IR_BRANCH:
		put(p, "br ");
		put_expr(p, in->src);
		put_block(p, in->target[0]);
		put_block(p, in->target[1]);
		return;
	case IR_SWITCH:
		put_switch(p, in);
		return;
	case IR_RET:
		put(p, in->src != NULL ? "ret " : "ret");
		if (in->src != NULL)
			put_expr(p, in->src);
		return;
	case IR_UNREACHABLE:
		put(p, "unreachable");
		return;
	}
	bug("instruction kind %u", in->kind);
}

/* File 0 is not written. */
static void
put_pos(const struct printer *p, unsigned file, uint32_t line, unsigned col)
{
	if (file != 0) {
		buf_u64(p->out, file);
		buf_chr(p->out, '#');
	}
	buf_u64(p->out, line);
	buf_chr(p->out, ':');
	buf_u64(p->out, col);
}

static void
put_loc(const struct printer *p, const struct ir_loc *loc)
{
	put_pos(p, loc->file, loc->line, loc->col);
	if (loc->macro == 0)
		return;
	buf_chr(p->out, '!');
	put_word(p, loc->macro, TEXT_NAME);
	if (loc->sline == 0)
		return;
	buf_chr(p->out, '<');
	put_pos(p, loc->sfile, loc->sline, loc->scol);
	buf_chr(p->out, '>');
}

static void
put_flags(const struct printer *p, unsigned flags)
{
	for (int i = 0; i < TEXT_NFLAGS; i++) {
		if ((flags & 1u << i) == 0)
			continue;
		buf_chr(p->out, ' ');
		put(p, text_flag[i]);
	}
}

/* Is this a local that is not declared? */
static bool
is_temp(const struct printer *p, const struct ir_local *local)
{
	return local->type == 0 && name_str(p->names, local->name)[0] == '.';
}

/* The declarations of a function. */
static void
put_locals(const struct printer *p)
{
	const struct ir_func *f = p->func;

	for (uint32_t i = 0; i < f->nlocals; i++) {
		if (i >= f->nparams && is_temp(p, &f->locals[i]))
			continue;
		put(p, i < f->nparams ? "param " : "local ");
		put_sigil(p, '%', f->locals[i].name);
		buf_chr(p->out, ' ');
		put_word(p, f->locals[i].type, TEXT_TYPE);
		buf_chr(p->out, '\n');
	}
}

static void
put_func(const struct printer *p)
{
	const struct ir_func *f = p->func;

	put(p, "func ");
	put_sigil(p, '@', f->name);
	buf_chr(p->out, ' ');
	put_word(p, f->sig, TEXT_SIG);
	put_flags(p, f->flags);
	buf_chr(p->out, '\n');
	for (uint32_t i = 0; i < f->nfiles; i++) {
		buf_fmt(p->out, "file %u ", i);
		put_string(p, f->files[i]);
		buf_chr(p->out, '\n');
	}
	put(p, "at ");
	put_loc(p, &f->loc);
	put(p, " end ");
	put_loc(p, &f->end);
	buf_chr(p->out, '\n');
	put_locals(p);
	for (uint32_t b = 0; b < f->nblocks; b++) {
		buf_chr(p->out, 'b');
		buf_u64(p->out, b);
		put(p, ":\n");
		for (uint32_t i = 0; i < f->blocks[b].ninsns; i++) {
			buf_chr(p->out, '\t');
			put_loc(p, &f->blocks[b].insns[i].loc);
			buf_chr(p->out, ' ');
			put_insn(p, &f->blocks[b].insns[i]);
			buf_chr(p->out, '\n');
		}
	}
	put(p, "}\n");
}

/* " STRING NUMBER", the end of most items. */
static void
put_place(const struct printer *p, name_t file, uint32_t line)
{
	buf_chr(p->out, ' ');
	put_string(p, file);
	buf_chr(p->out, ' ');
	buf_u64(p->out, line);
	buf_chr(p->out, '\n');
}

static void
put_digest(const struct printer *p, struct digest d)
{
	char hex[DIGEST_HEX];

	digest_hex(d, hex);
	buf_chr(p->out, ' ');
	buf_add(p->out, hex, DIGEST_HEX - 1);
	buf_chr(p->out, '\n');
}

/* An item that is left out if it is empty. */
static void
put_named_string(const struct printer *p, const char *item, name_t text)
{
	if (text == 0)
		return;
	put(p, item);
	buf_chr(p->out, ' ');
	put_string(p, text);
	buf_chr(p->out, '\n');
}

/* The items that tell whether a shard is stale, and the levels. */
static void
put_head(const struct printer *p, const struct ir_module *m)
{
	buf_fmt(p->out, "iplint-ir %d\n", IR_VERSION);
	put_named_string(p, "unit", m->unit);
	put_named_string(p, "tool", m->tool);
	if (m->key.hi != 0 || m->key.lo != 0) {
		put(p, "key");
		put_digest(p, m->key);
	}
	if (m->lines != 0)
		buf_fmt(p->out, "lines %u\n", m->lines);
	put_named_string(p, "incomplete", m->incomplete);
	for (size_t i = 0; i < m->sources.n; i++) {
		put(p, "source ");
		put_string(p, m->sources.p[i].path);
		put_digest(p, m->sources.p[i].digest);
	}
	for (size_t i = 0; i < m->levels.n; i++) {
		put(p, "level ");
		put_word(p, m->levels.p[i].name, TEXT_NAME);
		buf_chr(p->out, ' ');
		buf_i64(p->out, m->levels.p[i].value);
		buf_chr(p->out, '\n');
	}
}

static void
put_remark(const struct printer *p, const struct ir_remark *r)
{
	put(p, "remark ");
	put_string(p, r->file);
	buf_fmt(p->out, " %u %u ", r->line, r->target);
	put_string(p, r->text);
	buf_chr(p->out, '\n');
}

static void
put_var(const struct printer *p, const struct ir_var *v)
{
	put(p, "var ");
	put_sigil(p, '@', v->name);
	buf_chr(p->out, ' ');
	put_word(p, v->type, TEXT_TYPE);
	put_flags(p, v->flags);
	put_place(p, v->file, v->line);
}

static void
put_decl(const struct printer *p, const struct ir_func *f)
{
	put(p, "decl ");
	put_sigil(p, '@', f->name);
	buf_chr(p->out, ' ');
	put_word(p, f->sig, TEXT_SIG);
	put_flags(p, f->flags);
	put_place(p, f->loc.file < f->nfiles ? f->files[f->loc.file] : 0,
	    f->loc.line);
}

static void
put_init(const struct printer *p, const struct ir_init *init)
{
	put(p, "init ");
	put_expr(p, init->place);
	put(p, " = ");
	put_expr(p, init->value);
	put_place(p, init->file, init->line);
}

void
ir_print(const struct ir_module *m, struct buf *out)
{
	struct printer p = { m->names, NULL, out };

	put_head(&p, m);
	for (size_t i = 0; i < m->remarks.n; i++)
		put_remark(&p, &m->remarks.p[i]);
	for (size_t i = 0; i < m->vars.n; i++)
		put_var(&p, &m->vars.p[i]);
	for (size_t i = 0; i < m->inits.n; i++)
		put_init(&p, &m->inits.p[i]);
	for (size_t i = 0; i < m->aliases.n; i++) {
		put(&p, "alias ");
		put_sigil(&p, '@', m->aliases.p[i].name);
		buf_chr(out, ' ');
		put_sigil(&p, '@', m->aliases.p[i].target);
		buf_chr(out, '\n');
	}
	for (size_t i = 0; i < m->decls.n; i++)
		put_decl(&p, &m->decls.p[i]);
	for (size_t i = 0; i < m->funcs.n; i++)
		ir_print_func(m->names, m->funcs.p[i], out);
}

void
ir_print_func(const struct names *names, const struct ir_func *f,
    struct buf *out)
{
	struct printer p = { names, f, out };

	put_func(&p);
}

void
ir_print_expr(const struct names *names, const struct ir_func *f,
    const struct ir_expr *e, struct buf *out)
{
	struct printer p = { names, f, out };

	put_expr(&p, e);
}

void
ir_print_insn(const struct names *names, const struct ir_func *f,
    const struct ir_insn *in, struct buf *out)
{
	struct printer p = { names, f, out };

	put_insn(&p, in);
}

/* ---- as C ---- */

static void	c_expr(const struct printer *, const struct ir_expr *);

/* The name that stands in the source: "s" of "s.2", "v" of "f.v". */
static void
c_name(const struct printer *p, const struct ir_expr *e)
{
	const char *s, *dot;

	if (e->kind == IR_GLOBAL) {
		s = name_str(p->names, e->name);
		dot = strrchr(s, '.');
		put(p, dot != NULL && dot[1] != '\0' ? dot + 1 : s);
		return;
	}
	s = name_str(p->names, local_name(p, e));
	dot = strchr(s, '.');
	if (dot != NULL && dot != s)
		buf_add(p->out, s, (size_t)(dot - s));
	else
		put(p, s);
}

/* Arithmetic in the usual order needs no parentheses. */
static unsigned
c_rank(const struct ir_expr *e)
{
	if (e->kind != IR_BINARY)
		return 4;
	if (e->op == IR_OP_MUL || e->op == IR_OP_DIV || e->op == IR_OP_REM)
		return 3;
	return e->op == IR_OP_ADD || e->op == IR_OP_SUB ? 2 : 1;
}

/* An operand, in parentheses or not. */
static void
c_operand(const struct printer *p, const struct ir_expr *e, bool parens)
{
	if (parens)
		buf_chr(p->out, '(');
	c_expr(p, e);
	if (parens)
		buf_chr(p->out, ')');
}

/* *(p + i) is written p[i]. */
static bool
is_subscript(const struct ir_expr *e)
{
	return e->kind == IR_DEREF && e->a->kind == IR_BINARY &&
	    e->a->op == IR_OP_ADD;
}

/* What "." or "[" is appended to. */
static void
c_base(const struct printer *p, const struct ir_expr *e)
{
	c_operand(p, e, (e->kind == IR_DEREF && !is_subscript(e)) ||
	    e->kind == IR_ADDR || e->kind == IR_UNARY ||
	    e->kind == IR_BINARY);
}

/* a[b] */
static void
c_subscript(const struct printer *p, const struct ir_expr *a,
    const struct ir_expr *b)
{
	c_base(p, a);
	buf_chr(p->out, '[');
	c_expr(p, b);
	buf_chr(p->out, ']');
}

/* A member without a name is one of an anonymous struct or union. */
static void
c_field(const struct printer *p, const struct ir_expr *e)
{
	const struct ir_expr *base = e->a;
	bool arrow;

	while (base->kind == IR_FIELD && base->name == 0)
		base = base->a;
	arrow = base->kind == IR_DEREF && !is_subscript(base);
	c_base(p, arrow ? base->a : base);
	put(p, arrow ? "->" : ".");
	put(p, name_str(p->names, e->name));
}

/* An array as a value is &a[0] in the IR, and a in C. */
static bool
is_array_value(const struct ir_expr *e)
{
	return e->kind == IR_ADDR && e->a->kind == IR_INDEX &&
	    e->a->b->kind == IR_CONST && e->a->b->value == 0;
}

/* An address, a dereference or a unary operator. */
static void
c_prefix(const struct printer *p, const struct ir_expr *e)
{
	const struct ir_expr *a = e->a;

	if (is_array_value(e)) {
		c_expr(p, a->a);
		return;
	}
	if (is_subscript(e)) {
		c_subscript(p, a->a, a->b);
		return;
	}
	put(p, e->kind == IR_ADDR ? "&" : e->kind == IR_DEREF ? "*" :
	    text_op[e->op]);
	c_operand(p, a, a->kind == IR_BINARY || (e->kind == IR_UNARY &&
	    e->op == IR_OP_NEG && (a->kind == IR_UNARY ||
	    a->kind == IR_CONST)));
}

/* Nested operators other than + - * / % get parentheses. */
static void
c_binary(const struct printer *p, const struct ir_expr *e)
{
	unsigned rank = c_rank(e), left = c_rank(e->a), right = c_rank(e->b);

	c_operand(p, e->a, left < rank || left == 1);
	buf_fmt(p->out, " %s ", text_op[e->op]);
	c_operand(p, e->b, right <= rank);
}

static void
c_expr(const struct printer *p, const struct ir_expr *e)
{
	switch ((enum ir_expr_kind)e->kind) {
	case IR_CONST:
		if (e->macro != 0)
			put(p, name_str(p->names, e->macro));
		else
			buf_i64(p->out, e->value);
		return;
	case IR_LOCAL:
	case IR_GLOBAL:
		c_name(p, e);
		return;
	case IR_FIELD:
		c_field(p, e);
		return;
	case IR_INDEX:
		c_subscript(p, e->a, e->b);
		return;
	case IR_ADDR:
	case IR_DEREF:
	case IR_UNARY:
		c_prefix(p, e);
		return;
	case IR_BINARY:
		c_binary(p, e);
		return;
	case IR_STR:
	case IR_OPAQUE:
		put_expr(p, e);
		return;
	}
	bug("expression kind %u", e->kind);
}

void
ir_print_c(const struct names *names, const struct ir_func *f,
    const struct ir_expr *e, struct buf *out)
{
	struct printer p = { names, f, out };

	c_expr(&p, e);
}
