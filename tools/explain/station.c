// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "explain/station.h"

static enum station_kind kind_of(const struct link *link)
{
	switch (link->what) {
	case LINK_KERNEL:
	case NEED_SVA_KERNEL:
		return STATION_KERNEL;
	case LINK_IOMMU:
	case LINK_IOMMU_MODE:
	case LINK_IOMMU_PASID:
	case LINK_ATTACH:
	case NEED_SVA_IOMMU:
	case NEED_GROUP_PASID:
		return STATION_IOMMU;
	case LINK_TLP_PREFIX:
	case LINK_ACS:
		return *link->bdf.text ? STATION_PORT : STATION_PORTS;
	case LINK_CAPABILITY:
	case LINK_ENABLED:
	case NEED_ATS:
	case NEED_PRI:
		return STATION_FUNCTION;
	case NEED_DENYLIST:
	case NEED_VFIO:
	case NEED_REPORT:
	case NEED_VFIO_ATTACH:
	case NEED_GROUP:
		return STATION_VFIO;
	case NEED_QEMU_IOMMUFD:
	case NEED_QEMU_KERNEL:
	case NEED_QEMU_NESTING:
	case NEED_QEMU_PASID_BITS:
	case NEED_QEMU_AW_BITS:
	case NEED_QEMU_FS1GP:
	case NEED_QEMU_BUS:
	case NEED_QEMU_VF_TOKEN:
		return STATION_VMM;
	case NEED_VIOMMU:
	case NEED_VIOMMU_SVA:
	case NEED_SHARED_QUEUES:
		return STATION_GUEST;
	case NEED_DRIVER:
	case NEED_WORK_QUEUES:
		return STATION_DRIVER;
	case NEED_ENQCMD:
		return STATION_PROCESS;
	}
	return STATION_KERNEL;
}

static const struct function *holder_of(const struct function *function)
{
	return function->holder ? function->holder : function;
}

bool station_has(const struct station *station, const struct function *function,
		 const struct link *link)
{
	enum station_kind kind = kind_of(link);

	if (kind == STATION_PORT && !strcmp(link->bdf.text, holder_of(function)->pci.bdf.text))
		kind = STATION_FUNCTION;
	if (kind != station->kind)
		return false;
	return kind != STATION_PORT || !strcmp(link->bdf.text, station->hop->pci.bdf.text);
}

const struct link *station_link(const struct chain *chain, size_t number)
{
	if (number < chain->link_count)
		return &chain->links[number];
	number -= chain->link_count;
	return number < chain->need_count ? &chain->needs[number] : NULL;
}

static bool has_any(const struct station *station, const struct function *function,
		    const struct chain *chain)
{
	const struct link *link;

	for (size_t i = 0; (link = station_link(chain, i)); i++)
		if (station_has(station, function, link))
			return true;
	return false;
}

size_t stations_find(const struct function *function, const struct chain *chain,
		     struct station stations[STATIONS_MAX])
{
	const struct function *holder = holder_of(function);
	size_t count = 0;

	for (enum station_kind kind = 0; kind < STATION_PORT; kind++) {
		stations[count] = (struct station){ .kind = kind };
		count += has_any(&stations[count], function, chain);
	}
	for (size_t i = holder->hop_count; i > 1; i--)
		stations[count++] = (struct station){ STATION_PORT, holder->hops[i - 1] };
	stations[count++] = (struct station){ STATION_FUNCTION, holder };
	if (holder != function)
		stations[count++] = (struct station){ STATION_VF, function };
	return count;
}

void station_describe(const struct station *station, const struct function *function, char *text,
		      size_t size)
{
	static const char *const names[] = {
		[STATION_GUEST] = "The guest",
		[STATION_VMM] = "QEMU",
		[STATION_VFIO] = "VFIO",
		[STATION_PROCESS] = "The process",
		[STATION_DRIVER] = "The device's driver",
		[STATION_KERNEL] = "Kernel",
		[STATION_IOMMU] = "IOMMU",
		[STATION_PORTS] = "The ports above it",
	};
	static const char *const kinds[] = {
		[PCI_KIND_FUNCTION] = "Function",
		[PCI_KIND_PF] = "PF",
		[PCI_KIND_VF] = "VF",
	};
	const struct function *hop = station->hop;

	switch (station->kind) {
	case STATION_PORT:
		snprintf(text, size, "%s %s", function_type_name(hop), hop->pci.bdf.text);
		*text = (char)toupper((unsigned char)*text);
		break;
	case STATION_FUNCTION:
	case STATION_VF:
		snprintf(text, size, "%s %s%s", hop == function ? kinds[hop->pci.kind] : "PF",
			 hop->pci.bdf.text, hop == function ? "" : ", whose PASID the VF uses");
		break;
	case STATION_IOMMU:
		snprintf(text, size, "IOMMU%s%s", function->iommu ? " " : "",
			 function->iommu ? function->iommu->name : "");
		break;
	default:
		snprintf(text, size, "%s", names[station->kind]);
	}
}

enum explain_verdict station_verdict(const struct station *station, const struct function *function,
				     const struct chain *chain)
{
	static const int badness[] = {
		[EXPLAIN_NA] = 0,
		[EXPLAIN_OK] = 1,
		[EXPLAIN_UNKNOWN] = 2,
		[EXPLAIN_BROKEN] = 3,
	};
	enum explain_verdict worst = EXPLAIN_NA;
	const struct link *link;

	for (size_t i = 0; (link = station_link(chain, i)); i++)
		if (station_has(station, function, link) && explain_is_needed(link) &&
		    badness[link->verdict] > badness[worst])
			worst = link->verdict;
	return worst;
}
