/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The rule file for NetBSD loads, says where each fact is from, and says
 * what the kernel does.
 */

#include "../base/test.h"
#include "rules/rules.h"

#define V2013	699001600
#define V2016	799003400
#define V2025	1099001200

static struct names *names;
static struct rules *rules;

static int
setup(void **state)
{
	struct fault f = { "" };

	(void)state;
	names = names_new();
	rules = rules_load(names, RULES "/netbsd.yaml", &f);
	if (rules == NULL)
		print_error("%s\n", f.text);
	return rules == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	rules_free(rules);
	names_free(names);
	return 0;
}

static name_t
id(const char *s)
{
	return name_intern(names, s);
}

static const struct rule_func *
func(const char *name)
{
	const struct rule_func *f = rules_func(rules, id(name), 0);

	if (f == NULL)
		fail_msg("no rule for %s", name);
	return f;
}

static const struct rule_port *
port(const char *name)
{
	size_t i;

	for (i = 0; i < rules->ports.n; i++)
		if (rules->ports.p[i].name == id(name))
			return &rules->ports.p[i];
	fail_msg("no port %s", name);
	return NULL;
}

static const struct rule_port *
detect(const char *const *paths)
{
	size_t i, j, k;

	for (i = 0; i < rules->ports.n; i++)
		for (j = 0; j < rules->ports.p[i].ndetect; j++)
			for (k = 0; paths[k] != NULL; k++)
				if (strstr(paths[k],
				    rules->ports.p[i].detect[j]) != NULL)
					return &rules->ports.p[i];
	return NULL;
}

/* A path of a kernel, or a version and a path. */
static void
ok_sources(void **state)
{
	size_t i;
	const char *s;

	(void)state;
	for (i = 0; i < rules->funcs.n; i++) {
		s = rules->funcs.p[i].source;
		if (strncmp(s, "sys/", 4) != 0 && s[0] != '[' &&
		    strncmp(s, "common/lib/", 11) != 0)
			fail_msg("%s:%u: %s", rules->funcs.p[i].file,
			    rules->funcs.p[i].line, s);
	}
	for (i = 0; i < rules->registrations.n; i++) {
		s = rules->registrations.p[i].source;
		if (strncmp(s, "sys/", 4) != 0 && s[0] != '[')
			fail_msg("%s:%u: %s", rules->registrations.p[i].file,
			    rules->registrations.p[i].line, s);
	}
}

static void
ok_header(void **state)
{
	(void)state;
	assert_string_equal(rules->os, "netbsd");
	assert_string_equal(rules->level_prefix, "IPL_");
	assert_int_equal(rules->version_macro, id("__NetBSD_Version__"));
	assert_int_equal(rules->save, RULE_SAVE_CPU);
}

