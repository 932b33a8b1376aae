/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * machdep: exits with the level raised that are meant, and hardware below
 * the levels.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lock.h>
#include <sys/lwp.h>

#include <arch/toy/include/profile.h>

static __cpu_simple_lock_t timer_lock;
static u_int mcount_calls;
static bool machine_busy;

uint16_t timer_read(void);
void	debugger_trap(int);
void	console_flush(void);

/* Does not return, so nobody needs the level again. */
void
cpu_reboot(int howto, char *bootstr)
{

	__USE(bootstr);
	if ((howto & RB_NOSYNC) == 0)
		console_flush();
	(void)splhigh();
	for (;;)
		cpu_halt();
}

/* The same, but nobody has said so. */
void
ok_halt_forever(void)
{
	int s;

	s = splhigh();
	printf("halted at %d\n", s);
	for (;;)
		cpu_halt();
}

/* Each path raises, and nothing is saved: the switch that follows lowers. */
void
ok_tls_switch(struct lwp *l)
{

	(void)splhigh();
	l->l_flag |= LW_BOUND;
}

/* Not declared as not returning; it does not, on the path with the level up. */
void
ok_reboot_if(int howto)
{

	if ((howto & RB_HALT) == 0)
		return;
	(void)splhigh();
	cpu_reboot(howto, NULL);
}

/* It can come back, then. */
int
bad_reboot_request(int howto)
{
	int s;

	s = splhigh();
	if (machine_busy)
		return EBUSY;		/* expect: IPL004 in bad_reboot_request */
	if ((howto & RB_HALT) != 0)
		cpu_reboot(howto, NULL);
	splx(s);
	return EBUSY;
}

/* An infinite loop with one way out that keeps the level. */
void
ok_poll_forever(void)
{
	int s;

	for (;;) {
		s = splhigh();
		if (machine_busy)
			break;
		splx(s);
	}
	splx(s);
}

/* Entry of the debugger. */
int
ok_kdb_trap(int type)
{
	int s;

	s = splhigh();
	debugger_trap(type);
	splx(s);
	return 1;
}

int
bad_kdb_trap(int type)
{
	int s;

	s = splhigh();
	if (type == 3)
		return 1;		/* expect: IPL004 in bad_kdb_trap */
	debugger_trap(type);
	splx(s);
	return 1;
}

/*
 * The firmware must not be interrupted.  Where it has been entered already,
 * nothing is raised, and the caller's struct says so.
 */
struct prom_state {
	int	ps_s;
	bool	ps_raised;
};

static bool in_prom;

void	prom_call(int);

static void
ok_prom_enter(struct prom_state *ps)
{

	ps->ps_raised = !in_prom;
	if (ps->ps_raised) {
		ps->ps_s = splhigh();
		in_prom = true;
	}
}

static void
ok_prom_exit(struct prom_state *ps)
{

	if (ps->ps_raised) {
		in_prom = false;
		splx(ps->ps_s);
	}
}

void
ok_prom_write(int c)
{
	struct prom_state ps;

	ok_prom_enter(&ps);
	prom_call(c);
	ok_prom_exit(&ps);
}

int
bad_prom_write(int c)
{
	struct prom_state ps;

	ok_prom_enter(&ps);
	if (c == 0)
		return EINVAL;		/* expect: IPL004 in bad_prom_write */
	prom_call(c);
	ok_prom_exit(&ps);
	return 0;
}

/* Blocks the processor's interrupts and takes a lock without a level. */
uint16_t
ok_gettick(void)
{
	u_long psl;
	uint16_t t;

	psl = x86_read_psl();
	x86_disable_intr();
	__cpu_simple_lock(&timer_lock);
	t = timer_read();
	__cpu_simple_unlock(&timer_lock);
	x86_write_psl(psl);
	return t;
}

/* The lock without a level, inside of one that has one. */
uint16_t
ok_gettick_vm(void)
{
	uint16_t t;
	int s;

	s = splvm();
	__cpu_simple_lock(&timer_lock);
	t = timer_read();
	__cpu_simple_unlock(&timer_lock);
	splx(s);
	return t;
}

/* Lost on the path that does not get the lock. */
int
bad_gettick_vm(uint16_t *tp)
{
	int s;

	s = splvm();
	if (!__cpu_simple_lock_try(&timer_lock))
		return EBUSY;		/* expect: IPL004 in bad_gettick_vm */
	*tp = timer_read();
	__cpu_simple_unlock(&timer_lock);
	splx(s);
	return 0;
}

void
ok_mcount(void)
{
	int s;

	MCOUNT_ENTER;
	mcount_calls++;
	MCOUNT_EXIT;
}
