/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * From the bottom: messages, pieces of text, and the forms made of them.
 */

#include <string.h>

#include "rules/value.h"

#define NAME_SIZE	128
#define LIST_SIZE	500

/* ---- messages ---- */

int
value_wrong(struct load *l, const struct node *n, const char *what,
    const char *todo)
{
	return fault_set(l->fault, l->file, n->line, "%s, %s", what, todo);
}

int
value_bad(struct load *l, const struct key *k, const struct node *n,
    const char *todo)
{
	if (n->kind != NODE_TEXT)
		return fault_set(l->fault, l->file, n->line, "`%s` has a %s, "
		    "%s", k->name, n->kind == NODE_LIST ? "list" : "map",
		    todo);
	return fault_set(l->fault, l->file, n->line, "`%s: %s` is not "
	    "understood, %s", k->name, shown(n->text).text, todo);
}

/* ---- pieces of text ---- */

static bool
is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (c >= '0' && c <= '9');
}

/* The length of the identifier at s; 0: there is none. */
static size_t
word_length(const char *s)
{
	size_t n = 0;

	if (*s >= '0' && *s <= '9')
		return 0;
	while (is_word((unsigned char)s[n]))
		n++;
	return n < NAME_SIZE ? n : 0;
}

/* Records also have the path of a .c file or the way to a nested one. */
static size_t
record_length(const char *s)
{
	size_t n = 0;

	while (is_word((unsigned char)s[n]) || (n > 0 && s[n] != '\0' &&
	    strchr("@./-", s[n]) != NULL && strncmp(s + n, "->", 2) != 0))
		n++;
	return word_length(s) > 0 && n < NAME_SIZE ? n : 0;
}

static bool
skip(const char **s, const char *what)
{
	size_t n = strlen(what);

	if (strncmp(*s, what, n) != 0)
		return false;
	*s += n;
	return true;
}

/* Decimal without leading zeros, or 0x; nothing that YAML might twist. */
static bool
number_at(const char **s, int64_t *out)
{
	bool negative = skip(s, "-"), hex = skip(s, "0x");
	unsigned base = hex ? 16 : 10, digit;
	uint64_t v = 0;
	const char *first = *s;

	for (;; (*s)++) {
		if (**s >= '0' && **s <= '9')
			digit = (unsigned)(**s - '0');
		else if (hex && **s >= 'a' && **s <= 'f')
			digit = (unsigned)(**s - 'a') + 10;
		else if (hex && **s >= 'A' && **s <= 'F')
			digit = (unsigned)(**s - 'A') + 10;
		else
			break;
		if (v > ((uint64_t)INT64_MAX - digit) / base)
			return false;
		v = v * base + digit;
	}
	if (*s == first || is_word((unsigned char)**s))
		return false;
	if (!hex && *first == '0' && *s - first > 1)
		return false;
	*out = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

/* "arg0" to "arg15". */
static bool
arg_at(const char **s, int *out)
{
	const char *p = *s;
	int64_t v;

	if (!skip(&p, "arg") || *p == '-' || (p[0] == '0' && p[1] == 'x') ||
	    !number_at(&p, &v) || v >= NARGS)
		return false;
	*out = (int)v;
	*s = p;
	return true;
}

static bool
member_at(struct load *l, const char **s, struct member *out)
{
	size_t record = record_length(*s), field;
	const char *p = *s + record;

	if (record == 0 || !skip(&p, "::"))
		return false;
	field = word_length(p);
	if (field == 0)
		return false;
	out->record = name_intern_n(l->names, *s, record);
	out->field = name_intern_n(l->names, p, field);
	*s = p + field;
	return true;
}

/* Plain words that some YAML readers take for a truth value or nothing. */
static bool
is_twisted(const struct node *n)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on",
	    "off", "true", "false", "null" };
	char low[8];
	size_t i, w;

	if (!n->plain || strlen(n->text) >= sizeof(low))
		return false;
	for (i = 0; n->text[i] != '\0'; i++)
		low[i] = n->text[i] >= 'A' && n->text[i] <= 'Z' ?
		    (char)(n->text[i] - 'A' + 'a') : n->text[i];
	low[i] = '\0';
	for (w = 0; w < sizeof(words) / sizeof(words[0]); w++)
		if (strcmp(low, words[w]) == 0)
			return true;
	return false;
}

