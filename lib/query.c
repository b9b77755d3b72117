// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include <vpasid/query.h>

#include "attach_internal.h"
#include "iommufd_abi.h"

_Static_assert(sizeof(struct vfio_device_feature_pasid) == 4, "uAPI");
_Static_assert(sizeof(struct vfio_device_feature_pasid_ext) == 8, "uAPI");
_Static_assert(VPASID_CAP_EXEC == VFIO_DEVICE_PASID_CAP_EXEC, "same values");
_Static_assert(VPASID_CAP_PRIV == VFIO_DEVICE_PASID_CAP_PRIV, "same values");
_Static_assert(VPASID_MAX_WIDTH == VFIO_DEVICE_PASID_MAX_WIDTH, "same value");

#define PERMISSIONS (VPASID_CAP_EXEC | VPASID_CAP_PRIV)

/* VFIO_DEVICE_FEATURE wants the payload right behind its header. */
struct feature_pasid {
	struct vfio_device_feature header;
	struct vfio_device_feature_pasid_ext payload;
};

_Static_assert(offsetof(struct feature_pasid, payload) == sizeof(struct vfio_device_feature),
	       "no padding");

static int get_feature(int device_fd, uint32_t feature, size_t payload_size,
		       struct vfio_device_feature_pasid_ext *payload)
{
	struct feature_pasid ask = {
		.header.argsz = sizeof(ask.header) + payload_size,
		.header.flags = VFIO_DEVICE_FEATURE_GET | feature,
	};

	if (ioctl(device_fd, VFIO_DEVICE_FEATURE, &ask))
		return -errno;

	*payload = ask.payload;
	return 0;
}

/* An older library leaves out bits that a later kernel may define. */
static int take_answer(const struct vfio_device_feature_pasid_ext *ext, struct vpasid_info *info)
{
	if (ext->pasid.width > VPASID_MAX_WIDTH)
		return -EPROTO;

	if (ext->flags & VFIO_DEVICE_PASID_IOMMU_WIDTH) {
		info->known |= VPASID_KNOWN_IOMMU_WIDTH;
		info->iommu_width = ext->iommu_width;
	}
	info->width = ext->pasid.width;
	if (!info->width)
		return 0;

	info->capabilities = ext->pasid.capabilities & PERMISSIONS;
	info->enabled = ext->enabled & info->capabilities;
	return 0;
}

static int ask_stable(int device_fd, struct vpasid_info *info,
		      struct vfio_device_feature_pasid_ext *ext)
{
	int ret = get_feature(device_fd, VFIO_DEVICE_FEATURE_PASID_STABLE, sizeof(*ext), ext);

	info->source = VPASID_SOURCE_VFIO_FEATURE;
	info->known = VPASID_KNOWN_ENABLED;
	return ret;
}

static int ask_proposed(int device_fd, struct vpasid_info *info,
			struct vfio_device_feature_pasid_ext *ext)
{
	/* Only this size will do, because feature 11 may also be DMA_BUF, which refuses it. */
	int ret = get_feature(device_fd, VFIO_DEVICE_FEATURE_PASID, sizeof(ext->pasid), ext);

	info->source = VPASID_SOURCE_VFIO_FEATURE_11;
	info->known = 0;
	return ret == -EINVAL ? -ENOTTY : ret;
}

int vpasid_query_device(int device_fd, struct vpasid_info *info)
{
	struct vfio_device_feature_pasid_ext ext = { 0 };
	struct vpasid_info answer = { 0 };
	int ret;

	if (!info)
		return -EINVAL;
	memset(info, 0, sizeof(*info));

	ret = ask_stable(device_fd, &answer, &ext);
	if (ret == -ENOTTY)
		ret = ask_proposed(device_fd, &answer, &ext);
	if (ret)
		return ret == -ENOTTY ? -EOPNOTSUPP : ret;

	ret = take_answer(&ext, &answer);
	if (ret)
		return ret;

	*info = answer;
	return 0;
}

static int get_hw_info(int iommufd, uint32_t dev_id, uint8_t before, struct hw_info *hw)
{
	*hw = (struct hw_info){
		.size = sizeof(*hw),
		.dev_id = dev_id,
		.out_max_pasid_log2 = before,
	};
	return ioctl(iommufd, GET_HW_INFO, hw) ? -errno : 0;
}

static int ask_iommufd(int iommufd, uint32_t dev_id, struct hw_info *hw)
{
	int ret = get_hw_info(iommufd, dev_id, 0, hw);

	/* A kernel that doesn't know the byte leaves it 0, and refuses it if it isn't. */
	if (!ret && !hw->out_max_pasid_log2)
		ret = get_hw_info(iommufd, dev_id, 1, hw);
	return ret == -ENOTTY ? -EOPNOTSUPP : ret;
}

static void take_hw_info(const struct hw_info *hw, struct vpasid_info *info)
{
	info->source = VPASID_SOURCE_IOMMUFD;
	info->known = VPASID_KNOWN_ENABLED;
	info->width = hw->out_max_pasid_log2;
	if (!info->width)
		return;

	info->known |= VPASID_KNOWN_IOMMU_WIDTH;
	info->iommu_width = info->width;
	info->enabled = (hw->out_capabilities & HW_CAP_PCI_PASID_EXEC ? VPASID_CAP_EXEC : 0) |
			(hw->out_capabilities & HW_CAP_PCI_PASID_PRIV ? VPASID_CAP_PRIV : 0);
	info->capabilities = info->enabled;
}

int vpasid_query_iommufd(int iommufd, uint32_t dev_id, struct vpasid_info *info)
{
	struct hw_info hw;
	int ret;

	if (!info)
		return -EINVAL;
	memset(info, 0, sizeof(*info));

	ret = ask_iommufd(iommufd, dev_id, &hw);
	if (ret)
		return ret;
	if (hw.out_max_pasid_log2 > VPASID_MAX_WIDTH)
		return -EPROTO;

	take_hw_info(&hw, info);
	return 0;
}

/* What the function itself has, according to its driver or its registers. */
static int ask_function(int device_fd, const struct vpasid_registers *registers,
			struct vpasid_info *info)
{
	int ret = vpasid_query_device(device_fd, info);

	if (ret != -EOPNOTSUPP || !registers)
		return ret;
	return vpasid_info_from_registers(registers->capability, registers->control, info);
}

int vpasid_query_bound(int device_fd, int iommufd, uint32_t dev_id,
		       const struct vpasid_registers *registers, struct vpasid_info *info)
{
	int first = ask_function(device_fd, registers, info), ret;
	struct vpasid_info second;

	if (iommufd < 0 || (first && first != -EOPNOTSUPP) || (!first && !info->width))
		return first;

	ret = vpasid_query_iommufd(iommufd, dev_id, &second);
	if (ret == -EOPNOTSUPP)
		return first;
	if (ret) {
		memset(info, 0, sizeof(*info));
		return ret;
	}
	vpasid_info_combine(info, &second, info);
	info->attach_refused =
		vpasid_info_usable_width(info) && vpasid_attach_refused(device_fd, iommufd, dev_id);
	return 0;
}
