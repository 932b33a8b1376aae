/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * isp: lock and unlock functions, with the level in the adapter.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

struct ispsoftc {
	int isp_saved;
	int isp_depth;
	u_int isp_cmds;
	bool isp_dead;
};

static void
ok_isp_lock(struct ispsoftc *isp)
{
	int s;

	s = splbio();
	isp->isp_saved = s;
}

static void
ok_isp_unlock(struct ispsoftc *isp)
{

	splx(isp->isp_saved);
}

#define ISP_LOCK(isp)	ok_isp_lock(isp)
#define ISP_UNLOCK(isp)	ok_isp_unlock(isp)

int
ok_isp_start(struct ispsoftc *isp)
{
	int error = 0;

	ISP_LOCK(isp);
	if (isp->isp_dead)
		error = ENXIO;
	else
		isp->isp_cmds++;
	ISP_UNLOCK(isp);
	return error;
}

int
bad_isp_start(struct ispsoftc *isp)
{

	if (isp->isp_cmds == 0)
		return ENXIO;
	ISP_LOCK(isp);
	if (isp->isp_dead)
		return ENXIO;		/* expect: IPL004 in bad_isp_start */
	isp->isp_cmds++;
	ISP_UNLOCK(isp);
	return 0;
}

/*
 * With a counter, so that they nest: only the outermost raises.  That both
 * functions agree is in the counter, and in nothing that can be seen here.
 */
static void
ok_isp_nest_lock(struct ispsoftc *isp)
{
	int s;

	s = splbio();
	if (isp->isp_depth++ == 0)
		isp->isp_saved = s;
	else
		splx(s);
}

static void
ok_isp_nest_unlock(struct ispsoftc *isp)
{

	if (--isp->isp_depth == 0)
		splx(isp->isp_saved);
}

void
ok_isp_nest(struct ispsoftc *isp)
{

	ok_isp_nest_lock(isp);
	isp->isp_cmds++;
	ok_isp_nest_unlock(isp);
}
