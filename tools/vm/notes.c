// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stock QEMU 11.1 gives a guest of ATS and PRI. It passes both on as VFIO shows them, which
 * drops a guest's writes: the host's kernel has enabled ATS, or not. Of VT-d's drivers, Linux's
 * shares a process's address space with functions that have ATS enabled,
 * intel_iommu_sva_supported(). Page requests need a fault queue of iommufd's
 * (IOMMU_FAULT_QUEUE_ALLOC), and QEMU makes none.
 */
#include "vm/vm.h"

bool vm_hides_ats(const struct vm_device *device)
{
	return device->function->ats.there == FACT_YES &&
	       viommu_has_ats(device->function) == FACT_NO;
}

static struct why *add_note(struct vm_device *device, const char *what)
{
	struct vm_note *note = &device->notes[device->note_count++];

	note->what = what;
	return &note->why;
}

static void find_ats(struct vm_device *device)
{
	const struct function *function = device->function;

	if (function->ats.there == FACT_NO)
		because(add_note(device, "ats"), 0,
			"the function has no ATS, without which Linux in the guest doesn't "
			"share address spaces with it (SVA)");
	else if (vm_hides_ats(device))
		because(add_note(device, "ats"), 0,
			"%s doesn't support ATS (its ECAP lacks DT): the guest sees no ATS of "
			"the function, and Linux in the guest doesn't share address spaces with "
			"it (SVA)",
			function->iommu->name);
}

void vm_find_notes(struct vm_device *device)
{
	if (device->viommu.kind == VIOMMU_INTEL)
		find_ats(device);
	if (device->function->pri.there == FACT_YES)
		because(add_note(device, "pri"), 0,
			"QEMU 11.1 doesn't forward page requests to the guest: the guest sees "
			"the function's PRI, but can't enable it");
}
