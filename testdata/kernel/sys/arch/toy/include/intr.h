/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * intr: the level of the CPU, and hardware interrupts.
 *
 * splraise() and spllower() are in assembly.  spllower() never raises.
 */

#ifndef _TOY_INTR_H_
#define _TOY_INTR_H_

#include <sys/types.h>
#include <arch/toy/include/intrdefs.h>

typedef uint8_t ipl_t;
typedef struct {
	ipl_t _ipl;
} ipl_cookie_t;

int	splraise(int);
void	spllower(int);

static __inline ipl_cookie_t
makeiplcookie(ipl_t ipl)
{
	ipl_cookie_t cookie = { ._ipl = ipl };

	return cookie;
}

static __inline int
splraiseipl(ipl_cookie_t icookie)
{

	return splraise(icookie._ipl);
}

#define splx(s)		spllower(s)
#define spl0()		spllower(IPL_NONE)

#include <sys/spl.h>

struct pic;
struct cpu_info;

void	*intr_establish(int legacy_irq, struct pic *, int pin, int type,
	    int level, int (*)(void *), void *, bool known_mpsafe);
void	intr_disestablish(void *);

/* Blocking interrupts in the processor, below all levels. */
u_long	x86_read_psl(void);
void	x86_write_psl(u_long);
void	x86_disable_intr(void);
void	x86_enable_intr(void);

#endif /* _TOY_INTR_H_ */
