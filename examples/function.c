// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "function.h"

/* From <linux/vfio.h> of Linux 6.6; older headers don't have them. */
#define BIND_IOMMUFD	   _IO(VFIO_TYPE, VFIO_BASE + 18)
#define ATTACH_PAGE_TABLES _IO(VFIO_TYPE, VFIO_BASE + 19)

struct bind_iommufd {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};

struct attach_page_tables {
	__u32 argsz;
	__u32 flags;
	__u32 pt_id;
};

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
	*function = FUNCTION_NONE;
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

	*function = FUNCTION_NONE;
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

static int open_device_file(const char *bdf)
{
	char pattern[96], path[64];
	glob_t found;
	int fd;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/vfio-dev/vfio*", bdf);
	if (glob(pattern, 0, NULL, &found))
		return -ENOENT;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * Page tables that were allocated for PASIDs also translate the function's other DMA, and only
 * with them does the kernel attach a PASID. If the kernel or the IOMMU doesn't support them, the
 * kernel makes page tables from the address space.
 */
static int attach(struct function *function)
{
	struct attach_page_tables attach = { .argsz = sizeof(attach) };
	int ret = vpasid_ioas_alloc(function->iommufd, &function->ioas);

	if (ret)
		return ret;
	ret = vpasid_hwpt_alloc(function->iommufd, function->dev_id, function->ioas, &attach.pt_id);
	if (ret == -EOPNOTSUPP)
		attach.pt_id = function->ioas;
	else if (ret)
		return ret;
	return ioctl(function->device_fd, ATTACH_PAGE_TABLES, &attach) ? -errno : 0;
}

int function_open_by_iommufd(struct function *function, const char *bdf)
{
	struct bind_iommufd bind = { .argsz = sizeof(bind) };
	int fd = open_device_file(bdf);
	int ret;

	*function = FUNCTION_NONE;
	if (fd < 0)
		return fd;
	function->device_fd = fd;
	function->iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (function->iommufd < 0)
		return -errno;
	bind.iommufd = function->iommufd;
	if (ioctl(fd, BIND_IOMMUFD, &bind))
		return -errno;
	function->dev_id = bind.out_devid;
	ret = attach(function);
	return ret ? ret : function_look(function, bdf);
}

/* As far as they can be read: only root can read all of a config space. */
static void look_at_pf(struct function *function, const char *bdf)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct vpasid_layout layout;
	const struct vpasid_span *pri;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/physfn/config", bdf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (pread(fd, config, sizeof(config), 0) == sizeof(config) &&
	    vpasid_layout_read(config, sizeof(config), &layout) > 0) {
		pri = vpasid_layout_find(&layout, VPASID_EXT_CAP_PRI);
		if (pri && pri->length >= FUNCTION_PRI_LENGTH)
			memcpy(function->pf_pri, config + pri->offset, FUNCTION_PRI_LENGTH);
	}
	close(fd);
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
	if (function->kind == VPASID_FUNCTION_VF)
		look_at_pf(function, bdf);
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
		return -EPROTO; /* it is unknown whether the function has one */
	if (span && (span->flags & VPASID_SPAN_EXACT))
		capability = function->config[span->offset + 4] | function->config[span->offset + 5]
									  << 8;
	return vpasid_info_from_registers(
		capability, VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV, info);
}
