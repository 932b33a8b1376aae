/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Programs that have more states than can be followed.  However many
 * functions there are, the analysis must come to its end with a number of
 * steps that is in proportion to their size, and the ledger must say that
 * paths were left out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "flow/flow_int.h"

#define NLOCKS	12

static void
head(struct buf *b)
{
	int i;

	buf_str(b, "iplint-ir 1\nunit \"worst.c\"\nlevel IPL_HIGH 8\n"
	    "level IPL_NONE 0\nlevel IPL_SCHED 7\nlevel IPL_VM 6\n"
	    "level __NetBSD_Version__ 699001600\n"
	    "decl @mutex_enter v(p) extern \"worst.c\" 1\n"
	    "decl @mutex_exit v(p) extern \"worst.c\" 1\n"
	    "decl @mutex_init v(p,i32,i32) extern \"worst.c\" 1\n"
	    "decl @splhigh i32() extern \"worst.c\" 1\n"
	    "decl @splvm i32() extern \"worst.c\" 1\n"
	    "decl @spllower v(i32) extern \"worst.c\" 1\n");
	for (i = 0; i < NLOCKS; i++)
		buf_fmt(b, "var @m%d s:kmutex static \"worst.c\" 1\n", i);
	buf_str(b, "func @init v()\nfile 0 \"worst.c\"\nat 1:1 end 1:1\n"
	    "b0:\n");
	for (i = 0; i < NLOCKS; i++)
		buf_fmt(b, "\t1:1 call @mutex_init(&@m%d, 0, 6'IPL_VM')\n",
		    i);
	buf_str(b, "\t1:1 ret\n}\n");
}

/*
 * Function number f: tests of its argument, each of which takes one more
 * mutex, releases one or raises the level, and calls two others.
 */
static void
function(struct buf *b, int f, int one, int other, int ntests)
{
	int i, k;

	buf_fmt(b, "func @f%d i32(i32,i32)\nfile 0 \"worst.c\"\n"
	    "at %d:1 end %d:9\nparam %%a i32\nparam %%b i32\n"
	    "local %%s i32\nlocal %%r i32\n", f, f + 2, f + 2);
	for (i = k = 0; i < ntests; i++, k += 2) {
		buf_fmt(b, "b%d:\n\t%d:1 br ((%%a & %d) == %d) b%d b%d\n",
		    k, f + 2, 1 << (i % 30), i % 3 == 0 ? 0 : 1 << (i % 30),
		    k + 1, k + 2);
		buf_fmt(b, "b%d:\n", k + 1);
		switch ((f + i) % 4) {
		case 0:
			buf_fmt(b, "\t%d:1 %%s = call @splhigh()\n", f + 2);
			break;
		case 1:
			buf_fmt(b, "\t%d:1 call @mutex_exit(&@m%d)\n", f + 2,
			    (f * 5 + i) % NLOCKS);
			break;
		default:
			buf_fmt(b, "\t%d:1 call @mutex_enter(&@m%d)\n", f + 2,
			    (f * 7 + i) % NLOCKS);
			break;
		}
		if (i % 2 == 0 && one >= 0)
			buf_fmt(b, "\t%d:1 %%r = call @f%d(%%b, %%r)\n",
			    f + 2, i % 4 == 0 ? one : other);
		buf_fmt(b, "\t%d:1 goto b%d\n", f + 2, k + 2);
	}
	buf_fmt(b, "b%d:\n\t%d:1 ret %%r\n}\n", k, f + 2);
}

static void
solves(struct buf *text, bool spent)
{
	struct fault f = { "" };
	struct names *names = names_new();
	struct ledger *ledger = ledger_new(names);
	struct rules *rules;
	struct ir_module *m;
	struct program *p;
	struct flow *fl;
	struct results *r;
	uint64_t insns = 0, limit;
	uint32_t b, i;
	bool said = false;
	size_t k;

	rules = rules_load(names, RULES, &f);
	if (rules == NULL)
		fail_msg("%s", f.text);
	m = ir_parse(names, "worst.ir", text->p, text->n, NULL, &f);
	if (m == NULL || ir_check(m, &f) != 0)
		fail_msg("%s", f.text);
	p = program_link(names, rules, &m, 1, "amd64", ledger, &f);
	if (p == NULL)
		fail_msg("%s", f.text);
	fl = flow_solve(p);
	for (k = 0; k < p->funcs.n; k++)
		for (b = 0; p->funcs.p[k].ir != NULL &&
		    b < p->funcs.p[k].ir->nblocks; b++)
			insns += p->funcs.p[k].ir->blocks[b].ninsns;
	/* What all may take, the last one at full, and the lean ones. */
	limit = insns * ALL_STEPS + ALL_STEPS_ONCE + MAX_STEPS;
	if (spent)
		assert_true(flow_counts(fl).steps > limit - MAX_STEPS);
	limit += (flow_counts(fl).summaries * LEAN_STEPS_ONCE +
	    insns * LEAN_STEPS * NMODES) * 4;
	assert_true(flow_counts(fl).steps < limit);
	for (i = 0; i < ledger_count(ledger); i++)
		said = said || ledger_get(ledger, i)->kind == LEDGER_BUDGET;
	assert_true(said);
	r = check_program(p, fl, NULL);
	results_free(r);
	flow_free(fl);
	program_free(p);
	ir_module_free(m);
	buf_free(text);
	rules_free(rules);
	ledger_free(ledger);
	names_free(names);
}

/* Each calls the two before it. */
static void
ok_chain(void **state)
{
	struct buf b = { 0 };
	int f;

	(void)state;
	head(&b);
	for (f = 0; f < 400; f++)
		function(&b, f, f - 1, f > 1 ? f - 2 : 0, 24);
	solves(&b, true);
}

/* Each can call any other, in one component. */
static void
ok_circle(void **state)
{
	struct buf b = { 0 };
	int f;

	(void)state;
	head(&b);
	for (f = 0; f < 300; f++)
		function(&b, f, (f + 1) % 300, (f * 17 + 5) % 300, 16);
	solves(&b, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_chain),
		cmocka_unit_test(ok_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
