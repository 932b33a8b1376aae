/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A rule file: the header, then sections in any order.
 */

#include <string.h>

#include "rules/row.h"

struct header {
	const char *os, *prefix;
	name_t version_macro;
	int save;
	struct texts include;
};

static const struct word saves[] = {
	{ "cpu", RULE_SAVE_CPU }, { "lock", RULE_SAVE_LOCK }, { NULL, 0 }
};

static const struct key header_keys[] = {
	KEY(header, os, "os", form_text, true,
	    "name the system whose kernel this is"),
	CHOICE(header, save, "save", saves, true,
	    "say where the level from before a spin lock is kept: per CPU at "
	    "the outermost enter, or in each lock"),
	KEY(header, version_macro, "version_macro", form_name, false,
	    "the macro that the version ranges refer to"),
	KEY(header, prefix, "level_prefix", form_text, false,
	    "what the names of levels begin with"),
	KEY(header, include, "include", form_texts, false,
	    "further files of the same folder; they have sections only"),
	END
};

static const struct section *const sections[] = {
	&section_ports,
	&section_functions,
	&section_never_null,
	&section_lock_inits,
	&section_lock_types,
	&section_lock_kinds,
	&section_known_locks,
	&section_places,
	&section_contexts,
	&section_registrations,
	&section_entries,
};
#define NSECTIONS	(sizeof(sections) / sizeof(sections[0]))

static const struct section *
find_section(const char *name)
{
	size_t i;

	for (i = 0; i < NSECTIONS; i++)
		if (strcmp(sections[i]->name, name) == 0)
			return sections[i];
	return NULL;
}

static int
unknown_section(struct load *l, const struct node *key)
{
	struct buf all = { NULL, 0, 0 };
	size_t i;

	row_keys(&all, header_keys);
	for (i = 0; i < NSECTIONS; i++)
		buf_fmt(&all, ", %s", sections[i]->name);
	fault_set(l->fault, l->file, key->line, "unknown section `%s`, known "
	    "are %s", shown(key->text).text, all.p);
	buf_free(&all);
	return -1;
}

/* The header's keys are read first, wherever they stand. */
static int
read_header(struct load *l, const struct node *root, bool included,
    struct header *h)
{
	const struct key *k;
	const struct node *v;

	for (v = root->first; v != NULL; v = v->next) {
		k = row_key(header_keys, v->key->text);
		if (k == NULL && find_section(v->key->text) == NULL)
			return unknown_section(l, v->key);
		if (k == NULL)
			continue;
		if (included)
			return fault_set(l->fault, l->file, v->key->line,
			    "`%s` in an included file, move it to the file "
			    "that includes this one", k->name);
		if (k->form->read(l, k, v, (char *)h + k->at) != 0)
			return -1;
	}
	for (k = header_keys; !included && k->name != NULL; k++)
		if (k->required && tree_get(root, k->name) == NULL)
			return fault_set(l->fault, l->file, root->line,
			    "there is no `%s`, %s", k->name, k->help);
	return 0;
}

/* An included file is named without a folder. */
static int
check_include(struct load *l, const struct node *n, const char *name)
{
	if (name[0] == '.' || strpbrk(name, "/\\") != NULL)
		return fault_set(l->fault, l->file, n->line, "`include: %s` "
		    "is not understood, write the name of a file in the same "
		    "folder", shown(name).text);
	return 0;
}

int
grammar_read(struct load *l, const struct node *root, bool included,
    const struct include **files, size_t *nfiles)
{
	struct header h = { 0 };
	struct include *inc;
	const struct node *v, *row;
	size_t i;

	*nfiles = 0;
	if (root->kind != NODE_MAP)
		return value_wrong(l, root, "this is no rule file",
		    "begin with `os:`");
	if (read_header(l, root, included, &h) != 0)
		return -1;
	if (!included) {
		l->rules->os = h.os;
		l->rules->version_macro = h.version_macro;
		l->rules->level_prefix = h.prefix;
		l->rules->save = (enum rule_save)h.save;
		inc = arena_alloc(l->rules->arena,
		    (h.include.n + 1) * sizeof(*inc));
		v = tree_get(root, "include");
		row = v != NULL && v->kind == NODE_LIST ? v->first : v;
		for (i = 0; i < h.include.n; i++, row = row->next) {
			inc[i].name = h.include.p[i];
			inc[i].line = row->line;
			if (check_include(l, row, inc[i].name) != 0)
				return -1;
		}
		*files = inc;
		*nfiles = h.include.n;
	}
	for (v = root->first; v != NULL; v = v->next) {
		if (row_key(header_keys, v->key->text) != NULL)
			continue;
		if (v->kind != NODE_LIST)
			return fault_set(l->fault, l->file, v->line,
			    "`%s` is no list, begin each row with `- `",
			    v->key->text);
		for (row = v->first; row != NULL; row = row->next)
			if (find_section(v->key->text)->add(l, row) != 0)
				return -1;
	}
	return 0;
}

/* ---- reference ---- */

static void
print_keys(struct buf *b, const struct key *keys)
{
	const struct word *w;
	const struct key *k;

	buf_str(b, "| key | value | |\n|---|---|---|\n");
	for (k = keys; k->name != NULL; k++) {
		buf_fmt(b, "| `%s`%s | ", k->name, k->required ? " *" : "");
		if (k->form->syntax != NULL)
			buf_str(b, k->form->syntax);
		for (w = k->words; w != NULL && w->text != NULL; w++)
			buf_fmt(b, "%s`%s`", w == k->words ? "" :
			    w[1].text == NULL ? " or " : ", ", w->text);
		buf_fmt(b, " | %s |\n", k->help);
	}
}

void
grammar_reference(struct buf *b)
{
	size_t i;

	buf_str(b, "### Header\n\n");
	print_keys(b, header_keys);
	for (i = 0; i < NSECTIONS; i++) {
		buf_fmt(b, "\n### `%s`\n\n%s\n\n", sections[i]->name,
		    sections[i]->intro);
		print_keys(b, sections[i]->keys);
		if (sections[i]->inner == NULL)
			continue;
		buf_fmt(b, "\n%s:\n\n", sections[i]->inner);
		print_keys(b, sections[i]->inner_keys);
	}
}
