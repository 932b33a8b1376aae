/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The questions of program.h, asked of small programs.
 */

#include "case.h"

static void
ok_functions(void **state)
{
	struct test_case c;
	func_id f[4], a, b;

	(void)state;
	case_load(&c, "ok_statics_apart");
	assert_int_equal(program_find(c.program, "helper", f, 4), 2);
	assert_int_equal(program_find(c.program, "helper", f, 1), 2);
	assert_int_equal(program_find(c.program, "help", f, 4), 0);
	assert_int_equal(program_find(c.program, "z", f, 4), 0);
	a = program_callee(c.program, case_func(&c, "fa"),
	    name_find(c.names, "helper"));
	b = program_callee(c.program, case_func(&c, "fb"),
	    name_find(c.names, "helper"));
	assert_int_equal(a, f[0]);
	assert_int_equal(b, f[0] + 1);
	assert_int_equal(program_callee(c.program, a, 0), NO_FUNC);
	assert_int_equal(c.program->funcs.p[a].ncallers, 1);
	assert_int_equal(c.program->funcs.p[a].callers[0],
	    case_func(&c, "fa"));
	case_done(&c);
}

/* Components: callees first, also through pointers; a loop is one. */
static void
ok_components(void **state)
{
	struct test_case c;
	const struct prog_func *v;

	(void)state;
	case_load(&c, "ok_noreturn");
	v = c.program->funcs.p;
	assert_int_equal(v[case_func(&c, "even")].scc,
	    v[case_func(&c, "odd")].scc);
	assert_int_equal(c.program->nsccs, c.program->funcs.n - 1);
	case_done(&c);
	case_load(&c, "ok_flow_members");
	v = c.program->funcs.p;
	assert_true(v[case_func(&c, "get")].scc <
	    v[case_func(&c, "by_result")].scc);
	assert_true(v[case_func(&c, "t5")].scc <
	    v[case_func(&c, "run")].scc);
	assert_true(v[case_func(&c, "twice")].scc <
	    v[case_func(&c, "through")].scc);
	case_done(&c);
}

static void
ok_keys(void **state)
{
	struct test_case c;
	const struct prog_lock *const *locks;
	const func_id *funcs;
	struct buf b = { 0 };
	func_id user, take;
	key_id k;

	(void)state;
	case_load(&c, "ok_lock_flows");
	user = case_func(&c, "user");
	take = case_func(&c, "take");
	k = case_field(&c, "softc", "lock");
	assert_non_null(program_lock(c.program, k));
	assert_string_equal(program_lock(c.program, k)->text, "softc::lock");
	assert_int_equal(program_lock(c.program, k)->lo, 8);
	assert_int_equal(program_key_locks(c.program, k, &locks), 0);
	k = program_key_local(c.program, take, 0);
	assert_int_equal(program_key_locks(c.program, k, &locks), 1);
	assert_string_equal(locks[0]->text, "softc::lock");
	program_key_print(c.program, k, &b);
	assert_string_equal(b.p, "take(m)");
	k = program_key_local(c.program, user, 1);
	assert_int_equal(program_key_locks(c.program, k, &locks), 1);
	k = case_field(&c, "softc", "other");
	assert_int_equal(program_key_locks(c.program, k, &locks), 1);
	assert_string_equal(locks[0]->text, "softc::lockp");
	assert_int_equal(program_key_funcs(c.program, k, &funcs), 0);
	assert_int_equal(program_key_local(c.program, take, 1), 0);
	assert_int_equal(program_key_field(c.program, 0, 0), 0);
	buf_clear(&b);
	program_key_print(c.program, program_key_result(c.program, take),
	    &b);
	assert_string_equal(b.p, "take()");
	buf_free(&b);
	case_done(&c);
}

