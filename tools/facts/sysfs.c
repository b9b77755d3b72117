// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts from sysfs, of this host or of a recorded one. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/source.h"
#include "pci/function.h"
#include "support/sysfs.h"
#include "vfio/denylist.h"
#include "vfio/vfio.h"

static int take_function(void *context, const struct sysfs_entry *entry)
{
	struct function *function;
	struct host *host = context;
	struct bdf bdf;

	if (bdf_parse(entry->name, &bdf))
		return 0;
	function = host_function(host, &bdf);
	if (!function)
		return -ENOMEM;
	function->has_no_ports = entry->is_directory;
	function->is_found = entry->is_directory || entry->is_link;
	return 0;
}

static int find_functions(struct host *host, struct why *why)
{
	struct path path = path_of("%s/bus/pci/devices", host->sysfs);
	int ret = sysfs_list(path.text, take_function, host);

	return ret ? because(why, ret, "%s: %s", path.text, sysfs_strerror(ret)) : 0;
}

/* A function that was found exists. */
static int check(struct function *function, struct why *why)
{
	if (function->is_found)
		return 0;
	return pci_function_check(function->host->sysfs, &function->pci.bdf, why);
}

static void identify(struct function *function)
{
	struct pci_function *pci = &function->pci;
	struct why why;

	pci_function_identify(&function->host->devices, pci);
	if (!pci->pf_error)
		return;
	pci_function_explain(function->host->sysfs, pci, "physfn", pci->pf_error, &why);
	function->path_why = host_text(function->host, "%s", why.text);
}

static void find_vfs(struct function *function)
{
	pci_function_find_vfs(&function->host->devices, &function->pci);
}

static int find_ports(struct function *function, struct bdf *ports, size_t max)
{
	int count = -ENODATA;

	if (!function->has_no_ports)
		count = pci_ports_above(function->host->sysfs, &function->pci.bdf, ports, max);
	if (count < 0)
		function->path_why = host_text(
			function->host, "%s: %s",
			pci_path(function->host->sysfs, function->pci.bdf.text, "").text,
			count == -ENODATA ? "it isn't a link, so the ports above are unknown"
					  : sysfs_strerror(count));
	return count;
}

/* Power. The kernel shows these states without looking at the hardware. */

static void read_text(const struct function *function, const char *attribute, char *text,
		      size_t size)
{
	sysfs_read_at(&function->host->devices, pci_name(&function->pci.bdf, attribute).text, text,
		      size);
}

static void read_runtime_status(struct function *function)
{
	if (!function->has_runtime_status)
		read_text(function, "power/runtime_status", function->runtime_status,
			  sizeof(function->runtime_status));
	function->has_runtime_status = true;
}

static void read_power_state(struct function *function)
{
	if (!function->has_power_state)
		read_text(function, "power_state", function->power_state,
			  sizeof(function->power_state));
	function->has_power_state = true;
}

static bool is_suspended(struct function *function)
{
	read_runtime_status(function);
	return !strncmp(function->runtime_status, "suspend", 7);
}

/* A function that is suspended, but not in D3cold, answers without being woken. */
static bool is_cold(struct function *function)
{
	read_power_state(function);
	if (*function->power_state)
		return !strcmp(function->power_state, "D3cold");
	return is_suspended(function);
}

static bool wakes(struct function *function)
{
	if (!function->has_no_ports)
		function_find_hops(function);
	for (size_t i = 1; function->hops && i < function->hop_count; i++)
		if (is_suspended(function->hops[i]))
			return true;
	return is_cold(function);
}

/* PASID alone. Each dword takes about a microsecond on hardware, so this reads few. */

struct config_file {
	int fd;
	struct function *function;
	bool has_extended; /* there is a dword at 0x100 */
};

static int read_at(struct config_file *file, unsigned int offset, uint32_t *value)
{
	ssize_t length;

	do
		length = pread(file->fd, value, sizeof(*value), offset);
	while (length < 0 && errno == EINTR);

	if (length < 0)
		return -errno;
	*value = le32toh(*value);
	return length == sizeof(*value) ? 0 : -ENODATA;
}

static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	struct config_file *file = opaque;
	int ret = read_at(file, offset, value);

	file->has_extended |= !ret;
	return ret;
}

