// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel and the IOMMU. When Intel's driver probes a function, it requires scalable mode
 * (ECAP.SMTS and the parameter sm_on), then ECAP.PASID: sm_supported(), pasid_supported() and
 * intel_iommu_probe_device() of drivers/iommu/intel/.
 */
#include <stdio.h>
#include <string.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "support/plural.h"

void explain_judge_kernel(const struct kernel *kernel, enum host_kind kind,
			  const struct iommu *iommu, struct link *link)
{
	const char *release = *kernel->release ? kernel->release : "unknown release";

	if (kernel->pci_pasid == FACT_YES) {
		explain_where(link, "%s", kernel->config);
		explain_ok(link, "%s, CONFIG_PCI_PASID is set", release);
	} else if (kernel->pci_pasid == FACT_NO) {
		explain_where(link, "%s", kernel->config);
		explain_broken(link, "%s, CONFIG_PCI_PASID is not set", release);
		explain_todo(link, "boot a kernel that is built with CONFIG_PCI_PASID");
		link->decides = kernel->is_own_config;
		if (!link->decides)
			explain_doubt(link, "only the file's name says that it belongs to the "
					    "running kernel");
	} else if (iommu && (iommu->kind == IOMMU_INTEL || iommu->kind == IOMMU_AMD)) {
		/* In Kconfig, both drivers select it. */
		explain_ok(link, "%s; its IOMMU driver selects CONFIG_PCI_PASID", release);
		explain_doubt(link, "the kernel's configuration can't be read");
	} else if (kind != HOST_LIVE) {
		explain_unknown(link, "%s has no information about the kernel",
				kind == HOST_DUMP ? "a dump" : "a recorded sysfs");
	} else {
		explain_unknown(link,
				"%s: there is neither /proc/config.gz nor /boot/config-RELEASE",
				release);
	}
}

/* Why the kernel uses no IOMMU, although the firmware describes one. */
static void why_unused(struct link *link, enum iommu_table table, const char *why)
{
	explain_broken(
		link, "the firmware describes an IOMMU (ACPI table %s), but the kernel uses none%s",
		iommu_table_name(table), why);
}

static void judge_unused_intel(const struct kernel *kernel, struct link *link)
{
	const struct command_line *line = &kernel->command_line;

	if (kernel->intel == FACT_NO) {
		why_unused(link, IOMMU_TABLE_DMAR, ": it is built without CONFIG_INTEL_IOMMU");
		explain_todo(link, "boot a kernel that is built with CONFIG_INTEL_IOMMU");
	} else if (line->iommu_off) {
		why_unused(link, IOMMU_TABLE_DMAR, ": iommu=off is on its command line");
		explain_todo(link, "boot without iommu=off");
	} else if (line->intel == SAID_OFF) {
		why_unused(link, IOMMU_TABLE_DMAR, ": intel_iommu=off is on its command line");
		explain_todo(link, "boot with intel_iommu=on instead");
	} else if (line->intel == SAID_ON || (line->is_known && kernel->intel_on == FACT_YES)) {
		why_unused(link, IOMMU_TABLE_DMAR, ", although its driver is enabled");
		explain_todo(link, "see `dmesg | grep DMAR`");
	} else {
		why_unused(link, IOMMU_TABLE_DMAR, "");
		explain_todo(link, "boot with intel_iommu=on");
	}
}

static void judge_unused_amd(const struct kernel *kernel, struct link *link)
{
	const struct command_line *line = &kernel->command_line;

	if (kernel->amd == FACT_NO) {
		why_unused(link, IOMMU_TABLE_IVRS, ": it is built without CONFIG_AMD_IOMMU");
		explain_todo(link, "boot a kernel that is built with CONFIG_AMD_IOMMU");
	} else if (line->iommu_off) {
		why_unused(link, IOMMU_TABLE_IVRS, ": iommu=off is on its command line");
		explain_todo(link, "boot without iommu=off");
	} else if (line->amd_off) {
		why_unused(link, IOMMU_TABLE_IVRS, ": amd_iommu=off is on its command line");
		explain_todo(link, "boot without amd_iommu=off");
	} else {
		why_unused(link, IOMMU_TABLE_IVRS, "");
		explain_todo(link, "see `dmesg | grep AMD-Vi`");
	}
}

