// SPDX-License-Identifier: MIT
//! `vpasid/vfio_view.h`: what Linux's VFIO drivers show of a function's config space: not all that
//! the function has.

use std::os::raw::{c_int, c_void};

/// The function is a VF. VFIO shows the IDs that its own config space lacks, a Command register
/// with Memory Space Enable, and no interrupt pin.
pub const VPASID_VFIO_VIEW_VF: u32 = 1 << 0;

/// Nobody who uses VFIO gets at the registers of the function's own PASID capability: they read
/// as zeros, and writes to them are dropped. That is so with the guard of pasid_vfio_pci or
/// vfio_pasid. A VMM may also give its word that it passes no access to these bytes on.
pub const VPASID_VFIO_VIEW_GUARDED: u32 = 1 << 1;

/// VFIO takes DVSEC out of the chain, as Linux before 6.4 does.
pub const VPASID_VFIO_VIEW_NO_DVSEC: u32 = 1 << 2;

/// A view to be made.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vfio_view_request {
    /// sizeof(`vpasid_vfio_view_request`); see info.h.
    pub argsz: u32,
    /// `VPASID_VFIO_VIEW_*`.
    pub flags: u32,
    /// The function's own config space, as sysfs has it for root.
    pub config: *const c_void,
    /// How many bytes `config` has: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// A VF's Vendor ID, as sysfs has it; for other functions, and if it isn't known, 0.
    pub vendor: u16,
    /// A VF's Device ID, likewise.
    pub device: u16,
    /// 0.
    pub reserved: u32,
}

extern "C" {
    /// Make what VFIO shows of a function, without opening it.
    pub fn vpasid_vfio_view(request: *const vpasid_vfio_view_request, view: *mut c_void) -> c_int;
}
