#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# shellcheck shell=sh disable=SC2034
#
# common.sh: what the scripts share.  Sets top, the project's directory, and
# build, the build directory, which is IPLINT_BUILD if that is set.

# What building takes; the first row is enough to use iplint.
packages="cmake ninja-build gcc g++ pkg-config clang-19 llvm-19-dev
    libclang-19-dev libsqlite3-dev sqlite3 libyaml-dev libxxhash-dev
    libjansson-dev zlib1g-dev"
test_packages="libcmocka-dev libclang-rt-19-dev llvm-19-tools mandoc
    python3-jsonschema chromium chromium-driver fonts-dejavu-core python3"

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=${IPLINT_BUILD:-$top/build}

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

# Run a command as root: as we are, or with sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "these packages are missing, and there is no sudo: $missing"
	fi
}

# Install those of the named Debian packages that are not there.
need_packages()
{
	if ! command -v dpkg-query >/dev/null; then
		say "not a Debian system: install these yourself: $*"
		return 0
	fi
	missing=
	for package; do
		case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
		*' installed') ;;
		*) missing="$missing $package" ;;
		esac
	done
	[ -n "$missing" ] || return 0
	say "installing$missing"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	# shellcheck disable=SC2086 # one word a package
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
	    --no-install-recommends install $missing >/dev/null
}

jobs()
{
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# configure_and_build DIRECTORY TARGETS [CMAKE-ARGUMENT...]
configure_and_build()
{
	dir=$1 targets=$2
	shift 2
	[ -f "$dir/CMakeCache.txt" ] || set -- -G Ninja "$@"
	mkdir -p "$dir"
	cmake -S "$top" -B "$dir" "$@" >"$dir/build.log" 2>&1 ||
	    { cat "$dir/build.log" >&2; die "cannot configure $dir"; }
	# shellcheck disable=SC2086 # one word a target
	cmake --build "$dir" --target $targets -j "$(jobs)" >>"$dir/build.log" 2>&1 ||
	    { tail -n 60 "$dir/build.log" >&2; die "cannot build $dir"; }
}
