// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pci/function.h"
#include "support/sysfs.h"

/* The longest that the kernel creates */
#define UEVENT_SIZE 4096

/* PCI Code and ID Assignment Specification, 1.7: PCI-to-PCI bridge and CardBus bridge */
#define CLASS_PCI_BRIDGE     0x0604
#define CLASS_CARDBUS_BRIDGE 0x0607

void pci_devices_open(const char *sysfs, struct sysfs_directory *devices)
{
	sysfs_directory_open(path_of("%s/bus/pci/devices", sysfs).text, devices);
}

const char *pci_kind_name(enum pci_kind kind)
{
	static const char *const names[] = {
		[PCI_KIND_FUNCTION] = "function",
		[PCI_KIND_PF] = "pf",
		[PCI_KIND_VF] = "vf",
	};

	return names[kind];
}

/*
 * The name that a link of the function leads to. Returns 0, with @name "" if there is no
 * such link, or a negative errno.
 */
static int read_link(const struct sysfs_directory *devices, const struct pci_function *function,
		     const char *link, char *name, size_t size)
{
	int ret = sysfs_link_name_at(devices, pci_name(&function->bdf, link).text, name, size);

	if (!ret && (!*name || !strcmp(name, ".") || !strcmp(name, "..")))
		ret = -EPROTO;
	if (ret)
		name[0] = '\0';
	return ret == -ENOENT ? 0 : ret;
}

static unsigned long read_number(const struct sysfs_directory *devices,
				 const struct pci_function *function, const char *attribute,
				 unsigned long max)
{
	struct pci_name name = pci_name(&function->bdf, attribute);
	unsigned long number;

	if (sysfs_read_number_at(devices, name.text, &number) || number > max)
		return 0;
	return number;
}

static const char *value_of(const char *uevent, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = uevent; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == '=')
			return line + length + 1;
	}
	return NULL;
}

/* Moves @text past a number. sscanf() is too slow for a large host with thousands of functions. */
static bool take_hexadecimal(const char **text, uint32_t max, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (!isxdigit((unsigned char)**text))
		return false;
	value = strtoul(*text, &end, 16);
	if (value > max)
		return false;
	*text = end;
	*number = (uint32_t)value;
	return true;
}

static void take_ids(const char *value, uint16_t *vendor, uint16_t *device)
{
	uint32_t first, second;

	if (!value || !take_hexadecimal(&value, UINT16_MAX, &first) || *value++ != ':' ||
	    !take_hexadecimal(&value, UINT16_MAX, &second))
		return;
	*vendor = (uint16_t)first;
	*device = (uint16_t)second;
}

/* The kernel has all of it in this one file. Returns whether it could be read and parsed. */
static bool take_uevent(const struct sysfs_directory *devices, struct pci_function *function)
{
	struct pci_name name = pci_name(&function->bdf, "uevent");
	char uevent[UEVENT_SIZE];
	const char *driver, *value;

	if (sysfs_read_at(devices, name.text, uevent, sizeof(uevent)) <= 0)
		return false;
	take_ids(value_of(uevent, "PCI_ID"), &function->vendor, &function->device);
	if (!function->vendor)
		return false;
	take_ids(value_of(uevent, "PCI_SUBSYS_ID"), &function->subsystem_vendor,
		 &function->subsystem_device);
	value = value_of(uevent, "PCI_CLASS");
	function->has_class = value && take_hexadecimal(&value, 0xffffff, &function->class);
	driver = value_of(uevent, "DRIVER");
	if (driver && strcspn(driver, "\n") < sizeof(function->driver))
		memcpy(function->driver, driver, strcspn(driver, "\n"));
	else if (driver)
		function->driver_error = -E2BIG;
	return true;
}