/* One effect, without a test unless it is stated. */
static void
ok_effects(void **state)
{
	static const struct {
		const char *name;
		enum rule_what what;
		enum rule_value_kind level;
		const char *level_name;
		enum rule_lock_kind lock;
		enum rule_spin spin;
		enum rule_test test;
		enum rule_result result;
	} facts[] = {
		{ "splvm", RULE_RAISE, RULE_VALUE_LEVEL, "IPL_VM",
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "splnet", RULE_RAISE, RULE_VALUE_LEVEL, "IPL_VM",
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "splclock", RULE_RAISE, RULE_VALUE_LEVEL, "IPL_SCHED",
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "splhigh", RULE_RAISE, RULE_VALUE_LEVEL, "IPL_HIGH",
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "splraiseipl", RULE_RAISE, RULE_VALUE_ARG, NULL,
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "splx", RULE_RESTORE, RULE_VALUE_ARG, NULL,
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "spllower", RULE_RESTORE, RULE_VALUE_ARG, NULL,
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "_splset", RULE_SET, RULE_VALUE_ARG, NULL,
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_OLD },
		{ "spl0", RULE_SET, RULE_VALUE_LEVEL, "IPL_NONE",
		    RULE_LOCK_NONE, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_UNKNOWN },
		{ "mutex_enter", RULE_ENTER, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_ARG, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_UNKNOWN },
		{ "mutex_exit", RULE_EXIT, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_ARG, RULE_BY_INIT, RULE_ALWAYS,
		    RULE_RESULT_UNKNOWN },
		{ "mutex_spin_enter", RULE_ENTER, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_ARG, RULE_SPIN, RULE_ALWAYS,
		    RULE_RESULT_UNKNOWN },
		{ "mutex_tryenter", RULE_ENTER, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_ARG, RULE_BY_INIT, RULE_NONZERO,
		    RULE_RESULT_UNKNOWN },
		{ "lwp_lock", RULE_ENTER, RULE_VALUE_LEVEL, "IPL_SCHED",
		    RULE_LOCK_FIELD, RULE_SPIN, RULE_ALWAYS,
		    RULE_RESULT_UNKNOWN },
		{ "lwp_trylock", RULE_ENTER, RULE_VALUE_LEVEL, "IPL_SCHED",
		    RULE_LOCK_FIELD, RULE_SPIN, RULE_NONZERO,
		    RULE_RESULT_UNKNOWN },
		{ "sleepq_unsleep", RULE_EXIT, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_FIELD, RULE_SPIN, RULE_NONZERO,
		    RULE_RESULT_UNKNOWN },
		{ "mtsleep", RULE_EXIT, RULE_VALUE_NONE, NULL,
		    RULE_LOCK_ARG, RULE_BY_INIT, RULE_BITS,
		    RULE_RESULT_UNKNOWN },
	};
	const struct rule_effect *e;
	const struct rule_func *f;
	size_t i;

	(void)state;
	f = rules_func(rules, id("mi_switch"), 799003400);
	assert_int_equal(f->neffects, 1);
	assert_int_equal(f->effects[0].lock.kind, RULE_LOCK_FIELD);
	assert_ptr_equal(rules_func(rules, id("mi_switch"), 1099001200),
	    func("mi_switch"));
	f = func("mi_switch");
	assert_int_equal(f->neffects, 2);
	assert_int_equal(f->effects[0].lock.kind, RULE_LOCK_FIELD);
	assert_true(f->effects[0].lock.or_any);
	assert_int_equal(f->effects[1].lock.kind, RULE_LOCK_ANY);
	assert_true(f->effects[1].lock.all);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		f = func(facts[i].name);
		if (f->neffects != 1)
			fail_msg("%s: %zu effects", facts[i].name,
			    f->neffects);
		e = &f->effects[0];
		if (e->what != facts[i].what ||
		    e->level.kind != facts[i].level ||
		    e->lock.kind != facts[i].lock ||
		    e->spin != facts[i].spin ||
		    e->when.test != facts[i].test ||
		    f->result != facts[i].result ||
		    (facts[i].level_name != NULL &&
		    e->level.level != id(facts[i].level_name)))
			fail_msg("%s does something else", facts[i].name);
	}
}

static void
ok_attributes(void **state)
{
	const struct rule_func *f;

	(void)state;
	f = func("makeiplcookie");
	assert_int_equal(f->result, RULE_RESULT_ARG);
	assert_int_equal(f->result_arg, 0);
	assert_int_equal(func("mutex_obj_alloc")->result, RULE_RESULT_LOCK);
	f = func("cv_wait");
	assert_int_equal(f->flags, RULE_NEUTRAL | RULE_SLEEPS);
	assert_int_equal(f->drops, 1);
	f = func("mtsleep");
	assert_int_equal(f->flags, RULE_SLEEPS);
	assert_int_equal(f->drops, 4);
	assert_int_equal(f->effects[0].when.subject, 1);
	assert_int_equal(f->effects[0].when.number, 0x200);
	assert_int_equal(func("tsleep")->drops, RULE_NOARG);
	assert_int_equal(func("panic")->flags, RULE_NORETURN);
	assert_int_equal(func("printf")->flags, RULE_NEUTRAL);
	assert_true(func("lwp_unlock")->effects[0].lock.or_any);
	/* Bodies that are right as they stand. */
	assert_null(rules_func(rules, id("callout_reset"), 0));
	assert_null(rules_func(rules, id("pserialize_read_enter"), 0));
	assert_null(rules_func(rules, id("sleepq_hashlock"), 0));
}

/* The kind of a lock, as kern_mutex.c decides it. */
static enum rule_spin
kind(int64_t version, int64_t type, const char *level)
{
	const struct rule_lockkind *k;
	bool fits;
	size_t i, j;

	for (i = 0; i < rules->lockkinds.n; i++) {
		k = &rules->lockkinds.p[i];
		fits = k->nlevels == 0;
		for (j = 0; j < k->nlevels; j++)
			fits = fits || k->levels[j] == id(level);
		if (fits && k->since <= version && version < k->until &&
		    (k->type == 0 || k->number == type))
			return k->spin;
	}
	return RULE_BY_INIT;
}

