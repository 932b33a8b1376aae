/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Results made by hand, written and read back.
 */

#include "../base/test.h"
#include "store/store.h"

static const char unit_text[] =
    "iplint-ir 1\n"
    "unit \"sys/dev/foo.c\"\n"
    "lines 300\n"
    "source \"sys/arch/amd64/include/intr.h\" "
    "00000000000000000000000000000000\n"
    "level IPL_NONE 0\n"
    "level IPL_BIO 6\n"
    "level IPL_VM 6\n"
    "level IPL_HIGH 8\n"
    "func @foo_intr i32(p) static\n"
    "file 0 \"sys/dev/foo.c\"\n"
    "at 95:1 end 120:1\n"
    "param %arg p\n"
    "b0:\n"
    "\t118:3 ret 1\n"
    "}\n"
    "func @bar_intr i32(p) static\n"
    "file 0 \"sys/dev/foo.c\"\n"
    "at 125:1 end 130:1\n"
    "param %arg p\n"
    "b0:\n"
    "\t129:3 ret 1\n"
    "}\n"
    "func @foo_attach v(p)\n"
    "file 0 \"sys/dev/foo.c\"\n"
    "at 290:1 end 310:1\n"
    "param %arg p\n"
    "b0:\n"
    "\t301:2 call @pci_intr_establish(0, 0, 6'IPL_BIO', &@foo_intr, 0)\n"
    "\t302:2 call @pci_intr_establish(0, 0, 6'IPL_BIO', &@bar_intr, 0)\n"
    "\t303:2 ret\n"
    "}\n";

/* A linked program with two handlers, and results to be filled. */
struct fixture {
	char *dir;
	struct names *names;
	struct rules *rules;
	struct ir_module *module;
	struct ledger *ledger;
	struct program *prog;
	struct results *res;
	uint32_t entry;			/* of the ledger */
	struct flow_counts counts;
	struct store_run run;
};

static int
setup(void **state)
{
	struct fixture *x = ecalloc(1, sizeof(*x));
	struct fault f = { 0 };

	x->dir = make_dir();
	x->names = names_new();
	x->rules = rules_load(x->names, RULES, &f);
	x->module = ir_parse(x->names, "unit", unit_text,
	    sizeof(unit_text) - 1, NULL, &f);
	if (x->rules == NULL || x->module == NULL ||
	    ir_check(x->module, &f) != 0)
		fail_msg("%s", f.text);
	x->ledger = ledger_new(x->names);
	x->prog = program_link(x->names, x->rules, &x->module, 1, "amd64",
	    x->ledger, &f);
	if (x->prog == NULL)
		fail_msg("%s", f.text);
	assert_int_equal(x->prog->handlers.n, 2);
	x->entry = ledger_add(x->ledger, LEDGER_LOCK, 0,
	    name_intern(x->names, "sys/dev/foo.c"), 40, "of unknown kind");
	x->res = ecalloc(1, sizeof(*x->res));
	x->res->arena = arena_new();
	for (size_t i = 0; i < 2; i++) {
		struct handler_result r = { .handler = &x->prog->handlers.p[i],
		    .verdict = VERDICT_CLEAN, .exit_max = 6,
		    .exit_max_nested = -1, .peak = 7 };

		vec_push(&x->res->handlers, r);
	}
	x->run.tool = "iplint 0";
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;

	results_free(x->res);
	program_free(x->prog);
	ledger_free(x->ledger);
	ir_module_free(x->module);
	rules_free(x->rules);
	names_free(x->names);
	remove_dir(x->dir);
	free(x);
	return 0;
}

static func_id
func(const struct fixture *x, const char *name)
{
	func_id id = NO_FUNC;

	assert_int_equal(program_find(x->prog, name, &id, 1), 1);
	return id;
}

