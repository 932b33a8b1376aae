/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ukbd: the saved level in a member of the device.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

#include <dev/cons.h>

struct ukbd_softc {
	int sc_spl;
	bool sc_polling;
	int sc_key;
};

static struct ukbd_softc *ukbd_console;

void	usbd_dopoll(struct ukbd_softc *);

static int
ok_ukbd_cngetc(dev_t dev)
{
	struct ukbd_softc *sc = ukbd_console;

	__USE(dev);
	usbd_dopoll(sc);
	return sc->sc_key;
}

/* Called in pairs. */
static void
ok_ukbd_cnpollc(dev_t dev, int on)
{
	struct ukbd_softc *sc = ukbd_console;

	__USE(dev);
	if (on) {
		sc->sc_spl = splusb();
		sc->sc_polling = true;
	} else {
		sc->sc_polling = false;
		splx(sc->sc_spl);
	}
}

/* Keeps the level where the second call cannot find it. */
void
bad_ukbd_cnpollc(struct ukbd_softc *sc, int on)
{
	int s;

	if (on) {
		s = splusb();
		sc->sc_polling = s >= IPL_NONE;
	} else {
		sc->sc_polling = false;
		splx(sc->sc_spl);
	}
}					/* expect: IPL004 in bad_ukbd_cnpollc */

static void
ok_ukbd_getc(void *v, u_int *type, int *data)
{
	struct ukbd_softc *sc = v;

	*type = 1;
	*data = sc->sc_key;
}

static void
ok_ukbd_pollc(void *v, int on)
{
	struct ukbd_softc *sc = v;

	if (on)
		sc->sc_spl = splusb();
	else
		splx(sc->sc_spl);
}

/* A keyboard that needs nothing of the kind. */
static void
ok_toykbd_pollc(void *v, int on)
{

	*(int *)v = on;
}

const struct wskbd_consops ukbd_consops = {
	ok_ukbd_getc,
	ok_ukbd_pollc,
};

const struct wskbd_consops toykbd_consops = {
	.getc = ok_ukbd_getc,
	.pollc = ok_toykbd_pollc,
};

static struct consdev ukbd_consdev = {
	.cn_getc = ok_ukbd_cngetc,
	.cn_pollc = ok_ukbd_cnpollc,
};

void
ukbd_cnattach(struct ukbd_softc *sc)
{

	ukbd_console = sc;
	cn_tab = &ukbd_consdev;
}
