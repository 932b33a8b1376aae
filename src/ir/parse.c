/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The reader of the grammar in docs/ir.md: one pass, by hand, for a kernel
 * has hundreds of megabytes of it.
 *
 * The text must end in a newline, and no rule steps over one except
 * end_line(), so nothing but end_line() looks for the end of the text.
 *
 * The first error is kept and moves the cursor to a newline of its own.
 * From there no rule can match, every loop ends, and what has been built so
 * far is thrown away in one place.  Therefore no rule returns an error.
 *
 * Recursion is limited, and so is the depth of the trees, which postfix
 * operators can grow without recursion.  Expressions are immutable, so equal
 * ones are made once for the whole module.
 */

#include <stdlib.h>
#include <string.h>

#include "ir/text.h"

#define NESTING_MAX	(4 * IR_DEPTH)	/* "(*" may stand before each place */
#define FOUND_MAX	24		/* bytes of bad text in a message */

/* What the name of a local means in the current function. */
struct slot {
	name_t name;
	uint32_t func;			/* which function; others are free */
	uint32_t local;
};

struct block {
	struct ir_insn *insns;
	size_t n;
};

struct parser {
	const char *c;			/* the next byte */
	const char *text, *end, *file;
	struct fault *fault;
	bool failed;
	unsigned nesting;
	const struct ir_reader *reader;
	struct names *names;
	struct ir_module *m;
	struct buf string;		/* scratch for unescaping */

	const struct ir_expr **exprs;	/* table of all expressions */
	size_t exprs_n, exprs_mask;

	struct ir_func *func;		/* NULL outside */
	struct slot *slots;		/* table of its locals */
	size_t slots_mask;
	uint32_t serial;
	VEC(name_t) files;
	VEC(struct ir_local) locals;
	VEC(struct ir_block) blocks;
	VEC(struct ir_insn) insns;
	VEC(const struct ir_expr *) args;
	VEC(struct ir_case) cases;
};

static const char at_error[] = "\n";

static const struct ir_expr *parse_expr(struct parser *);

/* ---- errors ---- */

/* The number of the line that a byte is in. */
static unsigned
line_of(const struct parser *p, const char *at)
{
	unsigned line = 1;

	for (const char *s = p->text; s < at; s++)
		line += *s == '\n';
	return line;
}

