/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * workqueue: work that is done by a thread.
 *
 * The level given to workqueue_create() is that of the queue's lock.
 */

#ifndef _SYS_WORKQUEUE_H_
#define _SYS_WORKQUEUE_H_

#include <sys/types.h>

struct workqueue;
struct work {
	struct work *wk_next;
};

int	workqueue_create(struct workqueue **, const char *,
	    void (*)(struct work *, void *), void *, pri_t, int, int);
void	workqueue_enqueue(struct workqueue *, struct work *,
	    struct cpu_info *);

#endif /* _SYS_WORKQUEUE_H_ */
