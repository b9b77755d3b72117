// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <string.h>

#include <vpasid/info.h>

_Static_assert(sizeof(struct vpasid_info) == 32, "the size is ABI");

unsigned int vpasid_info_usable_width(const struct vpasid_info *info)
{
	if (info->attach_refused)
		return 0;
	if ((info->known & VPASID_KNOWN_IOMMU_WIDTH) && info->iommu_width < info->width)
		return info->iommu_width;

	return info->width;
}

/* The permissions are the same bits in both registers. */
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

	info->width = (uint8_t)width;
	info->capabilities = permissions(capability);
	info->enabled = permissions(control) & info->capabilities;
	return 0;
}

/* Without PASID, permissions mean nothing; while PASID is off, no kernel reports them. */
static bool both_know_permissions(const struct vpasid_info *function,
				  const struct vpasid_info *iommufd)
{
	return function->width && iommufd->width && (iommufd->known & VPASID_KNOWN_ENABLED);
}

/* What two answers disagree about that don't both say that there is no PASID. */
static uint8_t differences(const struct vpasid_info *function, const struct vpasid_info *iommufd)
{
	uint8_t differs = 0;

	if (function->width && iommufd->width > function->width)
		differs |= VPASID_DIFFERS_WIDTH;
	if (both_know_permissions(function, iommufd) &&
	    ((function->known & VPASID_KNOWN_ENABLED) ? function->enabled != iommufd->enabled
						      : iommufd->enabled & ~function->capabilities))
		differs |= VPASID_DIFFERS_ENABLED;
	if ((function->known & VPASID_KNOWN_IOMMU_WIDTH) && function->iommu_width != iommufd->width)
		differs |= VPASID_DIFFERS_IOMMU_WIDTH;
	return differs;
}

/* Adds what only iommufd knows to @info, the function's own answer. */
static void add(const struct vpasid_info *iommufd, struct vpasid_info *info)
{
	info->differs = differences(info, iommufd);
	if (both_know_permissions(info, iommufd)) {
		info->enabled =
			iommufd->enabled &
			(info->known & VPASID_KNOWN_ENABLED ? info->enabled : info->capabilities);
		info->known |= VPASID_KNOWN_ENABLED;
	}
	if (!(info->known & VPASID_KNOWN_IOMMU_WIDTH) || iommufd->width < info->iommu_width)
		info->iommu_width = iommufd->width;
	info->known |= VPASID_KNOWN_IOMMU_WIDTH;
}

void vpasid_info_combine(const struct vpasid_info *function, const struct vpasid_info *iommufd,
			 struct vpasid_info *info)
{
	struct vpasid_info answer = *function;

	if (function->source == VPASID_SOURCE_NONE || iommufd->source == VPASID_SOURCE_NONE) {
		*info = function->source == VPASID_SOURCE_NONE ? *iommufd : *function;
		return;
	}

	/* Two zeros may mean that the function has no PASID, and so nothing of the IOMMU. */
	if (function->width || iommufd->width)
		add(iommufd, &answer);
	answer.second = iommufd->source;
	answer.ats_refused = iommufd->ats_refused;
	*info = answer;
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
	case VPASID_SOURCE_IOMMUFD:
		return "iommufd";
	default:
		return "unknown";
	}
}
