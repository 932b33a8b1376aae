#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh: a finding keeps its fingerprint when the code around it changes, and
# gets another one when the defect is another one.  testdata/identity has one
# file in several forms; testdata/kernel/sys lends the headers.
#
#	usage: run.sh BIN TESTDATA

set -eu
bin=$1 testdata=$2
PATH=$bin:$PATH
LC_ALL=C
export PATH LC_ALL

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-identity.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

# analyse FORM: FORM.db, and FORM with a line for each finding
analyse()
{
	mkdir "$out/$1.obj"
	file=$(cd "$testdata/identity/$1" && find dev -name '*.c')
	cat >"$out/$1.obj/compile_commands.json" <<END
[{ "directory": "$testdata/identity/$1", "file": "$file",
   "arguments": ["clang-19", "-target", "x86_64-unknown-netbsd",
     "-nostdinc", "-ffreestanding", "-D_KERNEL", "-std=gnu99",
     "-I$testdata/kernel/sys", "-fsyntax-only", "$file"] }]
END
	iplint run -q --port=amd64 --root="$testdata/identity/$1" \
	    -p "$out/$1.obj" -o "$out/$1.db"
	sqlite3 -separator ' ' "$out/$1.db" "select code, function, fingerprint
	    from v_findings order by code, function, fingerprint" >"$out/$1"
}

status=0
complain()
{
	echo "$*"
	status=1
}

analyse base
awk '{ print $1, $2 }' "$out/base" >"$out/got"
cat >"$out/want" <<END
IPL001 bad_toy_intr
IPL002 bad_toy_clock
IPL003 bad_toy_stats
IPL004 bad_toy_same
IPL004 bad_toy_same
IPL004 bad_toy_switch
IPL004 bad_toy_switch
IPL004 bad_toy_twins
IPL004 bad_toy_twins
IPL006 bad_toy_drop
END
diff -u --label wanted --label found "$out/want" "$out/got" || status=1

# Two findings never have the same one.
awk '{ print $3 }' "$out/base" | sort | uniq -d | grep . &&
    complain "base: these fingerprints are not unique"

# Moved, indented, renamed, worked on: nothing is new.
for form in indented renamed edited; do
	analyse $form
	diff -u --label base --label $form "$out/base" "$out/$form" ||
	    complain "$form: should have the fingerprints of base"
done

# Another defect in the same function: everything is new.
analyse changed
awk '{ print $1, $2 }' "$out/changed" | diff -u "$out/want" - || status=1
awk 'NR == FNR { base[$3] = 1; next } $3 in base' "$out/base" \
    "$out/changed" | grep . && complain "changed: should not be in base"

# One of two is repaired, the other one is still itself.
analyse repaired
diff "$out/base" "$out/repaired" >"$out/diff" || :
[ "$(grep -c '^[<>]' "$out/diff")" = 1 ] &&
    grep -q '^< IPL004 bad_toy_twins ' "$out/diff" || {
	cat "$out/diff"
	complain "repaired: only one fingerprint should be gone"
}
first=$(sqlite3 "$out/base.db" "select fingerprint from v_findings
    where function = 'bad_toy_twins' order by line limit 1")
grep -q "^< .* $first" "$out/diff" ||
    complain "repaired: another one is gone than the one that was repaired"

# What is in the baselines of others: a change here needs a new version in
# src/check/identity.c, and a line in CHANGES.md.
sqlite3 "$out/base.db" "select fingerprint from v_findings
    where code = 'IPL001'" >"$out/got"
echo 3e1831f0afd23f837221b528d17e2d04 | diff -u --label "as ever" --label now - "$out/got" ||
    complain "the fingerprint of a finding has changed"
exit "$status"
