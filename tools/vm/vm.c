// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "place/qemu.h"
#include "vm/vm.h"

const char *vmm_name(enum vmm vmm)
{
	static const char *const names[VMMS] = {
		[VMM_QEMU] = "qemu",
		[VMM_LIBVIRT] = "libvirt",
		[VMM_CLOUD_HYPERVISOR] = "cloud-hypervisor",
	};

	return names[vmm];
}

static void add_lack(struct vm_device *device, const char *what, enum explain_verdict verdict,
		     const char *why, const char *todo)
{
	device->lacks[device->lack_count++] = (struct vm_lack){ what, verdict, why, todo };
}

/*
 * What reports PASID to a VMM that uses the library doesn't matter to QEMU, which queries iommufd.
 * The output requests a virtual IOMMU, so the only question is whether the VMM can have one.
 */
static bool is_asked(const struct vm *vm, const struct link *need)
{
	switch (need->what) {
	case NEED_DENYLIST:
	case NEED_VFIO:
	case NEED_GROUP:
		return true;
	case NEED_REPORT:
		return false;
	case NEED_VIOMMU:
		return vm->vmm != VMM_CLOUD_HYPERVISOR && need->verdict == EXPLAIN_BROKEN;
	default:
		return vm->vmm != VMM_CLOUD_HYPERVISOR;
	}
}

static void find_lacks(const struct vm *vm, struct vm_device *device)
{
	const struct chain *chain = &device->chain;

	if (vm->vmm == VMM_CLOUD_HYPERVISOR)
		add_lack(device, "vmm", EXPLAIN_BROKEN,
			 "Cloud Hypervisor (as of 53.0) shows the guest no PASID capability, "
			 "and has no virtual IOMMU that supports PASIDs",
			 "");
	if (chain->verdict == EXPLAIN_BROKEN)
		add_lack(device, "pasid", EXPLAIN_BROKEN, chain->summary, chain->broken->todo);
	else if (chain->verdict == EXPLAIN_UNKNOWN)
		add_lack(device, "pasid", EXPLAIN_UNKNOWN, chain->doubt,
			 "see `vpasid explain`, which says why");
	for (size_t i = 0; i < chain->need_count; i++) {
		const struct link *need = &chain->needs[i];

		if (is_asked(vm, need) &&
		    (need->verdict == EXPLAIN_BROKEN || need->verdict == EXPLAIN_UNKNOWN))
			add_lack(device, explain_what_name(need->what), need->verdict,
				 need->verdict == EXPLAIN_BROKEN ? need->found : need->doubt,
				 need->todo);
	}
}

/* Without a place QEMU would take one of its own, whatever stands there. */
static void find_place(const struct placement_report *place, struct vm_device *device)
{
	device->error = place->error;
	device->why = place->why;
	if (device->error)
		return;
	device->offset = place->placement.caps[0].offset;
	device->error = place_for_qemu(place, &device->why);
}

static void make_device(const struct vm *vm, const struct placement_report *place,
			struct function *function, struct vm_device *device)
{
	device->function = function;
	device->error = function_read(function, EXPLAIN_PARTS, &device->why);
	if (device->error)
		return;
	device->is_integrated =
		function->is_pcie == FACT_YES && function->type == PCI_EXP_TYPE_RC_END;
	explain_judge(function, &device->chain);
	device->viommu = viommu_of(function);
	if (vm->vmm != VMM_CLOUD_HYPERVISOR) {
		find_place(place, device);
		vm_find_notes(device);
	}
	find_lacks(vm, device);
}

/* Those behind one IOMMU get its number. */
static void number_iommu(struct vm *vm, size_t last)
{
	struct vm_device *device = &vm->devices[last];

	for (size_t i = 0; i < last; i++) {
		if (vm->devices[i].function->iommu == device->function->iommu) {
			device->iommu = vm->devices[i].iommu;
			return;
		}
	}
	device->iommu = vm->iommu_count++;
}

int vm_make(const struct places *places, enum vmm vmm, struct vm *vm)
{
	*vm = (struct vm){ .vmm = vmm, .count = places->subjects.count };
	vm->devices = calloc(places->subjects.count, sizeof(*vm->devices));
	if (!vm->devices)
		return -ENOMEM;
	for (size_t i = 0; i < places->subjects.count; i++) {
		struct vm_device *device = &vm->devices[i];

		make_device(vm, &places->reports[i], places->subjects.functions[i], device);
		number_iommu(vm, i);
		vm->viommu = i ? viommu_common(&vm->viommu, &device->viommu) : device->viommu;
	}
	return 0;
}

void vm_free(struct vm *vm)
{
	free(vm->devices);
	vm->devices = NULL;
}

/* What has no PASID by itself gets none from a monitor. */
static bool has_capability(const struct vm_device *device)
{
	const struct link *broken = device->chain.broken;

	return !broken || broken->what != LINK_CAPABILITY;
}

bool vm_can_be_written(const struct vm *vm)
{
	for (size_t i = 0; i < vm->count; i++)
		if (vm->devices[i].error || !has_capability(&vm->devices[i]))
			return false;
	return vm->vmm == VMM_CLOUD_HYPERVISOR || vm->viommu.kind == VIOMMU_SMMUV3 ||
	       (vm->viommu.kind == VIOMMU_INTEL && vm->viommu.pasid_bits);
}

char *vm_text(const struct vm *vm)
{
	static void (*const write[VMMS])(const struct vm *vm, FILE *stream) = {
		[VMM_QEMU] = vm_write_qemu,
		[VMM_LIBVIRT] = vm_write_libvirt,
		[VMM_CLOUD_HYPERVISOR] = vm_write_cloud_hypervisor,
	};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	write[vm->vmm](vm, stream);
	return fclose(stream) ? NULL : text;
}
