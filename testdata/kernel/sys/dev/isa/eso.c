/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * eso: a chain of locks that are tried.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct eso_softc {
	kmutex_t sc_lock;		/* spin, IPL_AUDIO */
	kmutex_t sc_dma_lock;		/* spin, IPL_AUDIO */
	kmutex_t sc_mix_lock;		/* spin, IPL_AUDIO */
	u_int sc_moves;
};

void
eso_attach(struct eso_softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_AUDIO);
	mutex_init(&sc->sc_dma_lock, MUTEX_DEFAULT, IPL_AUDIO);
	mutex_init(&sc->sc_mix_lock, MUTEX_DEFAULT, IPL_AUDIO);
}

int
ok_eso_move(struct eso_softc *sc)
{

	if (!mutex_tryenter(&sc->sc_lock))
		return EBUSY;
	if (!mutex_tryenter(&sc->sc_dma_lock)) {
		mutex_exit(&sc->sc_lock);
		return EBUSY;
	}
	if (mutex_tryenter(&sc->sc_mix_lock) == 0) {
		mutex_exit(&sc->sc_dma_lock);
		mutex_exit(&sc->sc_lock);
		return EBUSY;
	}
	sc->sc_moves++;
	mutex_exit(&sc->sc_mix_lock);
	mutex_exit(&sc->sc_dma_lock);
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_eso_move(struct eso_softc *sc)
{

	if (!mutex_tryenter(&sc->sc_lock))
		return EBUSY;
	if (!mutex_tryenter(&sc->sc_dma_lock)) {
		mutex_exit(&sc->sc_lock);
		return EBUSY;
	}
	if (mutex_tryenter(&sc->sc_mix_lock) == 0) {
		mutex_exit(&sc->sc_dma_lock);
		return EBUSY;		/* expect: IPL003 in bad_eso_move */
	}
	sc->sc_moves++;
	mutex_exit(&sc->sc_mix_lock);
	mutex_exit(&sc->sc_dma_lock);
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* The result in a variable, and both outcomes go on. */
void
ok_eso_note(struct eso_softc *sc)
{
	int got;

	got = mutex_tryenter(&sc->sc_lock);
	if (got)
		sc->sc_moves++;
	delay(1);
	if (got)
		mutex_exit(&sc->sc_lock);
}

void
bad_eso_note(struct eso_softc *sc)
{
	int got;

	got = mutex_tryenter(&sc->sc_lock);
	if (got)
		sc->sc_moves++;
	if (got && sc->sc_moves < 100)
		mutex_exit(&sc->sc_lock);
}					/* expect: IPL003 in bad_eso_note */
