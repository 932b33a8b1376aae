/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sdmmc: an interlock that may be NULL.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct sdmmc_task {
	struct sdmmc_task *st_next;
	bool st_onqueue;
};

struct sdmmc_softc {
	kmutex_t sc_tskq_mtx;		/* spin, IPL_SDMMC */
	kmutex_t sc_intr_mtx;		/* spin, IPL_SDMMC */
	struct sdmmc_task *sc_tskq;
};

#define IPL_SDMMC	IPL_BIO

void
sdmmc_attach(struct sdmmc_softc *sc)
{

	mutex_init(&sc->sc_tskq_mtx, MUTEX_DEFAULT, IPL_SDMMC);
	mutex_init(&sc->sc_intr_mtx, MUTEX_DEFAULT, IPL_SDMMC);
}

/* The interlock is held by the caller, who gets it back. */
static bool
ok_sdmmc_del_task(struct sdmmc_softc *sc, struct sdmmc_task *task,
    kmutex_t *interlock)
{
	bool was;

	if (interlock != NULL)
		mutex_exit(interlock);
	mutex_enter(&sc->sc_tskq_mtx);
	was = task->st_onqueue;
	task->st_onqueue = false;
	mutex_exit(&sc->sc_tskq_mtx);
	if (interlock != NULL)
		mutex_enter(interlock);
	return was;
}

void
ok_sdmmc_cancel(struct sdmmc_softc *sc, struct sdmmc_task *task)
{

	mutex_enter(&sc->sc_intr_mtx);
	(void)ok_sdmmc_del_task(sc, task, &sc->sc_intr_mtx);
	mutex_exit(&sc->sc_intr_mtx);
	(void)ok_sdmmc_del_task(sc, task, NULL);
}

int
bad_sdmmc_cancel(struct sdmmc_softc *sc, struct sdmmc_task *task)
{

	if (task == NULL)
		return ENOENT;
	mutex_enter(&sc->sc_intr_mtx);
	if (!ok_sdmmc_del_task(sc, task, &sc->sc_intr_mtx))
		return ENOENT;		/* expect: IPL003 in bad_sdmmc_cancel */
	mutex_exit(&sc->sc_intr_mtx);
	return 0;
}
