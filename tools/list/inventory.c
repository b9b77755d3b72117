// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/info.h>

#include "list/inventory.h"

const char *pasid_state_name(enum pasid_state state)
{
	static const char *const names[PASID_STATES] = {
		[PASID_NONE] = "none",	   [PASID_OFF] = "off",		[PASID_ENABLED] = "enabled",
		[PASID_ASLEEP] = "asleep", [PASID_UNKNOWN] = "unknown",
	};

	return names[state];
}

const char *inventory_kind_name(const struct inventory_function *function)
{
	if (function->is_vf)
		return "vf";
	return function->is_pf ? "pf" : "function";
}

/* PCIe r6.0, 7.8.9.2: Max PASID Width */
unsigned int inventory_width(const struct inventory_function *function)
{
	unsigned int width = function->capability >> 8 & 0x1f;

	return width < VPASID_MAX_WIDTH ? width : VPASID_MAX_WIDTH;
}

unsigned int inventory_iommu_width(const struct inventory_function *function)
{
	return inventory_is_iommu_known(function) ? function->iommu->max_width : 0;
}

unsigned int inventory_usable_width(const struct inventory_function *function)
{
	unsigned int width = inventory_width(function);

	if (function->state != PASID_ENABLED)
		return 0;
	if (inventory_is_iommu_known(function) && inventory_iommu_width(function) < width)
		return inventory_iommu_width(function);
	return width;
}

bool inventory_has_registers(const struct inventory_function *function)
{
	return function->state == PASID_ENABLED || function->state == PASID_OFF;
}

bool inventory_is_iommu_known(const struct inventory_function *function)
{
	return function->iommu && function->iommu->is_known;
}

bool inventory_is_usable_known(const struct inventory_function *function)
{
	return function->state == PASID_OFF ||
	       (function->state == PASID_ENABLED && inventory_is_iommu_known(function));
}

void inventory_free(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->driver_count; i++)
		free(inventory->drivers[i]);
	for (size_t i = 0; i < inventory->iommu_count; i++)
		free(inventory->iommus[i]);
	free(inventory->drivers);
	free(inventory->iommus);
	free(inventory->functions);
	*inventory = (struct inventory){ 0 };
}
