/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * if_snd: macros that declare or assign a variable of their user.
 */

#ifndef _NET_IF_SND_H_
#define _NET_IF_SND_H_

#include <sys/intr.h>

/* Declares spl, at the beginning of a block. */
#define DISABLE_INTR		int spl = splnet()
#define ENABLE_INTR		splx(spl)

/* Assign the argument. */
#define SPL_NET(x)		(x) = splnet()
#define SPL_X(x)		(void)splx(x)

/* Raises, and has the variable as well. */
#define TULIP_RAISESPL()	splnet()
#define TULIP_RESTORESPL(s)	splx(s)

/* Locks with a mutex; s is there for other kernels. */
#define FPU_LOCK(m, s)		do { (s) = 0; mutex_spin_enter(m); } while (0)
#define FPU_UNLOCK(m, s)	do { __USE(s); mutex_spin_exit(m); } while (0)

#endif /* _NET_IF_SND_H_ */
