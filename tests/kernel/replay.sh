#!/bin/sh
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# replay.sh: the witnesses of testdata/kernel replay in the executable model.
#
#	usage: replay.sh BIN KERNEL MODEL

set -eu
bin=$1 kernel=$2 model=$3
PATH=$bin:$PATH
LC_ALL=C
export PATH LC_ALL

out=$(mktemp -d "${TMPDIR:-/tmp}/iplint-replay.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cd "$out"
cp -R "$kernel" kernel
kernel/mkdb obj
iplint run -q --port=amd64 --root=kernel/sys -p obj -o k.db --shards=shards
"$model" replay shards
