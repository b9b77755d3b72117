// SPDX-License-Identifier: MIT
//! `vpasid/query.h`: queries the host for the PASID of a VFIO device.

use crate::{vpasid_info, vpasid_registers};
use std::os::raw::c_int;

extern "C" {
    /// Query the driver of a device for its PASID.
    pub fn vpasid_query_device(device_fd: c_int, info: *mut vpasid_info) -> c_int;

    /// Query iommufd for a device's PASID.
    pub fn vpasid_query_iommufd(iommufd: c_int, dev_id: u32, info: *mut vpasid_info) -> c_int;

    /// Query all sources for a device's PASID.
    pub fn vpasid_query_bound(
        device_fd: c_int,
        iommufd: c_int,
        dev_id: u32,
        registers: *const vpasid_registers,
        info: *mut vpasid_info,
    ) -> c_int;
}
