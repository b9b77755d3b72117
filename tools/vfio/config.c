// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio/vfio.h"

int vfio_read_config(const struct vfio *vfio, uint8_t config[VFIO_CONFIG_SIZE], struct why *why)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	ssize_t length;

	if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &region))
		return because(why, -errno,
			       "VFIO_DEVICE_GET_REGION_INFO fails for its config space: %s",
			       strerror(errno));
	if (region.size != VFIO_CONFIG_SIZE)
		return because(
			why, -ENXIO,
			"VFIO shows no extended config space, so there is no room for PASID");
	/* in one read, as QEMU does: VFIO's answer depends on where a read begins */
	length = pread(vfio->device, config, VFIO_CONFIG_SIZE, (off_t)region.offset);
	if (length == VFIO_CONFIG_SIZE)
		return 0;
	return because(why, length < 0 ? -errno : -EIO,
		       "VFIO doesn't allow reading its whole config space: %s",
		       strerror(length < 0 ? errno : EIO));
}
