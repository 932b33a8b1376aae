#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh: tests of the plugin.
#
#	run.sh lower NAME	testdata/lower/NAME.c gives NAME.ir, exactly
#	run.sh TEST		one of the functions test_* below
#	run.sh update		write all NAME.ir anew; read the difference!
#
# In the environment: PLUGIN, SHARDCHECK, PROGEN, IR2C, TESTDATA
# (testdata/lower), and CLANG (clang-19).  A skipped test says why and exits 77.

set -eu

: "${PLUGIN:?}" "${SHARDCHECK:?}" "${TESTDATA:?}" "${CLANG:=clang-19}"
unset IPLINT_VERBOSE
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

die()
{
	echo "$*" >&2
	exit 1
}

skip()
{
	echo "skipped: $*"
	exit 77
}

# compile OUT ARGUMENT...: as a kernel is compiled, and with the plugin.
compile()
{
	out=$1
	shift
	"$CLANG" -target x86_64-unknown-netbsd -nostdinc -ffreestanding \
	    -std=gnu99 -w -fsyntax-only -fplugin="$PLUGIN" \
	    -fplugin-arg-iplint-out="$out" "$@"
}

# What does not depend on the release of clang or on the input's bytes.
readable()
{
	sed -e '/^tool /d' -e '/^key /d' -e '/^checksum /d' \
	    -e 's/^\(source .*\) [0-9a-f]*$/\1/' "$@"
}

