#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# ci.sh: scripts/ci-gate and the examples, on a tree that looks like NetBSD's:
# testdata/kernel with a build.sh and a bear that only pretend.
#
#	usage: ci.sh BIN TOP

set -eu
bin=$1 top=$2
PATH=$bin:$PATH
LC_ALL=C
export PATH LC_ALL
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY IPLINT

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-ci.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cp -R "$top/testdata/kernel" "$out/src"
cd "$out/src"
mkdir -p sys/arch/amd64/conf

die()
{
	echo "$*"
	exit 1
}

# expect STATUS COMMAND...: its output is in ../said
expect()
{
	want=$1
	shift
	status=0
	"$@" >../said 2>&1 || status=$?
	[ "$status" -eq "$want" ] ||
	    { cat ../said; die "$*: status $status, not $want"; }
}

said()
{
	grep -q -- "$1" ../said || { cat ../said; die "not said: $1"; }
}

# ---- the example for NetBSD ----

cat >build.sh <<'END'
#!/bin/sh
echo "$*" >>build.log
END
cat >../bear <<'END'
#!/bin/sh
[ "$1 $2 $4" = '--append --output --' ] || exit 9
dir=$(dirname "$3")
shift 4
"$@" && ./mkdb "$dir"
END
chmod +x build.sh ../bear
BEAR=$out/bear OBJ=$out/obj CI_GATE=$top/scripts/ci-gate
export BEAR OBJ CI_GATE
gate=$top/examples/netbsd/gate.sh
base=sys/arch/amd64/conf/TOY.iplint

expect 0 "$gate" TOY amd64 --port=amd64
said "$base is new"
grep -q '^finding sys/dev/pci/if_toy.c bad_toy_intr IPL001 ' "$base"
grep -q ' tools$' build.log
grep -q ' kernel=TOY$' build.log
expect 0 "$gate" TOY amd64 --port=amd64
said '^ci-gate: passed'

awk 'NR == 43 { sub(/TOY_UNLOCK\(sc\);/, ";") } { print }' \
    sys/dev/pci/if_toy.c >../new && mv ../new sys/dev/pci/if_toy.c
expect 2 "$gate" TOY amd64 --port=amd64
said '^sys/dev/pci/if_toy.c:44:3: error: ok_toy_intr .*IPL003'
said '^ci-gate: FAILED'
for file in html/index.html iplint.sarif iplint.json iplint.base kernel.db \
    shards; do
	[ -s "$OBJ/gate/$file" ] || die "$file is missing"
done

# What is kept is said in a file beside the configuration.
cat >"$base-keep" <<END
iplint-suppressions 1
IPL003 sys/dev/pci/if_toy.c ok_toy_intr it is meant
END
expect 0 "$gate" TOY amd64 --port=amd64
said '(1 suppressed)'
rm "$base-keep"

# ---- ci-gate in GitHub Actions ----

obj=$OBJ/gate
set -- -b "$base" -o "$out/run" "$obj" --root="$PWD" --port=amd64
expect 2 env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$out/summary" \
    "$CI_GATE" "$@"
said '^::error file=sys/dev/pci/if_toy.c,line=44,col=3,title=IPL003 '
[ "$(grep -c '^::' ../said)" = 1 ] || die "more than one annotation"
grep -q '^sys/dev/pci/if_toy.c:44:3: error' "$out/summary"

# Code scanning gets all findings, for it has its own idea of what is new; the
# JSON what the gate says.
[ "$(grep -c '"ruleId"' "$out/run/iplint.sarif")" -gt 50 ] ||
    die "SARIF does not have all findings"
[ "$(grep -c '"code"' "$out/run/iplint.json")" = 1 ] ||
    die "JSON does not have the new finding alone"

# The baseline that is offered lets it pass.
cp "$out/run/iplint.base" "$out/new.base"
expect 0 "$CI_GATE" -b "$out/new.base" -o "$out/run" "$obj" --root="$PWD" \
    --port=amd64

# The workflow names what there is.
workflow=$top/examples/github/iplint.yml
grep -o 'iplint-out/[a-z.]*' "$workflow" | sort -u | while IFS= read -r file; do
	[ -e "$out/run/${file#*/}" ] || die "iplint.yml: there is no $file"
done
[ -x "$top/scripts/ci-gate" ] && [ -x "$top/scripts/quickstart" ]

# ---- trouble ----

expect 1 "$CI_GATE"
said '^ci-gate: usage'
expect 1 "$CI_GATE" -b none "$obj"
said 'none: there is no such baseline'
expect 1 "$CI_GATE" -o "$out/run" "$out/nothing"
said 'the kernel was not analysed'
[ ! -e "$out/run/kernel.db" ] || die "the old database is still there"
echo '#error broken' >>sys/dev/cons.c
expect 3 "$CI_GATE" "$@"
said '^ci-gate: INCOMPLETE'
said 'sys/dev/cons.c: incomplete'
