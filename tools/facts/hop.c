// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "facts/hop.h"

#define HEADER_MULTIFUNCTION 0x80
#define NOT_THERE	     0xffff

/* By the specification, capabilities overlap nowhere: so many fit. */
#define MAX_CAPABILITIES ((PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF) / 4)

static uint16_t get_word(const struct config_source *source, size_t offset)
{
	return (uint16_t)(source->config[offset] | source->config[offset + 1] << 8);
}

static uint32_t get_dword(const struct config_source *source, size_t offset)
{
	return get_word(source, offset) | (uint32_t)get_word(source, offset + 2) << 16;
}

/* Its offset, or 0. A chain that loops ends. */
static uint8_t find_conventional(const struct config_source *source, uint8_t id)
{
	size_t at = source->config[PCI_CAPABILITY_LIST] & ~3u;

	if (!(get_word(source, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	for (int i = 0; i < MAX_CAPABILITIES && at >= PCI_STD_HEADER_SIZEOF; i++) {
		if (source->config[at] == id)
			return (uint8_t)at;
		if (source->config[at] == UINT8_MAX)
			return 0;
		at = source->config[at + 1] & ~3u;
	}
	return 0;
}

/* Before version 2 of the capability there is no such register. */
static void take_pcie(const struct config_source *source, struct explain_hop *hop)
{
	uint8_t at = find_conventional(source, PCI_CAP_ID_EXP);
	uint16_t flags;

	hop->is_pcie = at ? FACT_YES : FACT_NO;
	hop->tlp_prefix = FACT_NO;
	if (!at)
		return;
	flags = get_word(source, at + PCI_EXP_FLAGS);
	hop->type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
	if ((flags & PCI_EXP_FLAGS_VERS) < 2 ||
	    at + PCI_EXP_DEVCAP2 + 4 > VPASID_CONFIG_CONVENTIONAL)
		return;
	hop->devcap2 = at + PCI_EXP_DEVCAP2;
	if (get_word(source, hop->devcap2 + 2) & PCI_EXP_DEVCAP2_EE_PREFIX >> 16)
		hop->tlp_prefix = FACT_YES;
}

/* ACS, ATS and PASID have their two registers in the same places. */
static void take_extended(const struct config_source *source, const struct vpasid_layout *layout,
			  uint16_t id, struct explain_capability *capability)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, id);

	if (!span || span->offset + 8u > source->size) {
		capability->there = layout->broken || span ? FACT_UNKNOWN : FACT_NO;
		return;
	}
	capability->there = FACT_YES;
	capability->offset = span->offset;
	capability->capability = get_word(source, span->offset + 4);
	capability->control = get_word(source, span->offset + 6);
}

static void take_pri(const struct config_source *source, const struct vpasid_layout *layout,
		     struct explain_pri *pri)
{
	struct explain_capability capability = { 0 };
	const struct vpasid_span *span = vpasid_layout_find(layout, PCI_EXT_CAP_ID_PRI);

	take_extended(source, layout, PCI_EXT_CAP_ID_PRI, &capability);
	pri->there = capability.there;
	if (pri->there != FACT_YES)
		return;
	if (span->offset + PCI_EXT_CAP_PRI_SIZEOF > (int)source->size) {
		pri->there = FACT_UNKNOWN;
		return;
	}
	pri->offset = span->offset;
	pri->control = capability.capability;
	pri->status = capability.control;
	pri->capacity = get_dword(source, span->offset + PCI_PRI_MAX_REQ);
	pri->allocation = get_dword(source, span->offset + PCI_PRI_ALLOC_REQ);
}

/* Where there is no extended config space, for the kernel neither, there is nothing in it. */
static bool is_whole(const struct config_source *source, const struct explain_hop *hop)
{
	return source->size == VPASID_CONFIG_SIZE || hop->is_pcie == FACT_NO ||
	       (source->sysfs && source->error == -ENXIO);
}

static void take_capabilities(const struct config_source *source, struct explain_hop *hop)
{
	struct vpasid_layout layout;

	if (!is_whole(source, hop))
		return;
	if (vpasid_layout_read(source->config, source->size, &layout) < 0)
		return;
	take_extended(source, &layout, PCI_EXT_CAP_ID_ACS, &hop->acs);
	take_extended(source, &layout, PCI_EXT_CAP_ID_PASID, &hop->pasid);
	take_extended(source, &layout, PCI_EXT_CAP_ID_ATS, &hop->ats);
	take_pri(source, &layout, &hop->pri);
}

/* The kernel says so, too, of each function that isn't the first of its device. */
static enum fact is_multifunction(const struct config_source *source, bool behind_link)
{
	if (source->bdf.function || (behind_link && source->bdf.device))
		return FACT_YES;
	if (!source->size)
		return FACT_UNKNOWN;
	return source->config[PCI_HEADER_TYPE] & HEADER_MULTIFUNCTION ? FACT_YES : FACT_NO;
}

/* A VF's vendor ID is all ones, its command register isn't. */
static bool is_absent(const struct config_source *source)
{
	return get_word(source, PCI_VENDOR_ID) == NOT_THERE &&
	       get_word(source, PCI_COMMAND) == NOT_THERE;
}

void explain_hop_take(const struct config_source *source, bool behind_link, struct explain_hop *hop)
{
	*hop = (struct explain_hop){
		.bdf = source->bdf,
		.vendor = source->device.vendor,
		.device = source->device.device,
		.revision = source->device.revision,
		.size = source->size,
		.why = source->why,
	};
	if (source->size && is_absent(source)) {
		hop->size = 0;
		because(&hop->why, 0, "it doesn't answer: it is asleep, or gone");
		return;
	}
	hop->multifunction = is_multifunction(source, behind_link);
	if (source->size < VPASID_CONFIG_CONVENTIONAL)
		return;
	take_pcie(source, hop);
	take_capabilities(source, hop);
}

const char *explain_type_name(const struct explain_hop *hop)
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

	if (hop->is_pcie != FACT_YES)
		return "conventional PCI function";
	if (hop->type >= sizeof(names) / sizeof(names[0]) || !names[hop->type])
		return "function of a reserved type";
	return names[hop->type];
}

const char *explain_hop_why(const struct explain_hop *hop)
{
	if (*hop->why.text)
		return hop->why.text;
	return "its capabilities can't be followed to the end: the chain is broken";
}
