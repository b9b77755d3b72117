// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "qemu.h"

/* Of a port: "port-e0-00", by its way from the root bus. */
static void print_port_name(const struct pci_path *path)
{
	printf("port");
	for (unsigned int i = 0; i < path->hops; i++)
		printf("-%02x", path->devfn[i]);
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
		printf("bus=");
		print_port_name(&bridge);
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
	static const char *const drivers[] = {
		[HOPS_ROOT_PORT] = "pcie-root-port",
		[HOPS_UPSTREAM] = "x3130-upstream",
		[HOPS_DOWNSTREAM] = "xio3130-downstream",
	};

	printf("-device\n%s,id=", drivers[port->path.hops]);
	print_port_name(&port->path);
	/* Each port that leads to a slot has a number of its own. */
	if (port->path.hops != HOPS_UPSTREAM)
		printf(",chassis=%u,slot=%u", port->path.devfn[0], path_devfn(&port->path));
	printf(",");
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

/* QEMU wants the one above first. */
static void print_ports(const struct topology *topology)
{
	unsigned int hops;
	size_t i;

	for (hops = HOPS_ROOT_PORT; hops <= HOPS_DOWNSTREAM; hops++)
		for (i = 0; i < topology->function_count; i++)
			if (topology->functions[i].kind == FUNCTION_PORT &&
			    topology->functions[i].path.hops == hops)
				print_port(topology, &topology->functions[i]);
}

void qemu_print_arguments(const struct topology *topology, const struct machine *machine)
{
	size_t i;

	if (topology->iommu != IOMMU_NONE)
		machine->iommu->print_device(topology, machine->qemu);

	print_ports(topology);

	for (i = 0; i < topology->function_count; i++)
		if (topology->functions[i].kind == FUNCTION_NVME)
			print_nvme(topology, &topology->functions[i]);

	for (i = 0; i < topology->qemu.count; i++)
		printf("%s\n", topology->qemu.word[i]);
}

void qemu_print_cmdline(const struct topology *topology, const struct machine *machine)
{
	size_t i;

	printf("%s", machine->iommu->cmdline[topology->iommu]);
	for (i = 0; i < topology->cmdline.count; i++)
		printf(" %s", topology->cmdline.word[i]);
	printf("\n");
}