static void judge_unused(enum iommu_table table, const struct kernel *kernel, struct link *link)
{
	if (table == IOMMU_TABLE_DMAR) {
		judge_unused_intel(kernel, link);
	} else if (table == IOMMU_TABLE_IVRS) {
		judge_unused_amd(kernel, link);
	} else if (table == IOMMU_TABLE_IORT && kernel->smmuv3 == FACT_NO) {
		why_unused(link, table, ": it is built without CONFIG_ARM_SMMU_V3");
		explain_todo(link, "boot a kernel that is built with CONFIG_ARM_SMMU_V3");
	} else {
		why_unused(link, table, "");
		explain_todo(link, "see the kernel log for why no IOMMU driver has claimed it");
	}
}

void explain_judge_no_iommu(const struct iommu_presence *presence, const struct kernel *kernel,
			    struct link *link)
{
	if (presence->driven == FACT_YES) {
		explain_broken(link, "the kernel uses IOMMUs, but none covers the function");
		explain_todo(link, "see the kernel log; the firmware's tables define which IOMMU "
				   "covers which functions; another slot may help");
	} else if (presence->table) {
		judge_unused(presence->table, kernel, link);
	} else if (presence->tables == FACT_YES) {
		explain_broken(link, "there is no IOMMU: the firmware's tables describe none");
		explain_todo(link, "enable VT-d, AMD-Vi or the SMMU in the firmware; in a "
				   "virtual machine, add an IOMMU");
	} else if (presence->is_device_tree) {
		explain_broken(link, "the kernel uses no IOMMU; the device tree has to describe "
				     "one");
		explain_todo(link, "boot with a device tree that describes one");
	} else {
		explain_broken(link, "the kernel uses no IOMMU");
		explain_todo(link, "enable VT-d, AMD-Vi or the SMMU in the firmware, and boot an "
				   "Intel host with intel_iommu=on");
	}
	link->decides = true;
}

static void judge_iommu(const struct function *function, struct chain *chain)
{
	const char *group = function->pci.iommu_group;
	struct link *link = explain_add(chain, LINK_IOMMU, NULL);

	if (function->host->kind == HOST_DUMP) {
		explain_unknown(link, "a dump has no information about the IOMMU");
		return;
	}
	link->bdf = function->pci.bdf;
	explain_where(link, "iommu");
	if (function->is_covered == FACT_NO)
		explain_judge_no_iommu(function->presence, function->kernel, link);
	else if (function->is_covered == FACT_UNKNOWN && host_assigns_late(function->host))
		explain_unknown(link,
				"this kernel assigns an IOMMU when the function is first offered "
				"to a driver, which hasn't happened yet");
	else if (function->is_covered == FACT_UNKNOWN)
		explain_unknown(link, "the recorded sysfs has no information about IOMMUs");
	else if (*group)
		explain_ok(link, "covered by %s, group %s", function->iommu->name, group);
	else
		explain_ok(link, "covered by %s, but it has no group", function->iommu->name);
}

static void judge_scalable(const struct kernel *kernel, struct link *link)
{
	const struct command_line *line = &kernel->command_line;

	if (line->intel_scalable == SAID_ON) {
		explain_ok(link,
			   "scalable: the IOMMU supports it, and sm_on is on the command line");
	} else if (line->intel_scalable == SAID_OFF) {
		explain_broken(link, "legacy: sm_off is on the kernel's command line");
		explain_todo(link, "boot with intel_iommu=on,sm_on instead");
	} else if (!line->is_known) {
		explain_unknown(link, "the IOMMU supports scalable mode; the kernel's command "
				      "line, which turns it on or off, is unknown");
	} else if (kernel->intel_scalable == FACT_YES) {
		explain_ok(link,
			   "scalable: the IOMMU supports it, and it is this kernel's default");
	} else if (kernel->intel_scalable == FACT_NO) {
		explain_broken(link, "legacy: the IOMMU supports scalable mode, but it isn't "
				     "this kernel's default");
		explain_todo(link, "boot with intel_iommu=on,sm_on");
	} else {
		explain_unknown(link, "the IOMMU supports scalable mode; whether it is this "
				      "kernel's default depends on the kernel's configuration, "
				      "which can't be read");
		explain_todo(link, "boot with intel_iommu=on,sm_on to be sure");
	}
}

static void judge_intel_mode(const struct iommu *iommu, const struct kernel *kernel,
			     struct link *link)
{
	explain_where(link, "intel-iommu/ecap bit 43");
	if (iommu_has(iommu, "SMTS")) {
		judge_scalable(kernel, link);
		return;
	}
	explain_broken(link, "%s doesn't support scalable mode", iommu->name);
	explain_todo(link, "no setting changes this; in a virtual machine, intel-iommu requires "
			   "scalable-mode=on (x-scalable-mode=on in older QEMU)");
	link->decides = true;
}

