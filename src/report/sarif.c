/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * SARIF 2.1.0, as GitHub's code scanning and editors read it.
 *
 * Paths are relative to SRCROOT.  A path of a finding is a code flow of one
 * thread, nested by the depth of calls.  Suppressed findings are left out
 * unless they were asked for, because GitHub shows them like all others.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "report/complaints.h"
#include "report/formats.h"
#include "report/pages.h"
#include "report/value.h"

#define SCHEMA							\
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"	\
	"schemas/sarif-schema-2.1.0.json"
#define ROOT		"SRCROOT"
#define FINGERPRINT	"iplint/v2"	/* as src/check/identity.c */

const struct sarif_limits sarif_github = {
	.results = 25000,
	.locations = 10000,
	.others = 1000,
	.gzipped = 10 * 1000 * 1000,
};

struct writer {
	struct store *store;
	const struct gate *gate;
	const struct sarif_limits *limits;
	struct sarif_cut *cut;
	struct fault *fault;
	json_t *results;
	uint8_t *chosen;		/* by place among the findings */
	size_t at;
};

/* ---- small parts ---- */

static json_t *
message(const char *text)
{
	json_t *v = json_object();

	set_text(v, "text", text);
	return v;
}

/* A relative path, or one below the root of the file system, as a URI. */
static json_t *
artifact(const char *path)
{
	json_t *v = json_object();
	struct buf b = { 0 };

	if (*path == '/')
		buf_str(&b, "file://");
	for (const char *s = path; *s != '\0'; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~/", *s) != NULL)
			buf_chr(&b, *s);
		else
			buf_fmt(&b, "%%%02X", (unsigned char)*s);
	set_text(v, "uri", b.p != NULL ? b.p : "");
	if (*path != '/')
		set_text(v, "uriBaseId", ROOT);
	buf_free(&b);
	return v;
}

static json_t *
location(const char *file, int line, int col, const char *function)
{
	json_t *v = json_object(), *physical, *region, *logical, *names;

	if (*file != '\0') {
		physical = json_object();
		set(physical, "artifactLocation", artifact(file));
		if (line > 0) {
			region = json_object();
			set_number(region, "startLine", line);
			set_line(region, "startColumn", col);
			set(physical, "region", region);
		}
		set(v, "physicalLocation", physical);
	}
	if (*function != '\0') {
		logical = json_object();
		names = json_array();
		set_text(logical, "name", function);
		set_text(logical, "kind", "function");
		add(names, logical);
		set(v, "logicalLocations", names);
	}
	return v;
}

/* ---- rules ---- */

static const struct {
	int id;
	const char *name, *text;
} rules[] = {
#define X(n, name, class, text) { n, name, text },
	FINDINGS(X)
#undef X
};

#define NRULES	(sizeof(rules) / sizeof(*rules))

static const char *
page_of(const char *code)
{
	char file[24];

	snprintf(file, sizeof(file), "%s.md", code);
	for (const struct pages_file *p = pages_files; p->name != NULL; p++)
		if (strcmp(p->name, file) == 0)
			return p->text;
	return NULL;
}

static json_t *
rule(size_t i)
{
	bool proven = finding_class(rules[i].id) == FINDING_PROVEN;
	json_t *v = json_object(), *level = json_object(), *p = json_object();
	json_t *tags = json_array(), *help;
	struct buf full = { 0 };
	const char *page;
	char code[16];

	snprintf(code, sizeof(code), "IPL%03d", rules[i].id);
	page = page_of(code);
	set_text(v, "id", code);
	set_text(v, "name", rules[i].name);
	set(v, "shortDescription", message(rules[i].name));
	buf_chr(&full, toupper((unsigned char)*rules[i].text));
	buf_fmt(&full, "%s.", rules[i].text + 1);
	set(v, "fullDescription", message(full.p));
	help = message(page != NULL ? page : full.p);
	if (page != NULL)
		set_text(help, "markdown", page);
	set(v, "help", help);
	set_text(level, "level", severity_name(finding_severity(
	    rules[i].id)));
	set(v, "defaultConfiguration", level);
	add(tags, json_string("interrupt-priority-level"));
	add(tags, json_string(finding_class_name(finding_class(
	    rules[i].id))));
	set(p, "tags", tags);
	set_text(p, "precision", proven ? "high" : "medium");
	set(v, "properties", p);
	buf_free(&full);
	return v;
}

static json_t *
driver(const char *tool)
{
	const char *space = strchr(tool, ' ');
	json_t *v = json_object(), *all = json_array();

	set_text(v, "name", "iplint");
	if (space != NULL)
		set_text(v, "version", space + 1);
	for (size_t i = 0; i < NRULES; i++)
		add(all, rule(i));
	set(v, "rules", all);
	return v;
}

/* ---- results ---- */

struct paths {
	struct writer *writer;
	json_t *flows, *steps;
	int witness;
};

static const char *
importance(const struct store_step *s)
{
	if (strcmp(s->kind, step_kind_name(STEP_RETURN)) == 0)
		return "essential";
	return s->before != s->after ? "essential" : "important";
}

static json_t *
step_value(const struct store_step *s)
{
	json_t *v = json_object(), *at, *kinds = json_array();
	struct buf text = { 0 };

	buf_str(&text, s->text);
	if (*s->note != '\0')
		buf_fmt(&text, "  --  %s", s->note);
	at = location(s->file, s->line, s->col, s->function);
	set(at, "message", message(text.p != NULL ? text.p : ""));
	set(v, "location", at);
	add(kinds, value_text(s->kind));
	set(v, "kinds", kinds);
	set_number(v, "nestingLevel", s->depth);
	set_text(v, "importance", importance(s));
	buf_free(&text);
	return v;
}

static int
take_step(void *ctx, const struct store_step *s)
{
	struct paths *p = ctx;
	json_t *flow, *thread, *threads;

	if (s->clean == WALK_NEAREST)
		return 0;
	if (p->steps == NULL || s->witness != p->witness) {
		p->witness = s->witness;
		flow = json_object();
		thread = json_object();
		threads = json_array();
		p->steps = json_array();
		if (*s->title != '\0')
			set(flow, "message", message(s->title));
		set(thread, "locations", p->steps);
		add(threads, thread);
		set(flow, "threadFlows", threads);
		add(p->flows, flow);
	}
	if (json_array_size(p->steps) < p->writer->limits->locations)
		add(p->steps, step_value(s));
	else
		p->writer->cut->locations++;
	return 0;
}

struct others {
	struct writer *writer;
	json_t *all;
};

static int
take_other(void *ctx, const struct store_handler *h)
{
	struct others *o = ctx;
	struct buf text = { 0 };
	json_t *v;

	if (json_array_size(o->all) >= o->writer->limits->others) {
		o->writer->cut->others++;
		return 0;
	}
	v = location(h->file, h->line, 0, "");
	buf_fmt(&text, "The same holds for %s.", h->name);
	set_number(v, "id", (int64_t)json_array_size(o->all));
	set(v, "message", message(text.p));
	add(o->all, v);
	buf_free(&text);
	return 0;
}

static json_t *
suppressions(const struct store_finding *f)
{
	json_t *all = json_array(), *v = json_object();

	set_text(v, "kind", f->suppressed_in_source ? "inSource" :
	    "external");
	set_text(v, "status", "accepted");
	set_text(v, "justification", f->reason);
	add(all, v);
	return all;
}

static json_t *
result(struct writer *w, const struct store_finding *f)
{
	json_t *v = json_object(), *at = json_array(), *p = json_object();
	enum gate_mark mark = gate_mark(w->gate, f->id);
	struct buf line = { 0 };
	size_t i = 0;

	while (i < NRULES && strcmp(rules[i].name, f->name) != 0)
		i++;
	set_text(v, "ruleId", f->code);
	if (i < NRULES)
		set_number(v, "ruleIndex", (int64_t)i);
	set_text(v, "level", f->severity);
	set(v, "message", message(f->message));
	add(at, location(f->file, f->line, f->col, f->function));
	set(v, "locations", at);
	/* GitHub makes one of the line's text where this is missing. */
	buf_fmt(&line, "%.16s:1", f->fingerprint);
	set_text(p, "primaryLocationLineHash", line.p);
	set_text(p, FINGERPRINT, f->fingerprint);
	set(v, "partialFingerprints", p);
	buf_free(&line);
	if (w->gate->policy->baseline != NULL && mark != GATE_SUPPRESSED)
		set_text(v, "baselineState", "new");
	if (mark == GATE_SUPPRESSED)
		set(v, "suppressions", suppressions(f));
	return v;
}

static int
take_finding(void *ctx, const struct store_finding *f)
{
	struct writer *w = ctx;
	struct paths paths = { .writer = w };
	struct others others = { .writer = w };
	json_t *v;

	if (!gate_prints(w->gate, f->id))
		return 0;
	if (!w->chosen[w->at++])
		return 0;
	v = result(w, f);
	paths.flows = json_array();
	others.all = json_array();
	add(w->results, v);
	if (store_steps(w->store, f->id, take_step, &paths, w->fault) != 0 ||
	    store_finding_handlers(w->store, f->id, take_other, &others,
	    w->fault) != 0)
		w->at = SIZE_MAX;
	if (json_array_size(paths.flows) > 0)
		set(v, "codeFlows", paths.flows);
	else
		json_decref(paths.flows);
	if (json_array_size(others.all) > 0)
		set(v, "relatedLocations", others.all);
	else
		json_decref(others.all);
	return w->at == SIZE_MAX ? -1 : 0;
}

/* ---- which results ---- */

struct ranks {
	const struct gate *gate;
	VEC(uint8_t) severity;		/* of each finding that is printed */
};

static int
rank(void *ctx, const struct store_finding *f)
{
	struct ranks *r = ctx;
	uint8_t s = SEVERITY_NOTE;

	if (!gate_prints(r->gate, f->id))
		return 0;
	while (s < SEVERITY_ERROR && strcmp(severity_name(s), f->severity) !=
	    0)
		s++;
	vec_push(&r->severity, s);
	return 0;
}

/* Up to n, errors first. */
static void
choose(struct writer *w, const struct ranks *r, size_t n)
{
	memset(w->chosen, 0, r->severity.n);
	for (int s = SEVERITY_ERROR; s >= SEVERITY_NOTE; s--)
		for (size_t i = 0; i < r->severity.n && n > 0; i++)
			if (r->severity.p[i] == s) {
				w->chosen[i] = 1;
				n--;
			}
}

/* ---- the run ---- */

static void
notify(json_t *all, json_t *at, const char *text)
{
	json_t *v = json_object(), *locations;

	set_text(v, "level", "error");
	set(v, "message", message(text));
	if (at != NULL) {
		locations = json_array();
		add(locations, at);
		set(v, "locations", locations);
	}
	add(all, v);
}

static int
take_unit(void *ctx, const struct store_unit *u)
{
	struct buf b = { 0 };

	if (strcmp(u->status, "skipped") == 0)
		return 0;
	buf_fmt(&b, "%s: %s: %s", u->path, u->status, u->reason);
	notify(ctx, location(u->path, 0, 0, ""), b.p);
	buf_free(&b);
	return 0;
}

static void
take_complaint(void *ctx, const struct complaint *c)
{
	struct buf b = { 0 };

	buf_fmt(&b, "%s: %s", c->kind, c->text);
	notify(ctx, *c->file != '\0' ? location(c->file, c->line, 0, "") :
	    NULL, b.p);
	buf_free(&b);
}

static json_t *
invocations(struct writer *w, int *error)
{
	json_t *all = json_array(), *v = json_object();
	json_t *run = json_array(), *conf = json_array();
	struct buf b = { 0 };

	*error = store_gaps(w->store, take_unit, run, w->fault);
	if (*error == 0)
		*error = complaints(w->store, w->gate, take_complaint, conf,
		    w->fault);
	set(v, "executionSuccessful", json_boolean(json_array_size(run) == 0));
	if (w->cut->results > 0) {
		buf_fmt(&b, "%zu results are left out: more than the reader "
		    "takes", w->cut->results);
		notify(run, NULL, b.p);
		buf_free(&b);
	}
	set(v, "toolExecutionNotifications", run);
	set(v, "toolConfigurationNotifications", conf);
	add(all, v);
	return all;
}

static json_t *
base_ids(void)
{
	json_t *ids = json_object(), *root = json_object();

	set(root, "description", message("The root of the sources."));
	set(ids, ROOT, root);
	return ids;
}

static int
print_run(struct writer *w, struct buf *out)
{
	json_t *v = json_object(), *run = json_object(), *runs = json_array();
	json_t *tool = json_object(), *done;
	struct buf name = { 0 };
	int error, failed;

	w->results = json_array();
	w->at = 0;
	error = store_findings(w->store, NULL, take_finding, w, w->fault);
	if (error == 0)
		error = store_info(w->store, "tool", &name, w->fault);
	done = invocations(w, &failed);
	set_text(v, "$schema", SCHEMA);
	set_text(v, "version", "2.1.0");
	set(tool, "driver", driver(name.p != NULL ? name.p : ""));
	set(run, "tool", tool);
	set(run, "originalUriBaseIds", base_ids());
	set(run, "invocations", done);
	set(run, "results", w->results);
	add(runs, run);
	set(v, "runs", runs);
	buf_free(&name);
	if (error == 0 && failed == 0)
		value_print(v, out);
	else
		json_decref(v);
	return error != 0 ? error : failed;
}

static size_t
gzipped(const struct buf *b)
{
	uLongf n = compressBound(b->n);
	unsigned char *p = emalloc(n);

	if (compress2(p, &n, (const unsigned char *)b->p, b->n, 6) != Z_OK)
		bug("zlib does not compress");
	free(p);
	return n + 32;			/* gzip's header is the longer one */
}

int
sarif_print(struct store *s, const struct gate *g,
    const struct sarif_limits *limits, struct buf *out,
    struct sarif_cut *cut, struct fault *f)
{
	struct writer w = { .store = s, .gate = g, .limits = limits,
	    .cut = cut, .fault = f };
	struct ranks ranks = { .gate = g };
	size_t n;
	int error;

	memset(cut, 0, sizeof(*cut));
	error = store_findings(s, NULL, rank, &ranks, f);
	w.chosen = ecalloc(ranks.severity.n + 1, 1);
	n = ranks.severity.n < limits->results ? ranks.severity.n :
	    limits->results;
	while (error == 0) {
		memset(cut, 0, sizeof(*cut));
		cut->results = ranks.severity.n - n;
		choose(&w, &ranks, n);
		error = print_run(&w, out);
		if (error != 0 || n == 0 || out->n <= limits->gzipped ||
		    gzipped(out) <= limits->gzipped)
			break;
		n = n - n / 4 - 1;
		buf_clear(out);
	}
	vec_free(&ranks.severity);
	free(w.chosen);
	return error;
}
