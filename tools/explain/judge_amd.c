// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What AMD's driver asks for: at boot the features in which all IOMMUs agree, and that no
 * isolation is forced (iommu_init_device() of drivers/iommu/amd/iommu.c, and
 * amd_iommu_gt_ppr_supported()); then, each time that it attaches the function to a domain,
 * whether that takes PASIDs (attach_device()). As of Linux 6.12 and 7.3.
 *
 * What there would be to do is not told: it would get PASID enabled, which is of no use as long
 * as nothing can be attached.
 */
#include <string.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "facts/pasid.h"

/* Judges the features that the kernel asks for; returns whether the IOMMU has all of them. */
static bool judge_features(const struct iommu *iommu, const char *release, struct link *link)
{
	/* 7.3 asks for the last one, too */
	static const char *const features[] = { "GTSup", "PPRSup", "EPHSup", "GIoSup" };
	size_t count = kernel_since(release, 7, 3) == FACT_YES ? 4 : 3;
	struct why lacks = { 0 };

	for (size_t i = 0; i < count; i++)
		if (!iommu_has(iommu, features[i]))
			because_also(&lacks, " %s", features[i]);
	if (!*lacks.text)
		return true;
	explain_broken(link, "%s lacks%s, which the kernel asks for", iommu->name, lacks.text);
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
				"AMD's driver has PASID on while the function is attached to "
				"an identity domain or to page tables v2; which domain a VFIO "
				"user has attached isn't shown");
	else if (!strcmp(function->domain, "identity"))
		explain_ok(link, "guest translation, and a domain that takes PASIDs (identity), "
				 "until VFIO claims the function");
	else if (!*function->domain || !line->is_known)
		explain_unknown(link, "the type of its default domain isn't known");
	else if (line->amd_v2 == SAID_ON && has_v2)
		explain_ok(link, "guest translation, and a domain that takes PASIDs (page tables "
				 "v2)");
	else
		explain_broken(link,
			       "its default domain, of type %s, has page tables v1, which "
			       "take no PASIDs",
			       function->domain);
}

bool explain_judge_amd(const struct iommu *iommu, const struct kernel *kernel, const char *domain,
		       struct link *link)
{
	const char *release = kernel->release;

	explain_where(link, "amd-iommu/features");
	if (kernel_since(release, 6, 2) == FACT_NO)
		explain_broken(link, "Linux before 6.2 switches PASID on for users of AMD's "
				     "iommu_v2 alone, and VFIO isn't one");
	else if (!judge_features(iommu, release, link))
		return false;
	else if (kernel_since(release, 6, 12) != FACT_YES)
		explain_unknown(link, "what this kernel's driver for AMD's IOMMU asks for: that "
				      "is known of Linux 6.1, and of 6.12 and later");
	else if (!iommu_has(iommu, "GIoSup") && kernel_since(release, 6, 13) == FACT_YES &&
		 kernel_since(release, 7, 3) != FACT_YES)
		explain_unknown(link,
				"whether this kernel's driver for AMD's IOMMU asks for GIoSup, "
				"which %s lacks: 6.12's doesn't, 7.3's does",
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
			       "AMD's driver attaches address spaces to PASIDs for SVA alone, "
			       "up to Linux 7.3: a VMM can attach none");
	else
		explain_unknown(link, "up to Linux 7.3, AMD's driver attaches address spaces to "
				      "PASIDs for SVA alone; whether this kernel's does more isn't "
				      "known");
}
