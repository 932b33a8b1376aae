/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * usb: a lock that may be missing, and methods.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/usb/usbdivar.h>

struct usb_softc {
	struct usbd_bus *sc_bus;
	u_int sc_events;
	void *sc_si;
};

void
usb_attach(struct usb_softc *sc, struct usbd_bus *bus, bool mpsafe)
{

	sc->sc_bus = bus;
	mutex_init(&bus->ub_intr_lock, MUTEX_DEFAULT, IPL_USB);
	bus->ub_lock = mpsafe ? mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM) : NULL;
	sc->sc_si = softint_establish(SOFTINT_NET,
	    bus->ub_methods->ubm_softint, bus);
}

void
ok_usb_add_event(struct usb_softc *sc)
{
	int s = 0;

	usbd_mutex_enter(sc->sc_bus->ub_lock);
	sc->sc_events++;
	usbd_mutex_exit(sc->sc_bus->ub_lock);
}

/* Leaves with the mutex held, or with the level raised. */
void
bad_usb_add_event(struct usb_softc *sc)
{
	int s = 0;

	usbd_mutex_enter(sc->sc_bus->ub_lock);
	if (sc->sc_events == 100)
		return;			/* expect: IPL003 in bad_usb_add_event */
	sc->sc_events++;
	usbd_mutex_exit(sc->sc_bus->ub_lock);
}

/* The lock exists or not; if it does, it is released. */
void
ok_usb_wakeup(struct usbd_bus *bus)
{

	if (bus->ub_lock != NULL)
		mutex_enter(bus->ub_lock);
	bus->ub_dying = false;
	if (bus->ub_lock != NULL)
		mutex_exit(bus->ub_lock);
}

void
bad_usb_wakeup(struct usbd_bus *bus)
{

	if (bus->ub_lock != NULL)
		mutex_enter(bus->ub_lock);
	if (bus->ub_dying)
		return;			/* expect: IPL003 in bad_usb_wakeup */
	bus->ub_dying = true;
	if (bus->ub_lock != NULL)
		mutex_exit(bus->ub_lock);
}

/* Through methods: what they leave behind is their own affair. */
int
ok_usb_start(struct usb_softc *sc)
{
	struct usbd_bus *bus = sc->sc_bus;
	int error;

	error = (*bus->ub_methods->ubm_start)(bus);
	if (error != 0)
		return error;
	return (*bus->ub_methods->ubm_run)(bus, 1, 0);
}
