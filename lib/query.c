// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include <vpasid/query.h>

#include "argsz.h"
#include "attach_internal.h"
#include "iommufd_abi.h"

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
		.header.argsz = (uint32_t)(sizeof(ask.header) + payload_size),
		.header.flags = VFIO_DEVICE_FEATURE_GET | feature,
	};

	if (ioctl(device_fd, VFIO_DEVICE_FEATURE, &ask))
		return -errno;

	*payload = ask.payload;
	return 0;
}

/* Sets @feature, and returns how many bytes of @ext the kernel filled in, or a negative errno. */
static int ask_feature(int device_fd, uint32_t *feature, struct vfio_device_feature_pasid_ext *ext)
{
	int ret;

	*feature = VFIO_DEVICE_FEATURE_PASID_STABLE;
	ret = get_feature(device_fd, *feature, sizeof(*ext), ext);
	if (ret != -ENOTTY)
		return ret ? ret : (int)sizeof(*ext);

	/* Only this size will do, because feature 11 may also be DMA_BUF, which refuses it. */
	*feature = VFIO_DEVICE_FEATURE_PASID;
	ret = get_feature(device_fd, *feature, sizeof(ext->pasid), ext);
	return ret ? ret : (int)sizeof(ext->pasid);
}

int vpasid_query_device(int device_fd, struct vpasid_info *info)
{
	struct vfio_device_feature_pasid_ext ext = { 0 };
	uint32_t feature;
	int ret;

	if (!info)
		return -EINVAL;
	memset(info, 0, sizeof(*info));

	ret = ask_feature(device_fd, &feature, &ext);
	if (ret >= 0)
		return vpasid_info_from_feature(feature, &ext, (size_t)ret, info);
	if (ret == -ENOTTY || (ret == -EINVAL && feature == VFIO_DEVICE_FEATURE_PASID))
		return -EOPNOTSUPP;
	return ret;
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

int vpasid_query_iommufd(int iommufd, uint32_t dev_id, struct vpasid_info *info)
{
	struct hw_info hw;
	int ret;

	if (!info)
		return -EINVAL;
	memset(info, 0, sizeof(*info));

	ret = get_hw_info(iommufd, dev_id, 0, &hw);
	/* A kernel that doesn't know the byte leaves it 0, and refuses it if it isn't. */
	if (!ret && !hw.out_max_pasid_log2)
		ret = get_hw_info(iommufd, dev_id, 1, &hw);
	if (ret)
		return ret == -ENOTTY ? -EOPNOTSUPP : ret;
	return vpasid_info_from_hw_info(&hw, sizeof(hw), VPASID_HW_INFO_TELLS_PASID, info);
}

/* What the function itself has, according to its driver or its registers. */
static int ask_function(int device_fd, const struct vpasid_registers *given,
			struct vpasid_info *info)
{
	int ret = vpasid_query_device(device_fd, info);
	struct vpasid_registers registers;

	if (ret != -EOPNOTSUPP || !given)
		return ret;
	ret = take_struct(&registers, sizeof(registers), given);
	return ret ? ret
		   : vpasid_info_from_registers(registers.capability, registers.control, info);
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
