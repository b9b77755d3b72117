// SPDX-License-Identifier: MIT
//! `vpasid/iommu.h`: the registers of a device's IOMMU, with their fields by name.

use std::os::raw::{c_char, c_int, c_uint};

/// The number of bytes of data for which a `vpasid_iommu` has room.
pub const VPASID_IOMMU_DATA: usize = 64;

/// `enum vpasid_iommu_type`: The IOMMU's driver reports nothing.
pub const VPASID_IOMMU_NONE: u32 = 0;

/// `enum vpasid_iommu_type`: Intel VT-d.
pub const VPASID_IOMMU_INTEL_VTD: u32 = 1;

/// `enum vpasid_iommu_type`: Arm SMMUv3.
pub const VPASID_IOMMU_ARM_SMMUV3: u32 = 2;

/// `enum vpasid_iommu_type`: AMD.
pub const VPASID_IOMMU_AMD: u32 = 4;

/// What `IOMMU_GET_HW_INFO` says about an IOMMU.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_iommu {
    /// sizeof(`vpasid_iommu`), also where it is filled in; see info.h.
    pub argsz: u32,
    /// The kind of IOMMU: `vpasid_iommu_type`.
    pub type_: u32,
    /// The number of bytes that the kernel has. There may be more than fit into `data`.
    pub length: u32,
    /// The first of them, followed by zeros: the kernel's struct iommu_hw_info_vtd,
    /// iommu_hw_info_arm_smmuv3 or iommu_hw_info_amd, in this machine's byte order.
    pub data: [u8; VPASID_IOMMU_DATA],
}

/// A register, or a field of one.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_iommu_field {
    /// The register's name in its specification: "ECAP".
    pub reg: *const c_char,
    /// The field's name there, "PSS"; NULL for a register.
    pub name: *const c_char,
    /// The field's lowest bit; 0 for a register.
    pub low: u8,
    /// The number of bits of the field or the register.
    pub bits: u8,
    /// 0, reserved for later fields.
    pub reserved: [u8; 6],
    /// The value as the specification encodes it: a PSS of 19 means 20 bits.
    pub value: u64,
}

/// `enum vpasid_ability`: Its registers don't show it.
pub const VPASID_ABILITY_UNKNOWN: u8 = 0;

/// `enum vpasid_ability`: It doesn't support it.
pub const VPASID_ABILITY_NO: u8 = 1;

/// `enum vpasid_ability`: It supports it.
pub const VPASID_ABILITY_YES: u8 = 2;

/// What the fields mean.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_iommu_abilities {
    /// Bits of a PASID, 0 to 20; 0 if it only supports PASID 0. VT-d: PSS + 1, with PASID. SMMUv3:
    /// SSIDSIZE. AMD: PASmax, with GTSup: the hardware has one bit more, but Linux leaves out the
    /// last PASID.
    pub pasid_width: u8,
    /// Bits of the physical addresses in page tables; 0 if the registers don't show it; only those
    /// of SMMUv3 do (OAS).
    pub output_width: u8,
    /// 1 if it can walk page tables of a process or a guest. VT-d: FSTS. SMMUv3: S1P. AMD: GTSup.
    pub stage1: u8,
    /// 1 if it can walk page tables of a host. VT-d: SSTS. SMMUv3: S2P. AMD: HATS isn't 3.
    pub stage2: u8,
    /// 1 if it can walk one through the other. VT-d: NEST. SMMUv3: S1P and S2P. AMD: GTSup, GIoSup
    /// and GCR3TRPMode, which Linux requires.
    pub nested: u8,
    /// Bits of the addresses that page tables of a process or a guest translate; 0 if it can walk
    /// none. VT-d: 57 with FS5LP, otherwise 48. SMMUv3: 52 with a VAX of 1, otherwise 48. AMD: 48,
    /// 57 or 64, according to GATS.
    pub stage1_width: u8,
    /// Bits of the addresses that page tables of a host translate; 0 if it can walk none, or if
    /// the registers don't show it. VT-d: MGAW, but at most what the levels of SAGAW allow.
    /// SMMUv3: OAS. AMD: 48, 57 or 64, according to HATS.
    pub stage2_width: u8,
    /// `vpasid_ability`: it supports ATS. VT-d: DT. SMMUv3: ATS. AMD's shows this in its own PCI
    /// capability.
    pub ats: u8,
    /// `vpasid_ability`: it supports page requests (PRI). VT-d: PRS and PDS, both of which Linux
    /// requires. SMMUv3: PRI. AMD: PPRSup.
    pub pri: u8,
    /// `vpasid_ability`: page tables of a process or a guest may have pages of 1 GiB. VT-d: FS1GP.
    /// SMMUv3: GRAN4K.
    pub stage1_1gib: u8,
    /// `vpasid_ability`: its page walks are coherent with the processors' caches. VT-d: SMPWCS,
    /// which Linux requires before it shares a process's address space. SMMUv3: COHACC.
    pub coherent: u8,
    /// 0, reserved for later fields.
    pub reserved: [u8; 21],
}

extern "C" {
    /// Get the registers of a device's IOMMU.
    pub fn vpasid_query_iommu(iommufd: c_int, dev_id: u32, iommu: *mut vpasid_iommu) -> c_int;

    /// List the registers of an IOMMU.
    pub fn vpasid_iommu_registers(
        iommu: *const vpasid_iommu,
        fields: *mut vpasid_iommu_field,
        count: usize,
    ) -> usize;

    /// List the fields of those registers.
    pub fn vpasid_iommu_fields(
        iommu: *const vpasid_iommu,
        fields: *mut vpasid_iommu_field,
        count: usize,
    ) -> usize;

    /// Find a field by its name.
    pub fn vpasid_iommu_field_find(
        iommu: *const vpasid_iommu,
        name: *const c_char,
        field: *mut vpasid_iommu_field,
    ) -> c_int;

    /// Decode an IOMMU's registers.
    pub fn vpasid_iommu_decode(
        iommu: *const vpasid_iommu,
        abilities: *mut vpasid_iommu_abilities,
    ) -> c_int;

    /// Name a type, for people and for JSON.
    pub fn vpasid_iommu_type_name(type_: c_uint) -> *const c_char;
}
