/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Expressions and places, each made once for the whole module, and the locals
 * that they name.
 */

#include <stdlib.h>
#include <string.h>

#include "ir/parse_int.h"

#define NESTING_MAX	(4 * IR_DEPTH)	/* "(*" may stand before each place */

/* ---- expressions ---- */

static size_t
expr_hash(const struct ir_expr *e)
{
	uint64_t h = (uint64_t)e->kind << 56 | (uint64_t)e->op << 48 |
	    e->name;

	h = (h ^ (uint64_t)e->local << 20) * UINT64_C(0x9fb21c651e98df25);
	h ^= h >> 32;
	if (e->kind == IR_CONST)
		h ^= (uint64_t)e->value;
	else
		h ^= (uintptr_t)e->a ^ (uint64_t)(uintptr_t)e->b << 16;
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 32);
}

/* Make the table of expressions four times as large. */
static void
exprs_grow(struct parser *p)
{
	const struct ir_expr **old = p->exprs;
	size_t n = p->exprs_mask + 1;

	p->exprs_mask = n * 4 - 1;
	p->exprs = ecalloc(n * 4, sizeof(*p->exprs));
	for (size_t i = 0; i < n; i++) {
		size_t k;

		if (old[i] == NULL)
			continue;
		k = expr_hash(old[i]) & p->exprs_mask;
		while (p->exprs[k] != NULL)
			k = (k + 1) & p->exprs_mask;
		p->exprs[k] = old[i];
	}
	free(old);
}

/* Equal in every field; operands are unique already. */
static bool
same(const struct ir_expr *x, const struct ir_expr *y)
{
	if (x->kind != y->kind || x->op != y->op || x->name != y->name ||
	    x->local != y->local)
		return false;
	if (x->kind == IR_CONST)
		return x->value == y->value;
	return x->a == y->a && x->b == y->b;
}

/* The one expression of the module that equals e. */
static const struct ir_expr *
unique(struct parser *p, const struct ir_expr *e)
{
	size_t k = expr_hash(e) & p->exprs_mask;
	struct ir_expr *made;

	for (; p->exprs[k] != NULL; k = (k + 1) & p->exprs_mask)
		if (same(p->exprs[k], e))
			return p->exprs[k];
	made = arena_alloc(p->m->arena, sizeof(*made));
	*made = *e;
	p->exprs[k] = made;
	if (++p->exprs_n > p->exprs_mask / 2)
		exprs_grow(p);
	return made;
}

static struct ir_expr
leaf(enum ir_expr_kind kind)
{
	struct ir_expr e;

	memset(&e, 0, sizeof(e));
	e.kind = (uint8_t)kind;
	e.depth = 1;
	return e;
}

/* An expression that is not in the table yet, one level deeper. */
static struct ir_expr
node(struct parser *p, enum ir_expr_kind kind, const struct ir_expr *a,
    const struct ir_expr *b)
{
	struct ir_expr e = leaf(kind);
	unsigned depth = a->depth;

	if (b != NULL && b->depth > depth)
		depth = b->depth;
	if (depth >= IR_DEPTH)
		parse_fail(p, p->c, "the expression is deeper than %d levels",
		    IR_DEPTH);
	else
		e.depth = (uint16_t)(depth + 1);
	e.a = a;
	e.b = b;
	return e;
}

const struct ir_expr *
parse_make_leaf(struct parser *p, enum ir_expr_kind kind, name_t name)
{
	struct ir_expr e = leaf(kind);

	e.name = name;
	return unique(p, &e);
}

/* An operation; "*&" and "&*" cancel out, as in ir.h. */
static const struct ir_expr *
make_op(struct parser *p, enum ir_expr_kind kind, unsigned op,
    const struct ir_expr *a, const struct ir_expr *b)
{
	struct ir_expr e;

	if (kind == IR_DEREF && a->kind == IR_ADDR)
		return a->a;
	if (kind == IR_ADDR && a->kind == IR_DEREF)
		return a->a;
	e = node(p, kind, a, b);
	e.op = (uint8_t)op;
	return unique(p, &e);
}

/* ---- locals ---- */

