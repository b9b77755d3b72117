// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pci/function.h"
#include "pci/ports.h"
#include "support/sysfs.h"

const char *pci_kind_name(enum pci_kind kind)
{
	static const char *const names[] = {
		[PCI_KIND_FUNCTION] = "function",
		[PCI_KIND_PF] = "pf",
		[PCI_KIND_VF] = "vf",
	};

	return names[kind];
}

/* The name that a link of the function leads to; @name is "" if there is no such link. */
static int read_link(const char *sysfs, const struct pci_function *function, const char *link,
		     char *name, size_t size, struct why *why)
{
	struct path path = pci_path(sysfs, function->bdf.text, link);
	int ret = sysfs_link_name(path.text, name, size);

	if (!ret || ret == -ENOENT)
		return 0;
	return because(why, ret, "%s: %s", path.text,
		       ret == -EINVAL ? "it is no link" : sysfs_strerror(ret));
}

static int read_kind(const char *sysfs, struct pci_function *function, struct why *why)
{
	const char *bdf = function->bdf.text;
	char pf[sizeof(function->pf.text)];
	int ret = read_link(sysfs, function, "physfn", pf, sizeof(pf), why);

	if (ret)
		return ret;
	if (*pf && bdf_parse(pf, &function->pf))
		return because(why, -EPROTO, "%s: it leads to %s, which is no function",
			       pci_path(sysfs, bdf, "physfn").text, pf);
	if (*pf)
		function->kind = PCI_KIND_VF;
	else if (sysfs_exists(pci_path(sysfs, bdf, "sriov_totalvfs").text))
		function->kind = PCI_KIND_PF;

	if (sysfs_read_number(pci_path(sysfs, bdf, "sriov_numvfs").text, &function->num_vfs))
		function->num_vfs = 0;
	if (sysfs_read_number(pci_path(sysfs, bdf, "sriov_totalvfs").text, &function->total_vfs))
		function->total_vfs = 0;
	return 0;
}

/* Its name is a number, and becomes part of paths. */
static int read_group(const char *sysfs, struct pci_function *function, struct why *why)
{
	char *group = function->iommu_group;
	int ret = read_link(sysfs, function, "iommu_group", group, sizeof(function->iommu_group),
			    why);

	if (ret || strspn(group, "0123456789") == strlen(group))
		return ret;
	because(why, 0, "%s: it leads to %s, which is no number",
		pci_path(sysfs, function->bdf.text, "iommu_group").text, group);
	group[0] = '\0';
	return -EPROTO;
}

/* A driver of VFIO's has registered a device there; before Linux 6.1 names must do. */
static bool is_on_vfio(const char *sysfs, const struct pci_function *function)
{
	return sysfs_exists(pci_path(sysfs, function->bdf.text, "vfio-dev").text) ||
	       !strcmp(function->driver, "vfio-pci");
}

static bool is_bridge(const char *sysfs, const struct pci_function *function)
{
	uint8_t type = PCI_HEADER_TYPE_NORMAL;
	int fd;

	if (sysfs_exists(pci_path(sysfs, function->bdf.text, "secondary_bus_number").text))
		return true;
	if (pci_read_wakes(sysfs, &function->bdf))
		return false;
	fd = sysfs_open(pci_path(sysfs, function->bdf.text, "config").text, O_RDONLY);
	if (fd < 0)
		return false;
	if (pread(fd, &type, sizeof(type), PCI_HEADER_TYPE) != sizeof(type))
		type = PCI_HEADER_TYPE_NORMAL;
	close(fd);

	/* A function that is asleep reads as all ones. */
	return type != 0xff && (type & 0x7f) != PCI_HEADER_TYPE_NORMAL;
}

static uint16_t read_id(const char *sysfs, const struct pci_function *function, const char *name)
{
	unsigned long id;

	if (sysfs_read_number(pci_path(sysfs, function->bdf.text, name).text, &id) ||
	    id > UINT16_MAX)
		return 0;
	return (uint16_t)id;
}

static int explain_missing(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	if (!sysfs_exists(path_of("%s/bus/pci", sysfs).text))
		return because(why, -ENODEV, "there is no PCI here (%s/bus/pci is missing)%s",
			       sysfs, strcmp(sysfs, HOST_SYSFS) != 0 ? "" : ": is sysfs mounted?");
	if (strcmp(sysfs, HOST_SYSFS) != 0)
		return because(why, -ENODEV, "no such PCI function: %s is missing",
			       pci_path(sysfs, bdf->text, "").text);
	return because(why, -ENODEV,
		       "no such PCI function on this host; lspci -D lists those there are");
}

static int check_there(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	struct path path = pci_path(sysfs, bdf->text, "");
	struct stat status;

	if (!stat(path.text, &status) && !S_ISDIR(status.st_mode))
		errno = ENOTDIR;
	else if (!access(path.text, F_OK))
		return 0;
	if (errno == ENOENT)
		return explain_missing(sysfs, bdf, why);
	return because(why, -errno, "%s: %s", path.text, sysfs_strerror(-errno));
}

int pci_function_read(const char *sysfs, const struct bdf *bdf, struct pci_function *function,
		      struct why *why)
{
	int ret;

	memset(function, 0, sizeof(*function));
	function->bdf = *bdf;

	ret = check_there(sysfs, bdf, why);
	if (!ret)
		ret = read_link(sysfs, function, "driver", function->driver,
				sizeof(function->driver), why);
	if (!ret)
		ret = read_group(sysfs, function, why);
	if (!ret)
		ret = read_kind(sysfs, function, why);
	if (ret)
		return ret;
	function->on_vfio = is_on_vfio(sysfs, function);
	function->is_bridge = is_bridge(sysfs, function);
	function->vendor = read_id(sysfs, function, "vendor");
	function->device = read_id(sysfs, function, "device");
	return 0;
}
