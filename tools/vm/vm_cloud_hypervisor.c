// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of Cloud Hypervisor 53.0. They pass the function on without PASID: it has an option
 * neither for a place nor for a virtual IOMMU but virtio's.
 */
#include "vm/vm.h"

/* Before Linux 6.19, a function's BARs can't be mapped into an iommufd. */
static const char *without_p2p(const struct function *function)
{
	return kernel_since(function->kernel->release, 6, 19) == FACT_YES ? ""
									  : ",vfio_p2p_dma=off";
}

void vm_write_cloud_hypervisor(const struct vm *vm, FILE *stream)
{
	const struct function *first = vm->devices[0].function;

	if (first->has_iommufd == FACT_YES)
		fprintf(stream, "--platform iommufd=on%s\n", without_p2p(first));
	fprintf(stream, "--device");
	for (size_t i = 0; i < vm->count; i++)
		fprintf(stream, " path=/sys/bus/pci/devices/%s/",
			vm->devices[i].function->pci.bdf.text);
	fprintf(stream, "\n");
}
