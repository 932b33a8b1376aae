/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Signatures: which functions fit a pointer through which they are called.
 *
 * A member has one type and whoever stores another one into it has cast it
 * on purpose: kernels do so with handlers, which take one argument or two.
 * So the number of arguments does not tell, and integers fit each other
 * whatever their width; what must agree is the class of the arguments that
 * both have, and of the result if both have one.
 */

#include <string.h>

#include "program/link.h"

static char
class_of_type(const char *s)
{
	switch (s[0]) {
	case 'u':
	case 'i':
		return s[1] == '6' ? 'w' : 'i';
	case 'a':
		return 'p';
	default:
		return s[0];
	}
}

static void
parse(const char *s, struct sig *out)
{
	memset(out, 0, sizeof(*out));
	out->ret = class_of_type(s);
	s = strchr(s, '(');
	if (s == NULL) {
		out->more = true;
		return;
	}
	for (s++; *s != ')' && *s != '\0'; s += *s == ',') {
		if (s[0] == '.' || out->nargs == SIG_MAX)
			out->more = true;
		else
			out->args[out->nargs++] = class_of_type(s);
		s += strcspn(s, ",)");
	}
}

struct sig
sig_get(struct program *p, name_t name)
{
	struct link *l = p->link;
	struct sig sig;
	uint64_t i;

	if (!map_get(l->sig_of, name, &i)) {
		parse(name_str(p->names, name), &sig);
		i = l->sigs.n;
		vec_push(&l->sigs, sig);
		map_put(l->sig_of, name, i);
	}
	return l->sigs.p[i];
}

/* w is an integer as wide as a pointer, and often is one. */
static bool
class_fits(char a, char b)
{
	if (a == b)
		return true;
	if (a == 'w' || b == 'w')
		return strchr("wip", a) != NULL && strchr("wip", b) != NULL;
	return false;
}

bool
sig_fits(const struct sig *func, const struct sig *pointer, unsigned nargs)
{
	unsigned i;

	if (func->ret != 'v' && pointer->ret != 'v' &&
	    !class_fits(func->ret, pointer->ret))
		return false;
	for (i = 0; i < func->nargs && i < pointer->nargs && i < nargs; i++)
		if (!class_fits(func->args[i], pointer->args[i]))
			return false;
	return true;
}
