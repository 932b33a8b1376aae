#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# mandoc.sh: mandoc(1) has nothing to say of the man pages in a directory.
# Manuals of other systems, which are not installed here, may be referred to.

set -eu
status=0
for page in "$1"/*.[1-9]; do
	if mandoc -Tlint "$page" 2>/dev/null |
	    grep -v 'referenced manual not found'; then
		status=1
	fi
done
exit "$status"
