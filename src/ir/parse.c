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

#include "ir/parse_int.h"

/* ---- instructions ---- */

/* [ FILE "#" ] LINE ":" COL */
static void
parse_pos(struct parser *p, uint16_t *file, uint32_t *line, uint16_t *col)
{
	uint64_t n = parse_number(p, UINT32_MAX, "a line number");

	*file = 0;
	if (*p->c == '#') {
		if (n > UINT16_MAX)
			parse_fail(p, p->c, "the number is too large");
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
		parse_fail(p, p->c, "more than %u arguments", UINT16_MAX);
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
			parse_fail(p, p->c, "an empty signature");
		in->src = parse_expr(p);
	} else
		in->src = parse_make_leaf(p, IR_GLOBAL, parse_global(p));
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
	parse_blank(p);
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
	parse_blank(p);
	in->target[0] = parse_block_name(p);
	p->cases.n = 0;
	for (skip_blanks(p); accept(p, ','); skip_blanks(p))
		vec_push(&p->cases, parse_case(p));
	if (p->cases.n > UINT16_MAX) {
		parse_fail(p, p->c, "more than %u cases", UINT16_MAX);
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
	if (parse_accept(p, "call")) {
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
	parse_blank(p);
	if (*p->c < 'a' || *p->c > 'z')
		parse_assign(p, in);
	else if (parse_accept(p, "call"))
		parse_call(p, in);
	else if (parse_accept(p, "goto")) {
		in->kind = IR_GOTO;
		in->target[0] = parse_block_name(p);
	} else if (parse_accept(p, "br")) {
		in->kind = IR_BRANCH;
		in->src = parse_expr(p);
		parse_blank(p);
		in->target[0] = parse_block_name(p);
		parse_blank(p);
		in->target[1] = parse_block_name(p);
	} else if (parse_accept(p, "ret")) {
		in->kind = IR_RET;
		in->src = *p->c != '\n' ? parse_expr(p) : NULL;
	} else if (parse_accept(p, "switch"))
		parse_switch(p, in);
	else if (parse_accept(p, "asm"))
		parse_asm(p, in);
	else if (parse_accept(p, "unreachable"))
		in->kind = IR_UNREACHABLE;
	else
		parse_expected(p, "an instruction");
	parse_end_line(p);
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
		parse_fail(p, start, "expected block b%zu", p->blocks.n);
	need(p, ':');
	parse_end_line(p);
	p->insns.n = 0;
	while (parse_next_line(p) && text_is(*p->c, TEXT_BLANK)) {
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
	parse_blank(p);
	type = parse_word(p, TEXT_TYPE, "a type");
	parse_add_local(p, name, type);
	parse_end_line(p);
}

/* Behind "file". */
static void
parse_file(struct parser *p)
{
	const char *start = p->c;

	if (parse_number(p, UINT16_MAX, "a file number") != p->files.n)
		parse_fail(p, start, "expected file %zu", p->files.n);
	parse_blank(p);
	vec_push(&p->files, parse_string(p));
	parse_end_line(p);
}

/* From the line behind "func" up to and with "}". */
static void
parse_body(struct parser *p)
{
	struct ir_func *f = p->func;

	while (parse_next_line(p) && parse_accept(p, "file"))
		parse_file(p);
	if (!parse_accept(p, "at"))
		parse_expected(p, "\"at\"");
	f->loc = parse_loc(p);
	parse_blank(p);
	if (!parse_accept(p, "end"))
		parse_expected(p, "\"end\"");
	f->end = parse_loc(p);
	parse_end_line(p);
	while (parse_next_line(p) && parse_accept(p, "param"))
		parse_local(p);
	f->nparams = (uint32_t)p->locals.n;
	while (parse_next_line(p) && parse_accept(p, "local"))
		parse_local(p);
	while (parse_next_line(p) && *p->c == 'b')
		parse_block(p);
	if (!accept(p, '}'))
		parse_expected(p, p->blocks.n > 0 ? "a block or \"}\"" :
		    "\"file\", \"param\", \"local\", a block or \"}\"");
	parse_end_line(p);

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
			if (parse_accept(p, text_flag[i])) {
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
	parse_blank(p);
	f->sig = parse_word(p, TEXT_SIG, "a signature");
	f->flags = parse_flags(p);
	parse_end_line(p);
	if (p->failed)
		return;
	close = find_close(p);
	if (close == NULL) {
		parse_fail(p, start, "function @%s has no line \"}\"",
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
		parse_fail(p, p->c, "the text has format %llu, this program "
		    "reads format %d", (unsigned long long)version, IR_VERSION);
	parse_end_line(p);
}

/* STRING NUMBER, the end of most items. */
static void
parse_where(struct parser *p, name_t *file, uint32_t *line)
{
	skip_blanks(p);
	*file = parse_string(p);
	parse_blank(p);
	*line = (uint32_t)parse_number(p, UINT32_MAX, "a line number");
}

static void
parse_source(struct parser *p)
{
	struct ir_source source;

	source.path = parse_string(p);
	parse_blank(p);
	source.digest = parse_digest(p);
	vec_push(&p->m->sources, source);
}

static void
parse_level(struct parser *p)
{
	struct ir_level level;

	level.name = parse_word(p, TEXT_NAME, "the name of a level");
	parse_blank(p);
	level.value = parse_signed(p);
	vec_push(&p->m->levels, level);
}

static void
parse_remark(struct parser *p)
{
	struct ir_remark remark;

	parse_where(p, &remark.file, &remark.line);
	parse_blank(p);
	remark.target = (uint32_t)parse_number(p, UINT32_MAX,
	    "a line number");
	parse_blank(p);
	remark.text = parse_string(p);
	vec_push(&p->m->remarks, remark);
}

static void
parse_var(struct parser *p)
{
	struct ir_var var;

	var.name = parse_global(p);
	parse_blank(p);
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
	parse_blank(p);
	alias.target = parse_global(p);
	vec_push(&p->m->aliases, alias);
}

static void
parse_decl(struct parser *p)
{
	struct ir_func f = { 0 };

	f.name = parse_global(p);
	parse_blank(p);
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
	parse_blank(p);
	parse_where(p, &init.file, &init.line);
	vec_push(&p->m->inits, init);
}

static void
parse_checksum(struct parser *p)
{
	parse_digest(p);
	parse_end_line(p);
	if (!p->failed && p->c != p->end)
		parse_fail(p, p->c, "text behind the checksum");
}

/* One item at the beginning of a line. */
static void
parse_item(struct parser *p)
{
	const char *start = p->c;
	struct ir_module *m = p->m;

	if (parse_accept(p, "func")) {
		parse_func(p, start);
		return;
	}
	if (start == p->text && parse_accept(p, "iplint-ir")) {
		parse_version(p);
		return;
	}
	if (parse_accept(p, "checksum")) {
		parse_checksum(p);
		return;
	}
	if (parse_accept(p, "var"))
		parse_var(p);
	else if (parse_accept(p, "init"))
		parse_init(p);
	else if (parse_accept(p, "decl"))
		parse_decl(p);
	else if (parse_accept(p, "source"))
		parse_source(p);
	else if (parse_accept(p, "level"))
		parse_level(p);
	else if (parse_accept(p, "alias"))
		parse_alias(p);
	else if (parse_accept(p, "remark"))
		parse_remark(p);
	else if (parse_accept(p, "unit"))
		m->unit = parse_string(p);
	else if (parse_accept(p, "tool"))
		m->tool = parse_string(p);
	else if (parse_accept(p, "key"))
		m->key = parse_digest(p);
	else if (parse_accept(p, "lines"))
		m->lines = (uint32_t)parse_number(p, UINT32_MAX, "a number");
	else if (parse_accept(p, "incomplete"))
		m->incomplete = parse_string(p);
	else
		parse_expected(p, "an item");
	parse_end_line(p);
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
		parse_fail(&p, text + size - 1, "the last line is not "
		    "terminated: the text is truncated");
	while (parse_next_line(&p))
		parse_item(&p);
	if (p.failed) {
		ir_module_free(p.m);
		p.m = NULL;
	}
	parser_free(&p);
	return p.m;
}
