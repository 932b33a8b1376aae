/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_lockdebug: a callee that restores the level and then may not return.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lock.h>
#include <sys/mutex.h>

typedef struct lockdebug {
	__cpu_simple_lock_t ld_spinlock;
	const void *ld_lock;
	int ld_shares;
} lockdebug_t;

static lockdebug_t lockdebugs[16];

/* Returns the record locked, or NULL. */
static lockdebug_t *
ok_lockdebug_lookup(const void *lock)
{
	u_int i;

	for (i = 0; i < __arraycount(lockdebugs); i++)
		if (lockdebugs[i].ld_lock == lock) {
			__cpu_simple_lock(&lockdebugs[i].ld_spinlock);
			return &lockdebugs[i];
		}
	return NULL;
}

/* Restores, then panics or returns. */
static void
ok_lockdebug_abort(lockdebug_t *ld, int s, const char *msg)
{

	__cpu_simple_unlock(&ld->ld_spinlock);
	splx(s);
	if (panicstr == NULL)
		panic("lock error: %s", msg);
}

/* Returns, if at all, before it has restored. */
static void
panic_or_return(lockdebug_t *ld, int s, const char *msg)
{

	__cpu_simple_unlock(&ld->ld_spinlock);
	if (panicstr != NULL)
		return;
	splx(s);
	panic("lock error: %s", msg);
}

void
ok_lockdebug_unlocked(const void *lock)
{
	lockdebug_t *ld;
	int s;

	s = splhigh();
	ld = ok_lockdebug_lookup(lock);
	if (ld == NULL) {
		splx(s);
		return;
	}
	if (ld->ld_shares == 0) {
		ok_lockdebug_abort(ld, s, "not held");
		return;
	}
	ld->ld_shares--;
	__cpu_simple_unlock(&ld->ld_spinlock);
	splx(s);
}

/* The callee's returning path is one, so the paths part here. */
void
bad_lockdebug_unlocked(const void *lock)
{
	lockdebug_t *ld;
	int s;

	s = splhigh();
	ld = ok_lockdebug_lookup(lock);
	if (ld == NULL) {
		splx(s);
		return;
	}
	if (ld->ld_shares == 0) {
		panic_or_return(ld, s, "not held");
		return;			/* expect: IPL004 in bad_lockdebug_unlocked */
	}
	ld->ld_shares--;
	__cpu_simple_unlock(&ld->ld_spinlock);
	splx(s);
}

/* Never returns, without saying so. */
static void
lockdebug_die(lockdebug_t *ld)
{

	panic("lock %p", ld->ld_lock);
}

void
ok_lockdebug_check(const void *lock)
{
	lockdebug_t *ld;
	int s;

	s = splhigh();
	ld = ok_lockdebug_lookup(lock);
	if (ld == NULL) {
		lockdebug_die(lockdebugs);
		return;
	}
	__cpu_simple_unlock(&ld->ld_spinlock);
	splx(s);
}
