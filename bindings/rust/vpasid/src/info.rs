// SPDX-License-Identifier: MIT
//! What a host says about the PASID of one function.

use std::fmt;
use std::mem::size_of;
use std::os::raw::{c_int, c_uint};
use std::os::unix::io::{AsFd, AsRawFd};
use std::ptr;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

/// The number of VFIO's feature that stays: `VFIO_DEVICE_FEATURE_PASID_STABLE` of
/// `<linux/vfio_pasid.h>`.
pub const FEATURE_PASID_STABLE: u32 = sys::VFIO_DEVICE_FEATURE_PASID_STABLE;

/// The number of VFIO's feature as it was proposed: `VFIO_DEVICE_FEATURE_PASID`.
pub const FEATURE_PASID: u32 = sys::VFIO_DEVICE_FEATURE_PASID;

const MAKE: Operation = Operation {
    what: "no answer can be made of this",
    reasons: &[
        (errno::EINVAL, "a number, a flag or a length isn't one that is known"),
        (errno::EIO, "the registers read as all ones: the device is gone or asleep"),
        (errno::ENODATA, "the kernel may be one that doesn't tell the width"),
        (errno::EPROTO, "the width is above 20"),
    ],
};

const QUERY: Operation = Operation {
    what: "the host doesn't tell of the device's PASID",
    reasons: &[
        (errno::EOPNOTSUPP, "nobody could be asked: neither the device's driver nor iommufd tells"),
        (errno::EINVAL, "the device isn't bound to an iommufd yet"),
        (errno::ENOENT, "no such device is bound to the iommufd"),
        (errno::EPROTO, "the answer isn't one: a width above 20"),
    ],
};

bits! {
    /// What requests with a PASID may ask for (7.8.9.2).
    pub struct Permissions: u16 {
        /// To execute.
        EXEC = sys::VPASID_CAP_EXEC,
        /// To be privileged.
        PRIV = sys::VPASID_CAP_PRIV,
    }
}

bits! {
    /// What two sources disagree about.
    pub struct Differences: u8 {
        /// iommufd tells more bits than the function is said to have.
        WIDTH = sys::VPASID_DIFFERS_WIDTH,
        /// They tell different permissions to be enabled.
        ENABLED = sys::VPASID_DIFFERS_ENABLED,
        /// They tell different widths of the IOMMU.
        IOMMU_WIDTH = sys::VPASID_DIFFERS_IOMMU_WIDTH,
    }
}

codes! {
    /// Who gave an answer.
    pub enum Source: u8 {
        /// Nobody.
        None = sys::VPASID_SOURCE_NONE,
        /// VFIO's feature, by the number that stays.
        VfioFeature = sys::VPASID_SOURCE_VFIO_FEATURE,
        /// VFIO's feature, by the number that was proposed.
        VfioFeature11 = sys::VPASID_SOURCE_VFIO_FEATURE_11,
        /// The function's registers.
        Registers = sys::VPASID_SOURCE_REGISTERS,
        /// iommufd.
        Iommufd = sys::VPASID_SOURCE_IOMMUFD,
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the library returns a static string.
        let name = unsafe { text::fixed(sys::vpasid_source_name(c_uint::from(self.raw()))) };

        f.write_str(name.unwrap_or(""))
    }
}

/// A function's PASID registers: zeros for one without the capability, those of the PF for a VF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Registers {
    /// The PASID Capability register (7.8.9.2).
    pub capability: u16,
    /// The PASID Control register (7.8.9.3).
    pub control: u16,
}

/// The PASID of one function, as a host tells it.
///
/// ```
/// use vpasid::{Info, Permissions};
///
/// let info = Info::from_registers(0x1406, 0x0003)?;
/// assert_eq!((info.width(), info.iommu_width()), (20, None));
/// assert_eq!(info.enabled(), Some(Permissions::EXEC));
///
/// let info = info.with_iommu_width(15);
/// assert_eq!(info.usable_width(), 15);
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Info(sys::vpasid_info);

