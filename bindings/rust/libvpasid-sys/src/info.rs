// SPDX-License-Identifier: MIT
//! `vpasid/info.h`: what a host reports about the PASID of one PCIe function: the answer of any
//! source, from data that the caller already has. query.h gets such data.

use std::os::raw::{c_char, c_int, c_uint, c_void};

/// Requests with a PASID may have Execute Permission.
pub const VPASID_CAP_EXEC: u16 = 1 << 0;

/// Requests with a PASID may use Privileged Mode.
pub const VPASID_CAP_PRIV: u16 = 1 << 1;

/// The widest PASID that PCIe has, in bits.
pub const VPASID_MAX_WIDTH: u8 = 20;

/// `enum vpasid_source`: None. A `vpasid_info` of zeros has this source.
pub const VPASID_SOURCE_NONE: u8 = 0;

/// `enum vpasid_source`: `VFIO_DEVICE_FEATURE` with the number
/// `VFIO_DEVICE_FEATURE_PASID_STABLE`.
pub const VPASID_SOURCE_VFIO_FEATURE: u8 = 1;

/// `enum vpasid_source`: `VFIO_DEVICE_FEATURE` with the number `VFIO_DEVICE_FEATURE_PASID`, as it
/// was proposed. It reports neither what is enabled, nor anything about the IOMMU.
pub const VPASID_SOURCE_VFIO_FEATURE_11: u8 = 2;

/// `enum vpasid_source`: The function's own PASID registers, through
/// `vpasid_info_from_registers()`. They show nothing about the IOMMU.
pub const VPASID_SOURCE_REGISTERS: u8 = 3;

/// `enum vpasid_source`: `IOMMU_GET_HW_INFO`, since Linux 6.15 (6.12.32). It reports neither the
/// function's own width separately from the IOMMU's, nor what is supported separately from what is
/// enabled; see `vpasid_query_iommufd()`.
pub const VPASID_SOURCE_IOMMUFD: u8 = 4;

/// The source has reported `vpasid_info.enabled`.
pub const VPASID_KNOWN_ENABLED: u8 = 1 << 0;

/// The source has reported `vpasid_info.iommu_width`.
pub const VPASID_KNOWN_IOMMU_WIDTH: u8 = 1 << 1;

/// iommufd reports more bits than the function has, although an IOMMU never grants more.
pub const VPASID_DIFFERS_WIDTH: u8 = 1 << 0;

/// They report different enabled permissions.
pub const VPASID_DIFFERS_ENABLED: u8 = 1 << 1;

/// They report different widths of the IOMMU.
pub const VPASID_DIFFERS_IOMMU_WIDTH: u8 = 1 << 2;

/// The PASID of one function.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_info {
    /// The permissions that the function supports, `VPASID_CAP_*`. If `VPASID_SOURCE_IOMMUFD` is
    /// the only source, those that are enabled.
    pub capabilities: u16,
    /// The permissions that the host has enabled, `VPASID_CAP_*`; valid with
    /// `VPASID_KNOWN_ENABLED`.
    pub enabled: u16,
    /// Max PASID Width in bits, 1 to `VPASID_MAX_WIDTH`. If `VPASID_SOURCE_IOMMUFD` is the only
    /// source, the smaller of Max PASID Width and the IOMMU's width. 0 means that the host has no
    /// PASID for this function at present: there is no capability, or it isn't enabled.
    /// `capabilities` and `enabled` are then 0. A function with Max PASID Width 0 only has PASID
    /// 0, which is useless, so it counts as a function without PASID.
    pub width: u8,
    /// log2 of the number of PASIDs that the host's IOMMU supports for this function, rounded
    /// down; valid with `VPASID_KNOWN_IOMMU_WIDTH`. 0 means that it only supports PASID 0, so that
    /// no PASID can be used. If it is known and above 0, and `width` is 0, the function has PASID,
    /// but it is off at present: AMD's driver enables it with an address space that was allocated
    /// for PASIDs, see `vpasid_query_device()`.
    pub iommu_width: u8,
    /// Which of the optional fields are known, `VPASID_KNOWN_*`.
    pub known: u8,
    /// The source of the answer: `vpasid_source`.
    pub source: u8,
    /// The second source of the answer: `vpasid_source`, or `VPASID_SOURCE_NONE`.
    pub second: u8,
    /// The differences between the two sources, `VPASID_DIFFERS_*`; 0 if they agree or there is
    /// only one.
    pub differs: u8,
    /// 1 if no address space can be attached to a PASID of the function, because the driver of the
    /// device or of the IOMMU doesn't support it, like AMD's up to Linux 7.3, which uses PASIDs
    /// only for SVA. 0 if they support it, or if that wasn't checked: only `vpasid_query_bound()`
    /// checks it, and its description says when it can't.
    pub attach_refused: u8,
    /// 1 if iommufd says that the function can't use ATS (Linux 7.3), so that a VMM must hide the
    /// function's ATS capability. 0 if it doesn't say so, which proves nothing, because earlier
    /// kernels never do.
    pub ats_refused: u8,
    /// 0, reserved for later fields.
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

/// The kernel that answered is known to report PASIDs: it is Linux 6.15 or later, or 6.12.32 or a
/// later 6.12; or it has accepted a struct iommu_hw_info whose out_max_pasid_log2 was 1 in the
/// request.
pub const VPASID_HW_INFO_TELLS_PASID: u32 = 1 << 0;

/// The proposed number of VFIO's feature, of `<linux/vfio_pasid.h>`.
pub const VFIO_DEVICE_FEATURE_PASID: u32 = 11;

/// The permanent number of VFIO's feature, of `<linux/vfio_pasid.h>`.
pub const VFIO_DEVICE_FEATURE_PASID_STABLE: u32 = 0xf01b;

extern "C" {
    /// Return the usable width of a PASID.
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

    /// Make an answer from the result of `IOMMU_GET_HW_INFO`.
    pub fn vpasid_info_from_hw_info(
        hw_info: *const c_void,
        size: usize,
        flags: u32,
        info: *mut vpasid_info,
    ) -> c_int;

    /// Combine two answers.
    pub fn vpasid_info_combine(
        function: *const vpasid_info,
        iommufd: *const vpasid_info,
        info: *mut vpasid_info,
    );

    /// Name the source of an answer, for people and for JSON.
    pub fn vpasid_source_name(source: c_uint) -> *const c_char;
}
