/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * xendev: handlers of events, some good, one bad.
 *
 * They are entered with evtlock[] held, as all handlers of events.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/mutex.h>

#include <arch/toy/include/evtchn.h>

struct xbd_softc {
	kmutex_t sc_lock;		/* spin, IPL_BIO */
	u_int sc_done, sc_produced;
};

struct xennet_softc {
	void *sc_softintr;
	bool sc_up;
};

struct xencons_softc {
	u_int sc_cons, sc_prod;
	bool sc_suspended;
	int sc_evtch;
};

struct xenpci_softc {
	kmutex_t sc_lock;		/* spin, IPL_BIO */
	u_int sc_intrs;
};

/* Takes a mutex of its own level: the level does not move. */
static int
ok_xbd_handler(void *arg)
{
	struct xbd_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	while (sc->sc_done != sc->sc_produced)
		sc->sc_done++;
	mutex_exit(&sc->sc_lock);
	return 1;
}

/* Leaves the work to a software interrupt. */
static int
ok_xennet_handler(void *arg)
{
	struct xennet_softc *sc = arg;

	if (!sc->sc_up)
		return 0;
	softint_schedule(sc->sc_softintr);
	return 1;
}

/* Raises by itself, and forgets one return. */
static int
bad_xencons_handler(void *arg)
{
	struct xencons_softc *sc = arg;
	int s;

	s = splhigh();
	if (sc->sc_suspended)
		return 1;		/* expect: IPL001 in bad_xencons_handler */
	sc->sc_cons = sc->sc_prod;
	splx(s);
	return 1;
}

/* Registered with a cast, because it takes the frame, too. */
static int
ok_xen_ipi_handler(struct cpu_info *ci, struct intrframe *regs)
{

	ci->ci_ipending |= 1U << IPL_HIGH;
	return regs->if_cs != 0;
}

/* Called by pirq_interrupt(). */
static int
ok_pirq_child(void *arg)
{
	struct xenpci_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	sc->sc_intrs++;
	mutex_exit(&sc->sc_lock);
	return 1;
}

void
xendev_attach(struct xbd_softc *xbd, struct xennet_softc *net,
    struct xencons_softc *cons, struct xenpci_softc *pci,
    void (*netsoft)(void *))
{
	struct cpu_info *ci = curcpu();

	mutex_init(&xbd->sc_lock, MUTEX_DEFAULT, IPL_BIO);
	mutex_init(&pci->sc_lock, MUTEX_DEFAULT, IPL_BIO);
	net->sc_softintr = softint_establish(SOFTINT_NET, netsoft, net);

	event_set_handler(3, ok_xbd_handler, xbd, IPL_BIO, "xbd");
	event_set_handler(4, ok_xennet_handler, net, IPL_NET, "xennet");
	event_set_handler(5, bad_xencons_handler, cons, IPL_TTY, "xencons");
	event_set_handler(6, (int (*)(void *))ok_xen_ipi_handler, ci,
	    IPL_HIGH, "ipi");
	(void)pirq_establish(9, 7, ok_pirq_child, pci, IPL_BIO, "pci");
}
