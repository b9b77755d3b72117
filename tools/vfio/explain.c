// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a function can't be opened through VFIO. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vfio/explain.h"
#include "vfio/opener.h"

struct path vfio_group_node(const struct pci_function *function)
{
	return path_of("/dev/vfio/%s", *function->iommu_group ? function->iommu_group : "none");
}

struct path vfio_cdev_node(const struct pci_function *function)
{
	char name[32];

	sysfs_entry(pci_path(HOST_SYSFS, function->bdf.text, "vfio-dev").text, "vfio", name,
		    sizeof(name));
	return path_of("/dev/vfio/devices/%s", *name ? name : "none");
}

/* Older kernels have a container for groups, newer ones may have an iommufd only. */
int vfio_check_host(struct why *why)
{
	char iommu[64];

	if (sysfs_exists(VFIO_CONTAINER) || sysfs_exists(VFIO_IOMMUFD))
		return 0;

	because(why, -ENOSYS,
		"this host has no VFIO (" VFIO_CONTAINER
		" is missing): run `modprobe vfio-pci`, which requires a kernel with "
		"CONFIG_VFIO_PCI");
	if (sysfs_entry("/sys/class/iommu", "", iommu, sizeof(iommu)))
		because_also(why,
			     "; it has no IOMMU, either (/sys/class/iommu is empty): enable VT-d, "
			     "AMD-Vi or the SMMU in the firmware, and boot an Intel host with "
			     "intel_iommu=on");
	return -ENOSYS;
}

int vfio_explain_not_bound(const struct pci_function *function, struct why *why)
{
	if (function->is_bridge)
		return because(why, -ENXIO, "this is a bridge, and VFIO has no driver for bridges");
	if (!*function->driver)
		return because(why, -ENXIO, "not bound to a driver");
	return because(why, -ENXIO, "bound to %s, which isn't a VFIO driver", function->driver);
}

int vfio_explain_no_group(struct why *why)
{
	return because(why, -ENXIO,
		       "it has no IOMMU group: the IOMMU is disabled, or doesn't cover it; enable "
		       "VT-d, AMD-Vi or the SMMU in the firmware, and boot an Intel host with "
		       "intel_iommu=on");
}

int vfio_explain_node(int error, const char *node, struct why *why)
{
	switch (error) {
	case -ENOENT:
		return because(why, error, "%s is missing; in a container, it has to be passed in",
			       node);
	case -EACCES:
	case -EPERM:
		return because(why, -EACCES,
			       "no permission to open %s: run as root, or grant your user access "
			       "to it",
			       node);
	default:
		return because(why, error, "can't open %s: %s", node, strerror(-error));
	}
}

int vfio_explain_busy(const struct pci_function *function, struct why *why)
{
	struct path group = vfio_group_node(function), cdev = vfio_cdev_node(function);
	struct opener opener;

	because(why, 0, "in use through VFIO: ");
	if (opener_find(group.text, &opener) || opener_find(cdev.text, &opener))
		because_also(why, "process %d (%s) has ", (int)opener.pid, opener.command);
	else
		because_also(why, "another process has ");
	because_also(why, "it, or IOMMU group %s, open", function->iommu_group);
	return -EBUSY;
}

/*
 * The kernel refuses to open a group twice at once, without effect on the process that has it open.
 */
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

	/* A kernel may have no VFIO groups: then all processes have to be searched. */
	if (function->on_vfio &&
	    (group_is_open(function) || opener_find(vfio_cdev_node(function).text, &opener)))
		return vfio_explain_busy(function, why);
	return 0;
}

int vfio_explain_token(const struct pci_function *function, const char *vf_token, struct why *why)
{
	if (vf_token)
		return because(why, -EACCES,
			       "%s is not the VF token that is set; pass the one that the PF and "
			       "its VFs were opened with, by --vf-token UUID",
			       vf_token);
	if (function->kind == PCI_KIND_VF)
		return because(why, -EACCES,
			       "opening it requires the VF token of its PF; pass the one that the "
			       "PF was opened with, by --vf-token UUID, or query the PF, %s, in "
			       "the same command",
			       function->pf.text);
	return because(why, -EACCES,
		       "its VFs are in use, so opening it requires their VF token; pass it by "
		       "--vf-token UUID");
}

int vfio_explain_interrupts(struct why *why)
{
	return because(why, -EPERM,
		       "the IOMMU doesn't remap interrupts, so VFIO refuses to use it; enable "
		       "interrupt remapping in the firmware (intremap=on for QEMU's emulated "
		       "IOMMU)");
}

bool vfio_is_harmless(const char *driver)
{
	return !*driver || !strcmp(driver, "pci-stub") || !strcmp(driver, "pcieport");
}

/* Adds a function of the group to the text if it makes the group not viable. */
static bool add_culprit(const char *name, bool first, struct why *why)
{
	struct pci_function function;
	struct bdf bdf;

	if (bdf_parse(name, &bdf) || pci_function_read(HOST_SYSFS, &bdf, &function, NULL) ||
	    function.on_vfio || vfio_is_harmless(function.driver))
		return false;

	because_also(why, "%s%s (%s)", first ? "" : ", ", name, function.driver);
	return true;
}

int vfio_explain_viable(const struct pci_function *function, struct why *why)
{
	DIR *directory =
		opendir(path_of("/sys/kernel/iommu_groups/%s/devices", function->iommu_group).text);
	const struct dirent *entry;
	int count = 0;

	because(why, 0, "its IOMMU group %s is not viable: the host uses ", function->iommu_group);
	while (directory && (entry = readdir(directory)))
		count += add_culprit(entry->d_name, !count, why);
	if (directory)
		closedir(directory);

	because_also(why,
		     "%s; bind the other functions of the group to VFIO drivers, or unbind "
		     "them from their drivers",
		     count ? "" : "another function of it");
	return -EPERM;
}
