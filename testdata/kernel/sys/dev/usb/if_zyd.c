/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * if_zyd: raise and restore that depend on the same test.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

#define ZYD_CMD_FLAG_READ	0x01
#define ZYD_CMD_FLAG_POLL	0x02

struct zyd_softc {
	int sc_flags;
	u_int sc_cmds;
	void *sc_reply;
};

int	zyd_transfer(struct zyd_softc *, const void *);

/* The level is raised for commands that have a reply: twice the same test. */
int
ok_zyd_cmd(struct zyd_softc *sc, const void *data, int flags)
{
	int error, s = 0;

	if (flags & ZYD_CMD_FLAG_READ)
		s = splusb();
	sc->sc_cmds++;
	error = zyd_transfer(sc, data);
	if (flags & ZYD_CMD_FLAG_READ)
		splx(s);
	return error;
}

/* The second test is another one. */
int
bad_zyd_cmd(struct zyd_softc *sc, const void *data, int flags)
{
	int error, s = 0;

	if (flags & ZYD_CMD_FLAG_READ)
		s = splusb();
	sc->sc_cmds++;
	error = zyd_transfer(sc, data);
	if ((flags & ZYD_CMD_FLAG_READ) && error == 0)
		splx(s);
	return 0;			/* expect: IPL004 in bad_zyd_cmd */
}

/* The test is of a member, which nobody changes in between. */
void
ok_zyd_poll(struct zyd_softc *sc)
{
	int s = 0;

	if (sc->sc_flags & ZYD_CMD_FLAG_POLL)
		s = splusb();
	(void)zyd_transfer(sc, NULL);
	if (sc->sc_flags & ZYD_CMD_FLAG_POLL)
		splx(s);
}

/* Here somebody does. */
void
bad_zyd_poll(struct zyd_softc *sc)
{
	int s = 0;

	if (sc->sc_flags & ZYD_CMD_FLAG_POLL)
		s = splusb();
	if (sc->sc_reply == NULL)
		sc->sc_flags &= ~ZYD_CMD_FLAG_POLL;
	if (sc->sc_flags & ZYD_CMD_FLAG_POLL)
		splx(s);
}					/* expect: IPL004 in bad_zyd_poll */

/* A flag of its own tells what was done. */
int
ok_zyd_reset(struct zyd_softc *sc, bool wait)
{
	bool raised = false;
	int error, s = 0;

	if (wait && sc->sc_reply == NULL) {
		s = splusb();
		raised = true;
	}
	error = zyd_transfer(sc, NULL);
	if (raised)
		splx(s);
	return error;
}

/* The flag is set too late. */
int
bad_zyd_reset(struct zyd_softc *sc, bool wait)
{
	bool raised = false;
	int error = 0, s = 0;

	if (wait) {
		s = splusb();
		error = zyd_transfer(sc, NULL);
		if (error == 0)
			raised = true;
	}
	if (raised)
		splx(s);
	return 0;			/* expect: IPL004 in bad_zyd_reset */
}
