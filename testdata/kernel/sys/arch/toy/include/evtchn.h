/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * evtchn: the event channels of the hypervisor.
 */

#ifndef _TOY_EVTCHN_H_
#define _TOY_EVTCHN_H_

#include <sys/types.h>

#define NR_EVENT_CHANNELS	256

struct cpu_info;

struct intrframe {
	uint64_t if_ppl;
	uint64_t if_pc;
	uint64_t if_cs;
};

struct intrhand {
	int	(*ih_fun)(void *);
	void	*ih_arg;
	int	ih_level;
	struct cpu_info *ih_cpu;
	struct intrhand *ih_evt_next;	/* of the same event */
	struct intrhand *ih_ipl_next;	/* of the same level */
};

struct evtsource {
	int	ev_maxlevel;		/* of all handlers */
	uint32_t ev_imask;		/* levels of all handlers */
	struct intrhand *ev_handlers;
	u_long	ev_count;
	const char *ev_name;
};

struct iplsource {
	struct intrhand *ipl_handlers;
};

void	events_init(void);
int	event_set_handler(int, int (*)(void *), void *, int, const char *);
int	evtchn_do_event(int, struct intrframe *);

void	hypervisor_mask_event(int);
void	hypervisor_unmask_event(int);
void	hypervisor_set_ipending(uint32_t, int);
int	bind_virq_to_evtch(int);
void	hypervisor_notify(int);

struct pintrhand;
struct pintrhand *pirq_establish(int, int, int (*)(void *), void *, int,
	    const char *);

#endif /* _TOY_EVTCHN_H_ */
