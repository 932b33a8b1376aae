/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * if_toy: a network driver.  Handlers of all three kinds, good and bad.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <arch/toy/include/pci_machdep.h>

struct toy_softc {
	kmutex_t sc_lock;		/* spin, IPL_NET */
	kmutex_t sc_stat_lock;		/* adaptive: IPL_SOFTNET */
	volatile uint32_t *sc_regs;
	callout_t sc_tick, sc_watchdog, sc_led;
	void *sc_rxsi, *sc_txsi, *sc_linksi;
	u_int sc_rx, sc_tx, sc_errors;
	bool sc_dead, sc_up;
};

#define TOY_LOCK(sc)	mutex_enter(&(sc)->sc_lock)
#define TOY_UNLOCK(sc)	mutex_exit(&(sc)->sc_lock)

/* ---- hardware interrupts ---- */

static int
ok_toy_intr(void *arg)
{
	struct toy_softc *sc = arg;
	uint32_t status;

	TOY_LOCK(sc);
	status = sc->sc_regs[0];
	if (status == 0) {
		TOY_UNLOCK(sc);
		return 0;
	}
	sc->sc_regs[0] = status;
	if (status & 1)
		softint_schedule(sc->sc_rxsi);
	TOY_UNLOCK(sc);
	return 1;
}

static int
bad_toy_intr(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splhigh();
	if (sc->sc_dead)
		return 0;		/* expect: IPL001 in bad_toy_intr */
	sc->sc_errors += sc->sc_regs[1];
	splx(s);
	return 1;
}

/* Keeps a mutex: the level is the least of the troubles. */
static int
bad_toy_lock_intr(void *arg)
{
	struct toy_softc *sc = arg;

	TOY_LOCK(sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 in bad_toy_lock_intr */
	sc->sc_tx++;
	TOY_UNLOCK(sc);
	return 1;
}

/* A function without fault that raises for good. */
static void
toy_block(struct toy_softc *sc)
{

	(void)splhigh();
	sc->sc_regs[2] = 0;
}

/* A handler must not call it without looking back. */
static int
bad_toy_block_intr(void *arg)
{
	struct toy_softc *sc = arg;

	toy_block(sc);
	sc->sc_tx = 0;
	return 1;			/* expect: IPL001 in bad_toy_block_intr */
}

static int
ok_toy_block_intr(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splhigh();
	toy_block(sc);
	sc->sc_tx = 0;
	splx(s);
	return 1;
}

/* A function that leaks on one path is reported by itself ... */
static void
bad_toy_rxeof(struct toy_softc *sc)
{
	int s;

	s = splhigh();
	if (sc->sc_rx == 0)
		return;			/* expect: IPL004 in bad_toy_rxeof */
	sc->sc_rx--;
	splx(s);
}

static void
toy_rx(struct toy_softc *sc)
{

	while (sc->sc_regs[3] != 0)
		bad_toy_rxeof(sc);
}

/* ... and the handler above it is not. */
static int
ok_toy_rx_intr(void *arg)
{
	struct toy_softc *sc = arg;

	toy_rx(sc);
	return 1;
}

/* ---- software interrupts: nothing is held when they come ---- */

/* Takes a mutex above its level, which is right: c is zero here. */
static void
ok_toy_rxsoft(void *arg)
{
	struct toy_softc *sc = arg;

	TOY_LOCK(sc);
	sc->sc_rx = 0;
	TOY_UNLOCK(sc);
}

static void
bad_toy_txsoft(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splnet();
	if (!sc->sc_up)
		return;			/* expect: IPL001 in bad_toy_txsoft */
	sc->sc_tx = 0;
	splx(s);
}

/* An adaptive mutex, by its level: lost, but no level moves. */
static void
bad_toy_linksoft(void *arg)
{
	struct toy_softc *sc = arg;

	mutex_enter(&sc->sc_stat_lock);
	if (!sc->sc_up)
		return;			/* expect: IPL013 in bad_toy_linksoft */
	sc->sc_errors = 0;
	mutex_exit(&sc->sc_stat_lock);
}

/* ---- callouts ---- */

static void
ok_toy_tick(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splnet();
	sc->sc_tx++;
	splx(s);
	callout_schedule(&sc->sc_tick, hz);
}

static void
bad_toy_watchdog(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = splnet();
	if (sc->sc_tx == 0)
		return;			/* expect: IPL001 in bad_toy_watchdog */
	sc->sc_errors++;
	splx(s);
	callout_reset(&sc->sc_watchdog, hz, bad_toy_watchdog, sc);
}

/* A callout that takes a token from a wrapper and never gives it back. */
static int
toy_led_enter(struct toy_softc *sc)
{
	int s = splnet();

	sc->sc_regs[4] = 1;
	return s;
}

static void
bad_toy_led(void *arg)
{
	struct toy_softc *sc = arg;
	int s;

	s = toy_led_enter(sc);
	sc->sc_errors += s >= IPL_VM;
}					/* expect: IPL001 in bad_toy_led */

void
toy_attach(struct toy_softc *sc, pci_chipset_tag_t pc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NET);
	mutex_init(&sc->sc_stat_lock, MUTEX_DEFAULT, IPL_SOFTNET);

	(void)pci_intr_establish(pc, 1, IPL_NET, ok_toy_intr, sc);
	(void)pci_intr_establish(pc, 2, IPL_NET, bad_toy_intr, sc);
	(void)pci_intr_establish(pc, 3, IPL_NET, bad_toy_lock_intr, sc);
	(void)pci_intr_establish(pc, 4, IPL_NET, bad_toy_block_intr, sc);
	(void)pci_intr_establish(pc, 6, IPL_NET, ok_toy_block_intr, sc);
	(void)pci_intr_establish(pc, 7, IPL_NET, ok_toy_rx_intr, sc);

	sc->sc_rxsi = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    ok_toy_rxsoft, sc);
	sc->sc_txsi = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    bad_toy_txsoft, sc);
	sc->sc_linksi = softint_establish(SOFTINT_NET, bad_toy_linksoft, sc);

	callout_init(&sc->sc_tick, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_tick, ok_toy_tick, sc);
	callout_init(&sc->sc_watchdog, 0);
	callout_reset(&sc->sc_watchdog, hz, bad_toy_watchdog, sc);
	callout_init(&sc->sc_led, 0);
	callout_setfunc(&sc->sc_led, bad_toy_led, sc);
}
