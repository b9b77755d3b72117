// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What AMD's driver requires: at boot the features that all IOMMUs have, and that isolation isn't
 * forced (iommu_init_device() of drivers/iommu/amd/iommu.c, and amd_iommu_gt_ppr_supported());
 * then, each time that it attaches the function to a domain, that this domain supports PASIDs
 * (attach_device()). As of Linux 6.12 and 7.3. No to-do is given here: it would enable PASID, but
 * still nothing could be attached.
 */
#include <string.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "facts/pasid.h"

/* Judges the features that the kernel requires; returns whether the IOMMU has all of them. */
static bool judge_features(const struct iommu *iommu, const char *release, struct link *link)
{
	/* 7.3 also requires the last one */
	static const char *const features[] = { "GTSup", "PPRSup", "EPHSup", "GIoSup" };
	size_t count = kernel_since(release, 7, 3) == FACT_YES ? 4 : 3;
	struct why lacks = { 0 };

	for (size_t i = 0; i < count; i++)
		if (!iommu_has(iommu, features[i]))
			because_also(&lacks, " %s", features[i]);
	if (!*lacks.text)
		return true;
	explain_broken(link, "%s lacks%s, which the kernel requires", iommu->name, lacks.text);
	link->decides = true;
	return false;
}

/* The kernel forces isolation unless all default domains, @domain among them, are identity domains.
 */
static bool is_isolated(const struct kernel *kernel, const char *domain)
{
	const struct command_line *line = &kernel->command_line;

	if (!line->amd_isolation || line->passthrough == SAID_ON)
		return false;
	if (line->passthrough == SAID_NOTHING && kernel->passthrough != FACT_NO)
		return *domain && strcmp(domain, "identity") != 0;
	return true;
}

void explain_judge_amd_domain(const struct function *function, struct link *link)
{
	const struct command_line *line = &function->kernel->command_line;
	bool has_v2 = iommu_has(function->iommu, "GIoSup");

	if (function->pci.on_vfio)
		explain_unknown(link,
				"AMD's driver enables PASID while the function is attached to an "
				"identity domain or to v2 page tables; the kernel doesn't report "
				"which domain a VFIO user has attached");
	else if (!strcmp(function->domain, "identity"))
		explain_ok(link, "guest translation, and a domain that supports PASIDs "
				 "(identity), until VFIO claims the function");
	else if (!*function->domain || !line->is_known)
		explain_unknown(link, "the type of its default domain is unknown");
	else if (line->amd_v2 == SAID_ON && has_v2)
		explain_ok(link, "guest translation, and a domain that supports PASIDs (v2 page "
				 "tables)");
	else
		explain_broken(link,
			       "its default domain, of type %s, has v1 page tables, which don't "
			       "support PASIDs",
			       function->domain);
}

bool explain_judge_amd(const struct iommu *iommu, const struct kernel *kernel, const char *domain,
		       struct link *link)
{
	const char *release = kernel->release;

	explain_where(link, "amd-iommu/features");
	if (kernel_since(release, 6, 2) == FACT_NO)
		explain_broken(link, "Linux before 6.2 enables PASID only for users of AMD's "
				     "iommu_v2, and VFIO isn't one");
	else if (!judge_features(iommu, release, link))
		return false;
	else if (kernel_since(release, 6, 12) != FACT_YES)
		explain_unknown(link, "can't tell what AMD's driver requires in this kernel: "
				      "that is known only for Linux 6.1, and for 6.12 and later");
	else if (!iommu_has(iommu, "GIoSup") && kernel_since(release, 6, 13) == FACT_YES &&
		 kernel_since(release, 7, 3) != FACT_YES)
		explain_unknown(link,
				"%s lacks GIoSup, and it is unknown whether this kernel requires "
				"that: 6.12 doesn't, 7.3 does",
				iommu->name);
	else if (is_isolated(kernel, domain))
		explain_broken(link, "amd_iommu=force_isolation is on the kernel's command line");
	else
		return true;
	return false;
}

void explain_judge_attach(const struct iommu *iommu, const char *release, struct link *link)
{
	link->decides = true;
	if (pasid_iommu_attaches(iommu, release) == FACT_NO)
		explain_broken(link,
			       "up to Linux 7.3, AMD's driver attaches address spaces to PASIDs "
			       "only for SVA, not for a VMM");
	else
		explain_unknown(link, "up to Linux 7.3, AMD's driver attaches address spaces to "
				      "PASIDs only for SVA; it is unknown whether this kernel "
				      "does more");
}
