/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_pool: a level that is raised in one function and restored in another,
 * depending on the result.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pool.h>

static struct pool mbpool;
static struct pool_cache mbcache;

void	*pool_grow_page(size_t);

void
pool_init(struct pool *pp, size_t size, int ipl)
{

	pp->pr_size = size;
	pp->pr_ipl = ipl;
	mutex_init(&pp->pr_lock, MUTEX_DEFAULT, ipl);
}

void
pool_subsystem_init(void)
{

	pool_init(&mbpool, 256, IPL_NET);
	pool_init(&mbcache.pc_pool, 512, IPL_VM);
}

/* Called with the lock held, returns with it held; drops it in between. */
static int
ok_pool_grow(struct pool *pp)
{
	struct pool_item *pi;

	mutex_exit(&pp->pr_lock);
	pi = pool_grow_page(pp->pr_size);
	mutex_enter(&pp->pr_lock);
	if (pi == NULL)
		return ENOMEM;
	pi->pi_next = pp->pr_free;
	pp->pr_free = pi;
	return 0;
}

/* Forgets to retake it on one of two ways to say ENOMEM. */
static int
bad_pool_grow(struct pool *pp)
{
	struct pool_item *pi;

	if (pp->pr_size == 0)
		return ENOMEM;
	mutex_exit(&pp->pr_lock);
	pi = pool_grow_page(pp->pr_size);
	if (pi == NULL)
		return ENOMEM;		/* expect: IPL004 in bad_pool_grow */
	mutex_enter(&pp->pr_lock);
	pi->pi_next = pp->pr_free;
	pp->pr_free = pi;
	return 0;
}

void *
pool_get(struct pool *pp)
{
	struct pool_item *pi;

	mutex_enter(&pp->pr_lock);
	while ((pi = pp->pr_free) == NULL)
		if (ok_pool_grow(pp) != 0) {
			mutex_exit(&pp->pr_lock);
			return NULL;
		}
	pp->pr_free = pi->pi_next;
	mutex_exit(&pp->pr_lock);
	return pi;
}

/* Releases what it may not hold, and is not to blame. */
void
ok_pool_prime(struct pool *pp)
{

	mutex_enter(&pp->pr_lock);
	(void)bad_pool_grow(pp);
	mutex_exit(&pp->pr_lock);
}

/* True: try again, the level is still raised.  False: it is restored. */
static bool
ok_cache_get_slow(struct pool_cache_cpu *cc, int s, void **objp)
{
	struct pool_cache *pc = cc->cc_cache;

	if (pc->pc_full != NULL) {
		cc->cc_current = pc->pc_full;
		pc->pc_full = NULL;
		return true;
	}
	splx(s);
	*objp = pool_get(&pc->pc_pool);
	return false;
}

void *
ok_cache_get(struct pool_cache_cpu *cc)
{
	struct pool_item *pi;
	void *obj;
	int s;

	s = splvm();
	for (;;) {
		pi = cc->cc_current;
		if (pi != NULL) {
			cc->cc_current = pi->pi_next;
			splx(s);
			return pi;
		}
		if (!ok_cache_get_slow(cc, s, &obj))
			return obj;
	}
}

/* False with the level still raised, on one path. */
static bool
bad_cache_get_slow(struct pool_cache_cpu *cc, int s, void **objp)
{
	struct pool_cache *pc = cc->cc_cache;

	if (pc->pc_full != NULL) {
		cc->cc_current = pc->pc_full;
		pc->pc_full = NULL;
		return true;
	}
	if (pc->pc_dying) {
		*objp = NULL;
		return false;		/* expect: IPL004 in bad_cache_get_slow */
	}
	splx(s);
	*objp = pool_get(&pc->pc_pool);
	return false;
}

/* Not to blame. */
void *
ok_cache_get_dying(struct pool_cache_cpu *cc)
{
	struct pool_item *pi;
	void *obj;
	int s;

	s = splvm();
	for (;;) {
		pi = cc->cc_current;
		if (pi != NULL) {
			cc->cc_current = pi->pi_next;
			splx(s);
			return pi;
		}
		if (!bad_cache_get_slow(cc, s, &obj))
			return obj;
	}
}

/* The caller that takes the result the other way round. */
void *
bad_cache_get(struct pool_cache_cpu *cc)
{
	void *obj = NULL;
	int s;

	s = splvm();
	if (cc->cc_current == NULL) {
		(void)ok_cache_get_slow(cc, s, &obj);
		return obj;		/* expect: IPL004 in bad_cache_get */
	}
	obj = cc->cc_current;
	cc->cc_current = cc->cc_current->pi_next;
	splx(s);
	return obj;
}
