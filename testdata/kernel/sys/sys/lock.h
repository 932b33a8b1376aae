/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * lock: spin locks that know no level, and the big lock.
 */

#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

typedef volatile unsigned char __cpu_simple_lock_t;

void	__cpu_simple_lock(__cpu_simple_lock_t *);
int	__cpu_simple_lock_try(__cpu_simple_lock_t *);
void	__cpu_simple_unlock(__cpu_simple_lock_t *);

void	_kernel_lock(int);
void	_kernel_unlock(int, int *);
#define KERNEL_LOCK(n, l)	_kernel_lock(n)
#define KERNEL_UNLOCK_ONE(l)	_kernel_unlock(1, (void *)0)

#endif /* _SYS_LOCK_H_ */
