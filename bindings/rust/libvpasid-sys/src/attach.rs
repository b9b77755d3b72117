// SPDX-License-Identifier: MIT
//! `vpasid/attach.h`: attaches address spaces of an iommufd to PASIDs of a device.

use std::os::raw::{c_char, c_int, c_uint};

/// `enum vpasid_attach_step`: `vpasid_ioas_alloc()`
pub const VPASID_STEP_IOAS: c_uint = 1;

/// `enum vpasid_attach_step`: `vpasid_hwpt_alloc()`
pub const VPASID_STEP_HWPT: c_uint = 2;

/// `enum vpasid_attach_step`: `vpasid_attach()` or `vpasid_attach_supported()`
pub const VPASID_STEP_ATTACH: c_uint = 3;

/// `enum vpasid_attach_step`: `vpasid_replace()`
pub const VPASID_STEP_REPLACE: c_uint = 4;

/// `enum vpasid_attach_step`: `vpasid_detach()`
pub const VPASID_STEP_DETACH: c_uint = 5;

/// `enum vpasid_attach_step`: `vpasid_destroy()`
pub const VPASID_STEP_DESTROY: c_uint = 6;

extern "C" {
    /// Allocate an empty address space (`IOMMU_IOAS_ALLOC`).
    pub fn vpasid_ioas_alloc(iommufd: c_int, ioas_id: *mut u32) -> c_int;

    /// Allocate page tables that can be attached to PASIDs.
    pub fn vpasid_hwpt_alloc(iommufd: c_int, dev_id: u32, ioas_id: u32, hwpt_id: *mut u32)
        -> c_int;

    /// Attach an address space to a PASID.
    pub fn vpasid_attach(device_fd: c_int, pasid: u32, hwpt_id: u32) -> c_int;

    /// Replace the address space of a PASID.
    pub fn vpasid_replace(device_fd: c_int, pasid: u32, hwpt_id: u32) -> c_int;

    /// Detach the address space of a PASID.
    pub fn vpasid_detach(device_fd: c_int, pasid: u32) -> c_int;

    /// Destroy what was allocated (`IOMMU_DESTROY`).
    pub fn vpasid_destroy(iommufd: c_int, id: u32) -> c_int;

    /// Check whether the kernel and the driver attach PASIDs of this device.
    pub fn vpasid_attach_supported(device_fd: c_int) -> c_int;

    /// Describe an error of these functions.
    pub fn vpasid_attach_why(device_fd: c_int, step: c_uint, error: c_int) -> *const c_char;
}
