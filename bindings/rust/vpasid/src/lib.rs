// SPDX-License-Identifier: MIT
//! PASID, ATS and PRI for the guests of virtual machine monitors: libvpasid for safe Rust.
//!
//! A guest uses PASIDs (Process Address Space IDs) of a PCIe function that is passed through to
//! it, if its kernel finds the capability in the function's config space, and a VF has none. This
//! crate finds a place for it ([`PlaceRequest`]), and for others, makes what the guest sees of
//! config space ([`VConfig`]), and tells what the host has ([`Info`]) and what keeps a guest from
//! turning PASID on ([`GuestCheck`]).
//!
//! ```
//! use vpasid::{ext_cap, Info, PlaceRequest, VConfigRequest};
//!
//! # let mut config = [0; vpasid::CONFIG_SIZE];
//! # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
//! # config[0x06] = 0x10;
//! # config[0x34] = 0x40;
//! # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
//! // `config` has the function's 4096 bytes, as VFIO shows them
//! let placement = PlaceRequest::new(&config).place()?;
//! let info = Info::from_registers(0x1406, 0x0001)?; // of the function's PF
//! let mut view = VConfigRequest::new(&config, &placement).info(&info).build(())?;
//!
//! let offset = view.offset(ext_cap::PASID).unwrap();
//! view.write(usize::from(offset) + 6, &[0x01, 0x00])?; // the guest enables PASID
//! assert!(view.control().contains(vpasid::PasidControl::ENABLE));
//! # Ok::<(), vpasid::Error>(())
//! ```
//!
//! # Config space
//!
//! It is little-endian on any machine, and goes in and out as bytes. Offsets count from its start.
//! Bits and sections are those of the PCI Express specification, r6.0.
//!
//! # Threads
//!
//! A [`VConfig`] may be read by several threads at a time, and all else takes it alone: reading
//! takes `&self`, everything that changes it `&mut self`. It is [`Send`] and [`Sync`] as far as
//! what is behind it is. The other types are plain data.
//!
//! # Panics
//!
//! A panic of what is behind a [`VConfig`] doesn't unwind through the C library: it is caught in
//! the callback, the library's call comes to its end (further callbacks of it aren't made), and
//! the panic goes on from there. Built with `panic = "abort"`, the program ends at once.
//!
//! # Versions
//!
//! Crate and library have the same version. Until 1.0 each minor version of the library has an ABI
//! of its own, and the crate builds with that one alone.

#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(missing_debug_implementations)]

#[macro_use]
mod values;

pub mod attach;
mod caught;
mod errno;
mod error;
mod guest;
mod info;
mod iommu;
mod layout;
mod place;
mod quirks;
mod text;
mod vconfig;
mod vfio_view;

pub use error::{Error, ErrorKind};
pub use guest::{GuestCheck, GuestCode, GuestFeatures, GuestFinding};
pub use info::{Differences, Info, Permissions, Registers, Source};
pub use info::{FEATURE_PASID, FEATURE_PASID_STABLE};
pub use iommu::{Abilities, Ability, Iommu, IommuField, IommuType};
pub use layout::{
    conventional_find, ext_cap, ext_cap_find, ext_cap_name, Finding, FindingCode, Layout, Span,
};
pub use place::{Cap, Obstacle, ObstacleCode, PlaceReason, PlaceRequest, Placement, QuirkOrigin};
pub use quirks::{Device, FunctionKind, Matches, Quirk, Quirks, Range};
pub use vconfig::{
    AtsControl, CapRegisters, Changes, ConfigSpace, PasidControl, Patch, PriControl, PriStatus,
    SavedState, VConfig, VConfigRequest,
};
pub use vfio_view::VfioView;

/// Bytes of a config space with its extended part.
pub const CONFIG_SIZE: usize = libvpasid_sys::VPASID_CONFIG_SIZE;

/// The widest PASID that PCIe has, in bits.
pub const MAX_WIDTH: u8 = libvpasid_sys::VPASID_MAX_WIDTH;

/// The most virtual capabilities that one placement has.
pub const MAX_CAPS: usize = libvpasid_sys::VPASID_MAX_CAPS;

/// The version of the library that is running.
///
/// ```
/// assert!(vpasid::version().starts_with("0.2."));
/// ```
pub fn version() -> &'static str {
    // SAFETY: the library returns a static string.
    unsafe { text::fixed(libvpasid_sys::vpasid_version()) }.unwrap_or("")
}

/// The README's example is one that runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
