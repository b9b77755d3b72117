// SPDX-License-Identifier: GPL-2.0-or-later
/* The registers of a function that PASID depends on. */
#include <errno.h>
#include <linux/pci_regs.h>

#include "facts/source.h"
#include "support/bytes.h"

#define HEADER_MULTIFUNCTION 0x80

/*
 * Where the list of capabilities breaks off, the kernel finds no PCIe capability, and treats
 * the function as a conventional one. Device Capabilities 2 came with the capability's
 * version 2.
 */
static void take_pcie(const struct config_space *space, struct function *function)
{
	int at = vpasid_conventional_find(space->config, space->size, PCI_CAP_ID_EXP);
	uint16_t flags;

	function->is_pcie = fact_of(at > 0);
	function->tlp_prefix = FACT_NO;
	if (at <= 0)
		return;
	flags = get16(space->config + at + PCI_EXP_FLAGS);
	function->type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
	if ((flags & PCI_EXP_FLAGS_VERS) < 2 ||
	    at + PCI_EXP_DEVCAP2 + 4 > VPASID_CONFIG_CONVENTIONAL)
		return;
	function->devcap2 = (uint16_t)(at + PCI_EXP_DEVCAP2);
	if (get32(space->config + function->devcap2) & PCI_EXP_DEVCAP2_EE_PREFIX)
		function->tlp_prefix = FACT_YES;
}

/* ACS, ATS and PASID have their two registers in the same places. */
static void take_capability(const struct config_space *space, const struct vpasid_layout *layout,
			    uint16_t id, struct capability *capability)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, id);

	if (!span || span->offset + 8u > space->size) {
		capability->there = layout->broken || span ? FACT_UNKNOWN : FACT_NO;
		return;
	}
	capability->there = FACT_YES;
	capability->offset = span->offset;
	capability->capability = get16(space->config + span->offset + 4);
	capability->control = get16(space->config + span->offset + 6);
}

static void take_pri(const struct config_space *space, const struct vpasid_layout *layout,
		     struct pri *pri)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, PCI_EXT_CAP_ID_PRI);
	const uint8_t *registers;

	if (!span || (size_t)span->offset + PCI_EXT_CAP_PRI_SIZEOF > space->size) {
		pri->there = layout->broken || span ? FACT_UNKNOWN : FACT_NO;
		return;
	}
	registers = space->config + span->offset;
	*pri = (struct pri){
		.there = FACT_YES,
		.offset = span->offset,
		.control = get16(registers + PCI_PRI_CTRL),
		.status = get16(registers + PCI_PRI_STATUS),
		.capacity = get32(registers + PCI_PRI_MAX_REQ),
		.allocation = get32(registers + PCI_PRI_ALLOC_REQ),
	};
}

/* If config space ends early, the error says whether the rest couldn't be read. */
static int read_config(void *opaque, uint16_t offset, uint32_t *value)
{
	const struct config_space *space = opaque;

	if (offset + sizeof(*value) > space->size)
		return space->error && space->error != -ENXIO ? space->error : -ENODATA;
	*value = get32(space->config + offset);
	return 0;
}

/* Conventional functions have no extended space; nor has one where the kernel finds none. */
static bool has_no_extended(const struct function *function)
{
	const struct config_space *space = function->config;

	return space->size == VPASID_CONFIG_CONVENTIONAL && space->error == -ENXIO &&
	       (!space->is_dumped || function->is_pcie == FACT_NO);
}

static void take_extended(struct function *function)
{
	struct config_space *space = function->config;
	struct vpasid_layout layout;

	if (space->size <= VPASID_CONFIG_CONVENTIONAL && !has_no_extended(function)) {
		function->pasid_error = space->error;
		return;
	}
	function_find_pasid(function, read_config, space);
	if (vpasid_layout_read(space->config, space->size, &layout) < 0)
		return;
	take_capability(space, &layout, PCI_EXT_CAP_ID_ACS, &function->acs);
	take_capability(space, &layout, PCI_EXT_CAP_ID_ATS, &function->ats);
	take_pri(space, &layout, &function->pri);
}

