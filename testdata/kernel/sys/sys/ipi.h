/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ipi: calls to other CPUs, at IPL_HIGH.
 */

#ifndef _SYS_IPI_H_
#define _SYS_IPI_H_

#include <sys/types.h>

u_int	ipi_register(void (*)(void *), void *);
void	ipi_unregister(u_int);
void	ipi_trigger(u_int, struct cpu_info *);

#endif /* _SYS_IPI_H_ */
