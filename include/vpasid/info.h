/* SPDX-License-Identifier: MIT */
/*
 * What a host reports about the PASID of one PCIe function: the answer of any source, from data
 * that the caller already has. query.h gets such data.
 *
 * There are two kinds of structs in these headers. A struct that the caller passes to the library
 * begins with argsz, which the caller sets to the struct's size, as for VFIO's ioctls. In an
 * earlier, shorter struct, the missing members count as zeros. In a later, longer struct, the
 * members that this version doesn't know must be zeros; otherwise the result is -E2BIG. It is
 * -EINVAL if argsz isn't set. A struct that the library fills in has a fixed size, with room for
 * later fields, and no argsz, even if the caller passes it to the library again. There are two
 * exceptions: both the library and callers fill in &struct vpasid_device and &struct vpasid_iommu,
 * and these have argsz.
 *
 * An element of an array has a fixed size, too. If a later version adds data to the elements to
 * which a request points (&struct vpasid_cap, &struct vpasid_range and
 * &struct vpasid_vconfig_registers), the request gets another array for them.
 *
 * No struct has padding between its members or at its end, so no caller passes bytes that it hasn't
 * set. Reserved members are 0.
 */
#ifndef VPASID_INFO_H
#define VPASID_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CAP_EXEC - requests with a PASID may have Execute Permission
 * VPASID_CAP_PRIV - requests with a PASID may use Privileged Mode
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
 * enum vpasid_source - the source of an answer
 * @VPASID_SOURCE_NONE: None. A struct vpasid_info of zeros has this source.
 * @VPASID_SOURCE_VFIO_FEATURE: VFIO_DEVICE_FEATURE with the number
 *	VFIO_DEVICE_FEATURE_PASID_STABLE.
 * @VPASID_SOURCE_VFIO_FEATURE_11: VFIO_DEVICE_FEATURE with the number VFIO_DEVICE_FEATURE_PASID, as
 *	it was proposed. It reports neither what is enabled, nor anything about the IOMMU.
 * @VPASID_SOURCE_REGISTERS: The function's own PASID registers, through
 *	vpasid_info_from_registers(). They show nothing about the IOMMU.
 * @VPASID_SOURCE_IOMMUFD: IOMMU_GET_HW_INFO, since Linux 6.15 (6.12.32). It reports neither the
 *	function's own width separately from the IOMMU's, nor what is supported separately from what
 *	is enabled; see vpasid_query_iommufd().
 */
enum vpasid_source {
	VPASID_SOURCE_NONE = 0,
	VPASID_SOURCE_VFIO_FEATURE = 1,
	VPASID_SOURCE_VFIO_FEATURE_11 = 2,
	VPASID_SOURCE_REGISTERS = 3,
	VPASID_SOURCE_IOMMUFD = 4,
};

/**
 * VPASID_KNOWN_ENABLED - the source has reported &vpasid_info.enabled
 * VPASID_KNOWN_IOMMU_WIDTH - the source has reported &vpasid_info.iommu_width
 */
#define VPASID_KNOWN_ENABLED	 (1u << 0)
#define VPASID_KNOWN_IOMMU_WIDTH (1u << 1)

/**
 * VPASID_DIFFERS_WIDTH - iommufd reports more bits than the function has, although an IOMMU never
 *	grants more
 * VPASID_DIFFERS_ENABLED - they report different enabled permissions
 * VPASID_DIFFERS_IOMMU_WIDTH - they report different widths of the IOMMU
 *
 * The differences between two sources that answered for one function; see vpasid_info_combine().
 */
#define VPASID_DIFFERS_WIDTH	   (1u << 0)
#define VPASID_DIFFERS_ENABLED	   (1u << 1)
#define VPASID_DIFFERS_IOMMU_WIDTH (1u << 2)

