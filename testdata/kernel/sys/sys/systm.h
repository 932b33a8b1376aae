/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * systm: printing, panicking, asserting, and the kernel's global state.
 */

#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_

#include <sys/types.h>

extern int cold;		/* still configuring devices */
extern int ncpu;
extern int hz, stathz;
extern const char *panicstr;	/* not NULL after panic() */

void	panic(const char *, ...) __dead;
void	printf(const char *, ...);
void	delay(unsigned int);

/* Returns if the kernel is in panic() already. */
void	kern_assert(const char *, ...);

#define KASSERT(e)							\
	(__predict_true((e)) ? (void)0 :				\
	    kern_assert("%s:%d: %s", __FILE__, __LINE__, #e))

void	*kmem_alloc(size_t);
void	kmem_free(void *, size_t);
void	memcpy_in(void *, const void *, size_t);

#endif /* _SYS_SYSTM_H_ */
