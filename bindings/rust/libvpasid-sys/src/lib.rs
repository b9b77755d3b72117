// SPDX-License-Identifier: MIT
//! Declarations of libvpasid: all that the headers `vpasid/*.h` export, by their own names.
//!
//! The headers' comments say what each function does, who owns what, and which errors there are.
//! The crate `vpasid` has the same for safe Rust. Each module here is one header; all names are
//! also at the crate's root.
//!
//! ```
//! use std::ffi::CStr;
//!
//! // SAFETY: it returns a static string.
//! let version = unsafe { CStr::from_ptr(libvpasid_sys::vpasid_version()) };
//! assert!(version.to_str().unwrap().starts_with("0.2."));
//! ```
//!
//! `build.rs` finds the library; the README says how.

#![deny(missing_docs)]
#![allow(non_camel_case_types)]

pub mod attach;
pub mod config;
pub mod guest;
pub mod info;
pub mod iommu;
pub mod place;
pub mod query;
pub mod quirks;
pub mod vconfig;
pub mod version;
pub mod vfio_view;

pub use attach::*;
pub use config::*;
pub use guest::*;
pub use info::*;
pub use iommu::*;
pub use place::*;
pub use query::*;
pub use quirks::*;
pub use vconfig::*;
pub use version::*;
pub use vfio_view::*;
