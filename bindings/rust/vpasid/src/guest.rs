// SPDX-License-Identifier: MIT
//! What will prevent a guest's kernel from enabling PASID, ATS or PRI.

use std::fmt;
use std::mem::size_of;
use std::os::raw::c_void;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::iommu::IommuType;
use crate::text;

const CHECK: Operation = Operation {
    what: "the guest can't be checked",
    reasons: &[
        (errno::EINVAL, "a config space hasn't 4096 bytes, or there are more than 254 ports"),
        (errno::E2BIG, "the library is older than this crate"),
    ],
};

bits! {
    /// The features that a guest may want to enable.
    pub struct GuestFeatures: u32 {
        /// PASID (7.8.9).
        PASID = sys::VPASID_GUEST_PASID,
        /// Address Translation Services (10.5.1).
        ATS = sys::VPASID_GUEST_ATS,
        /// Page Request Interface (10.5.2).
        PRI = sys::VPASID_GUEST_PRI,
    }
}

codes! {
    /// Why a guest's kernel won't enable a feature.
    pub enum GuestCode: u16 {
        /// All of the header reads as ones.
        Absent = sys::VPASID_GUEST_ABSENT,
        /// There is no PCI Express Capability.
        NoExpress = sys::VPASID_GUEST_NO_EXPRESS,
        /// The list of extended capabilities is broken before one that the guest looks for.
        BrokenChain = sys::VPASID_GUEST_BROKEN_CHAIN,
        /// The function has no PASID capability.
        NoPasid = sys::VPASID_GUEST_NO_PASID,
        /// The PASID capability has a width of 0, or above 20.
        NoWidth = sys::VPASID_GUEST_NO_WIDTH,
        /// It doesn't support End-End TLP prefixes.
        NoPrefix = sys::VPASID_GUEST_NO_PREFIX,
        /// The last one on the path isn't a root port.
        NoRootPort = sys::VPASID_GUEST_NO_ROOT_PORT,
        /// It has no Access Control Services capability.
        NoAcs = sys::VPASID_GUEST_NO_ACS,
        /// It can't have that capability.
        NeverAcs = sys::VPASID_GUEST_NEVER_ACS,
        /// The function has no ATS capability.
        NoAts = sys::VPASID_GUEST_NO_ATS,
        /// Its ATS capability lacks Page Aligned Request.
        AtsUnaligned = sys::VPASID_GUEST_ATS_UNALIGNED,
        /// The function has no PRI capability.
        NoPri = sys::VPASID_GUEST_NO_PRI,
        /// PRI's Status has Stopped clear.
        PriRunning = sys::VPASID_GUEST_PRI_RUNNING,
        /// PRI's Status lacks PRG Response PASID Required.
        PriNoPasid = sys::VPASID_GUEST_PRI_NO_PASID,
        /// The driver of this IOMMU doesn't enable PRI.
        PriUnused = sys::VPASID_GUEST_PRI_UNUSED,
    }
}

/// Why a guest's kernel won't enable a feature. As text, it is a sentence without a full stop that
/// says what is wrong and what to do.
#[derive(Debug, Clone, Copy)]
pub struct GuestFinding(sys::vpasid_guest_finding);

impl GuestFinding {
    /// The kind of finding.
    pub fn code(&self) -> GuestCode {
        GuestCode::from_raw(self.0.code)
    }

    /// The function or port: 0 for the function, 1 for the port directly above it, and so on.
    pub fn hop(&self) -> u8 {
        self.0.hop
    }

    /// The features that aren't enabled because of it.
    pub fn stops(&self) -> GuestFeatures {
        GuestFeatures::from_bits(u32::from(self.0.stops))
    }

    /// The offset of the capability, if the finding is about one.
    pub fn offset(&self) -> Option<u16> {
        Some(self.0.offset).filter(|offset| *offset != 0)
    }

    /// For NoWidth, the width; for NoRootPort and NeverAcs, the Device/Port Type; otherwise 0.
    pub fn value(&self) -> u16 {
        self.0.value
    }
}

impl fmt::Display for GuestFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the buffer has as many bytes as it is said to have.
        f.write_str(&text::described(|buffer, size| unsafe {
            sys::vpasid_guest_describe(&self.0, buffer, size)
        }))
    }
}

/// A guest that is about to boot: the config spaces of a function and of the virtual ports above
/// it, as the guest will see them.
///
/// ```
/// use vpasid::{GuestCheck, GuestCode, GuestFeatures, IommuType};
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
/// # config[0x06] = 0x10;
/// # config[0x34] = 0x40;
/// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
/// let findings = GuestCheck::new(&config, GuestFeatures::PASID)
///     .iommu(IommuType::IntelVtd)
///     .findings()?;
/// for finding in &findings {
///     println!("{finding}");
/// }
/// assert!(findings.iter().any(|finding| finding.code() == GuestCode::NoPasid));
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GuestCheck<'a> {
    config: &'a [u8],
    ports: Vec<&'a [u8]>,
    wants: GuestFeatures,
    iommu: IommuType,
    flags: u32,
}

impl<'a> GuestCheck<'a> {
    /// For the 4096 bytes that the guest will read from the function, and the features to enable.
    pub fn new(config: &'a [u8], wants: GuestFeatures) -> Self {
        Self { config, ports: Vec::new(), wants, iommu: IommuType::None, flags: 0 }
    }

    /// Adds the next port on the path to the root: its 4096 bytes.
    pub fn port(mut self, config: &'a [u8]) -> Self {
        self.ports.push(config);
        self
    }

    /// The virtual IOMMU of the function. Without it, only the requirements of every IOMMU's driver
    /// are checked.
    pub fn iommu(mut self, iommu: IommuType) -> Self {
        self.iommu = iommu;
        self
    }

    /// The function's number in its device isn't 0.
    pub fn not_function_0(mut self) -> Self {
        self.flags |= sys::VPASID_GUEST_NOT_FUNCTION_0;
        self
    }

    /// The findings: first for the function, then for the ports from the bottom up.
    pub fn findings(&self) -> Result<Vec<GuestFinding>, Error> {
        let ports: Vec<*const c_void> =
            self.ports.iter().map(|port| port.as_ptr().cast()).collect();
        let mut spaces = self.ports.iter().chain([&self.config]);

        if spaces.any(|space| space.len() != sys::VPASID_CONFIG_SIZE)
            || ports.len() > sys::VPASID_GUEST_MAX_PORTS
        {
            return Err(CHECK.error(errno::EINVAL));
        }
        let request = sys::vpasid_guest_request {
            argsz: size_of::<sys::vpasid_guest_request>() as u32,
            wants: self.wants.bits(),
            flags: self.flags,
            iommu: self.iommu.raw(),
            config: self.config.as_ptr().cast(),
            ports: ports.as_ptr(),
            port_count: ports.len() as u32,
            reserved: 0,
        };
        // SAFETY: zeros are a finding, of plain data.
        let mut findings: Vec<sys::vpasid_guest_finding> = vec![unsafe { std::mem::zeroed() }; 16];

        loop {
            // SAFETY: the request is valid: each config space has all of its bytes. There is room
            // for as many findings as is said.
            let result =
                unsafe { sys::vpasid_guest_check(&request, findings.as_mut_ptr(), findings.len()) };
            let count = CHECK.check(result)?;

            if count <= findings.len() {
                findings.truncate(count);
                return Ok(findings.into_iter().map(GuestFinding).collect());
            }
            findings.resize(count, findings[0]);
        }
    }
}
