/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* args: -Iinclude
   Comments that speak to iplint, and what they are about. */

#include "remarks.h"

int splhigh(void);

/* IPLINT: IPL004 before a function */
int
before(int a)
{
	int s = splhigh();

	if (a)
		return s; /* IPLINT: IPL004 behind code */
	/* IPLINT: IPL004 before a line */
	return 0;
}

/*
 * IPLINT: IPL001 over
 * several	lines
 */
/* Another comment. */

static int __attribute__((__used__))
after_another(void)
{
	// IPLINT: IPL004 in the C++ way
	splhigh();
	/* IPLINT: IPL004 before a brace */
	{
		splhigh(); /* IPLINT:IPL004 * no space */ splhigh();
	}
	return 0;
	/* IPLINT: */
}

/* IPLINT: IPL004 a declaration */
int declared(void);
int behind(void);

#if 0
/* IPLINT: IPL004 skipped by the preprocessor */
#endif

/* not one: IPLINT: IPL004 */
#define MACRO(a) /* IPLINT: IPL004 in a macro */ (a)

/* IPLINT: IPL004 before a macro that defines */
#define DEFINE(name) int name(void) { return MACRO(0); }
/* IPLINT: IPL004 before a function that a macro defines */
DEFINE(made)

/* IPLINT: IPL004 at the end of the file */
