/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * tbd: a device at toybus.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <dev/toybus/toybusvar.h>

struct tbd_softc {
	kmutex_t sc_lock;		/* spin, IPL_TTY */
	volatile uint32_t *sc_regs;
	u_int sc_in, sc_out;
	bool sc_stopped;
};

static int
ok_tbd_intr(void *arg)
{
	struct tbd_softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);
	sc->sc_in++;
	mutex_spin_exit(&sc->sc_lock);
	return 1;
}

static int
bad_tbd_intr(void *arg)
{
	struct tbd_softc *sc = arg;
	int s;

	s = splsched();
	switch (sc->sc_regs[0]) {
	case 0:
		return 0;		/* expect: IPL001 in bad_tbd_intr */
	case 1:
		sc->sc_in++;
		break;
	default:
		sc->sc_out++;
		break;
	}
	splx(s);
	return 0;
}

static int
bad_tbd_tty_intr(void *arg)
{
	struct tbd_softc *sc = arg;
	int s;

	s = splserial();
	if (sc->sc_stopped)
		goto out;
	sc->sc_out++;
	splx(s);
out:
	return 1;			/* expect: IPL001 in bad_tbd_tty_intr */
}

static void
ok_tbd_soft(void *arg)
{
	struct tbd_softc *sc = arg;
	int s;

	s = spltty();
	sc->sc_in = 0;
	splx(s);
}

static void
bad_tbd_soft(void *arg)
{
	struct tbd_softc *sc = arg;
	int s;

	s = spltty();
	if (sc->sc_in == 0)
		return;			/* expect: IPL001 in bad_tbd_soft */
	sc->sc_in = 0;
	splx(s);
}

void
tbd_attach(struct tbd_softc *sc, struct toybus_tag *tb)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_TTY);
	(void)toybus_hook(tb, 0, ok_tbd_intr, sc, IPL_TTY);
	(void)toybus_hook(tb, 1, bad_tbd_intr, sc, IPL_BIO);
	(void)toybus_hook_tty(tb, 2, bad_tbd_tty_intr, sc);
	toybus_defer(tb, ok_tbd_soft, sc);
	toybus_defer(tb, bad_tbd_soft, sc);
}
