/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * row: one row of a section, a map of the rule file.
 *
 * Key tables say which keys a row has, of which form (value.h), and where
 * in the row they go.  A section adds a finished row to the rules and refuses
 * what contradicts itself.
 */

#ifndef IPLINT_RULES_ROW_H
#define IPLINT_RULES_ROW_H

#include "rules/value.h"

#define KEY(row, member, name, form, need, help)			\
	{ name, &form, offsetof(struct row, member), need, help, NULL }
#define CHOICE(row, member, name, words, need, help)			\
	{ name, &form_choice, offsetof(struct row, member), need, help, words }
#define SOURCE(row)							\
	KEY(row, source, "source", form_text, true,			\
	    "say where in a kernel the fact was read")
#define END	{ NULL, NULL, 0, false, NULL, NULL }

struct section {
	const char *name, *row;		/* of the section, and what a row is */
	const struct key *keys;
	const char *inner;		/* what a row has inside, or NULL */
	const struct key *inner_keys;
	int (*add)(struct load *, const struct node *);
	const char *intro;		/* Markdown */
};

/* functions.c */
extern const struct section section_functions, section_never_null;
/* locks.c */
extern const struct section section_lock_inits, section_lock_types,
    section_lock_kinds, section_known_locks, section_places;
/* handlers.c */
extern const struct section section_ports, section_contexts,
    section_registrations, section_entries;

/* NULL: there is none; so it is without a table. */
const struct key *row_key(const struct key *, const char *name);
/* Append the names of all keys. */
void	row_keys(struct buf *, const struct key *);
/*
 * Read a map into a row that has its defaults.  more is a second table for
 * the same row, or NULL.
 */
int	row_read(struct load *, const char *what, const struct node *,
	    const struct key *keys, const struct key *more, void *row);
/* Refuse versions since to until, if none is left or none is known. */
int	row_range(struct load *, const struct node *, int64_t since,
	    int64_t until);
/* Refuse a name that is there already, at file:line. */
int	row_repeated(struct load *, const struct node *, name_t,
	    const char *file, unsigned line);

#endif /* IPLINT_RULES_ROW_H */
