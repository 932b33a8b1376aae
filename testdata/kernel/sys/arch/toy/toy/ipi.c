/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ipi: handlers of calls from other CPUs.  They run at IPL_HIGH.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/ipi.h>
#include <sys/mutex.h>

static kmutex_t ipi_lock;		/* spin, IPL_HIGH */
static u_int ipi_count;
static bool ipi_stopped;

/* Raising at the top moves nothing, but is given back all the same. */
static void
ok_ipi_count(void *arg)
{
	int s;

	__USE(arg);
	s = splhigh();
	ipi_count++;
	splx(s);
}

static void
ok_ipi_locked(void *arg)
{

	mutex_spin_enter(&ipi_lock);
	*(u_int *)arg = ipi_count;
	mutex_spin_exit(&ipi_lock);
}

/* The level cannot rise any more; the count of spin mutexes can. */
static void
bad_ipi_locked(void *arg)
{

	mutex_spin_enter(&ipi_lock);
	if (ipi_stopped)
		return;			/* expect: IPL003 in bad_ipi_locked */
	*(u_int *)arg = ipi_count;
	mutex_spin_exit(&ipi_lock);
}

/* A processor that is told to stop does not come back. */
static void
ok_ipi_halt(void *arg)
{

	__USE(arg);
	(void)splhigh();
	for (;;)
		cpu_halt();
}

void
ipi_attach(void)
{

	mutex_init(&ipi_lock, MUTEX_SPIN, IPL_HIGH);
	(void)ipi_register(ok_ipi_count, NULL);
	(void)ipi_register(ok_ipi_locked, &ipi_count);
	(void)ipi_register(bad_ipi_locked, &ipi_count);
	(void)ipi_register(ok_ipi_halt, NULL);
}