static void
ok_lock_kinds(void **state)
{
	enum { SPIN, ADAPTIVE, DEFAULT, DRIVER, NODEBUG };

	(void)state;
	assert_int_equal(kind(V2013, DEFAULT, "IPL_NONE"), RULE_ADAPTIVE);
	assert_int_equal(kind(V2013, DRIVER, "IPL_SOFTSERIAL"),
	    RULE_ADAPTIVE);
	assert_int_equal(kind(V2013, DEFAULT, "IPL_VM"), RULE_SPIN);
	assert_int_equal(kind(V2013, SPIN, "IPL_NONE"), RULE_SPIN);
	assert_int_equal(kind(V2016, NODEBUG, "IPL_NONE"), RULE_SPIN);
	assert_int_equal(kind(V2016, ADAPTIVE, "IPL_NONE"), RULE_ADAPTIVE);
	assert_int_equal(kind(V2025, SPIN, "IPL_NONE"), RULE_ADAPTIVE);
	assert_int_equal(kind(V2025, ADAPTIVE, "IPL_VM"), RULE_SPIN);
	assert_int_equal(kind(V2025, DEFAULT, "IPL_SOFTBIO"), RULE_ADAPTIVE);
	assert_int_equal(rules_lockinit(rules, id("mutex_init"))->level, 2);
	assert_int_equal(rules_lockinit(rules, id("mutex_obj_alloc"))->lock,
	    RULE_RET);
}

static void
ok_ports(void **state)
{
	static const char *const xen[] = { "sys/arch/amd64/amd64/trap.c",
	    "sys/arch/xen/include/amd64/intr.h", NULL };
	/* A kernel for machines that can be a guest, too. */
	static const char *const guest[] = { "sys/arch/amd64/amd64/trap.c",
	    "sys/arch/xen/include/intr.h", "sys/arch/xen/xen/evtchn.c", NULL };
	static const char *const amd64[] = { "sys/arch/i386/include/pio.h",
	    "sys/arch/amd64/amd64/trap.c", NULL };
	static const char *const sparc64[] = { "sys/arch/sparc/sparc/kgdb.c",
	    "sys/arch/sparc64/sparc64/intr.c", NULL };

	(void)state;
	assert_ptr_equal(detect(xen), port("xen"));
	assert_ptr_equal(detect(guest), port("amd64"));
	assert_ptr_equal(detect(amd64), port("amd64"));
	assert_ptr_equal(detect(sparc64), port("sparc64"));
	assert_false(port("xen")->restore_sets);
	assert_false(port("amd64")->restore_sets);
	assert_false(port("riscv")->restore_sets);
	assert_true(port("powerpc")->restore_sets);
	assert_true(port("vax")->restore_sets);
	assert_true(port("hppa")->inverted);
	assert_false(port("sparc")->inverted);
}

static void
ok_registrations(void **state)
{
	static const struct {
		const char *name, *port;
		int nargs, handler, level;
		const char *context;
	} facts[] = {
		{ "pci_intr_establish", "amd64", 5, 3, 2, "hard" },
		{ "pci_intr_establish_xname", "amd64", 6, 3, 2, "hard" },
		{ "isa_intr_establish", "i386", 6, 4, 3, "hard" },
		{ "intr_establish", "amd64", 8, 5, 4, "hard" },
		{ "intr_establish", "arm", 5, 3, 1, "hard" },
		{ "intr_establish", "booke", 5, 3, 1, "hard" },
		{ "intr_establish", "powerpc", 5, 3, 2, "hard" },
		{ "intr_establish", "atari", 5, 3, RULE_NOARG, "hard" },
		{ "intr_establish", "ews4800mips", 3, 1, RULE_NOARG,
		    "hard" },
		{ "intr_establish", "mac68k", 3, 0, 2, "hard" },
		{ "event_set_handler", "xen", 5, 1, 3, "event" },
		{ "event_set_handler", "xen", 8, 1, 3, "event" },
		{ "pirq_establish", "xen", 6, 2, 4, "event" },
		{ "pxa2x0_gpio_intr_establish", "arm", 5, 3, 2, "hard" },
		{ "uba_intr_establish", "vax", 5, 2, RULE_NOARG, "hard" },
		{ "softint_establish", "amd64", 3, 1, 0, "softint" },
		{ "callout_reset", "amd64", 4, 2, RULE_NOARG, "callout" },
		{ "callout_setfunc", "amd64", 3, 1, RULE_NOARG, "callout" },
		{ "workqueue_create", "amd64", 7, 2, RULE_NOARG, "thread" },
		{ "kthread_create", "amd64", 9, 3, RULE_NOARG, "thread" },
		{ "xc_unicast", "amd64", 5, 1, 0, "xcall" },
		{ "ipi_register", "amd64", 2, 0, RULE_NOARG, "ipi" },
	};
	const struct rule_registration *g;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		g = rules_registration_on(rules, port(facts[i].port),
		    id(facts[i].name), facts[i].nargs);
		if (g == NULL || g->handler != facts[i].handler ||
		    g->level != facts[i].level ||
		    rules->contexts.p[g->context].name !=
		    id(facts[i].context))
			fail_msg("%s on %s is something else",
			    facts[i].name, facts[i].port);
	}
	g = rules_registration(rules, id("event_set_iplhandler"), 3);
	assert_int_equal(g->handler_record, id("intrhand"));
	assert_int_equal(g->handler_field, id("ih_fun"));
	g = rules_registration(rules,
	    id("pciide_machdep_compat_intr_establish"), 5);
	assert_int_equal(g->fixed.level, id("IPL_BIO"));
}

