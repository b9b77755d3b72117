// SPDX-License-Identifier: MIT
//! `vpasid/version.h`: the version of libvpasid, according to semver.org.

use std::os::raw::c_char;

/// The headers' version.
pub const VPASID_VERSION: &str = "0.2.0";

/// Its major version.
pub const VPASID_VERSION_MAJOR: u32 = 0;

/// Its minor version: until 1.0, each has its own ABI.
pub const VPASID_VERSION_MINOR: u32 = 2;

/// Its patch version, which doesn't change the ABI.
pub const VPASID_VERSION_PATCH: u32 = 0;

extern "C" {
    /// Return the version of the library at run time.
    pub fn vpasid_version() -> *const c_char;
}