/* A finding with all that it can have; the handler leaks. */
static void
add_finding(struct fixture *x)
{
	name_t file = name_intern(x->names, "sys/dev/foo.c");
	struct arena *a = x->res->arena;
	struct finding fd = { .id = IPL2, .severity = SEVERITY_ERROR,
	    .file = file, .line = 118, .col = 3, .entry = 6, .exit = 8,
	    .message = "foo_intr can return at IPL_HIGH" };

	fd.func = func(x, "foo_intr");
	for (size_t i = 0; i < 2; i++) {
		struct handler_result *r = &x->res->handlers.p[i];

		if (r->handler->func != fd.func)
			continue;
		fd.handler = r->handler;
		r->verdict = VERDICT_NESTED;
		r->exit_max_nested = 8;
		r->ledger = &x->entry;
		r->nledger = 1;
	}
	assert_non_null(fd.handler);
	fd.nothers = fd.nledger = 1;
	fd.others = arena_alloc(a, sizeof(*fd.others));
	fd.others[0] = fd.handler == x->prog->handlers.p ?
	    &x->prog->handlers.p[1] : &x->prog->handlers.p[0];
	fd.ledger = &x->entry;
	fd.nwitnesses = 2;
	fd.witnesses = arena_alloc(a, 2 * sizeof(*fd.witnesses));
	for (size_t i = 0; i < 2; i++) {
		struct witness *w = &fd.witnesses[i];

		w->title = i == 0 ? "with one held" : "with none held";
		w->nsteps = 2;
		w->steps = arena_alloc(a, 2 * sizeof(*w->steps));
		w->steps[0] = (struct step){ .kind = STEP_LEVEL, .file = file,
		    .line = 97, .col = 6, .depth = 1, .func = fd.func,
		    .text = "s = splhigh()", .note = "up", .before = 6,
		    .after = 8, .held = 1 };
		w->steps[1] = (struct step){ .kind = STEP_RETURN,
		    .file = file, .line = 118, .func = fd.func,
		    .text = "return", .note = "", .before = -1,
		    .after = -1 };
	}
	fd.fingerprint.hi = 0x3fa91c0200000000;
	vec_push(&x->res->findings, fd);
}

static struct store *
write_and_open(struct fixture *x, const char *name)
{
	const char *path = in_dir(x->dir, name);
	struct fault f = { 0 };
	struct store *s;

	if (store_write(path, x->prog, x->res, &x->counts, &x->run, &f) != 0)
		fail_msg("%s", f.text);
	s = store_open(path, &f);
	if (s == NULL)
		fail_msg("%s", f.text);
	return s;
}

/* ---- callbacks that count and compare ---- */

static int
same_finding(void *n, const struct store_finding *fd)
{
	++*(int *)n;
	assert_string_equal(fd->code, "IPL002");
	assert_string_equal(fd->name, "nested-leak");
	assert_string_equal(fd->severity, "error");
	assert_string_equal(fd->function, "foo_intr");
	assert_string_equal(fd->file, "sys/dev/foo.c");
	assert_int_equal(fd->line, 118);
	assert_int_equal(fd->col, 3);
	assert_int_equal(fd->entry, 6);
	assert_int_equal(fd->exit, 8);
	assert_int_equal(fd->others, 1);
	assert_int_equal(fd->rests, 1);
	assert_memory_equal(fd->fingerprint, "3fa91c020000", 12);
	return 0;
}

static int
same_step(void *n, const struct store_step *s)
{
	int i = (*(int *)n)++;

	assert_int_equal(s->witness, i / 2);
	assert_string_equal(s->title, i < 2 ? "with one held" :
	    "with none held");
	assert_string_equal(s->file, "sys/dev/foo.c");
	assert_string_equal(s->function, "foo_intr");
	assert_string_equal(s->text, i % 2 == 0 ? "s = splhigh()" : "return");
	assert_string_equal(s->note, i % 2 == 0 ? "up" : "");
	assert_int_equal(s->col, i % 2 == 0 ? 6 : 0);
	assert_int_equal(s->depth, i % 2 == 0);
	assert_int_equal(s->before, i % 2 == 0 ? 6 : -1);
	assert_int_equal(s->held, i % 2 == 0);
	return 0;
}

static int
same_other(void *n, const struct store_handler *h)
{
	++*(int *)n;
	assert_string_equal(h->name, "bar_intr");
	assert_string_equal(h->verdict, "clean");
	assert_string_equal(h->level_name, "IPL_BIO");
	assert_string_equal(h->api, "pci_intr_establish");
	assert_int_equal(h->level, 6);
	assert_int_equal(h->line, 302);
	assert_int_equal(h->exit_max_nested, -1);
	assert_int_equal(h->peak, 7);
	return 0;
}

static int
same_entry(void *n, const struct store_entry *e)
{
	++*(int *)n;
	assert_string_equal(e->kind, "lock");
	assert_string_equal(e->file, "sys/dev/foo.c");
	assert_string_equal(e->function, "");
	assert_string_equal(e->text, "of unknown kind");
	assert_int_equal(e->line, 40);
	return 0;
}

