/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * uhci: an argument says whether the lock is held, and methods in a table.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/usb/usbdivar.h>

struct uhci_softc {
	struct usbd_bus sc_bus;		/* first: the methods get this */
	volatile uint32_t *sc_regs;
	u_int sc_done;
};

/* Locks, unless the caller has. */
static int
ok_uhci_run(struct usbd_bus *bus, int run, int locked)
{
	struct uhci_softc *sc = (struct uhci_softc *)bus;
	int n;

	if (!locked)
		mutex_spin_enter(&bus->ub_intr_lock);
	sc->sc_regs[0] = (uint32_t)run;
	for (n = 0; n < 10; n++) {
		if ((sc->sc_regs[1] & 1) == (uint32_t)!run) {
			if (!locked)
				mutex_spin_exit(&bus->ub_intr_lock);
			return 0;
		}
		delay(1000);
	}
	if (!locked)
		mutex_spin_exit(&bus->ub_intr_lock);
	return ETIMEDOUT;
}

int
bad_uhci_run(struct usbd_bus *bus, int run, int locked)
{
	struct uhci_softc *sc = (struct uhci_softc *)bus;
	int n;

	if (!locked)
		mutex_spin_enter(&bus->ub_intr_lock);
	sc->sc_regs[0] = (uint32_t)run;
	for (n = 0; n < 10; n++) {
		if ((sc->sc_regs[1] & 1) == (uint32_t)!run)
			return 0;	/* expect: IPL003 in bad_uhci_run */
		if (bus->ub_dying)
			break;
	}
	if (!locked)
		mutex_spin_exit(&bus->ub_intr_lock);
	return 0;
}

/* A method that leaks: reported here, not where the table is used. */
static int
bad_uhci_start(struct usbd_bus *bus)
{
	int s;

	s = splusb();
	if (bus->ub_dying)
		return EIO;		/* expect: IPL004 in bad_uhci_start */
	bus->ub_usbspl = 0;
	splx(s);
	return 0;
}

/* A software interrupt, registered through the table. */
static void
ok_uhci_softint(void *v)
{
	struct uhci_softc *sc = v;

	mutex_spin_enter(&sc->sc_bus.ub_intr_lock);
	sc->sc_done++;
	mutex_spin_exit(&sc->sc_bus.ub_intr_lock);
}

static void
ok_uhci_poll(struct usbd_bus *bus)
{
	int s;

	s = splusb();
	ok_uhci_softint(bus);
	splx(s);
}

const struct usbd_bus_methods uhci_bus_methods = {
	.ubm_start = bad_uhci_start,
	.ubm_softint = ok_uhci_softint,
	.ubm_poll = ok_uhci_poll,
	.ubm_run = ok_uhci_run,
};
