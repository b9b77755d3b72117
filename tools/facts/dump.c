// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts from a dump. The bridges' bus numbers say which port is above which function, and the
 * PFs' SR-IOV capabilities say whose VF a function is.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "facts/source.h"
#include "support/bytes.h"

/* The SR-IOV capability, or NULL. */
static const uint8_t *find_sriov(const struct dump_function *dumped)
{
	const struct vpasid_span *span;
	struct vpasid_layout layout;

	if (vpasid_layout_read(dumped->config, dumped->size, &layout) <= 0)
		return NULL;
	span = vpasid_layout_find(&layout, PCI_EXT_CAP_ID_SRIOV);
	if (!span || (size_t)span->offset + PCI_SRIOV_VF_STRIDE + 2 > dumped->size)
		return NULL;
	return dumped->config + span->offset;
}

/* VFs are there while VF Enable is set; Number of VFs keeps its value without. */
static unsigned int count_vfs(const uint8_t *sriov)
{
	if (!(get16(sriov + PCI_SRIOV_CTRL) & PCI_SRIOV_CTRL_VFE))
		return 0;
	return get16(sriov + PCI_SRIOV_NUM_VF);
}

/* The array has room for all functions. */
static int find_pfs(struct host *host, struct why *why)
{
	host->dumped_pfs = calloc(host->function_count + 1, sizeof(struct function *));
	if (!host->dumped_pfs)
		return because(why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < host->function_count; i++) {
		struct function *function = host->functions[i];
		const uint8_t *sriov = find_sriov(function->dumped);

		if (sriov && count_vfs(sriov) && get16(sriov + PCI_SRIOV_VF_OFFSET))
			host->dumped_pfs[host->dumped_pf_count++] = function;
	}
	return 0;
}

static int find_functions(struct host *host, struct why *why)
{
	for (size_t i = 0; i < host->dump.count; i++) {
		const struct dump_function *dumped = &host->dump.functions[i];
		struct function *function;

		if (!dumped->size)
			continue;
		function = host_function(host, &dumped->bdf);
		if (!function)
			return because(why, -ENOMEM, "out of memory");
		if (function->dumped)
			function->error = -EINVAL;
		else
			function->dumped = dumped;
	}
	return find_pfs(host, why);
}

static int check(struct function *function, struct why *why)
{
	const char *name = function->host->name;

	if (!function->dumped)
		return because(why, -ENODEV,
			       "%s: this function isn't in the dump, or its config space isn't",
			       name);
	if (function->error)
		return because(
			why, -EINVAL,
			"%s: this function is in the dump more than once: remove all but one",
			name);
	return 0;
}

static unsigned int rid_of(const struct bdf *bdf)
{
	return (unsigned int)bdf->bus << 8 | (unsigned int)bdf->device << 3 | bdf->function;
}

/* The n-th VF is First VF Offset and n VF Strides behind its PF. */
static bool is_pf_of(const struct function *pf, const struct bdf *vf)
{
	const uint8_t *sriov = find_sriov(pf->dumped);
	unsigned int stride = get16(sriov + PCI_SRIOV_VF_STRIDE);
	unsigned int distance = rid_of(vf) - rid_of(&pf->pci.bdf);

	if (pf->pci.bdf.domain != vf->domain || distance < get16(sriov + PCI_SRIOV_VF_OFFSET))
		return false;
	distance -= get16(sriov + PCI_SRIOV_VF_OFFSET);
	if (!distance)
		return true;
	return stride && distance % stride == 0 && distance / stride < count_vfs(sriov);
}

static const struct function *find_pf(const struct function *vf)
{
	const struct host *host = vf->host;

	for (size_t i = 0; i < host->dumped_pf_count; i++)
		if (is_pf_of(host->dumped_pfs[i], &vf->pci.bdf))
			return host->dumped_pfs[i];
	return NULL;
}

static void take_ids(struct pci_function *pci, const struct config_space *space)
{
	const uint8_t *config = space->config;

	if (!space->size || config_space_is_absent(space))
		return;
	pci->has_class = true;
	pci->class = (uint32_t)(config[PCI_CLASS_DEVICE + 1] << 16 | config[PCI_CLASS_DEVICE] << 8 |
				config[PCI_CLASS_PROG]);
	pci->is_bridge = (config[PCI_HEADER_TYPE] & 0x7f) != PCI_HEADER_TYPE_NORMAL;
	pci->subsystem_vendor = space->device.subsystem_vendor;
	pci->subsystem_device = space->device.subsystem_device;
	if (!config_space_has_ids(space))
		return;
	pci->vendor = space->device.vendor;
	pci->device = space->device.device;
}

