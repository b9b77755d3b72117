// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "function.h"

static int read_config(struct function *function, int fd, off_t at)
{
	ssize_t length = pread(fd, function->config, sizeof(function->config), at);

	if (length < 0)
		return -errno;
	return length == sizeof(function->config) ? 0 : -EIO;
}

int function_from_file(struct function *function, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	*function = (struct function){ .device_fd = -1, .container_fd = -1 };
	ret = read_config(function, fd, 0);
	close(fd);
	return ret;
}

static int open_group(const char *bdf)
{
	char path[64], link[256], group[300];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return -errno;
	link[length] = '\0';
	snprintf(group, sizeof(group), "/dev/vfio/%s", strrchr(link, '/') + 1);
	fd = open(group, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int function_open(struct function *function, const char *bdf)
{
	int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	int group;

	if (container < 0)
		return -errno;
	group = open_group(bdf);
	if (group < 0)
		return group;
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return -errno;
	function->container_fd = container;
	function->device_fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	return function->device_fd < 0 ? -errno : function_look(function, bdf);
}

int function_look(struct function *function, const char *bdf)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	char physfn[64];

	if (ioctl(function->device_fd, VFIO_DEVICE_GET_REGION_INFO, &region))
		return -errno;

	snprintf(physfn, sizeof(physfn), "/sys/bus/pci/devices/%s/physfn", bdf);
	function->kind = access(physfn, F_OK) ? VPASID_FUNCTION_PF : VPASID_FUNCTION_VF;
	function->config_at = (off_t)region.offset;
	return read_config(function, function->device_fd, function->config_at);
}

int function_offline_info(const struct function *function, struct vpasid_info *info)
{
	struct vpasid_layout layout;
	uint16_t capability = VPASID_MAX_WIDTH << 8;
	const struct vpasid_span *span;
	int ret = vpasid_layout_read(function->config, sizeof(function->config), &layout);

	if (ret < 0)
		return ret;
	span = vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID);
	if (!span && layout.broken)
		return -EPROTO; /* whether it has one can't be known */
	if (span && (span->flags & VPASID_SPAN_EXACT))
		capability = function->config[span->offset + 4] | function->config[span->offset + 5]
									  << 8;
	return vpasid_info_from_registers(
		capability, VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV, info);
}
