/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Sockets: the lock is behind a pointer, which changes when sockets are
 * joined to a pair, and which both of a pair share.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct socket {
	kmutex_t *so_lock;		/* spin, IPL_VM; perhaps shared */
	struct socket *so_head;
	int so_error;
};

static void
solock(struct socket *so)
{
	kmutex_t *lock;

	lock = so->so_lock;
	mutex_enter(lock);
	while (lock != so->so_lock) {
		mutex_exit(lock);
		lock = so->so_lock;
		mutex_enter(lock);
	}
}

static void
sounlock(struct socket *so)
{

	mutex_exit(so->so_lock);
}

/* Takes one or two. */
static void
ok_solock2(struct socket *so, struct socket *peer)
{

	solock(so);
	if (peer->so_lock != so->so_lock)
		solock(peer);
}

static void
ok_sounlock2(struct socket *so, struct socket *peer)
{

	if (peer->so_lock != so->so_lock)
		sounlock(peer);
	sounlock(so);
}

int
ok_soconnect2(struct socket *so, struct socket *peer)
{

	ok_solock2(so, peer);
	so->so_head = peer;
	ok_sounlock2(so, peer);
	return 0;
}

int
bad_soconnect2(struct socket *so, struct socket *peer)
{

	ok_solock2(so, peer);
	if (peer->so_error)
		return 0;		/* expect: IPL003 in bad_soconnect2 */
	ok_sounlock2(so, peer);
	return 0;
}

int
ok_soreceive(struct socket *so)
{
	int error;

	solock(so);
	error = so->so_error;
	sounlock(so);
	return error;
}

int
bad_soreceive(struct socket *so)
{

	solock(so);
	if (so->so_error)
		return 0;		/* expect: IPL003 in bad_soreceive */
	sounlock(so);
	return 0;
}

void
socreate(struct socket *so)
{

	so->so_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	if (so->so_head != NULL)
		so->so_head->so_lock = so->so_lock;
}
