// SPDX-License-Identifier: MIT
//! What Linux's VFIO drivers show of a function's config space.

use std::mem::size_of;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};

const VIEW: Operation = Operation {
    what: "what VFIO shows can't be told",
    reasons: &[
        (errno::EINVAL, "config space hasn't 4096 bytes"),
        (errno::EIO, "all of the header reads as ones: the device is gone or asleep"),
        (errno::EPROTO, "VFIO can't open the function: a capability's registers reach too far"),
    ],
};

/// What VFIO shows of a function, made from the function's own config space. The function isn't
/// opened, because that would reset it.
///
/// ```
/// use vpasid::VfioView;
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
/// let shown = VfioView::new(&config).vf(0x8086, 0x1889).make()?;
/// assert_eq!(shown[..4], [0x86, 0x80, 0x89, 0x18]);
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VfioView<'a> {
    config: &'a [u8],
    flags: u32,
    vendor: u16,
    device: u16,
}

impl<'a> VfioView<'a> {
    /// For the function's own 4096 bytes, as root reads them in sysfs.
    pub fn new(config: &'a [u8]) -> Self {
        Self { config, flags: 0, vendor: 0, device: 0 }
    }

    /// The function is a VF with these IDs, which its own config space lacks.
    pub fn vf(mut self, vendor: u16, device: u16) -> Self {
        self.flags |= sys::VPASID_VFIO_VIEW_VF;
        self.vendor = vendor;
        self.device = device;
        self
    }

    /// The driver or the VMM guards the function's own PASID registers, so that guests can't reach
    /// them.
    pub fn guarded(mut self) -> Self {
        self.flags |= sys::VPASID_VFIO_VIEW_GUARDED;
        self
    }

    /// The kernel hides DVSEC, as Linux before 6.4 does.
    pub fn no_dvsec(mut self) -> Self {
        self.flags |= sys::VPASID_VFIO_VIEW_NO_DVSEC;
        self
    }

    /// Makes the view: 4096 bytes.
    pub fn make(&self) -> Result<Vec<u8>, Error> {
        let mut view = vec![0; sys::VPASID_CONFIG_SIZE];
        let request = sys::vpasid_vfio_view_request {
            argsz: size_of::<sys::vpasid_vfio_view_request>() as u32,
            flags: self.flags,
            config: self.config.as_ptr().cast(),
            size: self.config.len(),
            vendor: self.vendor,
            device: self.device,
            reserved: 0,
        };

        // SAFETY: the request is valid, and the view has VPASID_CONFIG_SIZE bytes.
        VIEW.check(unsafe { sys::vpasid_vfio_view(&request, view.as_mut_ptr().cast()) })?;
        Ok(view)
    }
}
