/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A lock that is a member itself and known by a rule, in the hands of
 * functions that have a mutex of their own.
 */

#include "toy.h"

struct work_struct {
	unsigned char w_lock;
	int w_state;
	struct queue *w_wq;
};

struct queue {
	kmutex_t wq_lock;
	struct work_struct *wq_current;
};

void	linux_work_lock(struct work_struct *);
void	linux_work_unlock(struct work_struct *);
struct kcondvar;
extern struct kcondvar *work_cv;

/* The caller's lock is given up while the queue's is held. */
static void
ok_wait_for_invoked(struct work_struct *w)
{
	struct queue *wq = w->w_wq;

	mutex_enter(&wq->wq_lock);
	linux_work_unlock(w);
	while (wq->wq_current == w)
		cv_wait(work_cv, &wq->wq_lock);
	mutex_exit(&wq->wq_lock);
	linux_work_lock(w);
}

static void
ok_wait_for_cancelled(struct work_struct *w)
{
	struct queue *wq;

	wq = w->w_wq;
	do {
		mutex_enter(&wq->wq_lock);
		linux_work_unlock(w);
		cv_wait(work_cv, &wq->wq_lock);
		mutex_exit(&wq->wq_lock);
		linux_work_lock(w);
	} while (w->w_state == 3 && w->w_wq == wq);
}

int
ok_cancel(struct work_struct *w)
{
	int cancelled = 0;

	linux_work_lock(w);
	switch (w->w_state) {
	case 1:
		w->w_state = 3;
		ok_wait_for_cancelled(w);
		cancelled = 1;
		break;
	case 2:
		ok_wait_for_invoked(w);
		break;
	default:
		break;
	}
	linux_work_unlock(w);
	return cancelled;
}

int
bad_cancel(struct work_struct *w)
{

	linux_work_lock(w);
	if (w->w_state == 0)
		return 0;		/* expect: IPL003 */
	linux_work_unlock(w);
	return 1;
}

void
inside_attach(struct queue *wq)
{

	mutex_init(&wq->wq_lock, MUTEX_DEFAULT, IPL_VM);
}
