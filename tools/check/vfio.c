// SPDX-License-Identifier: GPL-2.0-or-later
/* What a VMM needs of VFIO and iommufd, and of the kernel that has them. */
#include "check/check.h"
#include "explain/judge.h"
#include "explain/viommu.h"
#include "facts/interrupts.h"
#include "facts/module.h"
#include "vfio/vfio.h"

static const struct iommu *first_iommu(const struct host *host)
{
	return host->iommu_count ? host->iommus[0] : NULL;
}

/* VT-d's ECAP.IR: an IOMMU without it remaps no interrupts, whatever is switched on. */
static bool lacks_remapping(const struct iommu *iommu)
{
	return iommu && iommu->kind == IOMMU_INTEL && iommu->has_registers &&
	       !iommu_has(iommu, "IR");
}

static void say_not_remapped(struct host *host, struct finding *finding)
{
	if (host_kernel(host)->command_line.remapping == SAID_OFF) {
		finding_say(finding, CHECK_FAIL,
			    "interrupts aren't remapped: remapping is turned off on the "
			    "kernel's command line");
		finding_todo(finding, "boot without intremap=off and nointremap");
	} else if (lacks_remapping(first_iommu(host))) {
		finding_say(finding, CHECK_FAIL,
			    "interrupts aren't remapped: %s doesn't support it (its ECAP lacks IR)",
			    first_iommu(host)->name);
		finding_todo(finding, "in a virtual machine, give intel-iommu intremap=on");
	} else {
		finding_say(finding, CHECK_FAIL, "interrupts aren't remapped");
		finding_todo(finding, "enable interrupt remapping in the firmware; see `dmesg | "
				      "grep -i remapping`");
	}
}

/* iommufd_device_bind(), and vfio_iommu_type1_attach_group(), refuse such a host. */
static void check_interrupts(struct host *host, struct check *check)
{
	struct interrupts interrupts = host_interrupts(host);
	struct finding *finding;

	/* Without an IOMMU, that is what's to be seen to. */
	if (!host->iommu_count)
		return;
	finding = check_add(check, CHECK_INTERRUPTS, "");
	if (interrupts.remapped == FACT_YES) {
		finding_say(finding, CHECK_PASS, "interrupts are remapped");
	} else if (interrupts.remapped == FACT_UNKNOWN) {
		finding_say(finding, CHECK_UNKNOWN,
			    "can't tell whether interrupts are remapped: /proc/interrupts can't "
			    "be read, or lists no interrupt of a device");
	} else if (interrupts.unsafe_allowed == FACT_YES) {
		finding_say(finding, CHECK_WARN,
			    "interrupts aren't remapped, but iommufd accepts devices "
			    "nevertheless (allow_unsafe_interrupts): a guest can send any "
			    "interrupt");
	} else {
		say_not_remapped(host, finding);
	}
}

/* The drivers of stock Linux and of the project; the others are for devices of their own. */
static bool has_driver(const struct host *host)
{
	return host_has_driver(host, "vfio-pci") == FACT_YES ||
	       host_has_driver(host, PASID_DRIVER) == FACT_YES;
}

static void check_driver(struct host *host, struct check *check)
{
	struct finding *finding = check_add(check, CHECK_VFIO, "");
	const struct kernel *kernel = host_kernel(host);

	if (kernel->vfio_cdev == FACT_NO) {
		finding_say(finding, CHECK_FAIL,
			    "VFIO has no character devices, which iommufd requires: the kernel "
			    "is built without CONFIG_VFIO_DEVICE_CDEV");
		finding_todo(finding, "boot a kernel that is built with CONFIG_VFIO_DEVICE_CDEV");
	} else if (has_driver(host)) {
		finding_say(finding, CHECK_PASS, "VFIO's driver for PCI is loaded");
	} else if (kernel->vfio_pci == FACT_YES) {
		finding_say(finding, CHECK_PASS,
			    "VFIO's driver for PCI isn't loaded; `vpasid bind` loads it");
	} else if (kernel->vfio_pci == FACT_NO) {
		finding_say(finding, CHECK_FAIL,
			    "VFIO has no driver for PCI: the kernel is built without "
			    "CONFIG_VFIO_PCI");
		finding_todo(finding, "boot a kernel that is built with CONFIG_VFIO_PCI");
	} else {
		finding_say(finding, CHECK_UNKNOWN,
			    "can't tell whether VFIO has a driver for PCI: none is loaded, and "
			    "the kernel's configuration can't be read");
	}
}

/* The dead ends of a guest's processes. */
static void check_guest_sva(const struct host *host, struct check *check)
{
	enum viommu_kind kind = viommu_kind(first_iommu(host));
	struct link viommu = { .what = NEED_VIOMMU_SVA };

	if (kind == VIOMMU_UNKNOWN)
		return;
	explain_judge_viommu_sva(kind, &viommu);
	check_take(check, CHECK_VIOMMU_SVA, "", &viommu);
	if (kind == VIOMMU_INTEL)
		finding_say(check_add(check, CHECK_SHARED_QUEUES, ""), CHECK_WARN, "%s",
			    EXPLAIN_NO_SHARED_QUEUES);
}

void check_vfio(struct host *host, struct check *check)
{
	struct link kernel = { .what = NEED_QEMU_KERNEL };
	struct link iommufd = { .what = NEED_QEMU_IOMMUFD };

	check_interrupts(host, check);
	explain_judge_qemu_kernel(host_kernel(host), viommu_kind(first_iommu(host)), &kernel);
	check_take(check, CHECK_VFIO_PASID, "", &kernel);
	explain_judge_iommufd(host_has_iommufd(host), host_kernel(host), &iommufd);
	check_take(check, CHECK_IOMMUFD, "", &iommufd);
	check_driver(host, check);
	if (check->purpose == PURPOSE_GUEST_SVA)
		check_guest_sva(host, check);
}
