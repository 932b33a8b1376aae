/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cons: callers of functions that raise or restore by an argument.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/cons.h>

struct consdev *cn_tab;

int
cngetc(void)
{

	if (cn_tab == NULL)
		return 0;
	return (*cn_tab->cn_getc)(cn_tab->cn_dev);
}

/*
 * On: raised, the token is in the device.  Off: restored from there.  With
 * no console at all neither happens, which callers cannot tell.
 */
void
ok_cnpollc(int on)
{

	if (cn_tab == NULL)
		return;
	(*cn_tab->cn_pollc)(cn_tab->cn_dev, on);
}

int
ok_cngetsn(char *buf, int size)
{
	int c, n = 0;

	if (cn_tab == NULL)
		return 0;
	(*cn_tab->cn_pollc)(cn_tab->cn_dev, 1);
	while (n < size && (c = cngetc()) != '\n')
		buf[n++] = (char)c;
	(*cn_tab->cn_pollc)(cn_tab->cn_dev, 0);
	return n;
}

int
bad_cngetsn(char *buf, int size)
{
	int c, n;

	if (cn_tab == NULL)
		return 0;
	(*cn_tab->cn_pollc)(cn_tab->cn_dev, 1);
	for (n = 0; n < size; n++) {
		c = cngetc();
		if (c == 0)
			return 0;	/* expect: IPL004 in bad_cngetsn */
		buf[n] = (char)c;
	}
	(*cn_tab->cn_pollc)(cn_tab->cn_dev, 0);
	return n;
}

/*
 * Two kinds of keyboard.  One of them raises, the other does not, and one
 * must know that both calls reach the same one.
 */
u_int
ok_wskbd_cngetc(const struct wskbd_consops *ops, void *cookie)
{
	u_int type;
	int data;

	(*ops->pollc)(cookie, 1);
	(*ops->getc)(cookie, &type, &data);
	(*ops->pollc)(cookie, 0);
	return type;
}
