/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * spiflash: a thread that keeps the level raised, and does not return.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/kthread.h>

struct spiflash_softc {
	u_int sc_jobs, sc_done;
	bool sc_stop, sc_dead;
};

static void
ok_spiflash_thread(void *arg)
{
	struct spiflash_softc *sc = arg;
	int s;

	s = splbio();
	printf("spiflash: from level %d\n", s);
	for (;;) {
		while (sc->sc_jobs == 0)
			(void)kpause("spiidle", false, hz, NULL);
		sc->sc_jobs--;
		sc->sc_done++;
	}
}

/* A loop that can end. */
void
bad_spiflash_poll(struct spiflash_softc *sc)
{
	int s;

	if (sc->sc_dead)
		return;
	s = splbio();
	for (;;) {
		if (sc->sc_stop)
			return;		/* expect: IPL004 in bad_spiflash_poll */
		if (sc->sc_jobs == 0)
			break;
		sc->sc_jobs--;
	}
	splx(s);
}

int
spiflash_attach(struct spiflash_softc *sc)
{

	return kthread_create(0, 0, NULL, ok_spiflash_thread, sc, NULL,
	    "spiflash");
}
