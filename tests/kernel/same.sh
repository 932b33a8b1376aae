#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# same.sh: the same input gives the same bytes, whatever the number of jobs,
# the order of the shards, the working directory and the place of the kernel.
#
#	usage: same.sh BIN KERNEL

set -eu
bin=$1 kernel=$2
PATH=$bin:$PATH
export PATH

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-same.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cd "$out"

"$kernel/mkdb" db
analyse()
{
	iplint run -q --port=amd64 --root="$kernel/sys" "$@"
}

analyse -p db -j 1 -o one.db --shards=one
analyse -p db -j 2 -o two.db --shards=two
cmp one.db two.db
diff -r one two

# again, from the shards that are there
analyse -p db -j 2 -o again.db --shards=one
cmp one.db again.db

# without keeping shards, from another directory
mkdir -p elsewhere
(cd elsewhere && analyse -p ../db -o ../three.db)
cmp one.db three.db

# linked by hand, in three orders, one of them relative to another directory
link()
{
	iplint link -q --port=amd64 "$@"
}
# shellcheck disable=SC2046 # our own names, without spaces
{
	link -o four.db one
	link -o five.db $(ls -d one/* | sort -r)
	(cd elsewhere && link -o ../six.db \
	    $(ls -d ../one/* | awk '{ print length($0), $0 }' | sort -n |
	    cut -d ' ' -f 2))
}
cmp one.db four.db
cmp one.db five.db
cmp one.db six.db

# another checkout
cp -R "$kernel" copy
copy/mkdb copydb
iplint run -q --port=amd64 --root=copy/sys -p copydb -o seven.db
cmp one.db seven.db

# what is printed, too
iplint check one.db >one.txt || :
iplint check seven.db >seven.txt || :
cmp one.txt seven.txt
[ -s one.txt ]
