#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bindings/rust by Debian's Rust, offline, with the library of build/: a row for each of cargo's
# tests, and what cargo doesn't test.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. tests/tap.sh
. tests/rust.sh

log=$build/rust/log
command -v cargo rustc >/dev/null ||
	{ echo "not ok 1 - cargo and rustc are missing: scripts/deps tests"; echo 1..1; exit 1; }

# A row for each line "test NAME ... ok", as cargo prints it
tests_of() { # tests_of CRATE
	local line found=0
	VPASID_STATIC=1 in_rust cargo test -p "$1" --no-fail-fast >"$log" 2>&1
	local status=$?
	while IFS= read -r line; do
		[[ $line =~ ^test\ (.*)\ \.\.\.\ (ok|FAILED|ignored)$ ]] || continue
		found=$((found + 1))
		ok "$1: ${BASH_REMATCH[1]}" passed "${BASH_REMATCH[2]}"
	done <"$log"
	ok "$1: cargo test" finished "$status" "$found"
}

passed() {
	[[ $1 == ok ]]
}

finished() {
	((!$1 && $2)) || { tail -n 60 "$log"; return 1; }
}

example() {
	in_rust cargo run -p vpasid --example rust_vmm_device
}

shared() {
	CARGO_TARGET_DIR=$build/rust/shared LD_LIBRARY_PATH=$build/lib example &&
		LD_LIBRARY_PATH=$build/lib ldd "$build/rust/shared/debug/examples/rust_vmm_device" |
		grep "libvpasid.so.* => $build/lib/"
}

# script NAME=VALUE...: build.rs alone, with such an environment
script() {
	env HOST=here TARGET=here "$@" "$build/rust/build_script" 2>&1
}

not_found() {
	local said
	rustc --edition 2021 bindings/rust/libvpasid-sys/build.rs -o "$build/rust/build_script" || return
	! said=$(script PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH=) || return
	echo "$said"
	[[ $said == *"isn't found"*"meson install"*"meson-uninstalled"*"VPASID_LIB_DIR"* ]] &&
		! script PKG_CONFIG=/nonexistent && ! script TARGET=there
}

by_directory() {
	local said
	said=$(script PKG_CONFIG=/nonexistent VPASID_LIB_DIR=/usr/lib/here VPASID_STATIC=1)
	echo "$said"
	[[ $said == *"link-search=native=/usr/lib/here"*"link-lib=static=vpasid"* ]]
}

# Another minor version has another ABI.
other_version() {
	local dir said
	dir=$(mktemp -d)
	sed 's/^Version: .*/Version: 0.3.0/' "$build/meson-uninstalled/libvpasid-uninstalled.pc" \
		>"$dir/libvpasid.pc"
	! said=$(script PKG_CONFIG_PATH= PKG_CONFIG_LIBDIR="$dir")
	local status=$?
	rm -r "$dir"
	echo "$said"
	((!status)) && [[ $said == *"0.3"* ]]
}

same_versions() {
	local version
	version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
	! grep -L "^version = \"$version\"$" bindings/rust/*/Cargo.toml | grep . &&
		grep "^libvpasid-sys = { version = \"$version\"," bindings/rust/vpasid/Cargo.toml
}

tests_of libvpasid-sys
tests_of vpasid
ok "the example runs with the shared library" shared
ok "a library that isn't found: what to do is said" not_found
ok "a library in VPASID_LIB_DIR, without pkg-config" by_directory
ok "a library with another ABI is refused" other_version
ok "the crates have the library's version" same_versions
plan
