/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_log: a lock that is taken only after the kernel has come up.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

static kmutex_t log_lock;		/* spin, IPL_VM */
static char log_buf[1024];
static u_int log_pos;
static bool log_closed;

void
loginit(void)
{

	mutex_init(&log_lock, MUTEX_DEFAULT, IPL_VM);
}

void
ok_logputchar(int c)
{

	if (!cold)
		mutex_spin_enter(&log_lock);
	log_buf[log_pos++ % sizeof(log_buf)] = (char)c;
	if (!cold)
		mutex_spin_exit(&log_lock);
}

void
bad_logputchar(int c)
{

	if (!cold)
		mutex_spin_enter(&log_lock);
	if (log_closed)
		return;			/* expect: IPL003 in bad_logputchar */
	log_buf[log_pos++ % sizeof(log_buf)] = (char)c;
	if (!cold)
		mutex_spin_exit(&log_lock);
}
