/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * symbols: the tables that exist while units are joined.
 *
 * A text is a function body by name and digest; an instance is a text in
 * one unit; a class is a set of instances that are one function.
 */

#ifndef IPLINT_SYMBOLS_H
#define IPLINT_SYMBOLS_H

#include "program/link.h"

#define NO_TEXT		UINT32_MAX

struct text {
	name_t name;
	struct digest digest;
	const struct ir_func *ir;	/* with a body if any unit has it */
	bool scoped;			/* each unit may have another one */
	uint32_t refs, nrefs;		/* in symtab.refs */
};

struct instance {
	uint32_t unit, text;
};

struct class {
	name_t name;
	uint32_t text;			/* NO_TEXT: no definition */
	uint32_t unit;			/* the first one that has it */
	bool whole;			/* a unit without errors has it */
};

/* What is known of a name, by name_t. */
#define NAME_SCOPED	0x01		/* some unit has one of its own */
#define NAME_CLASH	0x02		/* different external definitions */
#define NAME_DECLARED	0x04		/* as a function */
#define NAME_NORETURN	0x08
#define NAME_FOUND	0x10		/* external, or given a class */

#define REF_CALLED	0x80000000u
struct symtab {
	struct program *p;
	VEC(struct text) texts;
	struct map *text_of;		/* hash of name and digest: text */
	VEC(struct instance) instances;	/* by unit */
	VEC(struct class) classes;	/* the first ones are the texts' */
	VEC(uint32_t) refs;		/* names in a text, | REF_CALLED */
	uint8_t *names;			/* NAME_* */
	uint32_t *stamp;		/* by name: text that was last seen */
};

/* merge.c: split the classes of texts whose names mean different things. */
void	merge_refine(struct symtab *);
/* Is the name defined in that unit?  An instance or a variable. */
bool	scoped_get(const struct symtab *, uint32_t unit, name_t,
	    uint64_t *value);

#endif /* IPLINT_SYMBOLS_H */
