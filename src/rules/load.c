/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A file and the ones it includes are read into one struct rules.  Then
 * references are resolved, functions sorted, and the index for look-ups
 * made.
 */

#include <stdlib.h>
#include <string.h>

#include "rules/grammar.h"
#include "rules/index.h"

struct sorted {
	const char *text;
	struct rule_func func;
	size_t index;			/* in the files */
};

static int
by_text(const void *va, const void *vb)
{
	const struct sorted *a = va, *b = vb;
	int c = strcmp(a->text, b->text);

	if (c != 0)
		return c;
	if (a->func.since != b->func.since)
		return a->func.since < b->func.since ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* Two rules for one function and version. */
static int
there_already(struct load *l, const struct sorted *a, const struct sorted *b)
{
	const struct sorted *later = a->index < b->index ? b : a;
	const struct sorted *first = later == a ? b : a;

	return fault_set(l->fault, later->func.file, later->func.line,
	    "`%s` is there already, remove it here or at %s:%u",
	    shown(a->text).text, first->func.file, first->func.line);
}

/* Sort the functions by name, and those of one name by version. */
static int
sort_funcs(struct load *l)
{
	struct rule_func *f = l->rules->funcs.p;
	size_t i, n = l->rules->funcs.n;
	struct sorted *s;
	int error = 0;

	s = emalloc((n + 1) * sizeof(*s));
	for (i = 0; i < n; i++) {
		s[i].text = name_str(l->names, f[i].name);
		s[i].func = f[i];
		s[i].index = i;
	}
	qsort(s, n, sizeof(*s), by_text);
	for (i = 0; i < n && error == 0; i++) {
		f[i] = s[i].func;
		if (i > 0 && f[i].name == f[i - 1].name &&
		    f[i].since < f[i - 1].until)
			error = there_already(l, &s[i - 1], &s[i]);
	}
	free(s);
	return error;
}

/* Two rows of lock_inits of one name are an error as well. */
static int
check_lockinits(struct load *l)
{
	const struct rule_lockinit *p = l->rules->lockinits.p;
	struct map *seen = map_new();
	uint64_t j;
	size_t i;
	int error = 0;

	for (i = 0; i < l->rules->lockinits.n && error == 0; i++) {
		if (map_get(seen, p[i].name, &j))
			error = fault_set(l->fault, p[i].file, p[i].line,
			    "`%s` is there already, remove it here or at "
			    "%s:%u", shown(name_str(l->names,
			    p[i].name)).text, p[j].file, p[j].line);
		map_put(seen, p[i].name, i);
	}
	map_free(seen);
	return error;
}

static int
missing(struct load *l, const char *what, const char *section, name_t name,
    const char *file, unsigned line)
{
	return fault_set(l->fault, file, line, "there is no %s `%s`, add it "
	    "to `%s`", what, shown(name_str(l->names, name)).text, section);
}

static int
resolve(struct load *l)
{
	struct rules *r = l->rules;
	const struct pending *p;
	struct rule_lockkind *k;
	size_t i, j;

	for (i = 0; i < l->pending.n; i++) {
		p = &l->pending.p[i];
		if (p->want == WANT_PORT) {
			for (j = 0; j < r->ports.n; j++)
				if (r->ports.p[j].name == p->name)
					break;
			if (j == r->ports.n)
				return missing(l, "port", "ports", p->name,
				    p->file, p->line);
			continue;
		}
		for (j = 0; j < r->contexts.n; j++)
			if (r->contexts.p[j].name == p->name)
				break;
		if (j == r->contexts.n)
			return missing(l, "context", "contexts", p->name,
			    p->file, p->line);
		if (p->want == WANT_ENTRY)
			r->entries.p[p->row].context = j;
		else
			r->registrations.p[p->row].context = j;
	}
	for (i = 0; i < r->lockkinds.n; i++) {
		k = &r->lockkinds.p[i];
		if (k->type == 0)
			continue;
		for (j = 0; j < l->types.n; j++)
			if (l->types.p[j].name == k->type)
				k->number = l->types.p[j].number;
		if (k->number < 0)
			return missing(l, "lock type", "lock_types", k->type,
			    k->file, k->line);
	}
	return 0;
}

static int
read_file(struct load *l, const char *text, size_t size, bool included,
    const struct include **files, size_t *n)
{
	struct node *root;

	root = tree_read(l->rules->arena, l->file, text, size, l->fault);
	if (root == NULL)
		return -1;
	return grammar_read(l, root, included, files, n);
}

/* Read an included file and append its bytes to all. */
static int
read_included(struct load *l, const char *main_file, const struct include *inc,
    struct buf *all)
{
	const char *slash = strrchr(main_file, '/');
	struct buf path = { NULL, 0, 0 };
	const struct include *none;
	struct fault inner = { "" };
	char *text = NULL;
	size_t size, n;
	int error;

	if (slash != NULL)
		buf_add(&path, main_file, (size_t)(slash + 1 - main_file));
	buf_str(&path, inc->name);
	l->file = arena_strndup(l->rules->arena, path.p, path.n);
	buf_free(&path);
	if (file_read(l->file, &text, &size, &inner) != 0)
		return fault_set(l->fault, main_file, inc->line, "cannot "
		    "include it: %s", inner.text);
	buf_add(all, text, size);
	error = read_file(l, text, size, true, &none, &n);
	free(text);
	return error;
}

/* folder: whether included files may be read. */
static struct rules *
load(struct names *names, const char *file, const char *text, size_t size,
    bool folder, struct fault *fault)
{
	struct load l = { .names = names, .fault = fault,
	    .registrations = map_new(), .entries = map_new() };
	const struct include *files = NULL;
	struct buf all = { NULL, 0, 0 };
	size_t i, j, n = 0;
	int error;

	l.rules = ecalloc(1, sizeof(*l.rules));
	l.rules->arena = arena_new();
	l.rules->file = arena_strndup(l.rules->arena, file, strlen(file));
	l.file = l.rules->file;
	buf_add(&all, text, size);
	error = read_file(&l, text, size, false, &files, &n);
	if (error == 0 && n > 0 && !folder)
		error = fault_set(fault, file, files[0].line, "`include` in a "
		    "text that is no file, put everything into one");
	for (i = 0; i < n && error == 0; i++) {
		for (j = 0; j < i; j++)
			if (strcmp(files[i].name, files[j].name) == 0)
				error = fault_set(fault, file, files[i].line,
				    "`%s` is included twice, remove one",
				    shown(files[i].name).text);
		if (error == 0)
			error = read_included(&l, l.rules->file, &files[i],
			    &all);
	}
	if (error == 0)
		error = resolve(&l);
	if (error == 0)
		error = sort_funcs(&l);
	if (error == 0)
		error = check_lockinits(&l);
	if (error == 0) {
		l.rules->digest = digest_bytes(all.p, all.n);
		index_make(l.rules);
	} else {
		rules_free(l.rules);
		l.rules = NULL;
	}
	vec_free(&l.pending);
	vec_free(&l.types);
	map_free(l.registrations);
	map_free(l.entries);
	buf_free(&all);
	return l.rules;
}

struct rules *
rules_parse(struct names *names, const char *file, const char *text,
    size_t size, struct fault *fault)
{
	return load(names, file, text, size, false, fault);
}

struct rules *
rules_load(struct names *names, const char *path, struct fault *fault)
{
	struct rules *r;
	size_t size;
	char *text;

	if (file_read(path, &text, &size, fault) != 0)
		return NULL;
	r = load(names, path, text, size, true, fault);
	free(text);
	return r;
}
