// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Linux requires of a host before a device can share a process's address space (SVA):
 * iommu_sva_bind_device(); intel_svm_check() of drivers/iommu/intel/svm.c; arm_smmu_sva_supported()
 * of arm/arm-smmu-v3/arm-smmu-v3-sva.c; amd/pasid.c.
 */
#include <linux/pci_regs.h>
#include <string.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "facts/pasid.h"

static void judge_config(enum fact is_set, const char *name, struct link *link)
{
	if (is_set == FACT_YES) {
		explain_ok(link, "%s is set", name);
	} else if (is_set == FACT_NO) {
		explain_broken(link, "%s is not set", name);
		explain_todo(link, "boot a kernel that is built with %s", name);
	} else {
		explain_unknown(link,
				"can't tell whether %s is set: the kernel's configuration can't "
				"be read",
				name);
	}
}

/*
 * iommu_sva_bind_device() refused everything on x86 for a while: "iommu: disable SVA when
 * CONFIG_X86 is set" is in 6.1.192, 6.12.117 and 6.18's long-term series; Linux 7.3 doesn't have
 * it.
 */
static void judge_x86(const char *release, struct link *link)
{
	if (link->verdict == EXPLAIN_BROKEN || kernel_since(release, 7, 3) == FACT_YES)
		return;
	explain_unknown(link, "kernels before 7.3 refuse SVA on x86 if they contain \"iommu: "
			      "disable SVA when CONFIG_X86 is set\", as 6.1.192 and 6.12.117 do");
	explain_todo(link, "boot Linux 7.3 or later");
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
		/*
		 * amd_iommu_domain_alloc_sva() is new in 6.10; iommu_v2 before it worked
		 * differently.
		 */
		if (kernel_since(kernel->release, 6, 10) == FACT_NO) {
			explain_broken(link, "AMD's driver doesn't support SVA before Linux 6.10");
			explain_todo(link, "boot Linux 7.3 or later");
		} else {
			explain_ok(link, "AMD's driver supports SVA");
			judge_x86(kernel->release, link);
		}
		break;
	case IOMMU_SMMUV3:
		judge_config(kernel->smmuv3_sva, "CONFIG_ARM_SMMU_V3_SVA", link);
		break;
	default:
		explain_broken(link, "the driver of %s doesn't support SVA", iommu->name);
	}
}

static bool lacks_coherence(const struct iommu *iommu, struct link *link)
{
	if (iommu_has(iommu, "SMPWCS"))
		return false;
	explain_broken(link,
		       "%s doesn't snoop the processors' caches when it walks page tables: its "
		       "ECAP lacks SMPWCS",
		       iommu->name);
	return true;
}

/* The processors' page tables use something that the IOMMU can't walk. */
static bool cannot_walk(const struct iommu *iommu, enum fact used, const char *field,
			const char *what, struct link *link)
{
	if (used != FACT_YES || iommu_has(iommu, field))
		return false;
	explain_broken(link,
		       "the kernel's page tables have %s, which %s doesn't support: its CAP "
		       "lacks %s",
		       what, iommu->name, field);
	return true;
}

void explain_judge_sva_iommu(const struct iommu *iommu, const struct cpu *cpu, struct link *link)
{
	bool is_known = cpu->has_1gib_pages != FACT_UNKNOWN && cpu->has_5_levels != FACT_UNKNOWN;

	if (iommu->kind == IOMMU_SMMUV3) {
		explain_unknown(link, "the kernel doesn't report what %s supports", iommu->name);
		explain_todo(link, "see the kernel log: `dmesg | grep arm-smmu-v3`");
	} else if (iommu->kind != IOMMU_INTEL) {
		explain_na(link, "the kernel requires nothing else of %s", iommu->name);
	} else if (!iommu->has_registers || !iommu->has_cap) {
		explain_unknown(link, "the kernel doesn't report what %s supports", iommu->name);
	} else if (lacks_coherence(iommu, link) ||
		   cannot_walk(iommu, cpu->has_1gib_pages, "FS1GP", "pages of 1 GiB", link)) {
		return;
	} else if (cannot_walk(iommu, cpu->has_5_levels, "FS5LP", "5 levels", link)) {
		explain_todo(link, "boot with no5lvl");
	} else if (!is_known && !(iommu_has(iommu, "FS1GP") && iommu_has(iommu, "FS5LP"))) {
		explain_unknown(link,
				"can't tell whether %s can walk the kernel's page tables, whose "
				"format is unknown",
				iommu->name);
	} else {
		explain_ok(link, "%s can walk the kernel's page tables", iommu->name);
	}
}

