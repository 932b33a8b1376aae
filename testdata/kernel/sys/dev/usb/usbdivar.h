/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * usbdivar: macros that lock, or raise and assign a variable of the caller.
 */

#ifndef _DEV_USB_USBDIVAR_H_
#define _DEV_USB_USBDIVAR_H_

#include <sys/mutex.h>

struct usbd_bus;

struct usbd_bus_methods {
	int	(*ubm_start)(struct usbd_bus *);
	void	(*ubm_softint)(void *);
	void	(*ubm_poll)(struct usbd_bus *);
	int	(*ubm_run)(struct usbd_bus *, int, int);
};

struct usbd_bus {
	const struct usbd_bus_methods *ub_methods;
	kmutex_t *ub_lock;		/* NULL for old drivers */
	kmutex_t ub_intr_lock;		/* spin, IPL_USB */
	int ub_usbspl;
	bool ub_dying;
};

/* The caller has an int s. */
#define usbd_mutex_enter(m)						\
	do {								\
		if (m)							\
			mutex_enter(m);					\
		else							\
			s = splusb();					\
	} while (0)
#define usbd_mutex_exit(m)						\
	do {								\
		if (m)							\
			mutex_exit(m);					\
		else							\
			splx(s);					\
	} while (0)

#endif /* _DEV_USB_USBDIVAR_H_ */
