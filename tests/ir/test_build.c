/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "../base/test.h"
#include "ir/ir.h"

struct fixture {
	struct names *names;
	struct ir_module *m;
	struct arena *a;
};

static int
setup(void **state)
{
	struct fixture *x = ecalloc(1, sizeof(*x));

	x->names = names_new();
	x->m = ir_module_new(x->names);
	x->a = x->m->arena;
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;

	ir_module_free(x->m);
	ir_module_free(NULL);
	names_free(x->names);
	free(x);
	return 0;
}

static name_t
nm(struct fixture *x, const char *s)
{
	return name_intern(x->names, s);
}

static void
is_text(const struct fixture *x, const struct ir_expr *e, const char *want)
{
	struct buf b = { 0 };

	ir_print_expr(x->names, NULL, e, &b);
	assert_string_equal(b.p, want);
	buf_free(&b);
}

static void
is_c(const struct fixture *x, const struct ir_func *f,
    const struct ir_expr *e, const char *want)
{
	struct buf b = { 0 };

	ir_print_c(x->names, f, e, &b);
	assert_string_equal(b.p, want);
	buf_free(&b);
}

/* Blocks may be filled in any order; the text comes out in theirs. */
static void
ok_function(void **state)
{
	struct fixture *x = *state;
	struct ir_loc loc = { .line = 3, .col = 1 }, end = { .line = 9,
	    .col = 1 };
	struct ir_insn ret = { .kind = IR_RET, .loc = { .line = 8 } };
	struct ir_insn br = { .kind = IR_BRANCH, .loc = { .line = 5 } };
	struct ir_insn call = { .kind = IR_CALL, .loc = { .line = 4 } };
	struct ir_build *b;
	struct ir_func *f;
	struct fault fault = { "" };
	struct buf out = { 0 };
	uint32_t s, s2, t, b0, b1;

	b = ir_build_new(x->m, nm(x, "f"), nm(x, "i32(p,p)"), IR_STATIC);
	assert_int_equal(ir_build_file(b, nm(x, "f.c")), 0);
	assert_int_equal(ir_build_file(b, nm(x, "f.h")), 1);
	assert_int_equal(ir_build_file(b, nm(x, "f.c")), 0);
	ir_build_param(b, nm(x, "s"), nm(x, "p"));
	ir_build_param(b, 0, nm(x, "p"));
	ir_build_local(b, 0, nm(x, "u8"));
	s = ir_build_local(b, nm(x, "s.2"), nm(x, "i32"));
	s2 = ir_build_local(b, nm(x, "s"), nm(x, "i64"));
	t = ir_build_temp(b);
	assert_int_equal(ir_build_temp(b), t + 1);
	b0 = ir_build_block(b);
	b1 = ir_build_block(b);
	ret.src = ir_local(x->a, s2);
	ir_build_insn(b, b1, &ret);
	call.src = ir_global(x->a, nm(x, "g"));
	call.dst = ir_local(x->a, t);
	call.loc.macro = nm(x, "G");
	call.loc.sline = 7;
	call.loc.sfile = 1;
	call.nargs = 1;
	call.args = arena_alloc(x->a, sizeof(*call.args));
	call.args[0] = ir_local(x->a, s);
	ir_build_insn(b, b0, &call);
	br.src = ir_unary(x->a, IR_OP_NOT, ir_local(x->a, t));
	br.target[0] = br.target[1] = b1;
	ir_build_insn(b, b0, &br);
	ir_build_place(b, loc, end);
	f = ir_build_done(b);

	assert_ptr_equal(x->m->funcs.p[0], f);
	assert_true(f->digest.hi == 0 && f->digest.lo == 0);
	assert_int_equal(ir_check(x->m, &fault), 0);
	ir_print_func(x->names, f, &out);
	assert_string_equal(out.p,
	    "func @f i32(p,p) static\n"
	    "file 0 \"f.c\"\n"
	    "file 1 \"f.h\"\n"
	    "at 3:1 end 9:1\n"
	    "param %s p\n"
	    "param %unnamed p\n"
	    "local %unnamed.2 u8\n"
	    "local %s.2 i32\n"
	    "local %s.3 i64\n"
	    "b0:\n"
	    "\t4:0!G<1#7:0> %.1 = call @g(%s.2)\n"
	    "\t5:0 br !%.1 b1 b1\n"
	    "b1:\n"
	    "\t8:0 ret %s.3\n"
	    "}\n");
	buf_clear(&out);
	ir_print_insn(x->names, f, &f->blocks[0].insns[0], &out);
	assert_string_equal(out.p, "%.1 = call @g(%s.2)");
	buf_free(&out);
}