/* ---- forms ---- */

static int
read_name(struct load *l, const struct key *k, const struct node *n, void *to)
{
	size_t size;

	if (n->kind != NODE_TEXT)
		return value_bad(l, k, n, "write one name");
	size = word_length(n->text);
	if (size == 0 || n->text[size] != '\0')
		return value_bad(l, k, n, "write a name as in C");
	if (is_twisted(n))
		return value_bad(l, k, n, "put it in quotes: some YAML "
		    "readers take it for a truth value");
	*(name_t *)to = name_intern(l->names, n->text);
	return 0;
}

int
value_empty(struct load *l, const struct key *k, const struct node *n)
{
	return fault_set(l->fault, l->file, n->line, "`%s` has an empty list, "
	    "fill it or remove the key", k->name);
}

/* One element, or a list of elements, each read into to + i * size. */
static int
read_each(struct load *l, const struct key *k, const struct node *n,
    size_t size, void **p, size_t *count,
    int (*read)(struct load *, const struct key *, const struct node *,
    void *))
{
	const struct node *i;
	char *to;

	*count = n->kind == NODE_LIST ? n->n : 1;
	if (*count == 0)
		return value_empty(l, k, n);
	if (*count > LIST_SIZE)
		return fault_set(l->fault, l->file, n->line, "`%s` has a list "
		    "of %zu, split it into lists of at most %d", k->name,
		    *count, LIST_SIZE);
	*p = to = arena_alloc(l->rules->arena, *count * size);
	if (n->kind != NODE_LIST)
		return read(l, k, n, to);
	for (i = n->first; i != NULL; i = i->next, to += size)
		if (read(l, k, i, to) != 0)
			return -1;
	return 0;
}

static int
read_names(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct list *list = to;
	void *p;
	int error;

	error = read_each(l, k, n, sizeof(name_t), &p, &list->n, read_name);
	list->p = p;
	return error;
}

static int
read_ports(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct list *list = to;
	size_t i;

	if (read_names(l, k, n, to) != 0)
		return -1;
	for (i = 0; i < list->n; i++)
		vec_push(&l->pending, ((struct pending){ .want = WANT_PORT,
		    .name = list->p[i], .file = l->file, .line = n->line }));
	return 0;
}

static int
read_level_name(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *prefix = l->rules->level_prefix, *p = n->text;
	int arg;

	if (n->kind == NODE_TEXT && (strcmp(p, "ret") == 0 ||
	    (arg_at(&p, &arg) && *p == '\0')))
		return value_bad(l, k, n, "only a level can stand here");
	if (read_name(l, k, n, to) != 0)
		return -1;
	if (prefix != NULL && strncmp(n->text, prefix, strlen(prefix)) != 0)
		return fault_set(l->fault, l->file, n->line, "`%s: %s` is no "
		    "level, write a name that begins with %s", k->name,
		    shown(n->text).text, shown(prefix).text);
	return 0;
}

static int
read_level_names(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct list *list = to;
	void *p;
	int error;

	error = read_each(l, k, n, sizeof(name_t), &p, &list->n,
	    read_level_name);
	list->p = p;
	return error;
}

static int
read_text(struct load *l, const struct key *k, const struct node *n, void *to)
{
	if (n->kind != NODE_TEXT)
		return value_bad(l, k, n, "write text in quotes");
	if (n->text[0] == '\0')
		return fault_set(l->fault, l->file, n->line, "`%s` is empty, "
		    "write something or remove the key", k->name);
	if (strpbrk(n->text, "\n\r") != NULL)
		return value_bad(l, k, n, "write it on one line");
	*(const char **)to = n->text;
	return 0;
}

static int
read_texts(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct texts *texts = to;
	void *p;
	int error;

	error = read_each(l, k, n, sizeof(char *), &p, &texts->n, read_text);
	texts->p = p;
	return error;
}

static int
read_bool(struct load *l, const struct key *k, const struct node *n, void *to)
{
	bool *b = to;

	if (n->kind == NODE_TEXT && strcmp(n->text, "true") == 0)
		*b = true;
	else if (n->kind == NODE_TEXT && strcmp(n->text, "false") == 0)
		*b = false;
	else
		return value_bad(l, k, n, "write true or false");
	return 0;
}

