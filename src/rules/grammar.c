/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Three layers, from the bottom: forms read one value; key tables say which
 * keys a row has, of which form and where in the row they go; sections add
 * a finished row to the rules and refuse what contradicts itself.
 */

#include <string.h>

#include "rules/grammar.h"

#define NARGS		16		/* arg0 to arg15 */
#define NAME_SIZE	128

struct key;

/* How a value is written, and its reader. */
struct form {
	const char *syntax;		/* Markdown; NULL: from the words */
	int (*read)(struct load *, const struct key *, const struct node *,
	    void *to);
};

struct word {
	const char *text;
	int value;
};

struct key {
	const char *name;
	const struct form *form;
	size_t at;			/* offset in the row */
	bool required;
	const char *help;
	const struct word *words;	/* of a choice, ended by NULL */
};

struct list {
	name_t *p;
	size_t n;
};

struct texts {
	const char **p;
	size_t n;
};

struct result {
	enum rule_result result;
	int arg;
};

struct member {
	name_t record, field;
};

/* An argument, or a member of the struct that it points to. */
struct source_arg {
	int arg;
	struct member in;
	struct rule_value fixed;
};

/* ---- messages ---- */

static int
wrong(struct load *l, const struct node *n, const char *what, const char *todo)
{
	return fault_set(l->fault, l->file, n->line, "%s, %s", what, todo);
}

/* "`raise: VM` ...": a value that is not of its form. */
static int
bad(struct load *l, const struct key *k, const struct node *n,
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
		if (v > (INT64_MAX - digit) / base)
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
		return bad(l, k, n, "write one name");
	size = word_length(n->text);
	if (size == 0 || n->text[size] != '\0')
		return bad(l, k, n, "write a name as in C");
	if (is_twisted(n))
		return bad(l, k, n, "put it in quotes: some YAML readers take "
		    "it for a truth value");
	*(name_t *)to = name_intern(l->names, n->text);
	return 0;
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
		return fault_set(l->fault, l->file, n->line, "`%s` has an "
		    "empty list, fill it or remove the key", k->name);
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
	const char *prefix = l->rules->level_prefix;

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
		return bad(l, k, n, "write text in quotes");
	if (n->text[0] == '\0')
		return fault_set(l->fault, l->file, n->line, "`%s` is empty, "
		    "write something or remove the key", k->name);
	if (strpbrk(n->text, "\n\r") != NULL)
		return bad(l, k, n, "write it on one line");
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
		return bad(l, k, n, "write true or false");
	return 0;
}

static int
read_number(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !number_at(&p, to) || *p != '\0')
		return bad(l, k, n, "write a number, decimal without leading "
		    "zeros or 0x");
	return 0;
}

/* A number that counts or identifies something. */
static int
read_count(struct load *l, const struct key *k, const struct node *n, void *to)
{
	if (read_number(l, k, n, to) != 0)
		return -1;
	if (*(int64_t *)to < 0)
		return bad(l, k, n, "write a number that is not negative");
	return 0;
}

static int
read_arg(struct load *l, const struct key *k, const struct node *n, void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !arg_at(&p, to) || *p != '\0')
		return bad(l, k, n, "write arg0 to arg15");
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
		return bad(l, k, n, "write arg0 to arg15, or ret");
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
	return bad(l, k, n, all);
}

/* A level: a name or a number. */
static int
read_fixed(struct load *l, const struct key *k, const struct node *n, void *to)
{
	struct rule_value *v = to;
	const char *p = n->text;

	if (n->kind != NODE_TEXT)
		return bad(l, k, n, "write one level");
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
	if (strcmp(p, "any") == 0) {
		lock->kind = RULE_LOCK_ANY;
		return 0;
	}
	if (skip(&p, "*")) {
		lock->kind = RULE_LOCK_OUT;
		if (!arg_at(&p, &lock->arg) || *p != '\0')
			goto bad;
		return 0;
	}
	lock->kind = RULE_LOCK_ARG;
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
	}
	lock->or_any = skip(&p, " or any");
	if (*p == '\0')
		return 0;
bad:
	return bad(l, k, n, "write arg0, ret, \"*arg0\", "
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
	return bad(l, k, n, "write \"ret == 0\", \"ret != 0\", \"arg1 == 5\", "
	    "\"arg1 & 0x10\" or \"!(arg1 & 0x10)\"");
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
	return bad(l, k, n, "write old, lock, or arg0 to arg15");
}

