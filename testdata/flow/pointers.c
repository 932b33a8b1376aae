/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Calls through pointers: members, nested structs, arrays of operations,
 * arguments that callees keep, casts, tables of handlers, switch tables of
 * devices.  Whom a call reaches shows in what its caller is blamed for.
 */

#include "toy.h"

struct dev_ops {
	void (*op_lock)(struct softc *);
	void (*op_unlock)(struct softc *);
	int (*op_start)(struct softc *);
};

struct bus {
	struct {
		struct dev_ops b_ops;
		int (*b_poll)(struct softc *, int);
	} b_in;
	const struct dev_ops *b_table;
};

typedef void (*hook_fn)(struct softc *);

struct hook {
	hook_fn h_fn;
	void *h_any;
};

/* ---- a member, directly and behind a pointer to a table ---- */

static void
toy_lock(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
}

static void
toy_unlock(struct softc *sc)
{

	mutex_spin_exit(&sc->sc_lock);
}

static int
bad_start(struct softc *sc)
{
	int s = splvm();

	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

static const struct dev_ops toy_ops = { toy_lock, toy_unlock, bad_start };

int ok_by_table(struct bus *, struct softc *);
int bad_by_table(struct bus *, struct softc *);
int ok_by_member(struct bus *, struct softc *);
int bad_by_member(struct bus *, struct softc *);

int
ok_by_table(struct bus *b, struct softc *sc)
{

	b->b_table->op_lock(sc);
	sc->sc_flags = 0;
	b->b_table->op_unlock(sc);
	return 0;
}

int
bad_by_table(struct bus *b, struct softc *sc)
{

	b->b_table->op_lock(sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	b->b_table->op_unlock(sc);
	return 0;
}

int
ok_by_member(struct bus *b, struct softc *sc)
{

	b->b_in.b_ops.op_lock(sc);
	sc->sc_flags = 0;
	(*b->b_in.b_ops.op_unlock)(sc);
	return 0;
}

int
bad_by_member(struct bus *b, struct softc *sc)
{

	b->b_in.b_ops.op_lock(sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	b->b_in.b_ops.op_unlock(sc);
	return 0;
}

/* ---- an array of operations, by index ---- */

static int
toy_raise(struct softc *sc)
{

	sc->sc_spl = splhigh();
	return 0;
}

static int
toy_restore(struct softc *sc)
{

	splx(sc->sc_spl);
	return 0;
}

static int (*const raisers[])(struct softc *) = { toy_raise, toy_raise };
static int (*const restorers[])(struct softc *) = { toy_restore, toy_restore };

int ok_by_index(struct softc *, int);
int bad_by_index(struct softc *, int);

int
ok_by_index(struct softc *sc, int n)
{

	(void)(*raisers[n & 1])(sc);
	sc->sc_flags = n;
	(void)(*restorers[n & 1])(sc);
	return 0;
}

int
bad_by_index(struct softc *sc, int n)
{

	(void)(*raisers[n & 1])(sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL004 */
	(void)(*restorers[n & 1])(sc);
	return 0;
}

/* ---- an argument that the callee keeps ---- */

static struct hook hooks[4];

static void
hook_establish(int n, hook_fn fn)
{

	hooks[n].h_fn = fn;
}

static void
hook_run(int n, struct softc *sc)
{

	(*hooks[n].h_fn)(sc);
}

static void
toy_hook(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_high);
}

int ok_hook(struct softc *);
int bad_hook(struct softc *);
void attach_hook(void);

void
attach_hook(void)
{

	hook_establish(1, toy_hook);
}

int
ok_hook(struct softc *sc)
{

	hook_run(1, sc);
	sc->sc_flags = 0;
	mutex_spin_exit(&sc->sc_high);
	return 0;
}

int
bad_hook(struct softc *sc)
{

	hook_run(1, sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_high);
	return 0;
}

/* ---- kept as something else, and cast back ---- */

static void
hook_keep(struct hook *h, void *any)
{

	h->h_any = any;
}

static void
toy_kept(struct softc *sc)
{

	mutex_spin_enter(&sc->sc_lock);
}

int ok_cast_back(struct hook *, struct softc *);
int bad_cast_back(struct hook *, struct softc *);
void attach_cast(struct hook *);

void
attach_cast(struct hook *h)
{

	hook_keep(h, (void *)toy_kept);
}

int
ok_cast_back(struct hook *h, struct softc *sc)
{

	((hook_fn)h->h_any)(sc);
	sc->sc_flags = 0;
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

int
bad_cast_back(struct hook *h, struct softc *sc)
{

	((hook_fn)h->h_any)(sc);
	if (sc->sc_dead)
		return 0;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 0;
}

/* ---- handlers: a cast, a table, a struct that is passed on ---- */

struct frame {
	int f_pc;
};

static int
ok_clock_intr(void *arg, struct frame *f)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_high);
	sc->sc_flags = f->f_pc;
	mutex_spin_exit(&sc->sc_high);
	return 1;
}

static int
bad_clock_intr(void *arg, struct frame *f)
{
	struct softc *sc = arg;
	int s = splhigh();

	if (sc->sc_dead)
		return 0;		/* expect: IPL001 */
	splx(s);
	return f->f_pc;
}

static int
ok_table_intr(void *arg)
{
	struct softc *sc = arg;
	int s = splhigh();

	sc->sc_flags++;
	splx(s);
	return 1;
}

static int
bad_table_intr(void *arg)
{
	struct softc *sc = arg;
	int s = splhigh();

	if (sc->sc_flags)
		return 0;		/* expect: IPL001 */
	splx(s);
	return 1;
}

static const struct {
	int t_ipl;
	int (*t_fn)(void *);
} intrs[] = {
	{ IPL_VM, ok_table_intr },
	{ IPL_VM, bad_table_intr },
};

struct intr_args {
	int ia_level;
	int (*ia_fn)(void *);
	void *ia_arg;
};

static void *
intr_pass_on(struct intr_args *ia)
{

	return pci_intr_establish(NULL, 0, ia->ia_level, ia->ia_fn,
	    ia->ia_arg);
}

static int
ok_passed_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);
	sc->sc_flags++;
	mutex_spin_exit(&sc->sc_lock);
	return 1;
}

