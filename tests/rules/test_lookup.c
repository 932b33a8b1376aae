/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * What is written arrives in the tables, and the look-ups find it.
 */

#include "../base/test.h"
#include "rules/rules.h"

static struct names *names;

static struct rules *
load(const char *name)
{
	struct fault f = { "" };
	struct rules *r;

	names = names_new();
	r = rules_load(names, in_dir(SEEDS, name), &f);
	if (r == NULL)
		fail_msg("%s", f.text);
	return r;
}

static struct rules *
parse(const char *text)
{
	struct fault f = { "" };
	struct rules *r;

	names = names_new();
	r = rules_parse(names, "t", text, strlen(text), &f);
	if (r == NULL)
		fail_msg("%s", f.text);
	return r;
}

static void
done(struct rules *r)
{
	rules_free(r);
	names_free(names);
}

static name_t
id(const char *s)
{
	return name_intern(names, s);
}

/* Rules for versions; between them the body counts. */
static void
ok_func_versions(void **state)
{
	struct rules *r = parse("os: x\nsave: cpu\nversion_macro: V\n"
	    "functions:\n- {name: f, neutral: true, source: new, since: 9}\n"
	    "- {name: f, noreturn: true, source: old, until: 5}\n"
	    "- {name: g, noreturn: true, source: old, until: 5}\n");

	(void)state;
	assert_string_equal(rules_func(r, id("f"), 4)->source, "old");
	assert_null(rules_func(r, id("f"), 5));
	assert_null(rules_func(r, id("f"), 8));
	assert_string_equal(rules_func(r, id("f"), 9)->source, "new");
	assert_string_equal(rules_func(r, id("f"), 0)->source, "new");
	assert_null(rules_func(r, id("g"), 0));
	done(r);
}

/* Every key of the grammar, once. */
static void
ok_small(void **state)
{
	struct rules *r = load("small.yaml");
	const struct rule_func *f;
	const struct rule_effect *e;
	const struct rule_never_null *nn;

	(void)state;
	assert_string_equal(r->os, "x");
	assert_int_equal(r->save, RULE_SAVE_CPU);
	assert_int_equal(r->version_macro, id("V"));
	assert_null(r->level_prefix);
	assert_int_equal(r->ports.n, 1);
	assert_int_equal(r->ports.p[0].ndetect, 2);
	assert_string_equal(r->ports.p[0].detect[1], "b/");
	assert_true(r->ports.p[0].restore_sets);
	assert_true(r->ports.p[0].inverted);

	f = rules_func(r, id("f"), 0);
	assert_int_equal(f->neffects, 5);
	assert_int_equal(f->line, 6);
	e = f->effects;
	assert_int_equal(e[0].what, RULE_RAISE);
	assert_int_equal(e[0].level.kind, RULE_VALUE_ARG);
	assert_int_equal(e[0].level.arg, 0);
	assert_int_equal(e[0].when.test, RULE_BITS);
	assert_int_equal(e[0].when.subject, 1);
	assert_int_equal(e[0].when.number, 16);
	assert_int_equal(e[1].what, RULE_EXIT);
	assert_int_equal(e[1].lock.kind, RULE_LOCK_ANY);
	assert_int_equal(e[1].spin, RULE_SPIN);
	assert_int_equal(e[1].when.test, RULE_ALWAYS);
	assert_int_equal(e[2].what, RULE_ENTER);
	assert_int_equal(e[2].lock.kind, RULE_LOCK_OUT);
	assert_int_equal(e[2].lock.arg, 2);
	assert_int_equal(e[2].level.kind, RULE_VALUE_CONST);
	assert_int_equal(e[2].level.number, 3);
	assert_int_equal(e[2].spin, RULE_BY_INIT);
	assert_int_equal(e[3].what, RULE_COUNT);
	assert_int_equal(e[3].level.number, -1);
	assert_int_equal(e[4].lock.kind, RULE_LOCK_FIELD);
	assert_int_equal(e[4].lock.record, id("r"));
	assert_int_equal(e[4].lock.field, id("f"));
	assert_true(e[4].lock.or_any);
	assert_int_equal(e[4].when.test, RULE_NOBITS);
	assert_int_equal(e[4].when.subject, RULE_RET);

	f = rules_func(r, id("on"), 0);
	assert_int_equal(f->flags, RULE_NEUTRAL | RULE_SLEEPS);
	assert_int_equal(f->drops, 1);
	assert_int_equal(f->saves_to, RULE_NOARG);
	f = rules_func(r, id("g"), 0);
	assert_int_equal(f->flags, RULE_NORETURN);
	assert_int_equal(f->drops, RULE_NOARG);
	f = rules_func(r, id("h"), 0);
	assert_int_equal(f->result, RULE_RESULT_LOCK);
	assert_int_equal(f->saves_to, 1);
	assert_int_equal(f->effects[0].lock.kind, RULE_LOCK_ARG);
	assert_int_equal(f->effects[0].lock.arg, RULE_RET);
	assert_null(rules_func(r, id("i"), 0));

	nn = rules_never_null(r, id("m"), 2, NULL);
	assert_int_equal(nn->when.test, RULE_NOBITS);
	assert_int_equal(nn->unless.test, RULE_ALWAYS);
	assert_int_equal(nn->until, 3);
	nn = rules_never_null(r, id("m"), 2, nn);
	assert_int_equal(nn->unless.number, 8);
	assert_null(rules_never_null(r, id("m"), 2, nn));
	assert_ptr_equal(rules_never_null(r, id("m"), 3, NULL), nn);
	assert_null(rules_never_null(r, id("q"), 3, NULL));
	assert_non_null(rules_never_null(r, id("q"), 0, NULL));
	assert_null(rules_never_null(r, id("f"), 0, NULL));

	assert_int_equal(rules_lockinit(r, id("i"))->lock, RULE_RET);
	assert_int_equal(rules_lockinit(r, id("i"))->type, 0);
	assert_int_equal(rules_lockinit(r, id("i"))->level, 1);
	assert_null(rules_lockinit(r, id("f")));
	assert_int_equal(r->lockkinds.p[0].type, id("T"));
	assert_int_equal(r->lockkinds.p[0].number, 1);
	assert_int_equal(r->lockkinds.p[0].nlevels, 2);
	assert_int_equal(r->lockkinds.p[0].since, 1);
	assert_int_equal(r->lockkinds.p[0].until, 2);
	assert_int_equal(rules_known(r, id("r"), id("f"))->level.level,
	    id("A"));
	assert_null(rules_known(r, 0, id("f")));
	assert_int_equal(rules_place(r, id("r@a/b.c"), id("f"))->kind,
	    RULE_PLACE_COUNT);
	assert_null(rules_place(r, id("r"), id("f")));
	assert_int_equal(r->entries.p[0].level.level, id("A"));
	assert_int_equal(r->entries.p[0].context, 0);
	done(r);
}

