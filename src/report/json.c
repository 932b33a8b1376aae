/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "report/complaints.h"
#include "report/formats.h"
#include "report/value.h"

struct writer {
	struct store *store;
	const struct gate *gate;
	struct fault *fault;
	json_t *findings;
	json_t *ledger;			/* of what the findings rest on */
	uint8_t *seen;			/* by id of the entry */
	int64_t nseen;
};

/* ---- parts of a finding ---- */

static json_t *
level(struct writer *w, int n)
{
	struct buf b = { 0 };
	json_t *v;

	if (n < 0)
		return json_null();
	v = json_object();
	set_number(v, "level", n);
	if (store_level(w->store, n, &b, w->fault) == 0)
		set_text(v, "name", b.p);
	buf_free(&b);
	return v;
}

struct paths {
	struct writer *writer;
	json_t *all, *steps;
	int witness;
};

static int
take_step(void *ctx, const struct store_step *s)
{
	struct paths *p = ctx;
	json_t *path, *step;

	if (s->clean == WALK_NEAREST)
		return 0;
	step = json_object();
	if (p->steps == NULL || s->witness != p->witness) {
		path = json_object();
		p->witness = s->witness;
		p->steps = json_array();
		set_text(path, "title", s->title);
		set(path, "steps", p->steps);
		add(p->all, path);
	}
	set_text(step, "kind", s->kind);
	set_text(step, "file", s->file);
	set_line(step, "line", s->line);
	set_line(step, "col", s->col);
	set_if(step, "function", s->function);
	set_number(step, "depth", s->depth);
	set_text(step, "text", s->text);
	set_if(step, "note", s->note);
	set(step, "before", level(p->writer, s->before));
	set(step, "after", level(p->writer, s->after));
	set_number(step, "held", s->held);
	add(p->steps, step);
	return 0;
}

static json_t *
handler(struct writer *w, const struct store_handler *h)
{
	json_t *v = json_object();

	set_text(v, "name", h->name);
	set(v, "level", level(w, h->level));
	set_text(v, "verdict", h->verdict);
	set_if(v, "context", h->context);
	set_if(v, "api", h->api);
	set_if(v, "file", h->file);
	set_line(v, "line", h->line);
	return v;
}

struct handlers {
	struct writer *writer;
	json_t *all;
};

static int
take_handler(void *ctx, const struct store_handler *h)
{
	struct handlers *all = ctx;

	add(all->all, handler(all->writer, h));
	return 0;
}

struct rests {
	struct writer *writer;
	json_t *ids;
};

static json_t *
entry(const struct store_entry *e)
{
	json_t *v = json_object();

	set_number(v, "id", e->id);
	set_text(v, "kind", e->kind);
	set_if(v, "function", e->function);
	set_if(v, "file", e->file);
	set_line(v, "line", e->line);
	set_text(v, "text", e->text);
	return v;
}

static int
take_rest(void *ctx, const struct store_entry *e)
{
	struct rests *r = ctx;
	struct writer *w = r->writer;

	add(r->ids, json_integer(e->id));
	if (e->id >= w->nseen) {
		w->seen = erealloc(w->seen, (size_t)e->id * 2 + 64);
		memset(w->seen + w->nseen, 0,
		    (size_t)(e->id * 2 + 64 - w->nseen));
		w->nseen = e->id * 2 + 64;
	}
	if (!w->seen[e->id])
		add(w->ledger, entry(e));
	w->seen[e->id] = 1;
	return 0;
}

static json_t *
suppression(const struct store_finding *f)
{
	json_t *v;

	if (f->suppression < 0)
		return json_null();
	v = json_object();
	set_number(v, "id", f->suppression);
	set_text(v, "reason", f->reason);
	set_if(v, "expires", f->expires);
	return v;
}

static const char *
state_of(const struct gate *g, int64_t finding)
{
	switch (gate_mark(g, finding)) {
	case GATE_SUPPRESSED:
		return "suppressed";
	case GATE_KNOWN:
		return "known";
	default:
		return "new";
	}
}

static int
take_finding(void *ctx, const struct store_finding *f)
{
	struct writer *w = ctx;
	struct paths paths = { .writer = w };
	struct handlers others = { .writer = w };
	struct rests rests = { .writer = w };
	json_t *v;

	if (!gate_prints(w->gate, f->id))
		return 0;
	v = json_object();
	paths.all = json_array();
	others.all = json_array();
	rests.ids = json_array();
	set_text(v, "code", f->code);
	set_text(v, "name", f->name);
	set_text(v, "severity", f->severity);
	set_text(v, "fingerprint", f->fingerprint);
	set_text(v, "state", state_of(w->gate, f->id));
	set(v, "counts", json_boolean(gate_mark(w->gate, f->id) ==
	    GATE_COUNTS));
	set_text(v, "function", f->function);
	set_text(v, "file", f->file);
	set_line(v, "line", f->line);
	set_line(v, "col", f->col);
	set_text(v, "message", f->message);
	set(v, "entry", level(w, f->entry));
	set(v, "exit", level(w, f->exit));
	set(v, "suppression", suppression(f));
	set(v, "paths", paths.all);
	set(v, "otherHandlers", others.all);
	set(v, "restsOn", rests.ids);
	add(w->findings, v);
	if (store_steps(w->store, f->id, take_step, &paths, w->fault) != 0 ||
	    store_finding_handlers(w->store, f->id, take_handler, &others,
	    w->fault) != 0)
		return -1;
	return store_finding_rests(w->store, f->id, take_rest, &rests,
	    w->fault);
}

