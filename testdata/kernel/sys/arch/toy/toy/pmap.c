/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * pmap: a table of mappings, its lock, and a macro that is wrong.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mutex.h>

struct pv_entry {
	struct pv_entry *pv_next;
	uintptr_t pv_va;
};

static kmutex_t pvtable_lock;		/* spin, IPL_VM */
static kmutex_t pmap_lock;		/* spin, IPL_VM */
static struct pv_entry *pv_free;

#define PVTABLE_LOCK	mutex_spin_enter(&pvtable_lock)
#define PVTABLE_UNLOCK	mutex_spin_exit(&pvtable_lock)
/* What was meant is mutex_spin_exit(). */
#define PVTABLE_UNLOCK2	mutex_spin_enter(&pvtable_lock)

void
pmap_bootstrap(void)
{

	mutex_init(&pvtable_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&pmap_lock, MUTEX_DEFAULT, IPL_VM);
}

void
ok_pv_free(struct pv_entry *pv)
{

	if (pv == NULL)
		return;
	PVTABLE_LOCK;
	pv->pv_next = pv_free;
	pv_free = pv;
	PVTABLE_UNLOCK;
}

void
bad_pv_free(struct pv_entry *pv)
{

	if (pv == NULL)
		return;
	PVTABLE_LOCK;
	pv->pv_next = pv_free;
	pv_free = pv;
	PVTABLE_UNLOCK2;		/* expect: IPL003 in bad_pv_free */
}

/* The same with no way around it. */
void
bad_pv_count(u_int *np)
{
	struct pv_entry *pv;

	PVTABLE_LOCK;
	for (*np = 0, pv = pv_free; pv != NULL; pv = pv->pv_next)
		++*np;
	PVTABLE_UNLOCK2;		/* expect: IPL003 in bad_pv_count */
}

/* Locks unless the caller has done so. */
int
ok_pmap_enter(uintptr_t va, bool can_lock)
{
	int error = 0;

	if (can_lock)
		mutex_enter(&pmap_lock);
	if (va == 0)
		error = EINVAL;
	if (can_lock)
		mutex_exit(&pmap_lock);
	return error;
}

int
bad_pmap_enter(uintptr_t va, bool can_lock)
{

	if (va == 1)
		return EINVAL;
	if (can_lock)
		mutex_enter(&pmap_lock);
	if (va == 0)
		return EINVAL;		/* expect: IPL003 in bad_pmap_enter */
	if (can_lock)
		mutex_exit(&pmap_lock);
	return 0;
}