static void
ok_empty_function(void **state)
{
	struct fixture *x = *state;
	struct ir_build *b = ir_build_new(x->m, nm(x, "f"), nm(x, "v()"), 0);
	struct buf out = { 0 };

	ir_print_func(x->names, ir_build_done(b), &out);
	assert_string_equal(out.p, "func @f v()\nat 0:0 end 0:0\n}\n");
	buf_free(&out);
}

static void
ok_address_and_dereference_cancel(void **state)
{
	struct fixture *x = *state;
	const struct ir_expr *g = ir_global(x->a, nm(x, "g"));

	assert_ptr_equal(ir_deref(x->a, ir_addr(x->a, g)), g);
	assert_ptr_equal(ir_addr(x->a, ir_deref(x->a, g)), g);
	is_text(x, ir_addr(x->a, g), "&@g");
	is_text(x, ir_deref(x->a, g), "*@g");
}

static void
ok_depth_is_limited(void **state)
{
	struct fixture *x = *state;
	const struct ir_expr *e = ir_const(x->a, 1, 0);
	const struct ir_expr *p;

	for (int i = 1; i < IR_DEPTH; i++) {
		assert_int_equal(e->depth, i);
		e = ir_binary(x->a, IR_OP_ADD, e, ir_const(x->a, 1, 0));
	}
	assert_int_equal(e->depth, IR_DEPTH);
	is_text(x, ir_unary(x->a, IR_OP_NOT, e), "?");
	is_text(x, ir_binary(x->a, IR_OP_ADD, ir_opaque(x->a), e), "?");
	p = ir_deref(x->a, e);
	is_text(x, p, "*?");
	assert_true(ir_is_place(p));
	is_text(x, ir_field(x->a, p, nm(x, "r"), nm(x, "f")), "(*?).r::f");
	e = ir_global(x->a, nm(x, "g"));
	for (int i = 0; i < 10 * IR_DEPTH; i++)
		e = ir_field(x->a, e, nm(x, "r"), nm(x, "f"));
	assert_true(e->depth <= IR_DEPTH);
	for (int i = 0; i < 10 * IR_DEPTH; i++)
		e = ir_index(x->a, e, e);
	assert_true(ir_is_place(e));
}

#define NALL	20

/* One expression of each kind, and its neighbours. */
static void
make_all(struct fixture *x, const struct ir_expr *all[NALL])
{
	struct arena *a = x->a;
	const struct ir_expr *g = ir_global(a, nm(x, "g"));
	const struct ir_expr *one = ir_const(a, 1, 0);
	const struct ir_expr *list[NALL] = {
		one, ir_const(a, 2, 0), ir_str(a, nm(x, "g")), g,
		ir_global(a, nm(x, "h")), ir_local(a, 0), ir_local(a, 1),
		ir_field(a, g, nm(x, "r"), nm(x, "f")),
		ir_field(a, g, nm(x, "r"), nm(x, "e")),
		ir_field(a, g, nm(x, "s"), nm(x, "f")),
		ir_deref(a, g), ir_addr(a, g), ir_index(a, g, g),
		ir_index(a, g, one), ir_unary(a, IR_OP_NOT, g),
		ir_unary(a, IR_OP_NEG, g), ir_binary(a, IR_OP_ADD, g, g),
		ir_binary(a, IR_OP_SUB, g, g),
		ir_binary(a, IR_OP_ADD, g, one), ir_opaque(a)
	};

	memcpy(all, list, sizeof(list));
}

static void
ok_equality(void **state)
{
	struct fixture *x = *state;
	const struct ir_expr *one[NALL], *two[NALL];

	make_all(x, one);
	make_all(x, two);
	for (size_t i = 0; i < NALL; i++)
		for (size_t j = 0; j < NALL; j++)
			assert_int_equal(ir_expr_equal(one[i], two[j]),
			    i == j);
	assert_true(ir_expr_equal(ir_const(x->a, 1, nm(x, "ONE")), one[0]));
}

