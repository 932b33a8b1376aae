/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* args: -Iinclude -DWRAP_IN_COMMAND_LINE(x)=f(x)
   Where things are said to stand: macros and headers. */
#include "place.h"
#define LOCAL(x)	x = splbio()
#define PASTE(a, b)	a##b()
#define OP_(o)		o

struct box {
	int level;
};

int f(int);

int
at_macros(struct box *b)
{
	int s = splbio(), t;

	t = f(splbio());
	LOCAL(s);
	WITH_LOCK(&outer, f(1));
	TWICE({ f(2); f(FIELD_OF(b)); });
	f(WRAP_IN_COMMAND_LINE(3));
	PASTE(spl, vm);
	f(OP_(4) +
	    OP_(5));
	where("in " __FILE__, __FILE__);
	return wrapped() + made_by_macro() + s + t;
}
