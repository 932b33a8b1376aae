/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "rules/row.h"

const struct key *
row_key(const struct key *keys, const char *name)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

void
row_keys(struct buf *b, const struct key *keys)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		buf_fmt(b, "%s%s", b->n > 0 ? ", " : "", keys->name);
}

int
row_read(struct load *l, const char *what, const struct node *n,
    const struct key *keys, const struct key *more, void *row)
{
	struct buf all = { NULL, 0, 0 };
	const struct key *k;
	const struct node *v;

	if (n->kind != NODE_MAP)
		return fault_set(l->fault, l->file, n->line, "this is no %s, "
		    "write a map: {key: value, ...}", what);
	for (v = n->first; v != NULL; v = v->next) {
		k = row_key(keys, v->key->text);
		if (k == NULL)
			k = row_key(more, v->key->text);
		if (k == NULL) {
			row_keys(&all, keys);
			row_keys(&all, more);
			fault_set(l->fault, l->file, v->key->line, "unknown "
			    "key `%s` in this %s, known are %s",
			    shown(v->key->text).text, what, all.p);
			buf_free(&all);
			return -1;
		}
		if (k->form->read(l, k, v, (char *)row + k->at) != 0)
			return -1;
	}
	for (k = keys; k->name != NULL; k++)
		if (k->required && tree_get(n, k->name) == NULL)
			return fault_set(l->fault, l->file, n->line, "this %s "
			    "has no `%s`, %s", what, k->name, k->help);
	return 0;
}

int
row_range(struct load *l, const struct node *n, int64_t since, int64_t until)
{
	if (since >= until)
		return value_wrong(l, n, "`since` is not before `until`",
		    "no version is left: swap them");
	if (l->rules->version_macro == 0 && (since != 0 || until != INT64_MAX))
		return value_wrong(l, n, "a version range without a version",
		    "give `version_macro` in the header");
	return 0;
}

int
row_repeated(struct load *l, const struct node *n, name_t name,
    const char *file, unsigned line)
{
	return fault_set(l->fault, l->file, n->line, "`%s` is there already, "
	    "remove it here or at %s:%u", shown(name_str(l->names, name)).text,
	    file, line);
}
