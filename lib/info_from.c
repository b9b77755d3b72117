// SPDX-License-Identifier: MIT
/*
 * Answers made of what the kernel has filled in.
 */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <string.h>

#include <vpasid/info.h>

#include "iommufd_abi.h"

_Static_assert(sizeof(struct vfio_device_feature_pasid) == 4, "uAPI");
_Static_assert(sizeof(struct vfio_device_feature_pasid_ext) == 8, "uAPI");
_Static_assert(VPASID_CAP_EXEC == VFIO_DEVICE_PASID_CAP_EXEC, "same values");
_Static_assert(VPASID_CAP_PRIV == VFIO_DEVICE_PASID_CAP_PRIV, "same values");
_Static_assert(VPASID_MAX_WIDTH == VFIO_DEVICE_PASID_MAX_WIDTH, "same value");

#define PERMISSIONS (VPASID_CAP_EXEC | VPASID_CAP_PRIV)

/* The source of an answer by the number of the feature; -EINVAL if it is another feature. */
static int source_of(uint32_t feature)
{
	switch (feature) {
	case VFIO_DEVICE_FEATURE_PASID_STABLE:
		return VPASID_SOURCE_VFIO_FEATURE;
	case VFIO_DEVICE_FEATURE_PASID:
		return VPASID_SOURCE_VFIO_FEATURE_11;
	default:
		return -EINVAL;
	}
}

/* Fills in all but the source. The bits that a later kernel may define are left out. */
static void take_feature(const struct vfio_device_feature_pasid_ext *ext, bool is_whole,
			 struct vpasid_info *info)
{
	if (is_whole)
		info->known |= VPASID_KNOWN_ENABLED;
	if (ext->flags & VFIO_DEVICE_PASID_IOMMU_WIDTH) {
		info->known |= VPASID_KNOWN_IOMMU_WIDTH;
		info->iommu_width = ext->iommu_width;
	}
	info->width = ext->pasid.width;
	if (!info->width)
		return;

	info->capabilities = ext->pasid.capabilities & PERMISSIONS;
	info->enabled = ext->enabled & info->capabilities;
}

int vpasid_info_from_feature(uint32_t feature, const void *payload, size_t size,
			     struct vpasid_info *info)
{
	struct vfio_device_feature_pasid_ext ext = { 0 };
	int source = source_of(feature);

	memset(info, 0, sizeof(*info));
	if (source < 0 || (size != sizeof(ext.pasid) && size != sizeof(ext)))
		return -EINVAL;
	memcpy(&ext, payload, size);
	if (ext.pasid.width > VPASID_MAX_WIDTH)
		return -EPROTO;

	info->source = (uint8_t)source;
	take_feature(&ext, size == sizeof(ext), info);
	return 0;
}

/* Capabilities that a kernel reports only if it also reports the width */
#define SINCE_PASID (HW_CAP_PCI_PASID_EXEC | HW_CAP_PCI_PASID_PRIV | HW_CAP_PCI_ATS_NOT_SUPPORTED)

static void take_hw_info(const struct hw_info *hw, struct vpasid_info *info)
{
	info->source = VPASID_SOURCE_IOMMUFD;
	info->known = VPASID_KNOWN_ENABLED;
	info->ats_refused = !!(hw->out_capabilities & HW_CAP_PCI_ATS_NOT_SUPPORTED);
	info->width = hw->out_max_pasid_log2;
	if (!info->width)
		return;

	info->known |= VPASID_KNOWN_IOMMU_WIDTH;
	info->iommu_width = info->width;
	info->enabled = (hw->out_capabilities & HW_CAP_PCI_PASID_EXEC ? VPASID_CAP_EXEC : 0) |
			(hw->out_capabilities & HW_CAP_PCI_PASID_PRIV ? VPASID_CAP_PRIV : 0);
	info->capabilities = info->enabled;
}

int vpasid_info_from_hw_info(const void *hw_info, size_t size, uint32_t flags,
			     struct vpasid_info *info)
{
	struct hw_info hw;

	memset(info, 0, sizeof(*info));
	if (size < sizeof(hw) || flags & ~VPASID_HW_INFO_TELLS_PASID)
		return -EINVAL;
	memcpy(&hw, hw_info, sizeof(hw));
	if (hw.out_max_pasid_log2 > VPASID_MAX_WIDTH)
		return -EPROTO;
	if (!hw.out_max_pasid_log2 && !(flags & VPASID_HW_INFO_TELLS_PASID) &&
	    !(hw.out_capabilities & SINCE_PASID))
		return -ENODATA;

	take_hw_info(&hw, info);
	return 0;
}
