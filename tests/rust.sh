# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For scripts that build bindings/rust: Debian's Rust, offline, with the library of build/. Source
# it from the project's root.
build=$(realpath "${BUILD:-build}")

# Another toolchain, with other lints and another format, may come first in PATH.
PATH=/usr/bin:$PATH
export CARGO_HOME=$build/rust/home CARGO_TARGET_DIR=$build/rust CARGO_NET_OFFLINE=true
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
export PKG_CONFIG_PATH=$build/meson-uninstalled RUST_BACKTRACE=0
unset PKG_CONFIG PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR VPASID_LIB_DIR VPASID_STATIC RUSTFLAGS
mkdir -p "$build/rust"

# in_rust COMMAND...
in_rust() (
	cd bindings/rust && "$@"
)