static const struct iommu *vtd_of(const struct function *function)
{
	return function->iommu && function->iommu->kind == IOMMU_INTEL ? function->iommu : NULL;
}

/* dmar_ats_supported(), pci_ats_supported() and pci_prepare_ats() of VT-d's driver */
static void judge_no_ats(const struct function *function, struct link *need)
{
	if (function->ats.there == FACT_UNKNOWN) {
		explain_unknown(need, "%s", function_why(function));
	} else if (!function->iommu->has_registers) {
		explain_unknown(need, "the kernel doesn't report what %s supports",
				function->iommu->name);
	} else if (function->ats.there == FACT_NO) {
		explain_broken(need, "the function has no ATS, which VT-d's driver requires");
	} else {
		explain_broken(need, "%s doesn't support ATS: its ECAP lacks DT",
			       function->iommu->name);
	}
}

/* intel_iommu_sva_supported() of svm.c, intel_iommu_enable_sva() of iommu.c before 6.16 */
static void judge_ats(const struct function *function, struct chain *chain)
{
	const struct iommu *vtd = vtd_of(function);
	struct link *need = explain_add_need(chain, NEED_ATS);

	if (!vtd) {
		explain_na(need, "the IOMMU's driver doesn't require ATS");
	} else if (function->ats.there != FACT_YES ||
		   (vtd->has_registers && !iommu_has(vtd, "DT"))) {
		judge_no_ats(function, need);
	} else if (function->ats.control & PCI_ATS_CTRL_ENABLE) {
		explain_where(need, "0x%03x", function->ats.offset + PCI_ATS_CTRL);
		explain_ok(need, "ATS is enabled");
	} else {
		explain_where(need, "0x%03x", function->ats.offset + PCI_ATS_CTRL);
		explain_broken(need, "ATS is disabled (ATS Control 0x%04x)", function->ats.control);
		explain_todo(need, "the kernel enables it when it probes the function: look for "
				   "pci=noats on its command line, and for the function's ATS in "
				   "the kernel log");
	}
}

/* Linux 6.1 requires PRI of each function; 6.12 and later only of those that have it. */
static void judge_no_pri(const char *release, struct link *need)
{
	if (kernel_since(release, 6, 12) == FACT_YES) {
		explain_ok(need, "there is no PRI that the IOMMU supports: the device's driver "
				 "has to handle page faults itself");
	} else if (kernel_since(release, 6, 2) == FACT_NO) {
		explain_broken(need, "there is no PRI that the IOMMU supports, and this kernel "
				     "requires it");
		explain_todo(need, "boot Linux 7.3 or later");
	} else {
		explain_unknown(need, "there is no PRI that the IOMMU supports; it is unknown "
				      "whether this kernel requires it: 6.1 does, 6.12 and later "
				      "don't");
	}
}

/*
 * Linux 7.3 enables it when it probes the function (iommu_enable_pci_pri()), 6.12 when a driver
 * requests it (intel_iommu_enable_iopf()). A VF shares its PF's.
 */
