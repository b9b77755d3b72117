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

# apart FUNCTION: on this machine, where the library isn't installed; only FUNCTION sees what it
# installs itself
apart() {
	tests/support/apart.sh "$0" --apart "$1"
}

# With the library in /usr/local, and nothing set that says so
installed_shared() {
	meson install -C "$build" --quiet --no-rebuild && ldconfig &&
		CARGO_TARGET_DIR=$build/rust/shared example &&
		ldd "$build/rust/shared/debug/examples/rust_vmm_device" |
		grep "libvpasid.so.* => $(pkg-config --variable libdir libvpasid)/"
}

# script NAME=VALUE...: build.rs alone, with such an environment
script() {
	env HOST=here TARGET=here "$@" "$build/rust/build_script" 2>&1
}

build_script() {
	rustc --edition 2021 bindings/rust/libvpasid-sys/build.rs -o "$build/rust/build_script"
}

not_found() {
	local said
	! said=$(script) || return
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
	local said
	mkdir -p /usr/local/lib/pkgconfig &&
		sed 's/^Version: .*/Version: 0.3.0/' "$build/meson-private/libvpasid.pc" \
			>/usr/local/lib/pkgconfig/libvpasid.pc || return
	! said=$(script) || return
	echo "$said"
	[[ $said == *"0.3"* ]]
}

same_versions() {
	local version
	version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
	! grep -L "^version = \"$version\"$" bindings/rust/*/Cargo.toml | grep . &&
		grep "^libvpasid-sys = { version = \"$version\"," bindings/rust/vpasid/Cargo.toml
}

if [[ ${1-} == --apart ]]; then
	unset PKG_CONFIG_PATH
	"$2"
	exit
fi

tests_of libvpasid-sys
tests_of vpasid
ok "the example runs with the installed shared library" apart installed_shared
ok "the build script compiles" build_script
ok "a library that isn't found: what to do is said" apart not_found
ok "a library in VPASID_LIB_DIR, without pkg-config" by_directory
ok "a library with another ABI is refused" apart other_version
ok "the crates have the library's version" same_versions
plan
