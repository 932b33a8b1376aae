/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Vnodes: their lock is that of their object, and is called by both names.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct obj {
	kmutex_t o_lock;		/* spin, IPL_VM */
	int o_refs;
};

struct vnode {
	kmutex_t *v_interlock;		/* = &v_obj->o_lock */
	struct obj *v_obj;
};

int
ok_vref(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	vp->v_obj->o_refs++;
	mutex_exit(&vp->v_obj->o_lock);
	return 0;
}

int
bad_vref(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	if (vp->v_obj->o_refs == 0)
		return 0;		/* expect: IPL003 in bad_vref */
	mutex_exit(&vp->v_obj->o_lock);
	return 0;
}

void
vnalloc(struct vnode *vp)
{

	mutex_init(&vp->v_obj->o_lock, MUTEX_DEFAULT, IPL_VM);
	vp->v_interlock = &vp->v_obj->o_lock;
}