static int
count_unit(void *n, const struct store_unit *u)
{
	assert_int_not_equal(*u->reason, '\0');
	++*(int *)n;
	return 0;
}

static int
stop_at_once(void *n, const struct store_handler *h)
{
	(void)h;
	++*(int *)n;
	return 7;
}

/* ---- tests ---- */

static void
ok_clean(void **state)
{
	struct fixture *x = *state;
	struct store *s = write_and_open(x, "k.db");
	struct store_functions fn;
	struct store_counts c;
	struct fault f = { 0 };
	int n = 0;

	assert_int_equal(store_counts(s, &c, &f), 0);
	assert_int_equal(c.findings, 0);
	assert_int_equal(c.units, 1);
	assert_int_equal(c.missing + c.stale + c.incomplete + c.skipped, 0);
	assert_int_equal(c.ledger[LEDGER_LOCK], 1);
	assert_int_equal(store_functions(s, "foo_attach", &fn, &f), 0);
	assert_int_equal(fn.n, 1);
	assert_int_equal(fn.analysed, 1);
	assert_int_equal(fn.ruled, 0);
	assert_int_equal(store_functions(s, "nobody", &fn, &f), 0);
	assert_int_equal(fn.n, 0);
	assert_int_equal(store_gaps(s, count_unit, &n, &f), 0);
	assert_int_equal(n, 0);
	store_close(s);
}

static void
ok_finding(void **state)
{
	struct fixture *x = *state;
	struct fault f = { 0 };
	struct store *s;
	int n = 0;

	add_finding(x);
	s = write_and_open(x, "k.db");
	assert_int_equal(store_findings(s, NULL, same_finding, &n, &f), 0);
	assert_int_equal(n, 1);
	/* blamed, handler of it, one of the other handlers; neither */
	assert_int_equal(store_findings(s, "foo_intr", same_finding, &n, &f),
	    0);
	assert_int_equal(n, 2);
	assert_int_equal(store_findings(s, "bar_intr", same_finding, &n, &f),
	    0);
	assert_int_equal(n, 3);
	assert_int_equal(store_findings(s, "foo_attach", same_finding, &n,
	    &f), 0);
	assert_int_equal(n, 3);
	n = 0;
	assert_int_equal(store_steps(s, 1, same_step, &n, &f), 0);
	assert_int_equal(n, 4);
	n = 0;
	assert_int_equal(store_finding_handlers(s, 1, same_other, &n, &f), 0);
	assert_int_equal(store_handlers(s, "bar_intr", same_other, &n, &f),
	    0);
	assert_int_equal(n, 2);
	n = 0;
	assert_int_equal(store_finding_rests(s, 1, same_entry, &n, &f), 0);
	assert_int_equal(n, 1);
	store_close(s);
}

static void
ok_level_names(void **state)
{
	struct fixture *x = *state;
	struct store *s = write_and_open(x, "k.db");
	struct fault f = { 0 };
	struct buf b = { 0 };

	for (int level = -1; level < 9; level += level == 0 ? 6 : 1) {
		assert_int_equal(store_level(s, level, &b, &f), 0);
		buf_chr(&b, ' ');
	}
	assert_string_equal(b.p, "? IPL_NONE IPL_VM level 7 IPL_HIGH ");
	buf_free(&b);
	store_close(s);
}

static void
ok_iterator_stops(void **state)
{
	struct fixture *x = *state;
	struct store *s = write_and_open(x, "k.db");
	struct fault f = { 0 };
	int n = 0;

	assert_int_equal(store_handlers(s, NULL, stop_at_once, &n, &f), 7);
	assert_int_equal(n, 1);
	assert_string_equal(f.text, "");
	store_close(s);
}

static void
ok_gaps(void **state)
{
	static const struct store_gap gaps[] = {
		{ "sys/dev/z.c", "missing", "no shard", false },
		{ "sys/dev/foo.c", "stale", "foo.h has changed", true },
		{ "sys/locore.S", "skipped", "assembly", false },
		{ "sys/dev/a.c", "damaged", "truncated", false },
	};
	struct fixture *x = *state;
	struct store_counts c;
	struct fault f = { 0 };
	struct store *s;
	int n = 0;

	x->run.gaps = gaps;
	x->run.ngaps = 4;
	s = write_and_open(x, "k.db");
	assert_int_equal(store_counts(s, &c, &f), 0);
	assert_int_equal(c.units, 3);
	assert_int_equal(c.missing, 2);
	assert_int_equal(c.stale, 1);
	assert_int_equal(c.skipped, 1);
	assert_int_equal(store_gaps(s, count_unit, &n, &f), 0);
	assert_int_equal(n, 4);
	store_close(s);
}