# lower NAME: the readable shard on standard output.
lower()
{
	input=$TESTDATA/$1.c
	args=$(sed -n 's/.*[ \*]args: //p' "$input")
	needs=$(sed -n 's/.*[ \*]needs: //p' "$input")
	[ -z "$needs" ] || [ "${CLANG##*-}" -ge "$needs" ] ||
	    skip "$1 needs clang $needs"
	fails=$(sed -n 's/^ *fails$/yes/p' "$input")
	status=0
	# shellcheck disable=SC2086 # one word an argument
	(cd "$TESTDATA" && IPLINT_VERBOSE=1 \
	    compile "$tmp/out" -fplugin-arg-iplint-root="$TESTDATA" \
	    $args "$1.c") 2>"$tmp/stderr" || status=$?
	if [ -z "$fails" ]; then
		[ ! -s "$tmp/stderr" ] || die "$(cat "$tmp/stderr")"
		[ "$status" -eq 0 ] || die "exit status $status"
	else
		[ "$status" -eq 1 ] || die "exit status $status, not 1"
	fi
	"$SHARDCHECK" "$tmp"/out/*.ipl
	readable "$tmp"/out/*.ipl
}

compare()
{
	diff -u "$1" "$2" || die "$1 and the output differ"
}

# ---- the tests ----

# The same unit gives the same bytes wherever it is, and each time.
test_deterministic()
{
	for name in places records reach inits branch; do
		for copy in one two/deeper; do
			mkdir -p "$tmp/$copy"
			cp -R "$TESTDATA/." "$tmp/$copy"
			(cd "$tmp/$copy" && compile "$tmp/$copy/out" \
			    -fplugin-arg-iplint-root="$tmp/$copy" \
			    -Iinclude '-DWRAP_IN_COMMAND_LINE(x)=f(x)' \
			    "$tmp/$copy/$name.c")
		done
		(cd "$tmp/one" && compile "$tmp/again" \
		    -fplugin-arg-iplint-root="$tmp/one/" \
		    -I"$tmp/one/../one/include" \
		    '-DWRAP_IN_COMMAND_LINE(x)=f(x)' "$name.c")
		cmp "$tmp"/one/out/$name.c-* "$tmp"/two/deeper/out/$name.c-*
		cmp "$tmp"/one/out/$name.c-* "$tmp"/again/$name.c-*
	done
}

# A function of a header is the same text in every unit that uses it.
test_same_text()
{
	cat >"$tmp/h.h" <<-'END'
	struct s { int m; }; int f(int);
	#define GET(p) ((p)->m)
	static inline int get(struct s *p) { return f(GET(p)) && GET(p); }
	END
	printf '#include "h.h"\nint a(struct s *p) { return get(p); }\n' \
	    >"$tmp/a.c"
	printf 'int q; static int z(void) { return 1; }\n#include "h.h"\n%s\n' \
	    'int b(struct s *p) { return z() + get(p); }' >"$tmp/b.c"
	for unit in a b; do
		compile "$tmp/$unit" -fplugin-arg-iplint-root="$tmp" \
		    "$tmp/$unit.c"
		sed -n '/^func @get /,/^}/p' "$tmp/$unit"/*.ipl \
		    >"$tmp/$unit.get"
		[ -s "$tmp/$unit.get" ] || die "get() is missing"
	done
	cmp "$tmp/a.get" "$tmp/b.get"
}

# Arguments change the key, and nothing else that does not matter.
test_key()
{
	echo 'int x = LEVEL;' >"$tmp/k.c"
	for level in 1 2; do
		compile "$tmp/$level" -fplugin-arg-iplint-root="$tmp" \
		    -DLEVEL=$level "$tmp/k.c"
	done
	[ "$(grep ^key "$tmp"/1/*)" != "$(grep ^key "$tmp"/2/*)" ] ||
	    die "other macros, same key"
	compile "$tmp/out" -DLEVEL=1 \
	    -fplugin-arg-iplint-key=00112233445566778899aabbccddeeff "$tmp/k.c"
	grep -q '^key 00112233445566778899aabbccddeeff$' "$tmp"/out/*.ipl ||
	    die "the key that was given is not used"
}

# Without root, paths are absolute and without links.
test_no_root()
{
	mkdir "$tmp/real"
	ln -s real "$tmp/link"
	echo 'struct s { int m; } x; int f(struct s *p) { return p->m; }' \
	    >"$tmp/real/n.c"
	compile "$tmp/out" "$tmp/link/n.c"
	real=$(cd "$tmp/real" && pwd -P)
	grep -q "^unit \"$real/n.c\"" "$tmp"/out/*.ipl || die "no absolute path"
	grep -q "p->s@$real/n.c::m" "$tmp"/out/*.ipl || die "no absolute record"
}

# The build does not notice: objects are the same, nothing is printed.
test_build_unharmed()
{
	cat >"$tmp/b.c" <<-'END'
	int f(int); int unused;
	int g(int x) { int y; switch (x) { case 1: return f(y); } return 0; }
	END
	"$CLANG" -O2 -Wall -c "$tmp/b.c" -o "$tmp/plain.o" 2>"$tmp/plain.err"
	"$CLANG" -O2 -Wall -c "$tmp/b.c" -o "$tmp/with.o" \
	    -fplugin="$PLUGIN" -fplugin-arg-iplint-out="$tmp/out" \
	    2>"$tmp/with.err"
	cmp "$tmp/plain.o" "$tmp/with.o"
	cmp "$tmp/plain.err" "$tmp/with.err"
	[ -n "$(ls "$tmp/out")" ] || die "no shard beside the object"
	"$CLANG" -E "$tmp/b.c" -fplugin="$PLUGIN" \
	    -fplugin-arg-iplint-out="$tmp/out-e" >/dev/null
	[ ! -e "$tmp/out-e" ] || die "a shard of a preprocessed file"
}

# An output folder that cannot be written: silence, and the build goes on.
test_unwritable()
{
	echo 'int x;' >"$tmp/u.c"
	echo 'a file' >"$tmp/file"
	compile "$tmp/file" "$tmp/u.c" 2>"$tmp/err" || die "the build failed"
	[ ! -s "$tmp/err" ] || die "not silent: $(cat "$tmp/err")"
	IPLINT_VERBOSE=1 compile "$tmp/file" "$tmp/u.c" 2>"$tmp/err" ||
	    die "the build failed"
	[ "$(grep -c '^iplint: ' "$tmp/err")" = 1 ] || die "not one line"
	[ "$(cat "$tmp/file")" = "a file" ] || die "the file was changed"
}

test_arguments()
{
	echo 'int x;' >"$tmp/a.c"
	"$CLANG" -fsyntax-only -fplugin="$PLUGIN" "$tmp/a.c" 2>"$tmp/err" ||
	    die "failed without out="
	[ ! -s "$tmp/err" ] || die "not silent: $(cat "$tmp/err")"
	for bad in key=123 wrong=1; do
		IPLINT_VERBOSE=1 compile "$tmp/out" "$tmp/a.c" \
		    -fplugin-arg-iplint-$bad 2>"$tmp/err" || die "failed: $bad"
		[ "$(grep -c '^iplint: ' "$tmp/err")" = 1 ] || die "$bad passed"
		[ ! -e "$tmp/out" ] || die "a shard in spite of $bad"
	done
}

test_stdin()
{
	echo 'int f(int x) { return x; }' | compile "$tmp/out" -x c -
	grep -q '^unit "<stdin>"$' "$tmp"/out/*.ipl || die "no unit"
	"$SHARDCHECK" "$tmp"/out/*.ipl
}

# A missing header is fatal, and there is a shard.
test_fatal()
{
	printf '#include "missing.h"\nint f(int x) { return x; }\n' \
	    >"$tmp/f.c"
	! compile "$tmp/out" "$tmp/f.c" 2>/dev/null || die "did not fail"
	grep -q '^incomplete "1 error"$' "$tmp"/out/*.ipl || die "complete?"
	"$SHARDCHECK" "$tmp"/out/*.ipl
}

# Deep nesting and long chains neither crash nor take forever.
test_large()
{
	{
		echo 'int f(int); int g(int x) { return '
		awk 'BEGIN { for (i = 0; i < 2000; i++) print "f(x) + x &&" }'
		echo '1; }'
		echo 'int h(int x) { return '
		awk 'BEGIN { for (i = 0; i < 400; i++) print "x * (" }'
		echo x
		awk 'BEGIN { for (i = 0; i < 400; i++) print ")" }'
		echo '; } int s(int x) { switch (x) {'
		awk 'BEGIN { for (i = 0; i < 3000; i++)
		    printf "case %d: f(%d); break;\n", i * 2, i }'
		echo '} return 0; } int t(int x) {'
		awk 'BEGIN { for (i = 0; i < 150; i++) print "if (x) {" }'
		echo 'f(1);'
		awk 'BEGIN { for (i = 0; i < 150; i++) print "}" }'
		echo 'return 1; }'
	} >"$tmp/l.c"
	compile "$tmp/out" -fbracket-depth=1000 "$tmp/l.c"
	"$SHARDCHECK" "$tmp"/out/*.ipl
}

# Another major version is refused before anything else happens.
test_other_clang()
{
	other=
	for major in 14 15 16 17 18 19 20 21 22; do
		if command -v clang-$major >/dev/null &&
		    [ "$major" != "${CLANG##*-}" ]; then
			other=clang-$major
			break
		fi
	done
	[ -n "$other" ] || skip "no clang but $CLANG is installed"
	echo 'int x;' >"$tmp/o.c"
	status=0
	"$other" -fsyntax-only -fplugin="$PLUGIN" \
	    -fplugin-arg-iplint-out="$tmp/out" "$tmp/o.c" 2>"$tmp/err" ||
	    status=$?
	[ "$status" -eq 1 ] || die "exit status $status, not 1"
	[ "$(grep iplint: "$tmp/err")" = "iplint: built for clang \
${CLANG##*-}, loaded into clang ${other##*-}; refusing" ] ||
	    die "$(cat "$tmp/err")"
	[ ! -e "$tmp/out" ] || die "something was written"
}

# Random programs do the same when they are compiled as they are, and when they
# are lowered and translated back.  SEEDS is the list of programs.
test_equivalent()
{
	[ "${CLANG##*-}" -ge 18 ] || skip "cleanup functions need clang 18"
	here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
	for seed in ${SEEDS:-1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16}; do
		"$PROGEN" "$seed" >"$tmp/p.c"
		rm -rf "$tmp/out"
		IPLINT_VERBOSE=1 "$CLANG" -w -fsyntax-only -I"$here" \
		    -fplugin="$PLUGIN" -fplugin-arg-iplint-out="$tmp/out" \
		    "$tmp/p.c" 2>"$tmp/err" || die "seed $seed: $(cat "$tmp/err")"
		[ ! -s "$tmp/err" ] || die "seed $seed: $(cat "$tmp/err")"
		"$SHARDCHECK" "$tmp"/out/*.ipl
		"$IR2C" "$tmp"/out/*.ipl >"$tmp/q.c"
		for side in p q; do
			"$CLANG" -w -O0 -fwrapv -I"$here" -o "$tmp/$side" \
			    "$here/run.c" "$tmp/$side.c"
			timeout 20 "$tmp/$side" >"$tmp/$side.out" ||
			    die "seed $seed: $side does not end well"
		done
		[ "$(wc -l <"$tmp/p.out")" -eq 216 ] || die "it did not run"
		cmp -s "$tmp/p.out" "$tmp/q.out" ||
		    die "seed $seed: $(diff "$tmp/p.out" "$tmp/q.out")"
	done
}

# Nothing of clang or LLVM is linked, nothing of the plugin is visible.
test_library()
{
	! objdump -p "$PLUGIN" | grep -E 'NEEDED.*(clang|LLVM)' ||
	    die "links a library of the compiler"
	exported=$(nm -D --defined-only "$PLUGIN" | grep -c ' [TDB] ' || :)
	[ "$exported" -eq 0 ] || die "$exported symbols are exported"
}

case $1 in
lower)
	status=0
	(lower "$2") >"$tmp/text" || status=$?
	[ "$status" -eq 0 ] || {
		cat "$tmp/text"
		exit "$status"
	}
	compare "$TESTDATA/$2.ir" "$tmp/text"
	;;
update)
	for input in "$TESTDATA"/*.c; do
		name=$(basename "$input" .c)
		rm -rf "$tmp/out"
		echo "$name"
		lower "$name" >"$tmp/text" || die "$(cat "$tmp/text")"
		mv "$tmp/text" "$TESTDATA/$name.ir"
	done
	;;
*)
	"test_$1"
	;;
esac