/* A VF is recognised by its place behind a PF, or else by its vendor ID, which is all ones. */
static void identify(struct function *function)
{
	struct pci_function *pci = &function->pci;
	const uint8_t *sriov = find_sriov(function->dumped);
	const struct function *pf = find_pf(function);
	struct config_space space;

	config_space_take(function->dumped, &space);
	take_ids(pci, &space);
	if (pf)
		pci->pf = pf->pci.bdf;
	if (pf || space.device.kind == VPASID_FUNCTION_VF) {
		pci->kind = PCI_KIND_VF;
	} else if (sriov) {
		pci->kind = PCI_KIND_PF;
		pci->num_vfs = count_vfs(sriov);
		pci->total_vfs = get16(sriov + PCI_SRIOV_TOTAL_VF);
	}
	if (pci->kind == PCI_KIND_VF && !pf)
		function->path_why =
			host_text(function->host,
				  "%s is a VF, and its PF isn't in the dump: dump the whole "
				  "machine",
				  pci->bdf.text);
}

static bool is_bridge_to(const struct dump_function *bridge, const struct bdf *bdf)
{
	const uint8_t *config = bridge->config;

	return bridge->size && bridge->bdf.domain == bdf->domain &&
	       (config[PCI_HEADER_TYPE] & 0x7f) == PCI_HEADER_TYPE_BRIDGE &&
	       bridge->bdf.bus < config[PCI_SECONDARY_BUS] &&
	       config[PCI_SECONDARY_BUS] <= bdf->bus && config[PCI_SUBORDINATE_BUS] >= bdf->bus;
}

/* The nearest of the bridges that lead to a function's bus. */
static const struct dump_function *find_above(const struct dump *dump, const struct bdf *bdf)
{
	const struct dump_function *above = NULL;

	for (size_t i = 0; i < dump->count; i++) {
		const struct dump_function *bridge = &dump->functions[i];

		if (is_bridge_to(bridge, bdf) &&
		    (!above ||
		     bridge->config[PCI_SECONDARY_BUS] > above->config[PCI_SECONDARY_BUS]))
			above = bridge;
	}
	return above;
}

/* Bus 0 is a root bus; and functions of these types are only on root buses. */
static bool is_on_root_bus(const struct dump_function *dumped)
{
	int at = vpasid_conventional_find(dumped->config, dumped->size, PCI_CAP_ID_EXP);
	unsigned int type;

	if (!dumped->bdf.bus || at <= 0)
		return !dumped->bdf.bus;
	type = (get16(dumped->config + at + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE) >> 4;
	return type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_RC_END ||
	       type == PCI_EXP_TYPE_RC_EC;
}

static int find_ports(struct function *function, struct bdf *ports, size_t max)
{
	const struct dump_function *at = function->dumped, *above;
	struct host *host = function->host;
	size_t count = 0;

	while ((above = find_above(&host->dump, &at->bdf))) {
		if (count == max) {
			function->path_why =
				host_text(host, "the dump has more than %zu ports above %s", max,
					  function->pci.bdf.text);
			return (int)count;
		}
		ports[count++] = above->bdf;
		at = above;
	}
	if (!is_on_root_bus(at))
		function->path_why = host_text(
			host, "the port above %s isn't in the dump: dump the whole machine",
			at->bdf.text);
	return (int)count;
}

static void read_config(struct function *function)
{
	struct vpasid_device *device = &function->config->device;

	config_space_take(function->dumped, function->config);
	if (function->pci.kind == PCI_KIND_VF)
		device->kind = VPASID_FUNCTION_VF;
}

/* Nothing sleeps in a dump. */
static bool wakes(struct function *function)
{
	(void)function;
	return false;
}

/* A dump has nothing of what the operating system knows. */
static void read_nothing(struct function *function)
{
	(void)function;
}

const struct source source_dump = {
	.find_functions = find_functions,
	.check = check,
	.identify = identify,
	.find_vfs = read_nothing,
	.find_ports = find_ports,
	.wakes = wakes,
	.read_config = read_config,
	.read_iommu = read_nothing,
	.read_sysfs = read_nothing,
	.read_vfio = read_nothing,
	.read_vfio_pasid = read_nothing,
};
