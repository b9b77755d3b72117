/* SPDX-License-Identifier: MIT */
/*
 * The registers of a device's IOMMU, with their fields by name.
 */
#ifndef VPASID_IOMMU_H
#define VPASID_IOMMU_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * enum vpasid_iommu_type - the kinds of IOMMU whose registers the library knows
 * @VPASID_IOMMU_NONE: The IOMMU's driver reports nothing.
 * @VPASID_IOMMU_INTEL_VTD: Intel VT-d.
 * @VPASID_IOMMU_ARM_SMMUV3: Arm SMMUv3.
 * @VPASID_IOMMU_AMD: AMD.
 *
 * The values are those of the kernel's enum iommu_hw_info_type, which has more.
 */
enum vpasid_iommu_type {
	VPASID_IOMMU_NONE = 0,
	VPASID_IOMMU_INTEL_VTD = 1,
	VPASID_IOMMU_ARM_SMMUV3 = 2,
	VPASID_IOMMU_AMD = 4,
};

#define VPASID_IOMMU_DATA 64

/**
 * struct vpasid_iommu - what IOMMU_GET_HW_INFO says about an IOMMU
 * @argsz: sizeof(struct vpasid_iommu), also where it is filled in; see info.h.
 * @type: The kind of IOMMU: enum vpasid_iommu_type.
 * @length: The number of bytes that the kernel has. There may be more than fit into @data.
 * @data: The first of them, followed by zeros: the kernel's struct iommu_hw_info_vtd,
 *	iommu_hw_info_arm_smmuv3 or iommu_hw_info_amd, in this machine's byte order.
 *
 * vpasid_query_iommu() fills it in, or a caller that already has the data.
 */
struct vpasid_iommu {
	uint32_t argsz;
	uint32_t type;
	uint32_t length;
	uint8_t data[VPASID_IOMMU_DATA];
};

/**
 * vpasid_query_iommu() - get the registers of a device's IOMMU
 * @iommufd: The open /dev/iommu to which the device is bound. It isn't closed.
 * @dev_id: The device's ID there: the out_devid of VFIO_DEVICE_BIND_IOMMUFD.
 * @iommu: The caller sets its argsz; the rest is filled in on success, and all zeros on error.
 *
 * This function uses IOMMU_GET_HW_INFO, which exists since Linux 6.6. VT-d's driver reports its
 * registers since then, SMMUv3's since 6.13, with CONFIG_ARM_SMMU_V3_IOMMUFD; AMD's does in Linux
 * 7.3, with CONFIG_AMD_IOMMU_IOMMUFD, but not in 6.12. If the device has PASID, call this function
 * while PASID is enabled: see vpasid_query_iommufd().
 *
 * Return: 0, including with VPASID_IOMMU_NONE or another type that the library doesn't know, or
 *	-EOPNOTSUPP	no answer is available: the device has no IOMMU, or @iommufd isn't an
 *			iommufd,
 *	-EINVAL		@iommu is NULL, or its argsz isn't set,
 *	-E2BIG		its argsz isn't the size of any version of the struct,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-errno		another error of ioctl(2).
 */
VPASID_API int vpasid_query_iommu(int iommufd, uint32_t dev_id, struct vpasid_iommu *iommu);

/**
 * struct vpasid_iommu_field - a register, or a field of one
 * @reg: The register's name in its specification: "ECAP".
 * @name: The field's name there, "PSS"; NULL for a register.
 * @low: The field's lowest bit; 0 for a register.
 * @bits: The number of bits of the field or the register.
 * @reserved: 0, reserved for later fields.
 * @value: The value as the specification encodes it: a PSS of 19 means 20 bits.
 *
 * The names are those of the Intel VT-d specification (11.4.2 and 11.4.3, CAP and ECAP),
 * the Arm SMMUv3 specification (6.3.1 to 6.3.9, IDR0, IDR1, IDR3, IDR5), and the AMD IOMMU
 * specification (48882, MMIO offsets 0030h and 01A0h, EFR and EFR2).
 */
struct vpasid_iommu_field {
	const char *reg;
	const char *name;
	uint8_t low;
	uint8_t bits;
	uint8_t reserved[6];
	uint64_t value;
};

/**
 * vpasid_iommu_registers() - list the registers of an IOMMU
 * vpasid_iommu_fields() - list the fields of those registers
 * @iommu: The IOMMU.
 * @fields: The array to fill in.
 * @count: The number of elements of @fields.
 *
 * The result is in the order of the registers and of their bits. It doesn't include bits that the
 * specifications reserve, or that only show a driver where structures are in memory. It shows what
 * the hardware supports: the kernel may not use all of it, and <linux/iommufd.h> names the fields
 * of SMMUv3 and AMD on which a VMM may rely.
 *
 * Return: the number of registers or fields, which may be more than @count; 0 if the type is
 *	unknown, the data is shorter than the kernel's struct, or argsz is invalid:
 *	vpasid_iommu_decode() distinguishes these errors.
 */
VPASID_API size_t vpasid_iommu_registers(const struct vpasid_iommu *iommu,
					 struct vpasid_iommu_field *fields, size_t count);
VPASID_API size_t vpasid_iommu_fields(const struct vpasid_iommu *iommu,
				      struct vpasid_iommu_field *fields, size_t count);

