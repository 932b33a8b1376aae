/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * profile: entry and exit of the call counter.
 *
 * Blocks interrupts in the processor.  The level stays as it is.
 */

#ifndef _TOY_PROFILE_H_
#define _TOY_PROFILE_H_

#define MCOUNT_ENTER							\
	do {								\
		s = (int)x86_read_psl();				\
		__asm volatile("cli" : : : "memory");			\
	} while (0)
#define MCOUNT_EXIT	x86_write_psl((u_long)s)

#endif /* _TOY_PROFILE_H_ */
