// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "vfio/explain.h"
#include "vfio/vfio.h"

/* The kernel refuses a token that it doesn't need. */
static bool takes_token(const struct pci_function *function)
{
	switch (function->kind) {
	case PCI_KIND_PF:
		return true;
	case PCI_KIND_VF:
		return function->pf_on_vfio;
	default:
		return false;
	}
}

/* The first way that exists. A user may have been given only the files of a later one. */
static int open_by_ways(const struct pci_function *function, const char *vf_token,
			struct vfio *vfio, struct why *why)
{
	static const struct vfio_way *const ways[] = { &vfio_cdev_way, &vfio_group_way, NULL };
	int ret = 0;

	for (const struct vfio_way *const *way = ways; *way; way++) {
		struct path node = (*way)->node(function);

		if (!(*way)->exists(node.text))
			continue;
		vfio_close(vfio);
		vfio->way = *way;
		ret = (*way)->open(function, node.text, vf_token, vfio, why);
		if (ret != -EACCES)
			return ret;
	}
	return ret ? ret : vfio_group_way.explain_missing(function, why);
}

int vfio_open(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
	      struct why *why)
{
	int ret = vfio_check_host(why);

	*vfio = (struct vfio){ .device = -1, .group = -1, .context = -1 };
	if (ret)
		return ret;
	if (!function->on_vfio)
		return vfio_explain_not_bound(function, why);
	if (!takes_token(function))
		vf_token = NULL;

	ret = open_by_ways(function, vf_token, vfio, why);
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
