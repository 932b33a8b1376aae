/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * guide: which way a walk goes where nothing else decides.
 *
 * Everything lives in the given arena.
 */

#ifndef IPLINT_GUIDE_H
#define IPLINT_GUIDE_H

#include "flow/flow_int.h"

/* What a guide says: at that instruction go there, or into that call. */
struct turn {
	uint32_t site, target;		/* target IR_NONE: a call */
	func_id callee;
	int mode;
	const struct outcome *outcome;
	const struct guide *inside;
};

struct guide {
	struct turn *turns;
	uint32_t n;
};

/* Like the trace of a replay, or of a walk. */
const struct guide *guide_of(struct arena *, const struct trace *last);
/* What the callee of a turn does to have the outcome that it had; or NULL. */
const struct guide *guide_inside(struct flow *, struct arena *,
	    struct turn *);
/* The next turn at that instruction, or call of it; IR_NONE: none. */
uint32_t guide_next(const struct guide *, uint32_t from, uint32_t site,
	    bool call);

#endif /* IPLINT_GUIDE_H */