/* The slot of a local, or the free one where it belongs. */
static struct slot *
slot_find(const struct parser *p, name_t name)
{
	size_t k = name * UINT32_C(0x9e3779b1) >> 8 & p->slots_mask;

	while (p->slots[k].func == p->serial && p->slots[k].name != name)
		k = (k + 1) & p->slots_mask;
	return &p->slots[k];
}

/* Make the table of locals larger and fill it again. */
static void
slots_grow(struct parser *p)
{
	free(p->slots);
	p->slots_mask = p->slots_mask * 4 + 3;
	p->slots = ecalloc(p->slots_mask + 1, sizeof(*p->slots));
	for (size_t i = 0; i < p->locals.n; i++) {
		struct slot slot = { p->locals.p[i].name, p->serial,
		    (uint32_t)i };

		*slot_find(p, slot.name) = slot;
	}
}

uint32_t
parse_add_local(struct parser *p, name_t name, name_t type)
{
	struct slot *slot = slot_find(p, name);
	struct ir_local local = { name, type };

	if (slot->func == p->serial) {
		parse_fail(p, p->c, "%%%s is declared twice",
		    name_str(p->names, name));
		return 0;
	}
	slot->func = p->serial;
	slot->name = name;
	slot->local = (uint32_t)p->locals.n;
	vec_push(&p->locals, local);
	if (p->locals.n > p->slots_mask / 2)
		slots_grow(p);
	return (uint32_t)(p->locals.n - 1);
}

/* A temporary is declared by being used. */
static const struct ir_expr *
local_expr(struct parser *p, name_t name)
{
	const struct slot *slot = slot_find(p, name);
	struct ir_expr e = leaf(IR_LOCAL);

	if (p->func != NULL && slot->func == p->serial)
		e.local = slot->local;
	else if (p->func != NULL && name_str(p->names, name)[0] == '.')
		e.local = parse_add_local(p, name, 0);
	else
		parse_fail(p, p->c, "there is no local %%%s",
		    name_str(p->names, name));
	return unique(p, &e);
}

/* ---- places and expressions ---- */

/* Does ".RECORD::" stand here? */
static bool
at_member(const char *c)
{
	if (c[1] == '"')
		return true;
	c++;
	while (text_is(*c, TEXT_RECORD))
		c++;
	return c[0] == ':' && c[1] == ':';
}

name_t
parse_name(struct parser *p)
{
	const char *start = p->c;
	bool looked = false;

	if (*p->c == '"')
		return parse_string(p);
	if (*p->c == '.')
		p->c++;
	while (text_is(*p->c, TEXT_NAME)) {
		if (*p->c == '.' && !looked) {
			if (at_member(p->c))
				break;
			looked = true;
		}
		p->c++;
	}
	if (p->c > start)
		return name_intern_n(p->names, start, (size_t)(p->c - start));
	parse_expected(p, "a name");
	return 0;
}

name_t
parse_global(struct parser *p)
{
	need(p, '@');
	return parse_name(p);
}

/* RECORD "::" FIELD, of a place. */
static const struct ir_expr *
parse_member(struct parser *p, const struct ir_expr *place)
{
	struct ir_expr e = node(p, IR_FIELD, place, NULL);

	e.record = parse_word(p, TEXT_RECORD, "a record");
	need(p, ':');
	need(p, ':');
	e.name = parse_word(p, TEXT_IDENT, "a member");
	return unique(p, &e);
}

/* Whatever is appended to a place. */
static const struct ir_expr *
parse_postfix(struct parser *p, const struct ir_expr *e)
{
	for (;;) {
		if (accept(p, '.'))
			e = parse_member(p, e);
		else if (p->c[0] == '-' && p->c[1] == '>') {
			p->c += 2;
			e = parse_member(p, make_op(p, IR_DEREF, 0, e, NULL));
		} else if (accept(p, '[')) {
			skip_blanks(p);
			e = make_op(p, IR_INDEX, 0, e, parse_expr(p));
			skip_blanks(p);
			need(p, ']');
		} else
			return e;
	}
}