/* The arguments of the calls in user(), one after the other. */
static void
ok_value_locks(void **state)
{
	struct test_case c;
	const struct prog_lock *locks[2];
	const struct ir_block *b;
	func_id user;

	(void)state;
	case_load(&c, "ok_lock_flows");
	user = case_func(&c, "user");
	b = &c.program->funcs.p[user].ir->blocks[0];
	assert_int_equal(program_value_locks(c.program, user,
	    b->insns[0].args[0], locks, 2), 1);
	assert_string_equal(locks[0]->text, "softc::lock");
	assert_int_equal(program_value_locks(c.program, user,
	    b->insns[1].args[0], locks, 2), 1);
	assert_string_equal(locks[0]->text, "softc::lockp");
	assert_int_equal(program_value_locks(c.program, user,
	    b->insns[2].args[0], locks, 2), 0);
	assert_int_equal(program_value_locks(c.program, user,
	    b->insns[3].args[0], locks, 0), 1);
	case_done(&c);
}

static void
ok_key_funcs(void **state)
{
	struct test_case c;
	const func_id *v;
	func_id run;

	(void)state;
	case_load(&c, "ok_flow_members");
	run = case_func(&c, "run");
	assert_int_equal(program_key_funcs(c.program,
	    program_key_local(c.program, run, 0), &v), 2);
	assert_int_equal(v[0], case_func(&c, "t1"));
	assert_int_equal(v[1], case_func(&c, "t5"));
	assert_int_equal(program_key_funcs(c.program,
	    program_key_global(c.program, run, name_find(c.names, "table")),
	    &v), 2);
	assert_true(c.program->funcs.p[v[0]].flags & PROG_TAKEN);
	case_done(&c);
}

static void
ok_key_levels(void **state)
{
	struct test_case c;
	int lo = -1, hi = -1;

	(void)state;
	case_load(&c, "ok_handlers_flows");
	assert_true(program_key_levels(c.program, program_key_local(
	    c.program, case_func(&c, "setup"), 1), &lo, &hi));
	assert_int_equal(lo, 6);
	assert_int_equal(hi, 8);
	assert_false(program_key_levels(c.program, program_key_local(
	    c.program, case_func(&c, "setup"), 0), &lo, &hi));
	case_done(&c);
}

/* A number without a name, or computed, is no level of which to speak. */
static void
bad_key_levels(void **state)
{
	struct test_case c;
	int lo, hi;

	(void)state;
	case_link(&c, "iplint-ir 1\nunit \"a\"\n"
	    "source \"arch/a.c\" 00000000000000000000000000000001\n"
	    "func @f v(i32)\nfile 0 \"a\"\nat 1:1 end 2:1\n"
	    "param %x i32\nlocal %y i32\nb0:\n"
	    "\t1:1 %y = 6'IPL_VM'\n\t1:2 @a = %y\n\t1:3 @b = %y\n"
	    "\t1:4 @b = (%y + 1)\n\t1:5 @c = %y\n\t1:6 @c = 5\n"
	    "\t1:7 @d = %y\n\t1:8 @d = call @ext()\n\t1:9 ret\n}\n",
	    (struct case_order){ 0, false, false });
	assert_true(program_key_levels(c.program, program_key_global(
	    c.program, NO_FUNC, name_find(c.names, "a")), &lo, &hi));
	assert_int_equal(lo, 6);
	assert_false(program_key_levels(c.program, program_key_global(
	    c.program, NO_FUNC, name_find(c.names, "b")), &lo, &hi));
	assert_false(program_key_levels(c.program, program_key_global(
	    c.program, NO_FUNC, name_find(c.names, "c")), &lo, &hi));
	assert_false(program_key_levels(c.program, program_key_global(
	    c.program, NO_FUNC, name_find(c.names, "d")), &lo, &hi));
	case_done(&c);
}

