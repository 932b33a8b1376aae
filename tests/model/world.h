/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * world: a program, what the engine says of it, and all that the model sees
 * it do.
 */

#ifndef IPLINT_MODEL_WORLD_H
#define IPLINT_MODEL_WORLD_H

#include "check/check.h"
#include "flow/flow.h"
#include "interp.h"

struct world {
	struct names *names;
	const struct rules *rules;	/* borrowed, as names */
	struct ir_module *module;
	struct ledger *ledger;
	struct program *program;
	struct flow *flow;
	struct results *results;
};

/*
 * Link and check one unit, of the port that its sources tell, or of amd64 if
 * it names none.  -1 and a fault if it is no program.
 */
int	world_new(struct world *, struct names *, const struct rules *,
	    const char *file, const char *text, size_t size, struct fault *)
	    MUST_CHECK;
void	world_free(struct world *);

/* ---- all paths ---- */

/*
 * Choices in all ways: start with zeroes, then explore_next() until it is
 * false.  driver.choose is explore_choose, its ctx the struct explore.
 */
struct pick {
	unsigned pick, n;
};

struct explore {
	VEC(struct pick) picks;
	size_t at;
};

unsigned explore_choose(void *, unsigned n);
bool	explore_next(struct explore *);
/* The same, but choices after the dep-th are not tried in other ways. */
bool	explore_back(struct explore *, uint32_t dep);

/* ---- properties ---- */

struct judgement {
	const char *what;	/* NULL: nothing is wrong; else which kind */
	char text[512];		/* where, and what the model saw */
};

/* Assumptions (docs/assumptions.md) that a run can leave. */
enum excuse { EXCUSE_CHANGED, EXCUSE_WILD, EXCUSE_STORED, EXCUSE_UNSAVED,
    EXCUSE_RELIED, EXCUSE_NOCASE, NEXCUSES };

/* What was measured over many programs. */
struct tally {
	uint64_t programs, runs, bounded;	/* bounded: functions */
	uint64_t leaks;			/* pairs of exits, and exits */
	uint64_t excused_ledger;
	uint64_t excused[NEXCUSES];	/* by an assumption that a run left */
	uint64_t findings[16], confirmed[16];	/* by IPLnnn */
	uint64_t witnesses[16], replayed[16];	/* the same */
	uint64_t unproven[16];		/* no path was found in time */
	uint64_t members;		/* of witnesses: of others that share
					   a finding */
	uint64_t wild;			/* do not replay by assumption 17 */
	uint64_t over;			/* calls taken at their word */
	bool replays;			/* property 3 is to be judged, too */
};

/* Property 1: the engine misses no leak.  Property 2 goes to the tally. */
void	world_judge(struct world *, struct judgement *, struct tally *);
/* Property 3: every witness replays.  world_judge() does it if told so. */
void	results_judge(const struct program *, const struct results *,
	    struct judgement *, struct tally *);

#endif /* IPLINT_MODEL_WORLD_H */
