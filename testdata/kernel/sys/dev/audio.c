/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * audio: locks that are another driver's, got through its table.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/audio.h>

void
audio_attach(struct audio_softc *sc, const struct audio_hw_if *hw, void *hdl)
{

	sc->hw_if = hw;
	sc->hw_hdl = hdl;
	(*hw->get_locks)(hdl, &sc->sc_intr_lock, &sc->sc_lock);
}

/* Methods are called with sc_intr_lock held, and may drop it. */
int
ok_audio_open(struct audio_softc *sc, int flags)
{
	int error;

	mutex_enter(sc->sc_lock);
	mutex_enter(sc->sc_intr_lock);
	error = (*sc->hw_if->open)(sc->hw_hdl, flags);
	mutex_exit(sc->sc_intr_lock);
	mutex_exit(sc->sc_lock);
	return error;
}

/*
 * The lock is a pointer that came out of a method's argument.  Who follows
 * that knows that it spins.
 */
int
bad_audio_trigger(struct audio_softc *sc)
{

	mutex_enter(sc->sc_intr_lock);
	if (sc->sc_busy)
		return EBUSY;		/* expect: IPL003 in bad_audio_trigger */
	sc->sc_busy = true;
	(void)(*sc->hw_if->trigger)(sc->hw_hdl);
	mutex_exit(sc->sc_intr_lock);
	return EBUSY;
}
