/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_sleepq: locks that are returned held, released in a callee, and
 * handed over.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/sleepq.h>

static struct sleeptab sleeptab;
static struct sleeptab *suspended;

#define SLEEPTAB_HASH(w)	(((uintptr_t)(w) >> 8) % SLEEPTAB_SIZE)

void
sleeptab_init(struct sleeptab *st)
{
	int i;

	for (i = 0; i < SLEEPTAB_SIZE; i++) {
		mutex_init(&st->st_tab[i].st_mutex, MUTEX_SPIN, IPL_SCHED);
		st->st_tab[i].st_queue.sq_first = NULL;
	}
}

/* Returns a lock that is held. */
static kmutex_t *
ok_sleepq_hashlock(wchan_t wchan)
{
	kmutex_t *mp = &sleeptab.st_tab[SLEEPTAB_HASH(wchan)].st_mutex;

	mutex_spin_enter(mp);
	return mp;
}

/* Stores a lock that is held. */
static struct sleepq *
ok_sleeptab_lookup(struct sleeptab *st, wchan_t wchan, kmutex_t **mp)
{
	u_int h = SLEEPTAB_HASH(wchan);

	*mp = &st->st_tab[h].st_mutex;
	mutex_spin_enter(*mp);
	return &st->st_tab[h].st_queue;
}

/* Called with mp held, releases it. */
static void
ok_sleepq_wake(struct sleepq *sq, wchan_t wchan, kmutex_t *mp)
{
	struct lwp *l;

	for (l = sq->sq_first; l != NULL; l = l->l_sleepchain)
		if (l->l_wchan == wchan)
			l->l_stat = LSRUN;
	mutex_spin_exit(mp);
}

bool
ok_wakeup(wchan_t wchan)
{
	struct sleepq *sq;
	kmutex_t *mp;

	sq = ok_sleeptab_lookup(&sleeptab, wchan, &mp);
	if (sq->sq_first == NULL) {
		mutex_spin_exit(mp);
		return false;
	}
	ok_sleepq_wake(sq, wchan, mp);
	return true;
}

bool
bad_wakeup(wchan_t wchan)
{
	struct sleepq *sq;
	kmutex_t *mp;

	if (suspended == NULL)
		return false;
	sq = ok_sleeptab_lookup(suspended, wchan, &mp);
	if (sq->sq_first == NULL)
		return false;		/* expect: IPL003 in bad_wakeup */
	ok_sleepq_wake(sq, wchan, mp);
	return true;
}

void
ok_sleepq_count(wchan_t wchan, u_int *np)
{
	kmutex_t *mp = ok_sleepq_hashlock(wchan);

	if (sleeptab.st_tab[SLEEPTAB_HASH(wchan)].st_queue.sq_first != NULL)
		++*np;
	mutex_spin_exit(mp);
}

void
bad_sleepq_count(wchan_t wchan, u_int *np)
{
	kmutex_t *mp = ok_sleepq_hashlock(wchan);

	if (sleeptab.st_tab[SLEEPTAB_HASH(wchan)].st_queue.sq_first == NULL)
		return;			/* expect: IPL003 in bad_sleepq_count */
	++*np;
	mutex_spin_exit(mp);
}

/* Called with l locked; cleanup says whether to release it. */
static void
ok_sleepq_unsleep(struct lwp *l, bool cleanup)
{

	l->l_wchan = NULL;
	if (cleanup)
		lwp_unlock(l);
}

void
ok_sleepq_timeout(struct lwp *l)
{

	lwp_lock(l);
	if (l->l_wchan == NULL) {
		lwp_unlock(l);
		return;
	}
	ok_sleepq_unsleep(l, true);
}

void
ok_sleepq_changepri(struct lwp *l, pri_t pri)
{

	lwp_lock(l);
	ok_sleepq_unsleep(l, false);
	l->l_priority = pri;
	lwp_unlock(l);
}

/* false: it is still locked. */
void
bad_sleepq_changepri(struct lwp *l, pri_t pri)
{

	if (l->l_priority == pri)
		return;
	lwp_lock(l);
	l->l_priority = pri;
	ok_sleepq_unsleep(l, false);
}					/* expect: IPL003 in bad_sleepq_changepri */

const struct syncobj sleep_syncobj = {
	.sobj_unsleep = ok_sleepq_unsleep,
	.sobj_changepri = ok_sleepq_changepri,
};

/* Called with l locked; the method releases it. */
static void
ok_lwp_unsleep(struct lwp *l)
{

	(*l->l_syncobj->sobj_unsleep)(l, true);
}

void
ok_lwp_cancel(struct lwp *l)
{

	lwp_lock(l);
	l->l_flag |= LW_INTR;
	ok_lwp_unsleep(l);
}

/*
 * Hand-over: l leaves its lock for that of the queue, which we hold.  What
 * is released at the end is another mutex than what lwp_lock() took.
 */
void
ok_sleepq_enter(struct lwp *l, wchan_t wchan)
{
	kmutex_t *mp = ok_sleepq_hashlock(wchan);

	lwp_lock(l);
	l->l_wchan = wchan;
	lwp_unlock_to(l, mp);
	l->l_stat = LSSLEEP;
	lwp_unlock(l);
}

void
bad_sleepq_enter(struct lwp *l, wchan_t wchan)
{
	kmutex_t *mp = ok_sleepq_hashlock(wchan);

	lwp_lock(l);
	l->l_wchan = wchan;
	lwp_unlock_to(l, mp);
	if (l->l_stat == LSSLEEP)
		return;			/* expect: IPL003 in bad_sleepq_enter */
	l->l_stat = LSSLEEP;
	lwp_unlock(l);
}

/* Lets interrupts in for a moment; where restores only lower, for good. */
void
ok_sleepq_abort(void)
{
	int s;

	s = splhigh();
	splx(IPL_NONE);
	splx(s);
}
