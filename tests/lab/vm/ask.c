// SPDX-License-Identifier: MIT
/*
 * ask BDF [VF_TOKEN]: the 8 bytes of the PASID feature as the kernel gives them,
 * one line of "name=value", for a script to compare. An IOMMU's width that isn't known is
 * "-", unless it isn't 0 then.
 */
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

int main(int argc, char **argv)
{
	struct vfio_device_feature_pasid_ext ext;
	int device = open_device(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL);
	int ret;

	memset(&ext, 0xa5, sizeof(ext));
	ret = get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, &ext,
			  sizeof(ext));
	if (ret) {
		printf("%s\n", strerror(-ret));
		return 1;
	}
	printf("width=%u capabilities=%u enabled=%u iommu_width=", ext.pasid.width,
	       ext.pasid.capabilities, ext.enabled);
	if (ext.flags & VFIO_DEVICE_PASID_IOMMU_WIDTH || ext.iommu_width)
		printf("%u", ext.iommu_width);
	else
		printf("-");
	printf(" reserved=%u,%u\n", ext.pasid.__reserved,
	       ext.flags & ~VFIO_DEVICE_PASID_IOMMU_WIDTH);
	return 0;
}
