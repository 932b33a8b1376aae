/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_pserialize: functions that return the saved level.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

struct route {
	struct route *rt_next;
	u_int rt_dst, rt_if;
};

static struct route *routes;
static bool routes_frozen;

int	pserialize_read_enter(void);
void	pserialize_read_exit(int);

/* Raises on all paths, and gives the token away: no finding. */
int
pserialize_read_enter(void)
{

	return splsoftserial();
}

void
pserialize_read_exit(int s)
{

	splx(s);
}

int
ok_route_lookup(u_int dst, u_int *ifp)
{
	struct route *rt;
	int s;

	s = pserialize_read_enter();
	for (rt = routes; rt != NULL; rt = rt->rt_next)
		if (rt->rt_dst == dst) {
			*ifp = rt->rt_if;
			pserialize_read_exit(s);
			return 0;
		}
	pserialize_read_exit(s);
	return ENOENT;
}

int
bad_route_lookup(u_int dst, u_int *ifp)
{
	struct route *rt;
	int s;

	s = pserialize_read_enter();
	if (routes_frozen)
		return ENOENT;		/* expect: IPL004 in bad_route_lookup */
	for (rt = routes; rt != NULL; rt = rt->rt_next)
		if (rt->rt_dst == dst)
			break;
	if (rt != NULL)
		*ifp = rt->rt_if;
	pserialize_read_exit(s);
	return ENOENT;
}

/* A wrapper of the wrapper, through a local variable. */
static int
ok_routes_enter(u_int *seqp)
{
	int s = pserialize_read_enter();

	++*seqp;
	return s;
}

u_int
ok_route_count(u_int *seqp)
{
	struct route *rt;
	u_int n = 0;
	int s;

	s = ok_routes_enter(seqp);
	for (rt = routes; rt != NULL; rt = rt->rt_next)
		n++;
	pserialize_read_exit(s);
	return n;
}

/* Says that it has raised by a token, and on one path has none. */
int
bad_routes_enter(u_int *seqp)
{
	int s = pserialize_read_enter();

	if (*seqp == 0)
		return -1;		/* expect: IPL004 in bad_routes_enter */
	++*seqp;
	return s;
}
