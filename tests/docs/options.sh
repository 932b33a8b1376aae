#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# options.sh: the man page has the options of "--help", all of them and no
# others, each for the same commands and with the same argument.
#
#	usage: options.sh BIN PAGE

set -eu
PATH=$1:$PATH
page=$2
LC_ALL=C
export PATH LC_ALL

commands=$(iplint --help | sed -n 's/^  iplint \([a-z]*\) .*/\1/p')
out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-docs.XXXXXX")
trap 'rm -rf "$out"' EXIT

# COMMAND --LONG [-SHORT]
for command in $commands; do
	iplint "$command" --help | sed -n \
	    -e "s/^  -\(.\), --\([a-z-]*\).*/$command --\2 -\1/p" \
	    -e "s/^      --\([a-z-]*\).*/$command --\1/p"
done | sort >"$out/help"

# An item: .It [Fl x [Ar ..] ,] Fl -long ...; the commands: .Pq Cm a , b
awk -v all="$commands" '
/^\.It .*Fl -[a-z]/ {
	long = short = ""
	for (i = 2; i < NF; i++) {
		if ($i == "Fl" && $(i + 1) ~ /^-/)
			long = "-" $(i + 1)
		else if ($i == "Fl")
			short = " -" $(i + 1)
	}
	item = long short
	n = split(all, commands, /[ \n]+/)
	pending = 1
	next
}
/^\.Pq Cm / && item != "" {
	for (i = 3; i <= NF; i++)
		if ($i != ",")
			print $i, item
	pending = 0
	next
}
pending {
	for (i = 1; i <= n; i++)
		if (commands[i] != "")
			print commands[i], item
	pending = 0
	item = ""
}
/^\.El/ { item = "" }' "$page" | sort >"$out/man"

diff -u --label help --label man "$out/help" "$out/man"

# Every command is described.
for command in $commands; do
	grep -q "^\.It Cm $command\$" "$page" ||
	    { echo "the man page has no item for $command"; exit 1; }
done
