/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * tree: YAML text as a tree of nodes that know their lines.
 *
 * Only what a rule file needs: maps, lists and text.  Aliases, anchors,
 * tags, directives and further documents are refused, so are repeated keys.
 * Text stays text: nothing is turned into a number or a truth value here.
 */

#ifndef IPLINT_RULES_TREE_H
#define IPLINT_RULES_TREE_H

#include "base/base.h"

#define TREE_BYTES	(1u << 20)	/* of a file */
#define TREE_DEPTH	8		/* of nesting */
#define TREE_KEYS	32		/* of one map */
#define TREE_TEXT	1000		/* bytes of one scalar */

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	unsigned line;
	bool plain;			/* NODE_TEXT without quotes */
	const char *text;		/* NODE_TEXT */
	struct node *key;		/* this is the value of a map's key */
	struct node *first, *next;	/* children; the next sibling */
	size_t n;			/* children */
};

/* NULL and a fault for anything that is not understood. */
struct node *tree_read(struct arena *, const char *file, const char *text,
	    size_t size, struct fault *) MUST_CHECK;
/* The value of a map's key, or NULL. */
const struct node *tree_get(const struct node *map, const char *key);

/* Text from a file for a message: short, and printable on one line. */
struct shown {
	char text[44];
};
struct shown shown(const char *);

#endif /* IPLINT_RULES_TREE_H */
