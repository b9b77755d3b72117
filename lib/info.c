// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/info.h>

_Static_assert(sizeof(struct vpasid_info) == 16, "the size is ABI");

unsigned int vpasid_info_usable_width(const struct vpasid_info *info)
{
	if ((info->known & VPASID_KNOWN_IOMMU_WIDTH) && info->iommu_width < info->width)
		return info->iommu_width;

	return info->width;
}

/* The permission bits are in the same places of both registers. */
static uint16_t permissions(uint16_t reg)
{
	return (reg & PCI_PASID_CAP_EXEC ? VPASID_CAP_EXEC : 0) |
	       (reg & PCI_PASID_CAP_PRIV ? VPASID_CAP_PRIV : 0);
}

int vpasid_info_from_registers(uint16_t capability, uint16_t control, struct vpasid_info *info)
{
	unsigned int width = capability >> 8 & 0x1f;

	memset(info, 0, sizeof(*info));

	if (capability == 0xffff && control == 0xffff)
		return -EIO;
	if (width > VPASID_MAX_WIDTH)
		return -EPROTO;

	info->source = VPASID_SOURCE_REGISTERS;
	info->known = VPASID_KNOWN_ENABLED;
	if (!width || !(control & PCI_PASID_CTRL_ENABLE))
		return 0;

	info->width = width;
	info->capabilities = permissions(capability);
	info->enabled = permissions(control) & info->capabilities;
	return 0;
}

const char *vpasid_source_name(unsigned int source)
{
	switch (source) {
	case VPASID_SOURCE_NONE:
		return "none";
	case VPASID_SOURCE_VFIO_FEATURE:
		return "vfio-feature";
	case VPASID_SOURCE_VFIO_FEATURE_11:
		return "vfio-feature-11";
	case VPASID_SOURCE_REGISTERS:
		return "registers";
	default:
		return "unknown";
	}
}