/**
 * struct vpasid_info - the PASID of one function
 * @capabilities: The permissions that the function supports, VPASID_CAP_*. If
 *	VPASID_SOURCE_IOMMUFD is the only source, those that are enabled.
 * @enabled: The permissions that the host has enabled, VPASID_CAP_*; valid with
 *	VPASID_KNOWN_ENABLED.
 * @width: Max PASID Width in bits, 1 to VPASID_MAX_WIDTH. If VPASID_SOURCE_IOMMUFD is the only
 *	source, the smaller of Max PASID Width and the IOMMU's width. 0 means that the host has no
 *	PASID for this function at present: there is no capability, or it isn't enabled.
 *	@capabilities and @enabled are then 0. A function with Max PASID Width 0 only has PASID 0,
 *	which is useless, so it counts as a function without PASID.
 * @iommu_width: log2 of the number of PASIDs that the host's IOMMU supports for this function,
 *	rounded down; valid with VPASID_KNOWN_IOMMU_WIDTH. 0 means that it only supports PASID 0, so
 *	that no PASID can be used. If it is known and above 0, and @width is 0, the function has
 *	PASID, but it is disabled at present: AMD's driver enables it with an address space that was
 *	allocated for PASIDs, see vpasid_query_device().
 * @known: Which of the optional fields are known, VPASID_KNOWN_*.
 * @source: The source of the answer: enum vpasid_source.
 * @second: The second source of the answer: enum vpasid_source, or VPASID_SOURCE_NONE.
 * @differs: The differences between the two sources, VPASID_DIFFERS_*; 0 if they agree or there is
 *	only one.
 * @attach_refused: 1 if no address space can be attached to a PASID of the function, because the
 *	driver of the device or of the IOMMU doesn't support it, like AMD's up to Linux 7.3, which
 *	uses PASIDs only for SVA. 0 if they support it, or if this wasn't checked: only
 *	vpasid_query_bound() checks it, and its description says when it can't.
 * @ats_refused: 1 if iommufd says that the function can't use ATS (Linux 7.3), so that a VMM must
 *	hide the function's ATS capability. 0 if it doesn't say so, which proves nothing, because
 *	earlier kernels never do.
 * @reserved: 0, reserved for later fields.
 *
 * This is plain data: it contains no pointers and may be copied. Its size is part of the ABI.
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
 * vpasid_info_usable_width() - return the usable width of a PASID
 * @info: An answer.
 *
 * Return: the function's width or, if it is known and smaller, the IOMMU's width, in bits: 0 to
 *	VPASID_MAX_WIDTH. 0 means that no PASID can be used: PASID is disabled, the IOMMU only
 *	supports PASID 0, or @info->attach_refused is set.
 */
VPASID_API unsigned int vpasid_info_usable_width(const struct vpasid_info *info);

/**
 * struct vpasid_registers - PASID's own registers
 * @argsz: sizeof(struct vpasid_registers).
 * @capability: The PASID Capability register (PCIe r6.0, 7.8.9.2).
 * @control: The PASID Control register (7.8.9.3).
 *
 * These are the registers for vpasid_query_bound(): zeros for a function without a PASID
 * capability, those of the PF for a VF.
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
 * For callers that can read a function's config space but have no VFIO device for it. For a VF,
 * pass the registers of its PF. If PASID Enable is clear, the width is 0, as in the kernel's
 * answers.
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
 * @feature: The number of the feature: VFIO_DEVICE_FEATURE_PASID_STABLE or
 *	VFIO_DEVICE_FEATURE_PASID of <linux/vfio_pasid.h>.
 * @payload: What the kernel has filled in after struct vfio_device_feature, in this machine's byte
 *	order. No alignment is needed.
 * @size: The number of bytes of @payload: 4 (struct vfio_device_feature_pasid) or 8
 *	(struct vfio_device_feature_pasid_ext).
 * @info: Filled in, with the source VPASID_SOURCE_VFIO_FEATURE or
 *	VPASID_SOURCE_VFIO_FEATURE_11.
 *
 * For a VMM that calls the ioctls itself, or gets the answer from another process. A payload of
 * four bytes reports neither what is enabled nor the IOMMU's width. In a payload of eight bytes, an
 * IOMMU's width of 0 means that the IOMMU only supports PASID 0 if VFIO_DEVICE_PASID_IOMMU_WIDTH is
 * set, and that the width is unknown otherwise. Unknown bits are ignored.
 *
 * Return: 0, or
 *	-EINVAL	@feature or @size isn't one of these,
 *	-EPROTO	the answer is invalid: a width above VPASID_MAX_WIDTH.
 *	On error @info is all zeros.
 */
