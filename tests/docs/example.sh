#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# example.sh: the finding that the README shows is what iplint prints of
# testdata/kernel today.  It is the first indented block.
#
#	usage: example.sh BIN TOP

set -eu
PATH=$1:$PATH
top=$2
export PATH

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-docs.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

awk '/^    / { print substr($0, 5); seen = 1; next } seen { exit }' \
    "$top/README.md" >"$out/want"
[ -s "$out/want" ]

"$top/testdata/kernel/mkdb" "$out"
iplint run -q -p "$out" -o "$out/k.db" --port=amd64
iplint check "$out/k.db" >"$out/all" || [ $? -eq 2 ]
awk -v "first=$(head -n 1 "$out/want")" '
$0 == first { on = 1 }
on && $0 == "" { exit }
on' "$out/all" >"$out/got"
diff -u --label README.md --label "iplint check" "$out/want" "$out/got"
