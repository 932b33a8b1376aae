/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * xenevt: events for a user program.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct xenevt {
	kmutex_t xe_lock;		/* spin, IPL_HIGH */
	int xe_refs;
	bool xe_gone;
	u_int xe_ports[4];
};

struct xenevt *
xenevt_alloc(void)
{
	struct xenevt *xe = kmem_alloc(sizeof(*xe));

	mutex_init(&xe->xe_lock, MUTEX_DEFAULT, IPL_HIGH);
	xe->xe_refs = 1;
	xe->xe_gone = false;
	return xe;
}

/* Called with the lock held.  Releases and destroys it. */
static void
ok_xenevt_free(struct xenevt *xe)
{

	mutex_exit(&xe->xe_lock);
	mutex_destroy(&xe->xe_lock);
	kmem_free(xe, sizeof(*xe));
}

void
ok_xenevt_close(struct xenevt *xe)
{

	mutex_enter(&xe->xe_lock);
	if (--xe->xe_refs == 0) {
		ok_xenevt_free(xe);
		return;
	}
	mutex_exit(&xe->xe_lock);
}

/*
 * Called with the lock held, is to release it on all paths.
 * ok_xenevt_unbind() relies on that and is not to blame.
 */
static void
bad_xenevt_drop(struct xenevt *xe)
{

	xe->xe_refs--;
	if (xe->xe_gone)
		return;			/* expect: IPL003 in bad_xenevt_drop */
	xe->xe_ports[0] = 0;
	mutex_exit(&xe->xe_lock);
}

void
ok_xenevt_unbind(struct xenevt *xe)
{

	mutex_enter(&xe->xe_lock);
	bad_xenevt_drop(xe);
}
