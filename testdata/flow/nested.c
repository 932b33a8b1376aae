/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Handlers that are entered with a spin mutex held, and who shares a cause. */

#include "toy.h"

#define IPL_NET		IPL_VM
#define IPL_AUDIO	IPL_SCHED

void *intr_establish(int, void *, int, int, int, int (*)(void *), void *, int);
void attach(struct softc *);
int ok_holds_vm(struct softc *);

/* It can interrupt ok_holds_vm(). */
static int
bad_audio_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_high);
	sc->sc_flags++;
	mutex_exit(&sc->sc_high);
	return 1;			/* expect: IPL002, others: 1 */
}

/* So can this one: one finding for both. */
static int
bad_too_audio_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_high);
	sc->sc_flags--;
	mutex_exit(&sc->sc_high);
	return 1;
}

/* Nothing that can be interrupted at its level holds a spin mutex. */
static int
ok_net_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_enter(&sc->sc_high);
	sc->sc_flags = 0;
	mutex_exit(&sc->sc_high);
	return 1;
}

int
ok_holds_vm(struct softc *sc)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_dead = random_bit();
	mutex_exit(&sc->sc_lock);
	return 0;
}

void
attach(struct softc *sc)
{
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	intr_establish(1, NULL, 1, 1, IPL_AUDIO, bad_audio_intr, sc, 0);
	intr_establish(2, NULL, 2, 1, IPL_AUDIO, bad_too_audio_intr, sc, 0);
	intr_establish(3, NULL, 3, 1, IPL_NET, ok_net_intr, sc, 0);
}
