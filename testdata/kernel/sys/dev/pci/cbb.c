/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cbb: a bridge that keeps a list of its children's handlers and enters
 * each of them at its own level.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <arch/toy/include/pci_machdep.h>

struct cbb_child {
	struct cbb_child *cc_next;
	int	(*cc_func)(void *);
	void	*cc_arg;
	int	cc_level;
	ipl_cookie_t cc_icookie;
};

struct cbb_softc {
	struct cbb_child *sc_children;
	kmutex_t sc_chain_lock;		/* spin, IPL_HIGH */
	volatile uint32_t *sc_regs;
};

typedef struct cbb_softc *cardbus_chipset_tag_t;
typedef void *cardbus_function_tag_t;

struct cbdev_softc {
	volatile uint32_t *sc_regs;
	u_int sc_events;
	bool sc_ejected;
};

/* Raises for each child, and restores after it. */
static int
ok_cbb_intr(void *arg)
{
	struct cbb_softc *sc = arg;
	struct cbb_child *cc;
	int claimed = 0, s;

	for (cc = sc->sc_children; cc != NULL; cc = cc->cc_next) {
		s = splraiseipl(cc->cc_icookie);
		claimed |= (*cc->cc_func)(cc->cc_arg);
		splx(s);
	}
	return claimed;
}

/*
 * Goes to the top, down to each child's level, and back to where it was:
 * "splx" as a way to set the level.
 */
static int
ok_cbb_vector(void *arg)
{
	struct cbb_softc *sc = arg;
	struct cbb_child *cc;
	int claimed = 0, s;

	s = splhigh();
	for (cc = sc->sc_children; cc != NULL; cc = cc->cc_next) {
		splx(cc->cc_level);
		claimed |= (*cc->cc_func)(cc->cc_arg);
		(void)splhigh();
	}
	splx(s);
	return claimed;
}

/* The same under the lock of the list. */
static int
bad_cbb_vector(void *arg)
{
	struct cbb_softc *sc = arg;
	struct cbb_child *cc;
	int s;

	s = splhigh();
	mutex_spin_enter(&sc->sc_chain_lock);
	for (cc = sc->sc_children; cc != NULL; cc = cc->cc_next) {
		splx(cc->cc_level);	/* expect: IPL006 in bad_cbb_vector */
		(void)(*cc->cc_func)(cc->cc_arg);
		(void)splhigh();
	}
	mutex_spin_exit(&sc->sc_chain_lock);
	splx(s);
	return 1;
}

/* Keeps function and level for later. */
void *
cardbus_intr_establish(cardbus_chipset_tag_t sc, cardbus_function_tag_t cf,
    int level, int (*func)(void *), void *arg)
{
	struct cbb_child *cc;
	int s;

	__USE(cf);
	cc = kmem_alloc(sizeof(*cc));
	cc->cc_func = func;
	cc->cc_arg = arg;
	cc->cc_level = level;
	cc->cc_icookie = makeiplcookie(level);
	s = splhigh();
	cc->cc_next = sc->sc_children;
	sc->sc_children = cc;
	splx(s);
	return cc;
}

static int
ok_cbdev_intr(void *arg)
{
	struct cbdev_softc *sc = arg;

	if (sc->sc_regs[0] == 0)
		return 0;
	sc->sc_events++;
	return 1;
}

static int
bad_cbdev_intr(void *arg)
{
	struct cbdev_softc *sc = arg;
	int s;

	s = splsched();
	if (sc->sc_ejected)
		return 0;		/* expect: IPL001 in bad_cbdev_intr */
	sc->sc_events++;
	splx(s);
	return 1;
}

void
cbb_attach(struct cbb_softc *sc, struct cbdev_softc *dev, pci_chipset_tag_t pc)
{

	mutex_init(&sc->sc_chain_lock, MUTEX_DEFAULT, IPL_HIGH);
	(void)pci_intr_establish(pc, 11, IPL_VM, ok_cbb_intr, sc);
	(void)pci_intr_establish(pc, 12, IPL_VM, ok_cbb_vector, sc);
	(void)pci_intr_establish(pc, 13, IPL_HIGH, bad_cbb_vector, sc);
	(void)cardbus_intr_establish(sc, NULL, IPL_NET, ok_cbdev_intr, dev);
	(void)cardbus_intr_establish(sc, NULL, IPL_NET, bad_cbdev_intr, dev);
}