impl Info {
    /// An answer of the caller's own: Max PASID Width, 0 for "no PASID", and what the function
    /// supports. What is enabled and what the IOMMU has isn't known in it.
    pub fn new(width: u8, capabilities: Permissions) -> Self {
        let mut info = Self::nothing();

        info.width = width;
        info.capabilities = capabilities.bits();
        Self(info)
    }

    /// The same, with what the host has switched on.
    pub fn with_enabled(mut self, enabled: Permissions) -> Self {
        self.0.enabled = enabled.bits();
        self.0.known |= sys::VPASID_KNOWN_ENABLED;
        self
    }

    /// The same, with log2 of the number of PASIDs that the IOMMU gives the function.
    pub fn with_iommu_width(mut self, width: u8) -> Self {
        self.0.iommu_width = width;
        self.0.known |= sys::VPASID_KNOWN_IOMMU_WIDTH;
        self
    }

    /// The same, but no address space can be attached to a PASID.
    pub fn with_attach_refused(mut self) -> Self {
        self.0.attach_refused = 1;
        self
    }

    /// Of the function's PASID registers, a VF's PF's: Capability (7.8.9.2), Control (7.8.9.3).
    pub fn from_registers(capability: u16, control: u16) -> Result<Self, Error> {
        // SAFETY: there is room for an answer.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_registers(capability, control, info)
        })
    }

    /// Of what VFIO's feature with a number ([`FEATURE_PASID_STABLE`], [`FEATURE_PASID`]) has filled
    /// in behind `struct vfio_device_feature`: 4 or 8 bytes, in this machine's byte order.
    pub fn from_feature(feature: u32, payload: &[u8]) -> Result<Self, Error> {
        // SAFETY: the payload has as many bytes as it is said to have.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_feature(feature, payload.as_ptr().cast(), payload.len(), info)
        })
    }

    /// Of the `struct iommu_hw_info` that IOMMU_GET_HW_INFO has filled in: 40 bytes or more, in this
    /// machine's byte order. A width of 0 is no answer from kernels that don't tell PASIDs, and an
    /// error of the kind [`Unknown`](crate::ErrorKind::Unknown); `tells_pasid` says that this kernel
    /// is known to tell them.
    pub fn from_hw_info(hw_info: &[u8], tells_pasid: bool) -> Result<Self, Error> {
        let flags = if tells_pasid { sys::VPASID_HW_INFO_TELLS_PASID } else { 0 };

        // SAFETY: the struct has as many bytes as it is said to have.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_hw_info(hw_info.as_ptr().cast(), hw_info.len(), flags, info)
        })
    }

    /// Asks the driver of an open VFIO device.
    pub fn query_device(device: impl AsFd) -> Result<Self, Error> {
        let fd = device.as_fd().as_raw_fd();

        // SAFETY: the file is open, and there is room for an answer.
        Self::made(&QUERY, |info| unsafe { sys::vpasid_query_device(fd, info) })
    }

    /// Asks the iommufd that a device is bound to; `dev_id` is what VFIO_DEVICE_BIND_IOMMUFD gave.
    pub fn query_iommufd(iommufd: impl AsFd, dev_id: u32) -> Result<Self, Error> {
        let fd = iommufd.as_fd().as_raw_fd();

        // SAFETY: the file is open, and there is room for an answer.
        Self::made(&QUERY, |info| unsafe { sys::vpasid_query_iommufd(fd, dev_id, info) })
    }

    /// Asks all that can be asked about a device: its driver, or where that doesn't tell, its
    /// registers, and the iommufd that it is bound to, if it is to one.
    ///
    /// ```no_run
    /// let device = std::fs::File::open("/dev/vfio/devices/vfio0")?; // and bind it to an iommufd
    /// let info = vpasid::Info::query_bound(&device, None::<(&std::fs::File, u32)>, None)?;
    /// println!("{} bits", info.usable_width());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn query_bound(
        device: impl AsFd,
        iommufd: Option<(impl AsFd, u32)>,
        registers: Option<Registers>,
    ) -> Result<Self, Error> {
        let registers = registers.map(|registers| sys::vpasid_registers {
            argsz: size_of::<sys::vpasid_registers>() as u32,
            capability: registers.capability,
            control: registers.control,
        });
        let registers = registers.as_ref().map_or(ptr::null(), |registers| registers as *const _);
        let device = device.as_fd().as_raw_fd();
        let iommufd = iommufd.as_ref().map(|(file, dev_id)| (file.as_fd().as_raw_fd(), *dev_id));
        let (iommufd, dev_id) = iommufd.unwrap_or((-1, 0));

        // SAFETY: the files are open, the registers are valid or NULL, and there is room.
        Self::made(&QUERY, |info| unsafe {
            sys::vpasid_query_bound(device, iommufd, dev_id, registers, info)
        })
    }

    /// One answer of two: that of the function's driver or registers, and that of iommufd.
    pub fn combine(function: &Self, iommufd: &Self) -> Self {
        let mut info = Self::nothing();

        // SAFETY: both are answers, and there is room for one.
        unsafe { sys::vpasid_info_combine(&function.0, &iommufd.0, &mut info) };
        Self(info)
    }

    /// Max PASID Width, in bits; 0 if the host has no PASID for this function now.
    pub fn width(&self) -> u8 {
        self.0.width
    }

    /// log2 of the number of PASIDs that the IOMMU gives this function, if that is known.
    pub fn iommu_width(&self) -> Option<u8> {
        (self.0.known & sys::VPASID_KNOWN_IOMMU_WIDTH != 0).then_some(self.0.iommu_width)
    }

    /// How wide a PASID may be in practice: 0 if none can be used.
    pub fn usable_width(&self) -> u8 {
        // SAFETY: it is an answer.
        let width = unsafe { sys::vpasid_info_usable_width(&self.0) };

        u8::try_from(width).unwrap_or(0)
    }

    /// What the function supports; with iommufd as the only source, what is enabled.
    pub fn capabilities(&self) -> Permissions {
        Permissions::from_bits(self.0.capabilities)
    }

    /// What the host has switched on, if that is known.
    pub fn enabled(&self) -> Option<Permissions> {
        (self.0.known & sys::VPASID_KNOWN_ENABLED != 0)
            .then_some(Permissions::from_bits(self.0.enabled))
    }

    /// Who answered.
    pub fn source(&self) -> Source {
        Source::from_raw(self.0.source)
    }

    /// Who else answered.
    pub fn second(&self) -> Source {
        Source::from_raw(self.0.second)
    }

    /// What the two disagree about.
    pub fn differs(&self) -> Differences {
        Differences::from_bits(self.0.differs)
    }

    /// Whether it is known that no address space can be attached to a PASID of the function.
    pub fn attach_refused(&self) -> bool {
        self.0.attach_refused != 0
    }

    /// Whether it is known that the function can't use ATS, so that a VMM has to hide it.
    pub fn ats_refused(&self) -> bool {
        self.0.ats_refused != 0
    }

    pub(crate) fn raw(&self) -> &sys::vpasid_info {
        &self.0
    }

    fn nothing() -> sys::vpasid_info {
        // SAFETY: it is plain data, and zeros are an answer of nobody's.
        unsafe { std::mem::zeroed() }
    }

    fn made(
        operation: &Operation,
        make: impl FnOnce(*mut sys::vpasid_info) -> c_int,
    ) -> Result<Self, Error> {
        let mut info = Self::nothing();

        operation.check(make(&mut info))?;
        Ok(Self(info))
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("width", &self.width())
            .field("iommu_width", &self.iommu_width())
            .field("capabilities", &self.capabilities())
            .field("enabled", &self.enabled())
            .field("source", &self.source())
            .field("second", &self.second())
            .field("differs", &self.differs())
            .field("attach_refused", &self.attach_refused())
            .field("ats_refused", &self.ats_refused())
            .finish()
    }
}