/* Record an error at a byte, unless there was one, and stop. */
static void PRINTFLIKE(3, 4)
fail_at(struct parser *p, const char *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (p->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fault_set(p->fault, p->file, line_of(p, at), "%s", text);
	p->failed = true;
	p->c = at_error;
}

/* "expected WHAT, found the next word". */
static void
expected(struct parser *p, const char *what)
{
	char found[FOUND_MAX + 1];
	size_t n = 0;

	if (*p->c == '\n') {
		fail_at(p, p->c, "expected %s, found the end of the line",
		    what);
		return;
	}
	for (; n < FOUND_MAX && p->c[n] != '\n'; n++) {
		if (n > 0 && text_is(p->c[n], TEXT_BLANK))
			break;
		found[n] = p->c[n] >= ' ' && p->c[n] < 0x7f ? p->c[n] : '?';
	}
	found[n] = '\0';
	fail_at(p, p->c, "expected %s, found \"%s\"", what, found);
}

/* ---- words ---- */

static inline void
skip_blanks(struct parser *p)
{
	while (text_is(*p->c, TEXT_BLANK))
		p->c++;
}

/* Step over at least one blank. */
static void
need_blank(struct parser *p)
{
	if (!text_is(*p->c, TEXT_BLANK))
		expected(p, "a space");
	skip_blanks(p);
}

/* Step over blanks and the newline behind them. */
static void
end_line(struct parser *p)
{
	skip_blanks(p);
	if (*p->c != '\n')
		expected(p, "the end of the line");
	if (!p->failed)
		p->c++;
}

/* Go to the next line that is not empty and not a comment. */
static bool
next_line(struct parser *p)
{
	const char *c = p->c;

	if (p->failed)
		return false;
	for (; c < p->end; c++) {
		p->c = c;
		if (*c == '#')
			c = memchr(c, '\n', (size_t)(p->end - c));
		while (text_is(*c, TEXT_BLANK))
			c++;
		if (*c != '\n')
			return true;
	}
	p->c = p->end;
	return false;
}

/* Is this the next byte?  Then step over it. */
static inline bool
accept(struct parser *p, char c)
{
	if (*p->c != c)
		return false;
	p->c++;
	return true;
}

/* Step over a byte that must be here. */
static inline void
need(struct parser *p, char c)
{
	char what[] = { '"', c, '"', '\0' };

	if (!accept(p, c))
		expected(p, what);
}

/* Is this the next word?  Then step over it and the blanks behind it. */
static bool
accept_word(struct parser *p, const char *word)
{
	const char *c = p->c;

	while (*word != '\0' && *c == *word) {
		c++;
		word++;
	}
	if (*word != '\0' || !(*c == '\n' || text_is(*c, TEXT_BLANK)))
		return false;
	p->c = c;
	skip_blanks(p);
	return true;
}

/* Digits, at most max; what names them in a message. */
static uint64_t
parse_number(struct parser *p, uint64_t max, const char *what)
{
	const char *start = p->c;
	uint64_t v = 0;

	if (!text_is(*p->c, TEXT_DIGIT))
		expected(p, what);
	while (text_is(*p->c, TEXT_DIGIT)) {
		unsigned digit = (unsigned)(*p->c - '0');

		if (v > (max - digit) / 10) {
			fail_at(p, start, "the number is too large");
			return 0;
		}
		v = v * 10 + digit;
		p->c++;
	}
	return v;
}

/* A number with or without a minus. */
static int64_t
parse_signed(struct parser *p)
{
	if (accept(p, '-'))
		return (int64_t)-parse_number(p, (uint64_t)INT64_MAX + 1,
		    "a number");
	return (int64_t)parse_number(p, INT64_MAX, "a number");
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that an escape stands for; the cursor is behind the backslash. */
static char
parse_escape(struct parser *p)
{
	int hi, lo;

	switch (*p->c) {
	case '"':
	case '\\':
		return *p->c++;
	case 'n':
		p->c++;
		return '\n';
	case 't':
		p->c++;
		return '\t';
	case 'x':
		hi = hex_digit(p->c[1]);
		lo = hi >= 0 ? hex_digit(p->c[2]) : -1;
		if (lo >= 0 && (hi | lo) != 0) {
			p->c += 3;
			return (char)(hi << 4 | lo);
		}
	}
	fail_at(p, p->c, "bad escape in a string: there are \\\" \\\\ \\n \\t "
	    "\\x01 to \\xff");
	return 0;
}

/* STRING; without escapes it is interned where it stands. */
static name_t
parse_string(struct parser *p)
{
	const char *start;

	if (!accept(p, '"')) {
		expected(p, "a string");
		return 0;
	}
	start = p->c;
	while (*p->c != '"' && *p->c != '\\' && (uint8_t)*p->c >= ' ')
		p->c++;
	if (accept(p, '"'))
		return name_intern_n(p->names, start,
		    (size_t)(p->c - 1 - start));
	buf_clear(&p->string);
	buf_add(&p->string, start, (size_t)(p->c - start));
	while (!accept(p, '"')) {
		if (accept(p, '\\'))
			buf_chr(&p->string, parse_escape(p));
		else if (*p->c == '\n')
			fail_at(p, p->c, "the string is not closed");
		else if ((uint8_t)*p->c < ' ')
			fail_at(p, p->c, "a control character in a string");
		else
			buf_chr(&p->string, *p->c++);
		if (p->failed)
			return 0;
	}
	return name_intern_n(p->names, p->string.p, p->string.n);
}

/* The longest run of a class of bytes, or a STRING. */
static name_t
parse_word(struct parser *p, unsigned class, const char *what)
{
	const char *start = p->c;

	while (text_is(*p->c, class))
		p->c++;
	if (p->c > start)
		return name_intern_n(p->names, start, (size_t)(p->c - start));
	if (*p->c == '"')
		return parse_string(p);
	expected(p, what);
	return 0;
}

/* HEX32 */
static struct digest
parse_digest(struct parser *p)
{
	struct digest d = { 0, 0 };

	if (digest_parse(p->c, &d))
		p->c += DIGEST_HEX - 1;
	else
		expected(p, "32 hexadecimal digits");
	return d;
}

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
		fail_at(p, p->c, "the expression is deeper than %d levels",
		    IR_DEPTH);
	else
		e.depth = (uint16_t)(depth + 1);
	e.a = a;
	e.b = b;
	return e;
}

/* An expression without operands and with a name, or none. */
static const struct ir_expr *
make_leaf(struct parser *p, enum ir_expr_kind kind, name_t name)
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
find_slot(const struct parser *p, name_t name)
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

		*find_slot(p, slot.name) = slot;
	}
}

