/* SPDX-License-Identifier: MIT */
/*
 * What a host says of the PASID of one PCIe function.
 */
#ifndef VPASID_INFO_H
#define VPASID_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CAP_EXEC - requests with a PASID may ask to execute
 * VPASID_CAP_PRIV - requests with a PASID may be privileged
 *
 * The permissions of a PASID (PCIe r6.0, 7.8.9.2 and 7.8.9.3). The values are
 * those of VFIO_DEVICE_PASID_CAP_EXEC and VFIO_DEVICE_PASID_CAP_PRIV in
 * <linux/vfio_pasid.h>, not the bit positions of PASID's registers.
 */
#define VPASID_CAP_EXEC (1u << 0)
#define VPASID_CAP_PRIV (1u << 1)

/**
 * VPASID_MAX_WIDTH - the widest PASID that PCIe has, in bits
 */
#define VPASID_MAX_WIDTH 20

/**
 * enum vpasid_source - who gave the answer
 * @VPASID_SOURCE_NONE: Nobody; the value of a struct vpasid_info of zeros.
 * @VPASID_SOURCE_VFIO_FEATURE: VFIO_DEVICE_FEATURE, number
 *	VFIO_DEVICE_FEATURE_PASID_STABLE.
 * @VPASID_SOURCE_VFIO_FEATURE_11: VFIO_DEVICE_FEATURE, number
 *	VFIO_DEVICE_FEATURE_PASID, as it was proposed: says nothing of what is
 *	enabled, nor of the IOMMU.
 * @VPASID_SOURCE_REGISTERS: The function's own PASID registers, by way of
 *	vpasid_info_from_registers(): says nothing of the IOMMU.
 * @VPASID_SOURCE_IOMMUFD: IOMMU_GET_HW_INFO, since Linux 6.15 (6.12.32): doesn't
 *	tell the function's width from the IOMMU's, nor what is supported from what is
 *	enabled; see vpasid_query_iommufd().
 */
enum vpasid_source {
	VPASID_SOURCE_NONE = 0,
	VPASID_SOURCE_VFIO_FEATURE = 1,
	VPASID_SOURCE_VFIO_FEATURE_11 = 2,
	VPASID_SOURCE_REGISTERS = 3,
	VPASID_SOURCE_IOMMUFD = 4,
};

/**
 * VPASID_KNOWN_ENABLED - @enabled of struct vpasid_info was answered
 * VPASID_KNOWN_IOMMU_WIDTH - @iommu_width of struct vpasid_info was answered
 */
#define VPASID_KNOWN_ENABLED	 (1u << 0)
#define VPASID_KNOWN_IOMMU_WIDTH (1u << 1)

/**
 * VPASID_DIFFERS_WIDTH - one source says PASID, and the other none; or the IOMMU
 *	takes more bits than the function is said to have, which no IOMMU gives it
 * VPASID_DIFFERS_ENABLED - they don't tell the same permissions to be enabled
 * VPASID_DIFFERS_IOMMU_WIDTH - they don't tell the same @iommu_width
 *
 * What two sources that answered for one function disagree in; see
 * vpasid_info_combine().
 */
#define VPASID_DIFFERS_WIDTH	   (1u << 0)
#define VPASID_DIFFERS_ENABLED	   (1u << 1)
#define VPASID_DIFFERS_IOMMU_WIDTH (1u << 2)