VPASID_API int vpasid_info_from_feature(uint32_t feature, const void *payload, size_t size,
					struct vpasid_info *info);

/**
 * VPASID_HW_INFO_TELLS_PASID - the kernel that answered is known to report PASIDs: it is Linux 6.15
 *	or later, or 6.12.32 or a later 6.12; or it has accepted a struct iommu_hw_info whose
 *	out_max_pasid_log2 was 1 in the request
 */
#define VPASID_HW_INFO_TELLS_PASID (1u << 0)

/**
 * vpasid_info_from_hw_info() - make an answer from the result of IOMMU_GET_HW_INFO
 * @hw_info: The struct iommu_hw_info that the kernel has filled in, in this machine's byte
 *	order. No alignment is needed.
 * @size: The number of bytes of @hw_info: 40, or more with the headers of a later kernel; the
 *	additional bytes are ignored.
 * @flags: VPASID_HW_INFO_*.
 * @info: Filled in with the source VPASID_SOURCE_IOMMUFD.
 *
 * For a VMM that calls the ioctl itself, as VMMs with iommufd do, or gets the answer from another
 * process. vpasid_query_iommufd() describes what the answer means, and how it differs from that of
 * the feature.
 *
 * A width of 0 doesn't always mean "no PASID": before 6.15 the byte was reserved, and was returned
 * as 0. It is interpreted as "no PASID" with VPASID_HW_INFO_TELLS_PASID, and if the kernel has set
 * one of the capabilities that were added together with the width or later. To find out, call the
 * ioctl again with out_max_pasid_log2 = 1: a kernel that doesn't know the byte fails with
 * EOPNOTSUPP, others ignore it. vpasid_query_iommufd() does this.
 *
 * The data that the kernel writes to data_uptr goes into &vpasid_iommu.data; see
 * vpasid_iommu_decode().
 *
 * Return: 0, including with "no PASID" (@info->width is 0), or
 *	-EINVAL	@size is less than 40, or a flag is unknown,
 *	-ENODATA the width is unknown: the kernel may be one that doesn't report it,
 *	-EPROTO	the answer is invalid: a width above VPASID_MAX_WIDTH.
 *	On error @info is all zeros.
 */
VPASID_API int vpasid_info_from_hw_info(const void *hw_info, size_t size, uint32_t flags,
					struct vpasid_info *info);

/**
 * vpasid_info_combine() - combine two answers
 * @function: The answer of the function's driver or registers, from any source except
 *	VPASID_SOURCE_IOMMUFD.
 * @iommufd: The answer of IOMMU_GET_HW_INFO for the same function, from
 *	vpasid_query_iommufd().
 * @info: Filled in; may be the same as @function or @iommufd.
 *
 * The width, the permissions and the source are those of @function. If it doesn't know
 * &vpasid_info.enabled or &vpasid_info.iommu_width, they are filled in from @iommufd, whose source
 * becomes &vpasid_info.second. If both know a value, it must be the same, because the kernel stores
 * it in one place. If it differs, &vpasid_info.differs shows this, and @info only grants what both
 * grant: the smaller width, and the permissions that both have.
 *
 * A width of 0 is less significant from iommufd than from a function, and isn't a difference by
 * itself. If the function has PASID enabled, a width of 0 from iommufd means that the IOMMU only
 * supports PASID 0. If it has PASID disabled, iommufd reports the IOMMU's width nevertheless.
 *
 * An answer of zeros (VPASID_SOURCE_NONE) is ignored: @info is then the other answer.
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
