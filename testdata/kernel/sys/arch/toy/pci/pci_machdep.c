/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pci_machdep: PCI on this machine.
 *
 * pci_intr_establish() passes function and level on: whoever calls it
 * registers a handler.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

#include <arch/toy/include/pci_machdep.h>

struct toy_pci_chipset {
	volatile uint32_t *pc_index;
	volatile uint32_t *pc_window;
	bool pc_dead;
};

void *
pci_intr_establish(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg)
{

	if (pc->pc_dead || ih == 0)
		return NULL;
	return intr_establish(ih, NULL, ih, IST_LEVEL, level, func, arg,
	    false);
}

uint32_t
ok_conf_read(pci_chipset_tag_t pc, int reg)
{
	uint32_t v;
	int s;

	PCI_CONF_LOCK(s);
	*pc->pc_index = (uint32_t)reg;
	v = *pc->pc_window;
	PCI_CONF_UNLOCK(s);
	return v;
}

uint32_t
bad_conf_read(pci_chipset_tag_t pc, int reg)
{
	uint32_t v;
	int s;

	PCI_CONF_LOCK(s);
	if (pc->pc_dead)
		return 0xffffffff;	/* expect: IPL004 in bad_conf_read */
	*pc->pc_index = (uint32_t)reg;
	v = *pc->pc_window;
	PCI_CONF_UNLOCK(s);
	return v;
}
