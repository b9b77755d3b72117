// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Linux asks a host for before a device shares a process's address space (SVA):
 * iommu_sva_bind_device(); intel_svm_check() of drivers/iommu/intel/svm.c;
 * arm_smmu_sva_supported() of arm/arm-smmu-v3/arm-smmu-v3-sva.c; amd/pasid.c.
 */
#include "explain/judge.h"
#include "explain/link.h"

static void judge_config(enum fact is_set, const char *name, struct link *link)
{
	if (is_set == FACT_YES) {
		explain_ok(link, "%s is set", name);
	} else if (is_set == FACT_NO) {
		explain_broken(link, "%s is not set", name);
		explain_todo(link, "boot a kernel that is built with %s", name);
	} else {
		explain_unknown(link, "whether %s is set: the kernel's configuration can't be seen",
				name);
	}
}

/*
 * iommu_sva_bind_device() refused everything on x86 for a while: "iommu: disable SVA when
 * CONFIG_X86 is set" is in long-term kernels as 6.1, 6.12 and 6.18; Linux 7.3 doesn't have it.
 */
static void judge_x86(const char *release, struct link *link)
{
	if (link->verdict == EXPLAIN_BROKEN || kernel_since(release, 7, 0) == FACT_YES)
		return;
	explain_unknown(link, "kernels before 7.0 refuse SVA on x86 if they have the change "
			      "\"iommu: disable SVA when CONFIG_X86 is set\", as the "
			      "long-term kernels have since 2026");
	explain_todo(link, "boot Linux 7.0 or later");
}

void explain_judge_sva_kernel(const struct kernel *kernel, const struct iommu *iommu,
			      struct link *link)
{
	switch (iommu->kind) {
	case IOMMU_INTEL:
		judge_config(kernel->intel_svm, "CONFIG_INTEL_IOMMU_SVM", link);
		judge_x86(kernel->release, link);
		break;
	case IOMMU_AMD:
		/* amd_iommu_domain_alloc_sva() came with 6.10; iommu_v2 before it was another way.
		 */
		if (kernel_since(kernel->release, 6, 10) == FACT_NO) {
			explain_broken(link, "AMD's driver has SVA since Linux 6.10");
			explain_todo(link, "boot Linux 7.0 or later");
		} else {
			explain_ok(link, "AMD's driver has SVA");
			judge_x86(kernel->release, link);
		}
		break;
	case IOMMU_SMMUV3:
		judge_config(kernel->smmuv3_sva, "CONFIG_ARM_SMMU_V3_SVA", link);
		break;
	default:
		explain_broken(link, "the driver of %s has no SVA", iommu->name);
	}
}

static bool lacks_coherence(const struct iommu *iommu, struct link *link)
{
	if (iommu_has(iommu, "SMPWCS"))
		return false;
	explain_broken(link,
		       "%s doesn't snoop the processors' caches as it walks page tables: its ECAP "
		       "lacks SMPWCS",
		       iommu->name);
	return true;
}

/* The processors' page tables have what the IOMMU can't walk. */
static bool cannot_walk(const struct iommu *iommu, enum fact used, const char *field,
			const char *what, struct link *link)
{
	if (used != FACT_YES || iommu_has(iommu, field))
		return false;
	explain_broken(link,
		       "the kernel's page tables have %s, which %s doesn't take: its CAP "
		       "lacks %s",
		       what, iommu->name, field);
	return true;
}

void explain_judge_sva_iommu(const struct iommu *iommu, const struct cpu *cpu, struct link *link)
{
	bool is_known = cpu->has_1gib_pages != FACT_UNKNOWN && cpu->has_5_levels != FACT_UNKNOWN;

	if (iommu->kind == IOMMU_SMMUV3) {
		explain_unknown(link, "the kernel doesn't show what %s can do", iommu->name);
		explain_todo(link, "see the kernel log: `dmesg | grep arm-smmu-v3`");
	} else if (iommu->kind != IOMMU_INTEL) {
		explain_na(link, "%s isn't asked for more", iommu->name);
	} else if (!iommu->has_registers || !iommu->has_cap) {
		explain_unknown(link, "the kernel doesn't show what %s can do", iommu->name);
	} else if (lacks_coherence(iommu, link) ||
		   cannot_walk(iommu, cpu->has_1gib_pages, "FS1GP", "pages of 1 GiB", link)) {
		return;
	} else if (cannot_walk(iommu, cpu->has_5_levels, "FS5LP", "5 levels", link)) {
		explain_todo(link, "boot with no5lvl");
	} else if (!is_known && !(iommu_has(iommu, "FS1GP") && iommu_has(iommu, "FS5LP"))) {
		explain_unknown(link,
				"whether %s can walk the kernel's page tables: what these "
				"have isn't known",
				iommu->name);
	} else {
		explain_ok(link, "%s can walk the kernel's page tables", iommu->name);
	}
}
