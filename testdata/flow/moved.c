/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Mutexes that have moved: wrappers around calls through tables, run queues. */

#include "toy.h"
struct chan; struct xfer;
struct ops { void (*kill)(struct chan *, struct xfer *, int); };
struct xfer { struct xfer *next; struct chan *x_ch; const struct ops *ops; int x_state; };
struct queue { struct xfer *first; };
struct chan { kmutex_t ch_lock; struct queue *ch_q; int ch_n; };
extern void use(void *);
extern void kern_assert(const char *, ...);
#define KASSERT(e) do { if (!(e)) kern_assert("x %s", #e); } while (0)
extern int mutex_owned(kmutex_t *);
void chan_init(struct chan *c);
void chan_init(struct chan *c) { mutex_init(&c->ch_lock, MUTEX_DEFAULT, IPL_VM); }
void chan_lock(struct chan *c); void chan_unlock(struct chan *c);
void chan_lock(struct chan *c) { mutex_enter(&c->ch_lock); }
void chan_unlock(struct chan *c) { mutex_exit(&c->ch_lock); }
static void kill1(struct chan *c, struct xfer *x, int r) { chan_lock(c); x->x_state = r; chan_unlock(c); use(x); }
static void kill2(struct chan *c, struct xfer *x, int r) { use(x); chan_lock(c); c->ch_n--; chan_unlock(c); }
const struct ops ops1 = { kill1 }, ops2 = { kill2 };
void ok_kill_active(struct chan *c, int r);
void
ok_kill_active(struct chan *c, int r)
{
	struct queue *const q = c->ch_q;
	struct xfer *x, *n;
	KASSERT(mutex_owned(&c->ch_lock));
	for (x = q->first; x != NULL && (n = x->next, 1); x = n) {
		chan_unlock(c);
		x->ops->kill(x->x_ch, x, r);
		chan_lock(c);
	}
}
/* the run queues */
struct lwp { kmutex_t *l_mutex; struct cpu_info *l_cpu; struct lwp *l_next; int l_flag; };
struct cpu_info { kmutex_t *spc_mutex; struct lwp *spc_q; int spc_mcount; };
extern void lwp_unlock_to(struct lwp *, kmutex_t *);
extern kmutex_t *mutex_obj_alloc(int, int);
extern struct cpu_info *curcpu(void);
void cpu_init(struct cpu_info *ci);
void cpu_init(struct cpu_info *ci) { ci->spc_mutex = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED); ci->spc_q->l_mutex = ci->spc_mutex; }
static struct lwp *
catch(struct cpu_info *ci)
{
	struct cpu_info *cur = curcpu();
	struct lwp *l;
	if (ci->spc_mcount < 3) {
		mutex_spin_exit(ci->spc_mutex);
		return NULL;
	}
	l = ci->spc_q;
	for (;;) {
		if (l == NULL)
			break;
		if (l->l_flag) {
			l = l->l_next;
			continue;
		}
		l->l_cpu = cur;
		lwp_unlock_to(l, cur->spc_mutex);
		return l;
	}
	mutex_spin_exit(ci->spc_mutex);
	return l;
}
static inline void
dlock(struct cpu_info *a, struct cpu_info *b)
{
	if (a < b) {
		mutex_spin_enter(a->spc_mutex);
		mutex_spin_enter(b->spc_mutex);
	} else {
		mutex_spin_enter(b->spc_mutex);
		mutex_spin_enter(a->spc_mutex);
	}
}
int ok_steal(struct cpu_info *ci, struct cpu_info *t);
int
ok_steal(struct cpu_info *ci, struct cpu_info *t)
{
	struct lwp *l;
	if (t->spc_mcount != 0) {
		dlock(ci, t);
		l = catch(t);
		mutex_spin_exit(ci->spc_mutex);
		if (l != NULL)
			return 1;
	}
	return 0;
}
