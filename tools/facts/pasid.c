// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>

#include <vpasid/info.h>

#include "facts/pasid.h"
#include "support/sysfs.h"

const char *pasid_state_name(enum pasid_state state)
{
	static const char *const names[PASID_STATES] = {
		[PASID_NONE] = "none",	   [PASID_OFF] = "off",		[PASID_ENABLED] = "enabled",
		[PASID_ASLEEP] = "asleep", [PASID_UNKNOWN] = "unknown",
	};

	return names[state];
}

const struct capability *pasid_registers(const struct function *function)
{
	const struct function *holder = function->holder;

	return holder && holder->pasid.there == FACT_YES ? &holder->pasid : NULL;
}

enum pasid_state pasid_state(const struct function *function)
{
	const struct function *holder = function->holder;

	if (!holder)
		return PASID_UNKNOWN;
	if (holder->is_asleep)
		return PASID_ASLEEP;
	switch (holder->pasid.there) {
	case FACT_NO:
		return PASID_NONE;
	case FACT_YES:
		return holder->pasid.control & PCI_PASID_CTRL_ENABLE ? PASID_ENABLED : PASID_OFF;
	default:
		return PASID_UNKNOWN;
	}
}

int pasid_error(const struct function *function)
{
	const struct function *holder = function->holder;

	if (pasid_state(function) != PASID_UNKNOWN)
		return 0;
	return holder && holder->pasid_error ? holder->pasid_error : -ENOENT;
}

const char *pasid_error_text(const struct function *function)
{
	switch (pasid_error(function)) {
	case 0:
		return "";
	case -EIO:
		return "it doesn't respond";
	case -EPROTO:
		return "the chain of its extended capabilities is broken";
	case -ENODATA:
		return "its PASID capability is cut off by the end of config space";
	case -ENXIO:
		return "the dump has fewer than 4096 bytes of it: recreate it by `lspci -xxxx` "
		       "as root";
	default:
		return function->holder ? sysfs_strerror(pasid_error(function))
					: "its PF is unknown";
	}
}

/* PCIe r6.0, 7.8.9.2: Max PASID Width */
unsigned int pasid_raw_width(const struct capability *pasid)
{
	return pasid->capability >> 8 & 0x1f;
}

bool pasid_width(const struct function *function, unsigned int *width)
{
	const struct capability *pasid = pasid_registers(function);

	*width = pasid ? pasid_raw_width(pasid) : 0;
	return pasid && *width <= VPASID_MAX_WIDTH;
}

bool pasid_iommu_width(const struct function *function, unsigned int *width)
{
	const struct iommu *iommu = function->iommu;

	*width = iommu ? iommu->width : 0;
	return iommu && iommu->has_registers;
}

enum fact pasid_iommu_attaches(const struct iommu *iommu, const char *release)
{
	if (iommu->kind != IOMMU_AMD)
		return FACT_YES;
	return kernel_since(release, 7, 4) == FACT_NO ? FACT_NO : FACT_UNKNOWN;
}

enum fact pasid_attaches(const struct function *function)
{
	if (!function->iommu || function->iommu->kind != IOMMU_AMD)
		return FACT_YES;
	return pasid_iommu_attaches(function->iommu, host_release(function->host));
}

bool pasid_usable_width(const struct function *function, unsigned int *width)
{
	enum pasid_state state = pasid_state(function);
	unsigned int own, iommu;
	bool has_own, has_iommu;
	enum fact attaches;

	*width = 0;
	if (state != PASID_ENABLED)
		return state == PASID_OFF;
	has_own = pasid_width(function, &own);
	has_iommu = pasid_iommu_width(function, &iommu);
	/* If one is 0 the result is 0, even if the other isn't known. */
	if ((has_own && !own) || (has_iommu && !iommu))
		return true;
	attaches = pasid_attaches(function);
	if (attaches != FACT_YES || !has_own || !has_iommu)
		return attaches == FACT_NO;
	*width = own < iommu ? own : iommu;
	return true;
}
