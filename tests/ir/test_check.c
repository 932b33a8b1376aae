/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "../base/test.h"
#include "ir/ir.h"

#define FUNC	"unit \"u.c\"\nfunc @f v(p)\nfile 0 \"f.c\"\n"		\
		"at 1:1 end 2:1\nparam %a p:foo\n"
#define END	"b1:\n\t9:1 ret\n}\n"

/* Well-formed text of modules that are not valid. */
static const struct {
	const char *text, *message;
} bad[] = {
	{ "level \"\" 1\n", "a level without a name" },
	{ "alias @x @\"\"\n", "an alias without a name" },
	{ "var @\"\" i32 \"x\" 1\n", "a variable without a name" },
	{ "unit \"u.c\"\nvar @v i33 \"x\" 1\n", "u.c: @v has type \"i33\", "
	    "which is none" },
	{ "var @v i32:foo \"x\" 1\n", "@v has type \"i32:foo\", which is "
	    "none" },
	{ "var @v p: \"x\" 1\n", "@v has type \"p:\", which is none" },
	{ "var @v \"\" \"x\" 1\n", "@v has type \"\", which is none" },
	{ "var @v i32 inline \"x\" 1\n", "variable @v has a flag of "
	    "functions" },
	{ "decl @f v() \"x\" 1\n", "@f: a declaration that is not extern" },
	{ "decl @f v extern \"x\" 1\n", "@f: \"v\" is not a signature" },
	{ "decl @f v(..) extern \"x\" 1\n", "@f: \"v(..)\" is not a "
	    "signature" },
	{ "decl @f v(p,) extern \"x\" 1\n", "@f: \"v(p,)\" is not a "
	    "signature" },
	{ "decl @f v(...,p) extern \"x\" 1\n", "@f: \"v(...,p)\" is not a "
	    "signature" },
	{ "decl @f v(p extern \"x\" 1\n", "@f: \"v(p\" is not a signature" },
	{ "decl @\"\" v() extern \"x\" 1\n", "@: a function without a "
	    "name" },
	{ "init @\"\" = 5 \"x\" 1\n", "a global without a name" },

	{ "func @f v() extern\nat 0:0 end 0:0\n}\n", "@f: a definition that "
	    "is extern" },
	{ "func @f v()\nat 0:0 end 0:0\n}\nfunc @f v()\nat 0:0 end 0:0\n}\n",
	    "@f: the function is defined twice" },
	{ "func @f v()\nat 1:1 end 0:0\n}\n", "@f: file 0 does not exist" },
	{ "func @f v()\nat 0:0 end 1#1:1\n}\n", "@f: file 1 does not "
	    "exist" },
	{ FUNC "local %\"\" p\n" END, "t:7: expected block b0" },
	{ FUNC "local %\"\" p\n}\n", "f.c:1: @f: local 1 has no name" },
	{ FUNC "local %x \"\"\n}\n", "f.c:1: @f: %x has type \"\", which is "
	    "none" },
	{ FUNC "local %.1 p\nlocal %x int\n}\n", "f.c:1: @f: %x has type "
	    "\"int\", which is none" },

	{ FUNC "b0:\n}\n", "f.c:1: @f: b0: the block is empty" },
	{ FUNC "b0:\n\t7:1 %a = 1\n}\n", "f.c:7: @f: b0: the block does not "
	    "end in a terminator" },
	{ FUNC "b0:\n\t7:1 ret\n\t8:1 ret\n}\n", "f.c:7: @f: b0: a "
	    "terminator inside the block" },
	{ FUNC "b0:\n\t1#7:1 ret\n}\n", "u.c: @f: b0: file 1 does not "
	    "exist" },
	{ FUNC "b0:\n\t7:1!M<1#7:1> ret\n}\n", "f.c:7: @f: b0: file 1 does "
	    "not exist" },
	{ FUNC "b0:\n\t7:1 goto b2\n" END, "f.c:7: @f: b0: block b2 does "
	    "not exist" },
	{ FUNC "b0:\n\t7:1 goto b0\n" END, "f.c:7: @f: b0: the entry b0 is "
	    "a target" },
	{ FUNC "b0:\n\t7:1 br %a b1 b2\n" END, "f.c:7: @f: b0: block b2 "
	    "does not exist" },
	{ FUNC "b0:\n\t7:1 br %a b0 b1\n" END, "f.c:7: @f: b0: the entry b0 "
	    "is a target" },
	{ FUNC "b0:\n\t7:1 switch %a b3\n" END, "f.c:7: @f: b0: block b3 "
	    "does not exist" },
	{ FUNC "b0:\n\t7:1 switch %a b1, 1 b2\n" END, "f.c:7: @f: b0: block "
	    "b2 does not exist" },
	{ FUNC "b0:\n\t7:1 switch %a b1, 2..1 b1\n" END, "f.c:7: @f: b0: "
	    "case 2..1 is empty" },
	{ FUNC "b0:\n\t7:1 switch %a b1, 2..4 b1, 4 b1\n" END, "f.c:7: @f: "
	    "b0: case 4 is not above the one before it" },
	{ FUNC "b0:\n\t7:1 call [i32] %a()\n\t8:1 goto b1\n" END,
	    "f.c:7: @f: b0: \"i32\" is not a signature" },
};

