// SPDX-License-Identifier: MIT
//! `vpasid/vfio_view.h`: what Linux's VFIO drivers show of a function's config space, which isn't
//! everything.

use std::os::raw::{c_int, c_void};

/// The function is a VF. VFIO shows the IDs that its own config space lacks, a Command register
/// with Memory Space Enable, and no interrupt pin.
pub const VPASID_VFIO_VIEW_VF: u32 = 1 << 0;

/// Users of VFIO can't reach the registers of the function's own PASID capability: they read as
/// zeros, and writes to them are dropped, as with the guard of pasid_vfio_pci or vfio_pasid. A VMM
/// may also set this flag if it passes no access to these bytes on.
pub const VPASID_VFIO_VIEW_GUARDED: u32 = 1 << 1;

/// VFIO hides DVSEC, as before Linux 6.4.
pub const VPASID_VFIO_VIEW_NO_DVSEC: u32 = 1 << 2;

/// The request for a view.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vfio_view_request {
    /// sizeof(`vpasid_vfio_view_request`); see info.h.
    pub argsz: u32,
    /// `VPASID_VFIO_VIEW_*`.
    pub flags: u32,
    /// The function's own config space, as root reads it in sysfs.
    pub config: *const c_void,
    /// The number of bytes of `config`: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// A VF's Vendor ID in sysfs; 0 for other functions, and if it is unknown.
    pub vendor: u16,
    /// A VF's Device ID, likewise.
    pub device: u16,
    /// 0.
    pub reserved: u32,
}

extern "C" {
    /// Compute what VFIO shows of a function, without opening it.
    pub fn vpasid_vfio_view(request: *const vpasid_vfio_view_request, view: *mut c_void) -> c_int;
}
