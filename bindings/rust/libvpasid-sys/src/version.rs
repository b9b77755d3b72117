// SPDX-License-Identifier: MIT
//! `vpasid/version.h`: the version of libvpasid, as semver.org has it.

use std::os::raw::c_char;

/// The headers' version.
pub const VPASID_VERSION: &str = "0.2.0";

/// Its major version.
pub const VPASID_VERSION_MAJOR: u32 = 0;

/// Its minor version: until 1.0, each has an ABI of its own.
pub const VPASID_VERSION_MINOR: u32 = 2;

/// Its patch version, of which none has an ABI of its own.
pub const VPASID_VERSION_PATCH: u32 = 0;

extern "C" {
    /// Tell the version of the library that is running.
    pub fn vpasid_version() -> *const c_char;
}