static void
breaks(const char *text, const char *message)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct ir_module *m;

	m = ir_parse(ns, "t", text, strlen(text), NULL, &f);
	if (m != NULL && ir_check(m, &f) == 0)
		fail_msg("valid: %s", text);
	assert_string_equal(f.text, message);
	ir_module_free(m);
	names_free(ns);
}

static void
bad_modules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		breaks(bad[i].text, bad[i].message);
}

static void
ok_signatures(void **state)
{
	static const char text[] =
	    "decl @a v() extern \"x\" 1\n"
	    "decl @b p(...) extern \"x\" 1\n"
	    "decl @c i8(i16,i32,i64,u8,u16,u32,u64,f,p,s,a) extern \"x\" 1\n"
	    "decl @d u64(p,...) extern \"x\" 1\n";
	struct names *ns = names_new();
	struct fault f = { "" };
	struct ir_module *m;

	(void)state;
	m = ir_parse(ns, "t", text, sizeof(text) - 1, NULL, &f);
	assert_non_null(m);
	assert_int_equal(ir_check(m, &f), 0);
	assert_string_equal(f.text, "");
	ir_module_free(m);
	names_free(ns);
}

/* ---- what no text can express ---- */

struct fixture {
	struct names *names;
	struct ir_module *m;
	struct ir_func *func;
	struct ir_insn *first;		/* %a = 1 */
	struct ir_insn *last;		/* ret */
	struct ir_expr expr;		/* for a test to break */
};

static int
setup(void **state)
{
	struct fixture *x = ecalloc(1, sizeof(*x));
	struct ir_insn assign = { .kind = IR_ASSIGN };
	struct ir_insn ret = { .kind = IR_RET };
	struct ir_build *b;

	x->names = names_new();
	x->m = ir_module_new(x->names);
	b = ir_build_new(x->m, name_intern(x->names, "f"),
	    name_intern(x->names, "v(p)"), 0);
	ir_build_param(b, name_intern(x->names, "a"),
	    name_intern(x->names, "p"));
	ir_build_block(b);
	assign.dst = ir_local(x->m->arena, 0);
	assign.src = ir_const(x->m->arena, 1, 0);
	ir_build_insn(b, 0, &assign);
	ir_build_insn(b, 0, &ret);
	x->func = ir_build_done(b);
	x->first = &x->func->blocks[0].insns[0];
	x->last = &x->func->blocks[0].insns[1];
	x->expr = *assign.src;
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;

	ir_module_free(x->m);
	names_free(x->names);
	free(x);
	return 0;
}

static void
says(const struct fixture *x, const char *message)
{
	struct fault f = { "" };

	assert_int_equal(ir_check(x->m, &f), -1);
	assert_string_equal(f.text, message);
}

static void
ok_built(void **state)
{
	struct fixture *x = *state;
	struct fault f = { "" };

	assert_int_equal(ir_check(x->m, &f), 0);
}

