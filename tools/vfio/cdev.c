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

#include "vfio/internal.h"

/*
 * Since Linux 6.6 as far as @out_devid, the rest since 6.17. The headers that we
 * are built with may have none, one or all of it, so these are our own.
 */
struct bind_iommufd {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
	__aligned_u64 token_uuid_ptr;
};

#define BIND_IOMMUFD	_IO(VFIO_TYPE, VFIO_BASE + 18)
#define BIND_FLAG_TOKEN (1 << 0)

/* Only with CONFIG_VFIO_DEVICE_CDEV has that device a number. */
bool vfio_cdev_exists(const struct pci_function *function)
{
	return sysfs_exists(vfio_cdev_node(function).text) && sysfs_exists(IOMMUFD);
}

/* The 16 bytes of a UUID's text, which is valid. */
static void parse_token(const char *text, unsigned char uuid[16])
{
	for (int i = 0; i < 16; i++, text += 2) {
		if (*text == '-')
			text++;
		sscanf(text, "%2hhx", &uuid[i]);
	}
}

static int try_bind(const char *vf_token, struct vfio *vfio)
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

static int bind_iommufd(const char *vf_token, struct vfio *vfio)
{
	int ret = try_bind(vf_token, vfio);

	/* Before 6.17 there were no flags, and no token was asked for. */
	return ret == -EINVAL && vf_token ? try_bind(NULL, vfio) : ret;
}

int vfio_cdev_open(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
		   struct why *why)
{
	struct path node = vfio_cdev_node(function);
	int ret;

	vfio->device = open(node.text, O_RDWR | O_CLOEXEC);
	if (vfio->device < 0)
		return vfio_explain_node(-errno, node.text, why);
	vfio->context = open(IOMMUFD, O_RDWR | O_CLOEXEC);
	if (vfio->context < 0)
		return vfio_explain_node(-errno, IOMMUFD, why);

	ret = bind_iommufd(vf_token, vfio);
	switch (ret) {
	case 0:
		return 0;
	case -EACCES:
		return vfio_explain_token(function, vf_token, why);
	default:
		/* Whoever has it open gets us EBUSY or EINVAL, by the way it was opened. */
		if (vfio_check_unused(function, why))
			return -EBUSY;
		if (ret == -EBUSY || ret == -EPERM)
			return vfio_explain_viable(function, why);
		return because(why, ret, "VFIO can't open it: %s; see the kernel log for more",
			       strerror(-ret));
	}
}