/**
 * struct vpasid_info - the PASID of one function
 * @capabilities: VPASID_CAP_*: the permissions that the function supports; by
 *	VPASID_SOURCE_IOMMUFD alone, those that are enabled.
 * @enabled: VPASID_CAP_*: those of them that the host has switched on; valid
 *	with VPASID_KNOWN_ENABLED.
 * @width: Max PASID Width in bits, 1 to VPASID_MAX_WIDTH. 0: the host has no
 *	PASID for this function (no capability, or not enabled), and all other
 *	fields but @source and @known are 0, too. A function whose register says
 *	0 has PASID 0 alone, which is of no use; it counts as none. By
 *	VPASID_SOURCE_IOMMUFD alone, the lesser of Max PASID Width and the IOMMU's.
 * @iommu_width: log2 of the number of PASIDs that the host's IOMMU gives this
 *	function, rounded down; valid with VPASID_KNOWN_IOMMU_WIDTH.
 * @known: VPASID_KNOWN_*: which of the optional fields the source answered.
 * @source: enum vpasid_source.
 * @second: enum vpasid_source: who answered besides, VPASID_SOURCE_NONE if nobody.
 * @differs: VPASID_DIFFERS_*: what the two disagree in, 0 if they agree or there is
 *	but one.
 * @reserved: 0, room for fields to come.
 *
 * Plain data: it owns nothing and may be copied. Its size is part of the ABI.
 */
struct vpasid_info {
	uint16_t capabilities;
	uint16_t enabled;
	uint8_t width;
	uint8_t iommu_width;
	uint8_t known;
	uint8_t source;
	uint8_t second;
	uint8_t differs;
	uint8_t reserved[6];
};

/**
 * vpasid_info_usable_width() - how wide a PASID may be in practice
 * @info: An answer.
 *
 * Return: the lesser of the function's and, where known, the IOMMU's width;
 *	0 to VPASID_MAX_WIDTH, in bits.
 */
VPASID_API unsigned int vpasid_info_usable_width(const struct vpasid_info *info);

/**
 * struct vpasid_registers - PASID's own registers
 * @capability: The PASID Capability register (PCIe r6.0, 7.8.9.2).
 * @control: The PASID Control register (7.8.9.3).
 *
 * As vpasid_query_bound() takes them: zeros for a function without a PASID capability,
 * those of the PF for a VF.
 */
struct vpasid_registers {
	uint16_t capability;
	uint16_t control;
};

/**
 * vpasid_info_from_registers() - an answer from PASID's own registers
 * @capability: The PASID Capability register (PCIe r6.0, 7.8.9.2).
 * @control: The PASID Control register (7.8.9.3).
 * @info: Filled in with source VPASID_SOURCE_REGISTERS.
 *
 * For callers who can read a function's config space but have no VFIO device
 * for it. For a VF, pass the registers of its PF. As from the kernel, a
 * function whose PASID Enable bit is clear has width 0.
 *
 * Return: 0, or
 *	-EIO	the registers read as all ones: the device is gone or asleep,
 *	-EPROTO	Max PASID Width is above VPASID_MAX_WIDTH.
 *	@info is all zeros on error.
 */
VPASID_API int vpasid_info_from_registers(uint16_t capability, uint16_t control,
					  struct vpasid_info *info);

/**
 * vpasid_info_combine() - one answer from two
 * @function: What the function's driver or registers say: any source but
 *	VPASID_SOURCE_IOMMUFD.
 * @iommufd: What IOMMU_GET_HW_INFO says of the same function, from
 *	vpasid_query_iommufd().
 * @info: Filled in; may be one of the two.
 *
 * Width, permissions and @source are those of @function; what it doesn't know of
 * @enabled and @iommu_width is filled in from @iommufd, which becomes @second. Where
 * both know, they must say the same, as the kernel has it from one place. If they
 * don't, @differs says so, and @info has no more than what both grant: the lesser
 * width, the permissions that both have, and no PASID if one says that there is none.
 *
 * An answer of zeros (VPASID_SOURCE_NONE) is none: @info is the other one then.
 */
VPASID_API void vpasid_info_combine(const struct vpasid_info *function,
				    const struct vpasid_info *iommufd, struct vpasid_info *info);

/**
 * vpasid_source_name() - the source of an answer, for people and for JSON
 * @source: &vpasid_info.source.
 *
 * Return: a static string of lower-case letters, digits and "-": "none",
 *	"vfio-feature", "vfio-feature-11", "registers", "iommufd"; "unknown" for any
 *	other value.
 */
VPASID_API const char *vpasid_source_name(unsigned int source);

VPASID_END_DECLS

#endif /* VPASID_INFO_H */
