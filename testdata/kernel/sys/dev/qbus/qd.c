/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * qd: a handler that lowers the level and leaves it there, and other
 * mistakes of handlers that leave no level raised.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct qd_softc {
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kcondvar_t sc_cv;
	volatile uint32_t *sc_regs;
	u_int sc_keys;
	void *sc_si;
};

/* Below its entry level at the end. */
static int
bad_qd_intr(void *arg)
{
	struct qd_softc *sc = arg;

	sc->sc_keys++;
	splx(IPL_SOFTNET);
	return 1;			/* expect: IPL012 in bad_qd_intr */
}

/* Its mutex has a level below its own. */
static int
bad_qd_serial_intr(void *arg)
{
	struct qd_softc *sc = arg;

	mutex_enter(&sc->sc_lock);	/* expect: IPL008 in bad_qd_serial_intr */
	sc->sc_keys++;
	mutex_exit(&sc->sc_lock);
	return 1;
}

/* Sleeps, and there is no thread that could. */
static int
bad_qd_wait_intr(void *arg)
{
	struct qd_softc *sc = arg;

	while (sc->sc_regs[0] == 0)
		(void)kpause("qdwait", false, 1, NULL);	/* expect: IPL009 in bad_qd_wait_intr */
	return 1;
}

static void
ok_qd_soft(void *arg)
{
	struct qd_softc *sc = arg;

	mutex_enter(&sc->sc_lock);
	sc->sc_keys = 0;
	mutex_exit(&sc->sc_lock);
}

void
qd_attach(struct qd_softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	intr_establish(20, NULL, 20, IST_EDGE, IPL_TTY, bad_qd_intr, sc, true);
	intr_establish(21, NULL, 21, IST_EDGE, IPL_SERIAL, bad_qd_serial_intr,
	    sc, true);
	intr_establish(22, NULL, 22, IST_EDGE, IPL_TTY, bad_qd_wait_intr, sc,
	    true);
	/* A level, where a SOFTINT_ constant is wanted. */
	sc->sc_si = softint_establish(IPL_SOFTNET, ok_qd_soft, sc);	/* expect: IPL010 in qd_attach */
}