static int
bad_passed_intr(void *arg)
{
	struct softc *sc = arg;

	mutex_spin_enter(&sc->sc_lock);
	if (sc->sc_dead)
		return 1;		/* expect: IPL003 */
	mutex_spin_exit(&sc->sc_lock);
	return 1;
}

void attach_intrs(struct softc *);

void
attach_intrs(struct softc *sc)
{
	struct intr_args ia;
	unsigned i;

	pci_intr_establish(NULL, 0, IPL_VM, (int (*)(void *))ok_clock_intr,
	    sc);
	pci_intr_establish(NULL, 0, IPL_VM, (int (*)(void *))bad_clock_intr,
	    sc);
	for (i = 0; i < sizeof(intrs) / sizeof(intrs[0]); i++)
		pci_intr_establish(NULL, 0, intrs[i].t_ipl, intrs[i].t_fn,
		    sc);
	ia.ia_level = IPL_VM;
	ia.ia_fn = ok_passed_intr;
	ia.ia_arg = sc;
	intr_pass_on(&ia);
	ia.ia_fn = bad_passed_intr;
	intr_pass_on(&ia);
}

/* ---- a switch table of devices ---- */

typedef unsigned dev_t;

struct cdevsw {
	int (*d_open)(dev_t, int);
	int (*d_close)(dev_t, int);
};

static kmutex_t unit_lock;
static int units;

static int
ok_toy_open(dev_t dev, int flag)
{

	mutex_spin_enter(&unit_lock);
	if (units) {
		mutex_spin_exit(&unit_lock);
		return 16;
	}
	units = flag;
	mutex_spin_exit(&unit_lock);
	return 0;
}

static int
bad_toy_open(dev_t dev, int flag)
{

	mutex_spin_enter(&unit_lock);
	if (units)
		return 0;		/* expect: IPL003 */
	units = flag;
	mutex_spin_exit(&unit_lock);
	return 0;
}

static int
toy_close(dev_t dev, int flag)
{

	units = 0;
	return 0;
}

static const struct cdevsw toy_cdevsw = { ok_toy_open, toy_close };
static const struct cdevsw toy2_cdevsw = { bad_toy_open, toy_close };
const struct cdevsw *cdevsw[] = { &toy_cdevsw, NULL, &toy2_cdevsw };

int ok_cdev_open(dev_t, int);
int bad_cdev_open(dev_t, int);

/* The targets differ, and one has a defect: that is not of this function. */
int
ok_cdev_open(dev_t dev, int flag)
{
	const struct cdevsw *d = cdevsw[dev >> 8];
	int s, error;

	if (d == NULL)
		return 6;
	s = splvm();
	error = (*d->d_open)(dev, flag);
	splx(s);
	return error;
}

int
bad_cdev_open(dev_t dev, int flag)
{
	const struct cdevsw *d = cdevsw[dev >> 8];
	int s, error;

	if (d == NULL)
		return 0;
	s = splvm();
	error = (*d->d_open)(dev, flag);
	if (error == 16)
		return 0;		/* expect: IPL004 */
	splx(s);
	return 0;
}

/* ---- two ways to lock, behind one pointer ---- */

struct audio_if {
	void (*a_get_locks)(struct softc *, kmutex_t **, kmutex_t **);
	int (*a_trigger)(struct softc *);
};

static void
toy_get_locks(struct softc *sc, kmutex_t **intr, kmutex_t **thread)
{

	*intr = &sc->sc_lock;
	*thread = &sc->sc_soft;
}

static int
toy_trigger(struct softc *sc)
{

	sc->sc_flags++;
	return sc->sc_dead;
}

static const struct audio_if toy_if = { toy_get_locks, toy_trigger };
const struct audio_if *toy_audio = &toy_if;

int ok_method_locks(struct audio_if *, struct softc *);
int bad_method_locks(struct audio_if *, struct softc *);

int
ok_method_locks(struct audio_if *a, struct softc *sc)
{
	kmutex_t *intr, *thread;
	int error;

	a->a_get_locks(sc, &intr, &thread);
	mutex_enter(thread);
	mutex_enter(intr);
	error = a->a_trigger(sc);
	mutex_exit(intr);
	mutex_exit(thread);
	return error;
}

int
bad_method_locks(struct audio_if *a, struct softc *sc)
{
	kmutex_t *intr, *thread;

	a->a_get_locks(sc, &intr, &thread);
	mutex_enter(thread);
	mutex_enter(intr);
	if (a->a_trigger(sc)) {
		mutex_exit(thread);
		return 0;		/* expect: IPL003 */
	}
	mutex_exit(intr);
	mutex_exit(thread);
	return 0;
}

void attach_pointers(struct softc *, struct bus *);

void
attach_pointers(struct softc *sc, struct bus *b)
{

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&sc->sc_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&sc->sc_soft, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&unit_lock, MUTEX_DEFAULT, IPL_VM);
	b->b_table = &toy_ops;
	b->b_in.b_ops = toy_ops;
}
