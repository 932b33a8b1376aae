/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Mutexes that functions, pointers and tables hand to each other. */

#include "toy.h"
struct cap { kmutex_t c_lock; int c_n; int c_ok; };
struct list { struct list *next; };
struct chan { int c_id; struct list c_head; };
struct dev { kmutex_t d_lock; struct list d_list; struct chan *d_chan; char *d_ptr;
	int (*d_acquire)(struct dev *); void (*d_release)(struct dev *); void (*d_kill)(struct dev *, int);
	int d_type; int d_state; int d_pending; struct dev *d_next; struct cap *d_caps; unsigned d_ncaps; struct list *d_q; };
extern int hw_ready(struct dev *);
extern void use(void *);
extern void kern_assert(const char *, ...);
#define KASSERT(e) do { if (!(e)) kern_assert("x %s", #e); } while (0)

void dev_init(struct dev *d);
static int ok_acquire(struct dev *);
static void get_release(struct dev *);
static int get_null(struct dev *);
static void put_null(struct dev *);
static void kill1(struct dev *, int);
static void kill2(struct dev *, int);
void
dev_init(struct dev *d)
{
	mutex_init(&d->d_lock, MUTEX_DEFAULT, IPL_VM);
	for (unsigned i = 0; i < d->d_ncaps; i++)
		mutex_init(&d->d_caps[i].c_lock, MUTEX_DEFAULT, IPL_VM);
	d->d_acquire = get_null;
	d->d_release = put_null;
	d->d_kill = kill1;
	if (hw_ready(d)) {
		d->d_acquire = ok_acquire;
		d->d_release = get_release;
		d->d_kill = kill2;
	}
}

