/* SPDX-License-Identifier: MIT */
/*
 * The registers of the IOMMU that a device is behind, with their fields by name.
 */
#ifndef VPASID_IOMMU_H
#define VPASID_IOMMU_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * enum vpasid_iommu_type - the kinds of IOMMU whose registers the library knows
 * @VPASID_IOMMU_NONE: The IOMMU's driver tells nothing.
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
 * @type: What kind of IOMMU it is: enum vpasid_iommu_type.
 * @length: How many bytes the kernel has. There may be more than fit into @data.
 * @data: The first of them, followed by zeros: the kernel's struct iommu_hw_info_vtd,
 *	iommu_hw_info_arm_smmuv3 or iommu_hw_info_amd, in this machine's byte order.
 *
 * vpasid_query_iommu() fills it in, or a caller who has the data already.
 */
struct vpasid_iommu {
	uint32_t argsz;
	uint32_t type;
	uint32_t length;
	uint8_t data[VPASID_IOMMU_DATA];
};

/**
 * vpasid_query_iommu() - get the registers of a device's IOMMU
 * @iommufd: An open /dev/iommu, which the device is bound to. It stays the caller's.
 * @dev_id: The device there: what VFIO_DEVICE_BIND_IOMMUFD gave as its out_devid.
 * @iommu: Its argsz is the caller's; the rest is filled in on success, all zeros on error.
 *
 * This is IOMMU_GET_HW_INFO, since Linux 6.6. VT-d's driver tells its registers since then,
 * SMMUv3's since 6.13, with CONFIG_ARM_SMMU_V3_IOMMUFD; AMD's does in Linux 7.3, with
 * CONFIG_AMD_IOMMU_IOMMUFD, and in 6.12 it doesn't. If the device has PASID, ask while it is
 * on: see vpasid_query_iommufd().
 *
 * Return: 0, also with VPASID_IOMMU_NONE or another type that the library doesn't know, or
 *	-EOPNOTSUPP	it couldn't be asked: a device without an IOMMU, or @iommufd isn't
 *			an iommufd,
 *	-EINVAL		@iommu is NULL, or its argsz isn't set,
 *	-E2BIG		its argsz is that of no version,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-errno		what else ioctl(2) failed with.
 */
VPASID_API int vpasid_query_iommu(int iommufd, uint32_t dev_id, struct vpasid_iommu *iommu);

/**
 * struct vpasid_iommu_field - a register, or a field of one
 * @reg: The register's name in its specification: "ECAP".
 * @name: The field's name there, "PSS"; NULL for a register.
 * @low: The field's lowest bit; 0 for a register.
 * @bits: How many bits the field or the register has.
 * @reserved: 0, room for later fields.
 * @value: As the specification encodes it: a PSS of 19 means 20 bits.
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
 * @fields: Filled in from its start on.
 * @count: How many there is room for.
 *
 * They come in the order of the registers and of the bits. Bits that the specifications
 * reserve, or that only tell a driver where things are, belong to no field here. This is
 * what the hardware has: the kernel may have no use for it, and <linux/iommufd.h> names the
 * fields of SMMUv3 and AMD that a VMM may build on.
 *
 * Return: how many there are, which may be more than @count; 0 if the type isn't known, the data
 *	is shorter than the kernel's struct, or argsz isn't right: vpasid_iommu_decode() says which.
 */
VPASID_API size_t vpasid_iommu_registers(const struct vpasid_iommu *iommu,
					 struct vpasid_iommu_field *fields, size_t count);
VPASID_API size_t vpasid_iommu_fields(const struct vpasid_iommu *iommu,
				      struct vpasid_iommu_field *fields, size_t count);

/**
 * vpasid_iommu_field_find() - find a field by its name
 * @iommu: The IOMMU.
 * @name: The field's name, "PSS"; no two fields of an IOMMU have the same.
 * @field: Filled in on success, all zeros on error.
 *
 * Return: 0, or
 *	-ENOENT	this type of IOMMU has no such field,
 *	-errno	as for vpasid_iommu_decode().
 */
