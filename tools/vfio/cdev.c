// SPDX-License-Identifier: GPL-2.0-or-later
/* A VFIO device by its character device and an iommufd. */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "vfio/explain.h"
#include "vfio/vfio.h"

/*
 * Up to @out_devid since Linux 6.6, the rest since 6.17. The headers that we are built with may
 * have none, some or all of it, so we have our own.
 */
struct bind_iommufd {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
	__aligned_u64 token_uuid_ptr;
};

/* Since Linux 6.6. */
struct attach_iommufd_pt {
	__u32 argsz;
	__u32 flags;
	__u32 pt_id;
};

#define BIND_IOMMUFD	  _IO(VFIO_TYPE, VFIO_BASE + 18)
#define BIND_FLAG_TOKEN	  (1 << 0)
#define ATTACH_IOMMUFD_PT _IO(VFIO_TYPE, VFIO_BASE + 19)

static bool cdev_exists(const char *node)
{
	return sysfs_exists(node) && sysfs_exists(VFIO_IOMMUFD);
}

static int explain_missing(const struct pci_function *function, struct why *why)
{
	struct path cdev = vfio_cdev_node(function);
	struct utsname kernel = { 0 };

	uname(&kernel);
	if (!sysfs_exists(VFIO_IOMMUFD))
		because(why, 0,
			"this host has no iommufd (" VFIO_IOMMUFD
			" is missing): attaching PASIDs requires Linux 6.15 or later with "
			"CONFIG_IOMMUFD, and `modprobe iommufd`; this kernel is %s (Debian's "
			"kernels up to 7.3 are built without it)",
			kernel.release);
	else if (!sysfs_exists(cdev.text))
		because(why, 0,
			"VFIO has no character device for it: this requires Linux 6.6 or later "
			"with CONFIG_VFIO_DEVICE_CDEV, and in a container access to "
			"/dev/vfio/devices; this kernel is %s",
			kernel.release);
	else
		vfio_explain_node(
			-EACCES, access(VFIO_IOMMUFD, R_OK | W_OK) ? VFIO_IOMMUFD : cdev.text, why);
	return -EOPNOTSUPP;
}

/* The 16 bytes of a UUID, whose text is valid. */
static void parse_token(const char *text, unsigned char uuid[16])
{
	for (int i = 0; i < 16; i++, text += 2) {
		if (*text == '-')
			text++;
		sscanf(text, "%2hhx", &uuid[i]);
	}
}

static int bind_iommufd(const char *vf_token, struct vfio *vfio)
{
	unsigned char uuid[16];
	struct bind_iommufd bind = {
		.argsz = offsetof(struct bind_iommufd, token_uuid_ptr),
		.iommufd = vfio->context,
	};

	if (vf_token) {
		parse_token(vf_token, uuid);
		bind.argsz = sizeof(bind);
		bind.flags = BIND_FLAG_TOKEN;
		bind.token_uuid_ptr = (__u64)(unsigned long)uuid;
	}
	if (ioctl(vfio->device, BIND_IOMMUFD, &bind))
		return -errno;
	vfio->dev_id = bind.out_devid;
	return 0;
}

static int open_cdev(const struct pci_function *function, const char *node, const char *vf_token,
		     struct vfio *vfio, struct why *why)
{
	int ret;

	vfio->device = open(node, O_RDWR | O_CLOEXEC);
	if (vfio->device < 0)
		return vfio_explain_node(-errno, node, why);
	vfio->context = open(VFIO_IOMMUFD, O_RDWR | O_CLOEXEC);
	if (vfio->context < 0)
		return vfio_explain_node(-errno, VFIO_IOMMUFD, why);

	ret = bind_iommufd(vf_token, vfio);
	/* Before 6.17, the kernel accepted no flags, and required no token. */
	if (ret == -EINVAL && vf_token)
		ret = bind_iommufd(NULL, vfio);
	switch (ret) {
	case 0:
		return 0;
	case -EACCES:
		return vfio_explain_token(function, vf_token, why);
	default:
		/* EBUSY or EINVAL if it is open already, depending on how it was opened. */
		if (vfio_check_unused(function, why))
			return -EBUSY;
		if (ret == -EBUSY)
			return vfio_explain_viable(function, why);
		if (ret == -EPERM)
			return vfio_explain_interrupts(why);
		return because(why, ret, "VFIO can't open it: %s; see the kernel log for more",
			       strerror(-ret));
	}
}

int vfio_attach(const struct vfio *vfio, uint32_t hwpt_id)
{
	struct attach_iommufd_pt attach = { .argsz = sizeof(attach), .pt_id = hwpt_id };

	return ioctl(vfio->device, ATTACH_IOMMUFD_PT, &attach) ? -errno : 0;
}

const struct vfio_way vfio_cdev_way = {
	.name = "its character device and an iommufd",
	.node = vfio_cdev_node,
	.exists = cdev_exists,
	.explain_missing = explain_missing,
	.open = open_cdev,
};
