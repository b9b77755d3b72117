// SPDX-License-Identifier: MIT
//! Address spaces of an iommufd, attached to PASIDs of a device (Linux 6.15).
//!
//! ```no_run
//! use std::fs::File;
//! use vpasid::attach;
//!
//! # fn bind(_: &File, _: &File) -> u32 { 1 }
//! let iommufd = File::open("/dev/iommu")?;
//! let device = File::open("/dev/vfio/devices/vfio0")?;
//! let dev_id = bind(&device, &iommufd); // VFIO_DEVICE_BIND_IOMMUFD
//!
//! let ioas = attach::ioas_alloc(&iommufd)?;
//! let hwpt = attach::hwpt_alloc(&iommufd, dev_id, ioas)?;
//! attach::attach(&device, 42, hwpt)?; // DMA with PASID 42 goes there
//! attach::detach(&device, 42)?;
//! attach::destroy(&iommufd, hwpt)?;
//! attach::destroy(&iommufd, ioas)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::os::raw::{c_int, c_uint};
use std::os::unix::io::{AsFd, AsRawFd};

use libvpasid_sys as sys;

use crate::error::{Error, Operation};
use crate::text;

const IOAS: Operation = Operation { what: "no address space can be allocated", reasons: &[] };
const HWPT: Operation = Operation { what: "no page tables can be allocated", reasons: &[] };
const ATTACH: Operation = Operation { what: "the PASID can't be attached", reasons: &[] };
const DETACH: Operation = Operation { what: "the PASID can't be detached", reasons: &[] };
const DESTROY: Operation = Operation { what: "it can't be destroyed", reasons: &[] };
const SUPPORTED: Operation = Operation { what: "PASIDs can't be attached", reasons: &[] };

/// The result, with the library's description of an error. `device` may be queried for it.
fn check(operation: &Operation, device: c_int, step: c_uint, result: c_int) -> Result<(), Error> {
    operation.check(result).map(drop).map_err(|error| {
        // SAFETY: the file is open, or -1; it returns a static string.
        let why = unsafe { text::fixed(sys::vpasid_attach_why(device, step, result)) };

        error.explained(why.unwrap_or("").into())
    })
}

/// Allocates an empty address space: the ID of an IOAS.
pub fn ioas_alloc(iommufd: impl AsFd) -> Result<u32, Error> {
    let mut id = 0;
    // SAFETY: the file is open, and there is room for an ID.
    let result = unsafe { sys::vpasid_ioas_alloc(iommufd.as_fd().as_raw_fd(), &mut id) };

    check(&IOAS, -1, sys::VPASID_STEP_IOAS, result).map(|()| id)
}

/// Allocates page tables that can be attached to PASIDs: the ID of an HWPT.
pub fn hwpt_alloc(iommufd: impl AsFd, dev_id: u32, ioas_id: u32) -> Result<u32, Error> {
    let mut id = 0;
    // SAFETY: the file is open, and there is room for an ID.
    let result =
        unsafe { sys::vpasid_hwpt_alloc(iommufd.as_fd().as_raw_fd(), dev_id, ioas_id, &mut id) };

    check(&HWPT, -1, sys::VPASID_STEP_HWPT, result).map(|()| id)
}

/// Attaches an address space to a PASID, 1 to 2^20 - 1.
pub fn attach(device: impl AsFd, pasid: u32, hwpt_id: u32) -> Result<(), Error> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the file is open.
    let result = unsafe { sys::vpasid_attach(fd, pasid, hwpt_id) };

    check(&ATTACH, fd, sys::VPASID_STEP_ATTACH, result)
}

/// Replaces the address space of a PASID, without an interruption.
pub fn replace(device: impl AsFd, pasid: u32, hwpt_id: u32) -> Result<(), Error> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the file is open.
    let result = unsafe { sys::vpasid_replace(fd, pasid, hwpt_id) };

    check(&ATTACH, fd, sys::VPASID_STEP_REPLACE, result)
}

/// Detaches the address space of a PASID: DMA with the PASID is refused.
pub fn detach(device: impl AsFd, pasid: u32) -> Result<(), Error> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the file is open.
    let result = unsafe { sys::vpasid_detach(fd, pasid) };

    check(&DETACH, fd, sys::VPASID_STEP_DETACH, result)
}

/// Destroys an IOAS or an HWPT.
pub fn destroy(iommufd: impl AsFd, id: u32) -> Result<(), Error> {
    // SAFETY: the file is open.
    let result = unsafe { sys::vpasid_destroy(iommufd.as_fd().as_raw_fd(), id) };

    check(&DESTROY, -1, sys::VPASID_STEP_DESTROY, result)
}

/// Whether the kernel and the driver attach PASIDs of this device; the error says why not.
pub fn supported(device: impl AsFd) -> Result<(), Error> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the file is open.
    let result = unsafe { sys::vpasid_attach_supported(fd) };

    check(&SUPPORTED, fd, sys::VPASID_STEP_ATTACH, result)
}
