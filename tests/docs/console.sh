#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# console.sh: type in what a page shows.  Its blocks that begin with ```console
# have commands behind "$ ", which run in one shell that begins in a copy of the
# project with an empty HOME, and what they print.  Numbers and fingerprints may
# differ, but in lines that begin with "status"; a first line "..." stands for
# any lines.
#
#	usage: console.sh BUILD TOP FILE

set -eu
build=$1 top=$2 file=$3

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-docs.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$out/home" "$out/iplint"
for part in "$top"/scripts "$top"/testdata "$top"/docs; do
	ln -s "$part" "$out/iplint"
done
ln -s "$build" "$out/iplint/build"

awk -v "out=$out" '
/^```console$/ { on = 1; next }
/^```$/ { on = 0 }
!on { next }
/^\$ / {
	n++
	print "{\n" substr($0, 3) "\n} >" out "/got." n " 2>&1"
	printf "" >(out "/want." n)
	print substr($0, 3) >(out "/command." n)
	next
}
{ print >(out "/want." n) }' "$top/$file" >"$out/script"
n=$(grep -c '^{$' "$out/script") || { echo "$file: no commands"; exit 1; }

(
	cd "$out/iplint"
	unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY IPLINT
	HOME=$out/home LC_ALL=C sh "$out/script" </dev/null
)

plain()
{
	sed -E '/^status/!{ s/[0-9a-f]{8,32}/H/g; s/[0-9]+/N/g; }' "$1"
}

status=0 i=0
while [ $((i += 1)) -le "$n" ]; do
	plain "$out/want.$i" >"$out/want"
	plain "$out/got.$i" >"$out/got"
	if [ "$(head -n 1 "$out/want")" = ... ]; then
		sed -i 1d "$out/want"
		tail -n "$(wc -l <"$out/want")" "$out/got" >"$out/tail"
		mv "$out/tail" "$out/got"
	fi
	if ! diff -u --label "$file" --label typed "$out/want" "$out/got"; then
		sed 's/^/in: /' "$out/command.$i"
		status=1
	fi
done
echo "$n commands"
exit "$status"
