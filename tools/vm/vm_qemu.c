// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of QEMU 11.1, in the order in which it makes the devices. None has a blank in it, so that
 * a shell can take them from a command's output.
 */
#include "support/output.h"
#include "vm/vm.h"

/* Far from the numbers that people give by hand. */
#define FIRST_CHASSIS 100
#define FIRST_BUS     0x80
#define BUSES	      0x10

/*
 * An accelerated SMMUv3 refuses emulated devices, and stands for one of the host's. So there is one
 * for each of those, with a root bus of its own.
 */
static void write_smmuv3(const struct vm *vm, const char *device, FILE *stream)
{
	for (unsigned int i = 0; i < vm->iommu_count; i++) {
		fprintf(stream, "-device pxb-pcie,id=pasid-bus%u,bus=pcie.0,bus_nr=%u\n", i,
			FIRST_BUS + i * BUSES);
		fprintf(stream, "-device %s,id=pasid-smmu%u,primary-bus=pasid-bus%u\n", device, i,
			i);
	}
}

static void write_iommu(const struct vm *vm, FILE *stream)
{
	char device[OUTPUT_LINE];

	viommu_format(&vm->viommu, device, sizeof(device));
	if (vm->viommu.kind == VIOMMU_SMMUV3) {
		fprintf(stream, "-machine virt,accel=kvm,gic-version=3\n");
		fprintf(stream, "-object iommufd,id=iommufd0\n");
		write_smmuv3(vm, device, stream);
	} else {
		fprintf(stream, "-machine q35,kernel-irqchip=split\n");
		fprintf(stream, "-object iommufd,id=iommufd0\n");
		fprintf(stream, "-device %s\n", device);
	}
}

static void write_function(const struct vm *vm, size_t number, FILE *stream)
{
	const struct vm_device *device = &vm->devices[number];
	char root[sizeof("pasid-bus4294967295")] = "pcie.0";
	char port[sizeof("pasid-port18446744073709551615")];

	if (vm->viommu.kind == VIOMMU_SMMUV3)
		snprintf(root, sizeof(root), "pasid-bus%u", device->iommu);
	snprintf(port, sizeof(port), "pasid-port%zu", number);
	if (!device->is_integrated)
		fprintf(stream, "-device pcie-root-port,id=%s,bus=%s,chassis=%zu\n", port, root,
			FIRST_CHASSIS + number);
	fprintf(stream,
		"-device vfio-pci,id=pasid%zu,host=%s,iommufd=iommufd0,bus=%s,"
		"x-vpasid-cap-offset=0x%x%s\n",
		number, device->function->pci.bdf.text, device->is_integrated ? root : port,
		device->offset, vm_hides_ats(device) ? ",ats=off" : "");
}

void vm_write_qemu(const struct vm *vm, FILE *stream)
{
	write_iommu(vm, stream);
	for (size_t i = 0; i < vm->count; i++)
		write_function(vm, i, stream);
}