/* A pair of IDs, which stays 0 unless both can be read: one alone is useless. */
static void read_ids(const struct sysfs_directory *devices, const struct pci_function *function,
		     const char *const attributes[2], uint16_t *vendor, uint16_t *device)
{
	unsigned long ids[2];

	for (int i = 0; i < 2; i++) {
		struct pci_name name = pci_name(&function->bdf, attributes[i]);

		if (sysfs_read_number_at(devices, name.text, &ids[i]) || ids[i] > UINT16_MAX)
			return;
	}
	*vendor = (uint16_t)ids[0];
	*device = (uint16_t)ids[1];
}

/* For a recorded tree that has these files, but not uevent. */
static void take_attributes(const struct sysfs_directory *devices, struct pci_function *function)
{
	static const char *const own[] = { "vendor", "device" };
	static const char *const subsystem[] = { "subsystem_vendor", "subsystem_device" };
	struct pci_name class = pci_name(&function->bdf, "class");
	unsigned long number;

	read_ids(devices, function, own, &function->vendor, &function->device);
	read_ids(devices, function, subsystem, &function->subsystem_vendor,
		 &function->subsystem_device);
	function->has_class =
		!sysfs_read_number_at(devices, class.text, &number) && number <= 0xffffff;
	if (function->has_class)
		function->class = (uint32_t)number;
	function->driver_error =
		read_link(devices, function, "driver", function->driver, sizeof(function->driver));
}

static void read_physfn(const struct sysfs_directory *devices, struct pci_function *function)
{
	char pf[sizeof(function->pf.text)];

	function->pf_error = read_link(devices, function, "physfn", pf, sizeof(pf));
	if (!function->pf_error && !*pf)
		return;
	function->kind = PCI_KIND_VF;
	if (!function->pf_error && bdf_parse(pf, &function->pf))
		function->pf_error = -EPROTO;
}

void pci_function_identify(const struct sysfs_directory *devices, struct pci_function *function)
{
	if (!take_uevent(devices, function))
		take_attributes(devices, function);
	read_physfn(devices, function);
}

static bool has_file(const struct sysfs_directory *devices, const struct pci_function *function,
		     const char *name)
{
	return sysfs_exists_at(devices, pci_name(&function->bdf, name).text);
}

void pci_function_find_vfs(const struct sysfs_directory *devices, struct pci_function *function)
{
	if (function->kind != PCI_KIND_VF && has_file(devices, function, "sriov_totalvfs"))
		function->kind = PCI_KIND_PF;
}

/* The group's name must be a number, since it becomes part of paths. */
static void read_group(const struct sysfs_directory *devices, struct pci_function *function)
{
	char *group = function->iommu_group;

	function->group_error =
		read_link(devices, function, "iommu_group", group, sizeof(function->iommu_group));
	if (strspn(group, "0123456789") == strlen(group))
		return;
	group[0] = '\0';
	function->group_error = -EPROTO;
}

/* The kernel prints "(null)" where none is set. */
static void read_driver_override(const struct sysfs_directory *devices,
				 struct pci_function *function)
{
	char *name = function->driver_override;
	struct pci_name path = pci_name(&function->bdf, "driver_override");

	if (sysfs_read_at(devices, path.text, name, sizeof(function->driver_override)) < 0 ||
	    !strcmp(name, "(null)"))
		name[0] = '\0';
}

/*
 * VFIO's drivers register a device in vfio-dev. Kernels before 6.1 have no such directory; there
 * only vfio-pci is known, by its name.
 */
static bool is_on_vfio(const struct sysfs_directory *devices, const struct bdf *bdf,
		       const char *driver)
{
	return sysfs_exists_at(devices, pci_name(bdf, "vfio-dev").text) ||
	       !strcmp(driver, "vfio-pci");
}

static bool is_pf_on_vfio(const struct sysfs_directory *devices, const struct bdf *pf)
{
	char driver[DRIVER_NAME_SIZE] = "";

	sysfs_link_name_at(devices, pci_name(pf, "driver").text, driver, sizeof(driver));
	return is_on_vfio(devices, pf, driver);
}

