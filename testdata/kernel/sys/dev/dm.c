/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dm: releases the lock of the list after it has taken that of the device;
 * a table of drivers that is an array.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/mutex.h>

struct dm_dev {
	struct dm_dev *dd_next;
	kmutex_t dd_lock;		/* spin, IPL_BIO */
	u_int dd_refs;
	bool dd_disabled;
};

struct bdevsw {
	int	(*d_open)(struct dm_dev *);
	void	(*d_strategy)(struct dm_dev *, u_int);
	struct {
		int	(*d_ioctl)(struct dm_dev *, u_long);
	} d_ext;
};

static kmutex_t dm_list_lock;		/* spin, IPL_BIO */
static struct dm_dev *dm_list;

void
dm_init(struct dm_dev *dd)
{

	mutex_init(&dm_list_lock, MUTEX_DEFAULT, IPL_BIO);
	mutex_init(&dd->dd_lock, MUTEX_DEFAULT, IPL_BIO);
}

/* Called with the lock of the list held; releases it. */
static void
ok_dm_disable(struct dm_dev *dd)
{

	mutex_enter(&dd->dd_lock);
	mutex_exit(&dm_list_lock);
	dd->dd_disabled = true;
	mutex_exit(&dd->dd_lock);
}

int
ok_dm_detach(u_int refs)
{
	struct dm_dev *dd;

	mutex_enter(&dm_list_lock);
	for (dd = dm_list; dd != NULL; dd = dd->dd_next)
		if (dd->dd_refs == refs) {
			ok_dm_disable(dd);
			return 0;
		}
	mutex_exit(&dm_list_lock);
	return ENOENT;
}

/* The device's lock is what remains. */
int
bad_dm_detach(u_int refs)
{
	struct dm_dev *dd;

	mutex_enter(&dm_list_lock);
	for (dd = dm_list; dd != NULL; dd = dd->dd_next)
		if (dd->dd_refs == refs)
			break;
	if (dd == NULL) {
		mutex_exit(&dm_list_lock);
		return 0;
	}
	mutex_enter(&dd->dd_lock);
	mutex_exit(&dm_list_lock);
	if (dd->dd_disabled)
		return 0;		/* expect: IPL003 in bad_dm_detach */
	dd->dd_disabled = true;
	mutex_exit(&dd->dd_lock);
	return 0;
}

/* ---- an array of tables, one of them nested ---- */

static int
ok_dm_open(struct dm_dev *dd)
{
	int s;

	s = splbio();
	dd->dd_refs++;
	splx(s);
	return 0;
}

static void
ok_dm_strategy(struct dm_dev *dd, u_int blk)
{

	mutex_enter(&dd->dd_lock);
	dd->dd_refs += blk == 0;
	mutex_exit(&dd->dd_lock);
}

static void
bad_dm_strategy(struct dm_dev *dd, u_int blk)
{
	int s;

	s = splbio();
	if (dd->dd_disabled)
		return;			/* expect: IPL004 in bad_dm_strategy */
	dd->dd_refs += blk;
	splx(s);
}

static int
bad_dm_ioctl(struct dm_dev *dd, u_long cmd)
{
	int s;

	s = splbio();
	if (cmd == 0)
		return EINVAL;		/* expect: IPL004 in bad_dm_ioctl */
	if (dd->dd_refs == 0) {
		splx(s);
		return EINVAL;
	}
	splx(s);
	return 0;
}

static const struct bdevsw bdevsw[] = {
	{ ok_dm_open, ok_dm_strategy, { NULL } },
	[1] = {
		.d_open = ok_dm_open,
		.d_strategy = bad_dm_strategy,
		.d_ext.d_ioctl = bad_dm_ioctl,
	},
};

/* Calls through the array are not to blame. */
int
ok_bdev_io(u_int major, struct dm_dev *dd, u_long cmd)
{
	const struct bdevsw *sw;
	int error;

	if (major >= __arraycount(bdevsw))
		return ENXIO;
	sw = &bdevsw[major];
	error = (*sw->d_open)(dd);
	if (error != 0)
		return error;
	(*bdevsw[major].d_strategy)(dd, (u_int)cmd);
	if (sw->d_ext.d_ioctl == NULL)
		return ENODEV;
	return (*sw->d_ext.d_ioctl)(dd, cmd);
}
