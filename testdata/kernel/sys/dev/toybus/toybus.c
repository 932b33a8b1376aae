/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * toybus: passes handlers on, in another order of arguments, through a
 * table, and with a level of its own.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

#include <dev/toybus/toybusvar.h>

static void *
toybus_isa_attach_irq(struct toybus_tag *tb, int slot, int level,
    int (*func)(void *), void *arg)
{
	int irq = tb->tb_irqbase + slot;

	return intr_establish(irq, NULL, irq, IST_LEVEL, level, func, arg,
	    true);
}

static void
toybus_isa_defer(struct toybus_tag *tb, void (*func)(void *), void *arg)
{

	tb->tb_si = softint_establish(SOFTINT_SERIAL, func, arg);
}

const struct toybus_ops toybus_isa_ops = {
	.tbo_attach_irq = toybus_isa_attach_irq,
	.tbo_defer = toybus_isa_defer,
};

/* The level comes last here. */
void *
toybus_hook(struct toybus_tag *tb, int slot, int (*func)(void *), void *arg,
    int level)
{

	if (slot < 0)
		return NULL;
	return (*tb->tb_ops->tbo_attach_irq)(tb, slot, level, func, arg);
}

/* No level at all: it is IPL_TTY. */
void *
toybus_hook_tty(struct toybus_tag *tb, int slot, int (*func)(void *),
    void *arg)
{

	return toybus_hook(tb, slot, func, arg, IPL_TTY);
}

void
toybus_defer(struct toybus_tag *tb, void (*func)(void *), void *arg)
{

	(*tb->tb_ops->tbo_defer)(tb, func, arg);
}
