#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# roundtrip.sh: a change to testdata/kernel that adds one leak, moves another
# one to another file, and repairs a third is just that for diff and the gate.
#
#	usage: roundtrip.sh BIN KERNEL

set -eu
bin=$1 kernel=$2
PATH=$bin:$PATH
LC_ALL=C
export PATH LC_ALL

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-roundtrip.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cd "$out"

die()
{
	echo "$*"
	exit 1
}

# edit FILE AWK-PROGRAM: must change the file
edit()
{
	awk "$2" "$1" >new
	! cmp -s "$1" new || die "$1: nothing to edit"
	mv new "$1"
}

analyse()
{
	kernel/mkdb obj
	iplint run -q --port=amd64 --root=kernel/sys -p obj -o "$1" \
	    --shards=shards
}

cp -R "$kernel" kernel
analyse old.db
iplint baseline write -q old.db old.base
iplint baseline check -q old.db old.base || die "a baseline fails itself"

# One is added: ok_toy_intr() keeps its mutex.
edit kernel/sys/dev/pci/if_toy.c '
/^ok_toy_intr/ { on = 1 }
on && sub(/TOY_UNLOCK\(sc\);/, ";") { on = 0 }
{ print }'
# One is moved: bad_conf_read(), further down in a file of another name.
old=kernel/sys/arch/toy/pci/pci_machdep.c new=kernel/sys/arch/toy/pci/pci_conf.c
mv $old $new
edit $new '{ gsub(/\t/, "    ") } NR == 1 { print "\n\n" } { print }'
# One is repaired: bad_ipi_locked().
edit kernel/sys/arch/toy/toy/ipi.c '
/^bad_ipi_locked/ { on = 1 }
on && /if \(ipi_stopped\)/ { print "\tif (ipi_stopped) {"
    print "\t\tmutex_spin_exit(&ipi_lock);"; getline; print; print "\t}"
    on = 0; next }
{ print }'
rm -rf shards
analyse new.db

status=0
iplint diff --all old.db new.db >diff || status=$?
[ $status -eq 2 ] || die "diff: status $status"
{
	grep -v '^still there' diff
	grep 'was at' diff
} | sed -e 's/: error: .*\[/ [/' -e 's/\] [0-9a-f]*/]/' \
    -e 's/, [0-9]* still/, N still/' >got
cat >want <<END
introduced: dev/pci/if_toy.c:44:3 [IPL003 spin-held]
fixed: arch/toy/toy/ipi.c:49:3 [IPL003 spin-held]
1 introduced, 1 fixed, N still there (1 moved)
still there: arch/toy/pci/pci_conf.c:61:9 [IPL004 inconsistent-exit], was at arch/toy/pci/pci_machdep.c:58:3
END
diff -u want got

# The gate fails on the one that is new, and on nothing else.
status=0
iplint baseline check new.db old.base >check || status=$?
[ $status -eq 2 ] || die "baseline check: status $status"
[ "$(grep -c '\[IPL' check)" = 1 ] || { cat check; die "not one finding"; }
grep -q '^dev/pci/if_toy.c:44:3: error: ok_toy_intr ' check
grep -q '^since the baseline: 1 introduced, 1 fixed, ' check

# In the baseline, three lines change.
cp old.base new.base
iplint baseline update -q new.db new.base
diff old.base new.base >diff || :
[ "$(grep -c '^<' diff) $(grep -c '^>' diff)" = "2 2" ] ||
    { cat diff; die "not two lines each"; }
iplint baseline check -q new.db new.base