static int
read_number(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !number_at(&p, to) || *p != '\0')
		return value_bad(l, k, n, "write a number, decimal without "
		    "leading zeros or 0x");
	return 0;
}

/* A number that counts or identifies something. */
static int
read_count(struct load *l, const struct key *k, const struct node *n, void *to)
{
	if (read_number(l, k, n, to) != 0)
		return -1;
	if (*(int64_t *)to < 0)
		return value_bad(l, k, n, "write a number that is not "
		    "negative");
	return 0;
}

static int
read_arg(struct load *l, const struct key *k, const struct node *n, void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !arg_at(&p, to) || *p != '\0')
		return value_bad(l, k, n, "write arg0 to arg15");
	return 0;
}

static int
read_arg_or_ret(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *p = n->text;

	if (n->kind == NODE_TEXT && strcmp(p, "ret") == 0) {
		*(int *)to = RULE_RET;
		return 0;
	}
	if (n->kind != NODE_TEXT || !arg_at(&p, to) || *p != '\0')
		return value_bad(l, k, n, "write arg0 to arg15, or ret");
	return 0;
}

static int
read_choice(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	char all[160];
	size_t used = 0;
	const struct word *w;

	for (w = k->words; w->text != NULL; w++) {
		if (n->kind == NODE_TEXT && strcmp(n->text, w->text) == 0) {
			*(int *)to = w->value;
			return 0;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used,
		    "%s%s", w == k->words ? "write " :
		    w[1].text == NULL ? " or " : ", ", w->text);
		require(used < sizeof(all));
	}
	return value_bad(l, k, n, all);
}

/* A level: a name or a number. */
static int
read_fixed(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct rule_value *v = to;
	const char *p = n->text;

	if (n->kind != NODE_TEXT)
		return value_bad(l, k, n, "write one level");
	if (number_at(&p, &v->number) && *p == '\0') {
		v->kind = RULE_VALUE_CONST;
		return 0;
	}
	v->number = 0;
	v->kind = RULE_VALUE_LEVEL;
	return read_level_name(l, k, n, &v->level);
}

/* A level: a name, a number, or an argument. */
static int
read_value(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct rule_value *v = to;
	const char *p = n->text;

	if (n->kind == NODE_TEXT && arg_at(&p, &v->arg) && *p == '\0') {
		v->kind = RULE_VALUE_ARG;
		return 0;
	}
	return read_fixed(l, k, n, to);
}

static int
read_lock(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct rule_lock *lock = to;
	struct member m;
	const char *p = n->text;

	if (n->kind != NODE_TEXT)
		goto bad;
	if (strcmp(p, "any") == 0 || strcmp(p, "all") == 0) {
		lock->kind = RULE_LOCK_ANY;
		lock->all = p[1] == 'l';
		return 0;
	}
	if (skip(&p, "*")) {
		lock->kind = RULE_LOCK_OUT;
		if (!arg_at(&p, &lock->arg) || *p != '\0')
			goto bad;
		return 0;
	}
	lock->kind = RULE_LOCK_ARG;
	lock->inside = skip(&p, "&");
	if (skip(&p, "ret"))
		lock->arg = RULE_RET;
	else if (!arg_at(&p, &lock->arg))
		goto bad;
	if (skip(&p, "->")) {
		lock->kind = RULE_LOCK_FIELD;
		if (!member_at(l, &p, &m))
			goto bad;
		lock->record = m.record;
		lock->field = m.field;
	} else if (lock->inside)
		goto bad;
	lock->or_any = skip(&p, " or any");
	if (*p == '\0')
		return 0;
bad:
	return value_bad(l, k, n, "write arg0, ret, \"*arg0\", "
	    "\"arg0->record::field\" or any");
}

