// SPDX-License-Identifier: GPL-2.0-or-later
/* The functions of a dump. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "list/inventory.h"
#include "pci/config_space.h"

static uint16_t word(const uint8_t *config, unsigned int offset)
{
	return (uint16_t)(config[offset] | config[offset + 1] << 8);
}

static void take_layout(struct inventory_function *function, const struct config_source *source,
			const struct vpasid_layout *layout)
{
	const struct vpasid_span *pasid = vpasid_layout_find(layout, VPASID_EXT_CAP_PASID);

	if (!pasid || pasid->offset > VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH) {
		function->state = PASID_NONE;
		return;
	}
	function->capability = word(source->config, pasid->offset + PCI_PASID_CAP);
	function->control = word(source->config, pasid->offset + PCI_PASID_CTRL);
	function->state = function->control & PCI_PASID_CTRL_ENABLE ? PASID_ENABLED : PASID_OFF;
}

/* A VF is known by its vendor ID; whose it is isn't. */
static void take_source(struct inventory_function *function, const struct config_source *source)
{
	struct vpasid_layout layout;
	int ret;

	function->bdf = source->bdf;
	function->driver = "";
	function->is_vf = source->device.kind == VPASID_FUNCTION_VF;
	if (config_source_has_ids(source)) {
		function->vendor = source->device.vendor;
		function->device = source->device.device;
	}
	function->class = source->config[PCI_CLASS_DEVICE + 1] << 16 |
			  source->config[PCI_CLASS_DEVICE] << 8 | source->config[PCI_CLASS_PROG];
	ret = source->error;
	if (!ret)
		ret = vpasid_layout_read(source->config, source->size, &layout);
	if (ret >= 0 && !function->is_vf) {
		function->is_pf = vpasid_layout_find(&layout, PCI_EXT_CAP_ID_SRIOV);
		take_layout(function, source, &layout);
		return;
	}
	function->state = PASID_UNKNOWN;
	function->error = ret < 0 ? ret : -ENOENT;
}

int inventory_from_dump(const struct config_sources *sources, struct inventory *inventory,
			struct why *why)
{
	*inventory = (struct inventory){ .is_dump = true };
	inventory->functions = calloc(sources->count, sizeof(*inventory->functions));
	if (!inventory->functions && sources->count)
		return because(why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < sources->count; i++)
		take_source(&inventory->functions[i], &sources->functions[i]);
	inventory->count = sources->count;
	return 0;
}
