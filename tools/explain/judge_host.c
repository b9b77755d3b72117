// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel and the IOMMU. Intel's driver asks for scalable mode (its ECAP.SMTS and the
 * parameter sm_on), then for ECAP.PASID, when it finds a function: sm_supported(),
 * pasid_supported() and intel_iommu_probe_device() of drivers/iommu/intel/. AMD's asks
 * when it attaches a function to a domain: amd_iommu_attach_device().
 */
#include <stdio.h>
#include <string.h>

#include "explain/link.h"

/* VT-d specification, 11.4.3 */
#define ECAP_SMTS     43
#define ECAP_PASID    40
#define ECAP_PSS      35
#define ECAP_PSS_MASK 0x1f
/* AMD I/O Virtualization specification, Extended Feature Register */
#define EFR_GTSUP	4
#define EFR_PASMAX	32
#define EFR_PASMAX_MASK 0x1f

static bool has_bit(uint64_t value, unsigned int bit)
{
	return value >> bit & 1;
}

static const char *source_name(const struct explain_facts *facts)
{
	return facts->source == EXPLAIN_DUMP ? "a dump" : "a recorded sysfs";
}

/* Kconfig has both drivers select it. */
static bool driver_selects_pasid(const struct explain_iommu *iommu)
{
	return iommu->covers == FACT_YES &&
	       (iommu->kind == EXPLAIN_IOMMU_INTEL || iommu->kind == EXPLAIN_IOMMU_AMD);
}

static void judge_kernel(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_kernel *kernel = &facts->kernel;
	struct explain_link *link = explain_add(chain, "kernel", NULL);
	const char *release = *kernel->release ? kernel->release : "its release isn't known";

	if (kernel->pci_pasid == FACT_YES) {
		explain_where(link, "%s", kernel->config);
		explain_ok(link, "%s, CONFIG_PCI_PASID is set", release);
	} else if (kernel->pci_pasid == FACT_NO) {
		explain_where(link, "%s", kernel->config);
		explain_broken(link, "%s, CONFIG_PCI_PASID is not set", release);
		explain_todo(link, "boot a kernel that is built with CONFIG_PCI_PASID");
		link->decides = strstr(kernel->config, "/proc/config.gz") != NULL;
		if (!link->decides)
			explain_doubt(link, "the file is by its name the running kernel's, but not "
					    "its own word");
	} else if (driver_selects_pasid(&facts->iommu)) {
		explain_ok(link, "%s; its IOMMU driver comes with CONFIG_PCI_PASID", release);
		explain_doubt(link, "its configuration isn't to be seen");
	} else if (facts->source != EXPLAIN_HOST) {
		explain_unknown(link, "%s tells nothing of the kernel", source_name(facts));
	} else {
		explain_unknown(link,
				"%s: there is neither /proc/config.gz nor /boot/config-RELEASE",
				release);
	}
}

/* How to have the kernel use what the firmware has. */
static const char *how_to_switch_on(const char *table)
{
	if (!strcmp(table, "DMAR"))
		return "boot with intel_iommu=on, and without iommu=off; see `dmesg | grep DMAR`";
	if (!strcmp(table, "IVRS"))
		return "boot without amd_iommu=off and iommu=off; see `dmesg | grep AMD-Vi`";
	return "see the kernel log for why no IOMMU driver has taken it";
}

static void judge_no_iommu(const struct explain_facts *facts, struct explain_link *link)
{
	const struct explain_iommu *iommu = &facts->iommu;

	if (iommu->others == FACT_YES) {
		explain_broken(link, "the kernel drives IOMMUs, but none covers the function");
		explain_todo(link, "see the kernel log; the firmware's tables say which IOMMU "
				   "covers what, a slot elsewhere may do");
	} else if (iommu->table) {
		explain_broken(link,
			       "the firmware tells of an IOMMU (ACPI table %s), but the kernel "
			       "uses none",
			       iommu->table);
		explain_todo(link, "%s", how_to_switch_on(iommu->table));
	} else if (iommu->tables == FACT_YES) {
		explain_broken(link, "there is no IOMMU: the firmware's tables tell of none");
		explain_todo(link, "switch VT-d, AMD-Vi or the SMMU on in the firmware; in a "
				   "virtual machine, give it an IOMMU");
	} else {
		explain_broken(link, "the kernel uses no IOMMU");
		explain_todo(link, "switch VT-d, AMD-Vi or the SMMU on in the firmware, and boot "
				   "an Intel host with intel_iommu=on");
	}
	link->decides = true;
}

