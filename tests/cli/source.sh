#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# source.sh: two small units and their compile database, for the run cases.

cat >intr.h <<END
#define IPL_NONE 0
#define IPL_VM 6
#define IPL_HIGH 8
int splhigh(void);
void splx(int);
void *pci_intr_establish(void *, int, int, int (*)(void *), void *);
END

cat >foo.c <<END
#include "intr.h"

static int dead;

static int
foo_intr(void *arg)
{
	int s = splhigh();

	if (dead)
		return 0;
	splx(s);
	return 1;
}

void
foo_attach(void)
{
	pci_intr_establish(0, 1, IPL_VM, foo_intr, 0);
}
END

cat >bar.c <<END
#include "intr.h"

int
bar(void)
{
	int s = splhigh();

	splx(s);
	return 1;
}
END

# database FILE... : a compile database of these files
database()
{
	sep='['
	for file; do
		printf '%s {"directory": "%s", "file": "%s", "command": "%s"}' \
		    "$sep" "$PWD" "$file" "${CC:-cc} ${CFLAGS:-} -c $file"
		sep=','
	done >compile_commands.json
	echo ']' >>compile_commands.json
}
