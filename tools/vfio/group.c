// SPDX-License-Identifier: GPL-2.0-or-later
/* A VFIO device by its IOMMU group and a container. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "pci/arguments.h"
#include "vfio/explain.h"
#include "vfio/vfio.h"

static int explain_missing(const struct pci_function *function, struct why *why)
{
	if (!*function->iommu_group)
		return vfio_explain_no_group(why);
	if (sysfs_exists(path_of("/dev/vfio/noiommu-%s", function->iommu_group).text))
		return because(why, -ENXIO,
			       "VFIO runs in no-IOMMU mode here, and without an IOMMU there is no "
			       "PASID");
	return vfio_explain_node(-ENOENT, vfio_group_node(function).text, why);
}

static int open_group(const struct pci_function *function, const char *node, struct vfio *vfio,
		      struct why *why)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	vfio->group = open(node, O_RDWR | O_CLOEXEC);
	if (vfio->group < 0 && errno == EBUSY)
		return vfio_explain_busy(function, why);
	if (vfio->group < 0)
		return vfio_explain_node(-errno, node, why);
	if (ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status))
		return because(why, -errno, "VFIO_GROUP_GET_STATUS: %s", strerror(errno));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return vfio_explain_viable(function, why);
	return 0;
}

static int explain_set_iommu(int error, struct why *why)
{
	switch (error) {
	case -ENODEV:
		return because(why, error,
			       "VFIO has no IOMMU driver loaded: `modprobe vfio_iommu_type1`");
	case -EPERM:
		return vfio_explain_interrupts(why);
	default:
		return because(why, error, "VFIO_SET_IOMMU: %s", strerror(-error));
	}
}

static int open_container(const struct pci_function *function, struct vfio *vfio, struct why *why)
{
	vfio->context = open(VFIO_CONTAINER, O_RDWR | O_CLOEXEC);
	if (vfio->context < 0)
		return vfio_explain_node(-errno, VFIO_CONTAINER, why);
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->context)) {
		/* A host driver has bound to a function of the group since we asked. */
		if (errno == EBUSY || errno == EPERM)
			return vfio_explain_viable(function, why);
		return because(why, -errno, "VFIO_GROUP_SET_CONTAINER: %s", strerror(errno));
	}
	if (ioctl(vfio->context, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return explain_set_iommu(-errno, why);
	return 0;
}

static int open_device(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
		       struct why *why)
{
	char name[sizeof(function->bdf.text) + sizeof(" vf_token=") + VF_TOKEN_SIZE];

	snprintf(name, sizeof(name), "%s%s%s", function->bdf.text, vf_token ? " vf_token=" : "",
		 vf_token ? vf_token : "");
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (vfio->device >= 0)
		return 0;
	if (errno == EACCES)
		return vfio_explain_token(function, vf_token, why);
	return because(why, -errno, "VFIO can't open it: %s; see the kernel log for more",
		       strerror(errno));
}

static int open_by_group(const struct pci_function *function, const char *node,
			 const char *vf_token, struct vfio *vfio, struct why *why)
{
	int ret = open_group(function, node, vfio, why);

	if (!ret)
		ret = open_container(function, vfio, why);
	if (!ret)
		ret = open_device(function, vf_token, vfio, why);
	return ret;
}

const struct vfio_way vfio_group_way = {
	.name = "its group and a container",
	.node = vfio_group_node,
	.exists = sysfs_exists,
	.explain_missing = explain_missing,
	.open = open_by_group,
};
