#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# style.sh: the form of C and C++, as far as a line shows it: 80 columns, no
# blanks at the end, tabs where C is indented, the copyright at the head.
#
#	usage: style.sh ROOT

set -eu
cd "$1"

list=$(mktemp "${TMPDIR:-/tmp}/iplint-style.XXXXXX")
trap 'rm -f "$list"' EXIT

find src plugin tests \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) |
    sort | while read -r f; do
	expand "$f" | awk -v f="$f" '
	length($0) > 80 { print f ":" FNR ": " length($0) " columns" }
	/ $/ { print f ":" FNR ": blanks at the end" }'
	case $f in
	plugin/*) ;;
	*.[ch])
		sed -n '/^        /=' "$f" |
		    sed "s|.*|$f:&: blanks where tabs belong|"
	esac
	head -n 6 "$f" | grep -q 'The iplint authors' ||
	    echo "$f:1: no copyright"
done >"$list"
cat "$list"
[ ! -s "$list" ]
