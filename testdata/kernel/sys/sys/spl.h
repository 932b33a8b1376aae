/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * spl: one function for each level.
 *
 * Each raises the level and returns the level from before.
 */

#ifndef _SYS_SPL_H_
#define _SYS_SPL_H_

#define _SPL_DECL(name, level)						\
static __inline int							\
spl##name(void)								\
{									\
									\
	return splraiseipl(makeiplcookie(IPL_##level));			\
}

_SPL_DECL(softclock, SOFTCLOCK)
_SPL_DECL(softnet, SOFTNET)
_SPL_DECL(softserial, SOFTSERIAL)
_SPL_DECL(vm, VM)
_SPL_DECL(sched, SCHED)
_SPL_DECL(high, HIGH)

#undef _SPL_DECL

#endif /* _SYS_SPL_H_ */