/* OP, the longest that fits: "<<" before "<". */
static unsigned
parse_op(struct parser *p)
{
	unsigned best = IR_NOPS;
	size_t best_n = 0;

	for (unsigned op = IR_OP_LAST_UNARY + 1; op < IR_NOPS; op++) {
		const char *s = text_op[op];

		if (s[0] != p->c[0] || (s[1] != '\0' && s[1] != p->c[1]))
			continue;
		if (strlen(s) > best_n) {
			best = op;
			best_n = strlen(s);
		}
	}
	if (best == IR_NOPS) {
		parse_expected(p, "an operator");
		return IR_OP_ADD;
	}
	p->c += best_n;
	return best;
}

/* Behind "(": a place, or two operands. */
static const struct ir_expr *
parse_parens(struct parser *p)
{
	const struct ir_expr *a, *b;
	unsigned op;

	skip_blanks(p);
	a = parse_expr(p);
	if (*p->c == ')' && ir_is_place(a)) {
		p->c++;
		return parse_postfix(p, a);
	}
	if (!text_is(*p->c, TEXT_BLANK))
		parse_expected(p, "an operator between spaces");
	skip_blanks(p);
	op = parse_op(p);
	parse_blank(p);
	b = parse_expr(p);
	skip_blanks(p);
	need(p, ')');
	return make_op(p, IR_BINARY, op, a, b);
}

/* NUMBER [ "'" MACRO "'" ] */
static const struct ir_expr *
parse_const(struct parser *p)
{
	struct ir_expr e = leaf(IR_CONST);

	e.value = parse_signed(p);
	if (accept(p, '\'')) {
		e.macro = parse_word(p, TEXT_NAME, "the name of a macro");
		need(p, '\'');
	}
	return unique(p, &e);
}

/* One of * & ! - ~ and its operand. */
static const struct ir_expr *
parse_prefix(struct parser *p, enum ir_expr_kind kind, unsigned op)
{
	const struct ir_expr *a;

	p->c++;
	skip_blanks(p);
	a = parse_expr(p);
	if (kind == IR_ADDR && !ir_is_place(a))
		parse_fail(p, p->c, "the operand of \"&\" is not a place");
	return make_op(p, kind, op, a, NULL);
}

/* An expression; parse_expr() counts how deep it is nested. */
static const struct ir_expr *
parse_unlimited(struct parser *p)
{
	switch (*p->c) {
	case '%':
		p->c++;
		return parse_postfix(p, local_expr(p, parse_name(p)));
	case '@':
		p->c++;
		return parse_postfix(p, parse_make_leaf(p, IR_GLOBAL,
		    parse_name(p)));
	case '(':
		p->c++;
		return parse_parens(p);
	case '*':
		return parse_prefix(p, IR_DEREF, 0);
	case '&':
		return parse_prefix(p, IR_ADDR, 0);
	case '!':
		return parse_prefix(p, IR_UNARY, IR_OP_NOT);
	case '~':
		return parse_prefix(p, IR_UNARY, IR_OP_COMPL);
	case '-':
		if (!text_is(p->c[1], TEXT_DIGIT))
			return parse_prefix(p, IR_UNARY, IR_OP_NEG);
		/* FALLTHROUGH */
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return parse_const(p);
	case '"':
		return parse_make_leaf(p, IR_STR, parse_string(p));
	case '?':
		p->c++;
		return parse_make_leaf(p, IR_OPAQUE, 0);
	}
	parse_expected(p, "an expression");
	return parse_make_leaf(p, IR_OPAQUE, 0);
}

const struct ir_expr *
parse_expr(struct parser *p)
{
	const struct ir_expr *e;

	if (p->nesting >= NESTING_MAX) {
		parse_fail(p, p->c, "the expression is nested deeper than %d "
		    "levels", NESTING_MAX);
		return parse_make_leaf(p, IR_OPAQUE, 0);
	}
	p->nesting++;
	e = parse_unlimited(p);
	p->nesting--;
	return e;
}

const struct ir_expr *
parse_place(struct parser *p)
{
	const char *start = p->c;
	const struct ir_expr *e = parse_expr(p);

	if (!ir_is_place(e))
		parse_fail(p, start, "this is not a place that can be written");
	return e;
}