static int
read_member(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	const char *p = n->text;

	if (n->kind != NODE_TEXT || !member_at(l, &p, to) || *p != '\0')
		return bad(l, k, n, "write \"record::field\"");
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
		return bad(l, k, n, "write arg0 to arg15, or "
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

static int	read_effects(struct load *, const struct key *,
		    const struct node *, void *);
static int	read_flags(struct load *, const struct key *,
		    const struct node *, void *);

static const struct form f_name = { "a name", read_name };
static const struct form f_names = { "a name, or a list", read_names };
static const struct form f_ports = { "a port, or a list", read_ports };
static const struct form f_text = { "text", read_text };
static const struct form f_texts = { "text, or a list", read_texts };
static const struct form f_bool = { "`true` or `false`", read_bool };
static const struct form f_number = { "a number", read_number };
static const struct form f_count = { "a number, 0 or more", read_count };
static const struct form f_arg = { "`arg0` to `arg15`", read_arg };
static const struct form f_argret = { "`arg0` to `arg15`, `ret`",
    read_arg_or_ret };
static const struct form f_choice = { NULL, read_choice };
static const struct form f_fixed = { "a level", read_fixed };
static const struct form f_levels = { "a level, or a list",
    read_level_names };
static const struct form f_value = { "a level, or `arg0` to `arg15`",
    read_value };
static const struct form f_lock = { "a lock", read_lock };
static const struct form f_when = { "a test", read_when };
static const struct form f_result = { "`old`, `lock`, or `arg0` to `arg15`",
    read_result };
static const struct form f_member = { "`record::field`", read_member };
static const struct form f_lockplace = { "`record::field`, or a variable",
    read_lock_place };
static const struct form f_handler = {
    "`arg0` to `arg15`, or `arg0->record::field`", read_handler };
static const struct form f_hlevel = {
    "a level, `arg0` to `arg15`, or `arg0->record::field`",
    read_handler_level };
static const struct form f_effects = { "a list of effects", read_effects };
static const struct form f_flags = { "a list of flags", read_flags };

/* ---- the key tables ---- */

#define KEY(row, member, name, form, need, help)			\
	{ name, &form, offsetof(struct row, member), need, help, NULL }
#define CHOICE(row, member, name, words, need, help)			\
	{ name, &f_choice, offsetof(struct row, member), need, help, words }
#define SOURCE(row)							\
	KEY(row, source, "source", f_text, true,			\
	    "say where in a kernel the fact was read")
#define END	{ NULL, NULL, 0, false, NULL, NULL }

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
	KEY(header, os, "os", f_text, true,
	    "name the system whose kernel this is"),
	CHOICE(header, save, "save", saves, true,
	    "say where the level from before a spin lock is kept: per CPU at "
	    "the outermost enter, or in each lock"),
	KEY(header, version_macro, "version_macro", f_name, false,
	    "the macro that the version ranges refer to"),
	KEY(header, prefix, "level_prefix", f_text, false,
	    "what the names of levels begin with"),
	KEY(header, include, "include", f_texts, false,
	    "further files of the same folder; they have sections only"),
	END
};

struct port_row {
	name_t name;
	struct texts detect;
	int restore;
	bool inverted;
	const char *source;
};

static const struct word restores[] = {
	{ "lowers", false }, { "sets", true }, { NULL, 0 }
};

static const struct key port_keys[] = {
	KEY(port_row, name, "name", f_name, true, "name the port"),
	KEY(port_row, detect, "detect", f_texts, true,
	    "part of the path of a file that only kernels of this port read; "
	    "the first port that is detected wins"),
	CHOICE(port_row, restore, "restore", restores, true,
	    "say whether a restore can only lower the level, or sets it"),
	KEY(port_row, inverted, "inverted", f_bool, false,
	    "the lower number masks more"),
	SOURCE(port_row),
	END
};

struct effect_row {
	struct rule_value raise, set, restore, level;
	struct rule_lock enter, exit;
	int64_t count;
	int kind;
	struct rule_when when;
};

static const struct word kinds[] = {
	{ "by_init", RULE_BY_INIT }, { "spin", RULE_SPIN },
	{ "adaptive", RULE_ADAPTIVE }, { NULL, 0 }
};

static const struct key effect_keys[] = {
	KEY(effect_row, raise, "raise", f_value, false,
	    "the level becomes this one, unless it is higher already"),
	KEY(effect_row, set, "set", f_value, false,
	    "the level becomes this one"),
	KEY(effect_row, restore, "restore", f_value, false,
	    "the level becomes this one; whether it can rise depends on the "
	    "port"),
	KEY(effect_row, enter, "enter", f_lock, false, "takes this lock"),
	KEY(effect_row, exit, "exit", f_lock, false, "releases this lock"),
	KEY(effect_row, count, "count", f_number, false,
	    "is added to the count of spin locks by hand"),
	CHOICE(effect_row, kind, "kind", kinds, false,
	    "of the lock; `by_init`, the default: as it was initialised"),
	KEY(effect_row, level, "level", f_fixed, false,
	    "of the lock that is taken, where it is always the same"),
	KEY(effect_row, when, "when", f_when, false,
	    "the effect happens only then"),
	END
};

struct func_row {
	struct effect_row effect;
	struct list names;
	struct { struct rule_effect *p; size_t n; } effects;
	struct result result;
	int saves_to, drops;
	bool neutral, sleeps, noreturn;
	const char *source;
};

static const struct key func_keys[] = {
	KEY(func_row, names, "name", f_names, true,
	    "name the function, or several of the same kind"),
	KEY(func_row, effects, "effects", f_effects, false,
	    "several effects, in order, instead of one in the rule itself"),
	KEY(func_row, result, "returns", f_result, false,
	    "the level from before, a new lock, or an argument unchanged"),
	KEY(func_row, saves_to, "saves_to", f_arg, false,
	    "points to where the level from before is stored"),
	KEY(func_row, sleeps, "sleeps", f_bool, false,
	    "may switch to another thread, after its exits and before its "
	    "enters"),
	KEY(func_row, drops, "drops", f_arg, false,
	    "points to a lock that is given up while it sleeps, and held "
	    "again at return; may be NULL"),
	KEY(func_row, noreturn, "noreturn", f_bool, false,
	    "does not come back"),
	KEY(func_row, neutral, "neutral", f_bool, false,
	    "no effect, whatever its body says"),
	SOURCE(func_row),
	END
};

struct lockinit_row {
	struct list names;
	int lock, type;
	struct source_arg level;
	const char *source;
};

static const struct key lockinit_keys[] = {
	KEY(lockinit_row, names, "name", f_names, true, "name the function"),
	KEY(lockinit_row, lock, "lock", f_argret, true,
	    "say which argument points to the lock"),
	KEY(lockinit_row, type, "type", f_arg, false, "the lock's type"),
	KEY(lockinit_row, level, "level", f_hlevel, true,
	    "say which argument is the level, or which level it always is"),
	SOURCE(lockinit_row),
	END
};

struct type_row {
	name_t name;
	int64_t value;
	const char *source;
};

static const struct key type_keys[] = {
	KEY(type_row, name, "name", f_name, true, "name the type"),
	KEY(type_row, value, "value", f_count, true,
	    "give the number that the compiler sees"),
	SOURCE(type_row),
	END
};

struct lockkind_row {
	struct list types, levels;
	int kind;
	int64_t since, until;
	const char *source;
};

static const struct word spins[] = {
	{ "spin", RULE_SPIN }, { "adaptive", RULE_ADAPTIVE }, { NULL, 0 }
};

static const struct key lockkind_keys[] = {
	KEY(lockkind_row, types, "type", f_names, false,
	    "types of `lock_types`; all, if it is not given"),
	KEY(lockkind_row, levels, "levels", f_levels, false,
	    "compared by number; all, if it is not given"),
	CHOICE(lockkind_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(lockkind_row, since, "since", f_count, false,
	    "the first version for which this holds"),
	KEY(lockkind_row, until, "until", f_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(lockkind_row),
	END
};

struct known_row {
	struct member lock;
	int kind;
	struct rule_value level;
	const char *source;
};

static const struct key known_keys[] = {
	KEY(known_row, lock, "lock", f_lockplace, true,
	    "name the member or variable that is, or points to, the lock"),
	CHOICE(known_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(known_row, level, "level", f_fixed, false,
	    "of the lock, if it spins"),
	SOURCE(known_row),
	END
};

struct place_row {
	struct member place;
	int kind;
	const char *source;
};

static const struct word places[] = {
	{ "level", RULE_PLACE_LEVEL }, { "count", RULE_PLACE_COUNT },
	{ NULL, 0 }
};

static const struct key place_keys[] = {
	KEY(place_row, place, "place", f_member, true, "name the member"),
	CHOICE(place_row, kind, "kind", places, true,
	    "say whether it is the level or the count of spin locks"),
	SOURCE(place_row),
	END
};

struct flag_row {
	int64_t value;
	name_t level;
	bool thread;
	int64_t since, until;
};

static const struct form f_levelname = { "a level", read_level_name };

static const struct key flag_keys[] = {
	KEY(flag_row, value, "value", f_count, true,
	    "give the value of the flag word under the mask"),
	KEY(flag_row, level, "level", f_levelname, true,
	    "give the level of such a handler"),
	KEY(flag_row, thread, "thread", f_bool, false, "it may sleep"),
	KEY(flag_row, since, "since", f_count, false,
	    "the first version for which this holds"),
	KEY(flag_row, until, "until", f_count, false,
	    "the first version for which it no longer holds"),
	END
};

struct context_row {
	name_t name;
	struct rule_value level;
	struct { struct rule_flag *p; size_t n; } flags;
	int64_t mask;
	int count;
	bool thread;
	const char *repair;
	struct list ports;
	int64_t since, until;
	const char *source;
};

static const struct word counts[] = {
	{ "zero", RULE_COUNT_ZERO },
	{ "interrupted", RULE_COUNT_INTERRUPTED }, { NULL, 0 }
};

static const struct key context_keys[] = {
	KEY(context_row, name, "name", f_name, true, "name the context"),
	KEY(context_row, level, "level", f_fixed, false,
	    "of all such handlers; otherwise the registration gives it"),
	KEY(context_row, flags, "flags", f_flags, false,
	    "the registration gives a flag word: the levels of its values"),
	KEY(context_row, mask, "mask", f_count, false,
	    "the bits of the level or flag word that count; all, if it is not "
	    "given"),
	CHOICE(context_row, count, "count", counts, true,
	    "say how many spin locks are held at the entry: none, or those of "
	    "the interrupted code"),
	KEY(context_row, thread, "thread", f_bool, false, "it may sleep"),
	KEY(context_row, repair, "repair", f_text, false,
	    "who restores a level that a handler leaks"),
	KEY(context_row, ports, "ports", f_ports, false,
	    "where it is so; everywhere, if it is not given"),
	KEY(context_row, since, "since", f_count, false,
	    "the first version for which this holds"),
	KEY(context_row, until, "until", f_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(context_row),
	END
};

struct registration_row {
	struct list names;
	int64_t nargs;
	struct source_arg handler, level;
	name_t context;
	struct list ports;
	const char *source;
};

static const struct key registration_keys[] = {
	KEY(registration_row, names, "name", f_names, true,
	    "name the function"),
	KEY(registration_row, nargs, "nargs", f_count, false,
	    "only calls with so many arguments"),
	KEY(registration_row, handler, "handler", f_handler, true,
	    "say which argument is the handler"),
	KEY(registration_row, level, "level", f_hlevel, false,
	    "the handler's level or flag word"),
	KEY(registration_row, context, "context", f_name, true,
	    "name the context that the handler runs in"),
	KEY(registration_row, ports, "ports", f_ports, false,
	    "where it is so; everywhere, if it is not given"),
	SOURCE(registration_row),
	END
};

struct entry_row {
	struct list names;
	name_t context;
	struct rule_value level;
	const char *source;
};

static const struct key entry_keys[] = {
	KEY(entry_row, names, "name", f_names, true, "name the function"),
	KEY(entry_row, context, "context", f_name, true,
	    "name the context that the handler runs in"),
	KEY(entry_row, level, "level", f_fixed, false,
	    "at which it is entered, if the context does not say it"),
	SOURCE(entry_row),
	END
};

/* ---- rows ---- */

static const struct key *
find_key(const struct key *keys, const char *name)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

static void
list_keys(struct buf *b, const struct key *keys)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		buf_fmt(b, "%s%s", b->n > 0 ? ", " : "", keys->name);
}

/*
 * Read a map into a row that has its defaults.  more is a second table for
 * the same row, or NULL.
 */
static int
read_row(struct load *l, const char *what, const struct node *n,
    const struct key *keys, const struct key *more, void *row)
{
	struct buf all = { NULL, 0, 0 };
	const struct key *k;
	const struct node *v;

	if (n->kind != NODE_MAP)
		return fault_set(l->fault, l->file, n->line, "this is no %s, "
		    "write a map: {key: value, ...}", what);
	for (v = n->first; v != NULL; v = v->next) {
		k = find_key(keys, v->key->text);
		if (k == NULL)
			k = find_key(more, v->key->text);
		if (k == NULL) {
			list_keys(&all, keys);
			list_keys(&all, more);
			fault_set(l->fault, l->file, v->key->line, "unknown "
			    "key `%s` in a %s, known are %s",
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

static int
check_range(struct load *l, const struct node *n, int64_t since, int64_t until)
{
	if (since >= until)
		return wrong(l, n, "`since` is not before `until`",
		    "no version is left: swap them");
	if (l->rules->version_macro == 0 && (since != 0 || until != INT64_MAX))
		return wrong(l, n, "a version range without a version",
		    "give `version_macro` in the header");
	return 0;
}

static int
repeated(struct load *l, const struct node *n, name_t name, const char *file,
    unsigned line)
{
	return fault_set(l->fault, l->file, n->line, "`%s` is there already, "
	    "remove it here or at %s:%u", shown(name_str(l->names, name)).text,
	    file, line);
}

static const char *const effect_words[] = { "raise", "set", "restore",
    "enter", "exit", "count" };

/* The effect of a row; false: it has none.  -1 in *error: it is wrong. */
static bool
finish_effect(struct load *l, const struct node *n, const struct effect_row *r,
    struct rule_effect *e, int *error)
{
	const char *what = NULL;
	size_t i;

	*error = 0;
	for (i = 0; i < sizeof(effect_words) / sizeof(effect_words[0]); i++) {
		if (tree_get(n, effect_words[i]) == NULL)
			continue;
		if (what != NULL) {
			*error = fault_set(l->fault, l->file, n->line, "both "
			    "`%s` and `%s`, write them as a list under "
			    "`effects`", what, effect_words[i]);
			return false;
		}
		what = effect_words[i];
		e->what = (enum rule_what)i;
	}
	if (what == NULL) {
		if (tree_get(n, "kind") != NULL || tree_get(n, "level") !=
		    NULL || tree_get(n, "when") != NULL)
			*error = wrong(l, n, "`kind`, `level` or `when` "
			    "without an effect", "add raise, set, restore, "
			    "enter, exit or count");
		return false;
	}
	e->spin = (enum rule_spin)r->kind;
	e->when = r->when;
	switch (e->what) {
	case RULE_RAISE:
		e->level = r->raise;
		break;
	case RULE_SET:
		e->level = r->set;
		break;
	case RULE_RESTORE:
		e->level = r->restore;
		break;
	case RULE_ENTER:
		e->level = r->level;
		e->lock = r->enter;
		break;
	case RULE_EXIT:
		e->lock = r->exit;
		break;
	case RULE_COUNT:
		e->level.kind = RULE_VALUE_CONST;
		e->level.number = r->count;
		break;
	}
	if (tree_get(n, "kind") != NULL && e->what != RULE_ENTER &&
	    e->what != RULE_EXIT)
		*error = wrong(l, n, "`kind` without a lock", "it belongs to "
		    "enter or exit");
	else if (tree_get(n, "level") != NULL && e->what != RULE_ENTER)
		*error = wrong(l, n, "`level` without `enter`", "it is the "
		    "level of a lock that is taken");
	else if (e->what == RULE_ENTER && (e->lock.kind == RULE_LOCK_ANY ||
	    e->lock.or_any))
		*error = wrong(l, n, "`enter` of any lock", "only `exit` can "
		    "say any");
	else if (e->what == RULE_EXIT && (e->lock.kind == RULE_LOCK_OUT ||
	    e->lock.arg == RULE_RET))
		*error = wrong(l, n, "`exit` of a lock that the call gives "
		    "back", "only `enter` can say that");
	else if (e->what == RULE_COUNT && r->count == 0)
		*error = wrong(l, n, "`count: 0` does nothing", "remove it");
	return *error == 0;
}

static int
read_effects(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct func_row *row = (struct func_row *)(void *)((char *)to -
	    offsetof(struct func_row, effects));
	struct effect_row r;
	const struct node *i;
	size_t j = 0;
	int error;

	if (n->kind != NODE_LIST || n->n == 0)
		return bad(l, k, n, "write a list: [{raise: arg0}, ...]");
	row->effects.n = n->n;
	row->effects.p = arena_alloc(l->rules->arena,
	    n->n * sizeof(*row->effects.p));
	for (i = n->first; i != NULL; i = i->next) {
		memset(&r, 0, sizeof(r));
		if (read_row(l, "effect", i, effect_keys, NULL, &r) != 0)
			return -1;
		if (!finish_effect(l, i, &r, &row->effects.p[j++], &error))
			return error != 0 ? error : wrong(l, i, "an effect "
			    "that does nothing", "write raise, set, restore, "
			    "enter, exit or count");
	}
	return 0;
}

static int
read_flags(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct context_row *row = (struct context_row *)(void *)((char *)to -
	    offsetof(struct context_row, flags));
	struct flag_row r;
	const struct node *i;
	size_t j = 0;

	if (n->kind != NODE_LIST || n->n == 0)
		return bad(l, k, n, "write a list: [{value: 0, level: "
		    "NAME}, ...]");
	row->flags.n = n->n;
	row->flags.p = arena_alloc(l->rules->arena,
	    n->n * sizeof(*row->flags.p));
	for (i = n->first; i != NULL; i = i->next, j++) {
		memset(&r, 0, sizeof(r));
		r.until = INT64_MAX;
		if (read_row(l, "flag", i, flag_keys, NULL, &r) != 0 ||
		    check_range(l, i, r.since, r.until) != 0)
			return -1;
		row->flags.p[j] = (struct rule_flag){ .value = r.value,
		    .level = r.level, .thread = r.thread, .since = r.since,
		    .until = r.until };
	}
	return 0;
}

/* ---- sections ---- */

static int
add_port(struct load *l, const struct node *n)
{
	struct port_row r = { 0 };
	size_t i;

	if (read_row(l, "port", n, port_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->ports.n; i++)
		if (l->rules->ports.p[i].name == r.name)
			return repeated(l, n, r.name, l->rules->ports.p[i].file,
			    l->rules->ports.p[i].line);
	vec_push(&l->rules->ports, ((struct rule_port){ .name = r.name,
	    .detect = r.detect.p, .ndetect = r.detect.n,
	    .restore_sets = r.restore != 0, .inverted = r.inverted,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

/* Refuse a function rule that says nothing, or two things at once. */
static int
check_func(struct load *l, const struct node *n, const struct rule_func *f)
{
	bool effect = f->neffects > 0 || f->result != RULE_RESULT_UNKNOWN ||
	    f->saves_to != RULE_NOARG;

	if ((f->flags & RULE_NEUTRAL) != 0 && f->neffects > 0)
		return wrong(l, n, "`neutral` together with an effect",
		    "remove one of them");
	if ((f->flags & RULE_NORETURN) != 0 && (effect || (f->flags &
	    ~(unsigned)RULE_NORETURN) != 0))
		return wrong(l, n, "`noreturn` together with something that "
		    "happens before the return", "remove one of them");
	if (f->drops != RULE_NOARG && (f->flags & RULE_SLEEPS) == 0)
		return wrong(l, n, "`drops` without `sleeps: true`",
		    "add it");
	if (!effect && f->flags == 0)
		return wrong(l, n, "a rule that says nothing", "give an "
		    "effect, or write `neutral: true`");
	return 0;
}

static int
add_function(struct load *l, const struct node *n)
{
	struct func_row r = { .saves_to = RULE_NOARG, .drops = RULE_NOARG };
	struct rule_func f = { .file = l->file, .line = n->line };
	struct rule_effect one = { 0 };
	size_t i;
	int error;

	if (read_row(l, "function", n, func_keys, effect_keys, &r) != 0)
		return -1;
	f.effects = r.effects.p;
	f.neffects = r.effects.n;
	if (finish_effect(l, n, &r.effect, &one, &error)) {
		if (f.neffects > 0)
			return wrong(l, n, "`effects` together with an effect "
			    "of the rule itself", "move it into the list");
		f.neffects = 1;
		f.effects = arena_alloc(l->rules->arena, sizeof(one));
		f.effects[0] = one;
	} else if (error != 0)
		return error;
	f.flags = (r.neutral ? RULE_NEUTRAL : 0) |
	    (r.sleeps ? RULE_SLEEPS : 0) | (r.noreturn ? RULE_NORETURN : 0);
	f.result = r.result.result;
	f.result_arg = r.result.arg;
	f.saves_to = r.saves_to;
	f.drops = r.drops;
	f.source = r.source;
	if (check_func(l, n, &f) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		f.name = r.names.p[i];
		vec_push(&l->rules->funcs, f);
	}
	return 0;
}

static int
add_lockinit(struct load *l, const struct node *n)
{
	struct lockinit_row r = { .type = RULE_NOARG,
	    .level.arg = RULE_NOARG };
	size_t i;

	if (read_row(l, "lock_inits row", n, lockinit_keys, NULL, &r) != 0)
		return -1;
	if (r.level.in.field != 0)
		return wrong(l, n, "`level` in a member of an argument",
		    "a lock takes its level from an argument itself");
	for (i = 0; i < r.names.n; i++)
		vec_push(&l->rules->lockinits, ((struct rule_lockinit){
		    .name = r.names.p[i], .lock = r.lock, .type = r.type,
		    .level = r.level.arg, .fixed = r.level.fixed,
		    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
add_type(struct load *l, const struct node *n)
{
	struct type_row r = { 0 };
	size_t i;

	if (read_row(l, "lock_types row", n, type_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->types.n; i++)
		if (l->types.p[i].name == r.name ||
		    l->types.p[i].number == r.value)
			return repeated(l, n, l->types.p[i].name,
			    l->types.p[i].file, l->types.p[i].line);
	vec_push(&l->types, ((struct lock_type){ .name = r.name,
	    .number = r.value, .line = n->line, .file = l->file }));
	return 0;
}

static int
add_lockkind(struct load *l, const struct node *n)
{
	struct lockkind_row r = { .until = INT64_MAX };
	struct rule_lockkind k;
	size_t i;

	if (read_row(l, "lock_kinds row", n, lockkind_keys, NULL, &r) != 0 ||
	    check_range(l, n, r.since, r.until) != 0)
		return -1;
	k = (struct rule_lockkind){ .since = r.since, .until = r.until,
	    .number = -1, .levels = r.levels.p, .nlevels = r.levels.n,
	    .spin = (enum rule_spin)r.kind, .source = r.source,
	    .file = l->file, .line = n->line };
	if (r.types.n == 0)
		vec_push(&l->rules->lockkinds, k);
	for (i = 0; i < r.types.n; i++) {
		k.type = r.types.p[i];
		vec_push(&l->rules->lockkinds, k);
	}
	return 0;
}

static int
add_known(struct load *l, const struct node *n)
{
	struct known_row r = { 0 };
	size_t i;

	if (read_row(l, "known_locks row", n, known_keys, NULL, &r) != 0)
		return -1;
	if ((r.kind == RULE_SPIN) != (r.level.kind != RULE_VALUE_NONE))
		return wrong(l, n, r.kind == RULE_SPIN ? "a spin lock without "
		    "`level`" : "an adaptive lock with `level`",
		    r.kind == RULE_SPIN ? "add it" : "remove it");
	for (i = 0; i < l->rules->knowns.n; i++)
		if (l->rules->knowns.p[i].record == r.lock.record &&
		    l->rules->knowns.p[i].field == r.lock.field)
			return repeated(l, n, r.lock.field,
			    l->rules->knowns.p[i].file,
			    l->rules->knowns.p[i].line);
	vec_push(&l->rules->knowns, ((struct rule_known){
	    .record = r.lock.record, .field = r.lock.field,
	    .spin = (enum rule_spin)r.kind, .level = r.level,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
add_place(struct load *l, const struct node *n)
{
	struct place_row r = { 0 };
	size_t i;

	if (read_row(l, "place", n, place_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->places.n; i++)
		if (l->rules->places.p[i].record == r.place.record &&
		    l->rules->places.p[i].field == r.place.field)
			return repeated(l, n, r.place.field,
			    l->rules->places.p[i].file,
			    l->rules->places.p[i].line);
	vec_push(&l->rules->places, ((struct rule_place){
	    .record = r.place.record, .field = r.place.field,
	    .kind = (enum rule_place_kind)r.kind, .source = r.source,
	    .file = l->file, .line = n->line }));
	return 0;
}

/* The first of two rows leaves nothing for the second. */
static bool
shadows(const name_t *first, size_t nfirst, const name_t *second,
    size_t nsecond)
{
	size_t i, j;

	if (nfirst == 0)
		return true;
	for (i = 0; i < nfirst; i++)
		for (j = 0; j < nsecond; j++)
			if (first[i] == second[j])
				return true;
	return false;
}

static int
add_context(struct load *l, const struct node *n)
{
	struct context_row r = { .until = INT64_MAX };
	const struct rule_context *c;
	size_t i;

	if (read_row(l, "context", n, context_keys, NULL, &r) != 0 ||
	    check_range(l, n, r.since, r.until) != 0)
		return -1;
	if (r.flags.n > 0 && r.level.kind != RULE_VALUE_NONE)
		return wrong(l, n, "both `level` and `flags`", "remove one "
		    "of them");
	for (i = 0; i < l->rules->contexts.n; i++) {
		c = &l->rules->contexts.p[i];
		if (c->name == r.name && c->since <= r.since &&
		    c->until >= r.until && shadows(c->ports, c->nports,
		    r.ports.p, r.ports.n))
			return repeated(l, n, r.name, c->file, c->line);
	}
	vec_push(&l->rules->contexts, ((struct rule_context){ .name = r.name,
	    .level = r.level, .flags = r.flags.p, .nflags = r.flags.n,
	    .mask = r.mask, .count = (enum rule_entry_count)r.count,
	    .thread = r.thread, .repair = r.repair, .ports = r.ports.p,
	    .nports = r.ports.n, .since = r.since, .until = r.until,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
check_arg(struct load *l, const struct node *n, const char *key, int arg,
    int64_t nargs)
{
	if (arg == RULE_NOARG || nargs < 0 || arg < nargs)
		return 0;
	return fault_set(l->fault, l->file, n->line, "`%s: arg%d` in a call "
	    "with %d arguments, they are counted from arg0", key, arg,
	    (int)nargs);
}

static int
add_registration(struct load *l, const struct node *n)
{
	struct registration_row r = { .nargs = -1, .level.arg = RULE_NOARG };
	const struct rule_registration *o;
	size_t i, j;

	if (read_row(l, "registration", n, registration_keys, NULL, &r) != 0)
		return -1;
	if (r.nargs > NARGS)
		return wrong(l, n, "`nargs` is above 16", "no rule can name "
		    "so many arguments");
	if (check_arg(l, n, "handler", r.handler.arg, r.nargs) != 0 ||
	    check_arg(l, n, "level", r.level.arg, r.nargs) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		for (j = 0; j < l->rules->registrations.n; j++) {
			o = &l->rules->registrations.p[j];
			if (o->name == r.names.p[i] && o->nargs == r.nargs &&
			    shadows(o->ports, o->nports, r.ports.p,
			    r.ports.n))
				return repeated(l, n, r.names.p[i], o->file,
				    o->line);
		}
		vec_push(&l->pending, ((struct pending){
		    .want = WANT_REGISTRATION,
		    .row = l->rules->registrations.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->registrations,
		    ((struct rule_registration){ .name = r.names.p[i],
		    .nargs = (int)r.nargs, .handler = r.handler.arg,
		    .handler_record = r.handler.in.record,
		    .handler_field = r.handler.in.field,
		    .level = r.level.arg, .level_record = r.level.in.record,
		    .level_field = r.level.in.field, .fixed = r.level.fixed,
		    .ports = r.ports.p, .nports = r.ports.n,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

static int
add_entry(struct load *l, const struct node *n)
{
	struct entry_row r = { 0 };
	size_t i, j;

	if (read_row(l, "entry", n, entry_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		for (j = 0; j < l->rules->entries.n; j++)
			if (l->rules->entries.p[j].name == r.names.p[i])
				return repeated(l, n, r.names.p[i],
				    l->rules->entries.p[j].file,
				    l->rules->entries.p[j].line);
		vec_push(&l->pending, ((struct pending){ .want = WANT_ENTRY,
		    .row = l->rules->entries.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->entries, ((struct rule_entry){
		    .name = r.names.p[i], .level = r.level,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

static const struct section {
	const char *name, *row;
	const struct key *keys, *more;
	int (*add)(struct load *, const struct node *);
	const char *intro;
} sections[] = {
	{ "ports", "port", port_keys, NULL, add_port,
	    "The machines the kernel runs on. The first whose `detect` occurs "
	    "in the path of a source wins." },
	{ "functions", "function", func_keys, effect_keys, add_function,
	    "What a call does. A rule replaces the body of the function. One "
	    "effect is written in the rule itself, with the keys of the next "
	    "table." },
	{ "lock_inits", "row", lockinit_keys, NULL, add_lockinit,
	    "Calls that give a lock its type and level." },
	{ "lock_types", "row", type_keys, NULL, add_type,
	    "The numbers of the types, which are all that is left of enum "
	    "constants." },
	{ "lock_kinds", "row", lockkind_keys, NULL, add_lockkind,
	    "Whether a lock of a type and level spins. The first row that "
	    "fits counts." },
	{ "known_locks", "row", known_keys, NULL, add_known,
	    "Places whose lock is always of one kind, but is initialised too "
	    "far away to see it." },
	{ "places", "place", place_keys, NULL, add_place,
	    "Struct members that are part of the machine: a store to one is "
	    "an effect." },
	{ "contexts", "context", context_keys, NULL, add_context,
	    "How a kind of handler is entered. Of several rows of one name "
	    "the first that fits the port and version counts." },
	{ "registrations", "registration", registration_keys, NULL,
	    add_registration,
	    "Calls that register a handler. A row with the call's number of "
	    "arguments counts before one without `nargs`; otherwise the first "
	    "that fits the port." },
	{ "entries", "entry", entry_keys, NULL, add_entry,
	    "Handlers that no C code registers, because assembly calls them "
	    "by name." },
};
#define NSECTIONS	(sizeof(sections) / sizeof(sections[0]))

static const struct section *
find_section(const char *name)
{
	size_t i;

	for (i = 0; i < NSECTIONS; i++)
		if (strcmp(sections[i].name, name) == 0)
			return &sections[i];
	return NULL;
}

static int
unknown_section(struct load *l, const struct node *key)
{
	struct buf all = { NULL, 0, 0 };
	size_t i;

	list_keys(&all, header_keys);
	for (i = 0; i < NSECTIONS; i++)
		buf_fmt(&all, ", %s", sections[i].name);
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
		k = find_key(header_keys, v->key->text);
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
		return wrong(l, root, "this is no rule file", "begin with "
		    "`os:`");
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
		if (find_key(header_keys, v->key->text) != NULL)
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
	buf_chr(b, '\n');
}

void
grammar_reference(struct buf *b)
{
	size_t i;

	buf_str(b, "### Header\n\n");
	print_keys(b, header_keys);
	for (i = 0; i < NSECTIONS; i++) {
		buf_fmt(b, "### `%s`\n\n%s\n\n", sections[i].name,
		    sections[i].intro);
		print_keys(b, sections[i].keys);
		if (sections[i].more == effect_keys) {
			buf_str(b, "An effect:\n\n");
			print_keys(b, effect_keys);
		}
		if (sections[i].keys == context_keys) {
			buf_str(b, "A flag:\n\n");
			print_keys(b, flag_keys);
		}
	}
}
