/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * progen SEED: a random C program of integers, for the test of equivalence.
 *
 * It has every kind of control flow, and nothing whose value C leaves open: an
 * operand with a side effect changes a variable that occurs nowhere else, and
 * tr() depends on nothing but its arguments.  Loops end because each of them
 * takes from "fuel".  What the functions do is seen in the order of the calls
 * of tr() and in the variables G0, G1 and A.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NFUNCS	6

static unsigned long long state;
static unsigned count, nvars, nassigned, nscratch;
static const char *vars[64];
static bool jumped, inner;

static unsigned
rnd(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static void	expr(int depth);
static void	statements(int depth, bool loop, unsigned n);

static void
out(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/* Text with % for an expression; everything else as it is. */
static void
form(int depth, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '%')
			expr(depth);
		else
			putchar(*text);
	}
}

/* A name of its own; the program is over before memory is short. */
static const char *
fresh(const char *prefix)
{
	char *name = malloc(16);

	if (name == NULL)
		exit(1);
	snprintf(name, 16, "%s%u", prefix, ++count);
	return name;
}

/* From here on it may be used. */
static void
declare(const char *name)
{
	if (nvars == sizeof(vars) / sizeof(vars[0]))
		exit(1);
	vars[nvars++] = name;
}

static const char *
variable(void)
{
	return vars[rnd(nvars)];
}

/* One that may be assigned to: not the counters of loops. */
static const char *
target(void)
{
	return vars[1 + rnd(nassigned - 1)];
}

static void
block_expr(int depth)
{
	unsigned saved_n = nvars, saved_m = nassigned;
	const char *saved = vars[1], *q = fresh("q");
	bool was_inner = inner;

	out("({ int %s = ", q);
	expr(depth);
	out("; ");
	declare(q);
	vars[1] = q;
	/* Only its own variable is assigned to. */
	nassigned = 2;
	inner = true;
	statements(depth, false, 2);
	expr(depth);
	out("; })");
	vars[1] = saved;
	inner = was_inner;
	nvars = saved_n;
	nassigned = saved_m;
}

static void
expr(int depth)
{
	static const char *const forms[] = {
		"(% + %)", "(% - %)", "(% & %)", "(% | %)", "(% ^ %)",
		"(% < %)", "(% <= %)", "(% > %)", "(% >= %)", "(% == %)",
		"(% != %)", "(% && %)", "(% && %)", "(% || %)", "(% || %)",
		"(!%)", "(- %)", "(~%)", "(% ? % : %)", "(% ?: %)", "(%, %)",
		"__builtin_expect(!!(%), 1)", "A[% & 3]", "tr(%, %)",
		"tr(A[% & 3], %)",
		"(__builtin_constant_p(tr(G0, x && y++)) ? 1 : 1)",
	};
	static const char *const steps[] = {
		"(s%u++)", "(++s%u)", "(s%u--)", "(--s%u)",
	};
	unsigned which;

	if (depth <= 0 || rnd(7) == 0) {
		if (rnd(3) == 0)
			out("%d", (int)rnd(15) - 5);
		else
			out("%s", variable());
		return;
	}
	which = rnd(sizeof(forms) / sizeof(forms[0]) + 4);
	if (which >= 4) {
		form(depth - 1, forms[which - 4]);
	} else if (which < 2) {
		block_expr(depth - 1);
	} else if (which == 2) {
		out(steps[rnd(4)], nscratch++);
	} else {
		out("(s%u %s ", nscratch++, rnd(2) ? "=" : "+=");
		form(depth - 1, "%)");
	}
}

static void
body(int depth, bool loop)
{
	out("{ ");
	statements(depth - 1, loop, 3);
	out("} ");
}

static void
cases(int depth, bool loop)
{
	int value = (int)rnd(3) - 1;

	form(3, "switch (% & 7) { ");
	for (unsigned n = 1 + rnd(4); n > 0; n--) {
		out("case %d: ", value++);
		if (rnd(4) == 0) {
			out("case %d ... %d: ", value, value + 1);
			value += 2;
		}
		body(depth, loop);
		if (rnd(2))
			out("break; ");
	}
	if (rnd(3)) {
		out("default: ");
		body(depth, loop);
	}
	out("} ");
}

