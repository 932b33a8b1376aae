/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * evtchn: calls the handlers of event channels.
 *
 * The case from which the project began.  evtchn_do_event() calls handlers
 * from two places.  The first holds evtlock[] (spin, IPL_HIGH) and stores
 * the handler's level under it, so the handler is entered with a spin mutex
 * held and its own releases restore nothing.  The second enters handlers
 * with whatever the interrupted code holds, looks at the level afterwards,
 * complains and repairs.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/mutex.h>

#include <arch/toy/include/evtchn.h>

static struct evtsource *evtsource[NR_EVENT_CHANNELS];
static kmutex_t evtlock[NR_EVENT_CHANNELS];

void
events_init(void)
{
	int i;

	for (i = 0; i < NR_EVENT_CHANNELS; i++)
		mutex_init(&evtlock[i], MUTEX_DEFAULT, IPL_HIGH);
}

int
evtchn_do_event(int evtch, struct intrframe *regs)
{
	struct cpu_info *ci = curcpu();
	struct evtsource *ev = evtsource[evtch];
	struct intrhand *ih;
	int (*fun)(void *, void *);
	int i, ilevel;

	if (ev == NULL) {
		hypervisor_mask_event(evtch);
		return 0;
	}
	ev->ev_count++;

	ilevel = ci->ci_ilevel;
	if (ev->ev_maxlevel <= ilevel) {
		hypervisor_set_ipending(ev->ev_imask, evtch);
		return 0;
	}

	/* Path A: the handlers of this event, with evtlock[] held. */
	ci->ci_ilevel = ev->ev_maxlevel;
	x86_enable_intr();
	mutex_spin_enter(&evtlock[evtch]);
	for (ih = ev->ev_handlers; ih != NULL; ih = ih->ih_evt_next) {
		if (ih->ih_cpu != ci)
			continue;
		if (ih->ih_level <= ilevel) {
			hypervisor_set_ipending(1U << ih->ih_level, evtch);
			continue;
		}
		ci->ci_ilevel = ih->ih_level;	/* expect: IPL006 in evtchn_do_event */
		fun = (void *)ih->ih_fun;
		(void)(*fun)(ih->ih_arg, regs);
	}
	mutex_spin_exit(&evtlock[evtch]);
	x86_disable_intr();
	hypervisor_unmask_event(evtch);

	/* Path B: what became pending meanwhile, from the top. */
	for (i = NIPL - 1; i > ilevel; i--) {
		if ((ci->ci_ipending & (1U << i)) == 0)
			continue;
		ci->ci_ipending &= ~(1U << i);
		ci->ci_ilevel = i;
		ih = ci->ci_isources[i]->ipl_handlers;
		for (; ih != NULL; ih = ih->ih_ipl_next) {
			x86_enable_intr();
			fun = (void *)ih->ih_fun;
			(void)(*fun)(ih->ih_arg, regs);
			x86_disable_intr();
			if (ci->ci_ilevel != i) {
				printf("event %d: %p didn't lower ipl: "
				    "%d, not %d\n", evtch, ih->ih_fun,
				    ci->ci_ilevel, i);
				ci->ci_ilevel = i;
			}
		}
	}

	ci->ci_ilevel = ilevel;
	return 0;
}

static void
event_link_level(struct cpu_info *ci, struct intrhand *ih)
{
	struct iplsource *ipls = ci->ci_isources[ih->ih_level];

	if (ipls == NULL) {
		ipls = kmem_alloc(sizeof(*ipls));
		ipls->ipl_handlers = NULL;
		ci->ci_isources[ih->ih_level] = ipls;
	}
	ih->ih_ipl_next = ipls->ipl_handlers;
	ipls->ipl_handlers = ih;
}

int
event_set_handler(int evtch, int (*func)(void *), void *arg, int level,
    const char *name)
{
	struct cpu_info *ci = curcpu();
	struct evtsource *ev = evtsource[evtch];
	struct intrhand *ih, **ihp;
	int s;

	ih = kmem_alloc(sizeof(*ih));
	ih->ih_fun = func;
	ih->ih_arg = arg;
	ih->ih_level = level;
	ih->ih_cpu = ci;

	s = splhigh();
	if (ev == NULL) {
		ev = kmem_alloc(sizeof(*ev));
		ev->ev_name = name;
		ev->ev_handlers = NULL;
		ev->ev_maxlevel = IPL_NONE;
		ev->ev_imask = 0;
		evtsource[evtch] = ev;
	}
	mutex_spin_enter(&evtlock[evtch]);
	for (ihp = &ev->ev_handlers; *ihp != NULL; ihp = &(*ihp)->ih_evt_next)
		if ((*ihp)->ih_level < level)
			break;
	ih->ih_evt_next = *ihp;
	*ihp = ih;
	if (ev->ev_maxlevel < level)
		ev->ev_maxlevel = level;
	ev->ev_imask |= 1U << level;
	mutex_spin_exit(&evtlock[evtch]);
	event_link_level(ci, ih);
	splx(s);

	hypervisor_unmask_event(evtch);
	return 0;
}

/* ---- physical interrupts that arrive as events ---- */

struct pintrhand {
	int	(*pih_fun)(void *);
	void	*pih_arg;
	int	pih_pirq;
	int	pih_evtch;
};

static int
pirq_interrupt(void *arg)
{
	struct pintrhand *pih = arg;
	int claimed;

	claimed = (*pih->pih_fun)(pih->pih_arg);
	hypervisor_notify(pih->pih_pirq);
	return claimed;
}

/* A registering function that wraps: the event's handler is our own. */
struct pintrhand *
pirq_establish(int pirq, int evtch, int (*func)(void *), void *arg, int level,
    const char *name)
{
	struct pintrhand *pih;

	pih = kmem_alloc(sizeof(*pih));
	pih->pih_fun = func;
	pih->pih_arg = arg;
	pih->pih_pirq = pirq;
	pih->pih_evtch = evtch;
	if (event_set_handler(evtch, pirq_interrupt, pih, level, name) != 0) {
		kmem_free(pih, sizeof(*pih));
		return NULL;
	}
	return pih;
}
