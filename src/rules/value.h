/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * value: how one value of a rule file is written.
 *
 * A form reads a node into a place of the row.  Every refusal is recorded
 * in the load's fault and returns -1.
 */

#ifndef IPLINT_RULES_VALUE_H
#define IPLINT_RULES_VALUE_H

#include "rules/grammar.h"

#define NARGS		16		/* arg0 to arg15 */

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

/* The name says what the row has at the offset. */
extern const struct form form_name;		/* name_t */
extern const struct form form_names;		/* struct list */
extern const struct form form_ports;		/* struct list */
extern const struct form form_text;		/* const char * */
extern const struct form form_texts;		/* struct texts */
extern const struct form form_bool;		/* bool */
extern const struct form form_number;		/* int64_t */
extern const struct form form_count;		/* int64_t, not negative */
extern const struct form form_arg;		/* int */
extern const struct form form_argret;		/* int */
extern const struct form form_choice;		/* int */
extern const struct form form_level;		/* name_t */
extern const struct form form_levels;		/* struct list */
extern const struct form form_fixed;		/* struct rule_value */
extern const struct form form_value;		/* the same, or an argument */
extern const struct form form_lock;		/* struct rule_lock */
extern const struct form form_when;		/* struct rule_when */
extern const struct form form_result;		/* struct result */
extern const struct form form_member;		/* struct member */
extern const struct form form_lockplace;	/* struct member, or variable */
extern const struct form form_handler;		/* struct source_arg */
extern const struct form form_hlevel;		/* struct source_arg */

/* "what, todo" about the node. */
int	value_wrong(struct load *, const struct node *, const char *what,
	    const char *todo);
/* "`key: text` is not understood, todo". */
int	value_bad(struct load *, const struct key *, const struct node *,
	    const char *todo);
/* The key has a list without elements. */
int	value_empty(struct load *, const struct key *, const struct node *);

#endif /* IPLINT_RULES_VALUE_H */
