/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * intr: levels and their other names, software interrupts.
 */

#ifndef _SYS_INTR_H_
#define _SYS_INTR_H_

#include <sys/types.h>
#include <arch/toy/include/intr.h>

#define IPL_BIO		IPL_VM
#define IPL_NET		IPL_VM
#define IPL_TTY		IPL_VM
#define IPL_USB		IPL_VM
#define IPL_AUDIO	IPL_SCHED
#define IPL_CLOCK	IPL_SCHED
#define IPL_SERIAL	IPL_HIGH

#define splbio()	splvm()
#define splnet()	splvm()
#define spltty()	splvm()
#define splusb()	splvm()
#define splaudio()	splsched()
#define splclock()	splsched()
#define splserial()	splhigh()

/* Which queue a software interrupt belongs to: not a level. */
#define SOFTINT_BIO	0x0000
#define SOFTINT_CLOCK	0x0001
#define SOFTINT_SERIAL	0x0002
#define SOFTINT_NET	0x0003
#define SOFTINT_LVLMASK	0x00ff
#define SOFTINT_MPSAFE	0x0100

void	*softint_establish(u_int flags, void (*)(void *), void *);
void	softint_disestablish(void *);
void	softint_schedule(void *);

#endif /* _SYS_INTR_H_ */
