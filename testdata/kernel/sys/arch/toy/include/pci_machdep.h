/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pci_machdep: PCI interrupts and configuration space on this machine.
 */

#ifndef _TOY_PCI_MACHDEP_H_
#define _TOY_PCI_MACHDEP_H_

#include <sys/intr.h>

typedef struct toy_pci_chipset *pci_chipset_tag_t;
typedef int pci_intr_handle_t;

/* The configuration registers are an index and a window: one user a time. */
#define PCI_CONF_LOCK(s)	(s) = splhigh()
#define PCI_CONF_UNLOCK(s)	splx((s))

void	*pci_intr_establish(pci_chipset_tag_t, pci_intr_handle_t, int,
	    int (*)(void *), void *);

#endif /* _TOY_PCI_MACHDEP_H_ */