static void judge_iommu(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_iommu *iommu = &facts->iommu;
	struct explain_link *link = explain_add(chain, "iommu", NULL);

	if (facts->source == EXPLAIN_DUMP) {
		explain_unknown(link, "a dump tells nothing of the IOMMU");
		return;
	}
	link->bdf = facts->bdf;
	explain_where(link, "iommu");
	if (iommu->covers == FACT_NO)
		judge_no_iommu(facts, link);
	else if (iommu->covers == FACT_UNKNOWN)
		explain_unknown(link, "the recorded sysfs has nothing of IOMMUs");
	else if (*iommu->group)
		explain_ok(link, "%s covers it, group %s", iommu->name, iommu->group);
	else
		explain_ok(link, "%s covers it, but it has no group", iommu->name);
}

/*
 * The last word of @name=WORD,WORD... that begins with one of two: 1 or 0 for which, -1 if
 * there is none. As the kernel has it, the beginning counts.
 */
static int last_word(const char *command_line, const char *name, const char *yes, const char *no)
{
	size_t length = strlen(name);
	int last = -1;

	while (*command_line) {
		size_t word = strcspn(command_line, " \t\n");
		bool is_it = !strncmp(command_line, name, length);

		for (size_t at = length; is_it && at < word;) {
			const char *value = command_line + at;

			if (!strncmp(value, yes, strlen(yes)))
				last = 1;
			else if (no && !strncmp(value, no, strlen(no)))
				last = 0;
			at += strcspn(value, ", \t\n") + 1;
		}
		command_line += word;
		command_line += strspn(command_line, " \t\n");
	}
	return last;
}

static void judge_scalable(const struct explain_kernel *kernel, struct explain_link *link)
{
	int word = last_word(kernel->command_line, "intel_iommu=", "sm_on", "sm_off");

	if (word == 1) {
		explain_ok(link, "scalable: the IOMMU can, and sm_on is on the command line");
	} else if (!word) {
		explain_broken(link, "legacy: sm_off is on the kernel's command line");
		explain_todo(link, "boot with intel_iommu=on,sm_on instead");
	} else if (!kernel->has_command_line) {
		explain_unknown(link, "the IOMMU can do scalable mode; the kernel's command line, "
				      "which switches it on or off, isn't known");
	} else if (kernel->intel_scalable == FACT_YES) {
		explain_ok(link, "scalable: the IOMMU can, and it is this kernel's default");
	} else if (kernel->intel_scalable == FACT_NO) {
		explain_broken(link, "legacy: the IOMMU can do scalable mode, but it isn't this "
				     "kernel's default");
		explain_todo(link, "boot with intel_iommu=on,sm_on");
	} else {
		explain_unknown(link, "the IOMMU can do scalable mode; whether it is this "
				      "kernel's default is in its configuration, which isn't to "
				      "be seen");
		explain_todo(link, "boot with intel_iommu=on,sm_on to be sure");
	}
}

static void judge_intel_mode(const struct explain_facts *facts, struct explain_link *link)
{
	const struct explain_iommu *iommu = &facts->iommu;

	explain_where(link, "intel-iommu/ecap bit %d", ECAP_SMTS);
	if (has_bit(iommu->capabilities, ECAP_SMTS)) {
		judge_scalable(&facts->kernel, link);
		return;
	}
	explain_broken(link, "%s has no scalable mode", iommu->name);
	explain_todo(link, "no setting helps; in a virtual machine, intel-iommu needs "
			   "scalable-mode=on (x-scalable-mode=on in older QEMU)");
	link->decides = true;
}

