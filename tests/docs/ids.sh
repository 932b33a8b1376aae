#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# ids.sh: every finding has its page, its row in the README, and a test, or
# says that it is not implemented yet.
#
#	usage: ids.sh BIN TOP

set -eu
PATH=$1:$PATH
top=$2
export PATH

status=0
complain()
{
	echo "$*"
	status=1
}

iplint explain >/dev/null
for row in $(iplint explain | awk '{ print $1 ":" $2 }'); do
	id=${row%:*} name=${row#*:}
	[ "$(head -n 1 "$top/docs/findings/$id.md")" = "# $id $name" ] ||
	    complain "docs/findings/$id.md does not begin with \"# $id $name\""
	iplint explain "$id" | cmp -s - "$top/docs/findings/$id.md" ||
	    complain "iplint explain $id does not print docs/findings/$id.md"
	grep -q "^| $id | $name |" "$top/README.md" ||
	    complain "README.md has no row for $id"
	if grep -q '^\*Not implemented yet' "$top/docs/findings/$id.md"; then
		continue
	fi
	grep -rq "expect: $id" "$top/testdata" ||
	    complain "testdata has no \"expect: $id\""
done
for page in "$top"/docs/findings/IPL*.md; do
	id=$(basename "$page" .md)
	iplint explain "$id" >/dev/null || complain "$page: no such finding"
done
exit "$status"
