/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "../base/test.h"
#include "ir/ir.h"

static char *
slurp(const char *name, size_t *size)
{
	struct fault f = { "" };
	char *text;

	if (file_read(in_dir(TESTDATA "/ir", name), &text, size, &f) != 0)
		fail_msg("%s", f.text);
	return text;
}

/* Parse, print, and compare; what is valid must also pass the validator. */
static void
prints_as(const char *name, const char *want, bool valid)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct buf out = { 0 };
	struct ir_module *m;
	char *from, *to;
	size_t nfrom, nto;

	from = slurp(name, &nfrom);
	to = slurp(want, &nto);
	m = ir_parse(ns, name, from, nfrom, NULL, &f);
	if (m == NULL || (valid && ir_check(m, &f) != 0))
		fail_msg("%s", f.text);
	ir_print(m, &out);
	assert_string_equal(out.p, to);
	assert_int_equal(out.n, nto);
	buf_free(&out);
	ir_module_free(m);
	names_free(ns);
	free(from);
	free(to);
}

static void
ok_print_of_parse(void **state)
{
	(void)state;
	prints_as("ok_handler.ir", "ok_handler.ir", true);
	prints_as("ok_insns.ir", "ok_insns.ir", true);
	prints_as("ok_items.ir", "ok_items.ir", true);
	prints_as("ok_places.ir", "ok_places.ir", true);
	prints_as("ok_values.ir", "ok_values.ir", true);
	prints_as("odd_words.ir", "odd_words.ir", false);
}

static void
ok_free_form(void **state)
{
	(void)state;
	prints_as("free_form.ir", "free_form.out", true);
	prints_as("free_form.out", "free_form.out", true);
}

static void
ok_empty_text(void **state)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct buf out = { 0 };
	struct ir_module *m;

	(void)state;
	m = ir_parse(ns, NULL, "", 0, NULL, &f);
	assert_non_null(m);
	ir_print(m, &out);
	assert_string_equal(out.p, "iplint-ir 1\n");
	ir_module_free(m);
	m = ir_parse(ns, NULL, "#\n\n \t\n", 6, NULL, &f);
	assert_non_null(m);
	ir_module_free(m);
	buf_free(&out);
	names_free(ns);
}

/* What the parser reads must be what the structures say. */
static void
ok_structures(void **state)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	const struct ir_insn *in;
	struct ir_module *m;
	struct ir_func *fn;
	size_t size;
	char *text;

	(void)state;
	text = slurp("ok_handler.ir", &size);
	m = ir_parse(ns, "ok_handler.ir", text, size, NULL, &f);
	assert_non_null(m);
	assert_int_equal(m->funcs.n, 1);
	fn = m->funcs.p[0];
	assert_string_equal(name_str(ns, fn->name), "foo_intr");
	assert_string_equal(name_str(ns, fn->sig), "i32(p)");
	assert_int_equal(fn->flags, IR_STATIC);
	assert_int_equal(fn->nfiles, 2);
	assert_int_equal(fn->loc.line, 95);
	assert_int_equal(fn->end.line, 120);
	assert_int_equal(fn->nparams, 1);
	assert_int_equal(fn->nlocals, 4);
	assert_int_equal(fn->nblocks, 3);
	assert_int_equal(fn->blocks[0].ninsns, 3);
	in = &fn->blocks[0].insns[1];
	assert_int_equal(in->kind, IR_CALL);
	assert_int_equal(in->loc.line, 97);
	assert_int_equal(in->loc.col, 6);
	assert_string_equal(name_str(ns, in->loc.macro), "splbio");
	assert_int_equal(in->loc.file, 0);
	assert_int_equal(in->loc.sfile, 1);
	assert_int_equal(in->loc.sline, 80);
	assert_int_equal(in->loc.scol, 18);
	assert_int_equal(in->dst->kind, IR_LOCAL);
	assert_int_equal(in->dst->local, 2);
	assert_int_equal(in->src->kind, IR_GLOBAL);
	assert_int_equal(in->name, 0);
	assert_int_equal(in->nargs, 0);
	in = &fn->blocks[0].insns[2];
	assert_int_equal(in->kind, IR_BRANCH);
	assert_int_equal(in->src->kind, IR_BINARY);
	assert_int_equal(in->src->op, IR_OP_NE);
	assert_int_equal(in->src->depth, 4);
	assert_int_equal(in->src->a->kind, IR_FIELD);
	assert_int_equal(in->src->a->a->kind, IR_DEREF);
	assert_int_equal(in->target[0], 1);
	assert_int_equal(in->target[1], 2);
	ir_module_free(m);
	names_free(ns);
	free(text);
}