/* 1. acquire/release through pointers: all callers indirect */
static int get_null(struct dev *d) { return 0; }
static void put_null(struct dev *d) { }
static int
ok_acquire(struct dev *d)
{
	int t;
	mutex_enter(&d->d_lock);
	for (t = 0; t < 200; t++)
		if (hw_ready(d))
			return 0;
	mutex_exit(&d->d_lock);
	return -1;
}
static void get_release(struct dev *d) { mutex_exit(&d->d_lock); }
void ok_user(struct dev *d);
void
ok_user(struct dev *d)
{
	if (d->d_acquire(d) != 0)
		return;
	use(d);
	d->d_release(d);
}
/* 1b. acquire through the pointer, direct exit */
void ok_reset(struct dev *d);
void
ok_reset(struct dev *d)
{
	switch (d->d_type) {
	case 1:
		if (d->d_acquire(d) != 0)
			break;
		use(d);
		mutex_exit(&d->d_lock);
		break;
	default:
		break;
	}
}
/* 2. result is pointer arithmetic: not NULL */
char *ok_wait(struct dev *d, int n);
char *
ok_wait(struct dev *d, int n)
{
	mutex_enter(&d->d_lock);
	if (n > 1000 && !hw_ready(d)) {
		mutex_exit(&d->d_lock);
		return NULL;
	}
	return d->d_ptr + n;
}
void ok_wait_user(struct dev *d);
void ok_wait_user(struct dev *d) { char *p = ok_wait(d, 3); if (p == NULL) return; use(p); mutex_exit(&d->d_lock); }
/* 3. result was dereferenced: not NULL */
#define entry(p) ((struct chan *)((char *)(p) - __builtin_offsetof(struct chan, c_head)))
extern struct list *list_first(struct list *);
extern struct list *list_next(struct list *);
struct chan *ok_find(struct dev *d, int id);
struct chan *
ok_find(struct dev *d, int id)
{
	struct chan *c;
	mutex_enter(&d->d_lock);
	for (c = entry(list_first(&d->d_list)); &c->c_head != &d->d_list; c = entry(list_next(&c->c_head))) {
		if (c->c_id == id)
			return c;
	}
	mutex_exit(&d->d_lock);
	return NULL;
}
/* 4. told by what an argument points to */
void ok_put(struct dev *d, struct chan **pc);
void
ok_put(struct dev *d, struct chan **pc)
{
	struct chan *c = *pc;
	if (c) {
		*pc = NULL;
		mutex_exit(&d->d_lock);
	}
}
void ok_put_user(struct dev *d);
void
ok_put_user(struct dev *d)
{
	struct chan *c = ok_find(d, 3);
	if (c) use(c);
	ok_put(d, &c);
}
/* 5. drop and retake in a loop around an indirect call */
static void kill1(struct dev *d, int r) { mutex_enter(&d->d_lock); d->d_state = r; mutex_exit(&d->d_lock); }
static void kill2(struct dev *d, int r) { mutex_enter(&d->d_lock); d->d_state = r; d->d_pending--; mutex_exit(&d->d_lock); use(d); }
void ok_kill_active(struct dev *d);
void
ok_kill_active(struct dev *d)
{
	struct list *l, *n;
	for (l = d->d_q; l != NULL && (n = l->next, 1); l = n) {
		mutex_exit(&d->d_lock);
		(*d->d_kill)(d, 1);
		mutex_enter(&d->d_lock);
	}
}
/* 6. null result, not tested, then released: the KASSERT says it is not null */
static struct cap *cap_lock(struct dev *d, unsigned n)
{
	struct cap *c;
	if (n >= d->d_ncaps) return NULL;
	c = &d->d_caps[n];
	mutex_enter(&c->c_lock);
	return c;
}
static inline void cap_unlock(struct cap *c) { KASSERT(c != NULL); mutex_exit(&c->c_lock); }
int ok_unregister(struct dev *d, unsigned n, int alg);
int
ok_unregister(struct dev *d, unsigned n, int alg)
{
	int e; struct cap *c = cap_lock(d, n);
	e = hw_ready(d);
	cap_unlock(c);
	return e;
}
/* 7. the best one of a loop is kept locked */
struct cap *ok_select(struct dev *d, int want);
struct cap *
ok_select(struct dev *d, int want)
{
	struct cap *c, *best = NULL;
	unsigned i;
	for (i = 0; i < d->d_ncaps; i++) {
		c = &d->d_caps[i];
		mutex_enter(&c->c_lock);
		if (c->c_ok == want) {
			if (best == NULL) {
				best = c;
				continue;
			} else if (c->c_n < best->c_n) {
				mutex_exit(&best->c_lock);
				best = c;
				continue;
			}
		}
		mutex_exit(&c->c_lock);
	}
	return best;
}
int ok_select_user(struct dev *d);
int
ok_select_user(struct dev *d)
{
	struct cap *c = ok_select(d, 2);
	if (c == NULL)
		return 1;
	mutex_exit(&c->c_lock);
	return 0;
}
/* 8. predicate helper on both sides, nobody holds the lock */
int ok_direct(unsigned long pa, unsigned long *va);
int ok_direct(unsigned long pa, unsigned long *va) { *va = pa + 0x1000; return 1; }
void fp_kunmap(struct dev *d, unsigned long va);
void
fp_kunmap(struct dev *d, unsigned long va)
{
	unsigned long v1;
	if (ok_direct(va - 0x1000, &v1) && v1 == va)
		return;	/* expect: IPL003, ideal: none */
	mutex_exit(&d->d_lock);
}
/* 9. switch without default */
int ok_suspend(struct dev *d);
int
ok_suspend(struct dev *d)
{
	int error = 0;
	switch (d->d_state) {
	case 1: case 2: mutex_exit(&d->d_lock); break;
	case 3: d->d_pending = 1; mutex_exit(&d->d_lock); break;
	case 4: mutex_exit(&d->d_lock); break;
	case 5: case 6: error = 4; mutex_exit(&d->d_lock); break;
	}
	return error;
}

/* 10. released if there is one, and if the caller asks for it */
struct clk {
	struct dev *k_dev;
	int k_rate;
};
static void
ok_clk_post(struct clk *k, int *flags)
{
	struct dev *d = k->k_dev;
	if (d && flags)
		mutex_exit(&d->d_lock);
	k->k_rate = 0;
}
static void
bad_clk_post(struct clk *k, int *flags)
{
	struct dev *d = k->k_dev;
	if (d && flags && k->k_rate)
		mutex_exit(&d->d_lock);
	k->k_rate = 0;
}					/* expect: IPL003 */
void ok_clk_prog(struct clk *k);
void
ok_clk_prog(struct clk *k)
{
	int flags = 1;
	if (k->k_dev)
		mutex_enter(&k->k_dev->d_lock);
	ok_clk_post(k, &flags);
	ok_clk_post(k, NULL);
}
void ok_clk_prog2(struct clk *k);
void
ok_clk_prog2(struct clk *k)
{
	int flags = 1;
	mutex_enter(&k->k_dev->d_lock);
	bad_clk_post(k, &flags);
}
