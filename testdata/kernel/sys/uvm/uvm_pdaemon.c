/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * uvm_pdaemon: a lock that belongs to the owner of a page, tried.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct uvm_object {
	kmutex_t *vmobjlock;		/* may be shared */
	u_int uo_npages;
};

struct vm_page {
	struct vm_page *next;
	struct uvm_object *uobject;
	u_int flags;
};

#define PG_BUSY		0x01
#define PG_CLEAN	0x02

static kmutex_t uvm_pageqlock;		/* spin, IPL_VM */

void
uvm_obj_init(struct uvm_object *uobj, kmutex_t *lock)
{

	uobj->vmobjlock = lock != NULL ? lock :
	    mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	mutex_init(&uvm_pageqlock, MUTEX_DEFAULT, IPL_VM);
}

/* The lock of the owner, held, or NULL. */
static kmutex_t *
ok_uvmpd_trylockowner(struct vm_page *pg)
{
	kmutex_t *slock;

	if (pg->uobject == NULL)
		return NULL;
	slock = pg->uobject->vmobjlock;
	if (!mutex_tryenter(slock))
		return NULL;
	return slock;
}

u_int
ok_uvmpd_scan(struct vm_page *pg)
{
	kmutex_t *slock;
	u_int n = 0;

	for (; pg != NULL; pg = pg->next) {
		slock = ok_uvmpd_trylockowner(pg);
		if (slock == NULL)
			continue;
		if (pg->flags & PG_BUSY) {
			mutex_exit(slock);
			continue;
		}
		n++;
		mutex_exit(slock);
	}
	return n;
}

void
bad_uvmpd_scan(struct vm_page *pg, u_int *np)
{
	kmutex_t *slock;

	for (; pg != NULL; pg = pg->next) {
		slock = ok_uvmpd_trylockowner(pg);
		if (slock == NULL)
			continue;
		if (pg->flags & PG_BUSY)
			break;
		++*np;
		mutex_exit(slock);
	}
}					/* expect: IPL003 in bad_uvmpd_scan */

/* Drops the lock of the queue to get the other one, and starts again. */
void
ok_uvmpd_clean(struct vm_page *pg)
{
	kmutex_t *slock;

again:
	mutex_enter(&uvm_pageqlock);
	if (pg->flags & PG_CLEAN) {
		mutex_exit(&uvm_pageqlock);
		return;
	}
	slock = ok_uvmpd_trylockowner(pg);
	if (slock == NULL) {
		mutex_exit(&uvm_pageqlock);
		delay(1);
		goto again;
	}
	pg->flags |= PG_CLEAN;
	mutex_exit(slock);
	mutex_exit(&uvm_pageqlock);
}

/* Gives up with the lock still held. */
void
bad_uvmpd_clean(struct vm_page *pg)
{
	kmutex_t *slock;

	mutex_enter(&uvm_pageqlock);
	if (pg->flags & PG_CLEAN) {
		mutex_exit(&uvm_pageqlock);
		return;
	}
	slock = ok_uvmpd_trylockowner(pg);
	if (slock == NULL)
		return;			/* expect: IPL003 in bad_uvmpd_clean */
	pg->flags |= PG_CLEAN;
	mutex_exit(slock);
	mutex_exit(&uvm_pageqlock);
}
