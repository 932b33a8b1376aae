/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The tree is built from libyaml's events with a stack of its own, so that
 * the depth of a file is refused before it costs anything.
 */

#include <string.h>
#include <yaml.h>

#include "rules/tree.h"

struct builder {
	struct arena *arena;
	const char *file;
	struct fault *fault;
	struct node *open[TREE_DEPTH];	/* maps and lists not yet ended */
	struct node *last[TREE_DEPTH];	/* their last child so far */
	struct node *key[TREE_DEPTH];	/* waits for its value */
	unsigned depth;
	unsigned documents;
	struct node *root;
};

struct shown
shown(const char *text)
{
	struct shown s;
	size_t i;

	for (i = 0; text[i] != '\0' && i < sizeof(s.text) - 1; i++)
		s.text[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	if (text[i] != '\0')
		memcpy(s.text + i - 3, "...", 3);
	s.text[i] = '\0';
	return s;
}

const struct node *
tree_get(const struct node *map, const char *key)
{
	const struct node *n;

	for (n = map->first; n != NULL; n = n->next)
		if (n->key != NULL && strcmp(n->key->text, key) == 0)
			return n;
	return NULL;
}

static unsigned
line_of(const yaml_mark_t *mark)
{
	return mark->line < UINT32_MAX - 1 ? (unsigned)mark->line + 1 : 0;
}

static int
fail(struct builder *b, unsigned line, const char *what)
{
	return fault_set(b->fault, b->file, line, "%s", what);
}

/* Hang a finished text, or a list or map that begins, into the tree. */
static int
attach(struct builder *b, struct node *n)
{
	struct node *up;
	unsigned top;

	if (b->depth == 0) {
		b->root = n;
		return 0;
	}
	top = b->depth - 1;
	up = b->open[top];
	if (up->kind == NODE_MAP && b->key[top] == NULL) {
		if (n->kind != NODE_TEXT)
			return fail(b, n->line, "a list or a map cannot be a "
			    "key: write a word before the colon");
		if (up->n == TREE_KEYS)
			return fail(b, n->line, "too many keys in one map: "
			    "split it");
		if (tree_get(up, n->text) != NULL)
			return fault_set(b->fault, b->file, n->line, "the key "
			    "`%s` occurs twice in one map: remove one",
			    shown(n->text).text);
		b->key[top] = n;
		return 0;
	}
	n->key = b->key[top];
	b->key[top] = NULL;
	if (b->last[top] == NULL)
		up->first = n;
	else
		b->last[top]->next = n;
	b->last[top] = n;
	up->n++;
	return 0;
}

static int
begin(struct builder *b, enum node_kind kind, unsigned line)
{
	struct node *n;

	n = arena_alloc(b->arena, sizeof(*n));
	n->kind = kind;
	n->line = line;
	if (b->depth == TREE_DEPTH)
		return fail(b, line, "nested too deeply: no rule needs so "
		    "many levels");
	if (attach(b, n) != 0)
		return -1;
	b->open[b->depth] = n;
	b->last[b->depth] = b->key[b->depth] = NULL;
	b->depth++;
	return 0;
}

static int
scalar(struct builder *b, const yaml_event_t *e, unsigned line)
{
	struct node *n;
	const char *text = (const char *)e->data.scalar.value;
	size_t size = e->data.scalar.length;

	if (size > TREE_TEXT)
		return fault_set(b->fault, b->file, line, "a text of %zu "
		    "bytes: at most %d are allowed, check the quotes", size,
		    TREE_TEXT);
	if (memchr(text, '\0', size) != NULL)
		return fail(b, line, "a NUL byte in a text: remove it");
	n = arena_alloc(b->arena, sizeof(*n));
	n->kind = NODE_TEXT;
	n->line = line;
	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_strndup(b->arena, text, size);
	return attach(b, n);
}

/* Properties that a rule file does not use. */
static int
refuse(struct builder *b, const yaml_char_t *anchor, const yaml_char_t *tag,
    unsigned line)
{
	if (anchor != NULL)
		return fail(b, line, "an anchor (&): write the value again "
		    "where it is needed");
	if (tag != NULL)
		return fail(b, line, "a tag (!): remove it");
	return 0;
}

static int
event(struct builder *b, const yaml_event_t *e)
{
	unsigned line = line_of(&e->start_mark);

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (e->data.document_start.version_directive != NULL ||
		    e->data.document_start.tag_directives.start !=
		    e->data.document_start.tag_directives.end)
			return fail(b, line, "a directive (%): remove it");
		if (b->documents++ > 0)
			return fail(b, line, "a second document: remove the "
			    "line `---`");
		return 0;
	case YAML_ALIAS_EVENT:
		return fail(b, line, "an alias (*): write the value again, "
		    "or put it in quotes");
	case YAML_SCALAR_EVENT:
		if (refuse(b, e->data.scalar.anchor, e->data.scalar.tag,
		    line) != 0)
			return -1;
		return scalar(b, e, line);
	case YAML_SEQUENCE_START_EVENT:
		if (refuse(b, e->data.sequence_start.anchor,
		    e->data.sequence_start.tag, line) != 0)
			return -1;
		return begin(b, NODE_LIST, line);
	case YAML_MAPPING_START_EVENT:
		if (refuse(b, e->data.mapping_start.anchor,
		    e->data.mapping_start.tag, line) != 0)
			return -1;
		return begin(b, NODE_MAP, line);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		require(b->depth > 0);
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* libyaml gives no line where it could not even read the characters. */
static unsigned
line_at(const char *text, size_t size, size_t offset)
{
	unsigned line = 1;
	size_t i;

	for (i = 0; i < size && i < offset; i++)
		if (text[i] == '\n')
			line++;
	return line;
}

static int
not_yaml(struct builder *b, const yaml_parser_t *p, const char *text,
    size_t size)
{
	const char *what = p->problem != NULL ? p->problem : "unknown problem";

	if (p->error == YAML_MEMORY_ERROR)
		return fail(b, 0, "not enough memory to read it");
	if (p->error == YAML_READER_ERROR)
		return fault_set(b->fault, b->file,
		    line_at(text, size, p->problem_offset),
		    "not text: %s, save the file as UTF-8", what);
	if (p->context != NULL)
		return fault_set(b->fault, b->file, line_of(&p->problem_mark),
		    "not YAML: %s, %s from line %u, check indentation and "
		    "quotes", what, p->context, line_of(&p->context_mark));
	return fault_set(b->fault, b->file, line_of(&p->problem_mark),
	    "not YAML: %s, check indentation and quotes", what);
}

struct node *
tree_read(struct arena *arena, const char *file, const char *text, size_t size,
    struct fault *fault)
{
	struct builder b = { .arena = arena, .file = file, .fault = fault };
	yaml_parser_t parser;
	yaml_event_t e;
	bool end = false;
	int error = 0;

	if (size > TREE_BYTES) {
		fail(&b, 0, "larger than 1 MiB: this is no rule file");
		return NULL;
	}
	if (!yaml_parser_initialize(&parser)) {
		fail(&b, 0, "not enough memory to read it");
		return NULL;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
	    size);
	while (error == 0 && !end) {
		if (!yaml_parser_parse(&parser, &e)) {
			error = not_yaml(&b, &parser, text, size);
			break;
		}
		end = e.type == YAML_STREAM_END_EVENT;
		error = event(&b, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	if (error == 0 && b.root == NULL)
		error = fail(&b, 0, "empty: begin with `os:`");
	return error == 0 ? b.root : NULL;
}
