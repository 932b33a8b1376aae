/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * device: what autoconfiguration hands to drivers.
 */

#ifndef _SYS_DEVICE_H_
#define _SYS_DEVICE_H_

#include <sys/types.h>

typedef struct device *device_t;

void	*device_private(device_t);
void	aprint_error(const char *, ...);
void	config_interrupts(device_t, void (*)(device_t));

#endif /* _SYS_DEVICE_H_ */
