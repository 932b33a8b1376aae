/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Doubt: a member or variable keeps its value, unless the function itself
 * asks whether it does.
 *
 *	seq = req->seq;
 *	if (foo_intr(sc) && req->seq != seq)
 *		...
 *
 * What memory holds is taken as staying what it was over calls, so that a
 * raise and a restore under the same test go together.  By that, the test
 * above has one answer on all paths; and so has one that is made again when a
 * mutex was taken in between.  Nobody writes a test that has one answer:
 * here the memory can change.  Where something is held or raised at such a
 * test, the function is executed once more, and the test goes both ways.
 *
 * Requires: the function was executed to the end.
 */

#include <string.h>

#include "flow/flow_int.h"

enum {
	SAID_YES = 1, SAID_NO = 2,
	SAID_HELD = 4,			/* ... with something held or raised */
	SAID_MEMORY = 8			/* ... of what memory held at entry */
};

static bool
was_asked(const struct solver *sv, node_t value)
{
	uint32_t i;

	for (i = 0; i < sv->nread; i++)
		if (sv->read[i] == value)
			return true;
	return false;
}

/*
 * Does the test ask for what memory held at entry?  A copy counts if it was
 * memory that was asked before: the copy is a newer one.
 */
static bool
asks_memory(struct solver *sv, struct state *s, const struct ir_expr *e,
    uint32_t site)
{
	const struct node *p;
	node_t v;
	bool a;

	switch (e->kind) {
	case IR_LOCAL:
		return was_asked(sv, eval_expr(sv, s, e, site));
	case IR_FIELD:
	case IR_DEREF:
	case IR_GLOBAL:
	case IR_INDEX:
		v = eval_expr(sv, s, e, site);
		p = node_get(sv->nodes, v);
		if (p->kind != NODE_INIT ||
		    node_root_local(sv->nodes, p->a) != IR_NONE)
			return false;
		if (sv->nread < MAX_ASKED && !was_asked(sv, v))
			sv->read[sv->nread++] = v;
		return true;
	case IR_UNARY:
		return asks_memory(sv, s, e->a, site);
	case IR_BINARY:
		a = asks_memory(sv, s, e->a, site);
		return asks_memory(sv, s, e->b, site) || a;
	default:
		return false;
	}
}

void
doubt_note(struct solver *sv, struct state *s, const struct ir_insn *in,
    uint32_t site, uint32_t block, int truth)
{
	uint8_t *said = &sv->said[block];

	*said |= truth != 0 ? SAID_YES : 0;
	*said |= truth <= 0 ? SAID_NO : 0;
	if (s->nheld > 0 || s->nraises > 0)
		*said |= SAID_HELD;
	if (asks_memory(sv, s, in->src, site))
		*said |= SAID_MEMORY;
}

bool
doubt_here(const struct solver *sv, uint32_t block)
{
	const uint8_t *doubted = sv->flow->doubted[sv->func];

	return doubted != NULL && doubted[block] != 0;
}

bool
doubt_find(struct solver *sv)
{
	uint8_t **doubted = &sv->flow->doubted[sv->func];
	bool any = false;
	uint32_t i;

	for (i = 0; i < sv->ir->nblocks && !sv->budget; i++) {
		if ((sv->said[i] != (SAID_YES | SAID_HELD | SAID_MEMORY) &&
		    sv->said[i] != (SAID_NO | SAID_HELD | SAID_MEMORY)) ||
		    doubt_here(sv, i))
			continue;
		if (*doubted == NULL)
			*doubted = arena_alloc(sv->flow->arena,
			    sv->ir->nblocks);
		(*doubted)[i] = 1;
		any = true;
	}
	return any;
}
