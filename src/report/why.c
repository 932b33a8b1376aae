/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/text.h"
#include "report/verdict.h"

struct why {
	struct text *text;
	size_t handlers, entries;
};

static int
print_level(struct text *t, const char *what, int level)
{
	struct buf b = { 0 };
	int error;

	error = store_level(t->store, level, &b, t->fault);
	fprintf(t->out, "    %-32s %s\n", what, b.p != NULL ? b.p : "");
	buf_free(&b);
	return error;
}

static int
print_rest(void *ctx, const struct store_entry *e)
{
	return text_entry(ctx, 6, e);
}

static int
print_handler(void *ctx, const struct store_handler *h)
{
	struct why *w = ctx;
	struct text *t = w->text;
	int error;

	w->handlers++;
	fprintf(t->out, "%s, registered at %s by %s, %s:%d", h->name,
	    *h->level_name != '\0' ? h->level_name : "an unknown level",
	    *h->api != '\0' ? h->api : "rule", h->file, h->line);
	if (h->others > 0)
		fprintf(t->out, " and %d more place%s", h->others,
		    h->others == 1 ? "" : "s");
	fprintf(t->out, ": %s\n    %s\n", h->verdict,
	    verdict_text(h->verdict));
	error = print_level(t, "entered at", h->level);
	if (error == 0)
		error = print_level(t, "returns at most at", h->exit_max);
	if (error == 0)
		error = print_level(t, "the same, spin mutex held",
		    h->exit_max_nested);
	if (error == 0)
		error = print_level(t, "highest level in between", h->peak);
	if (error == 0 && h->rests > 0) {
		fprintf(t->out, "    rests on %d ledger entr%s:\n", h->rests,
		    h->rests == 1 ? "y" : "ies");
		error = store_handler_rests(t->store, h->id, print_rest, t,
		    t->fault);
	}
	fputc('\n', t->out);
	return error;
}

static int
print_entry(void *ctx, const struct store_entry *e)
{
	struct why *w = ctx;

	if (w->entries++ == 0)
		fputs("not known in this function:\n", w->text->out);
	return text_entry(w->text, 4, e);
}

/* What there is to know of the name at all. */
static void
print_functions(struct text *t, const char *func,
    const struct store_functions *c)
{
	if (c->ruled > 0)
		fprintf(t->out, "a rule says what %s does\n", func);
	else if (c->analysed == 0)
		fprintf(t->out, "%s has no body in any unit, so nothing is "
		    "known of it\n", func);
	else if (c->analysed < c->n)
		fprintf(t->out, "%d of %d functions of that name have a "
		    "body\n", c->analysed, c->n);
}

int
text_why(struct text *t, const char *func)
{
	struct why w = { .text = t };
	struct store_functions c = { 0 };
	size_t found = 0;

	if (store_functions(t->store, func, &c, t->fault) != 0)
		return -1;
	if (c.n == 0)
		return fault_set(t->fault, NULL, 0, "the kernel has no "
		    "function \"%s\"", func);
	if (store_handlers(t->store, func, print_handler, &w, t->fault) != 0)
		return -1;
	if (text_findings(t, func, &found) != 0)
		return -1;
	if (w.handlers == 0)
		fprintf(t->out, "%s is not registered as a handler%s\n",
		    func, found == 0 ? " and has no finding" : "");
	print_functions(t, func, &c);
	return store_ledger(t->store, func, print_entry, &w, t->fault);
}
