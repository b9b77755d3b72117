// SPDX-License-Identifier: MIT
//! The registers of the IOMMU that a device is behind.

use std::ffi::CString;
use std::fmt;
use std::mem::size_of;
use std::os::unix::io::{AsFd, AsRawFd};

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

const QUERY: Operation = Operation {
    what: "iommufd doesn't tell of the IOMMU",
    reasons: &[
        (errno::EOPNOTSUPP, "the device has no IOMMU, or the file isn't an iommufd"),
        (errno::ENOENT, "no such device is bound to the iommufd"),
    ],
};

const DECODE: Operation = Operation {
    what: "the IOMMU's registers can't be decoded",
    reasons: &[
        (errno::EOPNOTSUPP, "the library doesn't know this type of IOMMU"),
        (errno::EPROTO, "the data is shorter than the kernel's struct"),
        (errno::ENOENT, "this type of IOMMU has no such field"),
    ],
};

codes! {
    /// The kinds of IOMMU whose registers the library can decode, with the kernel's numbers.
    pub enum IommuType: u32 {
        /// The IOMMU's driver reports nothing.
        None = sys::VPASID_IOMMU_NONE,
        /// Intel VT-d.
        IntelVtd = sys::VPASID_IOMMU_INTEL_VTD,
        /// Arm SMMUv3.
        ArmSmmuv3 = sys::VPASID_IOMMU_ARM_SMMUV3,
        /// AMD.
        Amd = sys::VPASID_IOMMU_AMD,
    }
}

impl fmt::Display for IommuType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the library returns a static string.
        f.write_str(unsafe { text::fixed(sys::vpasid_iommu_type_name(self.raw())) }.unwrap_or(""))
    }
}

codes! {
    /// Whether an IOMMU supports a feature.
    pub enum Ability: u8 {
        /// Its registers don't show it.
        Unknown = sys::VPASID_ABILITY_UNKNOWN,
        /// It doesn't.
        No = sys::VPASID_ABILITY_NO,
        /// It does.
        Yes = sys::VPASID_ABILITY_YES,
    }
}

/// What an IOMMU's hardware supports, according to its registers; the host's kernel may use less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Abilities {
    /// Bits of a PASID; 0 if it only supports PASID 0.
    pub pasid_width: u8,
    /// Bits of the physical addresses in page tables; 0 if the registers don't show it.
    pub output_width: u8,
    /// Whether it can walk page tables of a process or a guest.
    pub stage1: bool,
    /// Whether it can walk page tables of a host.
    pub stage2: bool,
    /// Whether it can walk one through the other (nested translation).
    pub nested: bool,
    /// Bits of the addresses that page tables of a process or a guest translate.
    pub stage1_width: u8,
    /// Bits of the addresses that page tables of a host translate; 0 if that is unknown.
    pub stage2_width: u8,
    /// Whether it supports ATS.
    pub ats: Ability,
    /// Whether it supports page requests.
    pub pri: Ability,
    /// Whether page tables of a process or a guest may have pages of 1 GiB.
    pub stage1_1gib: Ability,
    /// Whether its page walks are coherent with the processors' caches.
    pub coherent: Ability,
}

/// A register, or a field of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IommuField {
    /// The register's name in its specification.
    pub register: &'static str,
    /// The field's name there; None for a register.
    pub name: Option<&'static str>,
    /// The field's lowest bit.
    pub low: u8,
    /// How many bits it has.
    pub bits: u8,
    /// The value as the specification encodes it.
    pub value: u64,
}

impl IommuField {
    fn new(raw: &sys::vpasid_iommu_field) -> Self {
        Self {
            // SAFETY: the names are static strings, or NULL.
            register: unsafe { text::fixed(raw.reg) }.unwrap_or(""),
            // SAFETY: likewise.
            name: unsafe { text::fixed(raw.name) },
            low: raw.low,
            bits: raw.bits,
            value: raw.value,
        }
    }
}

/// What IOMMU_GET_HW_INFO says about an IOMMU.
///
/// ```
/// use vpasid::{Iommu, IommuType};
///
/// // struct iommu_hw_info_vtd: flags, a reserved number, CAP, ECAP
/// let mut data = [0; 24];
/// data[16..].copy_from_slice(&(1u64 << 40 | 19 << 35).to_ne_bytes());
///
/// let iommu = Iommu::new(IommuType::IntelVtd, &data);
/// assert_eq!(iommu.abilities()?.pasid_width, 20);
/// assert_eq!(iommu.field("PSS")?.value, 19);
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Clone)]
pub struct Iommu(sys::vpasid_iommu);

