/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * intr: calls the handlers of hardware interrupts.
 *
 * A clean dispatcher: each handler is entered at its own level, no lock is
 * held, and the level from before is stored at the end, whatever the
 * handlers left behind.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lock.h>

#define NIRQ	64

struct irqhand {
	int	(*nh_fun)(void *);
	void	*nh_arg;
	int	(*nh_realfun)(void *);
	void	*nh_realarg;
	int	nh_level;
	struct irqhand *nh_next;
};

static struct irqhand *irqhands[NIRQ];

/* Called by the interrupt stubs, with interrupts blocked. */
void
ok_intr_dispatch(struct cpu_info *ci, int irq)
{
	const int olevel = ci->ci_ilevel;
	struct irqhand *nh;

	for (nh = irqhands[irq]; nh != NULL; nh = nh->nh_next) {
		if (nh->nh_level <= olevel) {
			ci->ci_ipending |= 1U << nh->nh_level;
			continue;
		}
		ci->ci_ilevel = nh->nh_level;
		x86_enable_intr();
		(void)(*nh->nh_fun)(nh->nh_arg);
		x86_disable_intr();
	}
	ci->ci_ilevel = olevel;
}

/* Stands before handlers that expect the big lock. */
static int
ok_biglock_wrapper(void *arg)
{
	struct irqhand *nh = arg;
	int claimed;

	KERNEL_LOCK(1, NULL);
	claimed = (*nh->nh_realfun)(nh->nh_realarg);
	KERNEL_UNLOCK_ONE(NULL);
	return claimed;
}

void *
intr_establish(int legacy_irq, struct pic *pic, int pin, int type, int level,
    int (*handler)(void *), void *arg, bool known_mpsafe)
{
	int irq = pic == NULL ? legacy_irq : pin;
	struct irqhand *nh;
	int s;

	__USE(type);
	nh = kmem_alloc(sizeof(*nh));
	nh->nh_fun = nh->nh_realfun = handler;
	nh->nh_arg = nh->nh_realarg = arg;
	nh->nh_level = level;
	if (!known_mpsafe && level == IPL_VM) {
		nh->nh_fun = ok_biglock_wrapper;
		nh->nh_arg = nh;
	}
	s = splhigh();
	nh->nh_next = irqhands[irq];
	irqhands[irq] = nh;
	splx(s);
	return nh;
}
