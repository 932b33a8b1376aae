/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_hal: levels under the names of another system, kept in a static.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#define DISPATCH_LEVEL	2
#define PASSIVE_LEVEL	0

static int hal_spl;
static bool hal_broken;
static u_int hal_calls;

struct apm_softc {
	u_int sc_events;
	bool sc_standby;
};

static int apm_spl;

static void
ok_KfRaiseIrql(void)
{

	hal_spl = splsoftclock();
}

static void
ok_KfLowerIrql(void)
{

	splx(hal_spl);
}

void
ok_hal_call(void (*func)(void))
{

	ok_KfRaiseIrql();
	(*func)();
	ok_KfLowerIrql();
}

int
bad_hal_call(void)
{

	if (hal_calls == 0)
		return EBUSY;
	ok_KfRaiseIrql();
	if (hal_broken)
		return EBUSY;		/* expect: IPL004 in bad_hal_call */
	hal_calls++;
	ok_KfLowerIrql();
	return 0;
}

/* One function, both ways, by the argument. */
static void
ok_hal_irql(int level)
{

	if (level == DISPATCH_LEVEL)
		hal_spl = splsoftclock();
	else
		splx(hal_spl);
}

void
ok_hal_dispatch(void)
{

	ok_hal_irql(DISPATCH_LEVEL);
	hal_calls++;
	ok_hal_irql(PASSIVE_LEVEL);
}

int
bad_hal_dispatch(int calls)
{

	ok_hal_irql(DISPATCH_LEVEL);
	if (hal_calls > calls)
		return 0;		/* expect: IPL004 in bad_hal_dispatch */
	hal_calls++;
	ok_hal_irql(PASSIVE_LEVEL);
	return 0;
}

/* Suspends in one function, resumes in the other; in between all is off. */
void
ok_apm_suspend(struct apm_softc *sc)
{

	apm_spl = splhigh();
	sc->sc_standby = true;
}

void
ok_apm_resume(struct apm_softc *sc)
{

	sc->sc_standby = false;
	splx(apm_spl);
}

/* Gives up without coming back. */
int
bad_apm_cycle(struct apm_softc *sc)
{

	ok_apm_suspend(sc);
	if (sc->sc_events != 0)
		return EINTR;		/* expect: IPL004 in bad_apm_cycle */
	ok_apm_resume(sc);
	return EINTR;
}
