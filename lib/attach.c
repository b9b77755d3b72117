// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stddef.h>
#include <sys/ioctl.h>

#include <vpasid/attach.h>
#include <vpasid/info.h>

#include "attach_internal.h"
#include "iommufd_abi.h"

#define NO_OBJECT 0 /* iommufd counts from 1 */

static int ask(int fd, unsigned long request, void *argument)
{
	if (!ioctl(fd, request, argument))
		return 0;
	return errno == ENOTTY ? -EOPNOTSUPP : -errno;
}

int vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id)
{
	struct ioas_alloc alloc = { .size = sizeof(alloc) };
	int ret;

	if (!ioas_id)
		return -EINVAL;
	ret = ask(iommufd, IOAS_ALLOC, &alloc);
	if (!ret)
		*ioas_id = alloc.out_ioas_id;
	return ret;
}

int vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id)
{
	struct hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.flags = HWPT_ALLOC_PASID,
		.dev_id = dev_id,
		.pt_id = ioas_id,
	};
	int ret;

	if (!hwpt_id)
		return -EINVAL;
	ret = ask(iommufd, HWPT_ALLOC, &alloc);
	if (!ret)
		*hwpt_id = alloc.out_hwpt_id;
	return ret;
}

int vpasid_destroy(int iommufd, uint32_t id)
{
	struct destroy_object destroy = { .size = sizeof(destroy), .id = id };

	return ask(iommufd, DESTROY, &destroy);
}

static int attach(int device_fd, uint32_t pasid, uint32_t pt_id)
{
	struct attach_pt attach = {
		.argsz = sizeof(attach),
		.flags = PT_PASID,
		.pt_id = pt_id,
		.pasid = pasid,
	};

	return ioctl(device_fd, ATTACH_PT, &attach) ? -errno : 0;
}

/* A character device refuses every request before it is bound. An old kernel refuses flags. */
static int why_invalid(int device_fd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return ioctl(device_fd, VFIO_DEVICE_GET_INFO, &info) ? -errno : ATTACH_OLD_KERNEL;
}

int vpasid_attach_support(int device_fd)
{
	int ret = attach(device_fd, 1, NO_OBJECT);

	switch (ret) {
	case -ENOENT:
		return ATTACH_SUPPORTED;
	case -ENOTTY:
		return ATTACH_NO_CDEV;
	case -EOPNOTSUPP:
		return ATTACH_NO_DRIVER;
	case -EINVAL:
		return why_invalid(device_fd);
	default:
		return ret;
	}
}

int vpasid_attach_supported(int device_fd)
{
	int support = vpasid_attach_support(device_fd);

	return support > 0 ? -EOPNOTSUPP : support;
}

/*
 * No function has PASIDs as wide as this one. So a driver that attaches PASIDs refuses it with
 * EINVAL, after the kernel has seen whether the driver does at all.
 */
#define BEYOND_ALL (1u << VPASID_MAX_WIDTH)

bool vpasid_attach_refused(int device_fd, int iommufd, uint32_t dev_id)
{
	int support = vpasid_attach_support(device_fd), ret;
	uint32_t ioas, hwpt;

	if (support || vpasid_ioas_alloc(iommufd, &ioas))
		return support == ATTACH_NO_DRIVER;
	ret = vpasid_hwpt_alloc(iommufd, dev_id, ioas, &hwpt);
	if (!ret) {
		ret = attach(device_fd, BEYOND_ALL, hwpt);
		vpasid_destroy(iommufd, hwpt);
	}
	vpasid_destroy(iommufd, ioas);
	return ret == -EOPNOTSUPP;
}

static bool is_pasid(uint32_t pasid)
{
	return pasid && pasid < 1u << VPASID_MAX_WIDTH;
}

/* EINVAL from a kernel that can't attach PASIDs isn't about the caller's arguments. */
static int error_of(int device_fd, int ret)
{
	if (ret == -ENOTTY)
		return -EOPNOTSUPP;
	return ret == -EINVAL && vpasid_attach_support(device_fd) > 0 ? -EOPNOTSUPP : ret;
}

int vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id)
{
	if (!is_pasid(pasid))
		return -EINVAL;
	return error_of(device_fd, attach(device_fd, pasid, hwpt_id));
}

int vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id)
{
	return vpasid_attach(device_fd, pasid, hwpt_id);
}

int vpasid_detach(int device_fd, uint32_t pasid)
{
	struct detach_pt detach = {
		.argsz = sizeof(detach),
		.flags = PT_PASID,
		.pasid = pasid,
	};

	if (!is_pasid(pasid))
		return -EINVAL;
	return error_of(device_fd, ioctl(device_fd, DETACH_PT, &detach) ? -errno : 0);
}
