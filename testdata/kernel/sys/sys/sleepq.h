/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sleepq: threads that wait for an address.
 */

#ifndef _SYS_SLEEPQ_H_
#define _SYS_SLEEPQ_H_

#include <sys/lwp.h>

#define SLEEPTAB_SIZE	32

struct sleepq {
	struct lwp *sq_first;
};

struct sleeptab {
	struct {
		kmutex_t st_mutex;	/* spin, IPL_SCHED */
		struct sleepq st_queue;
	} st_tab[SLEEPTAB_SIZE];
};

#endif /* _SYS_SLEEPQ_H_ */