static void
gotos(int depth)
{
	unsigned l = ++count;

	switch (rnd(3)) {
	case 0:
		form(3, "if (%) ");
		out("goto L%u; ", l);
		statements(depth - 1, false, 2);
		out("L%u: ", l);
		statements(0, false, 1);
		break;
	case 1:
		out("L%u: ", l);
		statements(depth - 1, false, 2);
		form(3, "if (fuel-- > 0 && %) ");
		out("goto L%u; ", l);
		break;
	default:
		/* All jumps of a function go through the same place. */
		if (jumped)
			break;
		jumped = true;
		out("{ void *to = ");
		form(2, "% ? ");
		out("&&X%u : &&Y%u; X%u: ", l, l, l);
		statements(depth - 1, false, 2);
		out("Y%u: ", l);
		form(3, "if (fuel-- > 0 && %) goto *to; } ");
	}
}

static void
scope(int depth, bool loop)
{
	unsigned saved = nvars;
	const char *c = fresh("c");

	out("{ int %s __attribute__((__cleanup__(cl))) = ", c);
	out("%s + %d; ", variable(), (int)rnd(9));
	declare(c);
	statements(depth - 1, loop, 3);
	out("} ");
	nvars = saved;
}

static void
counted(int depth)
{
	unsigned saved = nvars;
	const char *i = fresh("i");

	out("for (int %s = 0; %s < %u && fuel-- > 0; %s++) ", i, i,
	    1 + rnd(4), i);
	declare(i);
	body(depth, true);
	nvars = saved;
}

static void
statement(int depth, bool loop)
{
	static const char *const ops[] = { "+", "-", "|", "&", "^" };
	unsigned which = depth <= 0 ? rnd(4) : rnd(20);

	switch (which) {
	case 0: case 1:
		out("%s = ", target());
		form(depth, "%; ");
		return;
	case 2:
		out("%s %s= ", target(), ops[rnd(5)]);
		form(depth, "%; ");
		return;
	case 3:
		out("%s%s; ", target(), rnd(2) ? "++" : "--");
		return;
	case 4: case 5: case 6:
		form(4, "if (%) ");
		body(depth, loop);
		if (rnd(2)) {
			out("else ");
			body(depth, loop);
		}
		return;
	case 7:
		form(3, "while (fuel-- > 0 && %) ");
		body(depth, true);
		return;
	case 8:
		out("do ");
		body(depth, true);
		form(3, "while (fuel-- > 0 && %); ");
		return;
	case 9:
		counted(depth);
		return;
	case 10: case 11:
		cases(depth, loop);
		return;
	case 12:
		gotos(depth);
		return;
	case 13:
		scope(depth, loop);
		return;
	case 14:
		form(3, "if (%) return %; ");
		return;
	case 15:
		if (loop)
			form(2, rnd(2) ? "if (%) break; " :
			    "if (%) continue; ");
		return;
	case 16:
		form(3, "switch (% & 3) { case 0: do { ");
		statements(depth - 1, false, 1);
		out("case 1: ");
		statements(depth - 1, false, 2);
		form(2, "} while (fuel-- > 0 && %); } ");
		return;
	case 17:
		if (inner)
			return;
		form(3, "A[% & 3] ");
		out("%s %s; ", rnd(2) ? "=" : "^=", variable());
		return;
	default:
		form(3, rnd(2) ? "%; " : "tr(%, %); ");
	}
}

static void
statements(int depth, bool loop, unsigned n)
{
	for (n = 1 + rnd(n); n > 0; n--)
		statement(depth, loop);
	out("; ");
}

static void
function(unsigned nth)
{
	static const char *const start[] = { "b", "a", "x", "y", "G0", "G1" };

	nvars = nassigned = sizeof(start) / sizeof(start[0]);
	for (unsigned i = 0; i < nvars; i++)
		vars[i] = start[i];
	jumped = false;
	out("int\nf%u(int a, int b)\n{\n\tint x = 1, y = 2;\n\n\t", nth);
	statements(4, false, 6);
	out("\n\treturn ");
	expr(4);
	out(";\n}\n\n");
}

int
main(int argc, char **argv)
{
	state = argc > 1 ? strtoull(argv[1], NULL, 10) * 2654435761u : 1;
	out("#include \"run.h\"\nstatic int s0");
	for (unsigned i = 1; i < 2000; i++)
		out(", s%u", i);
	out(";\n");
	for (unsigned i = 0; i < NFUNCS; i++)
		function(i);
	return nscratch < 2000 ? 0 : 1;
}