bool pci_has_bridge_class(const struct pci_function *function)
{
	return function->has_class && function->class >> 16 == PCI_BASE_CLASS_BRIDGE;
}

void pci_function_complete(const struct sysfs_directory *devices, struct pci_function *function)
{
	pci_function_find_vfs(devices, function);
	if (function->kind == PCI_KIND_PF) {
		function->num_vfs = read_number(devices, function, "sriov_numvfs", UINT16_MAX);
		function->total_vfs = read_number(devices, function, "sriov_totalvfs", UINT16_MAX);
	}
	read_group(devices, function);
	read_driver_override(devices, function);
	function->on_vfio = is_on_vfio(devices, &function->bdf, function->driver);
	function->pf_on_vfio = *function->pf.text && is_pf_on_vfio(devices, &function->pf);
	/* The kernel shows that attribute for headers of type 1 and 2. */
	function->is_bridge =
		has_file(devices, function, "secondary_bus_number") ||
		(function->has_class && (function->class >> 8 == CLASS_PCI_BRIDGE ||
					 function->class >> 8 == CLASS_CARDBUS_BRIDGE));
}

static int explain_missing(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	const bool is_own = !strcmp(sysfs, HOST_SYSFS);

	if (!sysfs_exists(path_of("%s/bus/pci", sysfs).text))
		return because(why, -ENODEV, "there is no PCI bus here (%s/bus/pci is missing)%s",
			       sysfs, is_own ? ": is sysfs mounted?" : "");
	if (is_own)
		return because(why, -ENODEV,
			       "no such PCI function on this host; `lspci -D` lists all functions");
	return because(why, -ENODEV, "no such PCI function: %s is missing",
		       pci_path(sysfs, bdf->text, "").text);
}

int pci_function_check(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	struct path path = pci_path(sysfs, bdf->text, "");
	int ret = sysfs_check_directory(path.text);

	if (ret == -ENOENT)
		return explain_missing(sysfs, bdf, why);
	return ret ? because(why, ret, "%s: %s", path.text, sysfs_strerror(ret)) : 0;
}

int pci_function_explain(const char *sysfs, const struct pci_function *function, const char *link,
			 int error, struct why *why)
{
	struct path path = pci_path(sysfs, function->bdf.text, link);
	char name[DRIVER_NAME_SIZE];

	switch (error) {
	case -EINVAL:
		return because(why, error, "%s: it isn't a link", path.text);
	case -EPROTO:
		sysfs_link_name(path.text, name, sizeof(name));
		return because(why, error, "%s: it points to %s, which isn't a %s", path.text, name,
			       !strcmp(link, "physfn")	 ? "function"
			       : !strcmp(link, "driver") ? "driver"
							 : "number");
	default:
		return because(why, error, "%s: %s", path.text, sysfs_strerror(error));
	}
}

int pci_function_check_links(const char *sysfs, const struct pci_function *function,
			     struct why *why)
{
	if (function->driver_error)
		return pci_function_explain(sysfs, function, "driver", function->driver_error, why);
	if (function->group_error)
		return pci_function_explain(sysfs, function, "iommu_group", function->group_error,
					    why);
	if (function->pf_error)
		return pci_function_explain(sysfs, function, "physfn", function->pf_error, why);
	return 0;
}

int pci_function_read(const char *sysfs, const struct bdf *bdf, struct pci_function *function,
		      struct why *why)
{
	struct sysfs_directory devices;
	int ret;

	memset(function, 0, sizeof(*function));
	function->bdf = *bdf;
	ret = pci_function_check(sysfs, bdf, why);
	if (ret)
		return ret;
	pci_devices_open(sysfs, &devices);
	pci_function_identify(&devices, function);
	pci_function_complete(&devices, function);
	sysfs_directory_close(&devices);
	return pci_function_check_links(sysfs, function, why);
}
