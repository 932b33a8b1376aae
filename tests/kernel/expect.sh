#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# expect.sh: analyse testdata/kernel, and hold the findings against the
# comments beside its lines.  testdata/kernel/README.md describes them.
#
#	usage: expect.sh BIN KERNEL

set -eu
bin=$1 kernel=$2
PATH=$bin:$PATH
LC_ALL=C
export PATH LC_ALL

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-kernel.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

"$kernel/mkdb" "$out"
iplint run -p "$out" -o "$out/k.db" --adaptive --root="$kernel/sys" --port=amd64

# want FILE LINE ID; ideal FILE LINE ID-or-"none"; func FILE LINE NAME
(cd "$kernel/sys" && find . -name '*.[ch]' | sort |
    sed 's,^\./,,' | xargs awk '
function ids(word, kind,	text, n, a, i) {
	if ((i = index($0, word ":")) == 0)
		return
	text = substr($0, i + length(word) + 1)
	sub(/\*\/.*/, "", text)
	n = split(text, a, /[ \t,]+/)
	for (i = 1; i <= n; i++) {
		if (a[i] == "in")
			return
		if (a[i] ~ /^IPL[0-9][0-9][0-9]$/ || a[i] == "none")
			print kind, FILENAME, FNR, a[i]
	}
}
{ ids("expect", "want"); ids("ideal", "ideal") }
/^[a-z_][a-zA-Z0-9_]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
	print "func", FILENAME, FNR, name
}') >"$out/facts"
sqlite3 -separator ' ' "$out/k.db" \
    "select 'got', file, line, code, function from v_findings" >>"$out/facts"

awk '
{ at = $2 ":" $3 }
$1 == "want" { want[at " " $4] = 1 }
$1 == "ideal" { ideal[at " " $4] = 1 }
$1 == "func" && $4 ~ /^fp_/ { fp[$4] = at }
$1 == "got" {
	got[at " " $4] = 1
	noisy[$5] = 1
	if ($5 ~ /^f[np]_/) {
		if ($5 ~ /^fn_/ && (at " " $4) in ideal)
			news(at ": " $4 " is found now: rename " $5 \
			    ", and write \"expect: " $4 "\"")
	} else if (!((at " " $4) in want))
		news(at ": unexpected: " $4 " in " $5)
}
function news(text) { print text; bad++ }
END {
	for (w in want) {
		total++
		if (!(w in got))
			news(w ": expected, and not found")
	}
	for (f in fp)
		if (!(f in noisy))
			news(fp[f] ": " f " has no finding now: rename it, " \
			    "and remove \"ideal: none\"")
	printf "%d of %d as expected, %d news\n", total - missing(), total, bad
	exit bad > 0
}
function missing(	w, n) {
	for (w in want)
		n += !(w in got)
	return n + 0
}' "$out/facts" >"$out/report" || status=$?
sort "$out/report"
exit "${status:-0}"