static void judge_amd_mode(const struct explain_facts *facts, struct explain_link *link)
{
	const struct explain_iommu *iommu = &facts->iommu;

	explain_where(link, "amd-iommu/features bit %d", EFR_GTSUP);
	if (!has_bit(iommu->capabilities, EFR_GTSUP)) {
		explain_broken(link, "%s has no guest translation (GTSup)", iommu->name);
		explain_todo(link, "no setting helps on this hardware");
		link->decides = true;
	} else if (!strcmp(iommu->domain, "identity")) {
		explain_ok(link, "guest translation, and a domain that takes PASIDs (identity)");
		explain_doubt(link, "AMD's driver enables PASID as it attaches the function to "
				    "a domain, and the function may have another one by now");
	} else if (last_word(facts->kernel.command_line, "amd_iommu=", "pgtbl_v2", NULL) == 1) {
		explain_ok(link, "guest translation, and domains that take PASIDs (pgtbl_v2)");
		explain_doubt(link, "a VFIO user's domain may be of another kind");
	} else {
		explain_unknown(link,
				"AMD's driver enables PASID as it attaches the function to a "
				"domain that takes PASIDs: an identity domain, or page tables v2; "
				"its default domain is of type %s",
				*iommu->domain ? iommu->domain : "unknown");
		explain_todo(link, "boot with amd_iommu=pgtbl_v2, or iommu=pt");
	}
}

static void judge_mode(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_iommu *iommu = &facts->iommu;
	struct explain_link *link = explain_add(chain, "iommu-mode", NULL);

	if (iommu->covers == FACT_NO)
		explain_na(link, "no IOMMU covers the function");
	else if (iommu->covers == FACT_UNKNOWN)
		explain_unknown(link, "the IOMMU isn't known");
	else if (iommu->kind == EXPLAIN_IOMMU_SMMU) {
		explain_broken(link, "%s is an SMMU before version 3, which has no PASIDs",
			       iommu->name);
		link->decides = true;
	} else if (iommu->has_registers != FACT_YES)
		explain_unknown(link, "the kernel shows nothing of what %s can do", iommu->name);
	else if (iommu->kind == EXPLAIN_IOMMU_INTEL)
		judge_intel_mode(facts, link);
	else
		judge_amd_mode(facts, link);
}

static void judge_intel_width(const struct explain_iommu *iommu, struct explain_link *link,
			      struct explain_chain *chain)
{
	explain_where(link, "intel-iommu/ecap bit %d", ECAP_PASID);
	if (has_bit(iommu->capabilities, ECAP_PASID)) {
		chain->iommu_width =
			(unsigned int)(iommu->capabilities >> ECAP_PSS & ECAP_PSS_MASK) + 1;
		explain_ok(link, "%s takes PASIDs of %u bit%s", iommu->name, chain->iommu_width,
			   chain->iommu_width == 1 ? "" : "s");
		return;
	}
	explain_broken(link, "%s takes no PASIDs", iommu->name);
	explain_todo(link, "no setting helps; in a virtual machine, intel-iommu needs "
			   "pasid-bits=20 (x-pasid-mode=on in older QEMU)");
	link->decides = true;
}

static void judge_width(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_iommu *iommu = &facts->iommu;
	struct explain_link *link = explain_add(chain, "iommu-pasid", NULL);

	if (iommu->covers == FACT_NO || iommu->kind == EXPLAIN_IOMMU_SMMU)
		explain_na(link, iommu->covers == FACT_NO ? "no IOMMU covers the function"
							  : "an SMMU before version 3");
	else if (iommu->covers == FACT_UNKNOWN)
		explain_unknown(link, "the IOMMU isn't known");
	else if (iommu->has_registers != FACT_YES)
		explain_unknown(link, "the kernel shows nothing of what %s can do", iommu->name);
	else if (iommu->kind == EXPLAIN_IOMMU_INTEL)
		judge_intel_width(iommu, link, chain);
	else {
		chain->iommu_width =
			(unsigned int)(iommu->capabilities >> EFR_PASMAX & EFR_PASMAX_MASK) + 1;
		explain_where(link, "amd-iommu/features bits 36:32");
		explain_ok(link, "%s takes PASIDs of %u bits", iommu->name, chain->iommu_width);
	}
}

void explain_judge_host(const struct explain_facts *facts, struct explain_chain *chain)
{
	judge_kernel(facts, chain);
	judge_iommu(facts, chain);
	judge_mode(facts, chain);
	judge_width(facts, chain);
}
