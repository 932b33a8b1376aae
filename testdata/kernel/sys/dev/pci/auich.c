/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * auich: drops and retakes a lock that the caller holds; a handler at
 * IPL_AUDIO.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/mutex.h>

#include <arch/toy/include/pci_machdep.h>

#include <dev/audio.h>

struct auich_softc {
	kmutex_t sc_lock;		/* adaptive */
	kmutex_t sc_intr_lock;		/* spin, IPL_AUDIO */
	volatile uint32_t *sc_regs;
	u_int sc_rate;
	kmutex_t *sc_lockp;		/* sc_intr_lock, under another name */
};

static u_int
auich_calibrate(struct auich_softc *sc)
{

	(void)kpause("auical", false, hz / 10, NULL);
	return sc->sc_regs[4];
}

/* Entered with the lock held, returns with it held. */
static int
ok_auich_open(void *v, int flags)
{
	struct auich_softc *sc = v;

	if (flags == 0)
		return 0;
	mutex_exit(&sc->sc_intr_lock);
	sc->sc_rate = auich_calibrate(sc);
	mutex_enter(&sc->sc_intr_lock);
	return 0;
}

/* What the caller believes to hold is gone on one way back. */
static int
bad_auich_reopen(void *v, int flags)
{
	struct auich_softc *sc = v;

	if (flags == 0)
		return 0;
	mutex_exit(&sc->sc_intr_lock);
	sc->sc_rate = auich_calibrate(sc);
	if (sc->sc_rate == 0)
		return 0;		/* expect: IPL004 in bad_auich_reopen */
	mutex_enter(&sc->sc_intr_lock);
	return 0;
}

static int
ok_auich_trigger(void *v)
{
	struct auich_softc *sc = v;

	sc->sc_regs[0] = 1;
	return 0;
}

static int
ok_auich_halt(void *v)
{
	struct auich_softc *sc = v;

	sc->sc_regs[0] = 0;
	return 0;
}

static void
auich_get_locks(void *v, kmutex_t **intr, kmutex_t **thread)
{
	struct auich_softc *sc = v;

	*intr = &sc->sc_intr_lock;
	*thread = &sc->sc_lock;
}

static int
ok_auich_intr(void *v)
{
	struct auich_softc *sc = v;
	int claimed = 0;

	mutex_spin_enter(&sc->sc_intr_lock);
	if (sc->sc_regs[1] != 0) {
		sc->sc_regs[1] = 0;
		claimed = 1;
	}
	mutex_spin_exit(&sc->sc_intr_lock);
	return claimed;
}

/* The same lock through a pointer in the same struct. */
void
ok_auich_rate(struct auich_softc *sc, u_int rate)
{

	mutex_enter(sc->sc_lockp);
	sc->sc_rate = rate;
	mutex_exit(&sc->sc_intr_lock);
}

void
bad_auich_rate(struct auich_softc *sc, u_int rate)
{

	mutex_enter(sc->sc_lockp);
	if (rate == 0)
		return;			/* expect: IPL003 in bad_auich_rate */
	sc->sc_rate = rate;
	mutex_exit(sc->sc_lockp);
}

static const struct audio_hw_if auich_hw_if = {
	.open = ok_auich_open,
	.trigger = ok_auich_trigger,
	.halt = ok_auich_halt,
	.get_locks = auich_get_locks,
};

const struct audio_hw_if *
auich_attach(struct auich_softc *sc, pci_chipset_tag_t pc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&sc->sc_intr_lock, MUTEX_DEFAULT, IPL_AUDIO);
	sc->sc_lockp = &sc->sc_intr_lock;
	(void)pci_intr_establish(pc, 5, IPL_AUDIO, ok_auich_intr, sc);
	return &auich_hw_if;
}
