/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Just enough of a kernel for one function at a time. */

#define __NetBSD_Version__	699001600

#define NULL		((void *)0)
#define IPL_NONE	0
#define IPL_SOFTCLOCK	2
#define IPL_SOFTBIO	3
#define IPL_SOFTNET	4
#define IPL_SOFTSERIAL	5
#define IPL_VM		6
#define IPL_SCHED	7
#define IPL_HIGH	8

#define MUTEX_DEFAULT	2
#define MUTEX_SPIN	0

typedef struct kmutex {
	unsigned long mtx_owner;
} kmutex_t;

struct softc {
	kmutex_t sc_lock;		/* spin, IPL_VM */
	kmutex_t sc_high;		/* spin, IPL_HIGH */
	kmutex_t sc_soft;		/* adaptive */
	kmutex_t *sc_ptr;		/* sc_lock, through a pointer */
	int sc_flags;
	int sc_dead;
	int sc_spl;
	struct softc *sc_next;
	int (*sc_op)(struct softc *);
};

int	splraise(int);
void	spllower(int);
int	splvm(void);
int	splhigh(void);
void	spl0(void);
#define splx(s)	spllower(s)

void	mutex_init(kmutex_t *, int, int);
void	mutex_enter(kmutex_t *);
void	mutex_exit(kmutex_t *);
void	mutex_spin_enter(kmutex_t *);
void	mutex_spin_exit(kmutex_t *);
int	mutex_tryenter(kmutex_t *);
void	panic(const char *, ...) __attribute__((__noreturn__));
int	random_bit(void);

/* Waiting. */
struct kcondvar;
void	cv_wait(struct kcondvar *, kmutex_t *);
int	kpause(const char *, int, int, kmutex_t *);
int	tsleep(void *, int, const char *, int);

/* Handlers, and what they are registered with. */
#define SOFTINT_BIO	0
#define SOFTINT_CLOCK	1
#define SOFTINT_SERIAL	2
#define SOFTINT_NET	3

void	*pci_intr_establish(void *, int, int, int (*)(void *), void *);
void	*softint_establish(unsigned, void (*)(void *), void *);
int	kthread_create(int, int, void *, void (*)(void *), void *, void *,
	    const char *, ...);
