/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The machine: the level L, the count of spin mutexes held, and o, to which
 * the last release goes back.
 */

#include <string.h>

#include "interp_int.h"

void
machine_set(struct run *r, int level)
{
	r->level = level;
	r->peak = level > r->peak ? level : r->peak;
}

void
machine_restore(struct run *r, int level)
{
	if (r->program->port->restore_sets || level < r->level)
		machine_set(r, level);
}

void
machine_enter(struct run *r, cell_t lock, int level,
    const struct prog_lock *class)
{
	struct hold h = { lock, level, r->level, class, 0 };
	size_t i;

	for (i = 0; i < r->holds.n; i++)
		if (r->holds.p[i].lock == lock) {
			r->again = true;
			/* What else is held goes no further, either. */
			for (i = 0; i < r->holds.n; i++)
				r->relied |= r->holds.p[i].kept;
			run_stop(r, RUN_STUCK, "a spin mutex is taken twice");
		}
	if (r->held++ == 0)
		r->saved = r->level;
	vec_push(&r->holds, h);
	if (level > r->level)
		machine_set(r, level);
}

uint64_t
class_bit(const struct program *p, const struct prog_lock *class)
{

	return class != NULL ? UINT64_C(1) << (class - p->locks.p) % 64 : 0;
}

void
machine_leave(struct run *r, cell_t lock, const struct prog_lock *class,
    bool or_any)
{
	size_t i, found = r->holds.n;
	int old;

	for (i = 0; i < r->holds.n; i++)
		if (lock == 0 || r->holds.p[i].lock == lock)
			found = i;
	for (i = 0; found == r->holds.n && i < r->holds.n; i++)
		if (or_any || r->holds.p[i].lock == 0)
			found = i;	/* any; or the caller's */
	/* Behind a pointer, which may point to this one. */
	for (i = 0; r->driver->wide && class != NULL &&
	    found == r->holds.n && i < r->holds.n; i++)
		if (r->holds.p[i].class == class &&
		    r->cells.p[r->holds.p[i].lock].kind == OBJECT)
			found = i;
	r->unheld = found == r->holds.n;
	if (r->unheld) {
		r->sought |= class_bit(r->program, class);
		run_stop(r, RUN_STUCK, "releases what nobody holds");
	}
	old = r->holds.p[found].old;
	r->relied |= r->holds.p[found].kept;
	memmove(&r->holds.p[found], &r->holds.p[found + 1],
	    (r->holds.n - found - 1) * sizeof(*r->holds.p));
	r->holds.n--;
	r->held--;
	if (r->program->rules->save == RULE_SAVE_LOCK)
		machine_restore(r, old);
	else if (r->held == 0)
		machine_restore(r, r->saved);
}
