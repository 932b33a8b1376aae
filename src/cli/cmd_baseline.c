/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gating.h"

/* "pointer=5,wide=1" */
static int
set_allowances(struct baseline *b, const char *text, struct fault *f)
{
	char *copy = estrdup(text), *word, *rest = copy, *end;
	int error = 0, k;
	long n;

	while (error == 0 && (word = strtok_r(rest, ",", &rest)) != NULL) {
		char *value = strchr(word, '=');

		if (value != NULL)
			*value++ = '\0';
		for (k = 0; k < LEDGER_NKINDS; k++)
			if (strcmp(ledger_kind_name(k), word) == 0)
				break;
		n = value != NULL ? strtol(value, &end, 10) : -1;
		if (k == LEDGER_NKINDS || n < 0 || n > 1000000 ||
		    end == value || *end != '\0')
			error = fault_set(f, NULL, 0, "--allow=%.80s: not a "
			    "kind of ledger entry, =, and a number", text);
		else
			b->allow[k] = (int)n;
	}
	free(copy);
	return error;
}

/* Take from the old file what a database does not know. */
static void
inherit(const struct baseline *old, struct baseline *now)
{
	struct comparison c;

	compare(old, now, &c);
	for (size_t i = 0; i < c.findings.n; i++) {
		const struct change_of *ch = &c.findings.p[i];

		if (ch->old != NULL && ch->new != NULL)
			now->findings.p[ch->new - now->findings.p].since =
			    ch->old->since;
	}
	memcpy(now->allow, old->allow, sizeof(now->allow));
	now->head = old->head;
	comparison_free(&c);
}

static void
date_new(const struct baseline *old, struct baseline *now, const char *today)
{
	static const struct baseline nothing = { .head = "" };
	struct comparison c;

	compare(old != NULL ? old : &nothing, now, &c);
	for (size_t i = 0; i < c.findings.n; i++) {
		const struct change_of *ch = &c.findings.p[i];

		if (ch->change == CHANGE_INTRODUCED)
			now->findings.p[ch->new - now->findings.p].since =
			    today;
	}
	comparison_free(&c);
}

/* A unit that is missing may have what seems to be gone. */
static void
keep_gone(const struct baseline *old, struct baseline *now)
{
	struct comparison c;

	compare(old, now, &c);
	for (size_t i = 0; i < c.findings.n; i++)
		if (c.findings.p[i].change == CHANGE_FIXED)
			vec_push(&now->findings, *c.findings.p[i].old);
	comparison_free(&c);
	compare(now, old, &c);
	for (size_t i = 0; i < c.growth.n; i++) {
		const struct growth *g = &c.growth.p[i];
		struct baseline_count more = { .kind = g->kind,
		    .place = g->place, .n = g->after - g->before };

		vec_push(&now->ledger, more);
	}
	comparison_free(&c);
	baseline_sort(now);
}

static void
say(const struct options *o, const char *path, const struct baseline *old,
    const struct baseline *now)
{
	int n[4] = { 0 };
	struct comparison c;

	if (o->quiet)
		return;
	if (old == NULL) {
		static const struct baseline nothing = { .head = "" };

		compare(&nothing, now, &c);
	} else
		compare(old, now, &c);
	for (size_t i = 0; i < c.findings.n; i++)
		n[c.findings.p[i].change]++;
	printf("%s: %d finding%s", path,
	    n[CHANGE_INTRODUCED] + n[CHANGE_KEPT],
	    n[CHANGE_INTRODUCED] + n[CHANGE_KEPT] == 1 ? "" : "s");
	if (old != NULL)
		printf(", %d added, %d removed", n[CHANGE_INTRODUCED],
		    n[CHANGE_FIXED] + n[CHANGE_SUPPRESSED]);
	putchar('\n');
	comparison_free(&c);
}

static int
save(const struct options *o, struct store *s, const struct baseline *old,
    const char *path, struct fault *f)
{
	struct baseline *now;
	struct gate_policy policy;
	struct buf text = { 0 };
	int error, incomplete = -1;

	if (policy_of(o, &policy, f) != 0)
		return -1;
	now = baseline_of_store(s, policy.today, f);
	if (now == NULL)
		return -1;
	incomplete = name_incomplete(s, o->quiet, f);
	if (old != NULL)
		inherit(old, now);
	if (o->today != NULL)
		date_new(old, now, o->today);
	if (old != NULL && incomplete > 0)
		keep_gone(old, now);
	error = incomplete < 0 ? -1 : 0;
	if (error == 0 && o->allow != NULL)
		error = set_allowances(now, o->allow, f);
	if (error == 0) {
		baseline_print(now, &text);
		error = file_write(path, text.p, text.n, f);
	}
	if (error == 0)
		say(o, path, old, now);
	buf_free(&text);
	baseline_free(now);
	return error != 0 ? -1 : gate_status(incomplete, false);
}

static int
write_or_update(const struct options *o, bool update)
{
	const char *path = o->operands[2];
	struct baseline *old = NULL;
	struct store *s = NULL;
	struct fault f = { 0 };
	int status = -1;

	if (!update && access(path, F_OK) == 0)
		return complain("%s: this file is there already; use "
		    "\"iplint baseline update\", or remove it", path);
	if (!update || (old = baseline_read(path, &f)) != NULL)
		s = store_open(o->operands[1], &f);
	if (s != NULL)
		status = save(o, s, old, path, &f);
	store_close(s);
	baseline_free(old);
	return status < 0 ? complain_fault(&f) : status;
}

int
cmd_baseline(const struct options *o)
{
	const char *what = o->noperands > 0 ? o->operands[0] : "";

	if (o->noperands != 3)
		return complain("baseline takes write, check or update, a "
		    "database, and a baseline");
	if (strcmp(what, "check") == 0)
		return check_database(o, o->operands[1], o->operands[2]);
	if (strcmp(what, "write") == 0 || strcmp(what, "update") == 0)
		return write_or_update(o, *what == 'u');
	return complain("baseline %s: no such action; there are write, check "
	    "and update", what);
}
