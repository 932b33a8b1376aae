/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pool: allocation of items of one size.
 */

#ifndef _SYS_POOL_H_
#define _SYS_POOL_H_

#include <sys/mutex.h>

struct pool_item {
	struct pool_item *pi_next;
};

struct pool {
	kmutex_t pr_lock;
	struct pool_item *pr_free;
	size_t pr_size;
	u_int pr_nitems;
	int pr_ipl;
};

struct pool_cache {
	struct pool pc_pool;
	struct pool_item *pc_full;
	bool pc_dying;
};

struct pool_cache_cpu {
	struct pool_cache *cc_cache;
	struct pool_item *cc_current;
};

void	pool_init(struct pool *, size_t, int);
void	*pool_get(struct pool *);

#endif /* _SYS_POOL_H_ */
