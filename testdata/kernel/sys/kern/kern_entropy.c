/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_entropy: the saved level in a struct of the caller, and a lock that
 * is dropped under a condition.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct entropy_cpu {
	u_int ec_pending;
	bool ec_locked;
};

struct entropy_cpu_lock {
	int ecl_s;
	u_int ecl_gen;
};

static struct entropy_cpu entropy_cpu0;
static kmutex_t entropy_lock;		/* spin, IPL_VM */
static u_int entropy_pool;

void	entropy_ask_sources(u_int);

void
entropy_init(void)
{

	mutex_init(&entropy_lock, MUTEX_DEFAULT, IPL_VM);
}

static struct entropy_cpu *
ok_entropy_cpu_get(struct entropy_cpu_lock *lock)
{

	lock->ecl_s = splsoftserial();
	entropy_cpu0.ec_locked = true;
	lock->ecl_gen = entropy_pool;
	return &entropy_cpu0;
}

static void
ok_entropy_cpu_put(struct entropy_cpu_lock *lock, struct entropy_cpu *ec)
{

	ec->ec_locked = false;
	splx(lock->ecl_s);
}

void
ok_entropy_enter(u_int bits)
{
	struct entropy_cpu_lock lock;
	struct entropy_cpu *ec;

	ec = ok_entropy_cpu_get(&lock);
	ec->ec_pending += bits;
	ok_entropy_cpu_put(&lock, ec);
}

bool
bad_entropy_enter(u_int bits)
{
	struct entropy_cpu_lock lock;
	struct entropy_cpu *ec;

	if (bits == 0)
		return false;
	ec = ok_entropy_cpu_get(&lock);
	if (ec->ec_pending > 1000)
		return false;		/* expect: IPL004 in bad_entropy_enter */
	ec->ec_pending += bits;
	ok_entropy_cpu_put(&lock, ec);
	return true;
}

/* Called with the lock held, unless cold: drops and retakes alike. */
static void
ok_entropy_request(u_int bits)
{

	if (!cold)
		mutex_exit(&entropy_lock);
	entropy_ask_sources(bits);
	if (!cold)
		mutex_enter(&entropy_lock);
}

void
ok_entropy_extract(u_int bits)
{

	if (!cold)
		mutex_enter(&entropy_lock);
	while (entropy_pool < bits)
		ok_entropy_request(bits);
	entropy_pool -= bits;
	if (!cold)
		mutex_exit(&entropy_lock);
}

void
bad_entropy_extract(u_int bits)
{

	if (!cold)
		mutex_enter(&entropy_lock);
	while (entropy_pool < bits)
		ok_entropy_request(bits);
	entropy_pool -= bits;
	if (cold)
		mutex_exit(&entropy_lock);
}					/* expect: IPL003 in bad_entropy_extract */

/* Called with the lock held.  Releases it. */
static void
ok_rnd_process(u_int *samples, u_int n)
{

	while (n > 0)
		entropy_pool += samples[--n];
	mutex_spin_exit(&entropy_lock);
}

void
ok_rnd_intr_work(u_int *samples, u_int n)
{

	mutex_spin_enter(&entropy_lock);
	if (n == 0) {
		mutex_spin_exit(&entropy_lock);
		return;
	}
	ok_rnd_process(samples, n);
}

/* Without samples, nobody releases it. */
void
bad_rnd_intr_work(u_int *samples, u_int n)
{

	mutex_spin_enter(&entropy_lock);
	if (n != 0)
		ok_rnd_process(samples, n);
}					/* expect: IPL003 in bad_rnd_intr_work */

/* ---- a generator for each CPU ---- */

struct cprng_fast {
	u_int cf_state;
	bool cf_reseed;
};

static struct cprng_fast cprng_fast0;

/* Returns the token, and stores what is wanted. */
static int
ok_cprng_fast_get(struct cprng_fast **cfp)
{

	*cfp = &cprng_fast0;
	return splvm();
}

static void
ok_cprng_fast_put(struct cprng_fast *cf, int s)
{

	cf->cf_state++;
	splx(s);
}

u_int
ok_cprng_fast32(void)
{
	struct cprng_fast *cf;
	u_int v;
	int s;

	s = ok_cprng_fast_get(&cf);
	v = cf->cf_state;
	ok_cprng_fast_put(cf, s);
	return v;
}

u_int
bad_cprng_fast32(void)
{
	struct cprng_fast *cf;
	int s;

	s = ok_cprng_fast_get(&cf);
	if (cf->cf_reseed)
		return 0;		/* expect: IPL004 in bad_cprng_fast32 */
	ok_cprng_fast_put(cf, s);
	return 0;
}