VPASID_API int vpasid_iommu_field_find(const struct vpasid_iommu *iommu, const char *name,
				       struct vpasid_iommu_field *field);

/**
 * enum vpasid_ability - whether an IOMMU can do something
 * @VPASID_ABILITY_UNKNOWN: Its registers don't tell.
 * @VPASID_ABILITY_NO: It can't.
 * @VPASID_ABILITY_YES: It can.
 */
enum vpasid_ability {
	VPASID_ABILITY_UNKNOWN = 0,
	VPASID_ABILITY_NO = 1,
	VPASID_ABILITY_YES = 2,
};

/**
 * struct vpasid_iommu_abilities - what the fields mean
 * @pasid_width: Bits of a PASID, 0 to 20; 0 if there is no PASID but 0. VT-d: PSS + 1, with
 *	PASID. SMMUv3: SSIDSIZE. AMD: PASmax, with GTSup: there is one bit more, but Linux
 *	leaves the last PASID out.
 * @output_width: Bits of the addresses that page tables lead to; 0 if the registers don't
 *	tell; only those of SMMUv3 do (OAS).
 * @stage1: 1 if it walks page tables of a process, or a guest. VT-d: FSTS. SMMUv3: S1P. AMD:
 *	GTSup.
 * @stage2: 1 if it walks page tables of a host. VT-d: SSTS. SMMUv3: S2P. AMD: HATS isn't 3.
 * @nested: 1 if it walks one through the other. VT-d: NEST. SMMUv3: S1P and S2P. AMD: GTSup,
 *	GIoSup and GCR3TRPMode, which Linux asks for.
 * @stage1_width: Bits of the addresses that page tables of a process or a guest take; 0 if it
 *	walks none. VT-d: 57 with FS5LP, else 48. SMMUv3: 52 with a VAX of 1, else 48. AMD: 48,
 *	57 or 64 by GATS.
 * @stage2_width: Bits of the addresses that page tables of a host take; 0 if it walks none, or
 *	the registers don't tell. VT-d: MGAW, but no more than SAGAW has levels for. SMMUv3: OAS.
 *	AMD: 48, 57 or 64 by HATS.
 * @ats: enum vpasid_ability: it translates for functions with ATS. VT-d: DT. SMMUv3: ATS. AMD
 *	tells it in its own PCI capability.
 * @pri: enum vpasid_ability: it takes page requests of such functions (PRI). VT-d: PRS and PDS,
 *	both of which Linux asks for. SMMUv3: PRI. AMD: PPRSup.
 * @stage1_1gib: enum vpasid_ability: page tables of a process or a guest may have pages of
 *	1 GiB. VT-d: FS1GP. SMMUv3: with GRAN4K they may.
 * @coherent: enum vpasid_ability: it sees page tables as processors do, without a flush. VT-d:
 *	SMPWCS, which Linux asks for before it shares a process's. SMMUv3: COHACC.
 * @reserved: 0, room for later fields.
 *
 * Linux shares a process's address space with a device (SVA) behind VT-d if stage 1, PASIDs and
 * @coherent are there, @stage1_1gib where the processor has such pages, a @stage1_width of 57
 * where it uses 5 levels, and ATS, and page requests where the function has PRI, are enabled.
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
 * vpasid_iommu_decode() - tell what an IOMMU's registers mean
 * @iommu: The IOMMU.
 * @abilities: Filled in on success, all zeros on error.
 *
 * This is what the hardware can do. The host's kernel may use less of it: without sm_on, Linux
 * has VT-d translate without PASIDs.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the type isn't known,
 *	-EPROTO		the data is shorter than the kernel's struct,
 *	-EINVAL		@iommu is NULL, or its argsz isn't set,
 *	-E2BIG		its argsz is larger than this version's struct, and what it has there isn't
 *			zero.
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