/* Judges the IOMMU if its registers are unknown. Returns whether there is nothing left to judge. */
static bool judge_kind(const struct iommu *iommu, struct link *link)
{
	if (iommu->is_ambiguous)
		explain_unknown(link,
				"the features of %s are EFR2:EFR up to Linux 6.6, and EFR:EFR2 "
				"since 6.7; the kernel's release is unknown",
				iommu->name);
	else if (iommu->kind != IOMMU_SMMU && !iommu->has_registers)
		explain_unknown(link, "the kernel doesn't report what %s supports", iommu->name);
	else
		return false;
	return true;
}

/* The same for a function that may have no IOMMU. */
static bool judge_coverage(const struct function *function, struct link *link)
{
	if (function->is_covered == FACT_NO)
		explain_na(link, "no IOMMU covers the function");
	else if (function->is_covered == FACT_UNKNOWN)
		explain_unknown(link, "the IOMMU is unknown");
	else
		return false;
	return true;
}

bool explain_judge_iommu_mode(const struct iommu *iommu, const struct kernel *kernel,
			      const char *domain, struct link *link)
{
	if (judge_kind(iommu, link))
		return false;
	if (iommu->kind == IOMMU_AMD)
		return explain_judge_amd(iommu, kernel, domain, link);
	if (iommu->kind == IOMMU_INTEL) {
		judge_intel_mode(iommu, kernel, link);
	} else {
		explain_broken(link,
			       "%s is an SMMU older than version 3, which doesn't support "
			       "PASIDs",
			       iommu->name);
		link->decides = true;
	}
	return false;
}

static void judge_mode(const struct function *function, struct chain *chain)
{
	struct link *link = explain_add(chain, LINK_IOMMU_MODE, NULL);

	if (!judge_coverage(function, link) &&
	    explain_judge_iommu_mode(function->iommu, function->kernel, function->domain, link))
		explain_judge_amd_domain(function, link);
	/* Identity domains support PASIDs. No option fixes what else can be broken there. */
	if (chain->purpose == PURPOSE_SVA && link->verdict == EXPLAIN_BROKEN && !link->decides &&
	    function->iommu->kind == IOMMU_AMD &&
	    kernel_since(function->kernel->release, 6, 12) == FACT_YES)
		explain_todo(link, "boot with iommu=pt, and without amd_iommu=force_isolation");
}

static void judge_no_width(const struct iommu *iommu, struct link *link)
{
	if (iommu->kind == IOMMU_INTEL && !iommu_has(iommu, "PASID")) {
		explain_broken(link, "%s doesn't support PASIDs", iommu->name);
		explain_todo(link, "no setting changes this; in a virtual machine, intel-iommu "
				   "requires pasid-bits=20 (x-pasid-mode=on in older QEMU)");
	} else if (iommu->kind == IOMMU_AMD && iommu_has(iommu, "GTSup")) {
		explain_broken(link,
			       "%s supports only PASID 0, which stands for requests without a "
			       "PASID",
			       iommu->name);
	} else {
		explain_broken(link, "%s doesn't support PASIDs in its present mode", iommu->name);
	}
	link->decides = true;
}

void explain_judge_iommu_pasid(const struct iommu *iommu, struct link *link)
{
	if (judge_kind(iommu, link)) {
		link->decides = iommu_enables_unasked(iommu);
		return;
	}
	if (iommu->kind == IOMMU_SMMU) {
		explain_na(link, "an SMMU older than version 3");
		return;
	}
	explain_where(link, iommu->kind == IOMMU_INTEL ? "intel-iommu/ecap bit 40"
						       : "amd-iommu/features bits 36:32");
	if (iommu->width)
		explain_ok(link, "%s supports PASIDs of %u bit%s", iommu->name, iommu->width,
			   plural(iommu->width));
	else
		judge_no_width(iommu, link);
}

static void judge_width(const struct function *function, struct chain *chain)
{
	struct link *link = explain_add(chain, LINK_IOMMU_PASID, NULL);

	if (!judge_coverage(function, link))
		explain_judge_iommu_pasid(function->iommu, link);
}

void explain_judge_host(const struct function *function, struct chain *chain)
{
	explain_judge_kernel(function->kernel, function->host->kind, function->iommu,
			     explain_add(chain, LINK_KERNEL, NULL));
	judge_iommu(function, chain);
	judge_mode(function, chain);
	judge_width(function, chain);
}
