// SPDX-License-Identifier: MIT
//! What a host reports about the PASID of one function.

use std::fmt;
use std::mem::size_of;
use std::os::raw::{c_int, c_uint};
use std::os::unix::io::{AsFd, AsRawFd};
use std::ptr;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

/// The permanent number of VFIO's feature: `VFIO_DEVICE_FEATURE_PASID_STABLE` of
/// `<linux/vfio_pasid.h>`.
pub const FEATURE_PASID_STABLE: u32 = sys::VFIO_DEVICE_FEATURE_PASID_STABLE;

/// The proposed number of VFIO's feature: `VFIO_DEVICE_FEATURE_PASID`.
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
    /// The permissions that requests with a PASID can have (7.8.9.2).
    pub struct Permissions: u16 {
        /// Execute Permission.
        EXEC = sys::VPASID_CAP_EXEC,
        /// Privileged Mode.
        PRIV = sys::VPASID_CAP_PRIV,
    }
}

bits! {
    /// The differences between two sources.
    pub struct Differences: u8 {
        /// iommufd reports more bits than the function has.
        WIDTH = sys::VPASID_DIFFERS_WIDTH,
        /// They report different enabled permissions.
        ENABLED = sys::VPASID_DIFFERS_ENABLED,
        /// They report different widths of the IOMMU.
        IOMMU_WIDTH = sys::VPASID_DIFFERS_IOMMU_WIDTH,
    }
}

codes! {
    /// The source of an answer.
    pub enum Source: u8 {
        /// None.
        None = sys::VPASID_SOURCE_NONE,
        /// VFIO's feature, with the permanent number.
        VfioFeature = sys::VPASID_SOURCE_VFIO_FEATURE,
        /// VFIO's feature, with the proposed number.
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

/// The PASID of one function, as a host reports it.
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
    /// An answer that the caller provides: Max PASID Width, 0 for "no PASID", and the permissions
    /// that the function supports. The enabled permissions and the IOMMU's width are unknown.
    pub fn new(width: u8, capabilities: Permissions) -> Self {
        let mut info = Self::nothing();

        info.width = width;
        info.capabilities = capabilities.bits();
        Self(info)
    }

    /// The same, with the permissions that the host has enabled.
    pub fn with_enabled(mut self, enabled: Permissions) -> Self {
        self.0.enabled = enabled.bits();
        self.0.known |= sys::VPASID_KNOWN_ENABLED;
        self
    }

    /// The same, with log2 of the number of PASIDs that the IOMMU supports for the function.
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

    /// From the PASID registers of the function, or of a VF's PF: Capability (7.8.9.2) and Control
    /// (7.8.9.3).
    pub fn from_registers(capability: u16, control: u16) -> Result<Self, Error> {
        // SAFETY: there is room for an answer.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_registers(capability, control, info)
        })
    }

    /// From the payload of VFIO's feature with a number ([`FEATURE_PASID_STABLE`],
    /// [`FEATURE_PASID`]), which follows `struct vfio_device_feature`: 4 or 8 bytes, in this
    /// machine's byte order.
    pub fn from_feature(feature: u32, payload: &[u8]) -> Result<Self, Error> {
        // SAFETY: the payload has as many bytes as it is said to have.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_feature(feature, payload.as_ptr().cast(), payload.len(), info)
        })
    }

    /// From the `struct iommu_hw_info` that IOMMU_GET_HW_INFO has filled in: 40 bytes or more, in
    /// this machine's byte order. From a kernel that doesn't report PASIDs, a width of 0 isn't an
    /// answer, but an error of the kind [`Unknown`](crate::ErrorKind::Unknown). `tells_pasid` says
    /// that this kernel is known to report them.
    pub fn from_hw_info(hw_info: &[u8], tells_pasid: bool) -> Result<Self, Error> {
        let flags = if tells_pasid { sys::VPASID_HW_INFO_TELLS_PASID } else { 0 };

        // SAFETY: the struct has as many bytes as it is said to have.
        Self::made(&MAKE, |info| unsafe {
            sys::vpasid_info_from_hw_info(hw_info.as_ptr().cast(), hw_info.len(), flags, info)
        })
    }

    /// Queries the driver of an open VFIO device.
    pub fn query_device(device: impl AsFd) -> Result<Self, Error> {
        let fd = device.as_fd().as_raw_fd();

        // SAFETY: the file is open, and there is room for an answer.
        Self::made(&QUERY, |info| unsafe { sys::vpasid_query_device(fd, info) })
    }

    /// Queries the iommufd to which a device is bound; `dev_id` is that of
    /// VFIO_DEVICE_BIND_IOMMUFD.
    pub fn query_iommufd(iommufd: impl AsFd, dev_id: u32) -> Result<Self, Error> {
        let fd = iommufd.as_fd().as_raw_fd();

        // SAFETY: the file is open, and there is room for an answer.
        Self::made(&QUERY, |info| unsafe { sys::vpasid_query_iommufd(fd, dev_id, info) })
    }

    /// Queries all sources for a device: its driver or, if that doesn't report PASID, its
    /// registers; and the iommufd to which it is bound, if there is one.
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

    /// Combines two answers: that of the function's driver or registers, and that of iommufd.
    pub fn combine(function: &Self, iommufd: &Self) -> Self {
        let mut info = Self::nothing();

        // SAFETY: both are answers, and there is room for one.
        unsafe { sys::vpasid_info_combine(&function.0, &iommufd.0, &mut info) };
        Self(info)
    }

    /// Max PASID Width, in bits; 0 if the host has no PASID for this function at present.
    pub fn width(&self) -> u8 {
        self.0.width
    }

    /// log2 of the number of PASIDs that the IOMMU supports for this function, if that is known.
    pub fn iommu_width(&self) -> Option<u8> {
        (self.0.known & sys::VPASID_KNOWN_IOMMU_WIDTH != 0).then_some(self.0.iommu_width)
    }

    /// The usable width of a PASID, in bits: 0 if no PASID can be used.
    pub fn usable_width(&self) -> u8 {
        // SAFETY: it is an answer.
        let width = unsafe { sys::vpasid_info_usable_width(&self.0) };

        u8::try_from(width).unwrap_or(0)
    }

    /// The supported permissions; with iommufd as the only source, the enabled ones.
    pub fn capabilities(&self) -> Permissions {
        Permissions::from_bits(self.0.capabilities)
    }

    /// The permissions that the host has enabled, if that is known.
    pub fn enabled(&self) -> Option<Permissions> {
        (self.0.known & sys::VPASID_KNOWN_ENABLED != 0)
            .then_some(Permissions::from_bits(self.0.enabled))
    }

    /// The source of the answer.
    pub fn source(&self) -> Source {
        Source::from_raw(self.0.source)
    }

    /// The second source of the answer.
    pub fn second(&self) -> Source {
        Source::from_raw(self.0.second)
    }

    /// The differences between the two.
    pub fn differs(&self) -> Differences {
        Differences::from_bits(self.0.differs)
    }

    /// Whether it is known that no address space can be attached to a PASID of the function.
    pub fn attach_refused(&self) -> bool {
        self.0.attach_refused != 0
    }

    /// Whether it is known that the function can't use ATS, so that a VMM must hide it.
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
