/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * wdc: goto out, switch, loops, and a spin mutex at IPL_VM.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct wdc_xfer {
	struct wdc_xfer *x_next;
	int x_state;
	u_int x_count;
};

struct wdc_softc {
	kmutex_t sc_lock;		/* spin, IPL_BIO */
	struct wdc_xfer *sc_queue;
	volatile uint8_t *sc_regs;
	bool sc_detached;
	kcondvar_t sc_cv;
};

enum { XS_IDLE, XS_READ, XS_WRITE, XS_ERROR };

void
wdc_attach(struct wdc_softc *sc)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_BIO);
	cv_init(&sc->sc_cv, "wdcidle");
}

/* ---- goto out ---- */

int
ok_wdc_start(struct wdc_softc *sc, struct wdc_xfer *x)
{
	int error, s;

	s = splbio();
	if (sc->sc_detached) {
		error = ENXIO;
		goto out;
	}
	if (x->x_count == 0) {
		error = EINVAL;
		goto out;
	}
	x->x_next = sc->sc_queue;
	sc->sc_queue = x;
	error = 0;
out:
	splx(s);
	return error;
}

/* One goto goes past the restore, to a label that it shares. */
int
bad_wdc_start(struct wdc_softc *sc, struct wdc_xfer *x)
{
	int error, s;

	if (x == NULL) {
		error = EINVAL;
		goto out;
	}
	s = splbio();
	if (sc->sc_detached) {
		error = EINVAL;
		goto out;
	}
	x->x_next = sc->sc_queue;
	sc->sc_queue = x;
	error = 0;
	splx(s);
out:
	return error;			/* expect: IPL004 in bad_wdc_start */
}

/* The error that is told apart by the result only. */
int
bad_wdc_probe(struct wdc_softc *sc)
{
	int s;

	s = splbio();
	if (sc->sc_regs[7] == 0xff)
		return EIO;		/* expect: IPL004 in bad_wdc_probe */
	sc->sc_regs[6] = 0xa0;
	splx(s);
	return 0;
}

/* The same with the mutex.  No caller releases it after an error. */
int
bad_wdc_select(struct wdc_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	if (sc->sc_regs[7] == 0xff)
		return EIO;		/* expect: IPL003 in bad_wdc_select */
	sc->sc_regs[6] = 0xa0;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
ok_wdc_reselect(struct wdc_softc *sc)
{
	int error;

	error = bad_wdc_select(sc);
	if (error != 0)
		return error;
	return bad_wdc_probe(sc);
}

/* Zero: held.  A caller knows. */
static int
ok_wdc_acquire(struct wdc_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	if (sc->sc_detached) {
		mutex_exit(&sc->sc_lock);
		return ENXIO;
	}
	return 0;
}

int
ok_wdc_flush(struct wdc_softc *sc)
{
	int error;

	error = ok_wdc_acquire(sc);
	if (error != 0)
		return error;
	sc->sc_queue = NULL;
	mutex_exit(&sc->sc_lock);
	return 0;
}

int
bad_wdc_flush(struct wdc_softc *sc)
{
	int error;

	error = ok_wdc_acquire(sc);
	if (error != 0)
		return error;
	if (sc->sc_queue == NULL)
		return 0;		/* expect: IPL003 in bad_wdc_flush */
	sc->sc_queue = NULL;
	mutex_exit(&sc->sc_lock);
	return 0;
}

/* ---- switch ---- */

int
ok_wdc_state(struct wdc_softc *sc, struct wdc_xfer *x)
{
	int s;

	s = splbio();
	switch (x->x_state) {
	case XS_IDLE:
		splx(s);
		return 0;
	case XS_READ:
	case XS_WRITE:
		x->x_count--;
		break;
	case XS_ERROR:
		sc->sc_detached = true;
		/* FALLTHROUGH */
	default:
		splx(s);
		return EIO;
	}
	splx(s);
	return 0;
}

int
bad_wdc_state(struct wdc_softc *sc, struct wdc_xfer *x)
{
	int s;

	s = splbio();
	switch (x->x_state) {
	case XS_READ:
	case XS_WRITE:
		x->x_count--;
		break;
	case XS_ERROR:
		sc->sc_detached = true;
		return 0;		/* expect: IPL004 in bad_wdc_state */
	default:
		break;
	}
	splx(s);
	return 0;
}

/* ---- loops ---- */

u_int
ok_wdc_drain(struct wdc_softc *sc)
{
	struct wdc_xfer *x;
	u_int n = 0;
	int s;

	for (;;) {
		s = splbio();
		x = sc->sc_queue;
		if (x == NULL) {
			splx(s);
			break;
		}
		sc->sc_queue = x->x_next;
		splx(s);
		n += x->x_count;
	}
	return n;
}

/* Breaks before the restore. */
void
bad_wdc_drain(struct wdc_softc *sc, u_int *np)
{
	struct wdc_xfer *x;
	int s;

	if (sc->sc_detached)
		return;
	for (;;) {
		s = splbio();
		x = sc->sc_queue;
		if (x == NULL)
			break;
		sc->sc_queue = x->x_next;
		splx(s);
		*np += x->x_count;
	}
}					/* expect: IPL004 in bad_wdc_drain */

/* Continues before the restore; the next save then saves the wrong level. */
void
bad_wdc_count(struct wdc_softc *sc, u_int *np)
{
	struct wdc_xfer *x;
	int s;

	for (x = sc->sc_queue; x != NULL; x = x->x_next) {
		s = splbio();
		if (x->x_state == XS_IDLE)
			continue;
		*np += x->x_count;
		splx(s);
	}
}					/* expect: IPL004 in bad_wdc_count */

/* Waits with the mutex held, which the wait gives back. */
void
ok_wdc_wait(struct wdc_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	while (sc->sc_queue != NULL)
		cv_wait(&sc->sc_cv, &sc->sc_lock);
	mutex_exit(&sc->sc_lock);
}

/* Does not give it back, because it was told not to. */
int
ok_wdc_sleep(struct wdc_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	if (sc->sc_queue == NULL) {
		mutex_exit(&sc->sc_lock);
		return 0;
	}
	return mtsleep(sc, PRIBIO | PNORELOCK, "wdcslp", hz, &sc->sc_lock);
}

int
bad_wdc_wait(struct wdc_softc *sc, int timo)
{
	int error;

	if (timo == 0)
		return ETIMEDOUT;
	mutex_enter(&sc->sc_lock);
	while (sc->sc_queue != NULL) {
		error = cv_timedwait(&sc->sc_cv, &sc->sc_lock, timo);
		if (error != 0)
			return ETIMEDOUT;	/* expect: IPL003 in bad_wdc_wait */
	}
	mutex_exit(&sc->sc_lock);
	return 0;
}
