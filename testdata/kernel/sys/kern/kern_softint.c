/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_softint: software interrupts.
 *
 * The runner is entered at IPL_HIGH with the level from before in s; it
 * lowers to that for each handler and raises again.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>

typedef struct softhand {
	struct softhand *sh_next;
	void	(*sh_func)(void *);
	void	*sh_arg;
	u_int	sh_flags;
	bool	sh_pending;
} softhand_t;

typedef struct softint {
	softhand_t *si_q;
	u_int	si_count;
	bool	si_frozen;
} softint_t;

static softint_t softints[4];

void *
softint_establish(u_int flags, void (*func)(void *), void *arg)
{
	softhand_t *sh = kmem_alloc(sizeof(*sh));

	sh->sh_func = func;
	sh->sh_arg = arg;
	sh->sh_flags = flags;
	sh->sh_pending = false;
	return sh;
}

void
softint_schedule(void *arg)
{
	softhand_t *sh = arg;
	softint_t *si;
	int s;

	s = splhigh();
	if (!sh->sh_pending) {
		si = &softints[sh->sh_flags & SOFTINT_LVLMASK & 3];
		sh->sh_pending = true;
		sh->sh_next = si->si_q;
		si->si_q = sh;
	}
	splx(s);
}

/* Always returns at IPL_HIGH. */
static void
ok_softint_execute(softint_t *si, int s)
{
	softhand_t *sh;

	do {
		sh = si->si_q;
		si->si_q = sh->sh_next;
		sh->sh_pending = false;
		splx(s);
		(*sh->sh_func)(sh->sh_arg);
		(void)splhigh();
	} while (si->si_q != NULL);
}

/*
 * The same, for callers that have not looked at the queue.  With an empty
 * queue it returns at the level it was entered at.  That is IPL_HIGH as
 * well, but one must know the callers to say so.
 */
static void
ok_softint_execute_while(softint_t *si, int s)
{
	softhand_t *sh;

	while ((sh = si->si_q) != NULL) {
		si->si_q = sh->sh_next;
		sh->sh_pending = false;
		splx(s);
		(*sh->sh_func)(sh->sh_arg);
		(void)splhigh();
	}
}

/* One iteration forgets to raise again. */
static void
fn_softint_execute(softint_t *si, int s)
{
	softhand_t *sh;

	do {
		sh = si->si_q;
		si->si_q = sh->sh_next;
		splx(s);
		(*sh->sh_func)(sh->sh_arg);
		if (si->si_frozen)
			break;
		(void)splhigh();
	} while (si->si_q != NULL);
}					/* ideal: IPL004 in fn_softint_execute */

void
ok_softint_dispatch(u_int which)
{
	softint_t *si = &softints[which];
	int s;

	s = splhigh();
	si->si_count++;
	if (si->si_q != NULL)
		ok_softint_execute(si, s);
	splx(s);
}

void
ok_softint_overlay(u_int which)
{
	int s;

	s = splhigh();
	ok_softint_execute_while(&softints[which], s);
	splx(s);
}

void
ok_softint_thread(u_int which)
{
	int s;

	s = splhigh();
	if (softints[which].si_q != NULL)
		fn_softint_execute(&softints[which], s);
	splx(s);
}
