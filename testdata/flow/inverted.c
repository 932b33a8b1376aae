/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* A port whose levels are numbered the other way: the lower masks more. */

#define __NetBSD_Version__	699001600

#define NULL		((void *)0)
#define IPL_NONE	7
#define IPL_SOFTCLOCK	6
#define IPL_SOFTBIO	5
#define IPL_SOFTNET	4
#define IPL_SOFTSERIAL	3
#define IPL_VM		2
#define IPL_SCHED	1
#define IPL_HIGH	0

#define MUTEX_DEFAULT	2

typedef struct kmutex {
	unsigned long mtx_owner;
} kmutex_t;

struct softc {
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	kmutex_t sc_soft;		/* adaptive, IPL_SOFTNET */
	int sc_flags, sc_dead, sc_ipl;
};

int	splraise(int);
int	splvm(void);
int	splhigh(void);
void	spllower(int);
#define splx(s)	spllower(s)
void	mutex_init(kmutex_t *, int, int);
void	mutex_enter(kmutex_t *);
void	mutex_exit(kmutex_t *);
void	mutex_spin_enter(kmutex_t *);
void	mutex_spin_exit(kmutex_t *);
void	*pci_intr_establish(void *, int, int, int (*)(void *), void *);

int ok_pair(struct softc *);
int bad_pair(struct softc *);
int raise_to(int);
int ok_argument(struct softc *);
int bad_argument(struct softc *);
void ok_outer(struct softc *);
int bad_drop(struct softc *);
int ok_adaptive(struct softc *);
void inverted_attach(struct softc *);

int
ok_pair(struct softc *sc)
{
	int s = splvm();

	sc->sc_flags++;
	splx(s);
	return 0;
}

int
bad_pair(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* The number comes from the caller. */
int
raise_to(int ipl)
{

	return splraise(ipl);
}

int
ok_argument(struct softc *sc)
{
	int s = raise_to(IPL_HIGH);

	sc->sc_flags++;
	splx(s);
	return 0;
}

int
bad_argument(struct softc *sc)
{
	int s = raise_to(IPL_HIGH);

	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* IPL_VM is no lower than the mutex. */
void
ok_outer(struct softc *sc)
{
	int s = splhigh();

	mutex_spin_enter(&sc->sc_lock);
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	splx(s);
}

int
bad_drop(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_high);
	splx(IPL_VM);			/* expect: IPL006 */
	mutex_spin_exit(&sc->sc_high);
	return 0;
}

/* IPL_SOFTNET is a soft level here as well. */
int
ok_adaptive(struct softc *sc)
{

	mutex_enter(&sc->sc_soft);
	if (sc->sc_dead)
		return 0;
	mutex_exit(&sc->sc_soft);
	return 0;
}

/* Entered at IPL_VM: IPL_NONE is below, IPL_HIGH above. */
static int
bad_high_intr(void *arg)
{
	struct softc *sc = arg;
	int s = splhigh();

	if (sc->sc_dead)
		return 0;		/* expect: IPL001 */
	splx(s);
	return 1;
}

static int
ok_same_intr(void *arg)
{
	struct softc *sc = arg;

	(void)splvm();
	sc->sc_flags++;
	return 1;
}

static int
bad_low_intr(void *arg)
{
	struct softc *sc = arg;

	sc->sc_flags++;
	splx(IPL_NONE);
	return 1;			/* expect: IPL012 */
}

/* Takes a mutex whose level is below its own. */
static int
bad_lock_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);	/* expect: IPL008 */
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	return 1;
}

static int
ok_lock_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_high);
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_high);
	return 1;
}

void
inverted_attach(struct softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_SOFTNET);
	pci_intr_establish(NULL, 0, IPL_VM, bad_high_intr, sc);
	pci_intr_establish(NULL, 0, IPL_VM, ok_same_intr, sc);
	pci_intr_establish(NULL, 0, IPL_VM, bad_low_intr, sc);
	pci_intr_establish(NULL, 0, IPL_SCHED, bad_lock_intr, sc);
	pci_intr_establish(NULL, 0, IPL_HIGH, ok_lock_intr, sc);
}
