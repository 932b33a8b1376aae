#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# gate.sh: the gate for a kernel of a NetBSD source tree.  To be run in the
# tree, by hand or by any continuous integration.
#
#	usage: gate.sh [KERNEL [MACHINE [OPTION...]]]
#
# The OPTIONs are for "iplint run".  The baseline and the suppressions are kept beside the kernel's configuration.
# Writes below OBJ only.  Set JOBS, OBJ, CI_GATE, or BEAR if need be.

set -eu
kernel=${1:-GENERIC} machine=${2:-amd64}
shift $(($# < 2 ? $# : 2))
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
obj=${OBJ:-/var/tmp/iplint-$machine}
conf=sys/arch/$machine/conf
base=$conf/$kernel.iplint
keep=$conf/$kernel.iplint-keep
mkdir -p "$obj/gate"

build()
{
	./build.sh -U -u -m "$machine" -j "$jobs" -O "$obj" "$@"
}

# The cross compiler comes first: bear is to see the kernel's units only.
ls -d "$obj"/tooldir.* >/dev/null 2>&1 || build tools

# bear notes each call of the cross compiler; what does not need to be compiled
# again is kept from the last time.
"${BEAR:-bear}" --append --output "$obj/gate/compile_commands.json" -- \
    ./build.sh -U -u -m "$machine" -j "$jobs" -O "$obj" kernel="$kernel"

# The first time there is no baseline: what is there now is known.
set -- --root="$PWD" "$@"
[ ! -f "$keep" ] || set -- "$@" --suppressions="$keep"
if [ ! -f "$base" ]; then
	status=0
	"${CI_GATE:-iplint-ci-gate}" -o "$obj/gate" "$obj/gate" "$@" ||
	    status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ] || exit "$status"
	cp "$obj/gate/iplint.base" "$base"
	echo "$base is new: read the findings, and commit it"
	exit 0
fi
exec "${CI_GATE:-iplint-ci-gate}" -b "$base" -o "$obj/gate" "$obj/gate" "$@"
