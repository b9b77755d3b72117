// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <unistd.h>

#include "pci_function.h"
#include "sysfs.h"

static void read_kind(const char *root, struct pci_function *function)
{
	const char *bdf = function->bdf.text;
	char pf[sizeof(function->pf.text)];

	if (!sysfs_link_name(pci_path(root, bdf, "physfn").text, pf, sizeof(pf)) &&
	    !bdf_parse(pf, &function->pf))
		function->kind = PCI_KIND_VF;
	else if (sysfs_exists(pci_path(root, bdf, "sriov_totalvfs").text))
		function->kind = PCI_KIND_PF;

	if (sysfs_read_number(pci_path(root, bdf, "sriov_numvfs").text, &function->num_vfs))
		function->num_vfs = 0;
}

/* A driver of VFIO's has registered a device there; before Linux 6.1 names must do. */
static bool is_on_vfio(const char *root, const struct pci_function *function)
{
	return sysfs_exists(pci_path(root, function->bdf.text, "vfio-dev").text) ||
	       !strcmp(function->driver, "vfio-pci");
}

static bool is_bridge(const char *root, const struct pci_function *function)
{
	int fd = open(pci_path(root, function->bdf.text, "config").text, O_RDONLY | O_CLOEXEC);
	uint8_t type = PCI_HEADER_TYPE_NORMAL;

	if (fd < 0)
		return false;
	if (pread(fd, &type, sizeof(type), PCI_HEADER_TYPE) != sizeof(type))
		type = PCI_HEADER_TYPE_NORMAL;
	close(fd);

	/* A function that is asleep reads as all ones. */
	return type != 0xff && (type & 0x7f) != PCI_HEADER_TYPE_NORMAL;
}

static uint16_t read_id(const char *root, const struct pci_function *function, const char *name)
{
	unsigned long id;

	return sysfs_read_number(pci_path(root, function->bdf.text, name).text, &id) ? 0 : id;
}

int pci_function_read(const char *root, const struct bdf *bdf, struct pci_function *function,
		      struct why *why)
{
	memset(function, 0, sizeof(*function));
	function->bdf = *bdf;

	if (!sysfs_exists(path_of("%s/sys/bus/pci", root).text))
		return because(why, -ENODEV,
			       "there is no PCI here (/sys/bus/pci is missing): is sysfs mounted?");
	if (!sysfs_exists(pci_path(root, bdf->text, "").text))
		return because(why, -ENODEV,
			       "no such PCI function on this host; lspci -D lists those there are");

	sysfs_link_name(pci_path(root, bdf->text, "driver").text, function->driver,
			sizeof(function->driver));
	sysfs_link_name(pci_path(root, bdf->text, "iommu_group").text, function->iommu_group,
			sizeof(function->iommu_group));
	read_kind(root, function);
	function->on_vfio = is_on_vfio(root, function);
	function->is_bridge = is_bridge(root, function);
	function->vendor = read_id(root, function, "vendor");
	function->device = read_id(root, function, "device");
	return 0;
}
