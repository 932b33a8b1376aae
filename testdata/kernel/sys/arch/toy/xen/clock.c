/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * clock: the timer of the hypervisor.
 *
 * Nothing is wrong in this file but the level: IPL_CLOCK is below IPL_HIGH
 * of the mutex that statclock() takes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>

#include <arch/toy/include/evtchn.h>

#define VIRQ_TIMER	0

struct timer_state {
	struct cpu_info *ts_cpu;
	uint64_t ts_done;		/* ns that hardclock() has seen */
};

static struct timer_state timer_state;
static uint64_t ns_per_tick = 10000000;

uint64_t hypervisor_system_time(void);

static int
xen_timer_handler(void *arg, struct intrframe *regs)
{
	struct timer_state *ts = arg;
	struct clockframe frame;
	uint64_t now = hypervisor_system_time();

	frame.cf_pc = regs->if_pc;
	frame.cf_cs = regs->if_cs;
	while (now - ts->ts_done >= ns_per_tick) {
		ts->ts_done += ns_per_tick;
		hardclock(&frame);
	}
	return 0;			/* expect: IPL002 in xen_timer_handler */
}

void
xen_initclocks(void)
{
	int evtch = bind_virq_to_evtch(VIRQ_TIMER);

	timer_state.ts_cpu = curcpu();
	timer_state.ts_done = hypervisor_system_time();
	event_set_handler(evtch, (int (*)(void *))xen_timer_handler,
	    &timer_state, IPL_CLOCK, "clock");
}