static void
ok_equal_expressions_are_shared(void **state)
{
	static const char text[] =
	    "func @f v()\nat 0:0 end 0:0\nb0:\n"
	    "\t1:1 %.1 = (@a[3] + 2'TWO')\n"
	    "\t1:1 %.1 = (@a[3] + 2)\n"
	    "\t1:1 %.1 = (@a[3] + 2'TWO')\n"
	    "\t1:1 ret\n}\n";
	struct names *ns = names_new();
	struct fault f = { "" };
	struct ir_module *m;
	const struct ir_insn *in;

	(void)state;
	m = ir_parse(ns, NULL, text, sizeof(text) - 1, NULL, &f);
	assert_non_null(m);
	in = m->funcs.p[0]->blocks[0].insns;
	assert_ptr_equal(in[0].src, in[2].src);
	assert_ptr_not_equal(in[0].src, in[1].src);
	assert_ptr_equal(in[0].src->a, in[1].src->a);
	assert_true(ir_expr_equal(in[0].src, in[1].src));
	ir_module_free(m);
	names_free(ns);
}

/* More locals than the first table of the parser holds. */
static void
ok_many_locals(void **state)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct buf text = { 0 }, out = { 0 };
	struct ir_module *m;

	(void)state;
	buf_str(&text, "iplint-ir 1\nfunc @f v()\nat 0:0 end 0:0\n");
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "local %%v%d u8\n", i);
	buf_str(&text, "b0:\n");
	for (int i = 999; i >= 0; i--)
		buf_fmt(&text, "\t1:1 %%.%d = %%v%d\n", i, i);
	buf_str(&text, "}\n");
	m = ir_parse(ns, NULL, text.p, text.n, NULL, &f);
	if (m == NULL)
		fail_msg("%s", f.text);
	assert_int_equal(m->funcs.p[0]->nlocals, 2000);
	ir_print(m, &out);
	assert_string_equal(out.p, text.p);
	ir_module_free(m);
	buf_free(&text);
	buf_free(&out);
	names_free(ns);
}

/* ---- skipping ---- */

struct asked {
	struct names *names;
	size_t n;
	char text[256];
	struct digest last;
};

static bool
want_even(void *ctx, name_t func, struct digest digest)
{
	struct asked *a = ctx;

	strcat(a->text, name_str(a->names, func));
	a->last = digest;
	return a->n++ % 2 == 0;
}

static void
ok_skip(void **state)
{
	static const char func[] =
	    "func @b  i32()  static\nat 1:1 end 2:1\nb0:\n"
	    "\t1:1 call @f(\"}\")\n\t}this is not looked at\n}";
	struct names *ns = names_new();
	struct asked asked = { .names = ns };
	struct ir_reader reader = { want_even, &asked };
	struct fault f = { "" };
	struct buf text = { 0 };
	struct ir_module *m;
	struct ir_func *fn;

	(void)state;
	buf_str(&text, "func @a v()\nat 1:1 end 2:1\nb0:\n\t1:1 ret\n}\n\n");
	buf_str(&text, func);
	buf_str(&text, "\nvar @v u8 \"x\" 1\n");
	buf_str(&text, "func @c v()\nat 1:1 end 2:1\nb0:\n\t1:1 ret\n}\n");
	m = ir_parse(ns, NULL, text.p, text.n, &reader, &f);
	if (m == NULL)
		fail_msg("%s", f.text);
	assert_string_equal(asked.text, "abc");
	assert_int_equal(m->funcs.n, 3);
	assert_int_equal(m->vars.n, 1);
	fn = m->funcs.p[1];
	assert_int_equal(fn->flags, IR_STATIC);
	assert_string_equal(name_str(ns, fn->sig), "i32()");
	assert_int_equal(fn->nblocks, 0);
	assert_int_equal(digest_cmp(fn->digest,
	    digest_bytes(func, sizeof(func) - 1)), 0);
	assert_int_equal(m->funcs.p[0]->nblocks, 1);
	assert_int_equal(m->funcs.p[2]->nblocks, 1);
	assert_int_equal(digest_cmp(m->funcs.p[2]->digest, asked.last), 0);
	ir_module_free(m);
	buf_free(&text);
	names_free(ns);
}

/* The digest is that of the printed text, if the text was printed. */
static void
ok_digest(void **state)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct buf out = { 0 };
	struct ir_module *m;
	size_t size;
	char *text;

	(void)state;
	text = slurp("ok_insns.ir", &size);
	m = ir_parse(ns, NULL, text, size, NULL, &f);
	assert_non_null(m);
	ir_print_func(ns, m->funcs.p[0], &out);
	assert_int_equal(digest_cmp(m->funcs.p[0]->digest,
	    digest_bytes(out.p, out.n - 1)), 0);
	ir_module_free(m);
	buf_free(&out);
	names_free(ns);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_print_of_parse),
		cmocka_unit_test(ok_free_form),
		cmocka_unit_test(ok_empty_text),
		cmocka_unit_test(ok_structures),
		cmocka_unit_test(ok_equal_expressions_are_shared),
		cmocka_unit_test(ok_many_locals),
		cmocka_unit_test(ok_skip),
		cmocka_unit_test(ok_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