static void judge_pri_off(const struct function *function, const struct pri *pri, struct link *need)
{
	if (!(pri->status & PCI_PRI_STATUS_PASID)) {
		explain_broken(need, "PRI is disabled: its responses have no PASID (PRG Response "
				     "PASID Required is 0), and the kernel doesn't enable such a "
				     "PRI");
	} else if (kernel_since(function->kernel->release, 7, 3) == FACT_YES) {
		explain_broken(need, "PRI is disabled (PRI Control 0x%04x)", pri->control);
		explain_todo(need, "the kernel enables it when it probes the function: see the "
				   "kernel log");
	} else if (kernel_since(function->kernel->release, 6, 13) == FACT_NO) {
		explain_ok(need, "PRI is disabled until the device's driver requests it");
	} else {
		explain_unknown(need, "PRI is disabled; 6.12 enables it when the device's driver "
				      "requests it, 7.3 when it probes the function; it is "
				      "unknown which of these this kernel does");
	}
}

static void judge_pri(const struct function *function, struct chain *chain)
{
	const struct iommu *vtd = vtd_of(function);
	struct link *need = explain_add_need(chain, NEED_PRI);
	const struct pri *pri = function->holder ? &function->holder->pri : NULL;

	if (!vtd) {
		explain_na(need, "the IOMMU's driver doesn't require PRI");
	} else if (!pri || pri->there == FACT_UNKNOWN || !vtd->has_registers) {
		explain_unknown(need, "%s",
				pri && vtd->has_registers ? function_why(function->holder)
							  : "PRI, or the IOMMU, can't be read");
	} else if (pri->there == FACT_NO || !iommu_has(vtd, "PRS") || !iommu_has(vtd, "PDS")) {
		judge_no_pri(function->kernel->release, need);
	} else if (pri->control & PCI_PRI_CTRL_ENABLE) {
		explain_ok(need, "PRI is enabled");
	} else {
		judge_pri_off(function, pri, need);
	}
}

/*
 * Since "iommu: Skip PASID validation for devices without PASID capability", of 6.16 and of later
 * long-term kernels, iommu_attach_device_pasid() skips the functions of a group that have no PASID.
 * In Linux 6.1, iommu_sva_bind_device() refuses every group of several functions.
 */
static void judge_siblings(const struct function *function, struct chain *chain)
{
	const char *release = function->kernel->release, *group = function->pci.iommu_group;
	const struct function *without = NULL;
	struct link *need = explain_add_need(chain, NEED_GROUP_PASID);

	for (size_t i = 0; i < function->sibling_count && !without; i++)
		if (pasid_state(function->siblings[i]) != PASID_ENABLED)
			without = function->siblings[i];
	if (!*group) {
		explain_na(need, "it has no IOMMU group");
	} else if (kernel_since(release, 6, 2) == FACT_NO && function->sibling_count) {
		explain_broken(need,
			       "it isn't alone in IOMMU group %s, which this kernel "
			       "requires",
			       group);
		explain_todo(need, "boot Linux 7.3 or later");
	} else if (!without || kernel_since(release, 6, 16) == FACT_YES) {
		explain_ok(need, "nothing in IOMMU group %s is in the way", group);
	} else {
		explain_unknown(need,
				"%s in the same IOMMU group doesn't have PASID enabled: kernels "
				"before 6.16 may refuse such a group; long-term kernels have a "
				"fix",
				without->pci.bdf.text);
		explain_todo(need, "boot Linux 7.3 or later to be sure");
	}
}

/* Drivers that call iommu_sva_bind_device(), themselves or through uacce, as of 7.3. */
static bool shares(const char *driver)
{
	static const char *const drivers[] = { "idxd", "hisi_zip", "hisi_hpre", "hisi_sec2",
					       "amdxdna" };

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (!strcmp(drivers[i], driver))
			return true;
	return false;
}

