/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sched: the run queue of each CPU.
 */

#ifndef _SYS_SCHED_H_
#define _SYS_SCHED_H_

#include <sys/mutex.h>

struct schedstate_percpu {
	kmutex_t *spc_mutex;		/* of the run queue */
	kmutex_t *spc_lwplock;		/* of threads that run or idle here */
	struct lwp *spc_queue;
	u_int spc_count;
	int spc_ticks;
	int spc_psdiv;
};

#endif /* _SYS_SCHED_H_ */
