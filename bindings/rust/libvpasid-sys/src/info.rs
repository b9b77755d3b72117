// SPDX-License-Identifier: MIT
//! `vpasid/info.h`: what a host says about the PASID of one PCIe function: the answer, whoever
//! gives it, made of data that a caller has already. query.h asks for such data.

use std::os::raw::{c_char, c_int, c_uint, c_void};

/// Requests with a PASID may ask to execute.
pub const VPASID_CAP_EXEC: u16 = 1 << 0;

/// Requests with a PASID may be privileged.
pub const VPASID_CAP_PRIV: u16 = 1 << 1;

/// The widest PASID that PCIe has, in bits.
pub const VPASID_MAX_WIDTH: u8 = 20;

/// `enum vpasid_source`: Nobody. A `vpasid_info` of zeros has this source.
pub const VPASID_SOURCE_NONE: u8 = 0;

/// `enum vpasid_source`: `VFIO_DEVICE_FEATURE` with the number
/// `VFIO_DEVICE_FEATURE_PASID_STABLE`.
pub const VPASID_SOURCE_VFIO_FEATURE: u8 = 1;

/// `enum vpasid_source`: `VFIO_DEVICE_FEATURE` with the number `VFIO_DEVICE_FEATURE_PASID`, as it
/// was proposed. It doesn't tell what is enabled, nor anything about the IOMMU.
pub const VPASID_SOURCE_VFIO_FEATURE_11: u8 = 2;

/// `enum vpasid_source`: The function's own PASID registers, through
/// `vpasid_info_from_registers()`. They tell nothing about the IOMMU.
pub const VPASID_SOURCE_REGISTERS: u8 = 3;

/// `enum vpasid_source`: `IOMMU_GET_HW_INFO`, since Linux 6.15 (6.12.32). It tells neither the
/// function's own width apart from the IOMMU's, nor what is supported apart from what is enabled;
/// see `vpasid_query_iommufd()`.
pub const VPASID_SOURCE_IOMMUFD: u8 = 4;

/// The source has told `vpasid_info.enabled`.
pub const VPASID_KNOWN_ENABLED: u8 = 1 << 0;

/// The source has told `vpasid_info.iommu_width`.
pub const VPASID_KNOWN_IOMMU_WIDTH: u8 = 1 << 1;

/// Iommufd tells more bits than the function is said to have, though an IOMMU never gives a
/// function more than that.
pub const VPASID_DIFFERS_WIDTH: u8 = 1 << 0;

/// They tell different permissions to be enabled.
pub const VPASID_DIFFERS_ENABLED: u8 = 1 << 1;

/// They tell different widths of the IOMMU.
pub const VPASID_DIFFERS_IOMMU_WIDTH: u8 = 1 << 2;

/// The PASID of one function.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_info {
    /// The permissions that the function supports, `VPASID_CAP_*`. If `VPASID_SOURCE_IOMMUFD` is
    /// the only source, those that are enabled.
    pub capabilities: u16,
    /// The permissions that the host has switched on, `VPASID_CAP_*`; valid with
    /// `VPASID_KNOWN_ENABLED`.
    pub enabled: u16,
    /// Max PASID Width in bits, 1 to `VPASID_MAX_WIDTH`. If `VPASID_SOURCE_IOMMUFD` is the only
    /// source, the lesser of Max PASID Width and the IOMMU's width. 0 means that the host has no
    /// PASID for this function now: there is no capability, or it isn't enabled. `capabilities`
    /// and `enabled` are 0 then. A function with Max PASID Width 0 has no PASID but 0, which is
    /// of no use, so it counts as one without PASID.
    pub width: u8,
    /// log2 of the number of PASIDs that the host's IOMMU gives this function, rounded down;
    /// valid with `VPASID_KNOWN_IOMMU_WIDTH`. 0 means that it gives no PASID but 0, so that none
    /// can be used. If it is known and above 0, and `width` is 0, the function has PASID, but it
    /// is off now: AMD's driver switches it on with an address space that was made for PASIDs,
    /// see `vpasid_query_device()`.
    pub iommu_width: u8,
    /// Which of the optional fields are known, `VPASID_KNOWN_*`.
    pub known: u8,
    /// Who answered: `vpasid_source`.
    pub source: u8,
    /// Who else answered: `vpasid_source`, `VPASID_SOURCE_NONE` if nobody did.
    pub second: u8,
    /// What the two sources disagree about, `VPASID_DIFFERS_*`; 0 if they agree or there is only
    /// one.
    pub differs: u8,
    /// 1 if no address space can be attached to a PASID of the function, as the driver of the
    /// device or of the IOMMU doesn't do it: AMD's up to Linux 7.3, in which PASID is for SVA
    /// alone. 0 if they do it, or nobody has asked: only `vpasid_query_bound()` does, which tells
    /// where it can't know.
    pub attach_refused: u8,
    /// 1 if iommufd says that the function can't use ATS (Linux 7.3), so that a VMM has to hide
    /// the function's ATS capability. 0 if it doesn't say so, which proves nothing: earlier
    /// kernels never do.
    pub ats_refused: u8,
    /// 0, room for later fields.
    pub reserved: [u8; 20],
}

/// PASID's own registers.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_registers {
    /// sizeof(`vpasid_registers`).
    pub argsz: u32,
    /// The PASID Capability register (PCIe r6.0, 7.8.9.2).
    pub capability: u16,
    /// The PASID Control register (7.8.9.3).
    pub control: u16,
}

/// The kernel that answered is known to tell PASIDs: it is Linux 6.15 or later, or 6.12.32 or a
/// later 6.12; or it has accepted a struct iommu_hw_info whose out_max_pasid_log2 was 1 when it
/// was asked.
pub const VPASID_HW_INFO_TELLS_PASID: u32 = 1 << 0;

/// The number of VFIO's feature as it was proposed, of `<linux/vfio_pasid.h>`.
pub const VFIO_DEVICE_FEATURE_PASID: u32 = 11;

/// The number of VFIO's feature that stays, of `<linux/vfio_pasid.h>`.
pub const VFIO_DEVICE_FEATURE_PASID_STABLE: u32 = 0xf01b;

extern "C" {
    /// Tell how wide a PASID may be in practice.
    pub fn vpasid_info_usable_width(info: *const vpasid_info) -> c_uint;

    /// Make an answer from the PASID registers.
    pub fn vpasid_info_from_registers(
        capability: u16,
        control: u16,
        info: *mut vpasid_info,
    ) -> c_int;

    /// Make an answer from the payload of VFIO's feature.
    pub fn vpasid_info_from_feature(
        feature: u32,
        payload: *const c_void,
        size: usize,
        info: *mut vpasid_info,
    ) -> c_int;

    /// Make an answer from that of `IOMMU_GET_HW_INFO`.
    pub fn vpasid_info_from_hw_info(
        hw_info: *const c_void,
        size: usize,
        flags: u32,
        info: *mut vpasid_info,
    ) -> c_int;

    /// Make one answer of two.
    pub fn vpasid_info_combine(
        function: *const vpasid_info,
        iommufd: *const vpasid_info,
        info: *mut vpasid_info,
    );

    /// Name the source of an answer, for people and for JSON.
    pub fn vpasid_source_name(source: c_uint) -> *const c_char;
}