static int
read_when(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct rule_when *w = to;
	const char *p = n->text;
	bool not;

	if (n->kind != NODE_TEXT)
		goto bad;
	not = skip(&p, "!(");
	if (skip(&p, "ret"))
		w->subject = RULE_RET;
	else if (!arg_at(&p, &w->subject))
		goto bad;
	if (not || strncmp(p, " & ", 3) == 0) {
		w->test = not ? RULE_NOBITS : RULE_BITS;
		if (!skip(&p, " & ") || !number_at(&p, &w->number) ||
		    w->number == 0 || (not && !skip(&p, ")")))
			goto bad;
	} else if (strcmp(p, " == NULL") == 0) {
		w->test = RULE_ZERO;
		return 0;
	} else if (strcmp(p, " != NULL") == 0 || strcmp(p, " != 0") == 0) {
		w->test = RULE_NONZERO;
		return 0;
	} else {
		if (!skip(&p, " == ") || !number_at(&p, &w->number))
			goto bad;
		w->test = w->number == 0 ? RULE_ZERO : RULE_EQ;
	}
	if (*p == '\0')
		return 0;
bad:
	return value_bad(l, k, n, "write \"ret == 0\", \"ret != 0\", "
	    "\"arg1 == 5\", \"arg1 & 0x10\" or \"!(arg1 & 0x10)\"");
}

static int
read_result(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct result *r = to;
	const char *p = n->text;

	if (n->kind != NODE_TEXT)
		goto bad;
	if (strcmp(p, "old") == 0)
		r->result = RULE_RESULT_OLD;
	else if (strcmp(p, "lock") == 0)
		r->result = RULE_RESULT_LOCK;
	else if (arg_at(&p, &r->arg) && *p == '\0')
		r->result = RULE_RESULT_ARG;
	else
		goto bad;
	return 0;
bad:
	return value_bad(l, k, n, "write old, lock, or arg0 to arg15");
}

static int
read_member(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !member_at(l, &p, to) || *p != '\0')
		return value_bad(l, k, n, "write \"record::field\"");
	return 0;
}

static int
read_lock_place(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct member *m = to;

	if (n->kind == NODE_TEXT && strstr(n->text, "::") == NULL)
		return read_name(l, k, n, &m->field);
	return read_member(l, k, n, to);
}

/* "arg2" or "arg2->record::field". */
static bool
source_arg_at(struct load *l, const struct node *n, struct source_arg *s)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !arg_at(&p, &s->arg))
		return false;
	if (skip(&p, "->") && !member_at(l, &p, &s->in))
		return false;
	return *p == '\0';
}

static int
read_handler(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	if (!source_arg_at(l, n, to))
		return value_bad(l, k, n, "write arg0 to arg15, or "
		    "\"arg0->record::field\"");
	return 0;
}

static int
read_handler_level(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct source_arg *s = to;

	if (n->kind == NODE_TEXT && strncmp(n->text, "arg", 3) == 0)
		return read_handler(l, k, n, to);
	return read_fixed(l, k, n, &s->fixed);
}

const struct form form_name = { "a name", read_name };
const struct form form_names = { "a name, or a list", read_names };
const struct form form_ports = { "a port, or a list", read_ports };
const struct form form_text = { "text", read_text };
const struct form form_texts = { "text, or a list", read_texts };
const struct form form_bool = { "`true` or `false`", read_bool };
const struct form form_number = { "a number", read_number };
const struct form form_count = { "a number, 0 or more", read_count };
const struct form form_arg = { "`arg0` to `arg15`", read_arg };
const struct form form_argret = { "`arg0` to `arg15`, `ret`",
    read_arg_or_ret };
const struct form form_choice = { NULL, read_choice };
const struct form form_fixed = { "a level", read_fixed };
const struct form form_level = { "a level", read_level_name };
const struct form form_levels = { "a level, or a list",
    read_level_names };
const struct form form_value = { "a level, or `arg0` to `arg15`",
    read_value };
const struct form form_lock = { "a lock", read_lock };
const struct form form_when = { "a test", read_when };
const struct form form_result = { "`old`, `lock`, or `arg0` to `arg15`",
    read_result };
const struct form form_member = { "`record::field`", read_member };
const struct form form_lockplace = { "`record::field`, or a variable",
    read_lock_place };
const struct form form_handler = {
    "`arg0` to `arg15`, or `arg0->record::field`", read_handler };
const struct form form_hlevel = {
    "a level, `arg0` to `arg15`, or `arg0->record::field`",
    read_handler_level };
