// SPDX-License-Identifier: GPL-2.0-or-later
/* What a VMM needs beyond what the host has enabled. */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "explain/link.h"

#define OUR_DRIVER "pasid_vfio_pci"

static struct explain_link *add_need(struct explain_chain *chain, const char *name)
{
	struct explain_link *need = &chain->needs[chain->need_count++];

	*need = (struct explain_link){ .name = name };
	return need;
}

static void judge_driver(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_vfio *vfio = &facts->vfio;
	struct explain_link *need = add_need(chain, "vfio");

	if (vfio->on_vfio) {
		explain_ok(need, "bound to %s", vfio->driver);
		return;
	}
	explain_broken(need,
		       *vfio->driver ? "bound to %s, which is no VFIO driver"
				     : "%sbound to no driver",
		       vfio->driver);
	explain_todo(need, "vpasid bind %s", facts->bdf.text);
}

/* That iommufd tells of PASID came with 6.15, and to the long-term 6.12 with its release 32. */
static enum fact iommufd_reports(const struct explain_kernel *kernel)
{
	unsigned int stable;

	if (sscanf(kernel->release, "6.12.%u", &stable) == 1)
		return stable >= 32 ? FACT_YES : FACT_NO;
	return explain_kernel_since(kernel, 6, 15);
}

/* Who tells the VMM: our driver, or iommufd. */
static void judge_report(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_vfio *vfio = &facts->vfio;
	enum fact since = iommufd_reports(&facts->kernel);
	struct explain_link *need = add_need(chain, "report");

	if (!strcmp(vfio->driver, OUR_DRIVER)) {
		explain_ok(need, "%s reports PASID to the VMM", OUR_DRIVER);
		return;
	}
	explain_todo(need, "vpasid bind %s", facts->bdf.text);
	if (!vfio->on_vfio)
		explain_broken(need, "no VFIO driver, no report");
	else if (since == FACT_NO || facts->kernel.iommufd == FACT_NO || vfio->has_cdev == FACT_NO)
		explain_broken(need,
			       "%s reports no PASID, and this kernel has no iommufd that does",
			       vfio->driver);
	else if (since == FACT_YES && vfio->has_iommufd == FACT_YES)
		explain_ok(need, "iommufd reports the IOMMU's width (IOMMU_GET_HW_INFO)");
	else
		explain_unknown(need, "whether this kernel's iommufd reports PASID, as it does "
				      "since Linux 6.15");
}

static void judge_group(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_vfio *vfio = &facts->vfio;
	struct explain_link *need = add_need(chain, "group");
	size_t length = 0;

	if (!*facts->iommu.group) {
		explain_broken(need, "it has no IOMMU group, and VFIO wants one");
		explain_todo(need, "get an IOMMU to cover it, see above");
		return;
	}
	if (!vfio->sibling_count) {
		explain_ok(need, "nothing else of IOMMU group %s is in the host's use",
			   facts->iommu.group);
		return;
	}
	explain_broken(need, "the host uses %zu more of IOMMU group %s:", vfio->sibling_count,
		       facts->iommu.group);
	length = strlen(need->found);
	for (size_t i = 0;
	     i < vfio->sibling_count && i < EXPLAIN_MAX_SIBLINGS && length < sizeof(need->found);
	     i++)
		length += (size_t)snprintf(need->found + length, sizeof(need->found) - length,
					   " %s", vfio->siblings[i]);
	explain_todo(need, "bind them to VFIO drivers, or to none");
}

static void judge_viommu(const struct explain_facts *facts, struct explain_chain *chain)
{
	struct explain_link *need = add_need(chain, "viommu");
	unsigned int width = chain->width;

	(void)facts;
	if (chain->iommu_width && chain->iommu_width < width)
		width = chain->iommu_width;
	explain_unknown(need, "the guest's IOMMU is the VMM's own affair");
	if (width)
		explain_todo(need,
			     "give it PASIDs of at most %u bit%s: QEMU 11.1 has -device "
			     "intel-iommu,scalable-mode=on,pasid-bits=%u",
			     width, width == 1 ? "" : "s", width);
	else
		explain_todo(need, "QEMU 11.1 has -device "
				   "intel-iommu,scalable-mode=on,pasid-bits=N");
}

void explain_judge_needs(const struct explain_facts *facts, struct explain_chain *chain)
{
	if (facts->source == EXPLAIN_DUMP)
		return;
	judge_driver(facts, chain);
	judge_report(facts, chain);
	judge_group(facts, chain);
	judge_viommu(facts, chain);
}
