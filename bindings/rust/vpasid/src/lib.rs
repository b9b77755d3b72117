// SPDX-License-Identifier: MIT
//! The safe Rust interface of libvpasid: PASID, ATS and PRI for the guests of virtual machine
//! monitors.
//!
//! A guest uses PASIDs (Process Address Space IDs) of a passed-through PCIe function if its kernel
//! finds the PASID capability in the function's config space. VFIO hides this capability, and a VF
//! has none. This crate finds an offset for a virtual one, and for other capabilities
//! ([`PlaceRequest`]), makes the guest's view of config space ([`VConfig`]), reports what the host
//! has ([`Info`]), and finds what prevents a guest from enabling PASID ([`GuestCheck`]).
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
//! Config space is little-endian on any machine, and is passed as bytes. Offsets count from its
//! start. Bits and sections are those of the PCI Express specification, r6.0.
//!
//! # Threads
//!
//! Several threads can read a [`VConfig`] at a time: reading needs `&self`, and everything that
//! changes it needs `&mut self`. It is [`Send`] and [`Sync`] if the type behind it is. The other
//! types are plain data.
//!
//! # Panics
//!
//! If the type behind a [`VConfig`] panics, the panic doesn't unwind through the C library: it is
//! caught in the callback, the library's call completes without further callbacks, and then the
//! panic continues. With `panic = "abort"`, the program ends at once.
//!
//! # Versions
//!
//! Crate and library have the same version. Until 1.0, each minor version of the library has its
//! own ABI, and the crate only builds with that version.

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

/// The largest number of virtual capabilities in one placement.
pub const MAX_CAPS: usize = libvpasid_sys::VPASID_MAX_CAPS;

/// The version of the library at run time.
///
/// ```
/// assert!(vpasid::version().starts_with("0.2."));
/// ```
pub fn version() -> &'static str {
    // SAFETY: the library returns a static string.
    unsafe { text::fixed(libvpasid_sys::vpasid_version()) }.unwrap_or("")
}

/// Compiles and runs the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
