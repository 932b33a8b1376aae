/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#include "check/finding.h"

const char *
severity_name(enum severity s)
{
	static const char *const name[] = { "note", "warning", "error" };

	return name[s];
}

const char *
finding_name(int id)
{
	switch (id) {
#define X(n, name, class, text) case n: return name;
	FINDINGS(X)
#undef X
	}
	return NULL;
}

const char *
finding_text(int id)
{
	switch (id) {
#define X(n, name, class, text) case n: return text;
	FINDINGS(X)
#undef X
	}
	return NULL;
}

enum finding_class
finding_class(int id)
{
	switch (id) {
#define X(n, name, class, text) case n: return FINDING_##class;
	FINDINGS(X)
#undef X
	}
	bug("finding %d has no class", id);
}

const char *
finding_class_name(enum finding_class class)
{
	static const char *const name[] = { "proven", "advice" };

	return name[class];
}

enum severity
finding_severity(int id)
{
	return finding_class(id) == FINDING_PROVEN ? SEVERITY_ERROR :
	    SEVERITY_WARNING;
}

const char *
step_kind_name(enum step_kind k)
{
	static const char *const name[] = {
		"register", "level", "lock", "branch", "call", "return",
		"note"
	};

	return name[k];
}

const char *
verdict_name(enum verdict v)
{
	static const char *const name[] = {
		"clean", "leak", "nested-leak", "lowered-exit", "defect-below",
		"unproven", "unknown"
	};

	return name[v];
}

const char *
felt_name(enum felt_how how)
{
	static const char *const name[] = { "own", "shared", "below" };

	return name[how];
}

void
results_free(struct results *r)
{
	if (r == NULL)
		return;
	vec_free(&r->findings);
	vec_free(&r->handlers);
	vec_free(&r->suppressions);
	vec_free(&r->reach.acts);
	vec_free(&r->reach.edges);
	vec_free(&r->reach.funcs);
	arena_free(r->arena);
	free(r);
}
