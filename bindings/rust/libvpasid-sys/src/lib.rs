// SPDX-License-Identifier: MIT
//! Declarations of libvpasid: everything that the headers `vpasid/*.h` export, with the same
//! names.
//!
//! The headers' comments describe each function, ownership and errors. The crate `vpasid` is the
//! safe interface. There is a module for each header; all names are also in the crate's root.
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
