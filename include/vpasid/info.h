/* SPDX-License-Identifier: MIT */
/*
 * What a host says about the PASID of one PCIe function: the answer, whoever gives it, made of
 * data that a caller has already. query.h asks for such data.
 *
 * Two kinds of structs are in these headers. What a caller hands in begins with argsz, which the
 * caller sets to the struct's size, as VFIO has it: an earlier, shorter struct is taken as if the
 * rest were zeros, and a later, longer one as long as what isn't known here is zeros; -E2BIG if
 * it isn't, -EINVAL if argsz isn't set. What the library fills in has a fixed size, with room
 * for later fields, and no argsz, also where a caller hands it in again. Of what it fills in and
 * callers hand in likewise, &struct vpasid_device and &struct vpasid_iommu have one.
 *
 * An element of an array has a fixed size, too. What a later version has to say of the elements
 * that a request points to (&struct vpasid_cap, &struct vpasid_range and
 * &struct vpasid_vconfig_registers) gets an array of its own in the request.
 *
 * No struct has padding between its members or at its end, so that no caller hands in bytes that
 * it hasn't set. What is reserved is 0.
 */
#ifndef VPASID_INFO_H
#define VPASID_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CAP_EXEC - requests with a PASID may ask to execute
 * VPASID_CAP_PRIV - requests with a PASID may be privileged
 *
 * These are the permissions of a PASID (PCIe r6.0, 7.8.9.2 and 7.8.9.3). The values are
 * those of VFIO_DEVICE_PASID_CAP_EXEC and VFIO_DEVICE_PASID_CAP_PRIV in
 * <linux/vfio_pasid.h>, not the bits of the PASID registers.
 */
#define VPASID_CAP_EXEC (1u << 0)
#define VPASID_CAP_PRIV (1u << 1)

/**
 * VPASID_MAX_WIDTH - the widest PASID that PCIe has, in bits
 */
#define VPASID_MAX_WIDTH 20

/**
 * enum vpasid_source - who gave the answer
 * @VPASID_SOURCE_NONE: Nobody. A struct vpasid_info of zeros has this source.
 * @VPASID_SOURCE_VFIO_FEATURE: VFIO_DEVICE_FEATURE with the number
 *	VFIO_DEVICE_FEATURE_PASID_STABLE.
 * @VPASID_SOURCE_VFIO_FEATURE_11: VFIO_DEVICE_FEATURE with the number
 *	VFIO_DEVICE_FEATURE_PASID, as it was proposed. It doesn't tell what is enabled,
 *	nor anything about the IOMMU.
 * @VPASID_SOURCE_REGISTERS: The function's own PASID registers, through
 *	vpasid_info_from_registers(). They tell nothing about the IOMMU.
 * @VPASID_SOURCE_IOMMUFD: IOMMU_GET_HW_INFO, since Linux 6.15 (6.12.32). It tells
 *	neither the function's own width apart from the IOMMU's, nor what is supported
 *	apart from what is enabled; see vpasid_query_iommufd().
 */
enum vpasid_source {
	VPASID_SOURCE_NONE = 0,
	VPASID_SOURCE_VFIO_FEATURE = 1,
	VPASID_SOURCE_VFIO_FEATURE_11 = 2,
	VPASID_SOURCE_REGISTERS = 3,
	VPASID_SOURCE_IOMMUFD = 4,
};

/**
 * VPASID_KNOWN_ENABLED - the source has told &vpasid_info.enabled
 * VPASID_KNOWN_IOMMU_WIDTH - the source has told &vpasid_info.iommu_width
 */
#define VPASID_KNOWN_ENABLED	 (1u << 0)
#define VPASID_KNOWN_IOMMU_WIDTH (1u << 1)

/**
 * VPASID_DIFFERS_WIDTH - iommufd tells more bits than the function is said to have,
 *	though an IOMMU never gives a function more than that
 * VPASID_DIFFERS_ENABLED - they tell different permissions to be enabled
 * VPASID_DIFFERS_IOMMU_WIDTH - they tell different widths of the IOMMU
 *
 * What two sources that answered for one function disagree about; see
 * vpasid_info_combine().
 */
#define VPASID_DIFFERS_WIDTH	   (1u << 0)
#define VPASID_DIFFERS_ENABLED	   (1u << 1)
#define VPASID_DIFFERS_IOMMU_WIDTH (1u << 2)

