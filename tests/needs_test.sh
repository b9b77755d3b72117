#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make builds, and says what it lacks, on machines that don't have what it takes, or no dpkg.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. tests/tap.sh
. tests/support/path_without.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp -r Makefile scripts "$dir"
said=$dir/said

# without PATTERN...: make where no program has such a name; there is no dpkg, and no apt
without() {
	rm -rf "${dir:?}/bin"
	path_without "$dir/bin" 'dpkg*' 'apt*' "$@"
	PATH=$dir/bin make -C "$dir" >"$said" 2>&1
}

# says LINE: one of make's lines is that
says() {
	grep -qxF -- "$1" "$said"
}

needs_nothing() {
	scripts/needs >"$said" 2>&1 && [[ ! -s $said ]]
}

names_programs() {
	! without meson 'ninja*' || return
	cat "$said"
	says "missing: meson ninja" && says "  Fedora: dnf install meson ninja-build" &&
		says "  Arch: pacman -S --needed meson ninja" &&
		grep -qE '^  Debian: apt install meson ninja-build( |$)' "$said" &&
		grep -qE '^make(\[[0-9]+\])?: \*{3} .* Error 1$' "$said" && [[ ! -e $dir/build ]]
}

names_compiler() {
	! without cc gcc || return
	cat "$said"
	says "missing: cc libc" && says "  Fedora: dnf install gcc glibc-devel"
}

names_libraries() {
	! tests/support/bare.sh scripts/needs >"$said" 2>&1 || return
	cat "$said"
	says "missing: json-c libpci zlib libseccomp" &&
		says "  Fedora: dnf install json-c-devel pciutils-devel zlib-devel libseccomp-devel" &&
		says "  Arch: pacman -S --needed json-c pciutils zlib libseccomp"
}

# Here scripts/deps has installed them. The names of other distributions can't be checked here.
are_packages() {
	local packages
	mapfile -t packages < <(scripts/needs debian)
	((${#packages[@]} > 5)) && dpkg-query -W "${packages[@]}"
}

ok "scripts/needs prints nothing on a machine that has all" needs_nothing
ok "make names missing programs, a line for each distribution, and makes nothing" names_programs
ok "make names the compiler and libc's headers" names_compiler
ok "make names missing libraries" names_libraries
ok "Debian's packages exist" are_packages
plan