/* A function that doesn't answer reads as all ones. Returns -EIO then. */
static int check_answer(struct config_file *file)
{
	uint32_t ids, command;
	int ret = read_at(file, PCI_VENDOR_ID, &ids);

	if (!ret)
		ret = read_at(file, PCI_COMMAND, &command);
	if (!ret && (ids & 0xffff) == 0xffff && (command & 0xffff) == 0xffff)
		return -EIO;
	return ret == -ENODATA ? -EIO : ret;
}

/*
 * Finds out why there is no extended part. Returns 0 if the function has none, or -EACCES if
 * the reader isn't root.
 */
static int explain_absence(struct config_file *file)
{
	uint32_t last;
	int ret = check_answer(file);

	if (!ret)
		ret = read_at(file, PCI_CFG_SPACE_SIZE - sizeof(last), &last);
	if (ret != -ENODATA)
		return ret;
	return read_at(file, PCI_STD_HEADER_SIZEOF - sizeof(last), &last) ? -EIO : -EACCES;
}

/* Tells apart what looks alike in the chain of capabilities. */
static void explain_end(struct config_file *file)
{
	struct function *function = file->function;
	int ret = 0;

	if (function->pasid.there == FACT_NO && !file->has_extended)
		ret = explain_absence(file);
	else if (function->pasid_error == -EPROTO)
		ret = check_answer(file);
	if (!ret)
		return;
	function->pasid.there = FACT_UNKNOWN;
	function->pasid_error = ret;
}

static void read_pasid(struct function *function)
{
	struct config_file file = { .function = function };

	file.fd = sysfs_open_at(&function->host->devices,
				pci_name(&function->pci.bdf, "config").text, O_RDONLY);
	if (file.fd < 0) {
		function->pasid_error = file.fd;
		return;
	}
	function_find_pasid(function, read_dword, &file);
	explain_end(&file);
	close(file.fd);
}

static uint8_t read_revision(const struct function *function)
{
	struct pci_name name = pci_name(&function->pci.bdf, "revision");
	unsigned long revision;

	/* Before Linux 4.10 there was no such file. */
	if (sysfs_read_number_at(&function->host->devices, name.text, &revision) ||
	    revision > UINT8_MAX)
		return function->config->config[PCI_REVISION_ID];
	return (uint8_t)revision;
}

static void take_header(struct config_space *config, struct pci_function *pci)
{
	const uint8_t *header = config->config;

	config->is_bridge = (header[PCI_HEADER_TYPE] & 0x7f) != PCI_HEADER_TYPE_NORMAL;
	if (pci->has_class)
		return;
	pci->has_class = true;
	pci->class = (uint32_t)(header[PCI_CLASS_DEVICE + 1] << 16 | header[PCI_CLASS_DEVICE] << 8 |
				header[PCI_CLASS_PROG]);
}

/* The IDs come from the kernel's files, because a VF's config space has all ones there. */
static void read_config(struct function *function)
{
	struct config_space *config = function->config;
	struct pci_function *pci = &function->pci;

	if (!function->is_asleep)
		config_space_read(function->host->sysfs, config);
	config->device = (struct vpasid_device){
		.vendor = pci->vendor,
		.device = pci->device,
		.subsystem_vendor = pci->subsystem_vendor,
		.subsystem_device = pci->subsystem_device,
		.revision = read_revision(function),
		.kind = pci->kind == PCI_KIND_VF ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF,
	};
	if (config->size && !config_space_is_absent(config))
		take_header(config, pci);
	if (pci_has_bridge_class(pci))
		config->is_bridge = true;
}

static void read_iommu(struct function *function)
{
	struct host *host = function->host;
	struct pci_name link = pci_name(&function->pci.bdf, "iommu");
	char name[IOMMU_NAME_SIZE];
	int ret = sysfs_link_name_at(&host->devices, link.text, name, sizeof(name));

	if (!ret && *name && *name != '.') {
		function->iommu = host_iommu(host, name);
		function->is_covered = function->iommu ? FACT_YES : FACT_UNKNOWN;
		return;
	}
	function->presence = host_iommu_presence(host);
	if (ret != -ENODATA && function->presence && function->presence->driven != FACT_UNKNOWN)
		function->is_covered = FACT_NO;
	if (!*function->pci.driver && host_assigns_late(host))
		function->is_covered = FACT_UNKNOWN;
}

