// SPDX-License-Identifier: MIT
/*
 * ask BDF [VF_TOKEN]: the 8 bytes of the PASID feature as the kernel gives them,
 * one line of "name=value", for a script to compare.
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
	printf("width=%u capabilities=%u enabled=%u iommu_width=%u reserved=%u,%u\n",
	       ext.pasid.width, ext.pasid.capabilities, ext.enabled, ext.iommu_width,
	       ext.pasid.__reserved, ext.__reserved);
	return 0;
}