static void
ok_as_c(void **state)
{
	struct fixture *x = *state;
	struct arena *a = x->a;
	struct ir_build *b = ir_build_new(x->m, nm(x, "f"), nm(x, "v()"), 0);
	const struct ir_expr *sc, *s, *t, *one, *g, *lock, *sum, *tab;
	struct ir_func *f;

	sc = ir_local(a, ir_build_local(b, nm(x, "sc"), nm(x, "p")));
	s = ir_local(a, ir_build_local(b, nm(x, "s"), nm(x, "i32")));
	s = ir_local(a, ir_build_local(b, nm(x, "s"), nm(x, "i32")));
	t = ir_local(a, ir_build_temp(b));
	f = ir_build_done(b);
	one = ir_const(a, 1, 0);
	g = ir_global(a, nm(x, "f.state"));
	lock = ir_field(a, ir_deref(a, sc), nm(x, "foo"), nm(x, "lock"));
	sum = ir_binary(a, IR_OP_ADD, sc, one);
	tab = ir_field(a, lock, nm(x, "r"), nm(x, "tab"));

	is_c(x, f, lock, "sc->lock");
	is_c(x, f, ir_addr(a, lock), "&sc->lock");
	is_c(x, f, tab, "sc->lock.tab");
	is_c(x, f, ir_field(a, ir_field(a, lock, 1, 0), 1, nm(x, "u")),
	    "sc->lock.u");
	is_c(x, f, ir_index(a, tab, one), "sc->lock.tab[1]");
	is_c(x, f, ir_addr(a, ir_index(a, tab, ir_const(a, 0, 0))),
	    "sc->lock.tab");
	is_c(x, f, ir_addr(a, ir_index(a, tab, one)), "&sc->lock.tab[1]");
	is_c(x, f, s, "s");
	is_c(x, f, t, ".1");
	is_c(x, f, g, "state");
	is_c(x, f, ir_const(a, 6, nm(x, "IPL_VM")), "IPL_VM");
	is_c(x, f, ir_const(a, -6, 0), "-6");
	is_c(x, f, ir_str(a, nm(x, "a\n")), "\"a\\n\"");
	is_c(x, f, ir_opaque(a), "?");
	is_c(x, f, ir_deref(a, sc), "*sc");
	is_c(x, f, ir_deref(a, sum), "sc[1]");
	is_c(x, f, ir_field(a, ir_deref(a, sum), 1, nm(x, "u")), "sc[1].u");
	is_c(x, f, ir_index(a, ir_deref(a, sc), one), "(*sc)[1]");
	is_c(x, f, ir_deref(a, ir_binary(a, IR_OP_SUB, sc, one)),
	    "*(sc - 1)");
	is_c(x, f, ir_unary(a, IR_OP_NOT, sum), "!(sc + 1)");
	is_c(x, f, ir_unary(a, IR_OP_NEG, ir_const(a, -6, 0)), "-(-6)");
	is_c(x, f, ir_binary(a, IR_OP_SUB, sum, sum), "sc + 1 - (sc + 1)");
	is_c(x, f, ir_binary(a, IR_OP_MUL, sum, sum), "(sc + 1) * (sc + 1)");
	is_c(x, f, ir_binary(a, IR_OP_NE, ir_binary(a, IR_OP_AND, s, one),
	    sum), "(s & 1) != sc + 1");
}

/* The names of printed and parsed text must not be confused by dots. */
static void
ok_dots(void **state)
{
	struct fixture *x = *state;
	struct arena *a = x->a;
	const struct ir_expr *g = ir_global(a, nm(x, "f.v"));

	is_text(x, g, "@f.v");
	is_text(x, ir_field(a, g, nm(x, "r.u"), nm(x, "m")), "(@f.v).r.u::m");
	is_text(x, ir_field(a, ir_deref(a, g), nm(x, "r"), nm(x, "m")),
	    "@f.v->r::m");
	is_text(x, ir_index(a, g, g), "@f.v[@f.v]");
	is_text(x, ir_field(a, ir_global(a, nm(x, ".1")), nm(x, "r"),
	    nm(x, "m")), "@.1.r::m");
	is_text(x, ir_unary(a, IR_OP_NEG, ir_const(a, 5, 0)), "- 5");
	is_text(x, ir_unary(a, IR_OP_NEG, ir_const(a, -5, 0)), "--5");
}

int
main(void)
{
#define BUILT(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		BUILT(ok_function),
		BUILT(ok_empty_function),
		BUILT(ok_address_and_dereference_cancel),
		BUILT(ok_depth_is_limited),
		BUILT(ok_equality),
		BUILT(ok_as_c),
		BUILT(ok_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
