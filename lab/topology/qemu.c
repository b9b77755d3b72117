// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "qemu.h"

static void print_iommu(const struct topology *topology)
{
	if (topology->iommu == IOMMU_NONE)
		return;

	/* Also in legacy mode the hardware can do more: the kernel is told not to use it. */
	printf("-device\nintel-iommu,intremap=on,x-scalable-mode=on,x-pasid-mode=%s\n",
	       topology->pasid ? "on" : "off");
}

/* QEMU's name of the bus that the function is on, and its place there. */
static void print_address(const struct function *function)
{
	struct pci_path bridge = function->path;
	uint8_t devfn = path_devfn(&function->path);

	if (function->path.hops == 1) {
		printf("bus=pcie.0");
	} else {
		bridge.hops--;
		printf("bus=port-%02x", path_devfn(&bridge));
	}
	printf(",addr=%02x.%x", devfn >> 3, devfn & 7);
}

/* Function 0 has to say it when its device has more functions. */
static void print_multifunction(const struct topology *topology, const struct function *function)
{
	uint8_t slot = path_devfn(&function->path) >> 3;
	size_t i;

	for (i = 0; i < topology->function_count; i++) {
		const struct function *other = &topology->functions[i];

		if (other != function && path_same_bus(&other->path, &function->path) &&
		    path_devfn(&other->path) >> 3 == slot) {
			printf(",multifunction=on");
			return;
		}
	}
}

static void print_port(const struct topology *topology, const struct function *port)
{
	uint8_t devfn = path_devfn(&port->path);

	printf("-device\npcie-root-port,id=port-%02x,chassis=%u,", devfn, devfn);
	print_address(port);
	print_multifunction(topology, port);
	printf("\n");
}

static void print_nvme(const struct topology *topology, const struct function *nvme)
{
	unsigned int number = nvme - topology->functions;

	if (nvme->vfs)
		printf("-device\nnvme-subsys,id=subsys-%u\n", number);

	printf("-device\nnvme,serial=lab-%u,", number);
	print_address(nvme);
	print_multifunction(topology, nvme);

	/* Two queues and a vector for each VF; the PF keeps some for itself. */
	if (nvme->vfs)
		printf(",subsys=subsys-%u,sriov_max_vfs=%u,sriov_vq_flexible=%u,"
		       "sriov_vi_flexible=%u,max_ioqpairs=%u,msix_qsize=%u",
		       number, nvme->vfs, 2 * nvme->vfs, nvme->vfs, 2 * nvme->vfs + 8,
		       nvme->vfs + 12);
	printf("\n");
}

void qemu_print_arguments(const struct topology *topology)
{
	size_t i;

	print_iommu(topology);

	for (i = 0; i < topology->function_count; i++)
		if (topology->functions[i].kind == FUNCTION_PORT)
			print_port(topology, &topology->functions[i]);

	for (i = 0; i < topology->function_count; i++)
		if (topology->functions[i].kind == FUNCTION_NVME)
			print_nvme(topology, &topology->functions[i]);

	for (i = 0; i < topology->qemu.count; i++)
		printf("%s\n", topology->qemu.word[i]);
}

void qemu_print_cmdline(const struct topology *topology)
{
	static const char *const modes[] = {
		[IOMMU_SCALABLE] = "intel_iommu=on,sm_on",
		[IOMMU_LEGACY] = "intel_iommu=on,sm_off",
		[IOMMU_NONE] = "intel_iommu=off",
	};
	size_t i;

	printf("%s", modes[topology->iommu]);
	for (i = 0; i < topology->cmdline.count; i++)
		printf(" %s", topology->cmdline.word[i]);
	printf("\n");
}
