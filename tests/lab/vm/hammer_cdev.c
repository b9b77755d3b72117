// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "hammer.h"
#include "hammer_cdev.h"
#include "hammer_sysfs.h"

/* As Linux 6.17 has it; up to @devid since 6.6. This machine's headers may have less. */
struct bind_iommufd {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 devid;
	__aligned_u64 token;
};

#define BIND		_IO(VFIO_TYPE, VFIO_BASE + 18)
#define BIND_FLAG_TOKEN (1 << 0)

int group_open(const char *bdf)
{
	char path[80], target[80], node[96];
	ssize_t length;

	snprintf(path, sizeof(path), PCI "devices/%s/iommu_group", bdf);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	snprintf(node, sizeof(node), "/dev/vfio/%s", strrchr(target, '/') + 1);
	return open(node, O_RDWR | O_CLOEXEC);
}

int cdev_open(const char *bdf)
{
	char path[128], node[280] = "";
	struct dirent *entry;
	DIR *directory;

	snprintf(path, sizeof(path), PCI "devices/%s/vfio-dev", bdf);
	directory = opendir(path);
	if (!directory)
		return -1;
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			snprintf(node, sizeof(node), "/dev/vfio/devices/%s", entry->d_name);
	closedir(directory);
	/* of "", too, ENOENT */
	return open(node, O_RDWR | O_CLOEXEC);
}

/* Earlier kernels refuse it, and ask for none. */
static bool kernel_takes_token(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname kernel;

	if (uname(&kernel) || sscanf(kernel.release, "%u.%u", &major, &minor) != 2)
		exit(2);
	return major > 6 || (major == 6 && minor >= 17);
}

/* The bytes of VF_TOKEN */
static void parse_token(unsigned char *uuid)
{
	for (const char *text = VF_TOKEN; *text; text += 2, uuid++) {
		text += *text == '-';
		sscanf(text, "%2hhx", uuid);
	}
}

int cdev_bind(int device, int iommufd, bool has_token, uint32_t *id)
{
	unsigned char uuid[16];
	struct bind_iommufd bind = {
		.argsz = offsetof(struct bind_iommufd, token),
		.iommufd = iommufd,
	};

	if (has_token && kernel_takes_token()) {
		parse_token(uuid);
		bind.argsz = sizeof(bind);
		bind.flags = BIND_FLAG_TOKEN;
		bind.token = (uintptr_t)uuid;
	}
	if (ioctl(device, BIND, &bind))
		return -1;
	if (id)
		*id = bind.devid;
	return 0;
}

int cdev_hot_reset(int device)
{
	struct vfio_pci_hot_reset reset = { .argsz = sizeof(reset) };

	return ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, &reset) ? -errno : 0;
}