/**
 * struct vpasid_info - the PASID of one function
 * @capabilities: The permissions that the function supports, VPASID_CAP_*. If
 *	VPASID_SOURCE_IOMMUFD is the only source, those that are enabled.
 * @enabled: The permissions that the host has switched on, VPASID_CAP_*; valid with
 *	VPASID_KNOWN_ENABLED.
 * @width: Max PASID Width in bits, 1 to VPASID_MAX_WIDTH. If VPASID_SOURCE_IOMMUFD is
 *	the only source, the lesser of Max PASID Width and the IOMMU's width. 0 means
 *	that the host has no PASID for this function now: there is no capability, or it
 *	isn't enabled. @capabilities and @enabled are 0 then. A function with Max
 *	PASID Width 0 has no PASID but 0, which is of no use, so it counts as one without
 *	PASID.
 * @iommu_width: log2 of the number of PASIDs that the host's IOMMU gives this
 *	function, rounded down; valid with VPASID_KNOWN_IOMMU_WIDTH. 0 means that it
 *	gives no PASID but 0, so that none can be used. If it is known and above 0, and
 *	@width is 0, the function has PASID, but it is off now: AMD's driver switches it on
 *	with an address space that was made for PASIDs, see vpasid_query_device().
 * @known: Which of the optional fields are known, VPASID_KNOWN_*.
 * @source: Who answered: enum vpasid_source.
 * @second: Who else answered: enum vpasid_source, VPASID_SOURCE_NONE if nobody did.
 * @differs: What the two sources disagree about, VPASID_DIFFERS_*; 0 if they agree or
 *	there is only one.
 * @attach_refused: 1 if no address space can be attached to a PASID of the function, as the
 *	driver of the device or of the IOMMU doesn't do it: AMD's up to Linux 7.3, in which
 *	PASID is for SVA alone. 0 if they do it, or nobody has asked: only
 *	vpasid_query_bound() does, which tells where it can't know.
 * @ats_refused: 1 if iommufd says that the function can't use ATS (Linux 7.3), so that a VMM has
 *	to hide the function's ATS capability. 0 if it doesn't say so, which proves nothing:
 *	earlier kernels never do.
 * @reserved: 0, room for later fields.
 *
 * This is plain data: it owns nothing and may be copied. Its size is part of the ABI.
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
	uint8_t attach_refused;
	uint8_t ats_refused;
	uint8_t reserved[20];
};

/**
 * vpasid_info_usable_width() - tell how wide a PASID may be in practice
 * @info: An answer.
 *
 * Return: the function's width or, if it is known and less, the IOMMU's width, in bits:
 *	0 to VPASID_MAX_WIDTH. 0 says that no PASID can be used: PASID is off, the IOMMU
 *	has PASID 0 alone, or @info->attach_refused is set.
 */
VPASID_API unsigned int vpasid_info_usable_width(const struct vpasid_info *info);

/**
 * struct vpasid_registers - PASID's own registers
 * @argsz: sizeof(struct vpasid_registers).
 * @capability: The PASID Capability register (PCIe r6.0, 7.8.9.2).
 * @control: The PASID Control register (7.8.9.3).
 *
 * As vpasid_query_bound() takes them: zeros for a function without a PASID capability,
 * those of the PF for a VF.
 */
struct vpasid_registers {
	uint32_t argsz;
	uint16_t capability;
	uint16_t control;
};

/**
 * vpasid_info_from_registers() - make an answer from the PASID registers
 * @capability: The PASID Capability register (PCIe r6.0, 7.8.9.2).
 * @control: The PASID Control register (7.8.9.3).
 * @info: Filled in with the source VPASID_SOURCE_REGISTERS.
 *
 * For callers that can read a function's config space but have no VFIO device
 * for it. For a VF, pass the registers of its PF. If PASID Enable is clear the width
 * is 0, as in the kernel's answers.
 *
 * Return: 0, or
 *	-EIO	the registers read as all ones: the device is gone or asleep,
 *	-EPROTO	Max PASID Width is above VPASID_MAX_WIDTH.
 *	On error @info is all zeros.
 */
VPASID_API int vpasid_info_from_registers(uint16_t capability, uint16_t control,
					  struct vpasid_info *info);

/**
 * vpasid_info_from_feature() - make an answer from the payload of VFIO's feature
 * @feature: The number that was asked: VFIO_DEVICE_FEATURE_PASID_STABLE or
 *	VFIO_DEVICE_FEATURE_PASID of <linux/vfio_pasid.h>.
 * @payload: What the kernel has filled in behind struct vfio_device_feature, in this machine's
 *	byte order. No alignment is needed.
 * @size: How many bytes it has: 4 (struct vfio_device_feature_pasid) or 8
 *	(struct vfio_device_feature_pasid_ext).
 * @info: Filled in, with the source VPASID_SOURCE_VFIO_FEATURE or
 *	VPASID_SOURCE_VFIO_FEATURE_11.
 *
 * For a VMM that makes its ioctls itself, or that has the answer from another process. Four
 * bytes don't tell what is enabled, nor the IOMMU's width. In eight, an IOMMU's width of 0 is
 * that of an IOMMU with PASID 0 alone if VFIO_DEVICE_PASID_IOMMU_WIDTH is set, and isn't known
 * otherwise. Bits that aren't known here are left out.
 *
 * Return: 0, or
 *	-EINVAL	@feature or @size isn't one of these,
 *	-EPROTO	the answer isn't one: a width above VPASID_MAX_WIDTH.
 *	On error @info is all zeros.
 */
