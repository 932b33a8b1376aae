/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * proc: processes.
 */

#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/mutex.h>

struct lwp;

struct proc {
	struct proc *p_next;
	pid_t p_pid;
	kmutex_t *p_lock;		/* adaptive */
	kmutex_t p_stmutex;		/* spin: statistics, profiling */
	struct lwp *p_lwps;
	uint64_t p_uticks;		/* p_stmutex */
	uint64_t p_sticks;		/* p_stmutex */
	int p_refs;
};

extern kmutex_t proc_lock;
extern struct proc *allproc;

void	proc_init(struct proc *, pid_t);

#endif /* _SYS_PROC_H_ */
