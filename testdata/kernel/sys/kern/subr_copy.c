/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * subr_copy: the saved level in a global variable, with a mutex held.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

static kmutex_t ucas_lock;		/* spin, IPL_HIGH */
static int ucas_spl;

bool	user_word_present(const u_int *);

void
ucas_init(void)
{

	mutex_init(&ucas_lock, MUTEX_DEFAULT, IPL_HIGH);
}

/* Returns with the level raised, the token in a global, the mutex held. */
static void
ok_ucas_enter(void)
{
	int s;

	s = splsoftserial();
	mutex_spin_enter(&ucas_lock);
	ucas_spl = s;
}

static void
ok_ucas_exit(void)
{
	int s = ucas_spl;

	mutex_spin_exit(&ucas_lock);
	splx(s);
}

int
ok_ucas(u_int *uaddr, u_int old, u_int new)
{
	int error = 0;

	ok_ucas_enter();
	if (!user_word_present(uaddr))
		error = EFAULT;
	else if (*uaddr == old)
		*uaddr = new;
	ok_ucas_exit();
	return error;
}

int
bad_ucas(u_int *uaddr, u_int old, u_int new)
{

	if (uaddr == NULL)
		return EFAULT;
	ok_ucas_enter();
	if (!user_word_present(uaddr))
		return EFAULT;		/* expect: IPL003 in bad_ucas */
	if (*uaddr == old)
		*uaddr = new;
	ok_ucas_exit();
	return 0;
}

/*
 * The same only where there is more than one CPU: the two functions agree
 * about a global variable.
 */
static void
ok_ucas_mp_enter(void)
{
	int s;

	if (ncpu > 1) {
		s = splsoftserial();
		mutex_spin_enter(&ucas_lock);
		ucas_spl = s;
	}
}

static void
ok_ucas_mp_exit(void)
{

	if (ncpu > 1) {
		int s = ucas_spl;

		mutex_spin_exit(&ucas_lock);
		splx(s);
	}
}

void
ok_ucas_mp(u_int *uaddr, u_int new)
{

	ok_ucas_mp_enter();
	*uaddr = new;
	ok_ucas_mp_exit();
}

int
bad_ucas_mp(u_int *uaddr, u_int new)
{

	ok_ucas_mp_enter();
	if (!user_word_present(uaddr))
		return EFAULT;		/* expect: IPL003 in bad_ucas_mp */
	*uaddr = new;
	ok_ucas_mp_exit();
	return 0;
}

/* Taken on one CPU, too, and not released there. */
void
bad_ucas_up(u_int *uaddr, u_int new)
{

	ok_ucas_enter();
	*uaddr = new;
	ok_ucas_mp_exit();
}					/* expect: IPL003 in bad_ucas_up */