static void
ok_registration(void **state)
{
	struct rules *r = load("small.yaml");
	const struct rule_registration *g;
	const struct rule_port other = { .name = id("q") };

	(void)state;
	g = rules_registration(r, id("r"), 2);
	assert_int_equal(g->handler, 1);
	assert_int_equal(g->handler_record, id("s"));
	assert_int_equal(g->handler_field, id("f"));
	assert_int_equal(g->level, 1);
	assert_int_equal(g->level_field, id("l"));
	assert_ptr_equal(rules_registration_on(r, &r->ports.p[0], id("r"), 2),
	    g);
	g = rules_registration(r, id("r"), 3);
	assert_int_equal(g->nargs, -1);
	assert_int_equal(g->handler_record, 0);
	assert_int_equal(g->level, RULE_NOARG);
	assert_int_equal(g->fixed.level, id("A"));
	assert_ptr_equal(rules_registration_on(r, &other, id("r"), 2), g);
	assert_null(rules_registration(r, id("x"), 2));
	done(r);
}

static void
ok_context(void **state)
{
	struct rules *r = load("small.yaml");
	const struct rule_context *c;
	const struct rule_port other = { .name = id("q") };

	(void)state;
	c = rules_context(r, 0, &r->ports.p[0], 0);
	assert_int_equal(c->nflags, 1);
	assert_string_equal(c->repair, "x");
	assert_int_equal(c->count, RULE_COUNT_ZERO);
	assert_int_equal(rules_flag(c, 0x100, 5)->level, id("A"));
	assert_true(rules_flag(c, 0x100, 5)->thread);
	assert_non_null(rules_flag(c, 0, 0));
	assert_null(rules_flag(c, 1, 5));
	c = rules_context(r, 0, &other, 0);
	assert_int_equal(c->level.number, 1);
	assert_int_equal(c->count, RULE_COUNT_INTERRUPTED);
	assert_null(c->repair);
	assert_null(rules_flag(c, 0, 5));
	done(r);
}

