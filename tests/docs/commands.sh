#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# commands.sh: run the commands of the documentation, which stand in blocks
# that begin with ```sh.  scripts/ and build/ are those of the project, obj
# is the build directory of a small kernel, and k.db is kept from file to
# file.  A command may find something (status 2).
#
#	usage: commands.sh BUILD TOP FILE...

set -eu
build=$1 top=$2
shift 2

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-docs.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cd "$out"

# The port is known from the sources, as in a real kernel.
mkdir -p obj/arch/amd64 obj/dev
cat >obj/arch/amd64/intr.h <<END
#define IPL_NONE 0
#define IPL_VM 6
#define IPL_HIGH 8
int splhigh(void);
void splx(int);
void *pci_intr_establish(void *, int, int, int (*)(void *), void *);
END
cat >obj/dev/foo.c <<END
#include "../arch/amd64/intr.h"

static int
foo_intr(void *arg)
{
	int s = splhigh();

	if (arg)
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
echo '#include "intr.h"' >obj/arch/amd64/machdep.c
sep='['
for file in arch/amd64/machdep.c dev/foo.c; do
	printf '%s {"directory": "%s", "file": "%s", "command": "%s"}\n' \
	    "$sep" "$out/obj" "$file" "cc -c $file"
	sep=','
done >obj/compile_commands.json
echo ']' >>obj/compile_commands.json

IPLINT_BUILD=$build
export IPLINT_BUILD
n=0
for file; do
	sed -n '/^```sh$/,/^```$/ { /^```/d; p; }' "$top/$file" >commands
	[ -s commands ] || { echo "$file has no commands"; exit 1; }
	while IFS= read -r command; do
		echo "$ $command"
		run=$(printf '%s\n' "$command" | sed -e "s,^scripts/,$top/&," \
		    -e "s,^build/,$build/,")
		status=0
		sh -c "$run" >output 2>&1 </dev/null || status=$?
		case $status in
		0|2) ;;
		*) cat output; echo "$file: status $status"; exit 1 ;;
		esac
		[ -s output ] || echo "$file: nothing was printed"
		n=$((n + 1))
	done <commands
done
echo "$n commands"
