/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_timeout: callouts, their lock, and the dispatcher.
 *
 * The lock of a callout is that of its CPU, and can change while we wait.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/cpu.h>

struct callout_cpu {
	kmutex_t *cc_lock;		/* spin, IPL_SCHED */
	callout_t *cc_pending;
	callout_t *cc_ready;
	int cc_ticks;
	void *cc_softint;
};

static struct callout_cpu callout_cpu0;

static void	ok_callout_softclock(void *);

void
callout_startup(void)
{
	struct callout_cpu *cc = &callout_cpu0;

	cc->cc_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
	cc->cc_softint = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    ok_callout_softclock, cc);
}

void
callout_init(callout_t *c, u_int flags)
{

	c->c_flags = (int)flags;
	c->c_cpu = &callout_cpu0;
}

/* Returns the lock, held. */
static kmutex_t *
ok_callout_lock(callout_t *c)
{
	kmutex_t *lock;

	for (;;) {
		lock = c->c_cpu->cc_lock;
		mutex_spin_enter(lock);
		if (__predict_true(lock == c->c_cpu->cc_lock))
			return lock;
		mutex_spin_exit(lock);
	}
}

void
callout_setfunc(callout_t *c, void (*func)(void *), void *arg)
{
	kmutex_t *lock = ok_callout_lock(c);

	c->c_func = func;
	c->c_arg = arg;
	mutex_spin_exit(lock);
}

void
callout_schedule(callout_t *c, int ticks)
{
	kmutex_t *lock = ok_callout_lock(c);

	c->c_time = c->c_cpu->cc_ticks + ticks;
	if ((c->c_flags & CALLOUT_PENDING) == 0) {
		c->c_flags |= CALLOUT_PENDING;
		c->c_next = c->c_cpu->cc_pending;
		c->c_cpu->cc_pending = c;
	}
	mutex_spin_exit(lock);
}

void
callout_reset(callout_t *c, int ticks, void (*func)(void *), void *arg)
{

	callout_setfunc(c, func, arg);
	callout_schedule(c, ticks);
}

bool
ok_callout_pending(callout_t *c)
{
	kmutex_t *lock = ok_callout_lock(c);
	bool pending;

	pending = (c->c_flags & CALLOUT_PENDING) != 0;
	mutex_spin_exit(lock);
	return pending;
}

bool
bad_callout_pending(callout_t *c)
{
	kmutex_t *lock;

	if (c->c_func == NULL)
		return false;
	lock = ok_callout_lock(c);
	if ((c->c_flags & CALLOUT_PENDING) == 0)
		return false;		/* expect: IPL003 in bad_callout_pending */
	mutex_spin_exit(lock);
	return true;
}

/* Needs two locks of the same kind; the second is tried. */
int
ok_callout_bind(callout_t *c, struct callout_cpu *ncc)
{
	kmutex_t *lock, *nlock;

	lock = ok_callout_lock(c);
	nlock = ncc->cc_lock;
	if (nlock == lock) {
		mutex_spin_exit(lock);
		return 0;
	}
	if (!mutex_tryenter(nlock)) {
		mutex_spin_exit(lock);
		return EAGAIN;
	}
	c->c_cpu = ncc;
	mutex_spin_exit(nlock);
	mutex_spin_exit(lock);
	return 0;
}

int
bad_callout_bind(callout_t *c, struct callout_cpu *ncc)
{
	kmutex_t *lock, *nlock;

	if (ncc == NULL)
		return EAGAIN;
	lock = ok_callout_lock(c);
	nlock = ncc->cc_lock;
	if (!mutex_tryenter(nlock))
		return EAGAIN;		/* expect: IPL003 in bad_callout_bind */
	c->c_cpu = ncc;
	mutex_spin_exit(nlock);
	mutex_spin_exit(lock);
	return 0;
}

/* From hardclock(), at IPL_CLOCK. */
void
callout_hardclock(void)
{
	struct callout_cpu *cc = &callout_cpu0;
	bool work;

	mutex_spin_enter(cc->cc_lock);
	cc->cc_ticks++;
	work = cc->cc_pending != NULL;
	mutex_spin_exit(cc->cc_lock);
	if (work)
		softint_schedule(cc->cc_softint);
}

/* The dispatcher: drops the lock around each function, and retakes it. */
static void
ok_callout_softclock(void *arg)
{
	struct callout_cpu *cc = arg;
	void (*func)(void *);
	void *farg;
	callout_t *c;

	mutex_spin_enter(cc->cc_lock);
	while ((c = cc->cc_ready) != NULL) {
		cc->cc_ready = c->c_next;
		c->c_flags &= ~CALLOUT_PENDING;
		func = c->c_func;
		farg = c->c_arg;
		mutex_spin_exit(cc->cc_lock);
		(*func)(farg);
		mutex_spin_enter(cc->cc_lock);
	}
	mutex_spin_exit(cc->cc_lock);
}

/* Leaves the loop in the middle of an iteration. */
void
bad_callout_drain(struct callout_cpu *cc)
{
	callout_t *c;

	mutex_spin_enter(cc->cc_lock);
	while ((c = cc->cc_ready) != NULL) {
		cc->cc_ready = c->c_next;
		if (c->c_func == NULL)
			return;		/* expect: IPL003 in bad_callout_drain */
		mutex_spin_exit(cc->cc_lock);
		delay(1);
		mutex_spin_enter(cc->cc_lock);
	}
	mutex_spin_exit(cc->cc_lock);
}