static void
bad_missing(void **state)
{
	struct fixture *x = *state;

	x->first->src = NULL;
	says(x, "@f: b0: the assigned value is missing");
	x->first->dst = NULL;
	says(x, "@f: b0: what is assigned is missing");
	x->first->kind = IR_CALL;
	says(x, "@f: b0: the function of a call is missing");
	x->last->kind = IR_BRANCH;
	x->first->kind = IR_ASM;
	says(x, "@f: b0: the condition is missing");
	x->last->kind = IR_SWITCH;
	says(x, "@f: b0: the value of a switch is missing");
}

static void
bad_instruction(void **state)
{
	struct fixture *x = *state;

	x->first->loc.sline = 3;
	says(x, "@f: b0: a spelling place without a macro");
	x->first->loc.sline = 0;
	x->last->dst = x->first->dst;
	says(x, "@f: b0: a result that nothing gives");
	x->last->kind = IR_UNREACHABLE + 1;
	says(x, "@f: b0: instruction kind 8");
	x->first->dst = x->first->src;
	says(x, "@f: b0: what is assigned is not a place");
	x->first->kind = IR_CALL;
	says(x, "@f: b0: an indirect call without a signature");
	x->first->name = name_intern(x->names, "v()");
	says(x, "@f: b0: the result is not a place");
}

static void
bad_expression(void **state)
{
	struct fixture *x = *state;
	const struct ir_expr *local = x->first->dst;

	x->first->src = &x->expr;
	x->expr.depth = 2;
	says(x, "@f: b0: a leaf of depth 2");
	x->expr.depth = IR_DEPTH + 1;
	says(x, "@f: b0: an expression of depth 257");
	x->expr.depth = 1;
	x->expr.kind = IR_OPAQUE + 1;
	says(x, "@f: b0: expression kind 11");
	x->expr.kind = IR_LOCAL;
	x->expr.local = 1;
	says(x, "@f: b0: local 1 does not exist");
	x->expr.kind = IR_UNARY;
	x->expr.op = IR_OP_ADD;
	says(x, "@f: b0: unary operator 3");
	x->expr.kind = IR_BINARY;
	x->expr.op = IR_OP_NOT;
	says(x, "@f: b0: binary operator 0");
	x->expr.op = IR_NOPS;
	says(x, "@f: b0: binary operator 19");
	x->expr.op = IR_OP_ADD;
	x->expr.a = local;
	x->expr.b = NULL;
	says(x, "@f: b0: an operand is missing");
	x->expr.b = local;
	says(x, "@f: b0: an expression of depth 1 over one of depth 1");
	x->expr.kind = IR_DEREF;
	x->expr.depth = 2;
	x->expr.a = ir_addr(x->m->arena, local);
	says(x, "@f: b0: \"*&\" and \"&*\" cancel out");
	x->expr.kind = IR_INDEX;
	says(x, "@f: b0: the operand of a member, index or address is not a "
	    "place");
}

static void
bad_locals(void **state)
{
	struct fixture *x = *state;

	x->func->nparams = 2;
	says(x, "@f: 2 parameters among 1 locals");
	x->func->nlocals = 2;
	x->func->locals = arena_alloc(x->m->arena,
	    2 * sizeof(struct ir_local));
	x->func->locals[0].name = x->func->locals[1].name =
	    name_intern(x->names, "a");
	x->func->locals[0].type = x->func->locals[1].type =
	    name_intern(x->names, "p");
	says(x, "@f: there are two locals %a");
	x->func->nparams = 1;
	x->func->locals[0].type = 0;
	says(x, "@f: %a has type \"\", which is none");
}

static void
bad_items(void **state)
{
	struct fixture *x = *state;
	struct ir_init init = { .place = x->first->dst,
	    .value = x->first->src };
	struct ir_func decl = *x->func;

	vec_push(&x->m->inits, init);
	says(x, "a local outside of functions");
	decl.flags = IR_EXTERN;
	vec_push(&x->m->decls, decl);
	says(x, "@f: a declaration with a body");
}

int
main(void)
{
#define BUILT(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_modules),
		cmocka_unit_test(ok_signatures),
		BUILT(ok_built),
		BUILT(bad_missing),
		BUILT(bad_instruction),
		BUILT(bad_expression),
		BUILT(bad_locals),
		BUILT(bad_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
