/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * crypto: the saved level through a pointer; an object that is returned
 * with its own lock held.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct cryptocap {
	kmutex_t cc_lock;		/* spin, IPL_NET */
	u_int cc_alg;
	bool cc_dying;
};

struct crypto_qs {
	u_int qs_len;
	bool qs_blocked;
};

#define NDRIVERS	8

static struct cryptocap crypto_drivers[NDRIVERS];
static struct crypto_qs crypto_qs0;
static u_int crypto_calls;

void
crypto_init(void)
{
	int i;

	for (i = 0; i < NDRIVERS; i++)
		mutex_init(&crypto_drivers[i].cc_lock, MUTEX_DEFAULT, IPL_NET);
}

/* Raises on every path, and hands the token out through the pointer. */
static struct crypto_qs *
ok_crypto_get_qs(int *s)
{

	*s = splsoftnet();
	crypto_calls++;
	return &crypto_qs0;
}

static void
ok_crypto_put_qs(int *s)
{

	splx(*s);
}

u_int
ok_crypto_len(void)
{
	struct crypto_qs *qs;
	u_int len;
	int s;

	qs = ok_crypto_get_qs(&s);
	len = qs->qs_len;
	ok_crypto_put_qs(&s);
	return len;
}

int
bad_crypto_len(u_int *lenp)
{
	struct crypto_qs *qs;
	int s;

	qs = ok_crypto_get_qs(&s);
	if (qs->qs_blocked)
		return EAGAIN;		/* expect: IPL004 in bad_crypto_len */
	*lenp = qs->qs_len;
	ok_crypto_put_qs(&s);
	return EAGAIN;
}

/* The object is locked, or there is none. */
static struct cryptocap *
ok_crypto_select(u_int alg)
{
	struct cryptocap *cap, *best = NULL;
	int i;

	for (i = 0; i < NDRIVERS; i++) {
		cap = &crypto_drivers[i];
		mutex_enter(&cap->cc_lock);
		if (!cap->cc_dying && cap->cc_alg == alg) {
			best = cap;
			break;
		}
		mutex_exit(&cap->cc_lock);
	}
	return best;
}

int
ok_crypto_invoke(u_int alg)
{
	struct cryptocap *cap;

	cap = ok_crypto_select(alg);
	if (cap == NULL)
		return ENODEV;
	cap->cc_alg = alg;
	mutex_exit(&cap->cc_lock);
	return 0;
}

int
bad_crypto_invoke(u_int alg)
{
	struct cryptocap *cap;

	cap = ok_crypto_select(alg);
	if (cap == NULL)
		return ENODEV;
	if (alg == 0)
		return ENODEV;		/* expect: IPL003 in bad_crypto_invoke */
	mutex_exit(&cap->cc_lock);
	return 0;
}