VPASID_API int vpasid_info_from_feature(uint32_t feature, const void *payload, size_t size,
					struct vpasid_info *info);

/**
 * VPASID_HW_INFO_TELLS_PASID - the kernel that answered is known to tell PASIDs: it is Linux
 *	6.15 or later, or 6.12.32 or a later 6.12; or it has accepted a struct iommu_hw_info whose
 *	out_max_pasid_log2 was 1 when it was asked
 */
#define VPASID_HW_INFO_TELLS_PASID (1u << 0)

/**
 * vpasid_info_from_hw_info() - make an answer from that of IOMMU_GET_HW_INFO
 * @hw_info: The struct iommu_hw_info that the kernel has filled in, in this machine's byte
 *	order. No alignment is needed.
 * @size: How many bytes it has: 40, or more with the headers of a later kernel, whose surplus
 *	isn't looked at.
 * @flags: VPASID_HW_INFO_*.
 * @info: Filled in with the source VPASID_SOURCE_IOMMUFD.
 *
 * For a VMM that makes its ioctls itself, as those with iommufd do, or that has the answer from
 * another process. What it means, and how it differs from that of the feature, is told at
 * vpasid_query_iommufd().
 *
 * A width of 0 may be no answer: before 6.15 that byte was reserved, and came back as 0. It is
 * taken for "no PASID" with VPASID_HW_INFO_TELLS_PASID, and from a kernel that has set one of
 * the capabilities which came with the width or later. To find out, call the ioctl again with
 * out_max_pasid_log2 = 1: a kernel that doesn't know the byte fails with EOPNOTSUPP, others
 * don't read it. vpasid_query_iommufd() does that.
 *
 * The data that the kernel puts to data_uptr is for &vpasid_iommu.data; see
 * vpasid_iommu_decode().
 *
 * Return: 0, also with "no PASID" (@info->width is 0), or
 *	-EINVAL	@size is less than 40, or a flag isn't known,
 *	-ENODATA the width isn't known: the kernel may be one that doesn't tell it,
 *	-EPROTO	the answer isn't one: a width above VPASID_MAX_WIDTH.
 *	On error @info is all zeros.
 */
VPASID_API int vpasid_info_from_hw_info(const void *hw_info, size_t size, uint32_t flags,
					struct vpasid_info *info);

/**
 * vpasid_info_combine() - make one answer of two
 * @function: The answer of the function's driver or registers, of any source but
 *	VPASID_SOURCE_IOMMUFD.
 * @iommufd: The answer of IOMMU_GET_HW_INFO for the same function, from
 *	vpasid_query_iommufd().
 * @info: Filled in; may be the same as @function or @iommufd.
 *
 * The width, the permissions and the source are those of @function. What it doesn't
 * know of &vpasid_info.enabled and &vpasid_info.iommu_width is filled in from @iommufd,
 * whose source becomes &vpasid_info.second. What both know must be the same, as the
 * kernel has it in one place. If it isn't, &vpasid_info.differs says so, and @info
 * grants only what both grant: the lesser width, and the permissions that both have.
 *
 * A width of 0 means less from iommufd than from a function, and isn't a disagreement by
 * itself. If the function has PASID on, iommufd's 0 says that the IOMMU gives it no
 * PASID but 0. If it has PASID off, iommufd tells the IOMMU's width nevertheless.
 *
 * An answer of zeros (VPASID_SOURCE_NONE) doesn't count: @info then is the other one.
 */
VPASID_API void vpasid_info_combine(const struct vpasid_info *function,
				    const struct vpasid_info *iommufd, struct vpasid_info *info);

/**
 * vpasid_source_name() - name the source of an answer, for people and for JSON
 * @source: &vpasid_info.source.
 *
 * Return: a static string of lower-case letters, digits and "-": "none",
 *	"vfio-feature", "vfio-feature-11", "registers", "iommufd"; "unknown" for any
 *	other value.
 */
VPASID_API const char *vpasid_source_name(unsigned int source);

VPASID_END_DECLS

#endif /* VPASID_INFO_H */
