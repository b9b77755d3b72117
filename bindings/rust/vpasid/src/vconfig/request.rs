// SPDX-License-Identifier: MIT
//! The request for a view.

use std::mem::size_of;
use std::ptr::{self, addr_of_mut, NonNull};

use libvpasid_sys as sys;

use super::behind::{accesses, changes};
use super::{Changes, ConfigSpace, Inner, VConfig};
use crate::errno;
use crate::error::{Error, Operation};
use crate::info::{Info, Permissions};
use crate::place::Placement;

const MAKE: Operation = Operation {
    what: "the view can't be made",
    reasons: &[
        (errno::EINVAL, "its width can't be had, its registers don't fit, or a part is missing"),
        (errno::E2BIG, "the library is older than this crate"),
        (errno::ESTALE, "the placement is for another layout of config space"),
        (errno::EBUSY, "an offset of the placement lies in another capability"),
        (errno::EIO, "all of the header reads as ones: the device is gone or asleep"),
    ],
};

/// The registers from which a virtual capability is made.
///
/// - PASID: none, because [`VConfigRequest::info`] has everything.
/// - ATS and PRI: the registers of the function's own capability, if it isn't in the config space
///   that the VMM uses. For a VF, the PRI registers are those of its PF.
/// - others: all bytes that the guest reads initially and after a reset, little-endian, and the
///   bits that it can write.
///
/// ```
/// use vpasid::CapRegisters;
///
/// # let (dvsec, mask) = ([0x23, 0, 1, 0, 0, 0, 0, 0], [0; 8]);
/// let list = [CapRegisters::none(), CapRegisters::new(&dvsec).writable(&mask)];
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CapRegisters<'a> {
    bytes: Option<&'a [u8]>,
    writable: Option<&'a [u8]>,
}

impl<'a> CapRegisters<'a> {
    /// No registers are needed.
    pub fn none() -> Self {
        Self::default()
    }

    /// All bytes of the capability, including the header, whose ID must be correct.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Some(bytes), writable: None }
    }

    /// The bits that the guest can write, in the same number of bytes.
    pub fn writable(mut self, mask: &'a [u8]) -> Self {
        self.writable = Some(mask);
        self
    }

    fn raw(&self) -> sys::vpasid_vconfig_registers {
        let lengths = [self.bytes, self.writable].into_iter().flatten().map(<[u8]>::len);
        let length = lengths.min().unwrap_or(0);

        sys::vpasid_vconfig_registers {
            bytes: self.bytes.map_or(ptr::null(), |bytes| bytes.as_ptr().cast()),
            writable: self.writable.map_or(ptr::null(), |bytes| bytes.as_ptr().cast()),
            length: u32::try_from(length).unwrap_or(u32::MAX),
            reserved: 0,
        }
    }
}

/// The request for a [`VConfig`].
///
/// ```
/// use vpasid::{Cap, CapRegisters, Info, Permissions, PlaceRequest, VConfigRequest};
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
/// # config[0x06] = 0x10;
/// # config[0x34] = 0x40;
/// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
/// let placement = PlaceRequest::new(&config).caps(&[Cap::pasid(), Cap::ats()]).place()?;
/// let ats = [0x0f, 0, 1, 0, 0x20, 0, 0, 0]; // Page Aligned Request
/// let info = Info::new(20, Permissions::EXEC | Permissions::PRIV);
/// let view = VConfigRequest::new(&config, &placement)
///     .info(&info)
///     .width(16) // of the virtual IOMMU
///     .withheld(Permissions::PRIV)
///     .registers(&[CapRegisters::none(), CapRegisters::new(&ats)])
///     .build(())?;
///
/// let mut registers = [0; 4];
/// view.read(usize::from(view.offset(vpasid::ext_cap::PASID).unwrap()) + 4, &mut registers)?;
/// assert_eq!(registers, [0x02, 16, 0, 0]);
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VConfigRequest<'a> {
    config: &'a [u8],
    placement: &'a Placement,
    info: Option<&'a Info>,
    width: u16,
    withheld: Permissions,
    registers: Vec<CapRegisters<'a>>,
    masked: Vec<u16>,
}

impl<'a> VConfigRequest<'a> {
    /// For the function's 4096 bytes, and a placement that was found for the same bytes. The view
    /// has a copy.
    pub fn new(config: &'a [u8], placement: &'a Placement) -> Self {
        Self {
            config,
            placement,
            info: None,
            width: 0,
            withheld: Permissions::NONE,
            registers: Vec::new(),
            masked: Vec::new(),
        }
    }

    /// What the host reports about the function's PASID; required if PASID is in the placement. The
    /// guest gets the permissions that are enabled there or, if that is unknown, those supported.
    pub fn info(mut self, info: &'a Info) -> Self {
        self.info = Some(info);
        self
    }

    /// Max PASID Width for the guest, in bits, at most [`Info::usable_width()`], or less if the
    /// virtual IOMMU supports less. 0 means the usable width.
    pub fn width(mut self, bits: u8) -> Self {
        self.width = u16::from(bits);
        self
    }

    /// Permissions that the guest doesn't get although the host allows them.
    pub fn withheld(mut self, permissions: Permissions) -> Self {
        self.withheld = permissions;
        self
    }

    /// The registers of the placement's capabilities: one element for each, in the same order.
    pub fn registers(mut self, registers: &[CapRegisters<'a>]) -> Self {
        self.registers = registers.to_vec();
        self
    }

    /// IDs of the function's own capabilities that are removed from the guest's list.
    pub fn masked(mut self, ids: &[u16]) -> Self {
        self.masked.extend(ids);
        self
    }

    /// Makes a view with only the given config space behind it: bytes that aren't emulated read as
    /// in that config space, and writes to them are dropped.
    pub fn build<D: Changes>(&self, behind: D) -> Result<VConfig<D>, Error> {
        self.make(behind, &changes::<D>())
    }

    /// Makes a view over a config space.
    pub fn build_over<D: ConfigSpace>(&self, behind: D) -> Result<VConfig<D>, Error> {
        self.make(behind, &accesses::<D>())
    }

    fn make<D>(&self, behind: D, ops: &sys::vpasid_vconfig_ops) -> Result<VConfig<D>, Error> {
        let registers: Vec<_> = self.registers.iter().map(CapRegisters::raw).collect();
        let inner = Box::into_raw(Box::new(Inner { view: ptr::null_mut(), behind }));
        let request = sys::vpasid_vconfig_request {
            argsz: size_of::<sys::vpasid_vconfig_request>() as u32,
            flags: 0,
            config: self.config.as_ptr().cast(),
            size: self.config.len(),
            info: self.info.map_or(ptr::null(), |info| info.raw()),
            placement: self.placement.raw(),
            width: self.width,
            withheld: self.withheld.bits(),
            register_count: registers.len() as u32,
            registers: registers.as_ptr(),
            masked: self.masked.as_ptr(),
            masked_count: self.masked.len(),
            ops,
            opaque: inner.cast(),
        };
        // SAFETY: the request is valid: config space and registers have as many bytes as it says.
        // The library calls none of the callbacks here, and fills in the view, or NULL.
        let result = unsafe { sys::vpasid_vconfig_new(&request, addr_of_mut!((*inner).view)) };

        if let Err(error) = MAKE.check(result) {
            // SAFETY: there is no view that would have it.
            drop(unsafe { Box::from_raw(inner) });
            return Err(error);
        }
        // SAFETY: a box isn't null.
        Ok(VConfig { inner: unsafe { NonNull::new_unchecked(inner) } })
    }
}
