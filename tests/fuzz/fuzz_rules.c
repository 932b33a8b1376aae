/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Any bytes as a rule file: they are rejected with a message of one line, or
 * every look-up of what was read works.
 */

#include <string.h>

#include "rules/rules.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
look_up(const struct rules *r)
{
	const struct rule_registration *g;
	const struct rule_context *c;
	const struct rule_port *p;
	size_t i;

	p = r->ports.n > 0 ? &r->ports.p[0] : NULL;
	for (i = 0; i < r->funcs.n; i++)
		require(rules_func(r, r->funcs.p[i].name,
		    r->funcs.p[i].since) == &r->funcs.p[i] ||
		    r->funcs.p[i].since == 0);
	for (i = 0; i < r->lockinits.n; i++)
		require(rules_lockinit(r, r->lockinits.p[i].name) != NULL);
	for (i = 0; i < r->places.n; i++)
		require(rules_place(r, r->places.p[i].record,
		    r->places.p[i].field) == &r->places.p[i]);
	for (i = 0; i < r->knowns.n; i++)
		require(rules_known(r, r->knowns.p[i].record,
		    r->knowns.p[i].field) == &r->knowns.p[i]);
	for (i = 0; i < r->registrations.n; i++) {
		g = &r->registrations.p[i];
		require(rules_registration(r, g->name, g->nargs) != NULL);
		(void)rules_registration_on(r, p, g->name, 3);
		require(rules_context(r, g->context, NULL, 0) != NULL);
		c = rules_context(r, g->context, p, 5);
		if (c != NULL)
			(void)rules_flag(c, 0x101, 5);
	}
	for (i = 0; i < r->entries.n; i++)
		require(r->entries.p[i].context < r->contexts.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct rules *r;

	r = rules_parse(names, "fuzz", (const char *)data, size, &f);
	require((r == NULL) == (f.text[0] != '\0'));
	require(strchr(f.text, '\n') == NULL);
	if (r != NULL)
		look_up(r);
	rules_free(r);
	names_free(names);
	return 0;
}
