/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * if: network interfaces; macros that hide what they do.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <net/if_snd.h>

struct mbuf {
	struct mbuf *m_next;
};

struct ifnet {
	void	(*if_start)(struct ifnet *);
	void	(*if_watchdog)(struct ifnet *);
	struct mbuf *if_snd;
	u_int if_len, if_maxlen, if_drops;
	int if_timer;
	bool if_active;
	kmutex_t if_lock;		/* spin, IPL_NET */
};

void	m_freem(struct mbuf *);

void
if_attach(struct ifnet *ifp)
{

	mutex_init(&ifp->if_lock, MUTEX_DEFAULT, IPL_NET);
}

/* The driver is called at splnet, and the way out is one. */
int
ok_ifq_enqueue(struct ifnet *ifp, struct mbuf *m)
{
	int error = 0, s;

	s = splnet();
	if (ifp->if_len >= ifp->if_maxlen) {
		ifp->if_drops++;
		m_freem(m);
		error = ENOBUFS;
		goto out;
	}
	m->m_next = ifp->if_snd;
	ifp->if_snd = m;
	if (!ifp->if_active)
		(*ifp->if_start)(ifp);
out:
	splx(s);
	return error;
}

int
bad_ifq_enqueue(struct ifnet *ifp, struct mbuf *m)
{
	int error = 0, s;

	s = splnet();
	if (ifp->if_len >= ifp->if_maxlen) {
		m_freem(m);
		error = ENOBUFS;
		goto bad;
	}
	m->m_next = ifp->if_snd;
	ifp->if_snd = m;
	splx(s);
	return 0;
bad:
	ifp->if_drops++;
	return error;			/* expect: IPL004 in bad_ifq_enqueue */
}

/* Set by a driver that is not part of this kernel: no known target. */
void
ok_if_slowtimo(struct ifnet *ifp)
{
	int s;

	s = splnet();
	if (ifp->if_timer != 0 && --ifp->if_timer == 0)
		(*ifp->if_watchdog)(ifp);
	splx(s);
}

void
bad_if_slowtimo(struct ifnet *ifp)
{
	int s;

	s = splnet();
	if (ifp->if_timer == 0)
		return;			/* expect: IPL004 in bad_if_slowtimo */
	(*ifp->if_watchdog)(ifp);
	splx(s);
}

/* ---- macros ---- */

void
ok_if_reset(struct ifnet *ifp)
{
	DISABLE_INTR;

	ifp->if_drops = 0;
	ENABLE_INTR;
}

void
bad_if_reset(struct ifnet *ifp)
{
	DISABLE_INTR;

	if (ifp->if_active)
		return;			/* expect: IPL004 in bad_if_reset */
	ifp->if_drops = 0;
	ENABLE_INTR;
}

int
ok_if_flush(struct ifnet *ifp)
{
	int s;

	SPL_NET(s);
	if (ifp->if_len == 0) {
		SPL_X(s);
		return 0;
	}
	ifp->if_len = 0;
	SPL_X(s);
	return 1;
}

int
bad_if_flush(struct ifnet *ifp)
{
	int s;

	SPL_NET(s);
	if (ifp->if_len == 0)
		return 0;		/* expect: IPL004 in bad_if_flush */
	if (ifp->if_active)
		ifp->if_len = 0;
	SPL_X(s);
	return 0;
}

void
ok_if_ring(struct ifnet *ifp)
{
	const int s = TULIP_RAISESPL();

	ifp->if_len++;
	TULIP_RESTORESPL(s);
}

void
bad_if_ring(struct ifnet *ifp)
{
	const int s = TULIP_RAISESPL();

	if (ifp->if_len > 5)
		return;			/* expect: IPL004 in bad_if_ring */
	TULIP_RESTORESPL(s);
}

int
ok_if_count(struct ifnet *ifp)
{
	int n, s;

	FPU_LOCK(&ifp->if_lock, s);
	n = (int)ifp->if_len;
	FPU_UNLOCK(&ifp->if_lock, s);
	return n;
}

int
bad_if_count(struct ifnet *ifp)
{
	int n, s;

	FPU_LOCK(&ifp->if_lock, s);
	n = (int)ifp->if_len;
	if (n == 0)
		return 0;		/* expect: IPL003 in bad_if_count */
	FPU_UNLOCK(&ifp->if_lock, s);
	return 0;
}
