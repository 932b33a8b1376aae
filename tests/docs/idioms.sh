#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# idioms.sh: every row of docs/idioms.md names a function that is right and one
# with a leak, which the files of its last column define, and which a test
# analyses.
#
#	usage: idioms.sh TOP

set -eu
top=$1

awk -F'|' '
/^\| / && $2 !~ /^ *idiom *$/ {
	n = split($5, files, /[ ,]+/)
	where = ""
	for (i = 1; i <= n; i++)
		if (files[i] != "")
			where = where " " files[i]
	for (col = 3; col <= 4; col++) {
		text = $col
		found = 0
		while (match(text, /`[^`]*`/)) {
			print FNR, col, substr(text, RSTART + 1, RLENGTH - 2) \
			    where
			text = substr(text, RSTART + RLENGTH)
			found = 1
		}
		if (!found)
			print FNR, col, "-"
	}
}' "$top/docs/idioms.md" | {
	status=0 n=0
	complain()
	{
		echo "docs/idioms.md:$line: $*"
		status=1
	}
	while read -r line col name files; do
		n=$((n + 1))
		case $col$name in
		3ok_*|4bad_*|4f[np]_*) ;;
		*) complain "$name: right is ok_, a leak is bad_, fn_ or fp_" ;;
		esac
		found=
		for file in $files; do
			path=$top/testdata/$file
			[ -f "$path" ] || complain "there is no $file"
			grep -q "^$name(" "$path" && found=$file
			case $file in
			kernel/*.c) ;;
			flow/*.c) unit=$(basename "$file" .c)
				grep -q "X($unit, " "$top/tests/flow/test_flow.c" ||
				    complain "no test analyses $file" ;;
			*) complain "$file: not of flow/ or kernel/" ;;
			esac
		done
		[ -n "$found" ] || complain "none of these files has $name"
	done
	echo "$n functions"
	exit "$status"
}
