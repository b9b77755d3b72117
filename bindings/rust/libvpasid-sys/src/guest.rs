// SPDX-License-Identifier: MIT
//! `vpasid/guest.h`: what a guest's kernel will ask of a function, and of the virtual ports above
//! it, before it turns PASID, ATS or PRI on: told before the guest boots.

use std::os::raw::{c_char, c_int, c_void};

/// PASID (PCIe r6.0, 7.8.9).
pub const VPASID_GUEST_PASID: u32 = 1 << 0;

/// Address Translation Services (10.5.1).
pub const VPASID_GUEST_ATS: u32 = 1 << 1;

/// Page Request Interface (10.5.2).
pub const VPASID_GUEST_PRI: u32 = 1 << 2;

/// The function's number in its device isn't 0, so that the guest's kernel knows it to be one of
/// several.
pub const VPASID_GUEST_NOT_FUNCTION_0: u32 = 1 << 0;

/// `enum vpasid_guest_code`: All of the header reads as ones: nobody answers there.
pub const VPASID_GUEST_ABSENT: u16 = 1;

/// `enum vpasid_guest_code`: There is no PCI Express Capability. The guest looks for no extended
/// capabilities in such a function; such a port passes no TLP prefixes on and has no ACS.
pub const VPASID_GUEST_NO_EXPRESS: u16 = 2;

/// `enum vpasid_guest_code`: The chain of extended capabilities breaks off before one that the
/// guest looks for, so it won't find it.
pub const VPASID_GUEST_BROKEN_CHAIN: u16 = 3;

/// `enum vpasid_guest_code`: The function has no PASID capability.
pub const VPASID_GUEST_NO_PASID: u16 = 4;

/// `enum vpasid_guest_code`: The PASID capability tells a width of 0, or above 20;
/// `vpasid_guest_finding.value` has it.
pub const VPASID_GUEST_NO_WIDTH: u16 = 5;

/// `enum vpasid_guest_code`: It takes no End-End TLP prefixes (Device Capabilities 2, bit 21).
pub const VPASID_GUEST_NO_PREFIX: u16 = 6;

/// `enum vpasid_guest_code`: The last one on the way up is neither a root port nor a root complex
/// integrated endpoint, and Linux takes no prefixes on such a way.
pub const VPASID_GUEST_NO_ROOT_PORT: u16 = 7;

/// `enum vpasid_guest_code`: It has no Access Control Services capability, and has to: a root
/// port or a downstream port, or one of several functions.
pub const VPASID_GUEST_NO_ACS: u16 = 8;

/// `enum vpasid_guest_code`: It can't have ACS: a bridge to conventional PCI, or from it, or an
/// event collector.
pub const VPASID_GUEST_NEVER_ACS: u16 = 9;

/// `enum vpasid_guest_code`: The function has no ATS capability.
pub const VPASID_GUEST_NO_ATS: u16 = 10;

/// `enum vpasid_guest_code`: Its ATS capability lacks Page Aligned Request (bit 5), without which
/// Linux doesn't turn ATS on behind VT-d.
pub const VPASID_GUEST_ATS_UNALIGNED: u16 = 11;

/// `enum vpasid_guest_code`: The function has no PRI capability.
pub const VPASID_GUEST_NO_PRI: u16 = 12;

/// `enum vpasid_guest_code`: PRI's Status has Stopped (bit 8) clear: Linux takes PRI for busy.
pub const VPASID_GUEST_PRI_RUNNING: u16 = 13;

/// `enum vpasid_guest_code`: PRI's Status lacks PRG Response PASID Required (bit 15), without
/// which Linux doesn't turn PRI on behind VT-d where PASID is on.
pub const VPASID_GUEST_PRI_NO_PASID: u16 = 14;

/// `enum vpasid_guest_code`: The driver of this IOMMU turns PRI on for no function: SMMUv3's, up
/// to Linux 7.3.
pub const VPASID_GUEST_PRI_UNUSED: u16 = 15;

/// Why a guest's kernel won't turn something on.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_guest_finding {
    /// What it is: `vpasid_guest_code`.
    pub code: u16,
    /// What it is about: 0 for the function, 1 for the port right above it, and so on.
    pub hop: u8,
    /// What isn't turned on because of it: `VPASID_GUEST_PASID`, _ATS, _PRI.
    pub stops: u8,
    /// The offset of the capability that it is about, in the config space of `hop`; 0 if there is
    /// none.
    pub offset: u16,
    /// For `VPASID_GUEST_NO_WIDTH`, the width; for `VPASID_GUEST_NO_ROOT_PORT` and
    /// `VPASID_GUEST_NEVER_ACS`, the Device/Port Type (7.5.3.2); else 0.
    pub value: u16,
    /// 0, room for later fields.
    pub reserved: [u8; 8],
}

/// The most ports that `vpasid_guest_check()` takes.
pub const VPASID_GUEST_MAX_PORTS: usize = 254;

/// A guest that is about to boot.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_guest_request {
    /// sizeof(`vpasid_guest_request`); see info.h.
    pub argsz: u32,
    /// What the guest may want to turn on: `VPASID_GUEST_PASID`, _ATS, _PRI.
    pub wants: u32,
    /// `VPASID_GUEST_NOT_FUNCTION_0`.
    pub flags: u32,
    /// The virtual IOMMU that the function is behind: `vpasid_iommu_type`. With
    /// `VPASID_IOMMU_NONE`, only what every IOMMU's driver asks for is a finding.
    pub iommu: u32,
    /// The function's config space as the guest will see it, `VPASID_CONFIG_SIZE` bytes: what
    /// `vpasid_vconfig_read()` reads, or what the VMM makes of it.
    pub config: *const c_void,
    /// The config spaces of the virtual ports above, `VPASID_CONFIG_SIZE` bytes each, from the
    /// one right above the function up to the root port; may be NULL if `port_count` is 0.
    pub ports: *const *const c_void,
    /// How many there are, up to `VPASID_GUEST_MAX_PORTS`. 0 for a function on the root bus.
    pub port_count: u32,
    /// 0.
    pub reserved: u32,
}

/// Bytes that such a sentence needs at most.
pub const VPASID_GUEST_TEXT: usize = 192;

extern "C" {
    /// Tell what will keep a guest's kernel from turning PASID, ATS or PRI on.
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