impl Iommu {
    /// From data that the caller has: the kernel's `struct iommu_hw_info_vtd`, `_arm_smmuv3` or
    /// `_amd`, in this machine's byte order.
    pub fn new(kind: IommuType, data: &[u8]) -> Self {
        let mut iommu = Self::empty();
        let count = data.len().min(iommu.data.len());

        iommu.type_ = kind.raw();
        iommu.length = data.len() as u32;
        iommu.data[..count].copy_from_slice(&data[..count]);
        Self(iommu)
    }

    /// Queries the iommufd to which a device is bound; `dev_id` is that of
    /// VFIO_DEVICE_BIND_IOMMUFD.
    pub fn query(iommufd: impl AsFd, dev_id: u32) -> Result<Self, Error> {
        let mut iommu = Self::empty();
        // SAFETY: the file is open, and there is room for the answer.
        let result =
            unsafe { sys::vpasid_query_iommu(iommufd.as_fd().as_raw_fd(), dev_id, &mut iommu) };

        QUERY.check(result)?;
        Ok(Self(iommu))
    }

    /// What kind of IOMMU it is.
    pub fn kind(&self) -> IommuType {
        IommuType::from_raw(self.0.type_)
    }

    /// What its registers mean.
    pub fn abilities(&self) -> Result<Abilities, Error> {
        // SAFETY: it is plain data, of which zeros are abilities.
        let mut raw: sys::vpasid_iommu_abilities = unsafe { std::mem::zeroed() };

        // SAFETY: there is room for the answer.
        DECODE.check(unsafe { sys::vpasid_iommu_decode(&self.0, &mut raw) })?;
        Ok(Abilities {
            pasid_width: raw.pasid_width,
            output_width: raw.output_width,
            stage1: raw.stage1 != 0,
            stage2: raw.stage2 != 0,
            nested: raw.nested != 0,
            stage1_width: raw.stage1_width,
            stage2_width: raw.stage2_width,
            ats: Ability::from_raw(raw.ats),
            pri: Ability::from_raw(raw.pri),
            stage1_1gib: Ability::from_raw(raw.stage1_1gib),
            coherent: Ability::from_raw(raw.coherent),
        })
    }

    /// Its registers; none if [`abilities()`](Self::abilities) fails.
    pub fn registers(&self) -> Vec<IommuField> {
        self.listed(sys::vpasid_iommu_registers)
    }

    /// The fields of its registers; none if [`abilities()`](Self::abilities) fails.
    pub fn fields(&self) -> Vec<IommuField> {
        self.listed(sys::vpasid_iommu_fields)
    }

    /// A field by its name, as "PSS".
    pub fn field(&self, name: &str) -> Result<IommuField, Error> {
        let name = CString::new(name).map_err(|_| DECODE.error(errno::ENOENT))?;
        let mut field = Self::no_field();

        // SAFETY: the name ends with a null byte, and there is room for a field.
        DECODE
            .check(unsafe { sys::vpasid_iommu_field_find(&self.0, name.as_ptr(), &mut field) })?;
        Ok(IommuField::new(&field))
    }

    fn listed(
        &self,
        list: unsafe extern "C" fn(
            *const sys::vpasid_iommu,
            *mut sys::vpasid_iommu_field,
            usize,
        ) -> usize,
    ) -> Vec<IommuField> {
        let mut fields = vec![Self::no_field(); 64];

        loop {
            // SAFETY: there is room for as many fields as is said.
            let count = unsafe { list(&self.0, fields.as_mut_ptr(), fields.len()) };

            if count <= fields.len() {
                fields.truncate(count);
                return fields.iter().map(IommuField::new).collect();
            }
            fields.resize(count, Self::no_field());
        }
    }

    fn no_field() -> sys::vpasid_iommu_field {
        // SAFETY: it is plain data, and has no name then.
        unsafe { std::mem::zeroed() }
    }

    fn empty() -> sys::vpasid_iommu {
        sys::vpasid_iommu {
            argsz: size_of::<sys::vpasid_iommu>() as u32,
            type_: 0,
            length: 0,
            data: [0; sys::VPASID_IOMMU_DATA],
        }
    }
}

impl fmt::Debug for Iommu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iommu")
            .field("kind", &self.kind())
            .field("registers", &self.registers())
            .finish()
    }
}
