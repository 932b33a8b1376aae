/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cons: the console, through a table of functions.
 */

#ifndef _DEV_CONS_H_
#define _DEV_CONS_H_

#include <sys/types.h>

struct consdev {
	int	(*cn_getc)(dev_t);
	void	(*cn_putc)(dev_t, int);
	void	(*cn_pollc)(dev_t, int);
	dev_t	cn_dev;
};

extern struct consdev *cn_tab;

int	cngetc(void);
void	ok_cnpollc(int);

/* Keyboards: several drivers provide these. */
struct wskbd_consops {
	void	(*getc)(void *, u_int *, int *);
	void	(*pollc)(void *, int);
};

#endif /* _DEV_CONS_H_ */
