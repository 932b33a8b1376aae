/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * callout: functions to be called later, at IPL_SOFTCLOCK.
 */

#ifndef _SYS_CALLOUT_H_
#define _SYS_CALLOUT_H_

#include <sys/mutex.h>

struct callout_cpu;

typedef struct callout {
	struct callout *c_next;
	void	(*c_func)(void *);
	void	*c_arg;
	struct callout_cpu *c_cpu;
	int	c_time;
	int	c_flags;
} callout_t;

#define CALLOUT_PENDING	0x01
#define CALLOUT_BOUND	0x02
#define CALLOUT_MPSAFE	0x100

void	callout_init(callout_t *, u_int);
void	callout_reset(callout_t *, int, void (*)(void *), void *);
void	callout_setfunc(callout_t *, void (*)(void *), void *);
void	callout_schedule(callout_t *, int);
bool	callout_stop(callout_t *);
void	callout_hardclock(void);

#endif /* _SYS_CALLOUT_H_ */