/* Like the kernel, this counts all functions but a device's first as multifunction. */
static enum fact is_multifunction(const struct function *function)
{
	const struct bdf *bdf = &function->pci.bdf;

	/* A link leads to one device: with ARI, what looks like others are its functions. */
	if (bdf->function || (function->hop_count > 1 && bdf->device))
		return FACT_YES;
	if (!function->size)
		return FACT_UNKNOWN;
	return fact_of(function->config->config[PCI_HEADER_TYPE] & HEADER_MULTIFUNCTION);
}

void function_take_registers(struct function *function)
{
	const struct config_space *space = function->config;

	function->size = space->size;
	if (!*function->why)
		function->why = space->why.text;
	function->revision = space->device.revision;
	if (config_space_is_absent(space)) {
		function->size = 0;
		function->pasid_error = -EIO;
		function->why = "it doesn't respond: it is asleep, or has been removed";
		return;
	}
	function->multifunction = is_multifunction(function);
	if (function->size < VPASID_CONFIG_CONVENTIONAL) {
		if (!function->pasid_error)
			function->pasid_error = space->error;
		return;
	}
	take_pcie(space, function);
	take_extended(function);
}

void function_find_pasid(struct function *function, vpasid_read_dword *read, void *opaque)
{
	struct capability *pasid = &function->pasid;
	int offset = vpasid_ext_cap_find(read, opaque, PCI_EXT_CAP_ID_PASID);
	uint32_t registers = 0;
	int ret = offset;

	if (!offset)
		pasid->there = FACT_NO;
	if (offset > 0 && offset + PCI_EXT_CAP_PASID_SIZEOF > PCI_CFG_SPACE_EXP_SIZE)
		ret = -ENODATA;
	else if (offset > 0)
		ret = read(opaque, (uint16_t)(offset + PCI_PASID_CAP), &registers);
	if (ret < 0) {
		function->pasid_error = ret;
		return;
	}
	if (!offset)
		return;
	if (registers == UINT32_MAX) {
		function->pasid_error = -EIO;
		return;
	}
	*pasid = (struct capability){
		.there = FACT_YES,
		.offset = (uint16_t)offset,
		.capability = registers & 0xffff,
		.control = (uint16_t)(registers >> 16),
	};
}

const char *function_type_name(const struct function *function)
{
	static const char *const names[] = {
		[PCI_EXP_TYPE_ENDPOINT] = "endpoint",
		[PCI_EXP_TYPE_LEG_END] = "legacy endpoint",
		[PCI_EXP_TYPE_ROOT_PORT] = "root port",
		[PCI_EXP_TYPE_UPSTREAM] = "switch's upstream port",
		[PCI_EXP_TYPE_DOWNSTREAM] = "switch's downstream port",
		[PCI_EXP_TYPE_PCI_BRIDGE] = "PCIe to PCI bridge",
		[PCI_EXP_TYPE_PCIE_BRIDGE] = "PCI to PCIe bridge",
		[PCI_EXP_TYPE_RC_END] = "root complex integrated endpoint",
		[PCI_EXP_TYPE_RC_EC] = "root complex event collector",
	};

	if (function->is_pcie != FACT_YES)
		return "conventional PCI function";
	if (function->type >= sizeof(names) / sizeof(names[0]) || !names[function->type])
		return "function of a reserved type";
	return names[function->type];
}

const char *function_why(const struct function *function)
{
	if (*function->why)
		return function->why;
	return "its capabilities can't be followed to the end: the chain is broken";
}

bool function_has_ids(const struct function *function)
{
	const struct pci_function *pci = &function->pci;

	return pci->vendor && pci->vendor != UINT16_MAX && pci->device != UINT16_MAX;
}