/* ---- the rest ---- */

static void
take_complaint(void *ctx, const struct complaint *c)
{
	json_t *v = json_object();

	set_text(v, "kind", c->kind);
	set_if(v, "file", c->file);
	set_line(v, "line", c->line);
	set_text(v, "text", c->text);
	add(ctx, v);
}

static int
take_unit(void *ctx, const struct store_unit *u)
{
	json_t *v = json_object();

	set_text(v, "path", u->path);
	set_text(v, "status", u->status);
	set_text(v, "reason", u->reason);
	add(ctx, v);
	return 0;
}

static int
take_suppression(void *ctx, const struct store_suppression *s)
{
	json_t *v = json_object();

	set_number(v, "id", s->id);
	set_text(v, "origin", s->origin);
	set_text(v, "file", s->file);
	set_line(v, "line", s->line);
	set_if(v, "code", s->code);
	set_if(v, "path", s->path);
	set_if(v, "function", s->function);
	set_if(v, "fingerprint", s->fingerprint);
	set_if(v, "expires", s->expires);
	set_text(v, "reason", s->reason);
	set_if(v, "fault", s->fault);
	set_number(v, "findings", s->findings);
	add(ctx, v);
	return 0;
}

static json_t *
gate_value(const struct gate *g, json_t *all)
{
	json_t *v = json_object();

	set(v, "fails", json_boolean(gate_fails(g)));
	set(v, "baseline", json_boolean(g->policy->baseline != NULL));
	set_number(v, "new", g->counts[GATE_COUNTS] +
	    g->counts[GATE_UNCOUNTED]);
	set_number(v, "counted", g->counts[GATE_COUNTS]);
	set_number(v, "known", g->counts[GATE_KNOWN]);
	set_number(v, "suppressed", g->counts[GATE_SUPPRESSED]);
	set_number(v, "fixed", g->fixed);
	set(v, "complaints", all);
	return v;
}

static json_t *
counts_value(const struct store_counts *c)
{
	json_t *v = json_object(), *ledger = json_object();

	set_number(v, "findings", c->findings);
	set_number(v, "units", c->units);
	set_number(v, "missing", c->missing);
	set_number(v, "stale", c->stale);
	set_number(v, "incomplete", c->incomplete);
	set_number(v, "skipped", c->skipped);
	for (int k = 0; k < LEDGER_NKINDS; k++)
		set_number(ledger, ledger_kind_name(k), c->ledger[k]);
	set(v, "ledger", ledger);
	return v;
}

static int
set_info(struct writer *w, json_t *v, const char *key)
{
	struct buf b = { 0 };
	int error;

	error = store_info(w->store, key, &b, w->fault);
	if (error == 0 && b.n > 0)
		set_text(v, key, b.p);
	buf_free(&b);
	return error;
}

int
json_print(struct store *s, const struct gate *g, struct buf *out,
    struct fault *f)
{
	struct writer w = { .store = s, .gate = g, .fault = f };
	json_t *v = json_object(), *all = json_array();
	json_t *units = json_array(), *keep = json_array();
	struct store_counts c;
	int error;

	w.findings = json_array();
	w.ledger = json_array();
	set_text(v, "format", "iplint");
	set_number(v, "version", JSON_FORMAT_VERSION);
	error = set_info(&w, v, "tool") != 0 || set_info(&w, v, "time") != 0 ||
	    set_info(&w, v, "rules") != 0 || set_info(&w, v, "port") != 0 ||
	    store_counts(s, &c, f) != 0 ||
	    store_gaps(s, take_unit, units, f) != 0 ||
	    complaints(s, g, take_complaint, all, f) != 0 ||
	    store_suppressions(s, take_suppression, keep, f) != 0 ||
	    store_findings(s, NULL, take_finding, &w, f) != 0;
	set(v, "complete", json_boolean(!error && c.missing + c.stale +
	    c.incomplete == 0));
	if (!error)
		set(v, "counts", counts_value(&c));
	set(v, "gate", gate_value(g, all));
	set(v, "units", units);
	set(v, "findings", w.findings);
	set(v, "ledger", w.ledger);
	set(v, "suppressions", keep);
	if (error)
		json_decref(v);
	else
		value_print(v, out);
	free(w.seen);
	return error ? -1 : 0;
}
