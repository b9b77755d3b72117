// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <stdbool.h>
#include <string.h>

#include "feature.h"

#define GET   VFIO_DEVICE_FEATURE_GET
#define SET   VFIO_DEVICE_FEATURE_SET
#define PROBE VFIO_DEVICE_FEATURE_PROBE
#define SHORT sizeof(struct vfio_device_feature_pasid)
#define LONG  sizeof(struct vfio_device_feature_pasid_ext)

static bool is_ours(uint32_t flags)
{
	uint32_t number = flags & VFIO_DEVICE_FEATURE_MASK;

	return number == VFIO_DEVICE_FEATURE_PASID_STABLE || number == VFIO_DEVICE_FEATURE_PASID;
}

/* Checks in the kernel's order: VFIO's core first, then the feature. Returns 1 for GET. */
static int check(const struct vfio_device_feature *ask)
{
	if (ask->argsz < sizeof(*ask) ||
	    ask->flags & ~(VFIO_DEVICE_FEATURE_MASK | GET | SET | PROBE))
		return -EINVAL;
	if (!(ask->flags & PROBE) && ask->flags & SET && ask->flags & GET)
		return -EINVAL;
	if (!is_ours(ask->flags))
		return -ENOTTY;
	if (ask->flags & SET)
		return -EINVAL;
	if (ask->flags & PROBE)
		return 0;
	return ask->flags & GET && ask->argsz - sizeof(*ask) >= SHORT ? 1 : -EINVAL;
}

static struct vfio_device_feature_pasid_ext make_payload(const struct vpasid_info *info)
{
	struct vfio_device_feature_pasid_ext ext = { 0 };

	if (info->known & VPASID_KNOWN_IOMMU_WIDTH) {
		ext.iommu_width = info->iommu_width;
		ext.flags = VFIO_DEVICE_PASID_IOMMU_WIDTH;
	}
	if (!info->width)
		return ext;
	ext.pasid.capabilities = info->capabilities;
	ext.pasid.width = info->width;
	ext.enabled = info->enabled;
	return ext;
}

int feature_answer(const struct vpasid_info *info, const struct message *message,
		   struct message *reply)
{
	struct vfio_device_feature_pasid_ext ext = make_payload(info);
	struct vfio_device_feature ask;
	size_t length;
	int ret;

	memcpy(&ask, message->body, sizeof(ask));
	ret = check(&ask);
	if (ret < 0)
		return ret;
	length = !ret ? 0 : ask.argsz - sizeof(ask) < LONG ? SHORT : LONG;
	if (length)
		ask.argsz = (uint32_t)(sizeof(ask) + length);
	message_add(reply, &ask, sizeof(ask));
	message_add(reply, &ext, length);
	return 0;
}