/* The row of a context, through a registration. */
static const struct rule_context *
context(const char *call, int nargs, const char *port_name, int64_t version)
{
	const struct rule_registration *g;

	g = rules_registration_on(rules, port(port_name), id(call), nargs);
	assert_non_null(g);
	return rules_context(rules, g->context, port(port_name), version);
}

static void
ok_contexts(void **state)
{
	const struct rule_context *c;

	(void)state;
	c = context("softint_establish", 3, "amd64", V2013);
	assert_int_equal(c->count, RULE_COUNT_ZERO);
	assert_int_equal(rules_flag(c, 0x103, V2013)->level,
	    id("IPL_SOFTNET"));
	assert_int_equal(rules_flag(c, 2, V2013)->level,
	    id("IPL_SOFTSERIAL"));
	c = context("softint_establish", 3, "arm", V2013);
	assert_int_equal(c->level.level, id("IPL_NONE"));
	assert_int_equal(c->nflags, 0);
	c = context("softint_establish", 3, "alpha", V2013);
	assert_int_equal(c->level.level, id("IPL_NONE"));
	c = context("softint_establish", 3, "alpha", V2025);
	assert_int_equal(c->nflags, 4);

	c = context("pci_intr_establish", 5, "amd64", V2013);
	assert_int_equal(c->count, RULE_COUNT_INTERRUPTED);
	assert_non_null(strstr(c->repair, "Xdoreti"));
	c = context("event_set_handler", 5, "xen", V2013);
	assert_non_null(strstr(c->repair, "complains"));
	c = context("event_set_handler", 8, "xen", V2025);
	assert_null(strstr(c->repair, "complains"));
	c = context("hp700_intr_establish", 5, "hppa", V2013);
	assert_non_null(strstr(c->repair, "hp700_intr_dispatch"));
	c = context("intr_establish", 3, "sparc64", V2013);
	assert_non_null(strstr(c->repair, "%pil"));

	c = context("callout_reset", 4, "xen", V2013);
	assert_int_equal(c->level.level, id("IPL_SOFTCLOCK"));
	assert_int_equal(c->count, RULE_COUNT_ZERO);
	c = context("xc_broadcast", 4, "amd64", V2013);
	assert_true(rules_flag(c, 0, V2013)->thread);
	assert_int_equal(rules_flag(c, 1, V2013)->level,
	    id("IPL_SOFTCLOCK"));
	assert_int_equal(rules_flag(c, 1, V2025)->level,
	    id("IPL_SOFTSERIAL"));
	assert_int_equal(rules_flag(c, 0x101, V2025)->level,
	    id("IPL_SOFTNET"));
	c = context("kthread_create", 9, "amd64", V2013);
	assert_true(c->thread);
	assert_int_equal(c->level.level, id("IPL_NONE"));
}

static void
ok_places(void **state)
{
	static const char *const entries[] = { "lapic_clockintr",
	    "x86_ipi_handler", "pmap_tlb_intr", "do_hypervisor_callback",
	    "cpu_intr", "trap" };
	size_t i, j;

	(void)state;
	assert_int_equal(rules_place(rules, id("cpu_info"),
	    id("ci_ilevel"))->kind, RULE_PLACE_LEVEL);
	assert_int_equal(rules_place(rules, id("cpu_info"),
	    id("ci_mtx_count"))->kind, RULE_PLACE_COUNT);
	assert_null(rules_place(rules, id("cpu_info"), id("ci_mtx_oldspl")));
	assert_int_equal(rules_known(rules, id("lwp"),
	    id("l_mutex"))->level.level, id("IPL_SCHED"));
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		for (j = 0; j < rules->entries.n; j++)
			if (rules->entries.p[j].name == id(entries[i]))
				break;
		assert_true(j < rules->entries.n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_sources),
		cmocka_unit_test(ok_header),
		cmocka_unit_test(ok_effects),
		cmocka_unit_test(ok_attributes),
		cmocka_unit_test(ok_lock_kinds),
		cmocka_unit_test(ok_ports),
		cmocka_unit_test(ok_registrations),
		cmocka_unit_test(ok_contexts),
		cmocka_unit_test(ok_places),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
