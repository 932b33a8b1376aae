/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/graph.h"
#include "report/text.h"
#include "report/verdict.h"

#define MAX_NODES	40	/* of a call tree */
#define MAX_TAKES	20	/* mutexes */

struct why {
	struct text *text;
	struct graph *graph;
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

/* ---- what it does ---- */

static void
span(const struct why *w, int lo, int hi)
{
	struct buf b = { 0 };

	graph_span(w->graph, lo, hi, &b);
	fputs(b.p, w->text->out);
	buf_free(&b);
}

/* ", IPL_VM": an adaptive mutex has none, whatever it was given. */
static void
mutex_level(const struct why *w, const char *spin, int lo, int hi)
{
	if (strcmp(spin, "adaptive") == 0)
		return;
	fputs(", ", w->text->out);
	span(w, lo, hi);
}

static void
print_act(struct why *w, const struct graph_act *a, int indent)
{
	FILE *out = w->text->out;

	fprintf(out, "%*s%s %s", indent, "", act_text(a->kind), a->text);
	for (uint32_t i = 0; i < a->nlocks && i < 2; i++)
		fprintf(out, "%s%s", i == 0 ? ", " : " or ",
		    w->graph->mutexes.p[a->locks[i]].name);
	if (a->lo >= 0) {
		fputs(", at ", out);
		span(w, a->lo, a->hi);
	}
	fprintf(out, "  %s:%d\n", a->file, a->line);
}

/* A node of the call tree, one line, and what is below it. */
static void
print_node(struct why *w, const struct tree *t, uint32_t i, int depth)
{
	const struct tree_node *n = &t->nodes.p[i];
	const struct graph_func *f = n->func != GRAPH_NONE ?
	    &w->graph->funcs.p[n->func] : NULL;
	FILE *out = w->text->out;
	struct buf b = { 0 };
	int peak = n->call != NULL ? n->call->peak : f->peak;

	fprintf(out, "%*s", 6 + 2 * depth, "");
	if (n->state == TREE_POINTER)
		fprintf(out, "(*%s)(), one of %d", n->call->pointer,
		    n->call->targets);
	else
		fprintf(out, "%s()", f != NULL ? f->name : n->call->name);
	if (peak >= 0) {
		graph_level(w->graph, peak, &b);
		fprintf(out, ", peak %s", b.p);
		buf_free(&b);
	}
	if (f != NULL && strcmp(f->effect, EFFECT_NONE) != 0)
		fprintf(out, ", %s", f->effect);
	if (n->call != NULL)
		fprintf(out, "  %s:%d", n->call->file, n->call->line);
	fputs(n->state == TREE_ABOVE ? "  (see above)\n" : n->state ==
	    TREE_CUT ? "  ...\n" : "\n", out);
	if (n->state != TREE_OPEN)
		return;
	for (uint32_t k = 0; k < f->nacts; k++)
		print_act(w, &f->acts[k], 8 + 2 * depth);
	for (uint32_t k = 0; k < n->n; k++)
		print_node(w, t, n->first + k, depth + 1);
	if (n->left_out > 0)
		fprintf(out, "%*s%d more calls\n", 8 + 2 * depth, "",
		    (int)n->left_out);
}

static void
print_tree(struct why *w, uint32_t root, bool thread)
{
	struct tree t;

	fputs("    what it does:\n", w->text->out);
	tree_build(w->graph, root, thread, MAX_NODES, &t);
	print_node(w, &t, 0, 0);
	tree_free(&t);
}

static void
print_takes(struct why *w, const struct graph_reach *r)
{
	const struct graph_mutex *m;
	struct graph_take *v;
	size_t n, i;

	v = graph_takes(w->graph, r, &n);
	if (n > 0)
		fputs("    mutexes taken:\n", w->text->out);
	for (i = 0; i < n && i < MAX_TAKES; i++) {
		m = &w->graph->mutexes.p[v[i].mutex];
		fprintf(w->text->out, "      %s, %s", m->name, m->spin);
		mutex_level(w, m->spin, m->lo, m->hi);
		fprintf(w->text->out, ", in %s  %s:%d\n",
		    w->graph->funcs.p[v[i].func].name, v[i].act->file,
		    v[i].act->line);
	}
	if (n > MAX_TAKES)
		fprintf(w->text->out, "      and %zu more\n", n - MAX_TAKES);
	free(v);
}

/* Those nearby; the others are behind pointers that can mean much. */
static void
print_rests(struct why *w, const struct store_handler *h,
    const struct graph_reach *r)
{
	const struct graph_entry *e;
	uint32_t *v;
	size_t n, i;

	v = graph_rests(w->graph, r, &n);
	if (h->rests > 0)
		fprintf(w->text->out, "    rests on %d ledger entr%s:\n",
		    h->rests, h->rests == 1 ? "y" : "ies");
	for (i = 0; i < n; i++) {
		struct store_entry x = { .id = v[i] };

		e = &w->graph->entries.p[v[i]];
		x.kind = e->kind;
		x.function = e->function;
		x.file = e->file;
		x.text = e->text;
		x.line = e->line;
		(void)text_entry(w->text, 6, &x);
	}
	if ((size_t)h->rests > n)
		fprintf(w->text->out, "      %s%d in functions that calls "
		    "through pointers could lead to\n", n > 0 ? "and " : "",
		    h->rests - (int)n);
	free(v);
}

static int
print_felt(void *ctx, const struct store_felt *f)
{
	const struct text *t = ctx;

	fprintf(t->out, "    %s %s %.8s: %s", f->code, f->name,
	    f->fingerprint, felt_text(f->how));
	if (strcmp(f->how, "below") == 0)
		fprintf(t->out, ": %s", f->calls);
	fputc('\n', t->out);
	return 0;
}

static int
print_handler(void *ctx, const struct store_handler *h)
{
	struct why *w = ctx;
	struct text *t = w->text;
	struct graph_reach r;
	uint32_t root;
	int error;

	w->handlers++;
	fprintf(t->out, "%s, registered at %s by %s, %s:%d", h->name,
	    *h->level_name != '\0' ? h->level_name : "an unknown level",
	    *h->api != '\0' ? h->api : "rule", h->file, h->line);
	if (h->others > 0)
		fprintf(t->out, " and %d more place%s", h->others,
		    h->others == 1 ? "" : "s");
	fprintf(t->out, ": %s\n    %s\n    %s\n", h->verdict,
	    verdict_text(h->verdict), verdict_why(h));
	error = print_level(t, "entered at", h->level);
	if (error == 0)
		error = print_level(t, "returns at most at", h->exit_max);
	if (error == 0 && h->exit_max_nested >= 0)
		error = print_level(t, "the same, spin mutex held",
		    h->exit_max_nested);
	if (error == 0)
		error = print_level(t, "highest level in between", h->peak);
	if (error == 0)
		error = store_handler_findings(t->store, h->id, print_felt, t,
		    t->fault);
	root = graph_find(w->graph, h->func);
	if (root != GRAPH_NONE)
		print_tree(w, root, h->thread != 0);
	r = graph_reach(w->graph, root, h->thread != 0);
	print_takes(w, &r);
	print_rests(w, h, &r);
	free(r.funcs);
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

/* A function that is no handler, but below some. */
static void
print_reached(struct why *w, const char *func)
{
	const struct graph_func *f;
	struct graph_reach r;
	struct buf b = { 0 };
	uint32_t i;

	for (i = 0; i < w->graph->funcs.n; i++) {
		f = &w->graph->funcs.p[i];
		if (strcmp(f->name, func) != 0)
			continue;
		buf_clear(&b);
		graph_levels(w->graph, f->entered, &b);
		fprintf(w->text->out, "%s, %s:%d: %s\n", f->name, f->file,
		    f->line, f->effect);
		if (b.n > 0)
			fprintf(w->text->out, "    called from handlers "
			    "entered at %s\n", b.p);
		print_tree(w, i, true);
		r = graph_reach(w->graph, i, true);
		print_takes(w, &r);
		free(r.funcs);
		fputc('\n', w->text->out);
	}
	buf_free(&b);
}

/* ---- mutexes ---- */

static int
print_init(void *ctx, const struct store_init *i)
{
	struct why *w = ctx;

	fputs("      ", w->text->out);
	if (*i->file != '\0')
		fprintf(w->text->out, "%s:%d  %s", i->file, i->line,
		    i->function);
	else
		fputs("the rules say so", w->text->out);
	fprintf(w->text->out, ": %s", i->spin);
	mutex_level(w, i->spin, i->lo, i->hi);
	fputc('\n', w->text->out);
	return 0;
}

static int
print_use(void *ctx, const struct store_act *a)
{
	struct why *w = ctx;

	fprintf(w->text->out, "      %s:%d  %s: %s, at ", a->file, a->line,
	    a->function, a->text);
	span(w, a->lo, a->hi);
	fputc('\n', w->text->out);
	return 0;
}

static int
print_about(void *ctx, const struct store_felt *f)
{
	const struct text *t = ctx;

	fprintf(t->out, "      %s %s %.8s: %s\n", f->code, f->name,
	    f->fingerprint, f->message);
	return 0;
}

/* 1, or 0 if there is no such mutex, or -1 and the fault. */
static int
print_mutex(struct why *w, const char *name)
{
	struct text *t = w->text;
	const struct graph_mutex *m;
	size_t i;

	for (i = 0; i < w->graph->mutexes.n; i++)
		if (strcmp(w->graph->mutexes.p[i].name, name) == 0)
			break;
	if (i == w->graph->mutexes.n)
		return 0;
	m = &w->graph->mutexes.p[i];
	fprintf(t->out, "%s: %s", m->name, m->spin);
	mutex_level(w, m->spin, m->lo, m->hi);
	fputs("\n    decided at:\n", t->out);
	if (store_mutex_inits(t->store, (int64_t)i, print_init, w,
	    t->fault) != 0)
		return -1;
	if (m->takers > 0)
		fputs("    taken at:\n", t->out);
	if (store_mutex_uses(t->store, (int64_t)i, print_use, w,
	    t->fault) != 0)
		return -1;
	if (m->findings > 0)
		fputs("    findings:\n", t->out);
	return store_mutex_findings(t->store, (int64_t)i, print_about, t,
	    t->fault) != 0 ? -1 : 1;
}

int
text_why(struct text *t, const char *func)
{
	struct why w = { .text = t };
	struct store_functions c = { 0 };
	size_t found = 0;
	int error;

	if (store_functions(t->store, func, &c, t->fault) != 0)
		return -1;
	w.graph = graph_load(t->store, t->fault);
	if (w.graph == NULL)
		return -1;
	if (c.n == 0) {
		error = print_mutex(&w, func);
		graph_free(w.graph);
		return error == 0 ? fault_set(t->fault, NULL, 0, "the kernel "
		    "has no function or mutex \"%s\"", func) : error < 0 ?
		    -1 : 0;
	}
	error = store_handlers(t->store, func, print_handler, &w, t->fault);
	if (error == 0 && w.handlers == 0)
		print_reached(&w, func);
	graph_free(w.graph);
	if (error != 0)
		return -1;
	if (text_findings(t, func, &found) != 0)
		return -1;
	if (w.handlers == 0)
		fprintf(t->out, "%s is not registered as a handler%s\n",
		    func, found == 0 ? " and has no finding" : "");
	print_functions(t, func, &c);
	return store_ledger(t->store, func, print_entry, &w, t->fault);
}
