/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A lock that is a struct of its own around a mutex, as Linux has it: all
 * are of one class, and only the members around them tell them apart.
 */

#include "toy.h"

typedef struct spin {
	kmutex_t s_mutex;
} spin_t;

struct ring {
	spin_t r_lock;
	int r_head;
};

struct engine {
	spin_t e_lock;
	int e_state;
};

struct context {
	spin_t c_lock;
	int c_dead;
};

struct request {
	spin_t q_lock;
	int q_fence;
	struct context *q_context;
};

struct thread {
	spin_t *t_interlock;		/* any of them */
	int t_parked;
};

static struct ops {
	int (*o_init)(struct ring *);
	void *(*o_free)(struct ring *);
	int (*o_stop)(struct engine *);
} ops;

struct kcondvar;
extern struct kcondvar *thread_cv;
struct thread *current(void);

static inline void
spin_init(spin_t *s)
{

	mutex_init(&s->s_mutex, MUTEX_DEFAULT, IPL_VM);
}

static inline void
spin_lock(spin_t *s)
{

	mutex_enter(&s->s_mutex);
}

static inline void
spin_unlock(spin_t *s)
{

	mutex_exit(&s->s_mutex);
}

/* Nobody calls it; it gives up the caller's lock and takes it again. */
void
ok_park(void)
{
	struct thread *t = current();

	spin_unlock(t->t_interlock);
	t->t_parked = 1;
	cv_wait(thread_cv, NULL);
	spin_lock(t->t_interlock);
}

/* Somebody may take this one for whom nobody knows. */
void
ok_engine_lock(struct engine *e)
{

	spin_lock(&e->e_lock);
}

void
ok_engine_unlock(struct engine *e)
{

	spin_unlock(&e->e_lock);
}

/* In tables: neither of the above is meant to release it. */
static int
bad_init(struct ring *r)
{

	if (r->r_head == 0)
		return 0;
	spin_lock(&r->r_lock);
	r->r_head = 0;
	return 0;			/* expect: IPL003 */
}

static void *
bad_free(struct ring *r)
{

	spin_lock(&r->r_lock);
	if (random_bit())
		return NULL;		/* expect: IPL003 */
	spin_unlock(&r->r_lock);
	return r;
}

/* But of this one the second may be. */
static int
ok_stop(struct engine *e)
{

	if (e->e_state == 0)
		return 0;
	spin_lock(&e->e_lock);
	e->e_state = 0;
	return 0;
}

void
wrapped_attach(struct ring *r, struct engine *e, struct context *c,
    struct request *q)
{

	spin_init(&r->r_lock);
	spin_init(&e->e_lock);
	spin_init(&c->c_lock);
	spin_init(&q->q_lock);
	ops.o_init = bad_init;
	ops.o_free = bad_free;
	ops.o_stop = ok_stop;
}

int
ok_call(struct ring *r)
{

	(void)ops.o_free(r);
	return ops.o_init(r);
}

/* Lost two calls down; what is released up there is another one. */
static int
bad_await(struct request *q)
{

	spin_lock(&q->q_lock);
	q->q_fence++;
	return random_bit();		/* expect: IPL003 */
}

static int
ok_emit(struct request *q)
{

	if (q->q_context->c_dead)
		return -1;
	return bad_await(q);
}

static struct request *
next_request(struct context *c)
{
	extern struct request *requests(struct context *);

	return requests(c);
}

static int
ok_modify(struct context *c)
{
	struct request *q = next_request(c);

	if (q == NULL)
		return 0;
	return ok_emit(q);
}

int
ok_configure(struct context *c)
{
	int error;

	spin_lock(&c->c_lock);
	while (c->c_dead == 0) {
		spin_unlock(&c->c_lock);
		error = ok_modify(c);
		if (error != 0)
			return error;
		spin_lock(&c->c_lock);
	}
	spin_unlock(&c->c_lock);
	return 0;
}

/* Locked for a caller that releases it by another way to the same lock. */
static struct request *
ok_next_locked(struct context *c)
{
	struct request *q = next_request(c);

	spin_lock(&q->q_lock);
	return q;
}

int
ok_take_next(struct context *c)
{
	struct request *q = ok_next_locked(c);

	q->q_fence = 0;
	spin_unlock(&q->q_lock);
	return 0;
}
