/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * entered: how a handler comes to be entered with a spin mutex held.
 *
 * (a) a dispatcher, a function that calls handlers through a pointer, does so
 *     with a spin mutex held; or a handler called that way calls others;
 * (b) code that the handler can interrupt holds a spin mutex of a lower
 *     level; the rules say who dispatches then, and who repairs.
 */

#ifndef IPLINT_ENTERED_H
#define IPLINT_ENTERED_H

#include "check/check_int.h"
#include "check/dispatch.h"

struct entry {
	const struct dispatch *by;	/* NULL: (b) */
	const struct prog_handler *via;	/* dispatched itself with it held */
};

struct entries;

struct entries *entries_find(struct checker *);
void	entries_free(struct entries *);		/* NULL is fine */
/* false: nobody is known to enter it with a mutex held. */
bool	entered_by(struct entries *, const struct prog_handler *,
	    struct entry *);
/*
 * Append the steps of the proof and the registrations; true: who dispatches
 * repairs the level.
 */
bool	entered_steps(struct entries *, const struct prog_handler *,
	    const struct entry *, struct steps *);
/* "evtchn_do_event", or the context of the interrupt. */
const char *entered_name(struct checker *, const struct prog_handler *,
	    const struct entry *);

#endif /* IPLINT_ENTERED_H */
