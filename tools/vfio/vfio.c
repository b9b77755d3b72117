// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vfio/internal.h"
#include "vfio/opener.h"

/* Older kernels have a container for groups, newer ones may have an iommufd only. */
int vfio_check_host(struct why *why)
{
	char iommu[64];

	if (sysfs_exists("/dev/vfio/vfio") || sysfs_exists("/dev/iommu"))
		return 0;

	because(why, -ENODEV,
		"this host has no VFIO: /dev/vfio/vfio is missing; load it with "
		"`modprobe vfio-pci`, which needs a kernel with CONFIG_VFIO_PCI");
	if (sysfs_entry("/sys/class/iommu", "", iommu, sizeof(iommu)))
		because_also(why, "; nor has it an IOMMU: /sys/class/iommu is empty; switch VT-d, "
				  "AMD-Vi or SMMU on in the firmware, and boot an Intel host with "
				  "intel_iommu=on");
	return -ENODEV;
}

/* The kernel refuses a token that it has no use for. */
static bool takes_token(const struct pci_function *function)
{
	struct pci_function pf;

	switch (function->kind) {
	case PCI_KIND_PF:
		return true;
	case PCI_KIND_VF:
		return !pci_function_read(HOST_SYSFS, &function->pf, &pf, NULL) && pf.on_vfio;
	default:
		return false;
	}
}

static int open_either_way(const struct pci_function *function, const char *vf_token,
			   struct vfio *vfio, struct why *why)
{
	bool has_group = sysfs_exists(vfio_group_node(function).text);

	if (vfio_cdev_exists(function)) {
		int ret = vfio_cdev_open(function, vf_token, vfio, why);

		/* A user may have been given the group alone. */
		if (ret != -EACCES || !has_group)
			return ret;
		vfio_close(vfio);
	}
	return vfio_group_open(function, vf_token, vfio, why);
}

int vfio_open(const struct bdf *bdf, const char *vf_token, struct vfio *vfio, struct why *why)
{
	struct pci_function function;
	int ret;

	*vfio = (struct vfio){ .device = -1, .group = -1, .context = -1 };

	ret = pci_function_read(HOST_SYSFS, bdf, &function, why);
	if (ret)
		return ret;
	ret = vfio_check_host(why);
	if (ret)
		return ret;
	if (!function.on_vfio)
		return vfio_explain_not_bound(&function, why);
	if (!takes_token(&function))
		vf_token = NULL;

	ret = open_either_way(&function, vf_token, vfio, why);
	if (ret)
		vfio_close(vfio);
	return ret;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void vfio_close(struct vfio *vfio)
{
	close_one(&vfio->device);
	close_one(&vfio->group);
	close_one(&vfio->context);
}

int vfio_iommufd(const struct vfio *vfio)
{
	return vfio->group < 0 ? vfio->context : -1;
}

/* A group that is open already can't be opened: that tells at once, and disturbs nobody. */
static bool group_is_open(const struct pci_function *function)
{
	int fd = open(vfio_group_node(function).text, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno == EBUSY;
	close(fd);
	return false;
}

int vfio_check_unused(const struct pci_function *function, struct why *why)
{
	struct opener opener;

	/* A kernel may be without groups: then nothing but a look around will tell. */
	if (function->on_vfio &&
	    (group_is_open(function) || opener_find(vfio_cdev_node(function).text, &opener)))
		return vfio_explain_busy(function, why);
	return 0;
}