static void read_sysfs(struct function *function)
{
	struct pci_function *pci = &function->pci;
	const char *sysfs = function->host->sysfs;

	function->parts |= FUNCTION_VFS;
	pci_function_complete(&function->host->devices, pci);
	read_power_state(function);
	read_runtime_status(function);
	if (*pci->iommu_group)
		sysfs_read(path_of("%s/kernel/iommu_groups/%s/type", sysfs, pci->iommu_group).text,
			   function->domain, sizeof(function->domain));
}

/* VFIO */

static int add_sibling(struct function *function, const struct bdf *bdf)
{
	struct function *sibling = host_function(function->host, bdf);
	struct function **siblings = reallocarray(function->siblings, function->sibling_count + 1,
						  sizeof(struct function *));

	if (siblings)
		function->siblings = siblings;
	if (!siblings || !sibling)
		return -ENOMEM;
	if (!function_read(sibling, FUNCTION_SYSFS | FUNCTION_PASID, NULL))
		siblings[function->sibling_count++] = sibling;
	return 0;
}

static int take_sibling(void *context, const struct sysfs_entry *entry)
{
	struct function *function = context;
	struct bdf bdf;

	if (bdf_parse(entry->name, &bdf) || !strcmp(bdf.text, function->pci.bdf.text))
		return 0;
	return add_sibling(function, &bdf);
}

static void read_siblings(struct function *function)
{
	if (*function->pci.iommu_group)
		sysfs_list(path_of("%s/kernel/iommu_groups/%s/devices", function->host->sysfs,
				   function->pci.iommu_group)
				   .text,
			   take_sibling, function);
	host_sort(function->siblings, function->sibling_count);
}

/* Anyone may list /dev, so a node that isn't seen isn't there. */
static void read_nodes(struct function *function)
{
	const struct host *host = function->host;
	struct path devices = pci_path(host->sysfs, function->pci.bdf.text, "vfio-dev");
	char name[sizeof(function->cdev)];

	function->has_cdev = FACT_NO;
	if (!sysfs_entry(devices.text, "vfio", name, sizeof(name)) &&
	    sysfs_exists(path_of("%s/%s/dev", devices.text, name).text)) {
		function->has_cdev = FACT_YES;
		memcpy(function->cdev, name, sizeof(name));
	}
	if (host->root && function->pci.on_vfio && *function->pci.iommu_group)
		function->has_group_node = sysfs_has(
			path_of("%s/dev/vfio/%s", host->root, function->pci.iommu_group).text);
}

static void read_vfio(struct function *function)
{
	function_read(function, FUNCTION_SYSFS, NULL);
	function->has_iommufd = host_has_iommufd(function->host);
	function->is_denylisted = denylist_has(function->pci.vendor, function->pci.device);
	if (function->is_denylisted)
		function->denylist_disabled = denylist_is_disabled(
			function->host->sysfs, function->host->root, PASID_DRIVER);
	read_nodes(function);
	read_siblings(function);
}

/* The module has a link to each function that it answers for. */
static void read_vfio_pasid(struct function *function)
{
	const char *sysfs = function->host->sysfs, *bdf = function->pci.bdf.text;
	enum fact is_loaded = sysfs_has(path_of("%s/module/vfio_pasid", sysfs).text), answers;

	if (is_loaded == FACT_NO && sysfs_exists(path_of("%s/module", sysfs).text))
		function->vfio_pasid = VFIO_PASID_NOT_LOADED;
	if (is_loaded != FACT_YES)
		return;
	answers = sysfs_has(path_of("%s/module/vfio_pasid/devices/%s", sysfs, bdf).text);
	if (answers != FACT_UNKNOWN)
		function->vfio_pasid =
			answers == FACT_YES ? VFIO_PASID_ANSWERS : VFIO_PASID_LEAVES_IT;
}

const struct source source_sysfs = {
	.find_functions = find_functions,
	.check = check,
	.identify = identify,
	.find_vfs = find_vfs,
	.find_ports = find_ports,
	.wakes = wakes,
	.read_pasid = read_pasid,
	.read_config = read_config,
	.read_iommu = read_iommu,
	.read_sysfs = read_sysfs,
	.read_vfio = read_vfio,
	.read_vfio_pasid = read_vfio_pasid,
};
