/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * From text IR to findings, without a compiler: each testdata/flow/X.ir was
 * lowered from X.c, whose comments say what must be found at which line, and
 * how many other handlers share it, or a word that the message has.
 * A file X.yaml is the rules for it, instead of those of NetBSD; "partial"
 * stands for a part of a kernel.
 * Nothing else may be found.  fn_ and fp_ functions are known wrong answers:
 * "ideal:" says what would be right, and getting it right fails the test
 * until the name is changed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/check.h"
#include "flow/flow.h"

#define MAX_LINES	2000

/* id by line, as the source's comments say; 0: nothing. */
static void
read_expected(const char *path, const char *word, int want[MAX_LINES])
{
	char *text, *line, *next, *e;
	size_t size;
	struct fault f = { "" };
	unsigned n;

	memset(want, 0, MAX_LINES * sizeof(*want));
	if (file_read(path, &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	for (n = 1, line = text; line != NULL && n < MAX_LINES;
	    line = next, n++) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		e = strstr(line, word);
		if (e != NULL)
			want[n] = atoi(e + strlen(word));
	}
	free(text);
}

/* "says: word" at a finding's line: its message has the word. */
static int
check_said(const char *path, const struct results *r)
{
	char *text, *line, *next, *e;
	char word[64];
	size_t size, i;
	struct fault f = { "" };
	unsigned n;
	int bad = 0;

	if (file_read(path, &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	for (n = 1, line = text; line != NULL; line = next, n++) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		e = strstr(line, "says: ");
		if (e == NULL || sscanf(e + 6, "%63s", word) != 1)
			continue;
		for (i = 0; i < r->findings.n; i++)
			if (r->findings.p[i].line == n && strstr(
			    r->findings.p[i].message, word) != NULL)
				break;
		if (i == r->findings.n) {
			print_error("%s:%u: does not say %s\n", path, n, word);
			bad++;
		}
	}
	free(text);
	return bad;
}

static void
analyse(const char *name, const char *port)
{
	char path[512];
	struct fault f = { "" };
	struct names *names = names_new();
	struct ledger *ledger = ledger_new(names);
	struct rules *rules;
	struct ir_module *m;
	struct program *p;
	struct flow *fl, *adaptive;
	struct results *r;
	char *text;
	size_t size, i;
	static int want[MAX_LINES], got[MAX_LINES];
	static int others[MAX_LINES], shared[MAX_LINES];
	int bad = 0;

	snprintf(path, sizeof(path), "%s/%s.yaml", DATA, name);
	rules = rules_load(names, access(path, R_OK) == 0 ? path : RULES, &f);
	if (rules == NULL)
		fail_msg("%s", f.text);
	snprintf(path, sizeof(path), "%s/%s.ir", DATA, name);
	if (file_read(path, &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	m = ir_parse(names, path, text, size, NULL, &f);
	if (m == NULL || ir_check(m, &f) != 0)
		fail_msg("%s", f.text);
	p = program_link(names, rules, &m, 1, port, ledger, &f);
	if (p == NULL)
		fail_msg("%s", f.text);
	p->partial = strcmp(name, "partial") == 0;
	fl = flow_solve(p);
	adaptive = strcmp(name, "adaptive") == 0 || p->partial ?
	    flow_solve_adaptive(p) : NULL;
	r = check_program(p, fl, adaptive);
	flow_free(adaptive);

	snprintf(path, sizeof(path), "%s/%s.c", DATA, name);
	read_expected(path, "expect: IPL", want);
	read_expected(path, "others: ", others);
	memset(got, 0, sizeof(got));
	memset(shared, 0, sizeof(shared));
	for (i = 0; i < r->findings.n; i++)
		if (r->findings.p[i].line < MAX_LINES) {
			got[r->findings.p[i].line] = r->findings.p[i].id;
			shared[r->findings.p[i].line] =
			    (int)r->findings.p[i].nothers;
		}
	for (i = 0; i < MAX_LINES; i++)
		if (want[i] != got[i]) {
			print_error("%s.c:%zu: expected IPL%03d, got "
			    "IPL%03d\n", name, i, want[i], got[i]);
			bad++;
		} else if (others[i] != shared[i]) {
			print_error("%s.c:%zu: expected to be shared by %d "
			    "more handlers, is by %d\n", name, i, others[i],
			    shared[i]);
			bad++;
		}
	bad += check_said(path, r);
	if (bad > 0 && getenv("IPLINT_SUMMARIES") != NULL)
		for (i = 0; i < p->funcs.n; i++) {
			struct buf b = { 0 };

			flow_print(fl, (func_id)i, &b);
			print_error("%s", b.p);
			buf_free(&b);
		}
	assert_int_equal(bad, 0);
	results_free(r);
	flow_free(fl);
	program_free(p);
	ir_module_free(m);
	free(text);
	rules_free(rules);
	ledger_free(ledger);
	names_free(names);
}

/* File and port. */
#define CASES(X)							\
	X(spl, "amd64") X(mutex, "amd64") X(handler, "amd64")	\
	X(below, "amd64")						\
	X(token, "amd64") X(sets, "powerpc") X(made, "amd64")	\
	X(release, "amd64") X(handover, "amd64") X(moved, "amd64")	\
	X(nested, "amd64") X(keeps, "amd64") X(popular, "amd64")	\
	X(inside, "amd64") X(wrapped, "amd64") X(carried, "amd64")	\
	X(newer, "amd64")						\
	X(sleep, "amd64")	\
	X(correlated, "amd64") X(across, "amd64") X(pointers, "amd64")	\
	X(alias, "amd64") X(never, "amd64") X(out, "toy")	\
	X(inverted, "hppa") X(doubt, "amd64")	\
	X(adaptive, "amd64") X(partial, "amd64")

#define X(name, port)							\
static void								\
name##_as_expected(void **state)					\
{									\
	(void)state;							\
	analyse(#name, port);						\
}
CASES(X)
#undef X

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define X(name, port) cmocka_unit_test(name##_as_expected),
		CASES(X)
#undef X
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
