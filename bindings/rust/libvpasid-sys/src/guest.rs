// SPDX-License-Identifier: MIT
//! `vpasid/guest.h`: checks, before a guest boots, what its kernel requires of a function and of
//! the virtual ports above it to enable PASID, ATS or PRI.

use std::os::raw::{c_char, c_int, c_void};

/// PASID (PCIe r6.0, 7.8.9).
pub const VPASID_GUEST_PASID: u32 = 1 << 0;

/// Address Translation Services (10.5.1).
pub const VPASID_GUEST_ATS: u32 = 1 << 1;

/// Page Request Interface (10.5.2).
pub const VPASID_GUEST_PRI: u32 = 1 << 2;

/// The function's number in its device isn't 0, so the guest's kernel knows that it is one of
/// several.
pub const VPASID_GUEST_NOT_FUNCTION_0: u32 = 1 << 0;

/// `enum vpasid_guest_code`: All of the header reads as ones.
pub const VPASID_GUEST_ABSENT: u16 = 1;

/// `enum vpasid_guest_code`: There is no PCI Express Capability. The guest doesn't look for
/// extended capabilities in such a function; such a port doesn't forward TLP prefixes and has no
/// ACS.
pub const VPASID_GUEST_NO_EXPRESS: u16 = 2;

/// `enum vpasid_guest_code`: The list of extended capabilities is broken before one that the guest
/// looks for.
pub const VPASID_GUEST_BROKEN_CHAIN: u16 = 3;

/// `enum vpasid_guest_code`: The function has no PASID capability.
pub const VPASID_GUEST_NO_PASID: u16 = 4;

/// `enum vpasid_guest_code`: The PASID capability has a width of 0, or above 20;
/// `vpasid_guest_finding.value` has it.
pub const VPASID_GUEST_NO_WIDTH: u16 = 5;

/// `enum vpasid_guest_code`: It doesn't support End-End TLP prefixes (Device Capabilities 2, bit
/// 21).
pub const VPASID_GUEST_NO_PREFIX: u16 = 6;

/// `enum vpasid_guest_code`: The last one on the path is neither a root port nor a root complex
/// integrated endpoint, and Linux doesn't use prefixes on such a path.
pub const VPASID_GUEST_NO_ROOT_PORT: u16 = 7;

/// `enum vpasid_guest_code`: It has no Access Control Services capability, but must have one: a
/// root port or a downstream port, or one of several functions.
pub const VPASID_GUEST_NO_ACS: u16 = 8;

/// `enum vpasid_guest_code`: It can't have ACS: a bridge to conventional PCI, or from it, or an
/// event collector.
pub const VPASID_GUEST_NEVER_ACS: u16 = 9;

/// `enum vpasid_guest_code`: The function has no ATS capability.
pub const VPASID_GUEST_NO_ATS: u16 = 10;

/// `enum vpasid_guest_code`: Its ATS capability lacks Page Aligned Request (bit 5), without which
/// Linux doesn't enable ATS with VT-d.
pub const VPASID_GUEST_ATS_UNALIGNED: u16 = 11;

/// `enum vpasid_guest_code`: The function has no PRI capability.
pub const VPASID_GUEST_NO_PRI: u16 = 12;

/// `enum vpasid_guest_code`: PRI's Status has Stopped (bit 8) clear: Linux assumes that PRI is
/// busy.
pub const VPASID_GUEST_PRI_RUNNING: u16 = 13;

/// `enum vpasid_guest_code`: PRI's Status lacks PRG Response PASID Required (bit 15), without
/// which Linux doesn't enable PRI with VT-d if PASID is enabled.
pub const VPASID_GUEST_PRI_NO_PASID: u16 = 14;

/// `enum vpasid_guest_code`: The driver of this IOMMU doesn't enable PRI for any function:
/// SMMUv3's, up to Linux 7.3.
pub const VPASID_GUEST_PRI_UNUSED: u16 = 15;

/// Why a guest's kernel won't enable a feature.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_guest_finding {
    /// The kind: `vpasid_guest_code`.
    pub code: u16,
    /// The function or port: 0 for the function, 1 for the port directly above it, and so on.
    pub hop: u8,
    /// The features that aren't enabled because of it: `VPASID_GUEST_PASID`, _ATS, _PRI.
    pub stops: u8,
    /// The offset of the capability in the config space of `hop`, if the finding is about one;
    /// otherwise 0.
    pub offset: u16,
    /// For `VPASID_GUEST_NO_WIDTH`, the width; for `VPASID_GUEST_NO_ROOT_PORT` and
    /// `VPASID_GUEST_NEVER_ACS`, the Device/Port Type (7.5.3.2); otherwise 0.
    pub value: u16,
    /// 0, reserved for later fields.
    pub reserved: [u8; 8],
}

/// The largest number of ports for `vpasid_guest_check()`.
pub const VPASID_GUEST_MAX_PORTS: usize = 254;

/// A guest that is about to boot.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_guest_request {
    /// sizeof(`vpasid_guest_request`); see info.h.
    pub argsz: u32,
    /// The features that the guest may enable: `VPASID_GUEST_PASID`, _ATS, _PRI.
    pub wants: u32,
    /// `VPASID_GUEST_NOT_FUNCTION_0`.
    pub flags: u32,
    /// The virtual IOMMU of the function: `vpasid_iommu_type`. With `VPASID_IOMMU_NONE`, only the
    /// requirements of every IOMMU's driver are checked.
    pub iommu: u32,
    /// The function's config space as the guest will see it, `VPASID_CONFIG_SIZE` bytes: what
    /// `vpasid_vconfig_read()` reads, or what the VMM makes from it.
    pub config: *const c_void,
    /// The config spaces of the virtual ports above, `VPASID_CONFIG_SIZE` bytes each, from the one
    /// directly above the function to the root port; may be NULL if `port_count` is 0.
    pub ports: *const *const c_void,
    /// The number of ports, up to `VPASID_GUEST_MAX_PORTS`. 0 for a function on the root bus.
    pub port_count: u32,
    /// 0.
    pub reserved: u32,
}

/// The maximum size of such a sentence, in bytes.
pub const VPASID_GUEST_TEXT: usize = 192;

extern "C" {
    /// Find what will prevent a guest's kernel from enabling PASID, ATS or PRI.
    pub fn vpasid_guest_check(
        request: *const vpasid_guest_request,
        findings: *mut vpasid_guest_finding,
        count: usize,
    ) -> c_int;

    /// Describe a finding in a sentence.
    pub fn vpasid_guest_describe(
        finding: *const vpasid_guest_finding,
        text: *mut c_char,
        size: usize,
    ) -> c_int;
}