/* Declare a local of the current function. */
static uint32_t
add_local(struct parser *p, name_t name, name_t type)
{
	struct slot *slot = find_slot(p, name);
	struct ir_local local = { name, type };

	if (slot->func == p->serial) {
		fail_at(p, p->c, "%%%s is declared twice",
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
	const struct slot *slot = find_slot(p, name);
	struct ir_expr e = leaf(IR_LOCAL);

	if (p->func != NULL && slot->func == p->serial)
		e.local = slot->local;
	else if (p->func != NULL && name_str(p->names, name)[0] == '.')
		e.local = add_local(p, name, 0);
	else
		fail_at(p, p->c, "there is no local %%%s",
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

/*
 * A name may have dots, and so may what follows.  A dot that begins
 * ".RECORD::" belongs to the member; the printer puts a name with dots in
 * parentheses there.
 */
static name_t
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
	expected(p, "a name");
	return 0;
}

/* GLOBAL */
static name_t
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
		expected(p, "an operator");
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
		expected(p, "an operator between spaces");
	skip_blanks(p);
	op = parse_op(p);
	need_blank(p);
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
		fail_at(p, p->c, "the operand of \"&\" is not a place");
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
		return parse_postfix(p, make_leaf(p, IR_GLOBAL,
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
		return make_leaf(p, IR_STR, parse_string(p));
	case '?':
		p->c++;
		return make_leaf(p, IR_OPAQUE, 0);
	}
	expected(p, "an expression");
	return make_leaf(p, IR_OPAQUE, 0);
}

static const struct ir_expr *
parse_expr(struct parser *p)
{
	const struct ir_expr *e;

	if (p->nesting >= NESTING_MAX) {
		fail_at(p, p->c, "the expression is nested deeper than %d "
		    "levels", NESTING_MAX);
		return make_leaf(p, IR_OPAQUE, 0);
	}
	p->nesting++;
	e = parse_unlimited(p);
	p->nesting--;
	return e;
}

/* An expression that must be a place. */
static const struct ir_expr *
parse_place(struct parser *p)
{
	const char *start = p->c;
	const struct ir_expr *e = parse_expr(p);

	if (!ir_is_place(e))
		fail_at(p, start, "this is not a place that can be written");
	return e;
}

/* ---- instructions ---- */

/* [ FILE "#" ] LINE ":" COL */
static void
parse_pos(struct parser *p, uint16_t *file, uint32_t *line, uint16_t *col)
{
	uint64_t n = parse_number(p, UINT32_MAX, "a line number");

	*file = 0;
	if (*p->c == '#') {
		if (n > UINT16_MAX)
			fail_at(p, p->c, "the number is too large");
		p->c += !p->failed;
		*file = (uint16_t)n;
		n = parse_number(p, UINT32_MAX, "a line number");
	}
	*line = (uint32_t)n;
	need(p, ':');
	*col = (uint16_t)parse_number(p, UINT16_MAX, "a column number");
}

/* A position, and the macro that it is in. */
static struct ir_loc
parse_loc(struct parser *p)
{
	struct ir_loc loc = { 0 };

	parse_pos(p, &loc.file, &loc.line, &loc.col);
	if (!accept(p, '!'))
		return loc;
	loc.macro = parse_word(p, TEXT_NAME, "the name of a macro");
	if (!accept(p, '<'))
		return loc;
	parse_pos(p, &loc.sfile, &loc.sline, &loc.scol);
	need(p, '>');
	return loc;
}

/* BLOCK */
static uint32_t
parse_block_name(struct parser *p)
{
	need(p, 'b');
	return (uint32_t)parse_number(p, UINT32_MAX - 1, "a block number");
}

/* Move the arguments that were collected into the instruction. */
static void
take_args(struct parser *p, struct ir_insn *in)
{
	size_t size = p->args.n * sizeof(*p->args.p);

	if (p->args.n > UINT16_MAX) {
		fail_at(p, p->c, "more than %u arguments", UINT16_MAX);
		return;
	}
	in->nargs = (uint16_t)p->args.n;
	if (in->nargs == 0)
		return;
	in->args = arena_alloc(p->m->arena, size);
	memcpy(in->args, p->args.p, size);
}

/* Behind "call": a direct or an indirect call. */
static void
parse_call(struct parser *p, struct ir_insn *in)
{
	in->kind = IR_CALL;
	if (accept(p, '[')) {
		in->name = parse_word(p, TEXT_SIG, "a signature");
		need(p, ']');
		skip_blanks(p);
		if (in->name == 0)
			fail_at(p, p->c, "an empty signature");
		in->src = parse_expr(p);
	} else
		in->src = make_leaf(p, IR_GLOBAL, parse_global(p));
	need(p, '(');
	skip_blanks(p);
	p->args.n = 0;
	if (!accept(p, ')')) {
		do {
			skip_blanks(p);
			vec_push(&p->args, parse_expr(p));
			skip_blanks(p);
		} while (accept(p, ','));
		need(p, ')');
	}
	take_args(p, in);
}

/* Behind "asm": the text, and the places it writes. */
static void
parse_asm(struct parser *p, struct ir_insn *in)
{
	in->kind = IR_ASM;
	in->name = parse_string(p);
	p->args.n = 0;
	for (skip_blanks(p); accept(p, ','); skip_blanks(p)) {
		skip_blanks(p);
		vec_push(&p->args, parse_place(p));
	}
	take_args(p, in);
}

/* NUMBER [ ".." NUMBER ] BLOCK */
static struct ir_case
parse_case(struct parser *p)
{
	struct ir_case c;

	skip_blanks(p);
	c.lo = c.hi = parse_signed(p);
	if (p->c[0] == '.' && p->c[1] == '.') {
		p->c += 2;
		c.hi = parse_signed(p);
	}
	need_blank(p);
	c.target = parse_block_name(p);
	return c;
}

/* Behind "switch": value, default and cases. */
static void
parse_switch(struct parser *p, struct ir_insn *in)
{
	size_t size;

	in->kind = IR_SWITCH;
	in->src = parse_expr(p);
	need_blank(p);
	in->target[0] = parse_block_name(p);
	p->cases.n = 0;
	for (skip_blanks(p); accept(p, ','); skip_blanks(p))
		vec_push(&p->cases, parse_case(p));
	if (p->cases.n > UINT16_MAX) {
		fail_at(p, p->c, "more than %u cases", UINT16_MAX);
		return;
	}
	in->nargs = (uint16_t)p->cases.n;
	size = p->cases.n * sizeof(*p->cases.p);
	if (size == 0)
		return;
	in->cases = arena_alloc(p->m->arena, size);
	memcpy(in->cases, p->cases.p, size);
}

/* place "=" expr, or place "=" call */
static void
parse_assign(struct parser *p, struct ir_insn *in)
{
	in->dst = parse_place(p);
	skip_blanks(p);
	need(p, '=');
	skip_blanks(p);
	if (accept_word(p, "call")) {
		parse_call(p, in);
		return;
	}
	in->kind = IR_ASSIGN;
	in->src = parse_expr(p);
}

/* One line of a block. */
static void
parse_insn(struct parser *p, struct ir_insn *in)
{
	skip_blanks(p);
	in->loc = parse_loc(p);
	need_blank(p);
	if (*p->c < 'a' || *p->c > 'z')
		parse_assign(p, in);
	else if (accept_word(p, "call"))
		parse_call(p, in);
	else if (accept_word(p, "goto")) {
		in->kind = IR_GOTO;
		in->target[0] = parse_block_name(p);
	} else if (accept_word(p, "br")) {
		in->kind = IR_BRANCH;
		in->src = parse_expr(p);
		need_blank(p);
		in->target[0] = parse_block_name(p);
		need_blank(p);
		in->target[1] = parse_block_name(p);
	} else if (accept_word(p, "ret")) {
		in->kind = IR_RET;
		in->src = *p->c != '\n' ? parse_expr(p) : NULL;
	} else if (accept_word(p, "switch"))
		parse_switch(p, in);
	else if (accept_word(p, "asm"))
		parse_asm(p, in);
	else if (accept_word(p, "unreachable"))
		in->kind = IR_UNREACHABLE;
	else
		expected(p, "an instruction");
	end_line(p);
}

/* ---- functions ---- */

/* Bytes in the memory of the module. */
static void *
copy(struct parser *p, const void *from, size_t n)
{
	return n != 0 ? memcpy(arena_alloc(p->m->arena, n), from, n) : NULL;
}

/* "bN:" and the lines that begin with a blank. */
static void
parse_block(struct parser *p)
{
	struct ir_block block;
	const char *start = p->c;

	if (parse_block_name(p) != p->blocks.n)
		fail_at(p, start, "expected block b%zu", p->blocks.n);
	need(p, ':');
	end_line(p);
	p->insns.n = 0;
	while (next_line(p) && text_is(*p->c, TEXT_BLANK)) {
		struct ir_insn insn = { 0 };

		parse_insn(p, &insn);
		vec_push(&p->insns, insn);
	}
	block.ninsns = (uint32_t)p->insns.n;
	block.insns = copy(p, p->insns.p, p->insns.n * sizeof(*p->insns.p));
	vec_push(&p->blocks, block);
}

/* Behind "param" or "local". */
static void
parse_local(struct parser *p)
{
	name_t name, type;

	need(p, '%');
	name = parse_name(p);
	need_blank(p);
	type = parse_word(p, TEXT_TYPE, "a type");
	add_local(p, name, type);
	end_line(p);
}

/* Behind "file". */
static void
parse_file(struct parser *p)
{
	const char *start = p->c;

	if (parse_number(p, UINT16_MAX, "a file number") != p->files.n)
		fail_at(p, start, "expected file %zu", p->files.n);
	need_blank(p);
	vec_push(&p->files, parse_string(p));
	end_line(p);
}

/* From the line behind "func" up to and with "}". */
static void
parse_body(struct parser *p)
{
	struct ir_func *f = p->func;

	while (next_line(p) && accept_word(p, "file"))
		parse_file(p);
	if (!accept_word(p, "at"))
		expected(p, "\"at\"");
	f->loc = parse_loc(p);
	need_blank(p);
	if (!accept_word(p, "end"))
		expected(p, "\"end\"");
	f->end = parse_loc(p);
	end_line(p);
	while (next_line(p) && accept_word(p, "param"))
		parse_local(p);
	f->nparams = (uint32_t)p->locals.n;
	while (next_line(p) && accept_word(p, "local"))
		parse_local(p);
	while (next_line(p) && *p->c == 'b')
		parse_block(p);
	if (!accept(p, '}'))
		expected(p, p->blocks.n > 0 ? "a block or \"}\"" :
		    "\"file\", \"param\", \"local\", a block or \"}\"");
	end_line(p);

	f->nfiles = (uint32_t)p->files.n;
	f->files = copy(p, p->files.p, p->files.n * sizeof(name_t));
	f->nlocals = (uint32_t)p->locals.n;
	f->locals = copy(p, p->locals.p,
	    p->locals.n * sizeof(struct ir_local));
	f->nblocks = (uint32_t)p->blocks.n;
	f->blocks = copy(p, p->blocks.p,
	    p->blocks.n * sizeof(struct ir_block));
}

/* The "}" that is alone on its line, at or behind the cursor, or NULL. */
static const char *
find_close(const struct parser *p)
{
	const char *c = p->c;

	while (c < p->end &&
	    (c = memchr(c, '}', (size_t)(p->end - c))) != NULL) {
		if (c[-1] == '\n' && c[1] == '\n')
			return c;
		c++;
	}
	return NULL;
}

/* As many flags as there are. */
static unsigned
parse_flags(struct parser *p)
{
	unsigned flags = 0;
	bool found = true;

	while (found) {
		skip_blanks(p);
		found = false;
		for (int i = 0; i < TEXT_NFLAGS && !found; i++)
			if (accept_word(p, text_flag[i])) {
				flags |= 1u << i;
				found = true;
			}
	}
	return flags;
}

/* The text of a function is known before anything in it is parsed. */
static void
parse_func(struct parser *p, const char *start)
{
	struct ir_func *f = arena_alloc(p->m->arena, sizeof(*f));
	const char *close;

	f->name = parse_global(p);
	need_blank(p);
	f->sig = parse_word(p, TEXT_SIG, "a signature");
	f->flags = parse_flags(p);
	end_line(p);
	if (p->failed)
		return;
	close = find_close(p);
	if (close == NULL) {
		fail_at(p, start, "function @%s has no line \"}\"",
		    name_str(p->names, f->name));
		return;
	}
	f->digest = digest_bytes(start, (size_t)(close + 1 - start));
	vec_push(&p->m->funcs, f);
	if (p->reader != NULL && p->reader->want != NULL &&
	    !p->reader->want(p->reader->ctx, f->name, f->digest)) {
		p->c = close + 2;
		return;
	}
	p->serial++;
	p->func = f;
	p->files.n = p->locals.n = p->blocks.n = 0;
	parse_body(p);
	p->func = NULL;
}

/* ---- items ---- */

static void
parse_version(struct parser *p)
{
	uint64_t version;

	version = parse_number(p, UINT32_MAX, "a version");
	if (version != IR_VERSION)
		fail_at(p, p->c, "the text has format %llu, this program reads "
		    "format %d", (unsigned long long)version, IR_VERSION);
	end_line(p);
}

/* STRING NUMBER, the end of most items. */
static void
parse_where(struct parser *p, name_t *file, uint32_t *line)
{
	skip_blanks(p);
	*file = parse_string(p);
	need_blank(p);
	*line = (uint32_t)parse_number(p, UINT32_MAX, "a line number");
}

static void
parse_source(struct parser *p)
{
	struct ir_source source;

	source.path = parse_string(p);
	need_blank(p);
	source.digest = parse_digest(p);
	vec_push(&p->m->sources, source);
}

static void
parse_level(struct parser *p)
{
	struct ir_level level;

	level.name = parse_word(p, TEXT_NAME, "the name of a level");
	need_blank(p);
	level.value = parse_signed(p);
	vec_push(&p->m->levels, level);
}

static void
parse_remark(struct parser *p)
{
	struct ir_remark remark;

	parse_where(p, &remark.file, &remark.line);
	need_blank(p);
	remark.target = (uint32_t)parse_number(p, UINT32_MAX,
	    "a line number");
	need_blank(p);
	remark.text = parse_string(p);
	vec_push(&p->m->remarks, remark);
}

static void
parse_var(struct parser *p)
{
	struct ir_var var;

	var.name = parse_global(p);
	need_blank(p);
	var.type = parse_word(p, TEXT_TYPE, "a type");
	var.flags = parse_flags(p);
	parse_where(p, &var.file, &var.line);
	vec_push(&p->m->vars, var);
}

static void
parse_alias(struct parser *p)
{
	struct ir_alias alias;

	alias.name = parse_global(p);
	need_blank(p);
	alias.target = parse_global(p);
	vec_push(&p->m->aliases, alias);
}

static void
parse_decl(struct parser *p)
{
	struct ir_func f = { 0 };

	f.name = parse_global(p);
	need_blank(p);
	f.sig = parse_word(p, TEXT_SIG, "a signature");
	f.flags = parse_flags(p);
	f.nfiles = 1;
	f.files = arena_alloc(p->m->arena, sizeof(*f.files));
	parse_where(p, &f.files[0], &f.loc.line);
	vec_push(&p->m->decls, f);
}

static void
parse_init(struct parser *p)
{
	struct ir_init init;

	init.place = parse_place(p);
	skip_blanks(p);
	need(p, '=');
	skip_blanks(p);
	init.value = parse_expr(p);
	need_blank(p);
	parse_where(p, &init.file, &init.line);
	vec_push(&p->m->inits, init);
}

static void
parse_checksum(struct parser *p)
{
	parse_digest(p);
	end_line(p);
	if (!p->failed && p->c != p->end)
		fail_at(p, p->c, "text behind the checksum");
}

/* One item at the beginning of a line. */
static void
parse_item(struct parser *p)
{
	const char *start = p->c;
	struct ir_module *m = p->m;

	if (accept_word(p, "func")) {
		parse_func(p, start);
		return;
	}
	if (start == p->text && accept_word(p, "iplint-ir")) {
		parse_version(p);
		return;
	}
	if (accept_word(p, "checksum")) {
		parse_checksum(p);
		return;
	}
	if (accept_word(p, "var"))
		parse_var(p);
	else if (accept_word(p, "init"))
		parse_init(p);
	else if (accept_word(p, "decl"))
		parse_decl(p);
	else if (accept_word(p, "source"))
		parse_source(p);
	else if (accept_word(p, "level"))
		parse_level(p);
	else if (accept_word(p, "alias"))
		parse_alias(p);
	else if (accept_word(p, "remark"))
		parse_remark(p);
	else if (accept_word(p, "unit"))
		m->unit = parse_string(p);
	else if (accept_word(p, "tool"))
		m->tool = parse_string(p);
	else if (accept_word(p, "key"))
		m->key = parse_digest(p);
	else if (accept_word(p, "lines"))
		m->lines = (uint32_t)parse_number(p, UINT32_MAX, "a number");
	else if (accept_word(p, "incomplete"))
		m->incomplete = parse_string(p);
	else
		expected(p, "an item");
	end_line(p);
}

static void
parser_free(struct parser *p)
{
	buf_free(&p->string);
	free(p->exprs);
	free(p->slots);
	vec_free(&p->files);
	vec_free(&p->locals);
	vec_free(&p->blocks);
	vec_free(&p->insns);
	vec_free(&p->args);
	vec_free(&p->cases);
}

struct ir_module *
ir_parse(struct names *names, const char *file, const char *text,
    size_t size, const struct ir_reader *reader, struct fault *fault)
{
	struct parser p = { .c = text, .text = text, .end = text + size,
	    .file = file, .fault = fault, .reader = reader, .names = names };

	p.m = ir_module_new(names);
	p.exprs_mask = 255;
	p.exprs = ecalloc(p.exprs_mask + 1, sizeof(*p.exprs));
	p.slots_mask = 63;
	p.slots = ecalloc(p.slots_mask + 1, sizeof(*p.slots));
	p.serial = 1;
	if (size > 0 && text[size - 1] != '\n')
		fail_at(&p, text + size - 1, "the last line is not "
		    "terminated: the text is truncated");
	while (next_line(&p))
		parse_item(&p);
	if (p.failed) {
		ir_module_free(p.m);
		p.m = NULL;
	}
	parser_free(&p);
	return p.m;
}