static void
ok_versions(void **state)
{
	struct rules *r = parse("os: x\nsave: cpu\nversion_macro: V\n"
	    "contexts:\n"
	    "- {name: c, until: 20, level: 1, count: zero, source: s}\n"
	    "- {name: c, since: 20, until: 30, count: zero, source: s, "
	    "flags: [{value: 0, level: A, until: 25}, "
	    "{value: 0, level: B}]}\n");

	(void)state;
	assert_ptr_equal(rules_context(r, 0, NULL, 0), &r->contexts.p[0]);
	assert_ptr_equal(rules_context(r, 0, NULL, 19), &r->contexts.p[0]);
	assert_ptr_equal(rules_context(r, 0, NULL, 20), &r->contexts.p[1]);
	assert_null(rules_context(r, 0, NULL, 30));
	assert_int_equal(rules_flag(&r->contexts.p[1], 0, 24)->level,
	    id("A"));
	assert_int_equal(rules_flag(&r->contexts.p[1], 0, 25)->level,
	    id("B"));
	assert_int_equal(rules_flag(&r->contexts.p[1], 0, 0)->level,
	    id("A"));
	done(r);
}

/* Each form of a value, and what it becomes. */
static void
ok_forms(void **state)
{
	static const struct {
		const char *text;
		enum rule_test test;
		int subject;
		int64_t number;
	} tests[] = {
		{ "ret == 0", RULE_ZERO, RULE_RET, 0 },
		{ "ret == NULL", RULE_ZERO, RULE_RET, 0 },
		{ "arg15 != 0", RULE_NONZERO, 15, 0 },
		{ "arg0 != NULL", RULE_NONZERO, 0, 0 },
		{ "ret == -1", RULE_EQ, RULE_RET, -1 },
		{ "arg1 == 0x7fffffffffffffff", RULE_EQ, 1, INT64_MAX },
		{ "arg1 & 0xaB", RULE_BITS, 1, 0xab },
		{ "!(arg1 & 2)", RULE_NOBITS, 1, 2 },
	};
	const struct rule_when *w;
	struct buf b = { 0 };
	struct rules *r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		buf_clear(&b);
		buf_fmt(&b, "os: x\nsave: lock\nfunctions:\n- {name: f, "
		    "raise: 1, when: \"%s\", source: s}\n", tests[i].text);
		r = parse(b.p);
		w = &rules_func(r, id("f"), 0)->effects[0].when;
		assert_int_equal(w->test, tests[i].test);
		assert_int_equal(w->subject, tests[i].subject);
		assert_true(w->number == tests[i].number);
		assert_int_equal(r->save, RULE_SAVE_LOCK);
		done(r);
	}
	buf_free(&b);
}

/* The form can say what another system does differently. */
static void
ok_openbsd(void **state)
{
	struct rules *r = load("openbsd.yaml");
	const struct rule_func *f;

	(void)state;
	assert_int_equal(r->save, RULE_SAVE_LOCK);
	assert_int_equal(r->version_macro, 0);
	assert_true(r->ports.p[0].restore_sets);
	f = rules_func(r, id("mtx_enter_try"), 0);
	assert_int_equal(f->effects[0].what, RULE_ENTER);
	assert_int_equal(f->effects[0].when.test, RULE_NONZERO);
	assert_int_equal(rules_func(r, id("intr_save"), 0)->saves_to, 0);
	assert_int_equal(rules_lockinit(r, id("mtx_init"))->type, RULE_NOARG);
	assert_int_equal(r->lockkinds.p[0].type, 0);
	assert_int_equal(r->lockkinds.p[0].number, -1);
	assert_int_equal(rules_context(r, rules_registration(r,
	    id("pci_intr_establish"), 6)->context, NULL, 0)->mask, 0xff);
	done(r);
}

/* Functions come sorted by name, the other tables in file order. */
static void
ok_order(void **state)
{
	struct rules *r = load("openbsd.yaml");
	size_t i;

	(void)state;
	for (i = 1; i < r->funcs.n; i++)
		assert_true(strcmp(name_str(names, r->funcs.p[i - 1].name),
		    name_str(names, r->funcs.p[i].name)) < 0);
	assert_int_equal(r->registrations.p[1].name, id("timeout_set"));
	rules_free(NULL);
	done(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_func_versions),
		cmocka_unit_test(ok_small),
		cmocka_unit_test(ok_registration),
		cmocka_unit_test(ok_context),
		cmocka_unit_test(ok_versions),
		cmocka_unit_test(ok_forms),
		cmocka_unit_test(ok_openbsd),
		cmocka_unit_test(ok_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
