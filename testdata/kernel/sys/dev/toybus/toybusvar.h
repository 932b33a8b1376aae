/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * toybus: a bus whose interrupts go through the parent.
 *
 * No rule names these functions: that they register is to be derived.
 */

#ifndef _DEV_TOYBUS_TOYBUSVAR_H_
#define _DEV_TOYBUS_TOYBUSVAR_H_

#include <sys/types.h>

struct toybus_tag;

struct toybus_ops {
	void	*(*tbo_attach_irq)(struct toybus_tag *, int, int,
		    int (*)(void *), void *);
	void	(*tbo_defer)(struct toybus_tag *, void (*)(void *), void *);
};

struct toybus_tag {
	const struct toybus_ops *tb_ops;
	int tb_irqbase;
	void *tb_si;
};

void	*toybus_hook(struct toybus_tag *, int, int (*)(void *), void *, int);
void	*toybus_hook_tty(struct toybus_tag *, int, int (*)(void *), void *);
void	toybus_defer(struct toybus_tag *, void (*)(void *), void *);

#endif /* _DEV_TOYBUS_TOYBUSVAR_H_ */
