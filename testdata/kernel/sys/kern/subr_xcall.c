/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_xcall: functions that run in threads.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/workqueue.h>
#include <sys/xcall.h>

struct drain {
	kmutex_t dr_lock;		/* spin, IPL_VM */
	u_int dr_count;
	bool dr_dying;
	struct workqueue *dr_wq;
};

static void
ok_drain_cpu(void *arg1, void *arg2)
{
	struct drain *dr = arg1;
	int s;

	s = splvm();
	dr->dr_count += *(u_int *)arg2;
	splx(s);
}

static void
bad_drain_cpu(void *arg1, void *arg2)
{
	struct drain *dr = arg1;
	int s;

	s = splvm();
	if (dr->dr_dying)
		return;			/* expect: IPL001 in bad_drain_cpu */
	dr->dr_count += *(u_int *)arg2;
	splx(s);
}

static void
ok_drain_work(struct work *wk, void *arg)
{
	struct drain *dr = arg;

	mutex_enter(&dr->dr_lock);
	dr->dr_count += wk->wk_next == NULL;
	mutex_exit(&dr->dr_lock);
}

static void
bad_drain_work(struct work *wk, void *arg)
{
	struct drain *dr = arg;

	mutex_enter(&dr->dr_lock);
	if (dr->dr_dying)
		return;			/* expect: IPL003 in bad_drain_work */
	dr->dr_count += wk->wk_next == NULL;
	mutex_exit(&dr->dr_lock);
}

/* A thread that raises for good, and goes. */
static void
ok_drain_thread(void *arg)
{
	struct drain *dr = arg;
	int s;

	s = splsoftclock();
	while (!dr->dr_dying) {
		splx(s);
		delay(1);
		s = splsoftclock();
	}
	kthread_exit(0);
}

/* The same, but it returns, which ends a thread as well. */
static void
bad_drain_thread(void *arg)
{
	struct drain *dr = arg;
	int s;

	s = splsoftclock();
	while (!dr->dr_dying) {
		splx(s);
		delay(1);
		s = splsoftclock();
	}
}					/* expect: IPL004 in bad_drain_thread */

int
drain_start(struct drain *dr, u_int *np)
{

	mutex_init(&dr->dr_lock, MUTEX_DEFAULT, IPL_VM);
	xc_wait(xc_broadcast(0, ok_drain_cpu, dr, np));
	xc_wait(xc_broadcast(0, bad_drain_cpu, dr, np));
	if (workqueue_create(&dr->dr_wq, "drain", ok_drain_work, dr, 0,
	    IPL_VM, 0) != 0)
		return ENOMEM;
	if (workqueue_create(&dr->dr_wq, "drain", bad_drain_work, dr, 0,
	    IPL_VM, 0) != 0)
		return ENOMEM;
	if (kthread_create(0, 0, NULL, bad_drain_thread, dr, NULL,
	    "drain") != 0)
		return ENOMEM;
	return kthread_create(0, 0, NULL, ok_drain_thread, dr, NULL, "drain");
}