static void judge_driver(const struct function *function, struct chain *chain)
{
	const struct pci_function *pci = &function->pci;
	struct link *need = explain_add_need(chain, NEED_DRIVER);

	if (pci->on_vfio) {
		explain_broken(need, "bound to %s: SVA requires the device's own driver",
			       pci->driver);
		explain_todo(need, "vpasid unbind %s", pci->bdf.text);
	} else if (!*pci->driver && !pci->driver_error) {
		explain_broken(need, "not bound to a driver: SVA requires the device's own");
		explain_todo(need,
			     "load the device's own driver, then `echo %s "
			     ">/sys/bus/pci/drivers_probe`",
			     pci->bdf.text);
	} else if (shares(pci->driver)) {
		explain_ok(need, "bound to %s", pci->driver);
	} else {
		explain_unknown(need, "whether address spaces can be shared depends on %s",
				*pci->driver ? pci->driver : "its driver");
	}
}

static void judge_queues(const struct function *function, struct chain *chain)
{
	const struct idxd *idxd = &function->idxd;
	struct link *need = explain_add_need(chain, NEED_WORK_QUEUES);

	if (idxd->pasid_enabled == FACT_NO) {
		explain_broken(need, "idxd hasn't enabled SVA for it (pasid_enabled is 0)");
		explain_todo(need, "fix what is broken above, then bind it to idxd again");
	} else if (!idxd->queues) {
		explain_broken(need, "no work queue for user space is enabled");
		explain_todo(need, "configure one of type user with accel-config, and enable it");
	} else {
		explain_ok(need, "%u work queue%s for user space, %u of them shared", idxd->queues,
			   idxd->queues == 1 ? " is" : "s are", idxd->shared);
	}
	if (!idxd->shared)
		return;
	need = explain_add_need(chain, NEED_ENQCMD);
	if (function->kernel->cpu.enqcmd == FACT_YES)
		explain_ok(need, "the processors support ENQCMD, and the kernel uses it");
	else if (function->kernel->cpu.enqcmd == FACT_NO)
		explain_broken(need, "there is no enqcmd in /proc/cpuinfo: nothing can submit work "
				     "to shared work queues");
	else
		explain_unknown(need, "/proc/cpuinfo can't be read");
}

void explain_judge_sva(const struct function *function, struct chain *chain)
{
	if (function->iommu) {
		explain_judge_sva_kernel(function->kernel, function->iommu,
					 explain_add_need(chain, NEED_SVA_KERNEL));
		explain_judge_sva_iommu(function->iommu, &function->kernel->cpu,
					explain_add_need(chain, NEED_SVA_IOMMU));
	}
	judge_ats(function, chain);
	judge_pri(function, chain);
	judge_siblings(function, chain);
	judge_driver(function, chain);
	if (function->idxd.is_driven == FACT_YES)
		judge_queues(function, chain);
}

/*
 * QEMU 11.1's hw/i386/intel_iommu.c doesn't report Scalable-Mode Page-walk Coherency, so the
 * guest's intel_svm_check() doesn't consider the IOMMU capable of SVA.
 */
void explain_judge_viommu_sva(enum viommu_kind kind, struct link *link)
{
	if (kind == VIOMMU_INTEL)
		explain_broken(link,
			       "QEMU 11.1's intel-iommu lacks Scalable-Mode Page-walk Coherency, "
			       "which Linux in the guest requires to share an address space (SVA)");
	else if (kind == VIOMMU_NONE)
		explain_broken(link, "no VMM has a virtual IOMMU of this host's kind that "
				     "supports PASIDs");
	else
		explain_unknown(link, "can't tell whether Linux in the guest can share address "
				      "spaces through the virtual IOMMU");
}

void explain_judge_guest_sva(const struct function *function, struct chain *chain)
{
	struct link *need;

	explain_judge_viommu_sva(viommu_of(function).kind,
				 explain_add_need(chain, NEED_VIOMMU_SVA));
	if (!vtd_of(function))
		return;
	need = explain_add_need(chain, NEED_ATS);
	if (viommu_has_ats(function) == FACT_YES)
		explain_ok(need, "the guest gets the function's ATS");
	else
		judge_no_ats(function, need);
	need = explain_add_need(chain, NEED_SHARED_QUEUES);
	explain_broken(need, "%s", EXPLAIN_NO_SHARED_QUEUES);
}
