/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dispatch: functions that call handlers through a pointer.
 */

#ifndef IPLINT_DISPATCH_H
#define IPLINT_DISPATCH_H

#include "check/check_int.h"

/* A call of handlers through a pointer. */
struct dispatch {
	func_id func;
	uint32_t site;			/* instruction */
	const struct prog_site *call;
	bool held;			/* a spin mutex is held there */
	int count;			/* so many, at most */
	const char *lock;		/* which, and its level */
	int lock_level;
	uint32_t enter;			/* where it was taken */
	uint32_t set;			/* where the level was stored after */
	bool has_set;
	int level_lo;			/* bounds of the level there */
	uint32_t repair;		/* where the level is put right */
	bool repaired, compared;
	bool released;			/* ... by the release of that mutex */
	uint32_t compare;
};

struct dispatches {
	struct checker *ck;
	VEC(struct dispatch) at;
};

/* To be freed with dispatches_free(). */
struct dispatches *dispatches_find(struct checker *);
void	dispatches_free(struct dispatches *);
/* Can that call mean the function? */
bool	dispatch_calls(const struct dispatch *, func_id);

#endif /* IPLINT_DISPATCH_H */