static void
ok_levels(void **state)
{
	struct test_case c;

	(void)state;
	case_load(&c, "ok_handlers");
	assert_int_equal(program_level(c.program,
	    name_find(c.names, "IPL_BIO")), 6);
	assert_int_equal(program_level(c.program,
	    name_find(c.names, "IPL_MPSAFE")), -1);
	assert_int_equal(program_level(c.program, 0), -1);
	assert_string_equal(program_level_name(c.program, 6), "IPL_VM");
	assert_null(program_level_name(c.program, 5));
	assert_null(program_level_name(c.program, -1));
	assert_int_equal(program_level_max(c.program), 8);
	assert_int_equal(c.program->version, 100);
	case_done(&c);
}

/* More than PROG_WIDE targets: the edge stays, the ledger says so. */
static void
bad_wide(void **state)
{
	struct test_case c;
	const struct prog_site *s;
	struct buf b = { 0 };
	int i;

	(void)state;
	buf_str(&b, "iplint-ir 1\nunit \"a\"\n"
	    "source \"arch/a.c\" 00000000000000000000000000000001\n");
	for (i = 0; i < 100; i++)
		buf_fmt(&b, "decl @t%d v() extern \"h\" 1\n", i);
	buf_str(&b, "func @f v()\nfile 0 \"a\"\nat 1:1 end 2:1\nb0:\n");
	for (i = 0; i < 100; i++)
		buf_fmt(&b, "\t1:1 @hook = &@t%d\n", i);
	buf_str(&b, "\t2:1 call [v()] @hook()\n\t3:1 ret\n}\n");
	case_link(&c, b.p, (struct case_order){ 0, false, false });
	s = &c.program->funcs.p[case_func(&c, "f")].sites[0];
	assert_true(s->wide);
	assert_true(s->indirect);
	assert_int_equal(s->ntargets, 100);
	assert_int_equal(ledger_get(c.ledger, (uint32_t)ledger_count(
	    c.ledger) - 1)->kind, LEDGER_WIDE);
	buf_free(&b);
	case_done(&c);
}

static void
link_port(const char *port, const char *source, const char *expected)
{
	struct names *names = names_new();
	struct ledger *ledger = ledger_new(names);
	struct fault f = { "" };
	struct rules *rules = rules_load(names, DATA "/rules.yaml", &f);
	struct ir_module *m = ir_module_new(names);
	struct program *p;

	m->unit = name_intern(names, "a.c");
	vec_push(&m->sources, ((struct ir_source){
	    .path = name_intern(names, source) }));
	p = program_link(names, rules, &m, 1, port, ledger, &f);
	if (expected == NULL) {
		assert_null(p);
		assert_string_not_equal(f.text, "");
	} else {
		assert_non_null(p);
		assert_string_equal(name_str(names, p->port->name),
		    expected);
	}
	program_free(p);
	ir_module_free(m);
	rules_free(rules);
	ledger_free(ledger);
	names_free(names);
}

static void
ok_port(void **state)
{
	(void)state;
	link_port(NULL, "sys/arch/x/y.h", "toy");
	link_port(NULL, "sys/arch/special/y.h", "special");
	link_port("special", "nothing.h", "special");
}

static void
bad_port(void **state)
{
	(void)state;
	link_port(NULL, "nothing.h", NULL);
	link_port("nowhere", "sys/arch/x/y.h", NULL);
}

static void
bad_stage(void **state)
{
	struct test_case c;
	struct buf b = { 0 };

	(void)state;
	case_load(&c, "ok_alias");
	assert_int_equal(program_dump(c.program, "nothing", &b), -1);
	assert_int_equal(b.n, 0);
	case_done(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_functions),
		cmocka_unit_test(ok_components),
		cmocka_unit_test(ok_keys),
		cmocka_unit_test(ok_value_locks),
		cmocka_unit_test(ok_key_funcs),
		cmocka_unit_test(ok_key_levels),
		cmocka_unit_test(bad_key_levels),
		cmocka_unit_test(ok_levels),
		cmocka_unit_test(bad_wide),
		cmocka_unit_test(ok_port),
		cmocka_unit_test(bad_port),
		cmocka_unit_test(bad_stage)
	};

	return cmocka_run_group_tests_name("interface", tests, NULL, NULL);
}
