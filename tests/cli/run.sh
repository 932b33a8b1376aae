#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh: one command-line case.
#
#	usage: run.sh BIN TOOLS CASE [-u]
#
# CASE is a directory with cmd, a shell script; stdout and stderr, what it must
# print (nothing, if the file is missing); and exit, its status (0).  It runs
# in an empty directory, with BIN and TOOLS in PATH, and with IR, the texts in
# tests/cli/ir.  -u writes what came instead of comparing.

set -u
bin=$1 tools=$2 case=$3 update=${4:-}
case=$(CDPATH='' cd -- "$case" && pwd -P)
IR=$(CDPATH='' cd -- "$(dirname -- "$0")/ir" && pwd -P)
out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-cli.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

[ -x "$bin/iplint" ] || { echo "no $bin/iplint" >&2; exit 1; }
PATH=$bin:$tools:$PATH
LC_ALL=C
export PATH LC_ALL IR
unset NO_COLOR CLICOLOR CLICOLOR_FORCE

mkdir "$out/here"
(cd "$out/here" && sh "$case/cmd" >"$out/stdout" 2>"$out/stderr" </dev/null)
echo "$?" >"$out/exit"

if [ "$update" = -u ]; then
	for file in stdout stderr exit; do
		rm -f "$case/$file"
		[ ! -s "$out/$file" ] || cp "$out/$file" "$case/$file"
	done
	[ "$(cat "$out/exit")" != 0 ] || rm -f "$case/exit"
	exit 0
fi

status=0
for file in exit stdout stderr; do
	want=$case/$file
	if [ ! -f "$want" ]; then
		want=$out/want
		: >"$want"
		[ "$file" != exit ] || echo 0 >"$want"
	fi
	diff -u --label "$file, expected" --label "$file" "$want" \
	    "$out/$file" || status=1
done
exit "$status"
