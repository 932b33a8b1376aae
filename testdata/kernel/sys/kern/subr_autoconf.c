/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_autoconf: the level comes down for good when devices are configured.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

int cold = 1;

void	config_rootfound(const char *);

/* Lowers on every path, and means it. */
void
ok_configure(void)
{

	(void)splhigh();
	config_rootfound("mainbus");
	cold = 0;
	spl0();
}

/* Gives up with everything blocked. */
int
bad_configure(bool safe)
{
	int s;

	s = splhigh();
	config_rootfound("mainbus");
	if (safe)
		return ENXIO;		/* expect: IPL004 in bad_configure */
	splx(s);
	return ENXIO;
}
