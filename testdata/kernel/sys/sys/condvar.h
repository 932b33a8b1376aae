/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * condvar: waiting for a condition.
 */

#ifndef _SYS_CONDVAR_H_
#define _SYS_CONDVAR_H_

#include <sys/mutex.h>

typedef struct kcondvar {
	const char *cv_wmesg;
	void *cv_queue;
} kcondvar_t;

void	cv_init(kcondvar_t *, const char *);
void	cv_wait(kcondvar_t *, kmutex_t *);
int	cv_timedwait(kcondvar_t *, kmutex_t *, int);
void	cv_broadcast(kcondvar_t *);
int	kpause(const char *, bool, int, kmutex_t *);
int	mtsleep(wchan_t, pri_t, const char *, int, kmutex_t *);

#endif /* _SYS_CONDVAR_H_ */