static void
ok_same_bytes(void **state)
{
	struct fixture *x = *state;
	struct fault f = { 0 };
	char *one, *two;
	size_t n, m;

	add_finding(x);
	store_close(write_and_open(x, "one.db"));
	store_close(write_and_open(x, "two.db"));
	store_close(write_and_open(x, "two.db"));
	assert_int_equal(count_files(x->dir), 2);
	assert_int_equal(file_read(in_dir(x->dir, "one.db"), &one, &n, &f),
	    0);
	assert_int_equal(file_read(in_dir(x->dir, "two.db"), &two, &m, &f),
	    0);
	assert_int_equal(n, m);
	assert_memory_equal(one, two, n);
	free(one);
	free(two);
}

static void
bad_output_is_something_else(void **state)
{
	struct fixture *x = *state;
	const char *path = in_dir(x->dir, "k.db");
	struct fault f = { 0 };
	char *text;
	size_t n;

	assert_int_equal(file_write(path, "precious", 8, &f), 0);
	assert_int_equal(store_write(path, x->prog, x->res, &x->counts,
	    &x->run, &f), -1);
	assert_non_null(strstr(f.text, "left alone"));
	assert_int_equal(file_read(path, &text, &n, &f), 0);
	assert_string_equal(text, "precious");
	assert_int_equal(count_files(x->dir), 1);
	free(text);
}

static void
bad_output_directory(void **state)
{
	struct fixture *x = *state;
	struct fault f = { 0 };

	assert_int_equal(store_write(in_dir(x->dir, "no/k.db"), x->prog,
	    x->res, &x->counts, &x->run, &f), -1);
	assert_non_null(strstr(f.text, "k.db: "));
	assert_null(strstr(f.text, ".tmp."));
	assert_int_equal(count_files(x->dir), 0);
}

static void
bad_database(void **state)
{
	struct fixture *x = *state;
	const char *path = in_dir(x->dir, "k.db");
	struct fault f = { 0 };

	assert_null(store_open(path, &f));
	assert_non_null(strstr(f.text, "No such file"));
	f.text[0] = '\0';
	assert_int_equal(file_write(path, "not a database", 14, &f), 0);
	assert_null(store_open(path, &f));
	assert_non_null(strstr(f.text, "not an iplint database"));
}

static void
bad_version(void **state)
{
	struct fixture *x = *state;
	struct fault f = { 0 };
	const char *path;
	char *text;
	size_t n;

	store_close(write_and_open(x, "k.db"));
	path = in_dir(x->dir, "k.db");
	assert_int_equal(file_read(path, &text, &n, &f), 0);
	text[63] = STORE_VERSION + 1;	/* PRAGMA user_version */
	assert_int_equal(file_write(path, text, n, &f), 0);
	assert_null(store_open(path, &f));
	assert_non_null(strstr(f.text, "version 2"));
	f.text[0] = '\0';
	text[71] = 'x';			/* PRAGMA application_id */
	assert_int_equal(file_write(path, text, n, &f), 0);
	assert_null(store_open(path, &f));
	assert_non_null(strstr(f.text, "not an iplint database"));
	free(text);
}

static void
bad_damaged(void **state)
{
	struct fixture *x = *state;
	struct store_counts c;
	struct fault f = { 0 };
	struct store *s;
	const char *path;
	char *text;
	size_t n;

	store_close(write_and_open(x, "k.db"));
	path = in_dir(x->dir, "k.db");
	assert_int_equal(file_read(path, &text, &n, &f), 0);
	memset(text + 4096, 0xff, n - 4096);
	assert_int_equal(file_write(path, text, n, &f), 0);
	s = store_open(path, &f);
	if (s != NULL)
		assert_int_equal(store_counts(s, &c, &f), -1);
	assert_int_not_equal(f.text[0], '\0');
	store_close(s);
	free(text);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(ok_clean), T(ok_finding), T(ok_level_names),
		T(ok_iterator_stops), T(ok_gaps), T(ok_same_bytes),
		T(bad_output_is_something_else), T(bad_output_directory),
		T(bad_database), T(bad_version), T(bad_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