/**
 * vpasid_iommu_field_find() - find a field by its name
 * @iommu: The IOMMU.
 * @name: The field's name, "PSS"; it is unique within an IOMMU.
 * @field: Filled in on success, all zeros on error.
 *
 * Return: 0, or
 *	-ENOENT	this type of IOMMU has no such field,
 *	-errno	as for vpasid_iommu_decode().
 */
VPASID_API int vpasid_iommu_field_find(const struct vpasid_iommu *iommu, const char *name,
				       struct vpasid_iommu_field *field);

/**
 * enum vpasid_ability - whether an IOMMU supports a feature
 * @VPASID_ABILITY_UNKNOWN: Its registers don't show it.
 * @VPASID_ABILITY_NO: It doesn't support it.
 * @VPASID_ABILITY_YES: It supports it.
 */
enum vpasid_ability {
	VPASID_ABILITY_UNKNOWN = 0,
	VPASID_ABILITY_NO = 1,
	VPASID_ABILITY_YES = 2,
};

/**
 * struct vpasid_iommu_abilities - what the fields mean
 * @pasid_width: Bits of a PASID, 0 to 20; 0 if it only supports PASID 0. VT-d: PSS + 1, with PASID.
 *	SMMUv3: SSIDSIZE. AMD: PASmax, with GTSup: the hardware has one bit more, but Linux leaves
 *	out the last PASID.
 * @output_width: Bits of the physical addresses in page tables; 0 if the registers don't show it;
 *	only those of SMMUv3 do (OAS).
 * @stage1: 1 if it can walk page tables of a process or a guest. VT-d: FSTS. SMMUv3: S1P. AMD:
 *	GTSup.
 * @stage2: 1 if it can walk page tables of a host. VT-d: SSTS. SMMUv3: S2P. AMD: HATS isn't 3.
 * @nested: 1 if it can walk one through the other. VT-d: NEST. SMMUv3: S1P and S2P. AMD: GTSup,
 *	GIoSup and GCR3TRPMode, which Linux requires.
 * @stage1_width: Bits of the addresses that page tables of a process or a guest translate; 0 if it
 *	can walk none. VT-d: 57 with FS5LP, otherwise 48. SMMUv3: 52 with a VAX of 1, otherwise 48.
 *	AMD: 48, 57 or 64, according to GATS.
 * @stage2_width: Bits of the addresses that page tables of a host translate; 0 if it can walk none,
 *	or if the registers don't show it. VT-d: MGAW, but at most what the levels of SAGAW allow.
 *	SMMUv3: OAS. AMD: 48, 57 or 64, according to HATS.
 * @ats: enum vpasid_ability: it supports ATS. VT-d: DT. SMMUv3: ATS. AMD's shows this in its own
 *	PCI capability.
 * @pri: enum vpasid_ability: it supports page requests (PRI). VT-d: PRS and PDS, both of which
 *	Linux requires. SMMUv3: PRI. AMD: PPRSup.
 * @stage1_1gib: enum vpasid_ability: page tables of a process or a guest may have pages of 1 GiB.
 *	VT-d: FS1GP. SMMUv3: GRAN4K.
 * @coherent: enum vpasid_ability: its page walks are coherent with the processors' caches. VT-d:
 *	SMPWCS, which Linux requires before it shares a process's address space. SMMUv3: COHACC.
 * @reserved: 0, reserved for later fields.
 *
 * With VT-d, Linux shares a process's address space with a device (SVA) if all of the following
 * hold: the IOMMU supports stage 1, PASIDs and @coherent; it supports @stage1_1gib if the processor
 * has such pages; @stage1_width is 57 if the processor uses 5 levels; ATS is enabled; and page
 * requests are enabled if the function has PRI.
 */
struct vpasid_iommu_abilities {
	uint8_t pasid_width;
	uint8_t output_width;
	uint8_t stage1;
	uint8_t stage2;
	uint8_t nested;
	uint8_t stage1_width;
	uint8_t stage2_width;
	uint8_t ats;
	uint8_t pri;
	uint8_t stage1_1gib;
	uint8_t coherent;
	uint8_t reserved[21];
};

/**
 * vpasid_iommu_decode() - decode an IOMMU's registers
 * @iommu: The IOMMU.
 * @abilities: Filled in on success, all zeros on error.
 *
 * This shows what the hardware supports. The host's kernel may use less of it: without sm_on, Linux
 * uses VT-d without PASIDs.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the type is unknown,
 *	-EPROTO		the data is shorter than the kernel's struct,
 *	-EINVAL		@iommu is NULL, or its argsz isn't set,
 *	-E2BIG		its argsz is larger than this version's struct, and the additional bytes
 *			aren't zero.
 */
VPASID_API int vpasid_iommu_decode(const struct vpasid_iommu *iommu,
				   struct vpasid_iommu_abilities *abilities);

/**
 * vpasid_iommu_type_name() - name a type, for people and for JSON
 * @type: &vpasid_iommu.type.
 *
 * Return: a static string: "none", "intel-vtd", "arm-smmuv3", "amd"; "unknown" for any other
 *	value.
 */
VPASID_API const char *vpasid_iommu_type_name(unsigned int type);

VPASID_END_DECLS

#endif /* VPASID_IOMMU_H */
