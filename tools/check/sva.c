// SPDX-License-Identifier: GPL-2.0-or-later
/* What a process of the host's needs besides, to share its address space with a device. */
#include "check/check.h"
#include "explain/judge.h"

static void check_enqcmd(const struct cpu *cpu, struct check *check)
{
	struct finding *finding = check_add(check, CHECK_ENQCMD, "");

	if (cpu->enqcmd == FACT_YES)
		finding_say(finding, CHECK_PASS,
			    "the processors have ENQCMD, and the kernel uses it");
	else if (cpu->enqcmd == FACT_NO)
		finding_say(finding, CHECK_WARN,
			    "there is no enqcmd in /proc/cpuinfo: a process can submit work "
			    "only to dedicated work queues");
	else
		finding_say(finding, CHECK_WARN,
			    "can't tell whether the processors have ENQCMD, which shared work "
			    "queues require");
}

void check_sva(struct host *host, const struct iommu *iommu, const char *subject,
	       struct check *check)
{
	const struct cpu *cpu = &host_kernel(host)->cpu;
	struct link kernel = { .what = NEED_SVA_KERNEL }, walk = { .what = NEED_SVA_IOMMU };

	if (!check_has(check, CHECK_SVA_KERNEL, "")) {
		explain_judge_sva_kernel(host_kernel(host), iommu, &kernel);
		check_take(check, CHECK_SVA_KERNEL, "", &kernel);
	}
	explain_judge_sva_iommu(iommu, cpu, &walk);
	check_take(check, CHECK_SVA_IOMMU, subject, &walk);
	if (iommu->kind == IOMMU_INTEL && !check_has(check, CHECK_ENQCMD, ""))
		check_enqcmd(cpu, check);
}
